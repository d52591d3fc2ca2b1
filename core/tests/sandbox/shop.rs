//! What every test of this binary starts from: one sandbox for all of them, a merchant of its own for
//! each, and the buyer's browser.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use kopeck::{Client, Error, Fields};
use serde_json::{Value, json};

/// Pays wherever a card is typed; asks nothing.
pub const GOOD: &str = "4111111111111111";
/// Where buyers come back to.
pub const RETURN: &str = "https://shop.example/return";

struct Sandbox {
    _child: Child,
    origin: String,
}

/// The sandbox's program.
pub fn program() -> String {
    std::env::var("KOPECK_SANDBOX").unwrap_or_else(|_| {
        concat!(env!("CARGO_MANIFEST_DIR"), "/../target/release/kopeck-sandbox").to_owned()
    })
}

fn sandbox() -> &'static Sandbox {
    static SANDBOX: OnceLock<Sandbox> = OnceLock::new();
    SANDBOX.get_or_init(|| {
        let program = program();
        let mut child = Command::new(&program)
            .args(["--listen", "127.0.0.1:0", "--until-stdin-closes", "--retry-pause-ms", "200"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{program}: {error}; build it with `make build`"));
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let origin = line.trim().strip_prefix("listening on ").unwrap().to_owned();
        Sandbox { _child: child, origin }
    })
}

thread_local! {
    /// The native operations that succeeded in this thread, which is this test's own.
    static SUCCEEDED: RefCell<BTreeSet<String>> = const { RefCell::new(BTreeSet::new()) };
}

/// The native operations that succeeded in this test so far, each `dialect name`.
pub fn succeeded() -> BTreeSet<String> {
    SUCCEEDED.with_borrow(Clone::clone)
}

/// Notes a native operation that succeeded, for [`succeeded`].
pub fn note(done: String) {
    SUCCEEDED.with_borrow_mut(|all| all.insert(done));
}

/// Where the sandbox listens.
pub fn origin() -> &'static str {
    &sandbox().origin
}

/// A message from JSON.
pub fn fields(value: Value) -> Fields {
    value.as_object().cloned().unwrap_or_else(|| panic!("not an object: {value}"))
}

/// A text of a message.
pub fn text<'a>(fields: &'a Fields, name: &str) -> &'a str {
    fields[name].as_str().unwrap_or_else(|| panic!("{name} is {}", fields[name]))
}

/// A text of a reply in `raw`.
pub fn word<'a>(raw: &'a Value, name: &str) -> &'a str {
    raw[name].as_str().unwrap_or_else(|| panic!("no {name} in {raw}"))
}

/// An order number that no other test has, and that begins no other.
pub fn number() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    format!("R-{:06}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// `base` with the fields of `more` put in or replaced.
pub fn with(base: Value, more: Value) -> Value {
    let mut fields = fields(base);
    fields.extend(self::fields(more));
    Value::Object(fields)
}

/// A plain HTTP client.
pub fn agent() -> ureq::Agent {
    let config = ureq::Agent::config_builder().proxy(None).max_redirects(0);
    config.http_status_as_error(false).build().new_agent()
}

/// Asks the sandbox to do something, below `/sandbox/`.
pub fn control(path: &str, body: Value) -> Value {
    let sent = agent().post(format!("{}/sandbox/{path}", origin())).send(body.to_string());
    read(sent.unwrap())
}

/// Looks into the sandbox.
pub fn look(path: &str) -> Value {
    read(agent().get(format!("{}/sandbox/{path}", origin())).call().unwrap())
}

/// The JSON of a reply that must be a success.
pub fn read(mut response: ureq::http::Response<ureq::Body>) -> Value {
    let text = response.body_mut().read_to_string().unwrap();
    assert!(response.status().is_success(), "{}: {text}", response.status());
    serde_json::from_str(&text).unwrap()
}

/// Opens a page as a browser does, or presses a button of it: where it leads, or what it says.
pub fn browse(url: &str, form: &[(&str, &str)]) -> String {
    let url = if url.starts_with('/') { format!("{}{url}", origin()) } else { url.to_owned() };
    let response = match form {
        [] => agent().get(url).call(),
        form => agent().post(url).send_form(form.iter().copied()),
    };
    let mut response = response.unwrap();
    match response.headers().get("location") {
        Some(location) => location.to_str().unwrap().to_owned(),
        None => response.body_mut().read_to_string().unwrap(),
    }
}

/// A payment token as a phone hands it out.
pub fn wallet_token(wallet: &str, more: Value) -> String {
    let base = json!({ "wallet": wallet, "pan": GOOD, "expiration": "202612", "amount": 10_000,
                       "currency": "643" });
    word(&control("tokens", with(base, more)), "token").to_owned()
}

/// A merchant of the sandbox and its client.
pub struct Shop {
    /// Speaks for the merchant.
    pub client: Client,
    /// Its login; the password is `<login>_password`.
    pub login: String,
    dialect: String,
}

impl Shop {
    /// A new merchant: `merchant` as `POST /sandbox/merchants` takes it, `settings` beside the
    /// client's usual ones.
    pub fn new(merchant: Value, settings: Value) -> Shop {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let login = format!("shop-{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let password = format!("{login}_password");
        control("merchants", with(json!({ "user_name": login, "password": password }), merchant));
        Shop::open(&login, settings)
    }

    /// The same merchant through a client with other settings.
    pub fn same(shop: &Shop, settings: Value) -> Shop {
        Shop::open(&shop.login, settings)
    }

    fn open(login: &str, settings: Value) -> Shop {
        let usual = json!({
            "gateway": "rbs", "base_url": format!("{}/payment", origin()), "user_name": login,
            "password": format!("{login}_password"), "merchant_login": login,
            "card_data": "allowed", "timeouts": { "total_ms": 20_000 },
        });
        let settings = fields(with(usual, settings));
        let dialect = settings.get("dialect").and_then(Value::as_str).unwrap_or("rbs").to_owned();
        let client = Client::new(&settings).unwrap();
        Shop { client, login: login.to_owned(), dialect }
    }

    /// A merchant with these fidelity switches.
    pub fn with(switches: Value) -> Shop {
        Shop::new(json!({ "settings": switches }), json!({}))
    }

    /// A merchant like most.
    pub fn plain() -> Shop {
        Shop::with(json!({}))
    }

    /// Sets fidelity switches.
    pub fn switch(&self, switches: Value) {
        control("merchants", json!({ "user_name": self.login, "settings": switches }));
    }

    /// An operation that must succeed.
    pub fn call(&self, operation: &str, fields: Value) -> Fields {
        let reply = self.client.call(operation, &self::fields(fields));
        reply.unwrap_or_else(|error| {
            panic!("{operation}: {error} {:?} {:?}", error.code, error.text)
        })
    }

    /// An operation that must fail.
    pub fn fails(&self, operation: &str, fields: Value) -> Error {
        match self.client.call(operation, &self::fields(fields)) {
            Ok(reply) => panic!("{operation} succeeded: {}", Value::Object(reply)),
            Err(error) => error,
        }
    }

    /// A native operation that must succeed: the gateway's own reply.
    pub fn native(&self, name: &str, fields: Value) -> Value {
        let reply = self.call(&format!("rbs.{name}"), fields);
        note(format!("{} {name}", self.dialect));
        reply.get("raw").cloned().unwrap_or(Value::Object(reply))
    }

    /// `create_payment` of 100 roubles, changed as given.
    pub fn create(&self, more: Value) -> Fields {
        self.call("create_payment", order(more))
    }

    /// The same, and its id alone.
    pub fn created(&self, more: Value) -> String {
        text(&self.create(more), "id").to_owned()
    }

    /// A payment of 100 roubles that a buyer has made.
    pub fn paid(&self, more: Value) -> String {
        let id = self.created(more);
        act(&id, json!({ "do": "pay", "pan": GOOD }));
        id
    }

    /// `payment_status`, by id.
    pub fn status(&self, id: &str) -> Fields {
        self.call("payment_status", json!({ "id": id }))
    }

    /// Status, captured and refunded, as they stand.
    pub fn stands(&self, id: &str) -> (String, Value, Value) {
        let found = self.status(id);
        (text(&found, "status").to_owned(), found["captured"].clone(), found["refunded"].clone())
    }
}

/// The fields of a payment of 100 roubles, changed as given.
pub fn order(more: Value) -> Value {
    let base = json!({ "order_number": number(), "amount": "100.00", "currency": "RUB",
                       "return_url": RETURN });
    with(base, more)
}

/// Makes something happen to an order.
pub fn act(id: &str, act: Value) -> Value {
    control(&format!("orders/{id}/act"), act)
}

/// Arms a fault for a request whose form or JSON holds `body`.
pub fn fault(path: &str, kind: &str, body: &str) {
    control("faults", json!({ "match": path, "fault": kind, "body": body, "hang_ms": 3000 }));
}

/// The bodies of the requests that reached this method with `needle` in them, secrets struck out.
pub fn sent(path: &str, needle: &str) -> Vec<String> {
    let requests = look("requests")["requests"].as_array().cloned().unwrap();
    let bodies = requests.iter().filter(|one| word(one, "path").ends_with(path));
    let bodies = bodies.map(|one| one["body"].to_string());
    bodies.filter(|body| body.contains(needle)).collect()
}
