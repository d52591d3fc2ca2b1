//! A shop of IntellectMoney's in the sandbox, of each test's own, and its client.

use std::sync::atomic::{AtomicU32, Ordering};

use kopeck::{Client, Error, Fields};
use serde_json::{Value, json};

use crate::shop::{RETURN, browse, control, fields, look, note, number, origin, text, with, word};

/// Where buyers come back to after a refusal.
pub const FAIL: &str = "https://shop.example/fail";
/// The address of the shop's own server.
pub const SITE_IP: &str = "192.0.2.10";

/// A shop of the sandbox and its client.
pub struct Eshop {
    /// Speaks for the shop.
    pub client: Client,
    /// Six digits.
    pub id: String,
    /// Its keys, as `POST /sandbox/eshops` answers.
    pub keys: Value,
}

impl Eshop {
    /// A new shop: `eshop` as `POST /sandbox/eshops` takes it, `settings` beside the client's usual
    /// ones.
    pub fn new(eshop: Value, settings: Value) -> Eshop {
        static NEXT: AtomicU32 = AtomicU32::new(460_001);
        let id = NEXT.fetch_add(1, Ordering::Relaxed).to_string();
        let keys = control("eshops", with(json!({ "eshop_id": id }), eshop));
        Eshop::open(keys, settings)
    }

    /// The same shop through a client with other settings.
    pub fn same(shop: &Eshop, settings: Value) -> Eshop {
        Eshop::open(shop.keys.clone(), settings)
    }

    fn open(keys: Value, settings: Value) -> Eshop {
        let usual = json!({
            "gateway": "intellectmoney", "base_url": format!("{}/intellectmoney", origin()),
            "eshop_id": keys["eshop_id"], "secret_key": keys["secret_key"],
            "bearer_token": keys["bearer_token"], "sign_secret_key": keys["sign_secret_key"],
            "site_ip": SITE_IP, "card_data": "allowed", "timeouts": { "total_ms": 20_000 },
        });
        let client = Client::new(&fields(with(usual, settings))).unwrap();
        Eshop { client, id: word(&keys, "eshop_id").to_owned(), keys }
    }

    /// A shop with these fidelity switches.
    pub fn with(switches: Value) -> Eshop {
        Eshop::new(json!({ "settings": switches }), json!({}))
    }

    /// A shop like most.
    pub fn plain() -> Eshop {
        Eshop::with(json!({}))
    }

    /// A shop whose payments show at once where they really stand; by default the first look shows
    /// `Created` and the second `InProcess`.
    pub fn prompt() -> Eshop {
        Eshop::with(json!({ "created_reads": 0, "in_process_reads": 0 }))
    }

    /// The settings `login` and `personal_password` of this shop, for the Personal API.
    pub fn personal(&self) -> Value {
        json!({ "login": self.keys["login"], "personal_password": self.keys["password"] })
    }

    /// Sets fidelity switches.
    pub fn switch(&self, switches: Value) {
        control("eshops", json!({ "eshop_id": self.id, "settings": switches }));
    }

    /// An operation that must succeed. A native one is noted with its fields, `name` and `name.field`.
    pub fn call(&self, operation: &str, fields: Value) -> Fields {
        let fields = crate::shop::fields(fields);
        let reply = self.client.call(operation, &fields).unwrap_or_else(|error| {
            panic!("{operation}: {error} {:?} {:?}", error.code, error.text)
        });
        if operation.starts_with("intellectmoney.") {
            fields.keys().for_each(|field| note(format!("{operation}.{field}")));
            note(operation.to_owned());
        }
        reply
    }

    /// An operation that must fail.
    pub fn fails(&self, operation: &str, fields: Value) -> Error {
        match self.client.call(operation, &crate::shop::fields(fields)) {
            Ok(reply) => panic!("{operation} succeeded: {}", Value::Object(reply)),
            Err(error) => error,
        }
    }

    /// A native operation that must succeed: the gateway's own reply.
    pub fn native(&self, name: &str, fields: Value) -> Value {
        let reply = self.call(&format!("intellectmoney.{name}"), fields);
        reply.get("raw").cloned().unwrap_or(Value::Object(reply))
    }

    /// `create_payment` of 100 roubles, changed as given.
    pub fn create(&self, more: Value) -> Fields {
        self.call("create_payment", bill(more))
    }

    /// The same, and its id alone.
    pub fn created(&self, more: Value) -> String {
        text(&self.create(more), "id").to_owned()
    }

    /// A payment of 100 roubles that a buyer has made by card on the gateway's page: its id.
    pub fn paid(&self, more: Value) -> String {
        let id = self.created(more);
        pay_by_card(&id);
        id
    }

    /// `payment_status`, by id.
    pub fn status(&self, id: &str) -> Fields {
        self.call("payment_status", json!({ "id": id }))
    }
}

/// The fields of a payment of 100 roubles, changed as given.
pub fn bill(more: Value) -> Value {
    let base = json!({ "order_number": number(), "amount": "100.00", "currency": "RUB",
                       "return_url": RETURN, "fail_url": FAIL,
                       "customer": { "email": "buyer@shop.example" } });
    with(base, more)
}

/// An invoice as the sandbox has it.
pub fn invoice(id: &str) -> Value {
    look(&format!("invoices/{id}"))
}

/// Pays on the gateway's card page, with a card that asks nothing.
pub fn pay_by_card(id: &str) {
    let page = format!("/intellectmoney/v2/ru/process/{id}/acquiring");
    let card = [("$PAN", "4444555511113333"), ("MM", "12"), ("YYYY", "2034"), ("$CVC", "123")];
    browse(&page, &card);
}

/// Makes something happen to an invoice: the invoice afterwards. `pay` puts the money there; the
/// step that a look shows moves only if a payment was begun.
pub fn act(id: &str, act: Value) -> Value {
    control(&format!("invoices/{id}/act"), act)
}

/// How many payments were begun for an invoice by a call.
pub fn begun(id: &str) -> usize {
    let history = invoice(id)["history"].as_array().cloned().unwrap_or_default();
    let begun = history.iter().map(|line| word(line, "event"));
    begun.filter(|event| event.starts_with("payment begun") && !event.contains("refused")).count()
}

/// Presses a button of the page where the newest payment of an invoice is decided: where it leads,
/// or what it says.
pub fn press(id: &str, button: &str) -> String {
    let page = invoice(id)["payment"]["page"].as_str().unwrap().to_owned();
    browse(&page, &[("do", button)])
}
