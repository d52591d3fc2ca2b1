//! SBP, the Faster Payments System: codes that buyers scan, subscriptions, and companies.

use kopeck::Kind;
use serde_json::{Value, json};

use crate::shop::{RETURN, Shop, browse, fault, number, order, origin, text, with, word};

/// The buyer presses a button of his bank for the code behind this link.
pub fn press(payload: &str, button: &str) -> String {
    let code = payload.strip_prefix("https://qr.nspk.ru/").unwrap();
    browse(&format!("{}/payment/sbp/{code}", origin()), &[("do", button)])
}

fn link(payment: &kopeck::Fields) -> String {
    payment["action"]["url"].as_str().unwrap().to_owned()
}

#[test]
fn a_code_is_shown_paid_and_refunded() {
    let shop = Shop::plain();
    let number = number();
    let created = shop.create(json!({ "order_number": number, "method": "sbp" }));
    assert_eq!((text(&created, "status"), &created["action"]["type"]), ("created", &json!("qr")));
    let picture = created["action"]["image"].as_str().unwrap();
    assert!(picture.starts_with("data:image/png;base64,iVBORw0KGgo"), "{picture}");
    let id = text(&created, "id").to_owned();
    let expect = json!({ "order_number": number, "amount": "100.00", "currency": "RUB" });
    // The money comes later: nobody may open another attempt meanwhile.
    press(&link(&created), "confirm");
    let waiting = shop.call("confirm", json!({ "id": id, "expect": expect }));
    assert_eq!((text(&waiting, "status"), waiting["payable"] == false), ("pending", true));
    assert!(press(&link(&created), "pay").starts_with(RETURN));
    let paid = shop.call("wait", json!({ "id": id, "expect": expect, "timeout_ms": 5000 }));
    assert_eq!((text(&paid, "status"), text(&paid, "method")), ("paid", "sbp_c2b"));
    let refund = json!({ "id": id, "amount": "40.00", "currency": "RUB", "refund_id": "r-1" });
    assert_eq!(text(&shop.call("refund", refund), "refunded"), "40.00");
}

#[test]
fn a_buyer_or_a_bank_that_refuses_leaves_the_order_payable() {
    let shop = Shop::plain();
    for button in ["refuse", "bank_refuses"] {
        let created = shop.create(json!({ "method": "sbp" }));
        press(&link(&created), button);
        let found = shop.status(text(&created, "id"));
        assert_eq!(
            (text(&found, "status"), found["payable"] == true),
            ("created", true),
            "{button}"
        );
    }
    let held = json!({ "method": "sbp", "hold": true });
    assert_eq!(shop.fails("create_payment", order(held)).kind, Kind::InvalidRequest);
}

#[test]
fn a_code_that_cannot_be_had_leaves_nothing_payable() {
    let shop = Shop::plain();
    // Roubles alone: the order is registered, its code refused.
    let dollars = order(json!({ "method": "sbp", "currency": "USD" }));
    let error = shop.fails("create_payment", dollars.clone());
    assert_eq!((error.kind, error.reason), (Kind::OutcomeUnknown, "qr_not_made"));
    let settle = json!({ "operation": "create_payment", "create": dollars, "sent_at": "2026-01-01T00:00:00Z" });
    let settled = shop.call("settle", settle);
    assert_eq!(
        (text(&settled, "verdict"), &settled["payment"]["status"]),
        ("need_new_number", &json!("cancelled"))
    );
    // The code's own answer lost: settled, and no page is left open.
    let number = number();
    let create = order(json!({ "method": "sbp", "order_number": number }));
    // The id is not known yet, so the fault strikes by the address that only this order has.
    let create = with(create, json!({ "return_url": format!("{RETURN}?o={number}") }));
    fault("qr/dynamic/get.do", "drop_after", &number);
    assert_eq!(shop.fails("create_payment", create.clone()).reason, "qr_not_made");
    let settle = json!({ "operation": "create_payment", "create": create, "sent_at": "2026-01-01T00:00:00Z" });
    let settled = shop.call("settle", settle);
    assert_eq!(text(&settled, "verdict"), "need_new_number");
    assert_eq!(settled["payment"]["status"], "cancelled");
}

#[test]
fn the_codes_state_stands_under_either_name() {
    let shop = Shop::with(json!({ "qr_status_name": "status" }));
    let created = shop.create(json!({ "method": "sbp" }));
    assert_eq!(created["action"]["type"], "qr");
}

#[test]
pub fn codes_are_made_asked_for_and_withdrawn() {
    let shop = Shop::plain();
    let id = shop.created(json!({}));
    let made = shop.native(
        "sbpC2bQrDynamicGet",
        json!({ "mdOrder": id, "qrWidth": "120", "qrHeight": "120", "qrFormat": "image" }),
    );
    let code = json!({ "mdOrder": id, "qrId": made["qrId"] });
    let state = || shop.native("sbpC2bQrStatus", code.clone());
    assert_eq!(
        (&state()["qrStatus"], &state()["transactionState"]),
        (&json!("STARTED"), &json!("CREATED"))
    );
    assert_eq!(shop.native("sbpC2bQrDynamicReject", code.clone())["rejected"], true);
    assert_eq!(state()["qrStatus"], "REJECTED_BY_USER");
    let banks = shop.native("sbpC2bGetBankListSBP", json!({}));
    assert!(banks["banks"][0]["bankNameRus"].is_string(), "{banks}");
    let ask = json!({ "mdOrder": id, "successUrl": "https://shop.example/good", "failUrl": "https://shop.example/bad" });
    let face = shop.native("sbpC2bBioGetUrl", ask);
    assert_eq!(browse(word(&face, "location"), &[("do", "pay")]), "https://shop.example/good");
    assert_eq!(shop.stands(&id).0, "paid");
}

#[test]
pub fn subscriptions_are_made_charged_and_ended() {
    let shop = Shop::plain();
    let zero = json!({ "orderNumber": number(), "amount": "0", "currency": "643", "returnUrl": RETURN,
                       "clientId": "c-1", "features": "SBP_BINDING" });
    let id = word(&shop.native("register", zero), "orderId").to_owned();
    let wish =
        json!({ "mdOrder": id, "createSubscription": true, "subscriptionServiceName": "Music" });
    let made = shop.native("sbpC2bQrDynamicGet", wish);
    press(word(&made, "payload"), "pay");
    let list =
        || shop.native("sbpC2bGetBindings", json!({ "clientId": "c-1" }))["bindings"].clone();
    let one = list()[0].clone();
    let next = shop.created(json!({ "customer": { "id": "c-1" } }));
    let pay =
        json!({ "mdOrder": next, "bindingId": one["bindingId"], "tii": "U", "language": "ru" });
    let paid = shop.native("paymentOrderBinding", pay);
    assert_eq!(paid["sbpC2bInfo"]["status"], "ACCEPTED", "{paid}");
    let found = shop.status(&next);
    assert_eq!((text(&found, "status"), text(&found, "method")), ("paid", "sbp_c2b_binding"));
    // Its success reads like a refusal: code 2.
    shop.native("sbpC2bUnBind", json!({ "bindingId": one["bindingId"] }));
    assert_eq!(list(), json!([]));
    let ended = shop.fails("rbs.sbpC2bUnBind", json!({ "bindingId": one["bindingId"] }));
    assert_eq!(ended.kind, Kind::Refused);
}

#[test]
pub fn companies_pay_each_other() {
    let shop = Shop::plain();
    let id = shop.created(json!({}));
    let wish = json!({ "mdOrder": id, "takeTax": true, "totalTaxAmount": "1667", "paymentPurpose": "Goods" });
    let code = shop.native("sbpB2bQrDynamicGet", wish);
    let said = shop.native("sbpB2bGetPayload", json!({ "qrcId": code["qrId"] }));
    assert_eq!(said["data"]["totalTaxAmount"], 1667, "{said}");
    let pay = json!({ "mdOrder": id, "nds": "1667", "sbpSenderParams": { "account": "40702810000000000002" },
                      "sbpRecipientParams": { "bankId": "100000000901", "paymentId": "p1" } });
    assert!(shop.native("sbpB2bPerform", pay)["fpMessageId"].is_string());
    assert_eq!(shop.stands(&id).0, "paid");
}

#[test]
pub fn static_codes_are_paid_again_and_again() {
    let shop = Shop::plain();
    let look = json!({ "qrWidth": "100", "qrHeight": "100" });
    let made =
        json!({ "name": "Till 1", "type": "SBP_QR", "qrTemplate": look, "paymentPurpose": "Tea" });
    let made = shop.native("createTemplate", made);
    let page = word(&made["qrTemplate"], "payload")
        .replace("https://qr.nspk.ru/", &format!("{}/payment/sbp/", origin()));
    let template = json!({ "templateId": made["templateId"] });
    let mut ids = Vec::new();
    for (amount, captured) in [("10", "10.00"), ("0,50", "0.50")] {
        let left = browse(&page, &[("do", "pay"), ("amount", amount)]);
        let id = left.split("orderId=").nth(1).unwrap().split('&').next().unwrap().to_owned();
        assert_eq!(shop.stands(&id), ("paid".into(), json!(captured), json!("0.00")));
        ids.push(id);
    }
    assert_ne!(ids[0], ids[1]);
    assert_eq!(shop.native("getTemplateDetails", template.clone())["status"], "ACTIVE");
    let changed =
        shop.native("updateTemplate", with(template.clone(), json!({ "status": "INACTIVE" })));
    assert_eq!(changed["status"], "INACTIVE");
    assert!(!browse(&page, &[("do", "pay"), ("amount", "10")]).contains("orderId="));
    let error = shop.fails("rbs.updateTemplate", with(template, json!({ "status": "USED" })));
    assert_eq!((error.kind, error.reason), (Kind::Refused, "bad_value"));
}

#[test]
fn a_cash_link_takes_an_instant_payment() {
    let shop = Shop::plain();
    let made = shop.native("createTemplate", json!({ "name": "Till", "type": "CASH_SBP_QR" }));
    let sale = json!({ "orderNumber": number(), "amount": "900", "returnUrl": RETURN, "sbpTemplateId": made["templateId"] });
    let reply = shop.native("instantPayment", sale);
    assert_eq!(reply["sbpC2bInfo"]["payload"], made["qrTemplate"]["payload"], "{reply}");
    let code = word(&reply["sbpC2bInfo"], "qrId");
    browse(&format!("{}/payment/sbp/{code}", origin()), &[("do", "pay")]);
    let found = shop.status(word(&reply, "orderId"));
    assert_eq!((text(&found, "status"), text(&found, "captured")), ("paid", "9.00"));
}

#[test]
pub fn payment_links_are_made_opened_changed_and_listed() {
    let shop = Shop::plain();
    let template = |fields: Value| json!({ "template": fields });
    let wish = json!({ "type": "ECOM", "name": "t", "nameForClient": "Flowers", "amount": "1500", "singlePayment": true });
    let made = shop.native("templatesCreate", template(wish));
    let id = made["template"]["templateId"].clone();
    let url = word(&made["template"]["qrTemplate"], "payload").to_owned();
    let opened = browse(&url, &[]);
    let order = opened.split("mdOrder=").nth(1).unwrap_or_else(|| panic!("{opened}")).to_owned();
    assert_eq!(text(&shop.status(&order), "amount"), "15.00");
    crate::shop::act(&order, json!({ "do": "pay" }));
    assert_eq!(shop.stands(&order).0, "paid");
    let read = shop.native("templatesGet", template(json!({ "templateId": id })));
    assert_eq!(read["template"]["nameForClient"], "Flowers");
    let changed =
        shop.native("templatesUpdate", template(json!({ "templateId": id, "status": "INACTIVE" })));
    assert_eq!(changed["template"]["status"], "INACTIVE");
    let all = shop.native("templatesGetList", json!({}));
    assert_eq!(all["templates"].as_array().unwrap().len(), 1, "{all}");
    let error = shop.fails("rbs.templatesGet", template(json!({ "templateId": "x" })));
    assert_eq!((error.kind, error.reason), (Kind::Refused, "nothing_found"));
}
