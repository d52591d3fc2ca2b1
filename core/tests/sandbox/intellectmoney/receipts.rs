//! IntellectMoney, 54-FZ: a receipt goes with the invoice and is one that the gateway can print.

use kopeck::Kind;
use serde_json::{Value, json};

use crate::eshop::Eshop;
use crate::shop::{look, text, with};

/// Tea and half a service: 100 roubles, half a kopeck rounded up.
fn receipt(more: Value) -> Value {
    let receipt = json!({
        "tax_system": "usn_income",
        "positions": [
            { "name": "Ж".repeat(128), "quantity": "3.001", "price": "23.33", "vat": "22/122",
              "payment_method": "full_prepayment", "payment_object": "commodity",
              "agent": { "type": "commission_agent" },
              "supplier": { "name": "Supplier", "inn": "770000000000", "phones": ["74950000001"] } },
            { "name": "Service", "quantity": "0.5", "price": "59.98", "vat": "none" },
        ],
    });
    with(receipt, more)
}

fn shop(more: Value) -> Eshop {
    let seller = json!({ "receipt": { "company": { "inn": "7700000000" }, "group": "Main" } });
    Eshop::new(json!({ "settings": { "refuse_unknown_fields": true } }), with(seller, more))
}

/// How many invoices the sandbox has of the shop.
fn invoices(shop: &Eshop) -> usize {
    let all = look("invoices")["invoices"].as_array().cloned().unwrap();
    all.iter().filter(|invoice| invoice["eshop_id"] == shop.id.as_str()).count()
}

#[test]
fn the_gateway_can_print_what_leaves_in_either_form() {
    for body in ["form", "json"] {
        let shop = shop(json!({ "body": body }));
        for more in [
            json!({}),
            json!({ "customer": { "phone": "+79991234567" } }),
            json!({ "payments": [{ "with": "cashless", "amount": "60.00" },
                                 { "with": "counter", "amount": "40.00" }] }),
        ] {
            let made = shop.create(json!({ "receipt": receipt(more) }));
            assert_eq!(text(&made, "status"), "created", "{body}");
        }
        assert_eq!(invoices(&shop), 3);
    }
}

#[test]
fn wrong_receipts_never_leave() {
    let shop = shop(json!({}));
    for (pointer, value, field) in [
        ("/positions/0/price", json!("23.34"), "receipt.positions"),
        ("/positions/0/vat", json!("18/118"), "receipt.positions.0.vat"),
        ("/positions/0/measure", json!("kilogram"), "receipt.positions.0.measure"),
        ("/positions/1/country", json!("643"), "receipt.positions.1.country"),
        ("/tax_system", json!("envd"), "receipt.tax_system"),
    ] {
        let mut wrong = receipt(json!({}));
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        wrong.pointer_mut(parent).unwrap().as_object_mut().unwrap().insert(name.into(), value);
        let error = shop.fails("create_payment", crate::eshop::bill(json!({ "receipt": wrong })));
        assert_eq!((error.kind, error.field.as_deref()), (Kind::InvalidRequest, Some(field)));
    }
    let foreign = json!({ "receipt": receipt(json!({})), "currency": "USD" });
    let error = shop.fails("create_payment", crate::eshop::bill(foreign));
    assert_eq!(error.field.as_deref(), Some("receipt"));
    assert_eq!(invoices(&shop), 0);
}

#[test]
fn what_the_gateway_refuses_of_a_receipt_is_a_refusal_of_the_call() {
    let shop = shop(json!({}));
    let mut odd = receipt(json!({}));
    odd["positions"][1]["attributes"] = json!({ "paymentMethodType": 9 });
    let error = shop.fails("create_payment", crate::eshop::bill(json!({ "receipt": odd })));
    assert_eq!(error.kind, Kind::Refused, "{error}");
    assert!(error.message.to_lowercase().contains("receipt"), "{error}");
    assert_eq!(invoices(&shop), 0);
}

#[test]
fn a_refund_prints_money_that_goes_back() {
    let shop = shop(json!({}));
    let order = crate::shop::number();
    let id = shop.paid(json!({ "order_number": order, "receipt": receipt(json!({})) }));
    let document = |kind: u8, price: &str| {
        json!({ "OrderId": order, "InvoiceId": id, "MerchantReceipt": format!(
            r#"{{"inn":"7700000000","content":{{"type":{kind},"customerContact":"a@b.ru","positions":[{{"quantity":1,"price":{price},"tax":6,"text":"a"}}]}}}}"#
        ) })
    };
    for (kind, price) in [(1, "100.00"), (2, "99.99")] {
        let error = shop.fails("intellectmoney.purchaseToRefund", document(kind, price));
        assert_eq!(error.kind, Kind::Refused, "{error}");
    }
    assert_eq!(crate::eshop::invoice(&id)["refunded"], "0.00");
    shop.native("purchaseToRefund", document(2, "100.00"));
    assert_eq!(crate::eshop::invoice(&id)["refunded"], "100.00");
}

#[test]
fn a_refund_takes_the_positions_that_go_back() {
    let shop = shop(json!({}));
    let order = crate::shop::number();
    let id = shop.paid(json!({ "order_number": order, "receipt": receipt(json!({})) }));
    let refund = |receipt: Value| {
        json!({ "id": id, "order_number": order, "amount": "100.00", "currency": "RUB",
                "refund_id": "R-1", "before": { "captured": "100.00", "refunded": "0.00" },
                "receipt": receipt })
    };
    let mut back = receipt(json!({}));
    for (index, id) in [(0, 1), (1, 2)] {
        back["positions"][index]["id"] = json!(id);
    }
    // Nobody else names the buyer here.
    let error = shop.fails("refund", refund(back.clone()));
    assert_eq!(error.field.as_deref(), Some("receipt.customer.email"), "{error}");
    assert_eq!(crate::eshop::invoice(&id)["refunded"], "0.00");
    back["customer"] = json!({ "email": "buyer@shop.example" });
    shop.call("refund", refund(back));
    assert_eq!(crate::eshop::invoice(&id)["refunded"], "100.00");
}
