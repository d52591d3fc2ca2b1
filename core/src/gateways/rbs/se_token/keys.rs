//! The keys for card data, as the gateway lists them (`GET se/keys.do`).

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use crate::clock::{self, Time};
use crate::fields;
use crate::sign::rsa::EncryptionKey;

/// The gateway's key, kept for a while: it may be lost at any time. A lock that is taken (by another
/// thread, or for ever in a forked child) is passed by, and the key is asked for again.
#[derive(Default)]
pub struct CardKey(Mutex<Option<(Arc<EncryptionKey>, Time)>>);

impl CardKey {
    /// The key, if there is one that is still good.
    pub fn get(&self, now: Time) -> Option<Arc<EncryptionKey>> {
        let kept = self.0.try_lock().ok()?;
        kept.as_ref().filter(|(_, until)| now < *until).map(|(key, _)| Arc::clone(key))
    }

    /// Keeps a key until it expires, and not longer than `most`: a gateway may replace it before.
    pub fn keep(&self, key: &Arc<EncryptionKey>, expires: Option<Time>, now: Time, most: Duration) {
        let longest = now.checked_add(most.try_into().unwrap_or_default()).unwrap_or(now);
        let until = expires.map_or(longest, |expires| expires.min(longest));
        if let Ok(mut kept) = self.0.try_lock() {
            *kept = Some((Arc::clone(key), until));
        }
    }
}

#[derive(Deserialize)]
struct Listed {
    keys: Vec<Key>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Key {
    key_value: String,
    protocol_version: Option<String>,
    key_expiration: Option<Value>,
}

/// The first key that has not expired at `now`, and until when it is good (none where the gateway
/// does not say).
pub fn keys_reply(body: &[u8], now: Time) -> Result<(EncryptionKey, Option<Time>), String> {
    let listed: Listed = serde_json::from_slice(body)
        .map_err(|_| "expected a list of keys from se/keys.do, got something else")?;
    if listed.keys.is_empty() {
        return Err("the gateway lists no key for card data".into());
    }
    let mut reason = String::new();
    for key in &listed.keys {
        match key.usable(now) {
            Ok(usable) => return Ok(usable),
            Err(says) => reason = says,
        }
    }
    Err(format!("no key of the gateway's for card data can be used; the last one: {reason}"))
}

impl Key {
    fn usable(&self, now: Time) -> Result<(EncryptionKey, Option<Time>), String> {
        let protocol = self.protocol_version.as_deref().unwrap_or("RSA");
        if !["RSA", "RSA-4096"].contains(&protocol) {
            return Err("its protocol is neither RSA nor RSA-4096".into());
        }
        let until = match &self.key_expiration {
            None | Some(Value::Null) => None,
            Some(value) => Some(moment(value).ok_or("keyExpiration is not a time")?),
        };
        if let Some(until) = until.filter(|until| *until <= now) {
            return Err(format!("it expired at {}", clock::print(until)));
        }
        Ok((EncryptionKey::from_pem(&self.key_value)?, until))
    }
}

/// Milliseconds, or seconds at all2pay: as seconds, the least of the former are the year 5138; as
/// milliseconds, the largest of the latter are 1973.
fn moment(value: &Value) -> Option<Time> {
    let number: i128 = fields::scalar(value)?.parse().ok()?;
    let milliseconds = if number < 100_000_000_000 { number.checked_mul(1000)? } else { number };
    clock::from_unix_ms(milliseconds)
}
