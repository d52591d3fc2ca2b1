//! Events as the portal sends them: what changed is named, proven by the token, and fetched.

use kopeck::Kind;
use serde_json::{Value, json};

use super::portal::{PAYMENTS, Portal};
use crate::listener::Listener;
use crate::shop::{browse, origin};

fn update(portal: &Portal, entity_type: u64, id: u64, title: &str) {
    let webhook = portal.made["webhook_url"].as_str().unwrap();
    let (kind, id) = (entity_type.to_string(), id.to_string());
    let form = [("entityTypeId", kind.as_str()), ("id", &id), ("fields[title]", title)];
    let told = browse(&format!("{webhook}crm.item.update"), &form);
    assert!(!told.contains("\"error\""), "{told}");
}

#[test]
fn an_event_says_what_to_fetch_and_nothing_more() {
    let (portal, deal) = Portal::with_deal();
    let listener = Listener::new(&[]);
    let suffixed = format!("ONCRMDYNAMICITEMADD_{PAYMENTS}");
    portal.change(json!({ "webhook": {
        "url": listener.url, "events": ["onCrmDealUpdate", suffixed],
    } }));
    let token = portal.made["application_token"].clone();
    let ours = Portal::same(&portal, json!({ "application_token": ["0000", token] }));
    update(&portal, 2, deal, "Paid");
    let told = ours.call("parse_event", listener.next());
    assert_eq!((&told["event"], &told["about"]), (&json!("ONCRMDEALUPDATE"), &json!("deal")));
    assert_eq!((&told["id"], &told["entity_type_id"]), (&json!(deal), &json!(2)));
    assert_eq!(told["needs_status"], true);
    // The portal of this webhook may be called back; it stands on this machine.
    assert_eq!(told["endpoint_allowed"], true);
    assert_eq!(told["client_endpoint"], format!("{}/bitrix24/rest/", origin()));
    let elsewhere = json!({
        "webhook_url": "https://portal.test/rest/1/abcdef0123456789/", "application_token": token,
    });
    let elsewhere = Portal::same(&portal, elsewhere);

    let webhook = portal.made["webhook_url"].as_str().unwrap();
    let kind = PAYMENTS.to_string();
    browse(
        &format!("{webhook}crm.item.add"),
        &[("entityTypeId", kind.as_str()), ("fields[title]", "Payment")],
    );
    let heard = listener.next();
    let told = ours.call("parse_event", heard.clone());
    assert_eq!((&told["about"], &told["entity_type_id"]), (&json!("item"), &json!(PAYMENTS)));
    assert!(told["event"].as_str().unwrap().ends_with("_1220"), "{told:?}");
    let shown = Value::Object(told).to_string();
    assert!(!shown.contains(token.as_str().unwrap()), "{shown}");
    // Another portal's client reads it too, and would not call that place.
    let told = elsewhere.call("parse_event", heard);
    assert_eq!(
        (&told["endpoint_allowed"], &told["client_endpoint"]),
        (&json!(false), &Value::Null)
    );
}

#[test]
fn a_forged_event_is_untrusted_and_a_repeated_one_is_the_same() {
    let (portal, deal) = Portal::with_deal();
    let listener = Listener::new(&[]);
    let token = portal.made["application_token"].clone();
    let ours = Portal::same(&portal, json!({ "application_token": token }));
    let hook = json!({ "url": listener.url, "events": ["ONCRMDEALUPDATE"] });
    for (wrong, reason) in [("absent", "signature_missing"), ("guess", "signature_mismatch")] {
        let mut hook = hook.clone();
        hook["token"] = wrong.into();
        portal.change(json!({ "webhook": hook }));
        update(&portal, 2, deal, wrong);
        let error = ours.fails("parse_event", listener.next());
        assert_eq!((error.kind, error.reason), (Kind::Untrusted, reason));
        assert_eq!(error.to_fields()["answer"]["reject"]["status"], 403);
    }
    let mut hook = hook.clone();
    hook["copies"] = 2.into();
    portal.change(json!({ "webhook": hook }));
    update(&portal, 2, deal, "twice");
    let told: Vec<_> =
        listener.take(2).into_iter().map(|one| ours.call("parse_event", one)).collect();
    assert_eq!(told[0], told[1]);
}
