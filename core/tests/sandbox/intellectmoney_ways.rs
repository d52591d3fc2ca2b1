//! The ways to pay at IntellectMoney, from the call to the buyer's page.

use serde_json::json;

use crate::eshop::{Eshop, begun, invoice, pay_by_card, press};
use crate::shop::{RETURN, text};

#[test]
fn the_page_is_the_invoices_own() {
    let shop = Eshop::prompt();
    let payment = shop.create(json!({}));
    let id = text(&payment, "id");
    assert_eq!(payment["status"], "created");
    assert_eq!(invoice(id)["asked"], "100.00");
    assert_eq!(begun(id), 0);
    pay_by_card(id);
    assert_eq!(shop.status(id)["status"], "authorized");
}

#[test]
fn a_lenders_page_is_pressed() {
    let shop = Eshop::plain();
    let id = shop.created(json!({ "method": "instalments" }));
    shop.native(
        "bnplPayment",
        json!({ "InvoiceId": id, "SuccessUrl": RETURN,
                                       "IpAddress": crate::eshop::SITE_IP }),
    );
    assert_eq!(begun(&id), 1);
    assert_eq!(press(&id, "approve"), RETURN);
}
