//! Card data encrypted before it leaves (`seToken`), and requests that carry a signature.

use kopeck::Kind;
use serde_json::{Value, json};

use crate::card_payments::{CHALLENGED, PLAIN};
use crate::shop::{RETURN, Shop, control, look, number, order, text, with, word};

/// The sandbox's own RSA key signs its callbacks; here it is a merchant's.
const KEY: &str = include_str!("../../../tests/sandbox/src/rbs/test_key.pem");

fn token(shop: &Shop, fields: Value) -> String {
    word(&shop.native("seToken", fields), "seToken").to_owned()
}

#[test]
pub fn encrypted_cards_pay_once() {
    let shop = Shop::plain();
    assert!(shop.native("seKeys", json!({})).is_object());
    let id = shop.created(
        json!({ "customer": { "id": "c-1" }, "extra": { "features": "FORCE_CREATE_BINDING" } }),
    );
    let card = json!({ "pan": PLAIN, "expiry": "202612", "cvc": "123" });
    let sealed =
        token(&shop, with(card.clone(), json!({ "target": "paymentorder", "mdOrder": id })));
    assert!(!sealed.contains(PLAIN));
    let pay = json!({ "MDORDER": id, "seToken": sealed, "TEXT": "JOHN DOE", "language": "en" });
    shop.native("paymentorder", pay.clone());
    assert_eq!(shop.stands(&id).0, "paid");
    // The same token on another order, and a second time: refused.
    let other = shop.created(json!({}));
    let stolen = shop.fails("rbs.paymentorder", with(pay, json!({ "MDORDER": other })));
    assert_eq!(stolen.kind, Kind::Refused, "{stolen}");
    assert_eq!(shop.stands(&other).0, "created");

    let binding =
        shop.call("saved_cards", json!({ "customer_id": "c-1" }))["cards"][0]["id"].clone();
    let next = shop.created(json!({ "customer": { "id": "c-1" } }));
    let sealed = token(
        &shop,
        json!({ "target": "paymentOrderBinding", "bindingId": binding, "cvc": "123", "mdOrder": next }),
    );
    shop.native(
        "paymentOrderBinding",
        json!({ "mdOrder": next, "seToken": sealed, "language": "en", "tii": "F" }),
    );
    assert_eq!(shop.stands(&next).0, "paid");

    let sealed = token(&shop, with(card.clone(), json!({ "target": "instantPayment" })));
    let instant = json!({ "orderNumber": number(), "amount": "10000", "returnUrl": RETURN, "seToken": sealed });
    let paid = shop.native("instantPayment", instant);
    assert_eq!(shop.stands(word(&paid, "orderId")).0, "paid");
    let sealed =
        token(&shop, json!({ "target": "instantRefund", "pan": CHALLENGED, "expiry": "203412" }));
    let given = json!({ "amount": "1000", "currency": "643", "seToken": sealed });
    assert!(shop.native("instantRefund", given)["orderId"].is_string());
}

#[test]
fn signed_requests_are_taken_and_others_are_not() {
    let public = look("config")["merchants"][0]["callback_public_key"].clone();
    let pair = rcgen::KeyPair::from_pem(KEY).unwrap();
    let certificate = rcgen::CertificateParams::new(vec!["shop.example".into()]).unwrap();
    let certificate = certificate.self_signed(&pair).unwrap().pem();
    for known in [public, json!(certificate)] {
        let shop = Shop::new(json!({ "signing_key": known }), json!({ "signing_key": KEY }));
        // Form, JSON and what has no parameters of its own.
        let id = shop.paid(
            json!({ "customer": { "id": "c-1" }, "extra": { "features": "FORCE_CREATE_BINDING" } }),
        );
        assert_eq!(shop.stands(&id).0, "paid");
        let card =
            shop.call("saved_cards", json!({ "customer_id": "c-1" }))["cards"][0]["id"].clone();
        let charge = json!({ "order_number": number(), "amount": "10.00", "currency": "RUB", "card_id": card });
        assert_eq!(text(&shop.call("charge_saved_card", charge), "status"), "paid");
        assert_eq!(shop.call("check_settings", json!({}))["ok"], true);

        let unsigned = Shop::same(&shop, json!({}));
        let error = unsigned.fails("create_payment", order(json!({})));
        assert_eq!(error.kind, Kind::Refused, "{error}");
        assert_eq!(unsigned.call("check_settings", json!({}))["ok"], false);
    }
    // Another key than the one that the gateway knows.
    let vector = include_str!("../../../tests/vectors/rbs/signed_registration.json");
    let vector: Value = serde_json::from_str(vector).unwrap();
    let wrong = Shop::new(json!({}), json!({ "signing_key": vector["settings"]["signing_key"] }));
    control(
        "merchants",
        json!({ "user_name": wrong.login, "signing_key": look("config")["merchants"][0]["callback_public_key"] }),
    );
    let error = wrong.fails("create_payment", order(json!({})));
    assert_eq!((error.kind, error.may_have_happened), (Kind::Refused, false));
    assert_eq!(
        wrong.fails("payment_status", json!({ "order_number": number() })).kind,
        Kind::Refused
    );
}
