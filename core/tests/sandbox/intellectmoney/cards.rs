//! IntellectMoney's methods that carry card data.

use serde_json::{Value, json};

use super::invoices::{looks, made, plain, step_of};
use crate::eshop::{Eshop, SITE_IP, invoice};
use crate::shop::{RETURN, browse, look, with, word};

/// Asked for a code by 3-D Secure.
const CHALLENGED: &str = "5555555555555599";

/// Pays with this card: the gateway's reply.
fn pay(shop: &Eshop, id: &str, more: Value) -> Value {
    let base = json!({ "InvoiceId": id, "Pan": "4444555511113333", "CardHolder": "IVAN IVANOV",
                       "ExpiredMonth": "12", "ExpiredYear": "2034", "Cvv": "123",
                       "ReturnUrl": RETURN, "IpAddress": SITE_IP });
    shop.native("bankCardPayment", with(base, more))
}

/// The hidden field of the page that posts itself, as a browser would post it.
fn three_d_secure(shop: &Eshop, id: &str, answer: (&str, &str)) -> String {
    let payment = shop.status(id);
    let action = &payment["action"];
    assert_eq!((&payment["status"], &action["type"]), (&json!("action_required"), &json!("form")));
    let data = word(&action["fields"], "data").to_owned();
    browse(word(action, "url"), &[("data", &data), answer])
}

/// bankCardPayment with a card that asks: passed by one buyer, failed by another, who pays then.
pub fn a_card_pays_behind_three_d_secure(shop: &Eshop) {
    let id = made(shop, json!({}));
    assert_eq!(step_of(&pay(shop, &id, json!({ "Pan": CHALLENGED }))), "created");
    let (seen, reply) = looks(shop, &id);
    assert_eq!(seen, ["created", "inprocess", "sendto3ds"]);
    let page = word(&reply["Result"], "Form3DS");
    assert!(page.starts_with("<form") && page.contains("/intellectmoney/3ds"), "{page}");
    assert_eq!(three_d_secure(shop, &id, ("code", "12345678")), RETURN);
    let (seen, reply) = looks(shop, &id);
    assert_eq!(seen, ["ok"]);
    assert_eq!(plain(&reply["Result"]["Rrn"]).len(), 12);
    assert_eq!(invoice(&id)["state"], "Paid");

    let id = made(shop, json!({}));
    pay(shop, &id, json!({ "Pan": CHALLENGED }));
    looks(shop, &id);
    assert_eq!(three_d_secure(shop, &id, ("cancel", "1")), RETURN);
    let (seen, reply) = looks(shop, &id);
    assert_eq!(seen, ["error"]);
    assert_eq!(plain(&reply["Result"]["RcCodeId"]), "-2006");
    pay(shop, &id, json!({}));
    assert_eq!(looks(shop, &id).0.last().unwrap(), "ok");
}

/// A card whose bank charges a small sum: named rightly, and wrongly.
pub fn a_small_sum_proves_a_card(shop: &Eshop) {
    let card = look("config")["intellectmoney"]["activation_card"].clone();
    for (sum, cvv, last) in
        [(word(&card, "amount"), json!("123"), "ok"), ("1.22", Value::Null, "error")]
    {
        let id = made(shop, json!({}));
        pay(shop, &id, json!({ "Pan": card["pan"] }));
        assert_eq!(looks(shop, &id).0.last().unwrap(), "activationpayment");
        let named = json!({ "InvoiceId": id, "ActivationAmount": sum, "Cvv": cvv });
        shop.native("activationPay", named);
        assert_eq!(looks(shop, &id).0, [last], "{sum}");
        let state = if last == "ok" { "Paid" } else { "Created" };
        assert_eq!(invoice(&id)["state"], state, "{sum}");
    }
}

/// A decline is the bank's answer, not the call's: the code comes with a look.
pub fn a_refused_card_leaves_the_invoice_payable(shop: &Eshop) {
    let id = made(shop, json!({}));
    pay(shop, &id, json!({ "Pan": "4999000001160000" }));
    let (seen, reply) = looks(shop, &id);
    assert_eq!(seen.last().unwrap(), "error");
    assert_eq!(plain(&reply["Result"]["RcCodeId"]), "116");
    assert!(!word(&reply["Result"], "Message").is_empty());
    assert_eq!(invoice(&id)["state"], "Created");
    // Without what may be left out; the year in two digits.
    let least = json!({ "CardHolder": null, "ReturnUrl": null, "ExpiredYear": "34" });
    pay(shop, &id, least);
    assert_eq!(looks(shop, &id).0.last().unwrap(), "ok");
    assert_eq!(invoice(&id)["state"], "Paid");
}
