//! What templates take their values from, by dotted names:
//!
//! - `order.id`, `order.amount` and the rest of the order (`order.rs`);
//! - `payment.id`, `refund.id`, `refund.amount`;
//! - `config.*` and `secret.*`, the shop's settings; `extra.*`, what the caller added;
//! - `gen.unix`, `gen.unix_ms`, `gen.uuid`, `gen.random`: made for this request;
//! - `prev.<step>.<value>`, of a call before;
//! - `field.*`, of the message that is read or written, by name or JSON pointer;
//! - `sign.<recipe>`, a signature over that message.

use zeroize::Zeroizing;

use super::message::Message;
use super::recipe;
use super::shop::Shop;
use crate::error::Error;

/// Values by their dotted names; of two of one name the last counts.
pub type Own = Vec<(String, Zeroizing<String>)>;

/// Where values are found.
#[derive(Clone, Default)]
pub struct Values<'a> {
    own: Own,
    shop: Option<&'a Shop>,
    message: Option<&'a Message>,
}

impl<'a> Values<'a> {
    /// Those of the shop's settings.
    pub fn of(shop: &'a Shop) -> Values<'a> {
        Values { own: Vec::new(), shop: Some(shop), message: None }
    }

    /// The same with values of an operation.
    pub fn holding(shop: &'a Shop, own: Own) -> Values<'a> {
        Values { own, shop: Some(shop), message: None }
    }

    /// The same values with a message behind `field.*` and `sign.*`.
    pub fn with<'b>(&self, message: &'b Message) -> Values<'b>
    where
        'a: 'b,
    {
        Values { own: self.own.clone(), shop: self.shop, message: Some(message) }
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

    /// Whether it is there, without making it.
    pub fn has(&self, name: &str) -> bool {
        name.starts_with("gen.")
            || name.starts_with("sign.")
            || matches!(self.get(name), Ok(Some(_)))
    }

    /// The value of that name; none where it is not given.
    pub fn get(&self, name: &str) -> Result<Option<Zeroizing<String>>, Error> {
        if let Some((_, value)) = self.own.iter().rev().find(|(given, _)| given == name) {
            return Ok(Some(value.clone()));
        }
        let found = match name.split_once('.') {
            Some(("config", name)) => {
                self.shop.and_then(|shop| shop.config(name)).map(str::to_owned)
            }
            Some(("secret", name)) => {
                self.shop.and_then(|shop| shop.secret(name)).map(|key| key.expose().to_owned())
            }
            Some(("field", name)) => self.message.and_then(|message| message.text(name)),
            Some(("sign", name)) => match (self.shop, self.message) {
                (Some(shop), Some(message)) => {
                    return recipe::sign(shop.recipe(name)?, message, self).map(Some);
                }
                _ => None,
            },
            _ => None,
        };
        Ok(found.map(Zeroizing::new))
    }

    /// The request's or the settings' field that a value comes from, for an error.
    pub fn field_of(&self, name: &str) -> String {
        match name {
            "order.id" => "order_number".to_owned(),
            "refund.id" => "refund_id".to_owned(),
            "order.email" => "customer.email".to_owned(),
            "order.phone" => "customer.phone".to_owned(),
            "order.name" => "customer.name".to_owned(),
            "order.ip" => "customer.ip".to_owned(),
            "order.customer_id" => "customer.id".to_owned(),
            _ => match name.split_once('.') {
                Some(("order" | "payment" | "refund", field)) => field.to_owned(),
                Some(("secret", field)) => format!("secrets.{field}"),
                _ => name.to_owned(),
            },
        }
    }
}
