//! IntellectMoney's methods that begin to pay without card data, each by its own name.

use serde_json::{Value, json};

use super::invoices::{looks, made, step_of};
use crate::eshop::{Eshop, FAIL, SITE_IP, begun, invoice, press};
use crate::shop::{RETURN, word};

/// Method, the button that pays, and what the buyer's page is found by: a field inside `Form3DS` (none
/// where it is the link itself), and a part of it.
const WAYS: &[(&str, &str, &str, &str)] = &[
    ("bnplPayment", "approve", "", "/paylate/"),
    ("sbpPayment", "pay", "SbpQrCodeUrl", "https://qr.nspk.ru/"),
    ("gazpromPayPayment", "pay", "", "/gazprompay/"),
    ("sberPayPayment", "pay", "SberPayQrCodeUrl", "sberpay://"),
    ("mirPayGetLink", "pay", "", "/mirpay/"),
];

fn begin(shop: &Eshop, method: &str, id: &str) -> Value {
    shop.native(
        method,
        json!({ "InvoiceId": id, "SuccessUrl": RETURN, "FailUrl": FAIL,
                "AdditionalParams": "reserved", "IpAddress": SITE_IP }),
    )
}

/// `Form3DS`: JSON comes as a text or as an object.
fn page(reply: &Value) -> Value {
    let form = &reply["Result"]["Form3DS"];
    let inner = form.as_str().and_then(|text| serde_json::from_str(text).ok());
    inner.unwrap_or_else(|| form.clone())
}

/// Begun, looked at, paid behind the link.
pub fn every_way_is_begun_and_paid(shop: &Eshop) {
    for (method, button, field, part) in WAYS {
        let id = made(shop, json!({}));
        let reply = begin(shop, method, &id);
        if *method == "mirPayGetLink" {
            assert!(word(&reply["Result"], "DeepLink").starts_with("mirpay://"), "{reply}");
            assert!(word(&reply["Result"], "UniversalLink").contains(part), "{reply}");
        } else {
            assert_eq!(step_of(&reply), "created", "{method}");
        }
        let (seen, reply) = looks(shop, &id);
        assert_eq!(seen, ["created", "inprocess", "sendto3ds"], "{method}");
        let page = page(&reply);
        let link = if field.is_empty() { page.as_str() } else { page[field].as_str() };
        assert!(link.is_some_and(|link| link.contains(part)), "{method}: {page}");
        assert_eq!(press(&id, button), RETURN, "{method}");
        assert_eq!(looks(shop, &id).0, ["ok"], "{method}");
        let found = invoice(&id);
        assert_eq!((&found["state"], begun(&id)), (&json!("Paid"), 1), "{method}");
    }
}

/// Refused on the lender's or the bank's page: the invoice is there for another way.
pub fn a_refused_way_leaves_the_invoice_payable(shop: &Eshop) {
    let id = made(shop, json!({}));
    for (method, ..) in WAYS {
        begin(shop, method, &id);
        looks(shop, &id);
        assert_eq!(press(&id, "refuse"), FAIL, "{method}");
        assert_eq!(looks(shop, &id).0, ["error"], "{method}");
        assert_eq!(invoice(&id)["state"], "Created", "{method}");
    }
    begin(shop, "sbpPayment", &id);
    press(&id, "pay");
    assert_eq!(looks(shop, &id).0.last().unwrap(), "ok");
    assert_eq!(begun(&id), WAYS.len() + 1);
}
