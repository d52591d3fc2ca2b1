//! `link_payment` with its answers lost and its process killed between any two calls: run again it ends as
//! if nothing had happened.

use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kopeck::clock::{Clock, Time};
use kopeck::http::{Effect, HttpRequest, HttpResponse, SendError, Transport};
use kopeck::https::{Https, TransportSettings};
use kopeck::{Client, Error, Fields, Host, Kind};
use serde_json::{Value, json};

use super::link::{before, created, items, portal, relate};
use super::portal::{PAYMENTS, Portal};
use crate::shop::{fields, number, word};

/// Sleeps at once.
struct Quick(AtomicI64);

impl Clock for Quick {
    fn now(&self) -> Time {
        Time::now_utc() + Duration::from_millis(self.0.load(Ordering::Relaxed).unsigned_abs())
    }
    fn sleep(&self, pause: Duration) -> Result<(), Error> {
        self.0.fetch_add(i64::try_from(pause.as_millis()).unwrap(), Ordering::Relaxed);
        Ok(())
    }
}

/// How the way to the portal breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cut {
    /// Never.
    Whole,
    /// The answer to this exchange is lost, it alone.
    Answer(usize),
    /// Nothing arrives from this exchange on.
    Before(usize),
    /// This exchange is carried out and not answered, and nothing arrives after it.
    After(usize),
}

/// A way to the portal that breaks; counts the exchanges, and notes whether each that arrived was a write.
struct Way {
    https: Https,
    cut: Cut,
    count: AtomicUsize,
    arrived: Arc<Mutex<Vec<bool>>>,
}

impl Transport for Way {
    fn send(&self, request: &HttpRequest) -> Result<HttpResponse, SendError> {
        let place = self.count.fetch_add(1, Ordering::Relaxed);
        let (arrives, answered) = match self.cut {
            Cut::Whole => (true, true),
            Cut::Answer(at) => (true, place != at),
            Cut::Before(at) => (place < at, place < at),
            Cut::After(at) => (place <= at, place < at),
        };
        let answer = match arrives {
            true => {
                self.arrived.lock().unwrap().push(request.effect == Effect::Write);
                Some(self.https.send(request)?)
            }
            false => None,
        };
        answer.filter(|_| answered).ok_or_else(|| SendError {
            may_have_arrived: true,
            reason: "connection_lost",
            message: "no answer".into(),
        })
    }
}

/// Links over such a way; what arrived comes second.
fn link(portal: &Portal, cut: Cut, asked: &Value) -> (Result<Fields, Error>, Vec<bool>) {
    let settings = json!({
        "service": "bitrix24", "request_limit": "none", "webhook_url": portal.made["webhook_url"],
    });
    let arrived = Arc::new(Mutex::new(Vec::new()));
    let way = Way {
        https: Https::new(TransportSettings::default()).unwrap(),
        cut,
        count: AtomicUsize::new(0),
        arrived: Arc::clone(&arrived),
    };
    let client = Client::over(&fields(settings), Box::new(way)).unwrap();
    let host = Host { clock: &Quick(AtomicI64::new(0)), log: None };
    let ended = client.call_in(&host, "link_payment", &fields(asked.clone()));
    let arrived = arrived.lock().unwrap().clone();
    (ended, arrived)
}

/// The portal without ids and times.
fn stands(portal: &Portal) -> Value {
    let state = portal.state();
    let mut items = items(portal);
    for item in &mut items {
        for name in ["id", "createdTime", "updatedTime", "movedTime", "parentId2"] {
            item.as_object_mut().unwrap().remove(name);
        }
    }
    let comments = state["comments"].as_array().unwrap().iter();
    let told = comments.map(|comment| {
        let text = word(comment, "COMMENT");
        text.lines().filter(|line| !line.starts_with("Item: ")).collect::<Vec<_>>().join("\n")
    });
    let deals = state["deals"].as_array().unwrap().iter();
    let deals: Vec<_> = deals.map(|deal| (&deal["stageId"], &deal["opportunity"])).collect();
    json!([items, told.collect::<Vec<_>>(), deals])
}

/// The ways that a payment may come: new, tied to nothing yet, and known already.
fn start(way: &str, number: &str) -> (Portal, Value) {
    let (portal, deal) = portal(json!({}));
    match way {
        "new" => {}
        "untied" => {
            let item = json!({
                "xmlId": format!("kopeck:rbs:{number}"), "title": format!("Payment {number}"),
                "opportunity": "1500.00", "currencyId": "RUB", "isManualOpportunity": "Y",
            });
            portal.by_hand(&format!("items/{PAYMENTS}"), item);
        }
        _ => drop(portal.call("link_payment", before(deal, number))),
    }
    (portal, created(deal, number))
}

#[test]
fn killed_between_any_two_calls_and_run_again_it_ends_the_same() {
    for way in ["new", "untied", "known"] {
        let number = number();
        let (whole, asked) = start(way, &number);
        let (ended, exchanges) = link(&whole, Cut::Whole, &asked);
        ended.unwrap();
        let expected = stands(&whole);
        assert!(exchanges.len() > 6, "{way}");
        for at in 0..exchanges.len() {
            for cut in [Cut::Before(at), Cut::After(at)] {
                let (portal, asked) = start(way, &number);
                let (killed, arrived) = link(&portal, cut, &asked);
                // What was lost last may have been a read that nothing depends on: then it is done.
                if let Err(error) = killed {
                    let wrote = arrived.contains(&true);
                    assert!(error.may_have_happened || !wrote, "{way} {cut:?}: {error}");
                    let kind =
                        if error.may_have_happened { Kind::OutcomeUnknown } else { Kind::NotDone };
                    assert_eq!(error.kind, kind, "{way} {cut:?}: {error}");
                    if error.may_have_happened {
                        assert_eq!(error.advice, "repeat", "{way} {cut:?}");
                        assert!(error.message.contains("may be repeated"), "{error}");
                    }
                }
                let again = link(&portal, Cut::Whole, &asked).0.unwrap();
                assert_eq!(stands(&portal), expected, "{way} {cut:?}");
                assert_eq!(again["duplicates"], json!([]), "{way} {cut:?}");
                let third = link(&portal, Cut::Whole, &asked).0.unwrap();
                assert_eq!(third["changed"], false, "{way} {cut:?}");
            }
        }
    }
}

#[test]
fn the_lost_answer_of_any_call_is_made_good_within_the_call() {
    for way in ["new", "untied", "known"] {
        let number = number();
        let (whole, asked) = start(way, &number);
        let exchanges = link(&whole, Cut::Whole, &asked).1.len();
        let expected = stands(&whole);
        for at in 0..exchanges {
            let (portal, asked) = start(way, &number);
            let linked = link(&portal, Cut::Answer(at), &asked).0;
            let linked = linked.unwrap_or_else(|error| panic!("{way} {at}: {error}"));
            assert_eq!(linked["changed"], true, "{way} {at}");
            assert_eq!(stands(&portal), expected, "{way} {at}");
        }
    }
}

#[test]
fn an_item_that_never_arrived_is_in_doubt_and_the_call_may_be_repeated() {
    let (portal, asked) = start("new", &number());
    let path = word(&portal.made, "webhook_url").to_owned();
    portal.fault("crm.item.add", "drop_before", json!({}));
    let asked = crate::shop::with(asked, json!({ "timeout_ms": 1500 }));
    let error = portal.fails("link_payment", asked.clone());
    assert_eq!((error.kind, error.advice), (Kind::OutcomeUnknown, "repeat"));
    assert!(error.may_have_happened && error.message.contains("may be repeated"), "{error}");
    assert!(!error.message.contains(&path));
    assert_eq!(portal.call("link_payment", asked)["added"], true);
    assert_eq!(items(&portal).len(), 1);
}

#[test]
fn an_item_that_arrives_late_is_waited_for() {
    let (portal, asked) = start("new", &number());
    portal.fault("crm.item.add", "commit_late", json!({ "hang_ms": 1500 }));
    let linked = portal.call("link_payment", asked);
    assert_eq!((&linked["added"], &linked["changed"]), (&json!(false), &json!(true)));
    assert_eq!(items(&portal).len(), 1);
}

/// A portal that takes an item, or a change of one, and leaves its link to the deal out; or whose type
/// loses its relation in that moment.
struct Dropping {
    https: Https,
    loses: Option<&'static (dyn Fn() + Send + Sync)>,
}

impl Transport for Dropping {
    fn send(&self, request: &HttpRequest) -> Result<HttpResponse, SendError> {
        let writes = ["crm.item.add", "crm.item.update"];
        if !writes.iter().any(|method| request.url.ends_with(method)) {
            return self.https.send(request);
        }
        if let Some(loses) = self.loses {
            loses();
            return self.https.send(request);
        }
        let mut body: Value = serde_json::from_slice(&request.body).unwrap();
        body["fields"].as_object_mut().unwrap().remove("parentId2");
        self.https.send(&HttpRequest {
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

/// Links through a portal that drops; the error.
fn dropped(
    portal: &Portal,
    loses: Option<&'static (dyn Fn() + Send + Sync)>,
    asked: &Value,
) -> Error {
    let settings = json!({
        "service": "bitrix24", "request_limit": "none", "webhook_url": portal.made["webhook_url"],
    });
    let https = Https::new(TransportSettings::default()).unwrap();
    let client = Client::over(&fields(settings), Box::new(Dropping { https, loses })).unwrap();
    client.call("link_payment", &fields(asked.clone())).unwrap_err()
}

#[test]
fn a_link_that_the_portal_drops_silently_is_no_link_and_leaves_nothing() {
    for way in ["new", "untied"] {
        let (portal, asked) = start(way, &number());
        let stood = stands(&portal);
        let error = dropped(&portal, None, &asked);
        assert_eq!((error.kind, error.reason), (Kind::Refused, "link_dropped"), "{way}: {error}");
        assert!(!error.may_have_happened && error.message.contains("relation to deals"), "{error}");
        assert_eq!(stands(&portal), stood, "{way}");
    }
}

#[test]
fn a_relation_lost_in_that_moment_leaves_nothing() {
    let (portal, asked) = start("new", &number());
    let portal: &'static Portal = Box::leak(Box::new(portal));
    let loses: &'static (dyn Fn() + Send + Sync) =
        Box::leak(Box::new(|| relate(portal, json!([]))));
    let error = dropped(portal, Some(loses), &asked);
    assert_eq!((error.kind, error.reason), (Kind::Refused, "no_deal_relation"), "{error}");
    assert!(!error.may_have_happened, "{error}");
    assert_eq!(items(portal), Vec::<Value>::new());
}
