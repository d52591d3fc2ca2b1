//! What a wrong key leads to at IntellectMoney: the call is refused and nothing has happened; and how
//! far a contract for tests reaches.

use kopeck::{Error, Kind};
use serde_json::{Value, json};

use super::invoices::{hold, looks, made, plain};
use super::natives::equipped;
use crate::eshop::{Eshop, SITE_IP, bill, invoice, pay_by_card};
use crate::shop::{RETURN, look, number, origin, sent, text, with, word};

/// How many invoices a shop has.
fn invoices(shop: &Eshop) -> usize {
    let all = look("invoices")["invoices"].as_array().cloned().unwrap();
    all.iter().filter(|one| one["eshop_id"] == json!(shop.id)).count()
}

fn is_refused(error: &Error, what: &str) {
    let told = (error.kind, error.reason, error.may_have_happened, error.advice);
    let expected = (Kind::Refused, "authentication_failed", false, "fix_settings");
    assert_eq!(told, expected, "{what}: {error}");
}

/// The same shop through a client one of whose keys is wrong.
fn with_wrong(shop: &Eshop, key: &str) -> Eshop {
    let keys = with(shop.personal(), json!({ "p2p_form_key": shop.keys["p2p_form_key"] }));
    Eshop::same(shop, with(keys, json!({ key: "0123456789abcdef0123456789abcdef" })))
}

#[test]
fn a_wrong_key_is_refused_and_nothing_happens() {
    // No document tells the status of such a reply.
    for status in [200, 401, 403] {
        let shop = equipped(json!({ "unauthorised_status": status }), json!({}));
        let number = number();
        let held = made(&shop, with(hold(&shop), json!({ "OrderId": number })));
        pay_by_card(&held);
        let open = made(&shop, json!({}));
        let order = json!({ "id": held, "order_number": number });
        let money = with(order.clone(), json!({ "amount": "100.00", "currency": "RUB" }));
        let refund = with(
            money.clone(),
            json!({ "refund_id": "r-1", "before": { "captured": "100.00", "refunded": "0.00" } }),
        );
        let begin = json!({ "InvoiceId": open, "SuccessUrl": RETURN, "IpAddress": SITE_IP });
        let card = json!({ "InvoiceId": open, "Pan": "4444555511113333", "ExpiredMonth": "12",
                           "ExpiredYear": "2034", "Cvv": "123", "IpAddress": SITE_IP });
        let calls = [
            ("create_payment", bill(json!({}))),
            ("create_payment", bill(json!({ "method": "sbp" }))),
            ("capture", with(money.clone(), json!({ "authorized": "100.00" }))),
            ("cancel", with(order, json!({ "may_refund": true }))),
            ("refund", refund),
            ("payment_status", json!({ "id": open })),
            ("intellectmoney.purchaseToPaid", json!({ "OrderId": number })),
            ("intellectmoney.purchaseToRefund", json!({ "OrderId": number })),
            ("intellectmoney.getPurchaseInfo", json!({ "InvoiceId": held })),
            ("intellectmoney.bnplPayment", begin.clone()),
            ("intellectmoney.mirPayGetLink", begin),
            ("intellectmoney.bankCardPayment", card),
        ];
        // A secret key is used as given: a space more is another key.
        let spaced = format!("{} ", word(&shop.keys, "secret_key"));
        let other = "0123456789abcdef0123456789abcdef";
        for (key, value) in [
            ("secret_key", &*spaced),
            ("secret_key", other),
            ("bearer_token", other),
            ("sign_secret_key", other),
        ] {
            let wrong = Eshop::same(&shop, json!({ key: value }));
            for (operation, fields) in &calls {
                let error = wrong.fails(operation, fields.clone());
                is_refused(&error, &format!("{operation} with another {key}, {status}"));
                assert!(!error.message.contains(value), "{error}");
            }
            assert_eq!(wrong.call("check_settings", json!({}))["ok"], false, "{key}, {status}");
        }
        assert_eq!(invoices(&shop), 2);
        assert_eq!(invoice(&held)["state"], "Held");
        assert_eq!(invoice(&open)["payment"], Value::Null);
        assert_eq!(shop.call("check_settings", json!({}))["ok"], true);
    }
}

#[test]
fn a_wrong_key_of_the_personal_api_or_of_p2p_is_refused() {
    for status in [200, 401, 403] {
        let shop = equipped(json!({ "unauthorised_status": status }), json!({}));
        let account = json!({ "AccountId": shop.keys["eshop_account"] });
        let payout = json!({ "PreferenceType": "OutSbp", "Account": "79161234567",
                             "BankId": "100000000004", "Amount": "1.00", "Currency": "RUB" });
        let calls = [
            ("intellectmoney.getUserToken", json!({})),
            ("intellectmoney.getInvoicesHistory", json!({ "Take": 1 })),
            ("intellectmoney.getAccountData", account),
            ("intellectmoney.createOperation", payout),
        ];
        for key in ["personal_password", "bearer_token", "sign_secret_key"] {
            let wrong = with_wrong(&shop, key);
            for (operation, fields) in &calls {
                let error = wrong.fails(operation, fields.clone());
                is_refused(&error, &format!("{operation} with another {key}, {status}"));
            }
        }
        let nobody = Eshop::same(&shop, json!({ "login": "nobody", "personal_password": "x" }));
        is_refused(&nobody.fails("intellectmoney.getUserToken", json!({})), "login");

        let number = number();
        let form = shop.keys["p2p_form_id"].clone();
        let asked = json!({ "orderId": number, "formId": form });
        for key in ["p2p_form_key", "bearer_token", "sign_secret_key"] {
            let wrong = with_wrong(&shop, key);
            let transfer = with(asked.clone(), json!({ "amount": "10.00" }));
            is_refused(&wrong.fails("intellectmoney.GetFormUrl", transfer), key);
            is_refused(&wrong.fails("intellectmoney.CheckPay", asked.clone()), key);
        }
        // No transfer was made: the right key finds none.
        let error = shop.fails("intellectmoney.CheckPay", asked);
        assert_eq!((error.kind, error.reason), (Kind::Refused, "order_not_found"), "{error}");
    }
}

#[test]
fn a_token_that_no_longer_opens_is_fetched_anew() {
    let shop = equipped(json!({ "user_token_seconds": 0 }), json!({}));
    let history = json!({ "Take": 1 });
    is_refused(&shop.fails("intellectmoney.getInvoicesHistory", history.clone()), "expired");
    let given = with(history.clone(), json!({ "UserToken": "0123456789abcdef0123456789abcdef" }));
    is_refused(&shop.fails("intellectmoney.getInvoicesHistory", given), "given");
    shop.switch(json!({ "user_token_seconds": 3600 }));
    shop.native("getInvoicesHistory", history.clone());
    shop.native("getInvoicesHistory", history);
    assert_eq!(sent("getUserToken", word(&shop.keys, "login")).len(), 2);
}

/// The standing shop whose contract is for tests, through a client without the keys of the contract.
fn for_tests(settings: Value) -> Eshop {
    let config = look("config")["intellectmoney"]["eshops"].clone();
    let keys = config.as_array().unwrap().iter().find(|eshop| eshop["eshop_id"] == "450003");
    let keys = keys.unwrap().clone();
    let usual = json!({
        "gateway": "intellectmoney", "base_url": format!("{}/intellectmoney", origin()),
        "eshop_id": "450003", "secret_key": keys["secret_key"], "card_data": "allowed",
        "site_ip": SITE_IP, "test_mode": true, "timeouts": { "total_ms": 20_000 },
    });
    let client = kopeck::Client::new(&crate::shop::fields(with(usual, settings))).unwrap();
    Eshop { client, id: "450003".into(), keys }
}

#[test]
fn test_money_is_paid_without_a_contract() {
    let shop = for_tests(json!({}));
    let id = made(&shop, json!({ "RecipientCurrency": "TST" }));
    let card = json!({ "InvoiceId": id, "Pan": "4444555511113333", "CardHolder": "IVAN IVANOV",
                       "ExpiredMonth": "12", "ExpiredYear": "2034", "Cvv": "123",
                       "ReturnUrl": RETURN, "IpAddress": SITE_IP });
    shop.native("bankCardPayment", card);
    assert_eq!(looks(&shop, &id).0.last().unwrap(), "ok");
    let info = shop.native("getPurchaseInfo", json!({ "InvoiceId": id }));
    assert_eq!(plain(&info["Result"]["PaymentStatus"]), "5");
    assert_eq!(info["Result"]["PayMethod"], "TestAcquiring");
    let payment = shop.create(json!({ "currency": "TST" }));
    assert_eq!((&payment["test"], &payment["status"]), (&json!(true), &json!("created")));
    pay_by_card(text(&payment, "id"));
    assert_eq!(looks(&shop, text(&payment, "id")).0.last().unwrap(), "ok");
    assert_eq!(shop.status(text(&payment, "id"))["status"], "authorized");
}

#[test]
fn a_contract_for_tests_moves_no_roubles() {
    let bare = for_tests(json!({}));
    let rouble = json!({ "OrderId": number(), "RecipientAmount": "100.00",
                         "RecipientCurrency": "RUB", "Email": "buyer@shop.example" });
    let test = json!({ "OrderId": number(), "RecipientCurrency": "TST" });
    let id = made(&bare, test.clone());
    let begin = json!({ "InvoiceId": id, "SuccessUrl": RETURN, "IpAddress": SITE_IP });
    // What needs the keys of the contract is told so before anything leaves.
    for (operation, fields) in [
        ("intellectmoney.createInvoice", rouble.clone()),
        ("intellectmoney.purchaseToRefund", json!({ "InvoiceId": id })),
        ("intellectmoney.bnplPayment", begin.clone()),
        ("intellectmoney.GetFormUrl", json!({ "orderId": "1", "formId": "1", "amount": "1" })),
    ] {
        let error = bare.fails(operation, fields);
        assert_eq!(error.kind, Kind::InvalidRequest, "{operation}: {error}");
    }
    // With any keys the gateway itself refuses.
    let keys = json!({ "bearer_token": bare.keys["bearer_token"],
                       "sign_secret_key": bare.keys["sign_secret_key"] });
    let keyed = for_tests(keys);
    let error = keyed.fails("intellectmoney.createInvoice", rouble.clone());
    assert_eq!((error.kind, error.code.as_deref()), (Kind::Refused, Some("107")), "{error}");
    let error = keyed.fails("intellectmoney.bnplPayment", begin);
    assert_eq!((error.kind, error.code.as_deref()), (Kind::Refused, Some("107")), "{error}");
    let all = look("invoices")["invoices"].as_array().cloned().unwrap();
    assert!(all.iter().all(|one| one["order_id"] != rouble["OrderId"]));
    assert_eq!(invoice(&id)["payment"], Value::Null);
}
