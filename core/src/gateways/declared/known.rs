//! What one operation knows: what the caller gave, what the clock and chance gave, what the calls
//! before told. It is owned, so that it lives from one exchange to the next.

use std::sync::Arc;
use std::time::Duration;

use zeroize::Zeroizing;

use super::Context;
use super::schema::Request;
use super::shop::Shop;
use super::values::{Own, Values};
use crate::clock::Time;
use crate::error::Error;
use crate::fields::{self, Fields};
use crate::sign::random::Stream;

/// What one operation knows.
pub struct Known {
    pub shop: Arc<Shop>,
    pub now: Time,
    own: Own,
    /// The caller's `extra` that becomes fields as it is.
    pub extra: Fields,
    random: Stream,
    made: u64,
}

impl Known {
    /// Nothing but the time and a seed.
    pub fn new(shop: Arc<Shop>, context: &Context<'_>) -> Result<Known, Error> {
        let random = Stream::new((context.seed)()?);
        let (own, extra) = (Own::new(), Fields::new());
        Ok(Known { shop, now: context.now, own, extra, random, made: 0 })
    }

    /// Sets a value by its dotted name.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.own.push((name.to_owned(), Zeroizing::new(value.into())));
    }

    /// Sets it where it is given.
    pub fn set_given(&mut self, name: &str, value: Option<impl Into<String>>) {
        if let Some(value) = value {
            self.set(name, value);
        }
    }

    /// The value of that name, if it was set here.
    pub fn get(&self, name: &str) -> Option<&str> {
        let mut own = self.own.iter().rev();
        own.find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }

    /// All that a template can name.
    pub fn values(&self) -> Values<'_> {
        Values::holding(&self.shop, self.own.clone())
    }

    /// Chance and time of the next request. Each counts a millisecond on: there are gateways whose
    /// number of a request must grow.
    pub fn next_request(&mut self) {
        let (mut uuid, mut random) = ([0; 16], [0; 16]);
        self.random.fill(&mut uuid);
        self.random.fill(&mut random);
        let now = self.now + Duration::from_millis(self.made);
        self.made += 1;
        self.set("gen.unix", now.unix_timestamp().to_string());
        self.set("gen.unix_ms", (now.unix_timestamp_nanos() / 1_000_000).to_string());
        self.set("gen.uuid", version_4(uuid));
        self.set("gen.random", hex::encode(random));
    }

    /// A boundary for multipart.
    pub fn boundary(&mut self) -> String {
        let mut bytes = [0; 11];
        self.random.fill(&mut bytes);
        hex::encode(bytes)
    }

    /// Takes the caller's `extra`: what a template names becomes its value, what `taken` says becomes a
    /// field as it is, anything else is refused.
    pub fn take_extra(
        &mut self,
        requests: &[&Request],
        extra: &Fields,
        taken: impl Fn(&str) -> bool,
    ) -> Result<(), Error> {
        for (name, value) in extra.iter().filter(|(_, value)| !value.is_null()) {
            let place = format!("extra.{name}");
            if requests.iter().any(|request| request.names(&place)) {
                let text = fields::scalar(value).unwrap_or_else(|| value.to_string());
                self.set(&place, text);
            } else if taken(name) {
                self.extra.insert(name.clone(), value.clone());
            } else {
                return Err(Error::invalid(place, "this gateway has no place for it"));
            }
        }
        Ok(())
    }
}

/// RFC 9562, version 4.
fn version_4(mut bytes: [u8; 16]) -> String {
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let digits = hex::encode(bytes);
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default();
    [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_request_has_its_own_chance_and_a_later_number() {
        let seed = || Ok([7; 32]);
        let context =
            Context { now: crate::clock::parse("2026-01-31T10:00:00Z").unwrap(), seed: &seed };
        let mut known = Known::new(Arc::new(Shop::sample(None)), &context).unwrap();
        let mut drawn = Vec::new();
        for expected in ["1769853600000", "1769853600001"] {
            known.next_request();
            assert_eq!(known.get("gen.unix_ms"), Some(expected));
            assert_eq!(known.get("gen.unix"), Some("1769853600"));
            drawn
                .extend(["gen.uuid", "gen.random"].map(|name| known.get(name).unwrap().to_owned()));
        }
        drawn.push(known.boundary());
        drawn.sort();
        drawn.dedup();
        assert_eq!(drawn.len(), 5);
    }

    #[test]
    fn a_uuid_says_its_version() {
        let text = version_4([0xff; 16]);
        assert_eq!(text, "ffffffff-ffff-4fff-bfff-ffffffffffff");
    }
}
