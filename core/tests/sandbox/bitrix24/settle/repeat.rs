//! Stopped anywhere, with any answer lost, or many at once: the same ending.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use kopeck::http::{HttpRequest, HttpResponse, SendError, Transport};
use kopeck::https::{Https, TransportSettings};
use kopeck::{Client, Error, Kind};
use serde_json::{Value, json};

use super::register::ready;
use super::{comments, deal_of, ending, item_of, more, payment, portal, settle, stored};
use crate::bitrix24::link_late::Leaving;
use crate::bitrix24::portal::Portal;
use crate::shop::{fields, with};

/// What happens to the exchange of this number, counted from 0, and to those after it.
#[derive(Clone, Copy, Debug)]
enum Cut {
    /// Nothing leaves any more.
    Stop(usize),
    /// It is carried out, and then the process is killed.
    Kill(usize),
    /// It is carried out and its answer is lost; what follows arrives.
    Lose(usize),
}

struct Cutting {
    https: Https,
    cut: Cut,
    sent: Arc<AtomicUsize>,
}

impl Transport for Cutting {
    fn send(&self, request: &HttpRequest) -> Result<HttpResponse, SendError> {
        let number = self.sent.fetch_add(1, Ordering::SeqCst);
        let failed = |may_have_arrived| SendError {
            may_have_arrived,
            reason: "connection_lost",
            message: "cut by the test".into(),
        };
        match self.cut {
            Cut::Stop(at) | Cut::Kill(at) if number > at => Err(failed(false)),
            Cut::Stop(at) if number == at => Err(failed(false)),
            Cut::Kill(at) | Cut::Lose(at) if number == at => {
                self.https.send(request)?;
                Err(failed(true))
            }
            _ => self.https.send(request),
        }
    }
}

/// One call over a wire that is cut; how many exchanges were tried, and what came of it.
fn cut(portal: &Portal, given: &Value, cut: Cut) -> (usize, Result<Value, Error>) {
    let sent = Arc::new(AtomicUsize::new(0));
    let https = Https::new(TransportSettings::default()).unwrap();
    let settings = json!({
        "service": "bitrix24", "webhook_url": portal.made["webhook_url"], "request_limit": "none",
        "allow_plain_http": true,
    });
    let transport = Cutting { https, cut, sent: Arc::clone(&sent) };
    let client = Client::over(&fields(settings), Box::new(transport)).unwrap();
    let outcome = client.call("settle_deal", &fields(given.clone())).map(Value::Object);
    (sent.load(Ordering::SeqCst), outcome)
}

/// Makes a portal, and what is asked.
type Start = fn() -> (Portal, Value);

/// Each kind of run with a portal of its own.
fn runs() -> Vec<(&'static str, Start)> {
    fn plain(status: &str) -> (Portal, Value) {
        let (portal, deal) = portal();
        (portal, more(deal, payment(status), stored()))
    }
    vec![
        ("paid", || plain("paid")),
        ("expired", || plain("expired")),
        ("refunded", || plain("refunded")),
        ("missing", || {
            let (portal, given) = plain("paid");
            (portal, with(given, json!({ "deal_id": 1 })))
        }),
        ("order", || ready("order")),
        ("deal", || ready("deal")),
        ("pay_system", || ready("pay_system")),
    ]
}

/// All of them at once: most of the time is spent in pauses.
fn each_run(check: impl Fn(&'static str, Start) + Sync) {
    std::thread::scope(|scope| {
        for (name, start) in runs() {
            let check = &check;
            scope.spawn(move || check(name, start));
        }
    });
}

#[test]
fn stopped_anywhere_and_run_again_it_ends_the_same() {
    each_run(|name, start| {
        let (portal, given) = start();
        let whole = cut(&portal, &given, Cut::Stop(usize::MAX));
        whole.1.unwrap();
        let expected = ending(&portal);
        for at in 0..whole.0 {
            for way in [Cut::Stop(at), Cut::Kill(at)] {
                let (portal, given) = start();
                // No patience: what follows the kill never leaves.
                let hasty = with(given.clone(), json!({ "timeout_ms": 0 }));
                let outcome = cut(&portal, &hasty, way).1;
                let finished = outcome.is_ok();
                assert!(
                    !finished || matches!(way, Cut::Kill(last) if last + 1 >= whole.0),
                    "{name} {way:?}"
                );
                settle(&portal, given.clone());
                assert_eq!(ending(&portal), expected, "{name} {way:?}");
                let again = settle(&portal, given);
                assert_eq!(again["repeated"], true, "{name} {way:?}: {again}");
            }
        }
    });
}

#[test]
fn any_lost_answer_is_made_good_or_said_to_be_in_doubt() {
    each_run(|name, start| {
        let (portal, given) = start();
        let (count, _) = cut(&portal, &given, Cut::Stop(usize::MAX));
        let expected = ending(&portal);
        for at in 0..count {
            let (portal, given) = start();
            let hurried = with(given.clone(), json!({ "timeout_ms": 3000 }));
            match cut(&portal, &hurried, Cut::Lose(at)).1 {
                Ok(reply) => assert_eq!(
                    reply["attention"].as_array().map(Vec::is_empty),
                    Some(name != "missing"),
                    "{name} {at}"
                ),
                Err(error) => {
                    assert_eq!(error.kind, Kind::OutcomeUnknown, "{name} {at}: {error}");
                    settle(&portal, given);
                }
            }
            assert_eq!(ending(&portal), expected, "{name} {at}");
        }
    });
}

/// Fifty threads settle the same; `lock` is what the caller holds.
fn fifty(portal: &Portal, given: &Value, lock: Option<&Mutex<()>>) -> Vec<Value> {
    let given = with(given.clone(), json!({ "timeout_ms": 120_000 }));
    std::thread::scope(|scope| {
        let all: Vec<_> = (0..50)
            .map(|_| {
                scope.spawn(|| {
                    let _held =
                        lock.map(|lock| lock.lock().unwrap_or_else(PoisonError::into_inner));
                    settle(portal, given.clone())
                })
            })
            .collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    })
}

#[test]
fn fifty_at_once_under_the_callers_lock_leave_one_of_each() {
    for way in ["order", "deal", "pay_system"] {
        let (portal, given) = ready(way);
        let replies = fifty(&portal, &given, Some(&Mutex::new(())));
        let first = replies.iter().filter(|reply| reply["repeated"] == false).count();
        assert_eq!(first, 1, "{way}");
        assert_eq!(comments(&portal).len(), 1, "{way}");
        let state = portal.state();
        assert_eq!(state["payments"].as_array().map(Vec::len), Some(1), "{way}");
        assert_eq!(
            (item_of(&portal)["parentId2"].clone(), &state["payments"][0]["paid"]),
            (given["deal_id"].clone(), &json!("Y"))
        );
        assert_eq!(deal_of(&portal)["stageId"], "WON", "{way}");
    }
}

#[test]
fn fifty_at_once_without_a_lock_converge() {
    let (portal, deal) = portal();
    let given = more(deal, payment("paid"), stored());
    let replies = fifty(&portal, &given, None);
    for reply in &replies {
        assert_eq!(
            (&reply["outcome"], &reply["attention"]),
            (&json!("paid"), &json!([])),
            "{reply}"
        );
        assert_eq!(reply["deal"]["stage_id"], "WON", "{reply}");
    }
    let item = item_of(&portal);
    assert!(item["stageId"].as_str().unwrap().ends_with(":SUCCESS"), "{item}");
    assert_eq!((comments(&portal).len(), &item["ufCrm5Status"]), (1, &json!("paid")));
    assert!(replies.iter().all(|reply| reply["item_id"] == item["id"]));
    let added = replies.iter().filter(|reply| reply["item"]["added"] == true).count();
    assert_eq!(added, 1);
    assert_eq!(deal_of(&portal)["stageId"], "WON");
    assert_eq!(settle(&portal, given)["repeated"], true);
}

#[test]
fn what_the_portal_keeps_otherwise_is_told_and_no_write() {
    let (portal, deal) = portal();
    let given = more(deal, payment("paid"), stored());
    let settled = || {
        let settings = json!({
            "service": "bitrix24", "webhook_url": portal.made["webhook_url"],
            "request_limit": "none",
        });
        let https = Https::new(TransportSettings::default()).unwrap();
        let way = Box::new(Leaving(https, "ufCrm5Status"));
        let client = Client::over(&fields(settings), way).unwrap();
        client.call("settle_deal", &fields(given.clone())).unwrap()
    };
    for repeated in [false, true] {
        let reply = settled();
        assert_eq!(
            (&reply["not_stored"], &reply["repeated"]),
            (&json!(["status"]), &json!(repeated))
        );
        assert_eq!(reply["deal"]["stage_id"], "WON");
    }
    let whole = settle(&portal, given);
    assert_eq!((&whole["not_stored"], &whole["repeated"]), (&json!([]), &json!(false)));
}
