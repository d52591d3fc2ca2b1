//! One exchange with the portal: what each way of going wrong means, and a portal that was renamed.

use std::cell::RefCell;

use kopeck::clock::SystemClock;
use kopeck::{Host, Kind};
use serde_json::{Value, json};

use super::portal::Portal;
use crate::shop::fields;

/// What each fault must be called on a write; on a read it is always `NotDone`.
const FAULTS: &[(&str, Kind)] = &[
    ("refuse", Kind::OutcomeUnknown),
    ("drop_before", Kind::OutcomeUnknown),
    ("drop_after", Kind::OutcomeUnknown),
    ("reset_after", Kind::OutcomeUnknown),
    ("half", Kind::OutcomeUnknown),
    ("cut_json", Kind::OutcomeUnknown),
    ("empty", Kind::OutcomeUnknown),
    ("garbage", Kind::OutcomeUnknown),
    ("not_http", Kind::OutcomeUnknown),
    ("status_500", Kind::OutcomeUnknown),
    ("status_502", Kind::OutcomeUnknown),
    ("status_503", Kind::OutcomeUnknown),
    ("status_429", Kind::OutcomeUnknown),
    ("internal_error_after", Kind::OutcomeUnknown),
    ("query_limit", Kind::NotDone),
    ("operation_limit", Kind::NotDone),
    ("redirect", Kind::NotDone),
    ("moved", Kind::NotDone),
];

fn add() -> Value {
    json!({ "entityTypeId": 2, "fields": { "title": "Second" } })
}

#[test]
fn every_fault_is_called_by_its_name_and_shows_no_secret() {
    let log = RefCell::new(String::new());
    let write = |_, line: &str| log.borrow_mut().push_str(line);
    let host = Host { clock: &SystemClock, log: Some(&write) };
    for (fault, kind) in FAULTS {
        let (portal, deal) = Portal::with_deal();
        let fresh = Portal::same(&portal, json!({ "keep_alive": false }));
        let webhook = portal.made["webhook_url"].as_str().unwrap();
        let secret = webhook.trim_end_matches('/').rsplit('/').next().unwrap();
        for (method, given, kind) in [
            ("crm.item.add", add(), *kind),
            ("crm.item.get", json!({ "entityTypeId": 2, "id": deal }), Kind::NotDone),
        ] {
            portal.fault(method, fault, json!({}));
            let operation = format!("bitrix24.{method}");
            let error = fresh.client.call_in(&host, &operation, &fields(given)).unwrap_err();
            assert_eq!(error.kind, kind, "{fault} on {method}: {error} {}", error.reason);
            let shown = format!("{error:?}{error}{}", Value::Object(error.to_fields()));
            assert!(!shown.contains(secret), "{shown}");
        }
        assert!(!log.borrow().contains(secret), "{}", log.borrow());
    }
    assert!(log.borrow().contains("/rest/***/crm.item.add"), "{}", log.borrow());
}

#[test]
fn a_time_out_after_the_commit_is_in_doubt_and_the_object_is_there() {
    let (portal, _) = Portal::with_deal();
    let hasty = Portal::same(&portal, json!({ "timeouts": { "total_ms": 300 } }));
    portal.fault("crm.item.add", "hang", json!({ "hang_ms": 2000 }));
    let error = hasty.fails("bitrix24.crm.item.add", add());
    assert_eq!((error.kind, error.reason), (Kind::OutcomeUnknown, "timeout"));
    portal.fault("crm.item.add", "drop_after", json!({}));
    let error = portal.fails("bitrix24.crm.item.add", add());
    assert_eq!((error.kind, error.may_have_happened), (Kind::OutcomeUnknown, true));
    let titles = portal.state()["deals"].to_string();
    assert!(titles.contains("Second"), "{titles}");
}

#[test]
fn a_renamed_portal_is_followed_once_and_kept() {
    let (portal, deal) = Portal::with_deal();
    let get = || json!({ "entityTypeId": 2, "id": deal });
    let allowed = Portal::same(&portal, json!({ "portal_hosts": ["localhost"] }));
    let log = RefCell::new(Vec::new());
    let write = |_, line: &str| log.borrow_mut().push(line.to_owned());
    let host = Host { clock: &SystemClock, log: Some(&write) };
    portal.fault("crm.item.get", "moved", json!({}));
    for _ in 0..2 {
        let reply = allowed.client.call_in(&host, "bitrix24.crm.item.get", &fields(get())).unwrap();
        assert_eq!(reply["result"]["item"]["title"], "Order 1001");
    }
    let sent: Vec<String> =
        log.borrow().iter().filter(|line| line.starts_with("->")).cloned().collect();
    let hosts: Vec<bool> = sent.iter().map(|line| line.contains("localhost")).collect();
    assert_eq!(hosts, [false, true, true], "{sent:?}");
    // A write is asked for at the new place by the same POST.
    portal.fault("crm.item.add", "moved", json!({}));
    Portal::same(&portal, json!({ "portal_hosts": ["localhost"] }))
        .call("bitrix24.crm.item.add", add());
    // Where nobody allowed it, nothing is sent there.
    portal.fault("crm.item.get", "moved", json!({}));
    let error = portal.fails("bitrix24.crm.item.get", get());
    assert_eq!((error.kind, error.reason), (Kind::NotDone, "redirected"));
    assert_eq!(error.advice, "fix_settings");
    // Once is enough.
    let twice = Portal::same(&portal, json!({ "portal_hosts": ["localhost"] }));
    portal.fault("crm.item.get", "moved", json!({ "times": 2 }));
    let error = twice.fails("bitrix24.crm.item.get", get());
    assert_eq!((error.kind, error.reason), (Kind::NotDone, "redirected"));
}
