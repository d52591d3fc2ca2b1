//! `link_payment` repeated after a run that was refused or killed while a rival was there: the repeat
//! looks for the rival too. And an item whose change was lost once and then refused.

use std::sync::atomic::{AtomicUsize, Ordering};

use kopeck::http::{HttpRequest, HttpResponse, SendError, Transport};
use kopeck::https::{Https, TransportSettings};
use kopeck::{Client, Error, Kind};
use serde_json::{Value, json};

use super::link::{OWN, before, created, items, portal};
use super::portal::{PAYMENTS, Portal};
use crate::shop::{fields, number, with, word};

/// The item of a payment that came to the deal a moment later, and did not see ours.
fn rival(portal: &Portal, deal: u64) -> u64 {
    let item = json!({ "opportunity": "1500.00", "currencyId": "RUB", "xmlId": "kopeck:rbs:rival",
                       "parentId2": deal });
    portal.by_hand(&format!("items/{PAYMENTS}"), item)["id"].as_u64().unwrap()
}

/// The item that a first run left, tied to the deal but not told of.
fn left(portal: &Portal, deal: u64, asked: &Value) -> u64 {
    let number = asked["payment"]["order_number"].as_str().unwrap();
    let mut item = json!({
        "xmlId": format!("kopeck:rbs:{number}"), "title": format!("Payment {number}"),
        "opportunity": "1500.00", "currencyId": "RUB", "parentId2": deal,
    });
    // It is added with all that its fields shall say: that proves no look at the others.
    if asked["fields"].is_object() {
        item = with(item, json!({ (OWN[0]): "7f3a", (OWN[2]): "created", (OWN[3]): "5f1c0a" }));
    }
    portal.by_hand(&format!("items/{PAYMENTS}"), item)["id"].as_u64().unwrap()
}

#[test]
fn a_repeat_looks_for_the_rivals_that_its_first_run_saw() {
    for asked in [before, created] {
        let (portal, deal) = portal(json!({}));
        let asked = with(asked(deal, &number()), json!({ "timeout_ms": 1000 }));
        let own = left(&portal, deal, &asked);
        let rival = rival(&portal, deal);
        let stood = items(&portal);
        for _ in 0..2 {
            let error = portal.fails("link_payment", asked.clone());
            assert_eq!((error.kind, error.reason), (Kind::Refused, "deal_has_live_payment"));
            assert!(error.message.contains(&format!("item {rival} ")), "{error}");
            assert!(!error.may_have_happened, "{error}");
        }
        assert_eq!(items(&portal), stood, "nothing is taken back that another run may hold");
        // The rival is over: ours goes on.
        let stage = word(&stood[0], "stageId").replace(":NEW", ":FAIL");
        portal.by_hand(&format!("items/{PAYMENTS}/{rival}"), json!({ "stageId": stage }));
        assert_eq!(portal.call("link_payment", asked)["item_id"], json!(own));
    }
}

#[test]
fn a_lost_item_stays_and_its_repeat_is_refused_too() {
    let (portal, deal) = portal(json!({}));
    let portal: &'static Portal = Box::leak(Box::new(portal));
    // The answer to the new item is lost, and the rival comes in that moment.
    let way = Lost::of("crm.item.add", move |_, https, request| {
        https.send(request)?;
        rival(portal, deal);
        Err(lost())
    });
    let asked = with(before(deal, &number()), json!({ "timeout_ms": 1500 }));
    let error = over(portal, way, &asked);
    assert_eq!(error.reason, "deal_has_live_payment", "{error}");
    assert!(error.may_have_happened && error.message.contains("stays"), "{error}");
    for _ in 0..2 {
        let error = portal.fails("link_payment", asked.clone());
        assert_eq!(error.reason, "deal_has_live_payment", "{error}");
    }
    assert_eq!(portal.state()["comments"], json!([]));
}

#[test]
fn a_payment_that_was_told_is_not_refused_for_one_that_came_later() {
    let (portal, deal) = portal(json!({}));
    let asked = with(created(deal, &number()), json!({ "timeout_ms": 1000 }));
    let first = portal.call("link_payment", asked.clone());
    rival(&portal, deal);
    let again = portal.call("link_payment", asked.clone());
    assert_eq!((&again["item_id"], &again["changed"]), (&first["item_id"], &json!(false)));
    let mut later = asked;
    later["payment"]["state_id"] = json!("77aa");
    later["payment"]["status"] = json!("pending");
    assert_eq!(portal.call("link_payment", later)["changed"], true);
}

#[test]
fn a_change_that_was_lost_and_then_refused_is_in_doubt() {
    for refusal in
        [(400, r#"{"error":"ACCESS_DENIED"}"#), (503, r#"{"error":"QUERY_LIMIT_EXCEEDED"}"#)]
    {
        let (portal, deal) = portal(json!({}));
        let number = number();
        portal.call("link_payment", before(deal, &number));
        let way = Lost::of("crm.item.update", move |at, _, _| match at {
            0 => Err(lost()),
            _ => Ok(HttpResponse {
                status: refusal.0,
                headers: Vec::new(),
                body: refusal.1.as_bytes().to_vec(),
            }),
        });
        let asked = with(created(deal, &number), json!({ "timeout_ms": 1500 }));
        let error = over(&portal, way, &asked);
        assert!(error.may_have_happened, "{refusal:?}: {error}");
        assert!(error.message.contains("may be repeated"), "{refusal:?}: {error}");
        assert_ne!(error.kind, Kind::NotDone, "{refusal:?}: {error}");
    }
}

fn lost() -> SendError {
    SendError { may_have_arrived: true, reason: "connection_lost", message: "no answer".into() }
}

type Answer =
    Box<dyn Fn(usize, &Https, &HttpRequest) -> Result<HttpResponse, SendError> + Send + Sync>;

/// Answers the calls of one method otherwise, by their number.
struct Lost {
    https: Https,
    method: &'static str,
    count: AtomicUsize,
    answer: Answer,
}

impl Lost {
    fn of(
        method: &'static str,
        answer: impl Fn(usize, &Https, &HttpRequest) -> Result<HttpResponse, SendError>
        + Send
        + Sync
        + 'static,
    ) -> Box<Lost> {
        let https = Https::new(TransportSettings::default()).unwrap();
        Box::new(Lost { https, method, count: AtomicUsize::new(0), answer: Box::new(answer) })
    }
}

impl Transport for Lost {
    fn send(&self, request: &HttpRequest) -> Result<HttpResponse, SendError> {
        match request.url.ends_with(self.method) {
            true => {
                let at = self.count.fetch_add(1, Ordering::Relaxed);
                (self.answer)(at, &self.https, request)
            }
            false => self.https.send(request),
        }
    }
}

fn over(portal: &Portal, way: Box<dyn Transport>, asked: &Value) -> Error {
    let settings = json!({
        "service": "bitrix24", "request_limit": "none", "webhook_url": portal.made["webhook_url"],
    });
    let client = Client::over(&fields(settings), way).unwrap();
    client.call("link_payment", &fields(asked.clone())).unwrap_err()
}
