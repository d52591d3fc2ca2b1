//! Sberbank's newer API (D4): strict JSON, a cart of its own, unsigned JSON notifications.

use kopeck::Kind;
use serde_json::{Value, json};

use crate::card_payments::CHALLENGED;
use crate::listener::Listener;
use crate::shop::{
    GOOD, RETURN, Shop, act, browse, fault, number, order, origin, text, wallet_token, with, word,
};

/// The settings of a client of this dialect.
fn dialect(more: Value) -> Value {
    let base = json!({ "base_url": format!("{}/ecomm/gw/partner/api", origin()), "dialect": "sber_ecomm" });
    with(base, more)
}

fn shop(merchant: Value) -> Shop {
    Shop::new(merchant, dialect(json!({})))
}

fn native_order() -> Value {
    json!({ "orderNumber": number(), "amount": "10000", "currency": "643", "returnUrl": RETURN })
}

fn card(id: &str, more: Value) -> Value {
    let base = json!({ "MDORDER": id, "$PAN": CHALLENGED, "$CVC": "123", "YYYY": "2034", "MM": "12", "TEXT": "JOHN DOE" });
    with(base, more)
}

#[test]
fn a_payment_from_registration_to_refund() {
    let shop = shop(json!({}));
    let number = number();
    let created = shop.create(json!({ "order_number": number, "description": "Tea" }));
    let id = text(&created, "id").to_owned();
    assert!(created["action"]["url"].as_str().unwrap().contains(&id));
    assert_eq!(
        shop.fails("create_payment", order(json!({ "order_number": number }))).reason,
        "duplicate_order"
    );
    let expect = json!({ "order_number": number, "amount": "100.00", "currency": "RUB" });
    assert_eq!(
        text(&shop.call("confirm", json!({ "id": id, "expect": expect })), "status"),
        "created"
    );
    act(&id, json!({ "do": "pay", "pan": GOOD }));
    let paid = shop.call("confirm", json!({ "id": id, "expect": expect }));
    assert_eq!((text(&paid, "status"), text(&paid, "captured")), ("paid", "100.00"));

    let refund = |refund_id: &str, amount: &str, captured: &str, refunded: &str| {
        json!({ "id": id, "amount": amount, "currency": "RUB", "refund_id": refund_id,
                "before": { "captured": captured, "refunded": refunded } })
    };
    for _ in 0..2 {
        let back = shop.call("refund", refund("r-1", "30.00", "100.00", "0.00"));
        assert_eq!(
            (text(&back, "status"), text(&back, "refunded")),
            ("partially_refunded", "30.00")
        );
        assert_eq!(back["refunds"][0]["id"], "r-1");
    }
    // Where the gateway cannot lock the sums, they are compared before anything leaves.
    let error = shop.fails("refund", refund("r-2", "30.00", "100.00", "0.00"));
    assert_eq!((error.kind, error.reason), (Kind::Refused, "wrong_state"));
    let rest = shop.call("refund", refund("r-3", "70.00", "100.00", "30.00"));
    assert_eq!((text(&rest, "status"), text(&rest, "refunded")), ("refunded", "100.00"));
    // An order of the other dialect is nobody's here.
    let other = Shop::same(&shop, json!({})).created(json!({}));
    assert_eq!(text(&shop.status(&other), "status"), "not_found");
}

#[test]
fn holds_are_captured_released_and_orders_closed() {
    let shop = shop(json!({}));
    let id = shop.paid(json!({ "hold": true }));
    assert_eq!(shop.stands(&id).0, "authorized");
    let part = json!({ "id": id, "amount": "40.00", "currency": "RUB" });
    let error = shop.fails("capture", with(part.clone(), json!({ "partial": true })));
    assert_eq!((error.kind, error.field.as_deref()), (Kind::InvalidRequest, Some("partial")));
    let taken = shop.call("capture", part);
    assert_eq!((text(&taken, "status"), text(&taken, "captured")), ("paid", "40.00"));
    let id = shop.paid(json!({ "hold": true }));
    assert_eq!(text(&shop.call("cancel", json!({ "id": id })), "status"), "cancelled");
    let id = shop.created(json!({}));
    assert_eq!(text(&shop.call("cancel", json!({ "id": id })), "status"), "cancelled");
    act(&shop.created(json!({})), json!({ "do": "expire" }));
    let dead = shop.created(json!({}));
    act(&dead, json!({ "do": "decline", "action_code": 116 }));
    assert_eq!(
        (shop.stands(&dead).0.as_str(), text(&shop.status(&dead), "reason")),
        ("declined", "insufficient_funds")
    );
}

#[test]
fn a_lost_registration_and_a_lost_refund_are_settled() {
    let shop = shop(json!({}));
    let create = order(json!({}));
    fault("v1/register.do", "drop_after", create["order_number"].as_str().unwrap());
    assert_eq!(shop.fails("create_payment", create.clone()).kind, Kind::OutcomeUnknown);
    let settle = json!({ "operation": "create_payment", "create": create, "sent_at": "2026-01-01T00:00:00Z" });
    assert_eq!(shop.call("settle", settle)["verdict"], "need_new_number");
    let id = shop.paid(json!({}));
    let refund = json!({ "id": id, "amount": "40.00", "currency": "RUB", "refund_id": "r-1",
                         "before": { "captured": "100.00", "refunded": "0.00" } });
    fault("v1/refund.do", "drop_after", &id);
    assert_eq!(shop.fails("refund", refund.clone()).kind, Kind::OutcomeUnknown);
    let settle = with(refund, json!({ "operation": "refund", "sent_at": "2026-01-01T00:00:00Z" }));
    assert_eq!(shop.call("settle", settle)["verdict"], "done");
}

#[test]
fn stored_cards_are_listed_charged_and_forgotten() {
    let shop = shop(json!({}));
    let id = shop.created(json!({ "customer": { "id": "c-1" } }));
    act(&id, json!({ "do": "pay", "pan": GOOD, "store": true }));
    let cards = shop.call("saved_cards", json!({ "customer_id": "c-1" }))["cards"].clone();
    let card = cards[0]["id"].clone();
    let charge = || json!({ "order_number": number(), "amount": "50.00", "currency": "RUB", "card_id": card });
    let paid = shop.call("charge_saved_card", charge());
    assert_eq!((text(&paid, "status"), text(&paid, "captured")), ("paid", "50.00"));
    for _ in 0..2 {
        assert_eq!(shop.call("forget_card", json!({ "card_id": card }))["forgotten"], true);
    }
    assert_eq!(shop.call("saved_cards", json!({ "customer_id": "c-1" }))["cards"], json!([]));
    let again = shop.fails("charge_saved_card", charge());
    assert_eq!((again.kind, again.code.as_deref()), (Kind::OutcomeUnknown, Some("2")));
    // What this dialect has nothing for is refused before anything is sent.
    let period = json!({ "from": "2026-01-01T00:00:00Z", "to": "2026-01-02T00:00:00Z" });
    assert_eq!(shop.fails("list_payments", period).reason, "not_supported");
    let wallet = json!({ "method": "apple_pay", "wallet_token": "dG9rZW4=" });
    let error = shop.fails("create_payment", order(wallet));
    assert_eq!((error.kind, error.field.as_deref()), (Kind::InvalidRequest, Some("method")));
}

#[test]
fn the_code_of_sbp_comes_with_the_registration() {
    let shop = shop(json!({}));
    let created = shop.create(json!({ "method": "sbp" }));
    assert_eq!(created["action"]["type"], "qr");
    assert!(created["action"]["url"].as_str().unwrap().starts_with("https://qr.nspk.ru/"));
    let id = text(&created, "id");
    act(id, json!({ "do": "pay" }));
    assert_eq!(shop.stands(id).0, "paid");
    let held = shop.fails("create_payment", order(json!({ "method": "sbp", "hold": true })));
    assert_eq!((held.kind, held.field.as_deref()), (Kind::InvalidRequest, Some("hold")));
}

#[test]
fn receipts_have_their_own_cart() {
    let receipt = json!({ "ffd_version": "1.05", "company": { "email": "shop@shop.example", "inn": "7700000000",
                          "payment_address": "https://shop.example" } });
    let shop = Shop::new(
        json!({ "settings": { "fiscal": true } }),
        dialect(json!({ "receipt": receipt })),
    );
    let position = |quantity: &str| {
        json!({ "id": 1, "name": "Tea", "quantity": quantity, "price": "50.00", "vat": "20", "code": "t",
                "payment_method": "full_payment", "payment_object": "commodity" })
    };
    let cart = |quantity: &str| json!({ "customer": { "email": "buyer@mail.example" }, "tax_system": "osn", "positions": [position(quantity)] });
    let id = shop.paid(json!({ "receipt": cart("2") }));
    let found = shop.call("payment_status", json!({ "id": id, "receipt": true }));
    assert_eq!(
        (text(&found, "status"), &found["receipt"]["status"]),
        ("paid", &json!("done")),
        "{}",
        found["receipt"]
    );
    let back = json!({ "id": id, "amount": "50.00", "currency": "RUB", "refund_id": "r-1", "receipt": cart("1") });
    assert_eq!(text(&shop.call("refund", back), "refunded"), "50.00");
}

#[test]
fn what_the_dialect_does_not_know_it_refuses() {
    let shop = shop(json!({}));
    for extra in [json!({ "bankParameter": "1" }), json!({ "features": "WHAT" })] {
        let error = shop.fails("create_payment", order(json!({ "extra": extra })));
        assert_eq!(
            (error.kind, error.may_have_happened),
            (Kind::Refused, false),
            "{extra}: {error}"
        );
    }
    let error = shop.fails("payment_status", json!({ "id": "NOT-AN-ID" }));
    assert_eq!((error.kind, error.field.as_deref()), (Kind::InvalidRequest, Some("id")));
    assert_eq!(shop.call("check_settings", json!({}))["ok"], true);
    let stranger = Shop::same(&shop, dialect(json!({ "password": "wrong" })));
    assert_eq!(stranger.fails("create_payment", order(json!({}))).kind, Kind::Refused);
    assert_eq!(stranger.call("check_settings", json!({}))["ok"], false);
}

#[test]
fn notifications_are_hints_to_ask() {
    let listener = Listener::new(&[500]);
    let shop = shop(json!({ "callback_url": listener.url, "retry_pause_ms": 10 }));
    let number = number();
    let id = shop.created(json!({ "order_number": number }));
    for notification in listener.take(2) {
        let told = shop.call("parse_notification", notification);
        assert_eq!((&told["verified"], &told["event_id"]), (&json!(false), &Value::Null));
        assert_eq!(
            (&told["payment"]["id"], &told["payment"]["status"]),
            (&json!(id), &json!("unknown"))
        );
    }
    act(&id, json!({ "do": "pay", "pan": GOOD }));
    act(&id, json!({ "do": "redeliver", "times": 2, "reverse_order": true }));
    let expect = json!({ "order_number": number, "amount": "100.00", "currency": "RUB" });
    let mut states = std::collections::BTreeSet::new();
    for notification in listener.take(5) {
        let confirm = json!({ "id": id, "expect": expect, "notification": notification });
        let found = shop.call("confirm", confirm);
        assert_eq!(text(&found, "status"), "paid");
        states.insert(text(&found, "state_id").to_owned());
    }
    assert_eq!(states.len(), 1, "paid once");
}

#[test]
pub fn every_order_method_by_its_own_name() {
    let shop = shop(json!({}));
    let id = word(&shop.native("register", native_order()), "orderId").to_owned();
    shop.native("paymentOrder", card(&id, json!({ "$PAN": "4444555511113333", "YYYY": "2034" })));
    assert_eq!(shop.native("getOrderStatusExtended", json!({ "orderId": id }))["orderStatus"], 2);
    shop.native("refund", json!({ "orderId": id, "amount": "3000" }));
    let held = word(&shop.native("registerPreAuth", native_order()), "orderId").to_owned();
    act(&held, json!({ "do": "pay" }));
    shop.native("deposit", json!({ "orderId": held, "amount": "4000" }));
    let held = shop.paid(json!({ "hold": true }));
    shop.native("reverse", json!({ "orderId": held }));
    let open = shop.created(json!({}));
    shop.native("decline", json!({ "orderId": open }));
    assert_eq!(shop.stands(&open).0, "cancelled");

    let phone = shop.created(json!({}));
    shop.native("paymentSberPay", json!({ "orderId": phone, "phone": "79991234567" }));
    act(&phone, json!({ "do": "pay" }));
    assert_eq!(shop.stands(&phone).0, "paid");
    let token = wallet_token("mir", json!({ "outcome": "success" }));
    // No document shows its body, so the sandbox has no such method: nothing was done.
    let mir = json!({ "orderNumber": number(), "amount": "500", "paymentToken": token });
    assert_eq!(shop.fails("rbs.mirPaymentDirect", mir).kind, Kind::NotDone);
    let key = shop.native("apikeyGenerate", json!({}));
    assert!(key["apiKey"].is_string(), "{key}");
    let password = format!("{}_password", shop.login);
    shop.native(
        "setPermanentPassword",
        json!({ "login": shop.login, "tmpPassword": password, "password": password }),
    );
}

#[test]
pub fn three_d_secure_in_three_steps() {
    let shop = shop(json!({}));
    let id = shop.created(json!({}));
    let first =
        shop.native("paymentOrder", card(&id, json!({ "termUrl": "https://shop.example/term" })));
    let seen = json!({ "mdOrder": id, "threeDSServerTransId": first["threeDSServerTransId"], "threeDSCompInd": "Y" });
    let second = shop.native("finish3dsMethod", seen);
    assert_eq!(shop.stands(&id).0, "action_required");
    let page =
        browse(word(&second, "acsUrl"), &[("creq", word(&second, "cReq")), ("code", "12345678")]);
    let (_, rest) = page.split_once("name=\"cRes\" value=\"").unwrap_or_else(|| panic!("{page}"));
    let answer = rest.split('"').next().unwrap().replace("&#x2f;", "/").replace("&#x3d;", "=");
    let done = shop.native("finish3dsPayment", json!({ "mdOrder": id, "cRes": answer }));
    assert!(word(&done, "redirect").starts_with(RETURN), "{done}");
    assert_eq!(shop.stands(&id).0, "paid");
}

#[test]
pub fn cards_and_subscriptions_by_their_own_names() {
    let shop = shop(json!({}));
    let id = shop.created(json!({ "customer": { "id": "c-1" } }));
    act(&id, json!({ "do": "pay", "pan": "4444555511113333", "store": true }));
    let list = shop.native("getBindings", json!({ "clientId": "c-1" }));
    let card = list["bindings"][0]["bindingId"].clone();
    let next = shop.created(json!({ "customer": { "id": "c-1" } }));
    shop.native(
        "paymentOrderBinding",
        json!({ "mdOrder": next, "bindingId": card, "ip": "198.51.100.7", "cvc": "123" }),
    );
    assert_eq!(shop.stands(&next).0, "paid");
    let again =
        json!({ "orderNumber": number(), "bindingId": card, "amount": "500", "currency": "643" });
    shop.native("recurrentPayment", again);
    shop.native("unbindCard", json!({ "bindingId": card }));
    shop.native("bindCard", json!({ "bindingId": card }));
    shop.native("getBindingsByCardOrId", json!({ "bindingId": card }));

    let wish = json!({ "amount": "0", "jsonParams": { "qrType": "SUBSCRIPTION_SBP", "sbp.scenario": "C2B_SUBSCRIPTION" } });
    let id = word(&shop.native("register", with(native_order(), wish)), "orderId").to_owned();
    act(&id, json!({ "do": "pay" }));
    let made = shop.native("getOrderStatusExtended", json!({ "orderId": id }));
    let next = shop.created(json!({}));
    let pay = json!({ "orderId": next, "subscriptionId": made["attributes"]["subscriptionId"],
                      "memberId": made["attributes"]["memberId"] });
    shop.native("paymentOrderBySubscription", pay);
    assert_eq!(shop.stands(&next).0, "paid");
}

#[test]
pub fn receipts_are_made_read_and_sent_again() {
    let shop = shop(json!({ "settings": { "fiscal": true, "receipt_outcome": "failed" } }));
    let bundle = json!({ "ffdVersion": "1.05", "receiptType": "sell", "total": "10000",
        "company": { "email": "s@s.example", "sno": "osn", "inn": "7700000000", "paymentAddress": "s.example" },
        "payments": [{ "type": "1", "sum": "10000" }],
        "cartItems": { "items": [{ "positionId": "1", "itemCode": "t", "name": "Tea", "quantity": { "value": "2" },
            "itemPrice": "5000", "itemAmount": "10000", "paymentMethod": "full_payment",
            "paymentObject": "commodity", "tax": { "taxType": "6" } }] } });
    let id = word(
        &shop.native("register", with(native_order(), json!({ "orderBundle": bundle }))),
        "orderId",
    )
    .to_owned();
    act(&id, json!({ "do": "pay" }));
    let reply = shop.call("rbs.ofdGetReceiptStatus", json!({ "orderId": id }));
    assert_eq!(reply["receipt"]["status"], "failed");
    let all = shop.native("ofdGetReceiptStatus", json!({ "orderId": id }));
    shop.switch(json!({ "receipt_outcome": "delivered" }));
    shop.native("ofdRetryReceipt", json!({ "receiptIds": [all["receipt"][0]["receiptId"]] }));
    let found = shop.call("payment_status", json!({ "id": id, "receipt": true }));
    assert_eq!(found["receipt"]["status"], "done", "{}", found["receipt"]);
    shop.native("ofdDoReceipt", json!({ "orderId": id, "orderBundle": bundle }));
}
