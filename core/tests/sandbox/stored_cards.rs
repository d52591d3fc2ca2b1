//! Cards that the gateway keeps: how they come to be, are listed, charged, and forgotten.

use kopeck::Kind;
use serde_json::{Value, json};

use crate::card_payments::{CHALLENGED, PLAIN, challenge};
use crate::shop::{RETURN, Shop, act, browse, control, fault, number, text, with, word};

/// A card of the customer `c-1`, stored by a payment.
pub fn stored(shop: &Shop) -> String {
    let keep =
        json!({ "customer": { "id": "c-1" }, "extra": { "features": "FORCE_CREATE_BINDING" } });
    let id = shop.created(keep);
    act(&id, json!({ "do": "pay", "pan": CHALLENGED }));
    let cards = shop.call("saved_cards", json!({ "customer_id": "c-1" }));
    cards["cards"][0]["id"].as_str().unwrap().to_owned()
}

fn charge(card: &str, more: Value) -> Value {
    let base =
        json!({ "order_number": number(), "amount": "50.00", "currency": "RUB", "card_id": card });
    with(base, more)
}

#[test]
fn cards_are_listed_charged_and_forgotten() {
    let shop = Shop::plain();
    assert_eq!(shop.call("saved_cards", json!({ "customer_id": "c-1" }))["cards"], json!([]));
    let card = stored(&shop);
    let cards = shop.call("saved_cards", json!({ "customer_id": "c-1" }))["cards"].clone();
    assert_eq!(cards.as_array().unwrap().len(), 1);
    assert_eq!(
        (&cards[0]["number"], &cards[0]["expiry"]),
        (&json!("555555**5599"), &json!("2034-12"))
    );
    assert_eq!(cards[0]["id"], json!(card));

    let paid = shop.call("charge_saved_card", charge(&card, json!({})));
    assert_eq!((text(&paid, "status"), text(&paid, "captured")), ("paid", "50.00"));
    let held = shop.call("charge_saved_card", charge(&card, json!({ "hold": true })));
    assert_eq!((text(&held, "status"), held["final"] == true), ("authorized", true));
    let again = charge(&card, json!({ "order_number": paid["order_number"] }));
    let error = shop.fails("charge_saved_card", again);
    assert_eq!((error.kind, error.reason), (Kind::Refused, "duplicate_order"));

    // Forgetting it twice is no mistake; it pays no more, and the other customer never saw it.
    for _ in 0..2 {
        assert_eq!(shop.call("forget_card", json!({ "card_id": card }))["forgotten"], true);
    }
    assert_eq!(shop.call("saved_cards", json!({ "customer_id": "c-1" }))["cards"], json!([]));
    // The code that comes then is not documented, so it proves nothing; the order's absence does in time.
    let late = charge(&card, json!({}));
    let error = shop.fails("charge_saved_card", late.clone());
    assert_eq!((error.kind, error.code.as_deref()), (Kind::OutcomeUnknown, Some("2")));
    assert_eq!(error.payment.as_ref().unwrap()["status"], "not_found");
    let settle = json!({ "operation": "charge_saved_card", "charge": late, "sent_at": "2026-01-01T00:00:00Z" });
    assert_eq!(shop.call("settle", settle)["verdict"], "not_done");
}

#[test]
fn a_declined_charge_says_why_and_what_the_buyer_may_hear() {
    let shop = Shop::plain();
    let card = stored(&shop);
    for (code, reason, retry) in [
        (116, "insufficient_funds", "later"),
        (100, "limit_exceeded", "later"),
        (208, "lost_or_stolen", "never"),
        (101, "card_expired", "other_means"),
    ] {
        control(&format!("bindings/{card}"), json!({ "decline_with": code }));
        let error = shop.fails("charge_saved_card", charge(&card, json!({})));
        assert_eq!((error.kind, error.may_have_happened), (Kind::Declined, false), "{code}");
        let heard = json!(error.buyer_text).to_string();
        assert!(heard.contains("en") && !heard.to_lowercase().contains("lost"), "{heard}");
        assert_eq!((error.reason, error.retry), (reason, Some(retry)), "{code}");
        assert_eq!(error.payment.as_ref().unwrap()["status"], "declined");
    }
}

#[test]
fn a_lost_charge_is_settled_and_never_made_twice() {
    let shop = Shop::plain();
    let card = stored(&shop);
    let long_ago = "2026-01-01T00:00:00Z";
    for (kind, verdict) in [("drop_after", "done"), ("drop_before", "not_done")] {
        let fields = charge(&card, json!({}));
        fault("recurrentPayment.do", kind, fields["order_number"].as_str().unwrap());
        assert_eq!(shop.fails("charge_saved_card", fields.clone()).kind, Kind::OutcomeUnknown);
        let settle =
            json!({ "operation": "charge_saved_card", "charge": fields, "sent_at": long_ago });
        let settled = shop.call("settle", settle.clone());
        assert_eq!(settled["verdict"], verdict, "{kind}");
        if verdict == "done" {
            assert_eq!(settled["payment"]["status"], "paid");
            assert_eq!(shop.fails("charge_saved_card", fields).reason, "duplicate_order");
            assert_eq!(shop.call("settle", settle)["verdict"], "done");
        } else {
            assert_eq!(shop.call("charge_saved_card", fields)["status"], "paid");
        }
    }
}

#[test]
fn the_page_asks_for_the_code_alone() {
    let shop = Shop::plain();
    let card = stored(&shop);
    let created = shop
        .create(json!({ "method": "stored_card", "card_id": card, "customer": { "id": "c-1" } }));
    let page = created["action"]["url"].as_str().unwrap();
    let shown = browse(page, &[]);
    assert!(shown.contains("$CVC") && !shown.contains("$PAN"), "{shown}");
    let acs = browse(page, &[("$CVC", "123")]);
    assert!(browse(&acs, &[("code", "00000")]).starts_with(RETURN));
    let found = shop.status(text(&created, "id"));
    assert_eq!((text(&found, "status"), text(&found, "method")), ("paid", "card_binding"));
    let nobodys = json!({ "method": "stored_card", "card_id": "x", "customer": { "id": "c-1" } });
    let error = shop.fails("create_payment", crate::shop::order(nobodys));
    assert_eq!(error.kind, Kind::Refused);
}

#[test]
pub fn cards_are_switched_and_extended_by_their_own_methods() {
    let shop = Shop::plain();
    let made = json!({ "clientId": "c-1", "pan": PLAIN, "expiryDate": "203012", "cardholderName": "JOHN DOE" });
    let card = word(&shop.native("createBindingNoPayment", made), "bindingId").to_owned();
    let named = json!({ "bindingId": card });
    assert_eq!(
        shop.native("getBindings", json!({ "clientId": "c-1" }))["bindings"][0]["bindingId"],
        json!(card)
    );
    shop.native("unBindCard", named.clone());
    let error = shop.fails("rbs.unBindCard", named.clone());
    assert_eq!((error.kind, error.reason), (Kind::Refused, "wrong_state"));
    assert_eq!(shop.fails("rbs.getBindings", json!({ "clientId": "c-1" })).reason, "nothing_found");
    shop.native("getAllBindings", json!({ "clientId": "c-1" }));
    shop.native("bindCard", named.clone());
    shop.native("extendBinding", with(named, json!({ "newExpiry": "203512", "language": "en" })));
    let found = shop.native("getBindingsByCardOrId", json!({ "pan": PLAIN }));
    assert_eq!(found["bindings"][0]["expiryDate"], "203512");
}

#[test]
pub fn orders_are_paid_with_a_stored_card() {
    let shop = Shop::plain();
    let card = stored(&shop);
    let pay = |id: &str, more: Value| {
        with(json!({ "mdOrder": id, "bindingId": card, "language": "en" }), more)
    };
    // The buyer is there: the issuer asks. The merchant alone: nobody does.
    let id = shop.created(json!({ "customer": { "id": "c-1" } }));
    let asked = shop.native("paymentOrderBinding", pay(&id, json!({ "cvc": "123", "tii": "F" })));
    assert_eq!(asked["is3DSVer2"], true);
    let second = shop.native("threeDsContinue", json!({ "mdOrder": id }));
    assert!(challenge(&second, "00000").starts_with(RETURN), "{second}");
    assert_eq!(shop.stands(&id).0, "paid");
    let id = shop.created(json!({ "customer": { "id": "c-1" } }));
    shop.native("paymentOrderBinding", pay(&id, json!({ "tii": "U" })));
    assert_eq!(shop.stands(&id).0, "paid");
    control(&format!("bindings/{card}"), json!({ "decline_with": 116 }));
    let id = shop.created(json!({ "customer": { "id": "c-1" } }));
    let error = shop.fails("rbs.paymentOrderBinding", pay(&id, json!({ "tii": "U" })));
    assert_eq!(error.kind, Kind::Declined, "{error}");
}

#[test]
pub fn a_plan_and_an_instalment_are_charged_by_the_shop() {
    let shop = Shop::plain();
    let card = stored(&shop);
    let fields =
        || json!({ "orderNumber": number(), "bindingId": card, "amount": "500", "preAuth": false });
    let paid = shop.native("recurrentPayment", with(fields(), json!({ "currency": "643" })));
    assert_eq!(paid["orderStatus"]["tii"], "RECURRENT");
    let paid = shop.native("installmentPayment", fields());
    assert_eq!(paid["orderStatus"]["orderStatus"], 2, "{paid}");
    control(&format!("bindings/{card}"), json!({ "decline_with": 116 }));
    // Its reply calls a declined charge a success, with the decline inside.
    let declined = shop.fails("rbs.recurrentPayment", fields());
    assert_eq!((declined.kind, declined.reason), (Kind::Declined, "insufficient_funds"));
    assert!(declined.payment.as_ref().unwrap()["id"].is_string());
}
