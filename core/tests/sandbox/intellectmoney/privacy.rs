//! Logs, errors and replies of IntellectMoney show neither keys nor people nor cards.

use std::cell::RefCell;

use kopeck::clock::SystemClock;
use kopeck::{Error, Fields, Host};
use serde_json::{Value, json};

use super::natives::equipped;
use crate::eshop::{Eshop, SITE_IP, bill, pay_by_card};
use crate::shop::{RETURN, fault, fields, number, text, with, word};

const PAN: &str = "4444555511113333";

/// Everything that a shop's program could write down.
struct Shown<'a> {
    shop: &'a Eshop,
    text: RefCell<String>,
}

impl Shown<'_> {
    fn call(&self, operation: &str, given: Value) -> Result<Fields, Error> {
        let log = |_, line: &str| {
            self.text.borrow_mut().push_str(line);
            self.text.borrow_mut().push('\n');
        };
        let host = Host { clock: &SystemClock, log: Some(&log) };
        let reply = self.shop.client.call_in(&host, operation, &fields(given));
        let says = match &reply {
            Ok(reply) => Value::Object(reply.clone()).to_string(),
            Err(error) => format!("{error} {error:?}"),
        };
        self.text.borrow_mut().push_str(&says);
        reply
    }
}

#[test]
fn nothing_personal_is_shown_by_logs_errors_and_replies() {
    for body in ["form", "json"] {
        let shop = equipped(json!({}), json!({ "body": body }));
        let shown = Shown { shop: &shop, text: RefCell::default() };
        let customer = json!({ "email": "ivan.petrov@mail.example", "phone": "79161234567",
                               "name": "IVAN PETROV", "ip": "198.51.100.77" });
        for kind in ["", "drop_after", "status_500", "garbage", "cut_json"] {
            let number = number();
            let create = bill(json!({ "order_number": number, "customer": customer,
"description": "for IVAN PETROV" }));
            if !kind.is_empty() {
                fault("createInvoice", kind, &number);
            }
            let created = shown.call("create_payment", create.clone());
            // The number is taken, or not.
            let _ = shown.call("create_payment", create);
            let Ok(created) = created else { continue };
            let id = text(&created, "id").to_owned();
            let card = json!({ "InvoiceId": id, "Pan": PAN, "CardHolder": "IVAN PETROV",
                               "ExpiredMonth": "12", "ExpiredYear": "2034", "Cvv": "123",
                               "ReturnUrl": RETURN, "IpAddress": SITE_IP });
            fault("bankCardPayment", "garbage", &id);
            shown.call("intellectmoney.bankCardPayment", card.clone()).unwrap_err();
            let _ = shown.call("intellectmoney.bankCardPayment", card.clone());
            shown
                .call("intellectmoney.bankCardPayment", with(card, json!({ "Pan": "4444" })))
                .unwrap_err();
            pay_by_card(&shop.created(json!({ "customer": customer })));
            shown.call("payment_status", json!({ "id": id })).unwrap();
            let history = json!({ "Take": 10, "OwnerEmail": "ivan.petrov@mail.example",
                                  "IncludePaymentTransactions": 1 });
            shown.call("intellectmoney.getInvoicesHistory", history).unwrap();
            let payout = json!({ "PreferenceType": "OutSbp", "Account": "79161234567",
                                 "BankId": "100000000004", "Amount": "1.00", "Currency": "RUB",
                                 "RecipientName": "IVAN PETROV" });
            shown.call("intellectmoney.createOperation", payout).unwrap();
            let form = json!({ "OrderId": number, "RecipientAmount": "0.01",
                               "RecipientCurrency": "RUB", "Email": "ivan.petrov" });
            let _ = shown.call("intellectmoney.createInvoice", form);
        }
        let shown = shown.text.into_inner();
        assert!(shown.contains("-> POST") && shown.contains("createInvoice"), "{shown}");
        let keys = ["secret_key", "sign_secret_key", "bearer_token", "password", "p2p_form_key"];
        let keys = keys.map(|key| word(&shop.keys, key));
        let people = ["ivan.petrov", "79161234567", "IVAN PETROV", "198.51.100.77", PAN];
        for secret in people.iter().chain(&keys) {
            let at = shown.find(secret);
            let near = at.map(|at| shown.get(at.saturating_sub(80)..at + 20));
            assert!(at.is_none(), "{secret} is shown by {body}: {near:?}");
        }
    }
}
