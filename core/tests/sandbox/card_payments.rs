//! Card data through the shop's own program: each leg of 3-D Secure as a shop's server and a buyer's
//! browser go through it, and payments in one call.

use kopeck::Kind;
use serde_json::{Value, json};

use crate::shop::{GOOD, RETURN, Shop, browse, number, origin, text, with, word};

/// Asks for a code.
pub const CHALLENGED: &str = "5555555555555599";
/// Knows no 3-D Secure.
pub const PLAIN: &str = "4444555511113333";

/// Card data as most methods take it.
pub fn card(pan: &str, more: Value) -> Value {
    let expiry = if pan == CHALLENGED { "203412" } else { "202612" };
    with(json!({ "pan": pan, "expiry": expiry, "cvc": "123" }), more)
}

/// The same as paymentorder takes it.
fn form_card(id: &str, pan: &str, expiry: &str) -> Value {
    json!({ "MDORDER": id, "$PAN": pan, "$CVC": "123", "$EXPIRY": expiry, "TEXT": "JOHN DOE", "language": "en" })
}

/// The buyer types the code at the issuer's page: where the browser goes then.
pub fn challenge(reply: &Value, code: &str) -> String {
    browse(word(reply, "acsUrl"), &[("creq", word(reply, "packedCReq")), ("code", code)])
}

fn value_of<'a>(page: &'a str, name: &str) -> String {
    let (_, rest) =
        page.split_once(&format!("name=\"{name}\" value=\"")).unwrap_or_else(|| panic!("{page}"));
    let coded: &'a str = rest.split('"').next().unwrap();
    coded.replace("&#x2f;", "/").replace("&#x2b;", "+").replace("&#x3d;", "=")
}

#[test]
pub fn a_card_pays_a_registered_order() {
    let shop = Shop::plain();
    let fields = json!({ "orderNumber": number(), "amount": "10000", "currency": "643", "returnUrl": RETURN });
    let id = word(&shop.native("register", fields), "orderId").to_owned();
    let reply = shop.native("paymentorder", form_card(&id, PLAIN, "202612"));
    assert!(word(&reply, "redirect").starts_with(RETURN), "{reply}");
    assert_eq!(shop.stands(&id).0, "paid");
    // Paid once: code 7, and the status tells why.
    let again = shop.fails("rbs.paymentorder", form_card(&id, PLAIN, "202612"));
    assert_eq!((again.kind, again.advice), (Kind::OutcomeUnknown, "ask_status"));
    // A decline is dressed as success there, and is an error here.
    let id = shop.created(json!({}));
    let wrong = with(form_card(&id, PLAIN, "202612"), json!({ "$CVC": "999" }));
    let error = shop.fails("rbs.paymentorder", wrong);
    assert_eq!((error.kind, error.advice), (Kind::Declined, "show_to_buyer"));
    assert_eq!(shop.stands(&id).0, "created");
}

#[test]
pub fn version_2_asks_looks_and_is_finished_by_the_gateway_or_the_shop() {
    let shop = Shop::plain();
    // The gateway finishes: method, second leg, challenge, and the buyer is back.
    let id = shop.created(json!({}));
    let first = shop.native("paymentorder", form_card(&id, CHALLENGED, "203412"));
    assert_eq!(first["is3DSVer2"], true);
    for name in ["threeDSMethodURL", "threeDSMethodDataPacked", "threeDSServerTransId"] {
        assert!(first[name].is_string(), "{name} in {first}");
    }
    assert_eq!(shop.stands(&id).0, "created");
    let leg = json!({ "threeDSServerTransId": first["threeDSServerTransId"] });
    let second = shop.native("paymentorder", with(form_card(&id, CHALLENGED, "203412"), leg));
    assert_eq!(shop.stands(&id).0, "action_required");
    assert!(challenge(&second, "12345678").starts_with(RETURN));
    assert_eq!(shop.stands(&id).0, "paid");

    // The shop finishes: nothing is charged before.
    for (code, ends) in [("12345678", "paid"), ("no", "created")] {
        let id = shop.created(json!({}));
        let first = shop.native("paymentorder", form_card(&id, CHALLENGED, "203412"));
        let transaction = word(&first, "threeDSServerTransId");
        let leg = json!({ "threeDSServerTransId": transaction, "threeDSVer2FinishUrl": "https://shop.example/3ds" });
        let second = shop.native("paymentorder", with(form_card(&id, CHALLENGED, "203412"), leg));
        assert!(challenge(&second, code).starts_with("https://shop.example/3ds"));
        assert_eq!(shop.stands(&id).0, "action_required");
        let finish = json!({ "threeDSServerTransId": transaction });
        if ends == "paid" {
            let done = shop.native("finish3dsVer2Payment", finish.clone());
            assert!(word(&done, "redirect").starts_with(RETURN), "{done}");
        } else {
            assert_eq!(shop.fails("rbs.finish3dsVer2Payment", finish.clone()).kind, Kind::Declined);
        }
        assert_eq!(shop.stands(&id).0, ends, "{code}");
        assert_eq!(shop.status(&id)["last_attempt"].is_null(), ends == "paid");
        assert_eq!(shop.fails("rbs.finish3dsVer2Payment", finish).code.as_deref(), Some("5"));
    }
}

#[test]
pub fn nothing_is_asked_and_continue_ends_it() {
    let shop = Shop::plain();
    for (pan, expiry, ends) in [
        (GOOD, "202612", "paid"),
        ("4000001111111118", "203012", "paid"),
        ("5168494895055780", "202612", "created"),
    ] {
        let id = shop.created(json!({}));
        shop.native("paymentorder", form_card(&id, pan, expiry));
        if ends == "paid" {
            let done = shop.native("threeDsContinue", json!({ "mdOrder": id }));
            assert!(done["redirect"].is_string(), "{done}");
        } else {
            let error = shop.fails("rbs.threeDsContinue", json!({ "mdOrder": id }));
            assert_eq!(error.kind, Kind::Declined, "{error}");
        }
        assert_eq!(shop.stands(&id).0, ends, "{pan}");
    }
}

#[test]
pub fn version_1_is_finished_by_the_shop() {
    let shop = Shop::plain();
    let id = shop.created(json!({}));
    let first = shop.native("paymentorder", form_card(&id, "4012888888881881", "203012"));
    let form = [
        ("MD", id.as_str()),
        ("PaReq", word(&first, "paReq")),
        ("TermUrl", "https://shop.example/term"),
        ("code", "12345678"),
    ];
    let page = browse(&format!("{}/payment/acs/challenge", origin()), &form);
    assert_eq!(shop.stands(&id).0, "action_required");
    let forged = shop.fails("rbs.finish3dsPayment", json!({ "mdOrder": id, "paRes": "x" }));
    assert_eq!(forged.code.as_deref(), Some("5"));
    let answer = json!({ "mdOrder": id, "paRes": value_of(&page, "PaRes") });
    assert!(word(&shop.native("finish3dsPayment", answer), "redirect").starts_with(RETURN));
    assert_eq!(shop.stands(&id).0, "paid");
}

#[test]
pub fn one_call_registers_and_pays() {
    let shop = Shop::plain();
    let instant = |more: Value| {
        let base = json!({ "orderNumber": number(), "amount": "10000", "currency": "643", "returnUrl": RETURN });
        with(base, more)
    };
    let paid = shop.native("instantPayment", instant(card(PLAIN, json!({}))));
    assert_eq!(shop.stands(word(&paid, "orderId")).0, "paid");
    let held = shop.native("instantPayment", instant(card(PLAIN, json!({ "preAuth": true }))));
    assert_eq!(shop.stands(word(&held, "orderId")).0, "authorized");

    let fields = instant(card(CHALLENGED, json!({})));
    let first = shop.native("instantPayment", fields.clone());
    let leg = json!({ "threeDSServerTransId": first["threeDSServerTransId"], "threeDSVer2MdOrder": first["orderId"] });
    let second = shop.native("instantPayment", with(fields, leg));
    assert!(challenge(&second, "00000").starts_with(RETURN));
    assert_eq!(shop.stands(word(&first, "orderId")).0, "paid");

    let number = number();
    let poor = json!({ "orderNumber": number, "pan": "4999000001160000", "expiry": "203012" });
    let dead = shop.fails("rbs.instantPayment", instant(card(PLAIN, poor)));
    // The bank's own code in the reply says why.
    assert_eq!((dead.kind, dead.reason), (Kind::Declined, "insufficient_funds"));
    let found = shop.call("payment_status", json!({ "order_number": number }));
    assert_eq!(
        (text(&found, "status"), text(&found, "reason")),
        ("declined", "insufficient_funds")
    );

    let moto = json!({ "amount": "10000", "currency": "643", "returnUrl": RETURN, "pan": CHALLENGED,
                       "expiry": "203412", "cardholder": "JOHN DOE" });
    let told = shop.native("motoPayment", moto.clone());
    assert_eq!(shop.status(word(&told, "mdOrder"))["method"], "card_moto");
    let moto = with(moto, json!({ "pan": "4000001111111126", "expiry": "203012" }));
    assert_eq!(shop.fails("rbs.motoPayment", moto).code.as_deref(), Some("2"));
}

#[test]
pub fn cards_are_checked_without_a_payment() {
    let shop = Shop::plain();
    let checked = shop.native("verifyCard", card(PLAIN, json!({ "amount": "0" })));
    let found = shop.status(word(&checked, "orderId"));
    assert_eq!((text(&found, "status"), text(&found, "amount")), ("cancelled", "0.00"));
    let asked = card(CHALLENGED, json!({ "amount": "0", "returnUrl": RETURN }));
    assert_eq!(shop.native("verifyCard", asked)["is3DSVer2"], true);
    for (pan, enrolled) in [(CHALLENGED, "Y"), (PLAIN, "N"), ("4000001111111118", "U")] {
        assert_eq!(shop.native("verifyEnrollment", json!({ "pan": pan }))["enrolled"], enrolled);
    }
    let id = shop.paid(json!({}));
    shop.native("updateSSLCardList", json!({ "mdorder": id }));
    let again = shop.fails("rbs.updateSSLCardList", json!({ "mdorder": id }));
    assert_eq!((again.kind, again.reason), (Kind::Refused, "wrong_state"));
}

#[test]
pub fn money_goes_to_a_card_without_a_payment() {
    let shop = Shop::plain();
    let refund = json!({ "orderNumber": number(), "amount": "1000", "currency": "643", "pan": CHALLENGED, "expiry": "203412" });
    let given = shop.native("instantRefund", refund.clone());
    let found = shop.status(word(&given, "orderId"));
    assert_eq!(text(&found, "refunded"), "10.00");
    let again = shop.fails("rbs.instantRefund", refund.clone());
    assert_eq!((again.kind, again.code.as_deref()), (Kind::OutcomeUnknown, Some("1")));
    let strict = Shop::with(json!({ "instant_refunds": false }));
    let refund = with(refund, json!({ "orderNumber": number() }));
    assert_eq!(strict.fails("rbs.instantRefund", refund).kind, Kind::Refused);
}

#[test]
pub fn other_ways_to_pay_and_a_buyer_who_declines() {
    let shop = Shop::plain();
    let id = shop.created(json!({}));
    let way = shop.native("paymentotherway", json!({ "MDORDER": id, "paymentWay": "UPOP" }));
    assert!(browse(word(&way, "redirect"), &[("pay", "1")]).starts_with(RETURN));
    let found = shop.status(&id);
    assert_eq!((text(&found, "status"), text(&found, "method")), ("paid", "upop"));
    let id = shop.created(json!({}));
    shop.native("declineByClient", json!({ "mdOrder": id }));
    assert_eq!(shop.stands(&id).0, "cancelled");
}

#[test]
pub fn the_card_of_an_earlier_order_is_charged_again() {
    let shop = Shop::plain();
    let original = shop.paid(json!({}));
    let again = json!({ "originalMdOrder": original, "orderNumber": number(), "tii": "IPD", "amount": "300" });
    let paid = shop.native("industryPractice", again);
    assert_eq!(paid["orderStatus"]["orderStatus"], 2, "{paid}");
}

#[test]
fn card_data_needs_the_shops_consent_and_the_banks() {
    let shop = Shop::new(json!({}), json!({ "card_data": "refused" }));
    let id = shop.created(json!({}));
    let error = shop.fails("rbs.paymentorder", form_card(&id, PLAIN, "202612"));
    assert_eq!(
        (error.kind, error.field.as_deref()),
        (Kind::InvalidRequest, Some("$PAN")),
        "{error}"
    );
    let strict = Shop::with(json!({ "direct_cards": false }));
    let id = strict.created(json!({}));
    let error = strict.fails("rbs.paymentorder", form_card(&id, PLAIN, "202612"));
    assert_eq!((error.kind, error.reason), (Kind::Refused, "not_permitted"));
}
