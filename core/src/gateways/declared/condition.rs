//! A message as it came, with what stands around it: whether a condition holds for it, and the
//! signature that it brought.

use super::message::Message;
use super::schema::{Condition, Place};

/// What a condition may look at.
pub struct Seen<'a> {
    /// The message's fields.
    pub message: &'a Message,
    /// Header names in lower case.
    pub headers: &'a [(String, String)],
    /// Of a notification: the parameters of the URL.
    pub query: Option<&'a Message>,
    /// Of a reply: its HTTP status.
    pub http: Option<u16>,
}

impl Seen<'_> {
    /// The first header of that name, in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let (_, value) = headers.find(|(given, _)| given.eq_ignore_ascii_case(name))?;
        Some(value)
    }

    /// The value where a signature should stand; empty is none.
    pub fn signature(&self, place: &Place) -> Option<String> {
        let text = match (&place.field, &place.header) {
            (Some(name), _) => self.message.text(name),
            (None, Some(name)) => self.header(name).map(str::to_owned),
            (None, None) => None,
        };
        text.filter(|text| !text.is_empty())
    }

    /// Whether all of them hold.
    pub fn all(&self, conditions: &[Condition]) -> bool {
        conditions.iter().all(|condition| self.holds(condition))
    }

    /// Whether one of them holds.
    pub fn any(&self, conditions: &[Condition]) -> bool {
        conditions.iter().any(|condition| self.holds(condition))
    }

    /// Whether it compares a list or an object as if it were a value: a recipe that hashes values hashes
    /// `["1"]` like `1`, so that a guard (`is = "1"`) could be passed by a genuine message.
    pub fn is_wrapped(&self, condition: &Condition) -> bool {
        let value = condition.at.as_ref().and_then(|name| self.message.at(name));
        condition.exists.is_none()
            && value.is_some_and(|value| value.is_array() || value.is_object())
    }

    /// Whether it holds. What is not there satisfies `exists = false` alone.
    pub fn holds(&self, condition: &Condition) -> bool {
        if let (Some(name), Some(exists)) = (&condition.at, condition.exists) {
            // An object is there too, though it is no text.
            return self.message.at(name).is_some() == exists;
        }
        let value = if let Some(name) = &condition.at {
            self.message.text(name)
        } else if let Some(name) = &condition.header {
            self.header(name).map(str::to_owned)
        } else if let Some(name) = &condition.query {
            self.query.and_then(|query| query.text(name))
        } else {
            self.http.map(|status| status.to_string())
        };
        let Some(value) = value else { return condition.exists == Some(false) };
        if let Some(exists) = condition.exists {
            exists
        } else if let Some(is) = &condition.is {
            value == *is
        } else if let Some(not) = &condition.not {
            value != *not
        } else if let Some(pattern) = &condition.matches {
            pattern.matches(&value)
        } else {
            condition.one_of.contains(&value)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    fn holds(condition: serde_json::Value) -> bool {
        let message =
            Message::json(br#"{"status":"paid","error":{"code":7},"none":null}"#).unwrap();
        let query = Message::form(b"kind=check", Default::default()).unwrap();
        let headers = [("x-kind".to_owned(), "pay".to_owned())];
        let seen =
            Seen { message: &message, headers: &headers, query: Some(&query), http: Some(404) };
        seen.holds(&Condition::deserialize(condition).unwrap())
    }

    #[test]
    fn each_place_and_each_test() {
        for condition in [
            json!({ "at": "status", "is": "paid" }),
            json!({ "at": "/error/code", "one_of": ["6", "7"] }),
            json!({ "at": "error", "exists": true }),
            json!({ "at": "none", "exists": false }),
            json!({ "at": "status", "not": "failed" }),
            json!({ "at": "status", "matches": "^pa" }),
            json!({ "header": "X-Kind", "is": "pay" }),
            json!({ "query": "kind", "is": "check" }),
            json!({ "http": true, "is": "404" }),
            json!({ "header": "x-other", "exists": false }),
        ] {
            assert!(holds(condition.clone()), "{condition}");
        }
        for condition in [
            json!({ "at": "status", "is": "Paid" }),
            json!({ "at": "missing", "not": "failed" }),
            json!({ "at": "missing", "is": "" }),
            json!({ "at": "error", "is": "7" }),
            json!({ "query": "status", "is": "paid" }),
        ] {
            assert!(!holds(condition.clone()), "{condition}");
        }
    }
}
