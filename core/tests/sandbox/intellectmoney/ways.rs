//! The ways to pay at IntellectMoney, from the call to the buyer's page.

use kopeck::Kind;
use serde_json::{Value, json};

use crate::eshop::{Eshop, FAIL, SITE_IP, begun, bill, invoice, pay_by_card, press};
use crate::shop::{RETURN, browse, fault, number, sent, text, word};

#[test]
fn the_page_is_the_invoices_own() {
    let shop = Eshop::prompt();
    let payment =
        shop.create(json!({ "description": "Книга", "language": "en", "expires_in": 900 }));
    let id = text(&payment, "id");
    assert_eq!(payment["status"], "created");
    let found = invoice(id);
    assert_eq!((&found["asked"], &found["hold"]), (&json!("100.00"), &json!(false)));
    // The gateway's page takes the link, and leads to the card.
    let page = word(&payment["action"], "url");
    assert!(browse(page, &[]).contains(id), "{page}");
    assert_eq!(begun(id), 0);
    pay_by_card(id);
    assert_eq!(shop.status(id)["status"], "authorized");
    assert_eq!(invoice(id)["state"], "Paid");
}

#[test]
fn a_hold_is_held() {
    let shop = Eshop::prompt();
    let number = number();
    let hold = json!({ "order_number": number, "hold": true, "extra": { "HoldTime": 24 } });
    assert_eq!(invoice(&shop.paid(hold))["state"], "Held");
    let form = sent("createInvoice", &number).concat();
    assert!(form.contains("HoldTime") && form.contains("24"), "{form}");
    assert!(!form.contains("FailUrl"), "{form}");
}

#[test]
fn test_money_needs_no_contract() {
    let keys = json!({ "bearer_token": null, "sign_secret_key": null, "test_mode": true });
    let shop = Eshop::new(json!({ "settings": { "access_level": "test" } }), keys);
    let payment = shop.create(json!({ "currency": "TST" }));
    assert_eq!(payment["test"], true);
    // A shop without the keys is told so before anything leaves.
    let error = shop.fails("create_payment", bill(json!({ "currency": "RUB" })));
    assert_eq!((error.kind, error.field.as_deref()), (Kind::InvalidRequest, Some("bearer_token")));
}

/// Creates by this way, and gives the action and the id.
fn way(shop: &Eshop, method: &str) -> (Value, String) {
    let payment = shop.create(json!({ "method": method }));
    assert_eq!(payment["status"], "action_required", "{method}");
    assert_eq!(payment["action"]["expires_at"], payment["expires_at"]);
    (payment["action"].clone(), text(&payment, "id").to_owned())
}

#[test]
fn sbp_and_wallets_are_begun_and_paid() {
    for object in [false, true] {
        let shop = Eshop::with(json!({ "in_process_reads": 0, "form3ds_object": object }));
        for (method, kind, link) in [
            ("sbp", "qr", "https://qr.nspk.ru/"),
            ("gazprom_pay", "redirect", "/gazprompay/"),
            ("sber_pay", "qr", "sberpay://"),
            ("mir_pay", "app", "/mirpay/"),
        ] {
            let (action, id) = way(&shop, method);
            assert_eq!(action["type"], kind, "{method}");
            assert!(word(&action, "url").contains(link), "{method}: {action}");
            let picture = action["image"].as_str().unwrap_or_default();
            assert_eq!(picture.starts_with("data:image/png;base64,iVBOR"), kind == "qr");
            let deep = action["fields"]["deep_link"].as_str().unwrap_or_default();
            assert_eq!(deep.starts_with("mirpay://"), kind == "app");
            assert_eq!(press(&id, "pay"), RETURN, "{method}");
            let payment = &invoice(&id)["payment"];
            assert_eq!((&payment["step"], begun(&id)), (&json!("OK"), 1), "{method}");
        }
    }
}

#[test]
fn a_wallet_that_is_refused_leads_to_the_fail_url() {
    let shop = Eshop::prompt();
    let (_, id) = way(&shop, "gazprom_pay");
    assert_eq!(press(&id, "refuse"), FAIL);
    let payment = shop.status(&id);
    assert_eq!((&payment["status"], &payment["payable"]), (&json!("created"), &json!(true)));
    assert_eq!(payment["last_attempt"]["reason"], "declined");
}

#[test]
fn the_call_that_begins_is_lost_and_the_invoice_is_not() {
    let shop = Eshop::prompt();
    let number = number();
    // The fault can only be aimed at the shop: the invoice's number is not known before.
    fault("sbpPayment", "drop_after", &format!("EshopId={}", shop.id));
    let error =
        shop.fails("create_payment", bill(json!({ "method": "sbp", "order_number": number })));
    assert_eq!((error.kind, error.reason), (Kind::OutcomeUnknown, "begin_unknown"));
    let payment = error.payment.clone().unwrap();
    assert_eq!(text(&payment, "order_number"), number);
    // It was begun: the stored number finds the code.
    let found = shop.status(text(&payment, "id"));
    assert_eq!(
        (&found["status"], &found["action"]["type"]),
        (&json!("action_required"), &json!("qr"))
    );
    assert_eq!(begun(text(&payment, "id")), 1);
}

#[test]
fn a_way_that_the_shop_lacks_is_refused_with_the_invoice() {
    let shop = Eshop::prompt();
    let order = bill(json!({ "method": "sber_pay", "extra": { "Preference": "BankCard" } }));
    let error = shop.fails("create_payment", order);
    assert_eq!((error.kind, error.may_have_happened), (Kind::Refused, true));
    let payment = error.payment.clone().unwrap();
    assert_eq!((&payment["status"], &payment["action"]), (&json!("created"), &Value::Null));
    assert_eq!(invoice(text(&payment, "id"))["state"], "Created");
}

#[test]
fn a_look_that_fails_after_the_beginning_loses_nothing() {
    let shop = Eshop::prompt();
    fault("getBankCardPaymentState", "status_502", &format!("EshopId={}", shop.id));
    let (action, _) = way(&shop, "sbp");
    assert_eq!(action["type"], "qr");
}

#[test]
fn a_card_page_posts_itself_as_a_form() {
    let shop = Eshop::prompt();
    let id = shop.created(json!({}));
    let card = json!({ "InvoiceId": id, "Pan": "5555555555555599", "CardHolder": "IVAN IVANOV",
                       "ExpiredMonth": "12", "ExpiredYear": "2034", "Cvv": "123",
                       "ReturnUrl": RETURN, "IpAddress": SITE_IP });
    shop.native("bankCardPayment", card);
    let payment = shop.status(&id);
    assert_eq!(payment["status"], "action_required");
    let action = &payment["action"];
    assert_eq!(action["type"], "form");
    assert!(!serde_json::to_string(&payment).unwrap().contains("<form"), "{payment:?}");
    let fields = action["fields"].as_object().unwrap();
    let mut form: Vec<_> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str().unwrap())).collect();
    form.push(("code", "12345678"));
    assert_eq!(browse(word(action, "url"), &form), RETURN);
    assert_eq!(shop.status(&id)["status"], "authorized");
}
