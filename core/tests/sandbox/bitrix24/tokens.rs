//! An application's tokens: nothing is refreshed behind the caller's back, and each pair works once.

use kopeck::Kind;
use serde_json::{Value, json};

use super::portal::{Portal, oauth};
use crate::shop::{control, look, text, with};

fn application(settings: Value) -> Portal {
    let deal = json!({ "title": "Order 1001", "opportunity": "1500.00", "currencyId": "RUB" });
    Portal::new(json!({ "oauth": true, "deals": [deal] }), settings)
}

fn deal(portal: &Portal) -> Value {
    json!({ "entityTypeId": 2, "id": portal.made["deals"][0]["id"] })
}

/// The same portal with another pair.
fn with_pair(portal: &Portal, pair: &kopeck::Fields) -> Portal {
    let tokens =
        json!({ "access_token": pair["access_token"], "refresh_token": pair["refresh_token"] });
    let settings = json!({
        "oauth": with(oauth(&portal.made["oauth"]), tokens), "portal_hosts": ["127.0.0.1"],
        "webhook_url": null,
    });
    Portal::same(portal, settings)
}

#[test]
fn a_token_that_is_over_is_told_and_refreshed_by_the_caller_alone() {
    for body in ["json", "form"] {
        let portal = application(json!({ "body": body }));
        assert_eq!(
            portal.call("bitrix24.crm.item.get", deal(&portal))["result"]["item"]["title"],
            "Order 1001"
        );
        portal.by_hand("oauth", json!({ "expire": true }));
        let before = look(&format!("bitrix24/portals/{}", portal.name))["oauth"].clone();
        for _ in 0..2 {
            let error = portal.fails("bitrix24.crm.item.get", deal(&portal));
            assert_eq!((error.kind, error.reason), (Kind::Refused, "token_expired"));
            assert_eq!(error.code.as_deref(), Some("expired_token"));
        }
        let after = portal.state()["oauth"].clone();
        assert_eq!(before, after, "refreshed without being asked");
        let checks = portal.call("check_settings", json!({}));
        assert_eq!(checks["ok"], false);

        let pair = portal.call("bitrix24.refresh_token", json!({}));
        assert_eq!(text(&pair, "client_endpoint"), after["client_endpoint"]);
        assert_eq!((&pair["endpoint_allowed"], &pair["user_id"]), (&json!(true), &json!(1)));
        assert_eq!(text(&pair, "member_id"), portal.made["member_id"]);
        assert!(kopeck::clock::parse(text(&pair, "expires_at")).is_ok());
        assert_ne!(pair["refresh_token"], after["refresh_token"]);
        // The old pair is dead, and the new one works.
        let error = portal.fails("bitrix24.refresh_token", json!({}));
        assert_eq!((error.kind, error.reason), (Kind::Refused, "authentication_failed"));
        let next = with_pair(&portal, &pair);
        next.call("bitrix24.crm.item.get", deal(&portal));
        assert_ne!(
            next.call("bitrix24.refresh_token", json!({}))["access_token"],
            pair["access_token"]
        );
    }
}

#[test]
fn the_documented_get_gives_the_same_pair() {
    let portal = application(json!({ "assumptions": { "refresh_by_get": true } }));
    let pair = portal.call("bitrix24.refresh_token", json!({}));
    with_pair(&portal, &pair).call("bitrix24.crm.item.get", deal(&portal));
}

#[test]
fn errors_of_the_token_server_are_told_whatever_their_status() {
    let portal = application(json!({}));
    portal.by_hand("oauth", json!({ "wrong_client": 1 }));
    let error = portal.fails("bitrix24.refresh_token", json!({}));
    assert_eq!((error.kind, error.reason), (Kind::Refused, "authentication_failed"));
    assert_eq!((error.http_status, error.code.as_deref()), (Some(200), Some("wrong_client")));
    portal.by_hand("oauth", json!({ "unpaid": true }));
    let error = portal.fails("bitrix24.refresh_token", json!({}));
    assert_eq!((error.kind, error.reason), (Kind::Refused, "not_permitted"));
    portal.by_hand("oauth", json!({ "unpaid": false }));
    portal.call("bitrix24.refresh_token", json!({}));
}

#[test]
fn a_lost_answer_leaves_the_pair_in_doubt() {
    let portal = application(json!({}));
    let mine = portal.made["oauth"]["client_id"].clone();
    control("faults", json!({ "match": "/oauth/token/", "body": mine, "fault": "drop_after" }));
    let error = portal.fails("bitrix24.refresh_token", json!({}));
    assert_eq!((error.kind, error.reason), (Kind::OutcomeUnknown, "connection_lost"));
    // It was carried out: the old refresh token is spent.
    let error = portal.fails("bitrix24.refresh_token", json!({}));
    assert_eq!((error.kind, error.reason), (Kind::Refused, "authentication_failed"));
}

#[test]
fn a_portal_on_another_host_is_left_out_and_the_pair_is_not_lost() {
    let made = application(json!({})).made;
    // The sandbox says 127.0.0.1 in its answer; this client was made for another name of it.
    let elsewhere =
        |name: &str| made["oauth"][name].as_str().unwrap().replace("127.0.0.1", "localhost");
    let endpoints = json!({
        "client_endpoint": elsewhere("client_endpoint"), "server_endpoint": elsewhere("server_endpoint"),
    });
    let settings = json!({
        "service": "bitrix24", "oauth": with(oauth(&made["oauth"]), endpoints),
        "portal_hosts": ["localhost"],
    });
    let client = kopeck::Client::new(settings.as_object().unwrap()).unwrap();
    let pair = client.call("bitrix24.refresh_token", &kopeck::Fields::new()).unwrap();
    assert_eq!(
        (&pair["endpoint_allowed"], &pair["client_endpoint"]),
        (&json!(false), &Value::Null)
    );
    assert_eq!(pair["server_endpoint"], Value::Null);
    assert!(pair["access_token"].is_string() && pair["refresh_token"].is_string());
}
