//! `link_payment` while others change the portal under its hands: what came late, what somebody else made
//! of its item, and what the portal keeps otherwise than it was told.

use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};

use kopeck::http::{HttpRequest, HttpResponse, SendError, Transport};
use kopeck::https::{Https, TransportSettings};
use kopeck::{Client, Error, Fields, Kind};
use serde_json::{Value, json};

use super::link::{OWN, before, created, items, portal};
use super::portal::{PAYMENTS, Portal};
use crate::shop::{fields, number, with, word};

/// Does something after the answer to the call of this method and number, before the flow hears it.
struct Between {
    https: Https,
    method: &'static str,
    place: usize,
    count: AtomicUsize,
    act: Box<dyn Fn() + Send + Sync>,
}

impl Transport for Between {
    fn send(&self, request: &HttpRequest) -> Result<HttpResponse, SendError> {
        let answer = self.https.send(request)?;
        if request.url.ends_with(self.method)
            && self.count.fetch_add(1, Ordering::Relaxed) == self.place
        {
            (self.act)();
        }
        Ok(answer)
    }
}

/// Links, and `act` happens in between.
fn link(
    portal: &Portal,
    (method, place): (&'static str, usize),
    act: impl Fn() + Send + Sync + 'static,
    asked: &Value,
) -> Result<Fields, Error> {
    let https = Https::new(TransportSettings::default()).unwrap();
    let way = Between { https, method, place, count: AtomicUsize::new(0), act: Box::new(act) };
    over(portal, Box::new(way), asked)
}

fn over(portal: &Portal, way: Box<dyn Transport>, asked: &Value) -> Result<Fields, Error> {
    let settings = json!({
        "service": "bitrix24", "request_limit": "none", "webhook_url": portal.made["webhook_url"],
    });
    Client::over(&fields(settings), way).unwrap().call("link_payment", &fields(asked.clone()))
}

/// A portal for what happens in between; it lives as long as the test.
fn shared() -> (&'static Portal, u64) {
    let (portal, deal) = portal(json!({}));
    (Box::leak(Box::new(portal)), deal)
}

fn item(portal: &Portal, more: Value) -> u64 {
    let plain =
        json!({ "opportunity": "1500.00", "currencyId": "RUB", "xmlId": "kopeck:rbs:other" });
    let made = portal.by_hand(&format!("items/{PAYMENTS}"), with(plain, more));
    made["id"].as_u64().unwrap()
}

fn change(portal: &Portal, id: u64, change: Value) {
    portal.by_hand(&format!("items/{PAYMENTS}/{id}"), change);
}

/// The stage of this name.
fn stage(portal: &Portal, name: &str) -> Value {
    let items = items(portal);
    let first = word(&items[0], "stageId");
    json!({ "stageId": first.replace(":NEW", &format!(":{name}")) })
}

#[test]
fn an_item_that_was_paid_meanwhile_is_never_taken_back() {
    let (portal, deal) = shared();
    let paid = || {
        let id = items(portal)[0]["id"].as_u64().unwrap();
        change(portal, id, stage(portal, "SUCCESS"));
    };
    let asked = before(deal, &number());
    let error = link(portal, ("crm.item.add", 0), paid, &asked).unwrap_err();
    assert_eq!((error.kind, error.reason), (Kind::Refused, "payment_closed"), "{error}");
    assert!(error.may_have_happened && error.message.contains("stays"), "{error}");
    assert_eq!(items(portal).len(), 1, "the money's item is there");
}

#[test]
fn an_item_that_another_run_went_on_with_is_never_taken_back() {
    // With fields of its own the item tells of it; without them the deal's comment does.
    for named in [true, false] {
        let (portal, deal) = shared();
        let number = number();
        let old = item(portal, json!({}));
        let mut asked = created(deal, &number);
        if !named {
            asked["fields"] = json!({});
        }
        let other = asked.clone();
        let went_on = move || {
            assert_eq!(portal.call("link_payment", other.clone())["changed"], true);
            change(portal, old, json!({ "parentId2": deal }));
        };
        let first = match named {
            true => with(before(deal, &number), json!({ "fields": asked["fields"] })),
            false => before(deal, &number),
        };
        let error = link(portal, ("crm.item.add", 0), went_on, &first).unwrap_err();
        assert_eq!(error.reason, "deal_has_live_payment", "{error}");
        assert!(error.may_have_happened && error.message.contains("stays"), "{error}");
        assert_eq!(items(portal).len(), 2, "{named}");
    }
}

#[test]
fn a_rival_that_came_later_must_be_gone_before_ours_is_linked() {
    // It stays: it may have looked before ours could be seen, and its buyer may have its page.
    let (portal, deal) = shared();
    let late = move || {
        item(portal, json!({ "parentId2": deal }));
    };
    let asked = with(before(deal, &number()), json!({ "timeout_ms": 1000 }));
    let error = link(portal, ("crm.item.add", 0), late, &asked).unwrap_err();
    assert_eq!((error.kind, error.reason), (Kind::Refused, "deal_has_live_payment"), "{error}");
    assert!(!error.may_have_happened, "{error}");
    let left = items(portal);
    assert_eq!(left.len(), 1, "ours is gone: {left:?}");
    assert_eq!(left[0]["xmlId"], "kopeck:rbs:other");

    // It goes: ours is linked.
    let (portal, deal) = shared();
    let late = move || {
        item(portal, json!({ "parentId2": deal }));
    };
    let goes = move || {
        let id = items(portal)[1]["id"].as_u64().unwrap();
        change(portal, id, stage(portal, "FAIL"));
    };
    let https = || Https::new(TransportSettings::default()).unwrap();
    let between = |method, place, act: Box<dyn Fn() + Send + Sync>| Between {
        https: https(),
        method,
        place,
        count: AtomicUsize::new(0),
        act,
    };
    let both = Both(
        between("crm.item.add", 0, Box::new(late)),
        // The two lists before the item was added, and two after it, of which the second shows both.
        between("crm.item.list", 3, Box::new(goes)),
    );
    let linked = over(portal, Box::new(both), &before(deal, &number())).unwrap();
    assert_eq!(linked["added"], true);
}

/// The second sees what the first sends.
struct Both(Between, Between);

impl Transport for Both {
    fn send(&self, request: &HttpRequest) -> Result<HttpResponse, SendError> {
        let way = match request.url.ends_with(self.1.method) {
            true => &self.1,
            false => &self.0,
        };
        way.send(request)
    }
}

#[test]
fn one_key_is_never_two_payments() {
    let (portal, deal) = portal(json!({}));
    let asked = |id: &str| {
        let mut asked = with(created(deal, "A-1"), json!({ "xml_id": "order-1" }));
        asked["payment"]["id"] = json!(id);
        asked["payment"]["state_id"] = json!(format!("s{id}"));
        asked
    };
    portal.call("link_payment", asked("7f3a"));
    let stood = items(&portal);
    let error = portal.fails("link_payment", asked("8b11"));
    assert_eq!((error.kind, error.reason), (Kind::Refused, "item_of_another_payment"), "{error}");
    assert!(!error.may_have_happened && error.message.contains("7f3a"), "{error}");
    assert_eq!(items(&portal), stood);
    portal.call("link_payment", asked("7f3a"));
}

#[test]
fn money_that_stands_in_the_item_is_not_overwritten() {
    for status in ["paid", "authorized", "partially_paid", "refunded", "declined"] {
        let (portal, deal) = portal(json!({}));
        let asked = created(deal, &number());
        let linked = portal.call("link_payment", asked.clone());
        // Its stage could not be moved: its status says it all the same.
        change(&portal, linked["item_id"].as_u64().unwrap(), json!({ (OWN[2]): status }));
        let error = portal.fails("link_payment", asked);
        assert_eq!((error.kind, error.reason), (Kind::Refused, "payment_closed"), "{error}");
        assert_eq!(items(&portal)[0][OWN[2]], status);
    }
}

#[test]
fn money_that_the_deals_timeline_tells_of_is_not_asked_for_again() {
    for status in ["paid", "authorized", "declined"] {
        let (portal, deal) = portal(json!({}));
        let mut asked = created(deal, &number());
        asked["fields"] = json!({});
        portal.call("link_payment", asked.clone());
        // A settlement that ended before it moved anything leaves only its comment.
        let state = portal.state();
        let text = word(&state["comments"][0], "COMMENT").replace("5f1c0a", "77aa");
        let comment = json!({ "fields": {
            "ENTITY_ID": deal, "ENTITY_TYPE": "deal",
            "COMMENT": text.replace(":created:]", &format!(":{status}:]")),
        } });
        portal.call("bitrix24.crm.timeline.comment.add", comment);
        let stood = items(&portal);
        for asked in [asked.clone(), with(asked, json!({ "fields": { "status": OWN[2] } }))] {
            let error = portal.fails("link_payment", asked);
            assert_eq!((error.kind, error.reason), (Kind::Refused, "payment_closed"), "{error}");
            assert!(!error.may_have_happened, "{error}");
        }
        assert_eq!(items(&portal), stood);
    }
}

#[test]
fn a_duplicate_may_be_put_aside() {
    let (portal, deal) = portal(json!({}));
    let asked = before(deal, &number());
    let first = portal.call("link_payment", asked.clone());
    let copy = item(&portal, json!({ "xmlId": first["xml_id"], "parentId2": deal }));
    change(&portal, copy, stage(&portal, "FAIL"));
    assert_eq!(portal.call("link_payment", asked.clone())["item_id"], first["item_id"]);
    change(&portal, copy, stage(&portal, "SUCCESS"));
    assert_eq!(portal.fails("link_payment", asked).reason, "payment_closed");
}

/// A portal that takes a change and leaves an own field out.
pub struct Leaving(pub Https, pub &'static str);

impl Transport for Leaving {
    fn send(&self, request: &HttpRequest) -> Result<HttpResponse, SendError> {
        if !["crm.item.add", "crm.item.update"].iter().any(|it| request.url.ends_with(it)) {
            return self.0.send(request);
        }
        let mut body: Value = serde_json::from_slice(&request.body).unwrap();
        body["fields"].as_object_mut().unwrap().remove(self.1);
        self.0.send(&HttpRequest {
            method: request.method,
            url: request.url.clone(),
            shown: request.shown.clone(),
            headers: request.headers.clone(),
            body: body.to_string().into_bytes(),
            effect: request.effect,
            patience: request.patience,
            field_names: request.field_names.clone(),
        })
    }
}

#[test]
fn what_the_portal_does_not_keep_is_told() {
    let (portal, deal) = portal(json!({}));
    let asked = created(deal, &number());
    let linked = || {
        let https = Https::new(TransportSettings::default()).unwrap();
        over(&portal, Box::new(Leaving(https, OWN[1])), &asked).unwrap()
    };
    let first = linked();
    assert_eq!(first["not_stored"], json!(["payment_url"]));
    assert_eq!(items(&portal)[0][OWN[0]], "7f3a");
    let again = linked();
    assert_eq!((&again["not_stored"], &again["changed"]), (&json!(["payment_url"]), &json!(false)));
    let whole = portal.call("link_payment", asked.clone());
    assert_eq!((&whole["not_stored"], &whole["changed"]), (&json!([]), &json!(true)));
}

#[test]
fn what_the_buyer_cannot_open_as_a_page_is_shown_as_none() {
    for (action, page) in [
        (json!({ "type": "qr", "url": "sberpay://invoicing/v2?id=1" }), false),
        (json!({ "type": "app", "url": "bank100000000001://qr.nspk.ru/AS1" }), false),
        (
            json!({ "type": "form", "url": "https://acs.bank.example/x", "fields": { "a": "b" } }),
            false,
        ),
        (json!({ "type": "qr", "url": "https://qr.nspk.ru/AS10001" }), true),
    ] {
        let (portal, deal) = portal(json!({}));
        let mut asked = created(deal, &number());
        asked["payment"]["action"] = action.clone();
        portal.call("link_payment", asked);
        let state = portal.state();
        assert_eq!(word(&state["comments"][0], "COMMENT").contains("Page:"), page, "{action}");
        let stored = items(&portal)[0][OWN[1]].as_str().unwrap_or_default().to_owned();
        assert_eq!(stored, if page { action["url"].as_str().unwrap() } else { "" });
    }
}

#[test]
fn the_reply_of_create_payment_fits_whatever_the_gateway() {
    let (portal, _) = portal(json!({}));
    let vectors = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors");
    let mut fitting = 0;
    for gateway in ["rbs", "intellectmoney", "declared"] {
        let mut of_gateway = 0;
        for entry in fs::read_dir(format!("{vectors}/{gateway}")).unwrap() {
            let path = entry.unwrap().path();
            let Ok(vector) = serde_json::from_slice::<Value>(&fs::read(&path).unwrap()) else {
                continue;
            };
            if vector["operation"] != "create_payment" || !vector["reply"].is_object() {
                continue;
            }
            let asked = json!({
                "deal_id": 1, "entity_type_id": PAYMENTS, "payment": vector["reply"],
            });
            let error = portal.fails("link_payment", asked);
            match error.field.as_deref() {
                None => assert_eq!(error.reason, "deal_not_found", "{path:?} {error}"),
                // Paid at once, by a stored card; or a check of a card, which is no payment.
                Some("payment.status") => {}
                Some("payment.amount") => assert_eq!(vector["reply"]["amount"], "0.00"),
                _ => panic!("{path:?} {error}"),
            }
            of_gateway += usize::from(error.field.is_none());
        }
        assert!(of_gateway > 2, "{gateway}");
        fitting += of_gateway;
    }
    assert!(fitting > 40, "{fitting}");
}
