//! IntellectMoney: createInvoice and its rules; capture, cancel and refund.

#[cfg(test)]
mod eshop;
#[cfg(test)]
mod started;

use eshop::{Shop, verdict};
use serde_json::{Value, json};
use started::Sandbox;

fn paid(shop: &Shop, id: &str) -> Value {
    shop.act(id, json!({"do": "pay"}))
}

#[test]
fn an_invoice_says_how_it_may_be_paid() {
    let sandbox = Sandbox::start(&[]);
    let shop = Shop::new(&sandbox, "450001", json!({}));
    let signed = shop.invoice_fields("A-1", "RUB", &[("Preference", "BNPL, Sbp")]);
    let result = shop.call("createInvoice", &signed, &[])["Result"].clone();
    let ways = result["PaymentWays"].as_array().unwrap();
    let names: Vec<_> = ways.iter().map(|way| way["Preference"].as_str().unwrap()).collect();
    assert_eq!(names, ["BNPL", "Sbp"]);
    assert_eq!(ways[0]["Amount"]["Amount"].as_f64(), Some(10.0));
    assert_eq!(result["InvoiceIdSplits"], Value::Null);
    let id = result["InvoiceId"].to_string();
    // A way that was not offered cannot be used.
    assert_eq!(verdict(&shop.start("gazpromPayPayment", &id)), (105, ""));
    let state = [("EshopId", "450001"), ("InvoiceId", id.as_str())];
    let info = shop.call("getPurchaseInfo", &state, &[])["Result"].clone();
    assert_eq!((&info["OrderId"], &info["PaymentStatus"]), (&json!("A-1"), &json!(3)));
    let page = sandbox.curl(&[&format!("{}/sandbox/invoices.html", sandbox.origin)]);
    assert!(page.contains(&id) && page.contains("A-1"), "{page}");
}

#[test]
fn fields_are_checked_and_named() {
    let sandbox = Sandbox::start(&[]);
    let shop = Shop::new(&sandbox, "450001", json!({"refuse_unknown_fields": true}));
    let long = "x".repeat(51);
    let receipt = r#"{"inn":"7700000000","content":{"type":1,"customerContact":"a@b.ru","positions":[{"quantity":1,"price":9.99,"tax":6,"text":"a"}]}}"#;
    let hold: &[(&str, &str)] = &[("HoldMode", "1"), ("HoldTime", "120")];
    let cases: &[(&[(&str, &str)], &str)] = &[
        (&[("OrderId", "")], "orderId"),
        (&[("OrderId", &long)], "orderId"),
        (&[("RecipientAmount", "10")], "recipientAmount"),
        (&[("RecipientAmount", "10,00")], "recipientAmount"),
        (&[("RecipientAmount", "0.99")], "recipientAmount"),
        (&[("RecipientCurrency", "GBP")], "recipientCurrency"),
        (&[("Email", "")], "email"),
        (&[("Email", "nobody")], "email"),
        (&[("SuccessUrl", "shop.ru")], "successUrl"),
        (&[("ExpireDate", "2020-01-01 00:00:00")], "expireDate"),
        (&[("ExpireDate", "01.01.2030")], "expireDate"),
        (&[("HoldMode", "2")], "holdMode"),
        (&[("HoldMode", "1")], "holdTime"),
        (&[("HoldMode", "1"), ("HoldTime", "24")], "expireDate"),
        (hold, "holdTime"),
        (&[("Preference", "Barter")], "preference"),
        (&[("RecurringType", "Always")], "recurringType"),
        (&[("Language", "de")], "language"),
        (&[("MerchantReceipt", "{")], "merchantReceipt"),
        (&[("MerchantReceipt", receipt)], "merchantReceipt"),
        (&[("PurchaseHash", "d41d8cd98f00b204e9800998ecf8427e")], "purchaseHash"),
        (&[("UserField_10", "x")], "userField_10"),
        (&[("Colour", "red")], "colour"),
    ];
    for (more, source) in cases {
        let signed = shop.invoice_fields("A-1", "RUB", more);
        let rest: Vec<_> = more
            .iter()
            .copied()
            .filter(|(name, _)| !signed.iter().any(|(slot, _)| slot == name))
            .collect();
        let reply = shop.call("createInvoice", &signed, &rest);
        let (code, named) = verdict(&reply);
        assert_eq!((code, named), (101, *source), "{more:?}: {reply}");
    }
    assert_eq!(sandbox.get("/sandbox/invoices")["invoices"], json!([]));
    let unknown = shop.invoice_fields("A-1", "RUB", &[("EshopId", "499999")]);
    assert_eq!(verdict(&shop.call("createInvoice", &unknown, &[])), (104, "eshopId"));
    assert_eq!(verdict(&shop.start("bnplPayment", "3999999999")), (104, "invoiceId"));
}

#[test]
fn an_order_number_is_used_once() {
    let sandbox = Sandbox::start(&[]);
    let shop = Shop::new(&sandbox, "450001", json!({}));
    let other = Shop::new(&sandbox, "450002", json!({}));
    let id = shop.invoice("A-1", "RUB", &[]);
    let signed = shop.invoice_fields("A-1", "RUB", &[]);
    assert_eq!(verdict(&shop.call("createInvoice", &signed, &[])), (106, "orderId"));
    other.invoice("A-1", "RUB", &[]);
    // Another shop's invoice is nobody's.
    let stranger = [("EshopId", "450002"), ("InvoiceId", id.as_str())];
    let reply = other.call("getBankCardPaymentState", &stranger, &[]);
    assert_eq!(verdict(&reply), (104, "invoiceId"));
    Shop::new(&sandbox, "450001", json!({"unique_order_id": false}));
    assert_ne!(shop.invoice("A-1", "RUB", &[]), id);
}

#[test]
fn holds_are_captured_once_or_released() {
    let sandbox = Sandbox::start(&[]);
    let shop = Shop::new(&sandbox, "450001", json!({}));
    let hold: &[(&str, &str)] =
        &[("HoldMode", "1"), ("HoldTime", "24"), ("ExpireDate", in_an_hour())];
    let first = shop.invoice("A-1", "RUB", hold);
    assert_eq!(verdict(&shop.purchase("ToPaid", "A-1", &[])), (105, ""));
    assert_eq!(paid(&shop, &first)["status"], 6);
    assert_eq!(verdict(&shop.purchase("ToPaid", "A-1", &[])), (0, ""));
    assert_eq!(verdict(&shop.purchase("ToPaid", "A-1", &[])), (105, ""));
    assert_eq!(shop.shown(&first)["status"], 5);

    let second = shop.invoice("A-2", "RUB", hold);
    paid(&shop, &second);
    assert_eq!(verdict(&shop.purchase("Refund", "A-2", &[])), (0, ""));
    assert_eq!(shop.shown(&second)["status"], 4);
    assert_eq!(verdict(&shop.purchase("ToPaid", "A-2", &[])), (105, ""));

    for (end, status) in [("released", 4), ("captured", 5)] {
        Shop::new(&sandbox, "450001", json!({"hold_end": end}));
        let id = shop.invoice(end, "RUB", hold);
        paid(&shop, &id);
        assert_eq!(shop.act(&id, json!({"do": "end_hold"}))["status"], status, "{end}");
    }
}

#[test]
fn a_refund_means_all_until_its_amount_has_a_name() {
    let sandbox = Sandbox::start(&[]);
    let shop = Shop::new(&sandbox, "450001", json!({}));
    // Unpaid: cancelled. Paid: given back, once.
    let unpaid = shop.invoice("A-1", "RUB", &[]);
    assert_eq!(verdict(&shop.purchase("Refund", "A-1", &[])), (0, ""));
    assert_eq!(shop.shown(&unpaid)["status"], 4);
    assert_eq!(verdict(&shop.start("bnplPayment", &unpaid)), (105, ""));
    // A name that the gateway does not have is ignored, and everything goes.
    let all = shop.invoice("A-2", "RUB", &[]);
    paid(&shop, &all);
    assert_eq!(verdict(&shop.purchase("Refund", "A-2", &[("OperationAmount", "1.00")])), (0, ""));
    assert_eq!(shop.shown(&all)["refunded"], "10.00");
    assert_eq!(verdict(&shop.purchase("Refund", "A-2", &[])), (105, ""));

    Shop::new(&sandbox, "450001", json!({"refund_amount_field": "OperationAmount"}));
    let part = shop.invoice("A-3", "RUB", &[]);
    paid(&shop, &part);
    let refund = |amount: &str| {
        let reply = shop.purchase("Refund", "A-3", &[("operationAmount", amount)]);
        let (code, source) = verdict(&reply);
        (code, source.to_owned())
    };
    assert_eq!(refund("3.00").0, 0);
    assert_eq!(refund("7.01"), (108, "operationAmount".into()));
    assert_eq!(refund("what"), (101, "operationAmount".into()));
    assert_eq!(shop.shown(&part)["refunded"], "3.00");
    assert_eq!(refund("7.00").0, 0);
    let shown = shop.shown(&part);
    assert_eq!((&shown["status"], &shown["refunded"]), (&json!(8), &json!("10.00")));
}

#[test]
fn either_number_names_a_purchase_and_both_must_agree() {
    let sandbox = Sandbox::start(&[]);
    let shop = Shop::new(&sandbox, "450001", json!({}));
    let first = shop.invoice("A-1", "RUB", &[]);
    let second = shop.invoice("A-2", "RUB", &[]);
    let crossed = shop.purchase("Refund", "A-1", &[("InvoiceId", &second)]);
    assert_eq!(verdict(&crossed), (104, "orderId"));
    // By InvoiceId alone the slot of OrderId is empty.
    let alone = shop.purchase("Refund", "", &[("InvoiceId", &first)]);
    assert_eq!(verdict(&alone), (0, ""));
    assert_eq!(verdict(&shop.purchase("Refund", "", &[])), (101, "orderId"));
    assert_eq!(verdict(&shop.purchase("Refund", "A-9", &[])), (104, "orderId"));
    assert_eq!(
        (&shop.shown(&first)["status"], &shop.shown(&second)["status"]),
        (&json!(4), &json!(3))
    );
}

#[test]
fn what_is_over_takes_no_money() {
    let sandbox = Sandbox::start(&[]);
    let shop = Shop::new(&sandbox, "450001", json!({}));
    let id = shop.invoice("A-1", "RUB", &[]);
    shop.start("sbpPayment", &id);
    assert_eq!(shop.act(&id, json!({"do": "expire"}))["status"], 4);
    assert_eq!(shop.act(&id, json!({"do": "pay"}))["code"], 105);
    let page = shop.shown(&id)["payment"]["page"].clone();
    assert!(sandbox.post_page(page.as_str().unwrap(), &["do=pay"]).starts_with("410"));
    assert_eq!(verdict(&shop.start("sbpPayment", &id)), (105, ""));
    assert_eq!(verdict(&shop.purchase("Refund", "A-1", &[])), (105, ""));
}

/// On the gateway's clock, three hours east.
#[cfg(test)]
fn in_an_hour() -> &'static str {
    let output = std::process::Command::new("date")
        .args(["-d", "+4 hours", "-u", "+%Y-%m-%d %H:%M:%S"])
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned().leak()
}
