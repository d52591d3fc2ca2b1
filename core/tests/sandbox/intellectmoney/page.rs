//! The payment page's form and link, as a buyer's browser follows them.

use serde_json::{Value, json};

use super::invoices::made;
use super::natives::{moment, zone};
use crate::eshop::{Eshop, FAIL, invoice, pay_by_card};
use crate::shop::{RETURN, browse, number, text, with, word};

/// The form and the link of a new order of 100 roubles, changed as given.
fn form(shop: &Eshop, more: Value) -> (Value, String) {
    let base = json!({ "RecipientAmount": "100.00", "RecipientCurrency": "RUB",
                       "Email": "buyer@shop.example" });
    let reply = shop.call("intellectmoney.paymentForm", with(base, more));
    assert_eq!(reply["action"]["type"], "form");
    (reply["action"].clone(), text(&reply, "link").to_owned())
}

/// The fields as a browser posts them.
fn posted(action: &Value) -> String {
    let fields = action["fields"].as_object().unwrap();
    let form: Vec<_> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str().unwrap())).collect();
    browse(word(action, "url"), &form)
}

/// The invoice whose card page this is.
fn of_page(page: &str) -> String {
    let id = page.split("/process/").nth(1).and_then(|rest| rest.split('/').next());
    id.unwrap_or_else(|| panic!("no card page: {page}")).to_owned()
}

/// The form with everything that it takes.
pub fn a_form_makes_an_invoice(shop: &Eshop) {
    let number = number();
    let receipt = json!({ "inn": "7700000000", "content": {
        "type": 1, "customerContact": "buyer@shop.example",
        "positions": [{ "quantity": 1, "price": 100, "tax": 6, "text": "Книга" }] } });
    let mut fields = json!({
        "OrderId": number, "ServiceName": "Книга «Хочу всё знать» & \"ещё\"",
        "UserName": "Иван Иванов", "SuccessUrl": format!("{RETURN}?a=1&b=2"), "FailUrl": FAIL,
        "BackUrl": "https://shop.example/back", "ResultUrl": "http://127.0.0.1:9/result",
        "ExpireDate": moment(zone(shop), 86_400), "HoldMode": "1", "HoldTime": "24",
        "Preference": "BankCard,Sbp", "RecurringType": "Activate", "MerchantReceipt": receipt,
        "Language": "en", "frame": "1",
    });
    for place in 0..10 {
        fields[format!("UserField_{place}")] = json!(format!("value-{place}-я"));
        fields[format!("UserFieldName_{place}")] = json!(format!("name-{place}"));
    }
    let (action, _) = form(shop, fields);
    assert!(word(&action, "url").ends_with("/intellectmoney/en/"), "{action}");
    let id = of_page(&posted(&action));
    let found = invoice(&id);
    assert_eq!((&found["order_id"], &found["asked"]), (&json!(number), &json!("100.00")));
    assert_eq!((&found["hold"], &found["recurring"]), (&json!(true), &json!(true)));
    assert_eq!(found["description"], "Книга «Хочу всё знать» & \"ещё\"");
    // Who comes back with the same form comes back to the same invoice.
    assert_eq!(of_page(&posted(&action)), id);
    pay_by_card(&id);
    assert_eq!(invoice(&id)["state"], "Held");
}

/// The same as a link, which a form of the gateway's own would not survive unsigned.
pub fn a_link_makes_an_invoice(shop: &Eshop) {
    let number = number();
    let (action, link) = form(
        shop,
        json!({ "OrderId": number, "ServiceName": "Книга & тетрадь", "Language": null }),
    );
    assert!(word(&action, "url").ends_with("/intellectmoney/ru/"), "{action}");
    let id = of_page(&browse(&link, &[]));
    let found = invoice(&id);
    assert_eq!((&found["order_id"], &found["hold"]), (&json!(number), &json!(false)));
    assert_eq!(found["description"], "Книга & тетрадь");
    // Another sum under the same signature is refused.
    let dearer = link.replace("100.00", "1.00").replace(&number, &crate::shop::number());
    assert!(!browse(&dearer, &[]).contains("/process/"));
    pay_by_card(&id);
    assert_eq!(invoice(&id)["state"], "Paid");
}

/// With `InvoiceId` the number alone leads there.
pub fn an_invoice_has_its_own_page(shop: &Eshop) {
    let id = made(shop, json!({}));
    let reply = shop.call("intellectmoney.paymentForm", json!({ "InvoiceId": id }));
    assert_eq!(of_page(&browse(text(&reply, "link"), &[])), id);
    assert_eq!(of_page(&posted(&reply["action"])), id);
    pay_by_card(&id);
    assert_eq!(invoice(&id)["state"], "Paid");
}
