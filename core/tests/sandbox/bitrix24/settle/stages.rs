//! What the stages say: whether the deal moved, and where it cannot.

use std::sync::Arc;

use kopeck::Client;
use kopeck::http::{HttpRequest, HttpResponse, SendError, Transport};
use kopeck::https::{Https, TransportSettings};
use serde_json::{Value, json};

use super::between::run;
use super::register::ready;
use super::{asked, comments, deal_of, more, payment, portal, portal_with, settle};
use crate::bitrix24::portal::{PAYMENTS, Portal};
use crate::shop::fields;

/// The portal's answers are changed on their way.
struct Told {
    https: Https,
    /// This stage is in no list.
    drop_stage: Option<&'static str>,
    /// Moves are answered without a word; and whether they are carried out.
    silent: Option<bool>,
}

impl Transport for Told {
    fn send(&self, request: &HttpRequest) -> Result<HttpResponse, SendError> {
        let silent = self.silent.filter(|_| request.url.ends_with("/crm.item.update"));
        if let Some(carried_out) = silent {
            if carried_out {
                self.https.send(request)?;
            }
            let body = br#"{"result":[]}"#.to_vec();
            return Ok(HttpResponse { status: 200, headers: Vec::new(), body });
        }
        let mut answer = self.https.send(request)?;
        if request.url.ends_with("/crm.status.list") {
            let mut told: Value = serde_json::from_slice(&answer.body).unwrap();
            let rows = told["result"].as_array_mut().unwrap();
            rows.retain(|row| row["STATUS_ID"].as_str() != self.drop_stage);
            answer.body = told.to_string().into_bytes();
        }
        Ok(answer)
    }
}

/// The flow, over a wire that changes the answers.
fn over(portal: &Portal, wire: impl Transport + 'static, given: Value) -> Value {
    let settings = json!({
        "service": "bitrix24", "webhook_url": portal.made["webhook_url"], "request_limit": "none",
        "allow_plain_http": true,
    });
    let client = Client::over(&fields(settings), Box::new(wire)).unwrap();
    Value::Object(client.call("settle_deal", &fields(given)).unwrap())
}

fn told(drop_stage: Option<&'static str>, silent: Option<bool>) -> Told {
    Told { https: Https::new(TransportSettings::default()).unwrap(), drop_stage, silent }
}

fn without(stage: &'static str) -> Told {
    told(Some(stage), None)
}

/// What the reply says of the moves.
fn said(reply: &Value) -> Value {
    json!([reply["attention"], reply["deal"]["moved"], reply["item"]["moved"]])
}

#[test]
fn a_portals_payment_whose_sum_is_set_right_wins_the_deal_with_the_next_call() {
    for (wrong, right, word) in [
        (json!({ "sum": 1501 }), json!({ "sum": 1500 }), "payment_amount"),
        (json!({ "currency": "KZT" }), json!({ "currency": "RUB" }), "payment_currency"),
    ] {
        let (portal, given) = ready("pay_system");
        let path = format!("payments/{}", given["register"]["payment_id"]);
        portal.by_hand(&path, wrong);
        assert_eq!(said(&settle(&portal, given.clone())), json!([[word], false, true]));
        portal.by_hand(&path, right);
        assert_eq!(said(&settle(&portal, given.clone())), json!([[], true, false]), "{word}");
        assert_eq!(deal_of(&portal)["stageId"], "WON", "{word}");
        assert_eq!(settle(&portal, given)["repeated"], true, "{word}");
    }
}

#[test]
fn a_stage_that_was_missing_is_taken_by_the_call_after_it_was_made() {
    for (status, stage) in [("paid", "WON"), ("expired", "LOSE")] {
        let (portal, deal) = portal();
        let given = asked(deal, payment(status));
        for _ in 0..2 {
            let reply = over(&portal, without(stage), given.clone());
            assert_eq!(said(&reply), json!([["no_stage"], false, false]), "{status}");
        }
        assert_eq!(said(&settle(&portal, given.clone())), json!([[], true, true]), "{status}");
        assert_eq!(
            (deal_of(&portal)["stageId"].as_str(), comments(&portal).len()),
            (Some(stage), 1)
        );
        let again = settle(&portal, given);
        assert_eq!((&again["repeated"], &again["attention"]), (&json!(true), &json!([])));
    }
}

#[test]
fn a_missing_stage_is_told_too_where_a_person_moved_the_item() {
    let (portal, deal) = portal();
    let given = asked(deal, payment("paid"));
    let item = over(&portal, without("WON"), given.clone())["item_id"].to_string();
    let won = json!({ "stageId": format!("DT{PAYMENTS}_30:SUCCESS") });
    portal.by_hand(&format!("items/{PAYMENTS}/{item}"), won);
    assert_eq!(said(&settle(&portal, given.clone())), json!([["no_stage"], false, false]));
    portal.by_hand(&format!("deals/{deal}"), json!({ "stageId": "WON" }));
    assert_eq!(said(&settle(&portal, given)), json!([[], false, false]));
}

#[test]
fn a_lost_move_that_a_person_overtook_to_an_open_stage_is_made_by_the_next_call() {
    let (portal, deal) = portal();
    let portal = Arc::new(portal);
    let given = asked(deal, payment("paid"));
    let lost = ("crm.item.update", 1, true);
    let reply = run(&portal, given.clone(), lost, move |portal| {
        portal.by_hand(&format!("deals/{deal}"), json!({ "stageId": "EXECUTING" }));
    })
    .unwrap();
    assert_eq!(said(&reply), json!([["stage_refused"], false, false]));
    let refused = json!([{ "what": "deal_stage", "code": null, "text": null }]);
    let stands = (&reply["deal"]["stage_id"], &reply["deal"]["meaning"]);
    assert_eq!((stands, &reply["refusals"]), ((&json!("EXECUTING"), &json!("open")), &refused));
    assert_eq!(said(&settle(&portal, given)), json!([[], true, true]));
}

#[test]
fn an_answer_without_a_stage_is_no_move_before_it_is_read_back() {
    let (portal, deal) = portal();
    let given = asked(deal, payment("paid"));
    let reply = over(&portal, told(None, Some(false)), given.clone());
    assert_eq!(said(&reply), json!([["stage_refused"], false, false]));
    assert_eq!(deal_of(&portal)["stageId"], "NEW");
    let reply = over(&portal, told(None, Some(true)), given);
    assert_eq!(said(&reply), json!([[], true, true]));
    assert_eq!((&reply["deal"]["stage_id"], &reply["refusals"]), (&json!("WON"), &json!([])));
}

#[test]
fn a_named_stage_of_the_pipeline_that_the_deal_left_hides_no_money() {
    let pipelines = json!({ "deal_pipelines": [9] });
    for (status, name, stage) in
        [("paid", "deal_success", "WON"), ("expired", "deal_failure", "LOSE")]
    {
        let (portal, deal) = portal_with(pipelines.clone());
        let there = json!({ "categoryId": 9, "stageId": "C9:NEW" });
        portal.by_hand(&format!("deals/{deal}"), there);
        let given = |stage: &str| more(deal, payment(status), json!({ "stages": { name: stage } }));
        for wrong in ["NEW", "NOWHERE", "C8:WON", "C9:NEW", "C9:"] {
            let error = portal.fails("settle_deal", given(wrong));
            assert_eq!(error.field.as_deref(), Some(&*format!("stages.{name}")), "{wrong}");
        }
        assert!(comments(&portal).is_empty());
        let reply = settle(&portal, given(stage));
        assert_eq!(said(&reply), json!([["no_stage"], false, false]), "{status}");
        assert_eq!((comments(&portal).len(), &reply["item"]["added"]), (1, &json!(true)));
        assert_eq!(settle(&portal, given(stage))["attention"], json!(["no_stage"]), "{status}");
        // Named anew, or moved back: the next call moves it.
        let reply = settle(&portal, given(&format!("C9:{stage}")));
        assert_eq!(said(&reply), json!([[], true, true]), "{status}");
    }
}

#[test]
fn a_deal_that_was_opened_again_is_left_where_the_item_says_that_it_was_won() {
    for (stages, moved) in [(true, false), (false, true)] {
        let kind = json!({ "entityTypeId": PAYMENTS, "title": "Payment", "stages": stages });
        let (portal, deal) = portal_with(json!({ "types": [kind] }));
        let given = asked(deal, payment("paid"));
        assert_eq!(settle(&portal, given.clone())["deal"]["moved"], true);
        portal.by_hand(&format!("deals/{deal}"), json!({ "stageId": "NEW" }));
        assert_eq!(said(&settle(&portal, given)), json!([[], moved, false]), "{stages}");
    }
}
