//! Calls that IntellectMoney takes in without an end (`OperationState` 1), or could not process (2).

use kopeck::Kind;
use serde_json::{Value, json};

use super::invoices::{hold, made};
use super::natives::equipped;
use crate::eshop::{Eshop, SITE_IP, bill, invoice, pay_by_card};
use crate::shop::{RETURN, look, number, with};

/// The invoice of this order, if the sandbox has one.
fn of_order(number: &Value) -> Option<Value> {
    let all = look("invoices")["invoices"].as_array().cloned().unwrap();
    all.into_iter().find(|one| one["order_id"] == *number)
}

/// Held for 100 roubles: its id and number.
fn held(shop: &Eshop) -> (String, String) {
    let number = number();
    let id = made(shop, with(hold(shop), json!({ "OrderId": number })));
    pay_by_card(&id);
    (id, number)
}

#[test]
fn a_write_without_an_end_is_in_doubt() {
    for (state, reason, done) in [(1, "queued", true), (2, "unavailable", false)] {
        let shop = equipped(json!({}), json!({}));
        let no_history = Eshop::same(&shop, json!({}));
        let (taken, number_taken) = held(&shop);
        let (released, number_released) = held(&shop);
        let open = made(&shop, json!({}));
        let begin = json!({ "InvoiceId": open, "SuccessUrl": RETURN, "IpAddress": SITE_IP });
        let created = bill(json!({}));
        let capture = json!({ "id": taken, "order_number": number_taken, "amount": "100.00",
                              "currency": "RUB", "authorized": "100.00" });
        let native = json!({ "OrderId": crate::shop::number(), "RecipientAmount": "10.00",
                             "RecipientCurrency": "RUB", "Email": "buyer@shop.example" });
        shop.switch(json!({ "operation_state": state }));
        for (operation, fields) in [
            ("create_payment", created.clone()),
            ("intellectmoney.createInvoice", native.clone()),
            ("capture", capture),
            ("intellectmoney.purchaseToRefund", json!({ "OrderId": number_released })),
            ("intellectmoney.bnplPayment", begin),
        ] {
            let error = no_history.fails(operation, fields);
            let told = (error.kind, error.reason, error.may_have_happened, error.advice);
            let expected = (Kind::OutcomeUnknown, reason, true, "ask_status");
            assert_eq!(told, expected, "{operation}, {state}: {error}");
            assert_eq!(error.code.as_deref(), Some(&*state.to_string()), "{operation}");
        }
        assert_eq!(of_order(&created["order_number"]).is_some(), done);
        assert_eq!(of_order(&native["OrderId"]).is_some(), done);
        assert_eq!(invoice(&taken)["state"], if done { "Paid" } else { "Held" });
        assert_eq!(invoice(&released)["state"], if done { "Refund" } else { "Held" });
        assert_eq!(invoice(&open)["payment"].is_null(), !done);
        // A read has changed nothing either way, and a token that is not there sends nothing.
        for (operation, fields) in [
            ("payment_status", json!({ "id": taken })),
            ("intellectmoney.getPurchaseInfo", json!({ "InvoiceId": taken })),
            ("intellectmoney.getInvoicesHistory", json!({ "Take": 1 })),
            (
                "intellectmoney.executeOperation",
                json!({ "PayoutOperationId": "0f8fad5b-d9cb-469f-a165-70867728950e" }),
            ),
        ] {
            let error = shop.fails(operation, fields);
            let told = (error.kind, error.reason, error.may_have_happened);
            assert_eq!(told, (Kind::NotDone, reason, false), "{operation}, {state}: {error}");
        }
    }
}
