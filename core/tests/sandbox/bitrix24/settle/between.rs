//! Somebody changes the portal while the flow is under way.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use kopeck::http::{HttpRequest, HttpResponse, SendError, Transport};
use kopeck::https::{Https, TransportSettings};
use kopeck::{Client, Error, Kind};
use serde_json::{Value, json};

use super::register::{ask, ready};
use super::{
    asked, comments, deal_of, item_of, more, payment, portal, portal_with, settle, stored,
};
use crate::bitrix24::portal::{PAYMENTS, Portal};
use crate::shop::{fields, with};

type Act = Box<dyn FnOnce() + Send>;

/// Does something just before the call of this number, counted from 1, of a method; `lose` loses the
/// answers of that method from then on, or all that leaves then.
struct Between {
    https: Https,
    method: &'static str,
    number: usize,
    seen: AtomicUsize,
    act: Mutex<Option<Act>>,
    lose: bool,
}

impl Transport for Between {
    fn send(&self, request: &HttpRequest) -> Result<HttpResponse, SendError> {
        let now = request.url.ends_with(&format!("/{}", self.method))
            && self.seen.fetch_add(1, Ordering::SeqCst) + 1 == self.number;
        let act = now.then(|| self.act.lock().unwrap().take()).flatten();
        if let Some(act) = act {
            act();
        }
        if now && self.lose {
            return Err(SendError {
                may_have_arrived: true,
                reason: "connection_lost",
                message: "cut by the test".into(),
            });
        }
        self.https.send(request)
    }
}

pub fn run(
    portal: &Arc<Portal>,
    given: Value,
    (method, number, lose): (&'static str, usize, bool),
    act: impl FnOnce(&Portal) + Send + 'static,
) -> Result<Value, Error> {
    let settings = json!({
        "service": "bitrix24", "webhook_url": portal.made["webhook_url"], "request_limit": "none",
        "allow_plain_http": true,
    });
    let shared = Arc::clone(portal);
    let act: Act = Box::new(move || act(&shared));
    let https = Https::new(TransportSettings::default()).unwrap();
    let (seen, act) = (AtomicUsize::new(0), Mutex::new(Some(act)));
    let between = Between { https, method, number, seen, act, lose };
    let client = Client::over(&fields(settings), Box::new(between)).unwrap();
    client.call("settle_deal", &fields(given)).map(Value::Object)
}

const COMMENT: (&str, usize, bool) = ("crm.timeline.comment.add", 1, false);

#[test]
fn a_deal_that_goes_to_another_pipeline_is_won_there() {
    let (portal, deal) = portal_with(json!({ "deal_pipelines": [9] }));
    let portal = Arc::new(portal);
    let given = asked(deal, payment("paid"));
    let reply = run(&portal, given.clone(), COMMENT, move |portal| {
        let there = json!({ "categoryId": 9, "stageId": "C9:NEW" });
        portal.by_hand(&format!("deals/{deal}"), there);
    })
    .unwrap();
    assert_eq!((&reply["deal"]["stage_id"], &reply["attention"]), (&json!("C9:WON"), &json!([])));
    assert_eq!(deal_of(&portal)["stageId"], "C9:WON");
    // A stage that the caller named is none of that pipeline's.
    let (portal, deal) = portal_with(json!({ "deal_pipelines": [9] }));
    let portal = Arc::new(portal);
    let named = json!({ "stages": { "deal_success": "WON" } });
    let reply = run(&portal, more(deal, payment("paid"), named), COMMENT, move |portal| {
        let there = json!({ "categoryId": 9, "stageId": "C9:NEW" });
        portal.by_hand(&format!("deals/{deal}"), there);
    })
    .unwrap();
    assert_eq!(
        (&reply["attention"], &reply["deal"]["moved"]),
        (&json!(["no_stage"]), &json!(false))
    );
    assert_eq!(deal_of(&portal)["stageId"], "C9:NEW");
}

#[test]
fn money_for_a_deal_that_changed_before_it_moved_stays_to_be_looked_at() {
    for (change, word) in [
        (json!({ "stageId": "LOSE" }), "deal_closed"),
        (json!({ "opportunity": "1500.01" }), "deal_amount"),
        (json!({ "currencyId": "KZT" }), "deal_currency"),
    ] {
        let (portal, deal) = portal();
        let portal = Arc::new(portal);
        let given = asked(deal, payment("paid"));
        let reply = run(&portal, given.clone(), COMMENT, move |portal| {
            portal.by_hand(&format!("deals/{deal}"), change);
        })
        .unwrap();
        assert_eq!((&reply["attention"], &reply["item"]["moved"]), (&json!([word]), &json!(true)));
        // No comment says so: each repeat has to.
        for _ in 0..2 {
            let again = settle(&portal, given.clone());
            assert_eq!(again["attention"], json!([word]));
            assert_eq!(
                (&again["needs_attention"], &again["repeated"]),
                (&json!(true), &json!(true))
            );
        }
    }
}

#[test]
fn a_deal_deleted_in_the_middle_leaves_the_money_on_the_item() {
    for (method, number) in [("crm.timeline.comment.add", 1), ("crm.item.get", 3)] {
        let (portal, deal) = portal();
        let portal = Arc::new(portal);
        let given = asked(deal, payment("paid"));
        let reply = run(&portal, given.clone(), (method, number, false), move |portal| {
            let deal = deal.to_string();
            ask(portal, "crm.item.delete", &[("entityTypeId", "2"), ("id", &deal)]);
        });
        let reply = reply.unwrap();
        assert_eq!(
            (&reply["attention"], &reply["item"]["moved"]),
            (&json!(["deal_missing"]), &json!(true)),
            "{method}"
        );
        let again = settle(&portal, given.clone());
        assert_eq!(again["attention"], json!(["deal_missing"]), "{method}");
        let rows = portal.state()["comments"].clone();
        let on_item = |row: &Value| row["ENTITY_TYPE"] == format!("dynamic_{PAYMENTS}");
        assert!(rows.as_array().unwrap().iter().any(on_item), "{rows}");
        assert_eq!(settle(&portal, given)["repeated"], true, "{method}");
    }
}

#[test]
fn an_item_deleted_in_the_middle_is_made_by_the_next_run() {
    for (method, number) in [("crm.item.update", 1), ("crm.item.update", 2)] {
        let (portal, deal) = portal();
        let item = json!({ "xmlId": super::XML_ID, "parentId2": deal, "opportunity": 1500, "currencyId": "RUB" });
        let item = portal.by_hand(&format!("items/{PAYMENTS}"), item)["id"].to_string();
        let portal = Arc::new(portal);
        let given = more(deal, payment("paid"), stored());
        let outcome = run(&portal, given.clone(), (method, number, false), move |portal| {
            let kind = PAYMENTS.to_string();
            ask(portal, "crm.item.delete", &[("entityTypeId", &kind), ("id", &item)]);
        });
        match outcome {
            Err(error) => assert_eq!(error.advice, "repeat", "{error}"),
            Ok(reply) => assert_eq!(reply["deal"]["moved"], true, "{reply}"),
        }
        let reply = settle(&portal, given);
        assert_eq!(reply["attention"], json!([]), "{number}");
        assert!(item_of(&portal)["stageId"].as_str().unwrap().ends_with(":SUCCESS"));
        assert_eq!(
            (deal_of(&portal)["stageId"].clone(), comments(&portal).len()),
            (json!("WON"), 1)
        );
    }
}

#[test]
fn a_lost_move_that_a_person_overtook_is_not_called_ours() {
    let (portal, deal) = portal();
    let portal = Arc::new(portal);
    let given = asked(deal, payment("paid"));
    let lost = ("crm.item.update", 1, true);
    let reply = run(&portal, given, lost, move |portal| {
        portal.by_hand(&format!("deals/{deal}"), json!({ "stageId": "LOSE" }));
    })
    .unwrap();
    assert_eq!(
        (&reply["attention"], &reply["deal"]),
        (
            &json!(["deal_closed"]),
            &json!({ "found": true, "stage_id": "LOSE", "moved": false, "meaning": "lost" })
        )
    );
}

#[test]
fn an_error_of_a_lost_write_says_that_the_call_may_be_repeated() {
    // All but the comment was done before, so that nothing was certainly written by this run.
    let (portal, deal) = portal();
    let item = json!({ "xmlId": super::XML_ID, "parentId2": deal, "opportunity": 1500, "currencyId": "RUB" });
    portal.by_hand(&format!("items/{PAYMENTS}"), item);
    let portal = Arc::new(portal);
    let given = more(deal, payment("paid"), json!({ "timeout_ms": 0 }));
    let lost = ("crm.timeline.comment.add", 1, true);
    let error = run(&portal, given, lost, |_| {}).unwrap_err();
    assert_eq!((error.kind, error.advice), (Kind::OutcomeUnknown, "repeat"), "{error}");
    assert!(error.may_have_happened);
}

#[test]
fn a_pay_systems_lost_answer_is_looked_for_and_never_called_a_refusal() {
    let (portal, given) = ready("pay_system");
    let portal = Arc::new(portal);
    let lost = ("sale.paysystem.pay.payment", 1, true);
    // It never arrived: under the lock it is sent once more.
    let reply = run(&portal, given.clone(), lost, |_| {}).unwrap();
    assert_eq!(reply["registered"]["done_now"], true, "{reply}");
    assert_eq!(portal.state()["payments"][0]["paid"], "Y");
}

#[test]
fn what_the_portals_own_payment_says_otherwise_is_told_each_time() {
    for (change, words, paid) in [
        (json!({ "sum": 1400 }), json!(["payment_amount"]), "Y"),
        (json!({ "sum": 1600 }), json!(["payment_amount"]), "N"),
        (json!({ "paySystemId": 2 }), json!(["payment_system"]), "N"),
    ] {
        let (portal, given) = ready("pay_system");
        let id = given["register"]["payment_id"].to_string();
        portal.by_hand(&format!("payments/{id}"), change.clone());
        for _ in 0..2 {
            let reply = settle(&portal, given.clone());
            assert_eq!(reply["attention"], words, "{change}");
            assert_eq!(reply["registered"].is_null(), paid == "N", "{change}");
        }
        assert_eq!(portal.state()["payments"][0]["paid"], paid, "{change}");
    }
    let (portal, given) = ready("pay_system");
    let wrong = with(given["register"].clone(), json!({ "payment_id": 77 }));
    let reply = settle(&portal, with(given, json!({ "register": wrong })));
    assert_eq!(
        (&reply["attention"], &reply["deal"]["moved"]),
        (&json!(["payment_missing"]), &json!(true))
    );
}

#[test]
fn the_portals_payment_is_paid_by_money_that_was_asked_for_it_alone() {
    let (portal, given) = ready("pay_system");
    let id = given["register"]["payment_id"].as_u64().unwrap();
    let of = |other: u64| {
        let number = format!("b24-0123ab-{other}-1");
        let paid = with(
            given["payment"].clone(),
            json!({ "order_number": number, "paid_at": "2036-01-01T00:00:00Z" }),
        );
        // The item is that of the first payment all the while.
        with(given.clone(), json!({ "payment": paid, "xml_id": super::XML_ID }))
    };
    let reply = settle(&portal, of(id + 1));
    assert_eq!(reply["attention"], json!(["payment_unclear"]), "{reply}");
    assert_eq!(portal.state()["payments"][0]["paid"], "N");
    let reply = settle(&portal, of(id));
    assert_eq!((&reply["attention"], &reply["registered"]["done_now"]), (&json!([]), &json!(true)));
    // Paid by now, and again by money that came years later.
    let reply = settle(&portal, of(id));
    assert_eq!(reply["attention"], json!(["paid_before"]), "{reply}");
    assert_eq!(reply["registered"]["done_now"], json!(false), "{reply}");
}
