//! The `task` object of a call, read strictly.

use serde_json::{Map, Value};

use super::Means;
use super::dates::read;
use super::schedule::{Pause, Schedule};
use crate::rbs::orders::CardEntry;
use crate::rbs::refusals::Refusal;

/// An object of the call.
pub struct Object<'a>(pub &'a Map<String, Value>);

/// A field that is wrong.
pub fn bad(name: &str) -> Refusal {
    Refusal::new(1, format!("[{name}] is incorrect"), format!("Неверно указан [{name}]"))
}

impl Object<'_> {
    /// A text, or a number as text.
    pub fn text(&self, name: &str) -> Result<Option<String>, Refusal> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(number @ Value::Number(_)) => Ok(Some(number.to_string())),
            Some(_) => Err(bad(name)),
        }
    }

    /// Minor units, more than 0.
    pub fn amount(&self) -> Result<Option<i64>, Refusal> {
        let Some(text) = self.text("amount")? else {
            return Ok(None);
        };
        let digits = text.len() <= 12 && text.bytes().all(|byte| byte.is_ascii_digit());
        let amount = text.parse().ok().filter(|amount| *amount > 0 && digits);
        amount.map(Some).ok_or_else(|| bad("amount"))
    }

    /// Three digits.
    pub fn currency(&self) -> Result<Option<String>, Refusal> {
        match self.text("currency")? {
            Some(code) if code.len() != 3 || !code.bytes().all(|byte| byte.is_ascii_digit()) => {
                Err(bad("currency"))
            }
            other => Ok(other),
        }
    }

    /// A binding, or a card with its expiry; not both.
    pub fn means(&self) -> Result<Option<Means>, Refusal> {
        match (self.text("bindingId")?, self.text("pan")?) {
            (Some(_), Some(_)) => Err(bad("bindingId")),
            (Some(binding), None) => Ok(Some(Means::Binding(binding))),
            (None, None) => Ok(None),
            (None, Some(pan)) => {
                let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
                if !digits(&pan) || !(12..=19).contains(&pan.len()) {
                    return Err(bad("pan"));
                }
                let expiration = self.text("expiry")?.unwrap_or_default();
                if expiration.len() != 6 || !digits(&expiration) {
                    return Err(bad("expiry"));
                }
                let holder = self.text("cardHolder")?.unwrap_or_default();
                Ok(Some(Means::Card(CardEntry { pan, expiration, holder })))
            }
        }
    }

    /// A nested object.
    pub fn object(&self, name: &str) -> Result<Option<Map<String, Value>>, Refusal> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Object(object)) => Ok(Some(object.clone())),
            Some(_) => Err(bad(name)),
        }
    }

    /// `scheduleData`, whole.
    pub fn schedule(&self) -> Result<Option<Schedule>, Refusal> {
        let Some(data) = self.object("scheduleData")? else {
            return Ok(None);
        };
        let data = Object(&data);
        let date = |name: &str| {
            let text = data.text(name)?.ok_or_else(|| Refusal::missing(name))?;
            read(&text).ok_or_else(|| bad(name))
        };
        let (since, till) = (date("scheduledSince")?, date("scheduledTill")?);
        if till < since {
            return Err(bad("scheduledTill"));
        }
        let unit = data.text("timeUnit")?.ok_or_else(|| Refusal::missing("timeUnit"))?;
        let value = data.text("value")?.ok_or_else(|| Refusal::missing("value"))?;
        let value = value.parse().map_err(|_| bad("value"))?;
        let pause = Pause::of(&unit, value).ok_or_else(|| bad("timeUnit"))?;
        Ok(Some(Schedule { since, till, pause }))
    }
}
