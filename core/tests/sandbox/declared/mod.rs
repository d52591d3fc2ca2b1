//! Gateways that a descriptor describes: the library reads the file, the sandbox plays it, each on its
//! own.

mod every;
mod lost;
mod switches;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use kopeck::{Client, Error, Fields};
use serde_json::{Value, json};

use crate::listener::Listener;
use crate::shop::{browse, control, fields, look, origin, text, with};

/// Long ago: the grace time is over.
const THEN: &str = "2026-01-01T00:00:00Z";

fn file(path: &str) -> String {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    std::fs::read_to_string(root.join(path)).unwrap_or_else(|fault| panic!("{path}: {fault}"))
}

/// Sample settings by descriptor: `config`, `secrets`; `file` where it is not built in, `currency`,
/// `number` (`digits`), `assumptions`.
fn samples() -> &'static BTreeMap<String, Value> {
    static SAMPLES: OnceLock<BTreeMap<String, Value>> = OnceLock::new();
    SAMPLES.get_or_init(|| serde_json::from_str(&file("tests/descriptors/settings.json")).unwrap())
}

/// The sandbox tells shops of one gateway apart by their settings, which are the same in all tests: so
/// one test at a time has a gateway.
fn alone(name: &str) -> MutexGuard<'static, ()> {
    static LOCKS: OnceLock<BTreeMap<&'static str, Mutex<()>>> = OnceLock::new();
    let locks = LOCKS
        .get_or_init(|| samples().keys().map(|name| (name.as_str(), Mutex::new(()))).collect());
    locks[name].lock().unwrap_or_else(PoisonError::into_inner)
}

/// One shop with one order.
pub struct Described {
    name: String,
    /// Speaks for the shop.
    pub client: Arc<Client>,
    /// Takes its notifications.
    pub listener: Listener,
    /// As `create_payment` takes it.
    pub order: Value,
    /// After `create`.
    pub id: String,
    _alone: MutexGuard<'static, ()>,
}

impl Described {
    pub fn plain(name: &str) -> Described {
        Described::with(name, json!({}))
    }

    /// With these switches of the sandbox.
    fn with(name: &str, switches: Value) -> Described {
        let sample = &samples()[name];
        let text = match sample["file"].as_str() {
            Some(path) => file(path),
            None => file(&format!("core/src/gateways/declared/descriptors/{name}.toml")),
        };
        Described::of(name, &text, switches)
    }

    /// With the text of a descriptor in place of that one's.
    fn of(name: &str, descriptor: &str, switches: Value) -> Described {
        let alone = alone(name);
        let sample = &samples()[name];
        let currency = sample["currency"].as_str().unwrap_or("RUB");
        let own = |key: &str| match &sample[key] {
            Value::Null => json!({}),
            value => value.clone(),
        };
        let (config, secrets) = (own("config"), own("secrets"));
        let client = Client::new(&fields(json!({
            "gateway": "declared", "descriptor": descriptor, "config": config, "secrets": secrets,
            "base_url": format!("{}/declared", origin()), "assumptions": own("assumptions"),
            "timeouts": { "total_ms": 20_000 },
        })));
        let client = Arc::new(client.unwrap_or_else(|error| panic!("{name}: {error}")));
        // It answers as a shop does that has stored what came.
        let answering = Arc::clone(&client);
        let listener = Listener::answering(move |notification| answered(&answering, notification));
        let url = listener.url.replace("?shop=7", "");
        control(
            "declared/shops",
            json!({
                "id": name, "descriptor": descriptor, "config": config, "secrets": secrets,
                "currency": currency, "notification_url": url,
                "switches": with(json!({ "retry_pause_ms": 50 }), switches),
            }),
        );
        let number = crate::shop::number();
        let digits = number.trim_start_matches("R-").trim_start_matches('0');
        let number = match sample["number"].as_str() {
            Some("digits") => format!("9{digits}"),
            _ => format!("{number}-x"),
        };
        let order = json!({
            "order_number": number, "amount": "100.50", "currency": currency,
            "return_url": "https://shop.example/return", "description": "Заказ №19",
            "customer": { "email": "buyer@shop.example", "phone": "+79001234567", "name": "Иван" },
        });
        Described {
            name: name.to_owned(),
            client,
            listener,
            order,
            id: String::new(),
            _alone: alone,
        }
    }

    fn number(&self) -> &str {
        self.order["order_number"].as_str().unwrap()
    }

    fn expect(&self) -> Value {
        json!({
            "order_number": self.order["order_number"], "amount": self.order["amount"],
            "currency": self.order["currency"],
        })
    }

    fn call(&self, operation: &str, fields: Value) -> Fields {
        self.client.call(operation, &crate::shop::fields(fields)).unwrap_or_else(|error| {
            panic!("{} {operation}: {error} {:?} {:?}", self.name, error.code, error.text)
        })
    }

    fn fails(&self, operation: &str, fields: Value) -> Error {
        match self.client.call(operation, &crate::shop::fields(fields)) {
            Ok(reply) => panic!("{} {operation}: {}", self.name, Value::Object(reply)),
            Err(error) => error,
        }
    }

    fn serves(&self, operation: &str) -> bool {
        let described = self.call("operations", json!({}));
        let mut rows = described["operations"].as_array().unwrap().iter();
        rows.any(|row| row["name"] == operation)
    }

    /// Creates the payment and goes where the buyer is sent: the address of the page.
    fn create(&mut self) -> String {
        let payment = self.call("create_payment", self.order.clone());
        self.id = text(&payment, "id").to_owned();
        page_of(&payment)
    }

    /// Created and paid on its page; the notification.
    fn paid(&mut self) -> Value {
        let page = self.create();
        browse(&page, &[("do", "pay")]);
        self.listener.next()
    }

    pub fn parse(&self, notification: &Value) -> Fields {
        self.call("parse_notification", notification.clone())
    }

    pub fn confirm(&self, notification: Option<&Value>) -> Fields {
        let mut request = json!({ "id": self.id, "expect": self.expect() });
        if let Some(notification) = notification {
            request["notification"] = notification.clone();
        }
        self.call("confirm", request)
    }

    /// The order as the gateway sees it.
    fn seen(&self) -> Value {
        look(&format!("declared/orders/{}", self.number()))
    }

    fn act(&self, act: Value) -> Value {
        control(&format!("declared/orders/{}/act", self.number()), act)
    }

    /// How many payments of this number there are at the gateway.
    fn count(&self) -> usize {
        let all = look("declared/orders");
        let all = all["orders"].as_array().unwrap().iter();
        all.filter(|order| order["number"] == self.number()).count()
    }

    fn settle(&self, more: Value) -> Fields {
        let settle = json!({
            "operation": "create_payment", "create": self.order, "sent_at": THEN,
        });
        self.call("settle", with(settle, more))
    }

    /// The next call of this gateway goes wrong.
    fn fault(&self, path: &str, fault: &str) {
        control("faults", json!({ "match": path, "fault": fault, "times": 1 }));
    }
}

/// What a shop answers: `{status, content_type, body}`.
fn answered(client: &Client, notification: &Value) -> Value {
    match client.call("parse_notification", &fields(notification.clone())) {
        Ok(told) => told["answer"]["ok"].clone(),
        Err(error) => error.to_fields()["answer"]["reject"].clone(),
    }
}

/// Where the buyer lands: a form is posted and a link opened, as his browser does.
fn page_of(payment: &Fields) -> String {
    let action = &payment["action"];
    let url = action["url"].as_str().unwrap_or_else(|| panic!("no page: {payment:?}"));
    if action["type"] == "form" {
        let fields = action["fields"].as_object().unwrap().iter();
        let pairs: Vec<(&str, &str)> =
            fields.map(|(name, value)| (name.as_str(), value.as_str().unwrap())).collect();
        return landed(&browse(url, &pairs));
    }
    let led = browse(url, &[]);
    // The page itself says what is to be paid; anything else leads there.
    if led.starts_with("http") { led } else { url.to_owned() }
}

fn landed(led: &str) -> String {
    assert!(led.starts_with("http"), "the form leads nowhere: {led}");
    led.to_owned()
}
