//! A portal of Bitrix24 that is called with curl.

#![allow(dead_code, reason = "each test program uses its part of it")]

use serde_json::{Value, json};

use crate::started::{Sandbox, text};

/// A portal of one's own.
pub struct Portal<'a> {
    pub sandbox: &'a Sandbox,
    pub name: String,
    pub made: Value,
}

impl<'a> Portal<'a> {
    /// A portal as it is described.
    pub fn new(sandbox: &'a Sandbox, described: &Value) -> Self {
        let made = sandbox.control("bitrix24/portals", &described.to_string());
        Self { sandbox, name: text(&made, "name").to_owned(), made }
    }

    /// One with the deal 662 and the type 1220, whose items belong to deals.
    pub fn usual(sandbox: &'a Sandbox) -> Self {
        Self::new(
            sandbox,
            &json!({"types": [{"entityTypeId": 1220, "title": "SPA"}],
                "deals": [{"title": "Order", "opportunity": 1500, "currencyId": "RUB"}]}),
        )
    }

    /// The address of a method.
    pub fn url(&self, method: &str) -> String {
        format!("{}{method}", text(&self.made, "webhook_url"))
    }

    /// Status and body of a call with any arguments of curl.
    pub fn curl(&self, arguments: &[&str], method: &str) -> (u16, Value) {
        let url = self.url(method);
        let mut all = vec!["-w", "\n%{http_code}"];
        all.extend(arguments);
        all.push(&url);
        read(&self.sandbox.curl(&all))
    }

    /// A call with a JSON body: its status and the whole answer.
    pub fn whole(&self, method: &str, asked: &Value) -> (u16, Value) {
        let body = asked.to_string();
        self.curl(&["-H", "content-type: application/json", "--data-binary", &body], method)
    }

    /// `result` of a call that must succeed.
    pub fn call(&self, method: &str, asked: &Value) -> Value {
        let (status, answer) = self.whole(method, asked);
        assert!(status == 200 && answer.get("error").is_none(), "{method}: {status} {answer}");
        assert!(answer["time"]["start"].is_f64() && answer["time"]["date_start"].is_string());
        answer["result"].clone()
    }

    /// Status and code of a call that must fail.
    pub fn refused(&self, method: &str, asked: &Value) -> (u16, Value) {
        let (status, answer) = self.whole(method, asked);
        assert!(answer.get("result").is_none(), "{method}: {answer}");
        assert!(answer["error_description"].is_string(), "{method}: {answer}");
        (status, answer["error"].clone())
    }

    /// The whole state.
    pub fn state(&self) -> Value {
        self.sandbox.get(&format!("/control/bitrix24/portals/{}", self.name))
    }

    /// A control request to this portal.
    pub fn control(&self, path: &str, body: &Value) -> Value {
        let slash = if path.is_empty() { "" } else { "/" };
        let path = format!("bitrix24/portals/{}{slash}{path}", self.name);
        self.sandbox.control(&path, &body.to_string())
    }
}

/// Body and status as curl writes them.
pub fn read(told: &str) -> (u16, Value) {
    let (body, status) = told.rsplit_once('\n').unwrap();
    let body = serde_json::from_str(body).unwrap_or_else(|_| Value::from(body));
    (status.parse().unwrap(), body)
}
