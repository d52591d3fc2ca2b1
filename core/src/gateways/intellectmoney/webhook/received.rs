//! The fields of a webhook, read strictly: what could be read in two ways is refused.

use std::collections::BTreeSet;

use super::SIGNED;
use super::charset::Charset;
use crate::error::Error;
use crate::form;
use crate::gateways::intellectmoney::signature;
use crate::notification::Received;

/// Without these it is no webhook of this gateway's.
const REQUIRED: [&str; 5] =
    ["EshopId", "OrderId", "RecipientAmount", "RecipientCurrency", "PaymentStatus"];

/// A webhook, of which nothing is proved yet.
pub struct Webhook {
    fields: Vec<Field>,
}

struct Field {
    name: String,
    /// The value as it was coded, for the hash.
    bytes: Vec<u8>,
    text: String,
}

impl Webhook {
    /// The fields of the body; a query could be anybody's. A name that stands twice, in whatever case,
    /// could be read one way here and another way there, so it is refused.
    pub fn read(received: &Received) -> Result<Webhook, Error> {
        if received.method != "POST" {
            return Err(unreadable("a webhook comes by POST"));
        }
        let pairs = form::decode_bytes(&received.body)
            .map_err(|says| unreadable(&format!("the webhook holds {says}")))?;
        let parts = pairs.iter().flat_map(|(name, value)| [name.as_slice(), value]);
        let charset = Charset::of(received, parts);
        let mut names = BTreeSet::new();
        let mut fields = Vec::with_capacity(pairs.len());
        for (name, bytes) in pairs {
            if !names.insert(name.to_ascii_lowercase()) {
                return Err(unreadable("a field of the webhook stands twice"));
            }
            let text = charset.text(&bytes);
            fields.push(Field { name: charset.text(&name), bytes, text });
        }
        let webhook = Webhook { fields };
        if REQUIRED.iter().any(|name| webhook.text(name).is_none()) {
            return Err(unreadable("the webhook lacks a field that each has"));
        }
        // Colons inside a value let one signed text be cut up in two ways.
        if SIGNED
            .iter()
            .filter_map(|name| webhook.text(name))
            .any(|v| !signature::is_unambiguous(v))
        {
            let says = "\"::\" inside a signed field, or a colon at its end: what was signed can be \
                        read in two ways; ask for the status";
            return Err(unreadable(says));
        }
        Ok(webhook)
    }

    /// Its names, as they came, with their values.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|field| (field.name.as_str(), field.text.as_str()))
    }

    /// A value by its field's name in any case; empty is absent.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.field(name).map(|field| field.text.as_str()).filter(|text| !text.is_empty())
    }

    /// The same as it was coded; what is absent is empty.
    pub fn bytes(&self, name: &str) -> &[u8] {
        self.field(name).map(|field| field.bytes.as_slice()).unwrap_or_default()
    }

    fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name.eq_ignore_ascii_case(name))
    }
}

fn unreadable(says: &str) -> Error {
    Error::untrusted("unreadable", says)
}
