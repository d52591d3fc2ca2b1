//! IntellectMoney: what its official PHP client sends. The bytes are those of its source (version 1.0.0,
//! commit 6d42255), rebuilt class by class and run with PHP 8.2. That version signs the header with MD5;
//! the later one (commit 720c507) with SHA-256, over the same text.

#[cfg(test)]
mod eshop;
#[cfg(test)]
mod started;

use eshop::{Shop, verdict};
use serde_json::{Value, json};
use started::Sandbox;

/// Numbers of the shop and switches as JSON numbers, escaped slashes and letters, an amount as text, a
/// receipt with floats, `supplierInn`, and `language`, which every one of its requests has.
const CREATE: &str = r#"{"eshopId":450001,"orderId":"SDK-1","serviceName":"\u041a\u043d\u0438\u0433\u0430 & \"\u0447\u0430\u0439\"\/1","recipientAmount":"10.50","recipientCurrency":"RUB","userName":"\u0418\u0432\u0430\u043d","email":"a@b.ru","successUrl":"https:\/\/shop.example\/ok","failUrl":"https:\/\/shop.example\/no","backUrl":"https:\/\/shop.example\/","resultUrl":"https:\/\/shop.example\/hook","hash":"51f6bca36bf9a0c68c63fea6ab2f2c79","purchaseHash":"f6539b5acd4421f4fe64fbb12c678bbc","language":"en","holdMode":0,"recurringType":"Activate","userFieldName_0":"a","userField_0":"x","userField_1":"y","merchantReceipt":"{\"inn\":\"7700000000\",\"group\":\"Main\",\"skipAmountCheck\":false,\"content\":{\"type\":1,\"customerContact\":\"a@b.ru\",\"positions\":[{\"quantity\":3,\"price\":3.1,\"tax\":1,\"text\":\"\\u0427\\u0430\\u0439\",\"supplierInn\":\"7700000001\"},{\"quantity\":0.5,\"price\":2.4,\"tax\":6,\"text\":\"b\"}],\"checkClose\":{\"payments\":[{\"type\":2,\"amount\":10.5}],\"taxationSystem\":1}}}"}"#;
const BEARER: &str = "Authorization: Bearer f849e1278ef677e19a3ce2141478ef97";
const SHA_256: &str = "Sign: f482f11cabde16c9ca3343970ac099ac984fec8d4f72d4bd81f8b2c0d517b299";
const MD5: &str = "Sign: 826938e99b35b65b247d3d0fe87e3fa9";

#[cfg(test)]
fn send(shop: &Shop, method: &str, body: &str, sign: &str) -> Value {
    let headers = [BEARER.to_owned(), sign.to_owned()];
    let path = format!("merchant/{method}");
    let text = shop.raw(&path, "application/json", body, &headers);
    serde_json::from_str(&text).unwrap_or_else(|fault| panic!("{fault}: {text}"))
}

#[test]
fn its_invoice_is_understood_and_kept_as_it_was_meant() {
    let sandbox = Sandbox::start(&[]);
    let shop = Shop::new(&sandbox, "450001", json!({"refuse_unknown_fields": true}));
    let made = send(&shop, "createInvoice", CREATE, SHA_256);
    assert_eq!(verdict(&made), (0, ""), "{made}");
    let id = made["Result"]["InvoiceId"].to_string();
    let kept = sandbox.get(&format!("/sandbox/invoices/{id}"));
    assert_eq!(kept["description"], "Книга & \"чай\"/1");
    assert_eq!((&kept["order_id"], &kept["amount"]), (&json!("SDK-1"), &json!("10.50")));
    assert_eq!((&kept["hold"], &kept["recurring"]), (&json!(false), &json!(true)));
    // What its own classes must be able to read.
    let way = &made["Result"]["PaymentWays"][0];
    assert!(way["Amount"]["Amount"].is_number() && way["Position"].is_u64(), "{way}");
}

#[test]
fn a_header_signed_with_md5_serves_for_test_money_alone() {
    let sandbox = Sandbox::start(&[]);
    let shop = Shop::new(&sandbox, "450001", json!({}));
    assert_eq!(verdict(&send(&shop, "createInvoice", CREATE, MD5)), (2, ""));
    let signed = shop.invoice_fields("SDK-2", "TST", &[]);
    let hash = shop.hash(&signed);
    let body = format!(
        r#"{{"eshopId":450001,"orderId":"SDK-2","recipientAmount":"10.00","recipientCurrency":"TST","email":"a@b.ru","hash":"{hash}","language":"en"}}"#
    );
    assert_eq!(verdict(&send(&shop, "createInvoice", &body, MD5)), (0, ""));
}

#[test]
fn its_card_payment_and_its_looks_reach_the_end() {
    let sandbox = Sandbox::start(&[]);
    let switches = json!({"refuse_unknown_fields": true, "step_as": "client"});
    let shop = Shop::new(&sandbox, "450001", switches);
    for (order, cvv) in [("SDK-3", "123"), ("SDK-4", "")] {
        let id = shop.invoice(order, "TST", &[]);
        let card = [
            ("EshopId", "450001"),
            ("InvoiceId", id.as_str()),
            ("Pan", "4444555511113333"),
            ("CardHolder", "IVAN IVANOV"),
            ("ExpiredMonth", "12"),
            ("ExpiredYear", "34"),
            ("Cvv", cvv),
            ("ReturnUrl", "https://shop.example/back"),
            ("IpAddress", "127.0.0.1"),
        ];
        let cvv = if cvv.is_empty() { String::new() } else { format!(r#","cvv":"{cvv}""#) };
        let body = format!(
            r#"{{"eshopId":450001,"invoiceId":{id},"pan":"4444555511113333","cardHolder":"IVAN IVANOV","expiredMonth":"12","expiredYear":"34","returnUrl":"https:\/\/shop.example\/back","ipAddress":"127.0.0.1"{cvv},"hash":"{}","language":"en"}}"#,
            shop.hash(&card)
        );
        assert_eq!(verdict(&send(&shop, "bankCardPayment", &body, MD5)), (0, ""));
        let look = [("EshopId", "450001"), ("InvoiceId", id.as_str())];
        let body = format!(
            r#"{{"eshopId":450001,"invoiceId":{id},"hash":"{}","language":"en"}}"#,
            shop.hash(&look)
        );
        for step in ["Created", "InProcess", "Ok"] {
            let reply = send(&shop, "getBankCardPaymentState", &body, MD5);
            assert_eq!(reply["Result"]["PaymentStep"], step, "{reply}");
        }
    }
}
