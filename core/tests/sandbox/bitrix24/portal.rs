//! A portal of the sandbox, of each test's own, and its client.

use kopeck::{Client, Error, Fields};
use serde_json::{Value, json};

use crate::shop::{control, fields, look, with, word};

/// The smart process that [`Portal::with_deal`] makes.
pub const PAYMENTS: u64 = 1220;

/// A portal and its client.
pub struct Portal {
    /// Speaks for the shop.
    pub client: Client,
    /// Its name in the sandbox.
    pub name: String,
    /// What it was when it was made.
    pub made: Value,
}

impl Portal {
    /// A new portal: `portal` as `POST /sandbox/bitrix24/portals` takes it, `settings` beside the
    /// client's usual ones. The client's own limit is off unless `settings` turns it on.
    pub fn new(portal: Value, settings: Value) -> Portal {
        let made = control("bitrix24/portals", portal);
        let place = match &made["oauth"] {
            Value::Null => json!({ "webhook_url": made["webhook_url"] }),
            _ => json!({ "oauth": oauth(&made["oauth"]), "portal_hosts": ["127.0.0.1"] }),
        };
        Portal::open(made, with(place, settings))
    }

    /// A portal with one deal of 1500 RUB and a smart process for payments, `PAYMENTS`, that has a deal
    /// relation; the deal's id comes second.
    pub fn with_deal() -> (Portal, u64) {
        let portal = json!({
            "types": [{ "entityTypeId": PAYMENTS, "title": "Payment" }],
            "deals": [{ "title": "Order 1001", "opportunity": "1500.00", "currencyId": "RUB" }],
        });
        let portal = Portal::new(portal, json!({}));
        let deal = portal.made["deals"][0]["id"].as_u64().unwrap();
        (portal, deal)
    }

    /// The same portal through a client with other settings.
    pub fn same(portal: &Portal, settings: Value) -> Portal {
        let place = json!({ "webhook_url": portal.made["webhook_url"] });
        Portal::open(portal.made.clone(), with(place, settings))
    }

    fn open(made: Value, settings: Value) -> Portal {
        let usual = json!({
            "service": "bitrix24", "request_limit": "none", "timeouts": { "total_ms": 20_000 },
        });
        let client = Client::new(&fields(with(usual, settings))).unwrap();
        Portal { client, name: word(&made, "name").to_owned(), made }
    }

    /// An operation that must succeed.
    pub fn call(&self, operation: &str, given: Value) -> Fields {
        self.client.call(operation, &fields(given)).unwrap_or_else(|error| {
            panic!("{operation}: {error} {} {:?} {:?}", error.reason, error.code, error.text)
        })
    }

    /// An operation that must fail.
    pub fn fails(&self, operation: &str, given: Value) -> Error {
        match self.client.call(operation, &fields(given)) {
            Ok(reply) => panic!("{operation} succeeded: {}", Value::Object(reply)),
            Err(error) => error,
        }
    }

    /// What the portal has now: `deals`, `items` by type, `comments`, `payments`, `calls`, ...
    pub fn state(&self) -> Value {
        look(&format!("bitrix24/portals/{}", self.name))
    }

    /// Changes the portal, or one of its objects, by hand: `path` below it, such as `deals/1`.
    pub fn by_hand(&self, path: &str, given: Value) -> Value {
        control(&format!("bitrix24/portals/{}/{path}", self.name), given)
    }

    /// Sets limits, pauses and refusals.
    pub fn change(&self, changes: Value) -> Value {
        control(&format!("bitrix24/portals/{}", self.name), changes)
    }

    /// The next call of this method through the webhook goes wrong; `more` as the sandbox's faults take
    /// it.
    pub fn fault(&self, method: &str, fault: &str, more: Value) {
        let path = word(&self.made, "webhook_url").split_once("/rest/").unwrap().1;
        let armed = json!({ "match": format!("/rest/{path}{method}"), "fault": fault });
        control("faults", with(armed, more));
    }
}

/// The setting `oauth` from what the sandbox tells.
pub fn oauth(told: &Value) -> Value {
    let names = [
        "client_id",
        "client_secret",
        "access_token",
        "refresh_token",
        "client_endpoint",
        "server_endpoint",
    ];
    names.iter().map(|name| ((*name).to_owned(), told[*name].clone())).collect()
}
