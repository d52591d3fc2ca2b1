//! Reads the gateway's replies as they really come: codes as text or number or not at all, names in
//! any case, success that is none (docs/gateways/rbs.md, "Replies").

use serde_json::Value;

use super::raw;
use crate::clock::{self, Time};
use crate::error::Error;
use crate::fields::{self, Fields};
use crate::http::HttpResponse;
use crate::native::Native;
use crate::redact;

/// A reply: a JSON object, whatever it is labelled as.
pub struct Reply(Fields);

/// Names of the gateway's fields that other senders of JSON use as well.
const ANYBODYS: [&str; 10] =
    ["error", "status", "info", "message", "ip", "date", "time", "id", "name", "type"];

/// What the reply says of the call.
pub enum Verdict {
    /// Carried out, as far as the reply goes.
    Accepted,
    /// Code 0 and yet an error text: a refusal dressed as success.
    DressedUp,
    /// Refused, with this code (empty where there was only a flag).
    Failed(String),
    /// Success and a code that denies it.
    Contradictory(String),
}

impl Reply {
    /// The gateway's own JSON decides first, whatever the HTTP status; without it the status does.
    /// An object in which nothing is the gateway's (a firewall's, a proxy's) is no reply of it.
    pub fn read(response: &HttpResponse, native: &Native) -> Result<Reply, Error> {
        match serde_json::from_slice(&response.body) {
            Ok(Value::Object(fields)) if Reply::is_ours(&fields, native) => {
                let reply = Reply(fields);
                // An error needs no code where HTTP says so; a refusal is one under any status.
                let fine = (200..=299).contains(&response.status);
                match reply.verdict() {
                    Verdict::Accepted | Verdict::DressedUp if !fine => {
                        Err(response.unusable(native.effect))
                    }
                    _ => Ok(reply),
                }
            }
            _ => Err(response.unusable(native.effect)),
        }
    }

    fn is_ours(fields: &Fields, native: &Native) -> bool {
        let known =
            ["errorCode", "errorMessage", "success", "orderId", "orderStatus", "actionCode"];
        let own = native.reply.iter().filter_map(|told| told.name.split('.').next());
        // A field by such a name alone is anybody's: a firewall says `ip`, a proxy `time`.
        let own = own.filter(|name| !ANYBODYS.contains(name));
        let word = fields.get("status").and_then(Value::as_str);
        known.into_iter().chain(own).any(|name| fields::find(fields, name).is_some())
            || matches!(word, Some("SUCCESS" | "FAIL"))
            || fields.get("error").is_some_and(|error| error.get("code").is_some())
    }

    /// A field by its path, dots leading into objects.
    pub fn at(&self, path: &str) -> Option<&Value> {
        let (first, rest) = path.split_once('.').map_or((path, None), |(a, b)| (a, Some(b)));
        let mut value = self.get(first)?;
        for name in rest.into_iter().flat_map(|rest| rest.split('.')) {
            value = fields::find(value.as_object()?, name)?;
        }
        Some(value)
    }

    /// A text or number by its path.
    pub fn text_at(&self, path: &str) -> Option<String> {
        fields::text(self.at(path)?)
    }

    /// A field by its name; failing that, by its name in another case.
    pub fn get(&self, name: &str) -> Option<&Value> {
        fields::find(&self.0, name)
    }

    /// A text or number as text; empty is absent.
    pub fn text(&self, name: &str) -> Option<String> {
        fields::text(self.get(name)?)
    }

    /// A whole number of zero or more, sent as a number or as text.
    pub fn number(&self, name: &str) -> Option<u64> {
        self.text(name)?.parse().ok()
    }

    /// Whether a field is there and yet no number: then it is not "absent", and nothing follows.
    pub fn unreadable(&self, name: &str) -> bool {
        self.get(name).is_some() && self.number(name).is_none()
    }

    /// A block inside the reply.
    pub fn block(&self, name: &str) -> Reply {
        match self.get(name) {
            Some(Value::Object(fields)) => Reply(fields.clone()),
            _ => Reply(Fields::new()),
        }
    }

    /// The blocks of a list inside the reply.
    pub fn blocks(&self, name: &str) -> Vec<Reply> {
        let Some(Value::Array(list)) = self.get(name) else {
            return Vec::new();
        };
        list.iter().filter_map(Value::as_object).map(|fields| Reply(fields.clone())).collect()
    }

    /// A moment, sent as Unix milliseconds.
    pub fn moment(&self, name: &str) -> Option<Time> {
        clock::from_unix_ms(self.text(name)?.parse().ok()?)
    }

    /// The order's id: D1 lists it in `attributes`, D4 has an object there, register says `orderId`,
    /// wallets say it in `data`.
    pub fn order_id(&self) -> Option<String> {
        let listed = self.blocks("attributes").into_iter().find_map(|attribute| {
            (attribute.text("name")? == "mdOrder").then(|| attribute.text("value"))?
        });
        let at = |path| self.text_at(path);
        listed
            .or_else(|| at("attributes.mdOrder"))
            .or_else(|| at("orderId"))
            .or_else(|| at("data.orderId"))
            .or_else(|| at("mdOrder"))
    }

    /// Whether the call was carried out. A missing code is success; a code of zero beside an `error`
    /// text is not; `success` beside a code that says otherwise is neither.
    pub fn verdict(&self) -> Verdict {
        let inner = self.0.get("error").and_then(Value::as_object);
        let code = self
            .text("errorCode")
            .or_else(|| inner.and_then(|error| fields::text(fields::find(error, "code")?)))
            .unwrap_or_default();
        let zero = code.trim_matches('0').is_empty();
        match (self.flag("success"), self.flag("error")) {
            (Some(true), _) if !zero => return Verdict::Contradictory(code),
            (Some(false), _) | (_, Some(true)) => return Verdict::Failed(code),
            // Templates and tasks say SUCCESS or FAIL.
            _ if self.text("status").as_deref() == Some("FAIL") => return Verdict::Failed(code),
            _ if !zero => return Verdict::Failed(code),
            _ => {}
        }
        let error_text =
            self.0.get("error").and_then(Value::as_str).filter(|_| self.flag("error").is_none());
        if error_text.is_some_and(|text| !text.is_empty()) || self.text("errorTypeName").is_some() {
            return Verdict::DressedUp;
        }
        Verdict::Accepted
    }

    /// A boolean, sent as one or as its word.
    pub fn flag(&self, name: &str) -> Option<bool> {
        match self.get(name)? {
            Value::Bool(flag) => Some(*flag),
            Value::String(word) => word.parse().ok(),
            _ => None,
        }
    }

    /// The gateway's own words for a failure, as far as they may be shown.
    pub fn error_text(&self) -> Option<String> {
        let inner = self.block("error");
        self.text("errorMessage")
            .or_else(|| self.0.get("error").and_then(Value::as_str).map(str::to_owned))
            .or_else(|| inner.text("message"))
            .or_else(|| inner.text("description"))
            .map(|text| redact::text(&text))
    }

    /// The reply as it may be shown.
    pub fn raw(&self) -> Value {
        raw::shown(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::gateways::rbs::tables::{card_checks, orders};

    fn read(fields: &Value, native: &Native) -> Option<Reply> {
        let body = fields.to_string().into_bytes();
        Reply::read(&HttpResponse { status: 200, headers: Vec::new(), body }, native).ok()
    }

    fn reply(fields: &Value) -> Reply {
        read(fields, &orders::STATUS).unwrap()
    }

    fn verdict(fields: &Value) -> String {
        match reply(fields).verdict() {
            Verdict::Accepted => "accepted".into(),
            Verdict::DressedUp => "dressed up".into(),
            Verdict::Failed(code) => format!("failed {code}"),
            Verdict::Contradictory(code) => format!("contradictory {code}"),
        }
    }

    #[test]
    fn a_code_is_read_in_each_of_its_forms() {
        for (fields, expected) in [
            (json!({"errorCode": "0"}), "accepted"),
            (json!({"errorCode": 0}), "accepted"),
            (json!({"errorCode": null, "orderId": "1"}), "accepted"),
            (json!({"orderId": "1"}), "accepted"),
            (json!({"ErrorCode": "0"}), "accepted"),
            (json!({"errorCode": "5"}), "failed 5"),
            (json!({"errorCode": 5}), "failed 5"),
            (json!({"ErrorCode": "6"}), "failed 6"),
            (json!({"success": false, "error": {"code": 1}}), "failed 1"),
            (json!({"success": false, "error": {"code": "10"}}), "failed 10"),
            (json!({"error": {"code": "10"}}), "failed 10"),
            (json!({"success": false}), "failed "),
            (json!({"success": "false", "errorCode": 0}), "failed 0"),
            (json!({"success": true}), "accepted"),
            (json!({"success": true, "errorCode": "7"}), "contradictory 7"),
            // As text in payment forms, as a boolean where cards are stored and instalments paid.
            (json!({"errorCode": 0, "error": "Declined"}), "dressed up"),
            (json!({"errorCode": 0, "error": ""}), "accepted"),
            (json!({"errorCode": 0, "errorTypeName": "DATA_INPUT_ERROR"}), "dressed up"),
            (json!({"errorCode": 0, "error": false}), "accepted"),
            (json!({"errorCode": 0, "error": "false"}), "accepted"),
            (json!({"errorCode": 0, "error": true}), "failed 0"),
            (json!({"status": "SUCCESS"}), "accepted"),
            (json!({"status": "FAIL", "error": {"code": 4}}), "failed 4"),
            // Only of the look-up of the status, not of the call.
            (json!({"errorCode": 0, "orderStatus": {"ErrorCode": "7"}}), "accepted"),
        ] {
            assert_eq!(verdict(&fields), expected, "{fields}");
        }
    }

    #[test]
    fn names_are_found_in_each_of_their_spellings() {
        let reply = reply(&json!({
            "Amount": 100, "depositAmount": "70", "orderStatus": null, "OrderStatus": 2,
            "data": {"threeDSMethodUrl": "https://a", "threeDSServerTransID": "b"},
        }));
        assert_eq!((reply.number("amount"), reply.number("depositAmount")), (Some(100), Some(70)));
        assert_eq!(reply.text("orderStatus").as_deref(), Some("2"));
        assert_eq!(reply.text_at("data.threeDSMethodURL").as_deref(), Some("https://a"));
        assert_eq!(reply.text_at("data.threeDSServerTransId").as_deref(), Some("b"));
        assert!(reply.number("currency").is_none() && !reply.unreadable("currency"));
    }

    #[test]
    fn the_orders_id_stands_in_many_places() {
        for fields in [
            json!({"attributes": [{"name": "a", "value": "2"}, {"name": "mdOrder", "value": "1"}]}),
            json!({"attributes": {"mdOrder": "1", "qrcId": "2"}}),
            json!({"orderId": "1"}),
            json!({"success": true, "data": {"orderId": "1"}}),
            json!({"errorCode": "0", "mdOrder": "1"}),
        ] {
            assert_eq!(reply(&fields).order_id().as_deref(), Some("1"), "{fields}");
        }
    }

    #[test]
    fn numbers_come_as_text_and_text_as_numbers() {
        let reply = reply(&json!({
            "actionCode": "116", "currency": 643, "date": "1767225600000", "amount": "1.5",
        }));
        assert_eq!(reply.number("actionCode"), Some(116));
        assert_eq!(reply.text("currency").as_deref(), Some("643"));
        assert_eq!(reply.moment("date").map(clock::print).as_deref(), Some("2026-01-01T00:00:00Z"));
        assert!(reply.number("amount").is_none() && reply.unreadable("amount"));
    }

    #[test]
    fn what_anybody_may_say_is_no_reply() {
        for fields in [
            json!({"ip": "192.0.2.1", "message": "blocked"}),
            json!({"time": 1, "status": "error", "error": "blocked"}),
            json!({}),
        ] {
            assert!(read(&fields, &orders::STATUS).is_none(), "{fields}");
            assert!(read(&fields, &card_checks::VERIFY_CARD).is_none(), "{fields}");
        }
        assert!(read(&json!({"status": "FAIL"}), &orders::STATUS).is_some());
    }
}
