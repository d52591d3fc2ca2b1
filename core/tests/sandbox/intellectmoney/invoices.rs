//! IntellectMoney's methods about invoices: made, looked at, captured, given back.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::natives::{in_both_forms, moment, names_sent, zone};
use crate::eshop::{Eshop, FAIL, invoice, pay_by_card};
use crate::shop::{RETURN, number, text, with, word};

/// `createInvoice` of 100 roubles, changed as given: the invoice's number.
pub fn made(shop: &Eshop, more: Value) -> String {
    let base = json!({ "OrderId": number(), "RecipientAmount": "100.00",
                       "RecipientCurrency": "RUB", "Email": "buyer@shop.example" });
    text(&shop.call("intellectmoney.createInvoice", with(base, more)), "id").to_owned()
}

/// The fields of a hold for a day.
pub fn hold(shop: &Eshop) -> Value {
    json!({ "HoldMode": "1", "HoldTime": "24", "ExpireDate": moment(zone(shop), 86_400) })
}

/// `PaymentStep` of a reply, whatever its spelling.
pub fn step_of(reply: &Value) -> String {
    let step = &reply["Result"]["PaymentStep"];
    let words = ["ok", "created", "inprocess", "sendto3ds", "activationpayment"];
    match step.as_u64() {
        Some(10) => "error".to_owned(),
        Some(number) => words[usize::try_from(number).unwrap()].to_owned(),
        None => step.as_str().unwrap_or_else(|| panic!("no step in {reply}")).to_lowercase(),
    }
}

/// Looks until it is no longer on its way: every step that was seen, and the last reply.
pub fn looks(shop: &Eshop, id: &str) -> (Vec<String>, Value) {
    let mut seen = Vec::new();
    for _ in 0..10 {
        let reply = shop.native("getBankCardPaymentState", json!({ "InvoiceId": id }));
        let step = step_of(&reply);
        if seen.last() != Some(&step) {
            seen.push(step.clone());
        }
        if !["created", "inprocess"].contains(&step.as_str()) {
            return (seen, reply);
        }
    }
    panic!("{id} stays {seen:?}");
}

/// A number or a text of a reply as text.
pub fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// createInvoice with everything that it takes, and getPurchaseInfo of it.
pub fn an_invoice_with_every_field(shop: &Eshop) {
    let number = number();
    let receipt = json!({ "inn": "7700000000", "group": "Main", "content": {
        "type": 1, "customerContact": "buyer@shop.example",
        "positions": [{ "quantity": 1.000, "price": 1234.56, "tax": 6, "text": "Книга" }] } });
    let mut fields = json!({
        "OrderId": number, "ServiceName": "Книга «Хочу всё знать»", "RecipientAmount": "1234.56",
        "RecipientCurrency": "RUB", "UserName": "Иван Иванов", "Email": "buyer@shop.example",
        "SuccessUrl": RETURN, "FailUrl": format!("{FAIL}?a=1&b=2"),
        "BackUrl": "https://shop.example/back", "ResultUrl": "http://127.0.0.1:9/result",
        "ExpireDate": moment(zone(shop), 86_400), "HoldMode": "1", "HoldTime": "119",
        "Preference": ["BankCard", "Sbp"], "RecurringType": "Activate",
        "MerchantReceipt": receipt, "Language": "en",
    });
    for place in 0..10 {
        fields[format!("UserField_{place}")] = json!(format!("value-{place}-я"));
        fields[format!("UserFieldName_{place}")] = json!(format!("name-{place}"));
    }
    let given: BTreeSet<String> = fields.as_object().unwrap().keys().cloned().collect();
    let reply = shop.call("intellectmoney.createInvoice", fields);
    let id = text(&reply, "id");
    assert_eq!(plain(&reply["raw"]["Result"]["InvoiceId"]), id);
    let ways = reply["raw"]["Result"]["PaymentWays"].as_array().unwrap();
    let ways: Vec<_> = ways.iter().map(|way| word(way, "Preference")).collect();
    assert_eq!(ways, ["BankCard", "Sbp"]);
    // What we fill ourselves, and nothing else, is added.
    let sent = names_sent("createInvoice", &number);
    let ours: Vec<_> = sent.difference(&given).map(String::as_str).collect();
    assert_eq!(ours, ["EshopId", "Hash", "PurchaseHash"]);
    assert!(given.is_subset(&sent), "{sent:?}");
    let found = invoice(id);
    assert_eq!(found["order_id"], json!(number));
    assert_eq!((&found["amount"], &found["currency"]), (&json!("1234.56"), &json!("RUB")));
    assert_eq!((&found["hold"], &found["recurring"]), (&json!(true), &json!(true)));
    assert_eq!(found["description"], "Книга «Хочу всё знать»");
    let webhook = word(&found["notifications"][0], "body");
    for place in 0..10 {
        assert!(webhook.contains(&format!("UserField_{place}=value-{place}-%D1%8F")), "{webhook}");
    }
    let info = shop.native("getPurchaseInfo", json!({ "InvoiceId": id }));
    assert_eq!(info["Result"]["OrderId"], json!(number));
    assert_eq!(plain(&info["Result"]["RecipientAmount"]), "1234.56");
    assert_eq!(plain(&info["Result"]["PaymentStatus"]), "3");
}

/// purchaseToPaid by InvoiceId, by OrderId, and by both with a receipt.
pub fn a_hold_is_taken_by_either_number(shop: &Eshop) {
    for way in ["InvoiceId", "OrderId", "both"] {
        let number = number();
        let id = made(shop, with(hold(shop), json!({ "OrderId": number })));
        pay_by_card(&id);
        assert_eq!(invoice(&id)["state"], "Held", "{way}");
        // 1 is a sale; 2 is money that goes back.
        let fields = |kind: u8| match way {
            "InvoiceId" => json!({ "InvoiceId": id }),
            "OrderId" => json!({ "OrderId": number }),
            _ => json!({ "InvoiceId": id, "OrderId": number, "MerchantReceipt": {
                "inn": "7700000000", "content": {
                    "type": kind, "customerContact": "buyer@shop.example",
                    "positions": [{ "quantity": 1, "price": 100, "tax": 6, "text": "Книга" }],
                },
            } }),
        };
        shop.native("purchaseToPaid", fields(1));
        let info = shop.native("getPurchaseInfo", json!({ "InvoiceId": id }));
        assert_eq!(plain(&info["Result"]["PaymentStatus"]), "5", "{way}");
        // And back again, named the same way.
        shop.native("purchaseToRefund", fields(2));
        assert_eq!(invoice(&id)["refunded"], "100.00", "{way}");
    }
}

/// purchaseToRefund cancels, releases, gives back, and makes smaller where the amount has a name.
pub fn money_goes_back_in_four_ways(shop: &Eshop) {
    let number = number();
    let by_number = json!({ "OrderId": number });
    let created = made(shop, by_number.clone());
    shop.native("purchaseToRefund", by_number);
    let found = invoice(&created);
    assert_eq!((&found["status"], &found["paid"]), (&json!(4), &json!("0.00")));

    let held = made(shop, hold(shop));
    pay_by_card(&held);
    shop.native("purchaseToRefund", json!({ "InvoiceId": held }));
    assert_eq!(invoice(&held)["status"], 4);

    let paid = made(shop, json!({}));
    pay_by_card(&paid);
    shop.native("purchaseToRefund", json!({ "InvoiceId": paid }));
    let found = invoice(&paid);
    assert_eq!((&found["status"], &found["refunded"]), (&json!(8), &json!("100.00")));

    shop.switch(json!({ "refund_amount_field": "Amount" }));
    let part = made(shop, json!({}));
    pay_by_card(&part);
    shop.native("purchaseToRefund", json!({ "InvoiceId": part, "extra": { "Amount": "30.00" } }));
    assert_eq!(invoice(&part)["refunded"], "30.00");
    shop.native("purchaseToRefund", json!({ "InvoiceId": part, "extra": { "Amount": "70.00" } }));
    assert_eq!(invoice(&part)["refunded"], "100.00");
}

#[test]
fn every_field_in_both_forms() {
    in_both_forms(an_invoice_with_every_field);
}

#[test]
fn captures_and_refunds_in_both_forms() {
    in_both_forms(a_hold_is_taken_by_either_number);
    in_both_forms(money_goes_back_in_four_ways);
}
