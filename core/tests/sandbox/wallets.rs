//! Wallets and network tokens: a token of a phone pays, is declined, or leads to the issuer's page.

use kopeck::Kind;
use serde_json::{Value, json};

use crate::card_payments::{CHALLENGED, challenge};
use crate::shop::{RETURN, Shop, browse, fault, number, order, text, wallet_token, with, word};

/// The methods of `create_payment` and the wallets of their tokens.
const METHODS: &[(&str, &str)] = &[
    ("apple_pay", "apple"),
    ("google_pay", "google"),
    ("samsung_pay", "samsung"),
    ("mir_pay", "mir"),
    ("yandex_pay", "yandex"),
];

/// `create_payment` with a token; Google and Yandex want the buyer's address.
fn wallet(method: &str, token: &str, more: Value) -> Value {
    let base =
        json!({ "method": method, "wallet_token": token, "customer": { "ip": "198.51.100.7" } });
    order(with(base, more))
}

#[test]
fn a_token_pays_holds_or_is_declined() {
    let shop = Shop::plain();
    for (method, kind) in METHODS {
        let token = wallet_token(kind, json!({ "outcome": "success" }));
        let paid = shop.call("create_payment", wallet(method, &token, json!({})));
        assert_eq!(
            (text(&paid, "status"), text(&paid, "captured")),
            ("paid", "100.00"),
            "{method}"
        );
        assert_eq!(paid["action"], Value::Null, "{method}");
        let held = shop.call("create_payment", wallet(method, &token, json!({ "hold": true })));
        assert_eq!(text(&held, "status"), "authorized", "{method}");

        let token = wallet_token(kind, json!({ "outcome": "decline", "action_code": 116 }));
        let number = number();
        let fields = wallet(method, &token, json!({ "order_number": number }));
        let error = shop.fails("create_payment", fields);
        assert_eq!((error.kind, error.advice), (Kind::Declined, "show_to_buyer"), "{method}");
        assert!(error.retry.is_some() && error.buyer_text.is_some(), "{method}");
        // The refusal itself tells no more; the order does.
        let found = shop.call("payment_status", json!({ "order_number": number }));
        assert_eq!(
            (text(&found, "status"), text(&found, "reason")),
            ("declined", "insufficient_funds")
        );

        let error = shop.fails("create_payment", wallet(method, "bm8=", json!({})));
        assert_eq!(
            (error.kind, error.may_have_happened),
            (Kind::Refused, false),
            "{method}: {error}"
        );
    }
}

#[test]
fn a_token_of_another_sum_is_a_mismatch() {
    let shop = Shop::plain();
    for (method, kind) in [("apple_pay", "apple"), ("samsung_pay", "samsung")] {
        let token = wallet_token(kind, json!({ "outcome": "success", "amount": 5000 }));
        let error = shop.fails("create_payment", wallet(method, &token, json!({})));
        assert_eq!((error.kind, error.reason), (Kind::Mismatch, "amount"), "{method}");
        assert_eq!(error.payment.as_ref().unwrap()["amount"], "50.00");
    }
}

#[test]
fn google_and_yandex_may_lead_to_the_issuers_page() {
    let shop = Shop::plain();
    for (method, kind) in [("google_pay", "google"), ("yandex_pay", "yandex")] {
        let token = wallet_token(
            kind,
            json!({ "outcome": "3ds", "pan": CHALLENGED, "expiration": "203412" }),
        );
        let number = number();
        let created =
            shop.call("create_payment", wallet(method, &token, json!({ "order_number": number })));
        assert_eq!(text(&created, "status"), "action_required", "{method}");
        let url = created["action"]["url"].as_str().unwrap();
        // Where the browser has to be looked at first, the gateway leads on.
        let page = browse(url, &[]);
        let (_, rest) =
            page.split_once("name=\"creq\" value=\"").unwrap_or_else(|| panic!("{method}: {page}"));
        let creq = rest.split('"').next().unwrap().replace("&#x2f;", "/").replace("&#x3d;", "=");
        let acs = format!("{}/payment/acs/challenge", crate::shop::origin());
        let back = browse(&acs, &[("creq", &creq), ("code", "00000")]);
        assert!(back.starts_with(RETURN), "{method}: {back}");
        let expect = json!({ "order_number": number, "amount": "100.00", "currency": "RUB" });
        let paid = shop.call("confirm", json!({ "id": created["id"], "expect": expect }));
        assert_eq!(text(&paid, "status"), "paid", "{method}");
    }
}

#[test]
fn a_lost_answer_of_a_wallet_is_settled_by_its_number() {
    let shop = Shop::plain();
    let token = wallet_token("apple", json!({ "outcome": "success" }));
    for (kind, verdict) in [("drop_after", "done"), ("drop_before", "not_done")] {
        let fields = wallet("apple_pay", &token, json!({}));
        fault("applepay/payment.do", kind, fields["order_number"].as_str().unwrap());
        assert_eq!(shop.fails("create_payment", fields.clone()).kind, Kind::OutcomeUnknown);
        let settle = json!({ "operation": "create_payment", "create": fields, "sent_at": "2026-01-01T00:00:00Z" });
        assert_eq!(shop.call("settle", settle)["verdict"], verdict, "{kind}");
    }
}

/// The native methods, the wallets of their tokens, and whether the sum stands beside the token.
const NATIVE: &[(&str, &str, bool)] = &[
    ("applepayPayment", "apple", false),
    ("applepayPaymentDirect", "apple_direct", false),
    ("samsungPayment", "samsung", false),
    ("samsungPaymentDirect", "samsung_direct", false),
    ("samsungWebPayment", "samsung", false),
    ("googlePayment", "google", true),
    ("googlePaymentDirect", "google_direct", true),
    ("mirPayment", "mir", false),
    ("mirPaymentDirect", "mir", false),
    ("yandexInstantPayment", "yandex", true),
    ("yandexPaymentDirect", "yandex", true),
];

#[test]
pub fn every_wallets_own_method_pays() {
    let shop = Shop::plain();
    for (name, kind, beside) in NATIVE {
        let token = wallet_token(kind, json!({ "outcome": "success" }));
        let mut fields =
            json!({ "orderNumber": number(), "paymentToken": token, "language": "en" });
        if *beside {
            let sum = json!({ "amount": "10000", "currencyCode": "643", "ip": "198.51.100.7", "returnUrl": RETURN });
            fields = with(fields, sum);
        }
        let paid = shop.native(name, fields);
        assert_eq!(shop.stands(word(&paid["data"], "orderId")).0, "paid", "{name}");
        if *name == "mirPayment" {
            let order = json!({ "merchantId": shop.login, "orderId": paid["data"]["orderId"], "cryptogram": "x" });
            for hook in ["mirCallback", "mirCertificate"] {
                shop.native(hook, order.clone());
            }
        }
    }
    let id = shop.created(json!({}));
    let token = wallet_token("yandex", json!({ "outcome": "success" }));
    shop.native("yandexPayment", json!({ "orderId": id, "paymentToken": token }));
    assert_eq!(shop.status(&id)["method"], "yandex_pay_card");
}

#[test]
pub fn network_tokens_pay_or_ask() {
    let shop = Shop::plain();
    let data = json!({ "dpan": CHALLENGED, "MM": "12", "YYYY": "2034" });
    let fields = |data: &Value| {
        json!({ "orderNumber": number(), "tokenType": "MDES", "amount": "700",
                "returnUrl": RETURN, "paymentData": data })
    };
    let paid = shop
        .native("tokenPayment", fields(&with(data.clone(), json!({ "tokenCryptogram": "AAAB" }))));
    assert_eq!(shop.stands(word(&paid["data"], "orderId")).0, "paid");
    let asked = fields(&data);
    let first = shop.native("tokenPayment", asked.clone());
    // The documents show the second leg, and do not list its field.
    let extra = json!({ "threeDSServerTransId": first["data"]["threeDSServerTransId"] });
    let leg = json!({ "orderId": first["data"]["orderId"], "extra": extra });
    let second = shop.native("tokenPayment", with(asked, leg));
    assert!(challenge(&second["data"], "00000").starts_with(RETURN));
    assert_eq!(shop.stands(word(&first["data"], "orderId")).0, "paid");
}
