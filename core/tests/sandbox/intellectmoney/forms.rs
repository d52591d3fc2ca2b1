//! The payment page of IntellectMoney, reached by the shop's own form or link.

use kopeck::Fields;
use serde_json::{Value, json};

use crate::eshop::{Eshop, invoice, pay_by_card};
use crate::shop::{RETURN, browse, number, text};

/// A shop that wants a hash in its forms.
fn strict() -> Eshop {
    Eshop::with(json!({ "require_form_hash": true }))
}

fn form(shop: &Eshop, more: Value) -> Fields {
    let order = json!({
        "OrderId": number(), "ServiceName": "Книга & чай: 1+1=2", "RecipientAmount": "10.50",
        "RecipientCurrency": "RUB", "Email": "buyer@shop.example", "SuccessUrl": RETURN,
        "UserField_1": "7", "UserFieldName_1": "Полка",
    });
    shop.call("intellectmoney.paymentForm", crate::shop::with(order, more))
}

/// The invoice that a card page belongs to.
fn led_to(page: &str, language: &str) -> String {
    let rest = page.split_once(&format!("/intellectmoney/v2/{language}/process/"));
    let (_, rest) = rest.unwrap_or_else(|| panic!("no card page: {page}"));
    rest.strip_suffix("/acquiring").unwrap().to_owned()
}

fn press(form: &Fields) -> String {
    let action = &form["action"];
    let fields = action["fields"].as_object().unwrap();
    let fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap())).collect();
    browse(action["url"].as_str().unwrap(), &fields)
}

#[test]
fn a_form_leads_to_the_page_and_is_paid() {
    let shop = strict();
    let order = number();
    let form = form(&shop, json!({ "OrderId": order, "Preference": ["BankCard", "Sbp"] }));
    let id = led_to(&press(&form), "ru");
    let made = invoice(&id);
    assert_eq!((&made["order_id"], &made["asked"]), (&json!(order), &json!("10.50")));
    pay_by_card(&id);
    assert_eq!(
        shop.native("getPurchaseInfo", json!({ "InvoiceId": id }))["Result"]["PaymentStatus"],
        5
    );
    // The same form once more is the same invoice, which is closed now.
    assert!(!press(&form).contains("/process/"));
}

#[test]
fn a_link_leads_there_too_in_the_other_language() {
    let shop = strict();
    let form = form(&shop, json!({ "Language": "en" }));
    let id = led_to(&browse(text(&form, "link"), &[]), "en");
    // Whoever takes the form after the link comes to the same invoice.
    assert_eq!(led_to(&press(&form), "en"), id);
}

#[test]
fn the_source_of_recurring_payments_is_signed_as_one() {
    let shop = strict();
    let form = form(&shop, json!({ "RecurringType": "Activate" }));
    led_to(&press(&form), "ru");
}

#[test]
fn a_form_that_was_changed_leads_nowhere() {
    let shop = strict();
    let mut form = form(&shop, json!({}));
    form["action"]["fields"]["RecipientAmount"] = json!("1.50");
    assert!(!press(&form).contains("/process/"));
    form["action"]["fields"].as_object_mut().unwrap().shift_remove("Hash");
    assert!(!press(&form).contains("/process/"));
}

#[test]
fn an_invoice_that_is_there_is_found_by_its_number() {
    let shop = strict();
    let id = shop.created(json!({ "language": "ru" }));
    for language in ["ru", "en"] {
        let asked = json!({ "InvoiceId": id, "Language": language });
        let form = shop.call("intellectmoney.paymentForm", asked);
        assert_eq!(led_to(&press(&form), language), id);
        assert_eq!(led_to(&browse(text(&form, "link"), &[]), "ru"), id);
    }
}
