//! What the caller tells of the payment: a reply of Kopeck's own, whatever the gateway.

use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::error::Error;
use crate::fields::{self, Fields};
use crate::hosts;
use crate::money::{Amount, Currency};

/// A payment as `create_payment`, `confirm` and `payment_status` give it; what is not named here is left
/// alone.
#[derive(Clone, Default, Deserialize)]
pub struct Told {
    /// The gateway's name.
    pub gateway: Option<String>,
    /// The gateway's id.
    pub id: Option<String>,
    /// The shop's number of this attempt.
    pub order_number: Option<String>,
    /// Where it stands.
    pub status: Option<String>,
    /// The state's name.
    pub state_id: Option<String>,
    /// Decimal text.
    pub amount: Option<String>,
    /// ISO 4217.
    pub currency: Option<String>,
    /// Decimal text.
    pub captured: Option<String>,
    /// Decimal text.
    pub refunded: Option<String>,
    /// A dispute or chargeback is open.
    #[serde(default)]
    pub disputed: bool,
    /// Test money.
    pub test: Option<bool>,
    /// RFC 3339, UTC.
    pub paid_at: Option<String>,
    /// What the buyer must do next.
    pub action: Option<Action>,
}

/// As far as a deal is concerned with it.
#[derive(Clone, Default, Deserialize)]
pub struct Action {
    /// `redirect`, `form`, `qr`, `app`
    pub r#type: Option<String>,
    /// Where to.
    pub url: Option<String>,
}

impl Action {
    /// The page that anybody may open: a form is nothing without its fields, and what a code or an app
    /// opens may be no page.
    pub fn page(&self) -> Option<&String> {
        let url = self.url.as_ref().filter(|url| !url.is_empty());
        match self.r#type.as_deref() {
            Some("form") => None,
            Some("qr" | "app") => url.filter(|url| hosts::https(url).is_some()),
            _ => url,
        }
    }
}

/// Whether a sum is more than nothing, in whatever currency.
pub fn is_some(sum: &Option<String>) -> bool {
    sum.as_ref().is_some_and(|sum| sum.bytes().any(|byte| matches!(byte, b'1'..=b'9')))
}

/// Whether a notification may stand for the reply of `confirm`: it is verified and needs no status, and
/// what it tells of worked. What did not work changed nothing: a refund that failed is no refund.
pub fn is_sure(notification: &Fields) -> bool {
    let flag = |name: &str| notification.get(name).and_then(fields::scalar);
    flag("verified").as_deref() == Some("true")
        && flag("needs_status").as_deref() == Some("false")
        && notification.get("succeeded").is_none_or(|it| it.is_null() || is_true(it))
}

fn is_true(value: &Value) -> bool {
    fields::scalar(value).as_deref() == Some("true")
}

impl Told {
    /// The item's external key.
    pub fn xml_id(&self, given: Option<&str>) -> Result<String, Error> {
        let key = match given {
            Some(key) => key.to_owned(),
            None => {
                let gateway = required("payment.gateway", &self.gateway)?;
                format!(
                    "kopeck:{gateway}:{}",
                    required("payment.order_number", &self.order_number)?
                )
            }
        };
        let field = if given.is_some() { "xml_id" } else { "payment.order_number" };
        // A percent sign would be a wildcard in the portal's filters, and a space at the end is lost.
        match !key.is_empty()
            && key.trim() == key
            && key.chars().count() <= 255
            && !key.contains(|c: char| c == '%' || c.is_control())
        {
            true => Ok(key),
            false => Err(Error::invalid(
                field,
                "expected 1 to 255 characters for the item's key, without a percent sign and without \
                 spaces around it",
            )),
        }
    }

    /// The sum that was registered.
    pub fn amount(&self) -> Result<Amount, Error> {
        let currency = self.currency()?;
        let text = required("payment.amount", &self.amount)?;
        Amount::parse(text, currency).map_err(|says| Error::invalid("payment.amount", says))
    }

    /// Its currency.
    pub fn currency(&self) -> Result<Currency, Error> {
        let code = required("payment.currency", &self.currency)?;
        Currency::from_code(code)
            .ok_or_else(|| Error::invalid("payment.currency", "expected a code like \"RUB\""))
    }
}

/// What marks the comments of this payment: short, and without the order's number in it.
pub fn key(xml_id: &str) -> String {
    let digest = hex::encode(Sha256::digest(xml_id));
    digest.get(..12).unwrap_or_default().to_owned()
}

fn required<'a>(field: &str, value: &'a Option<String>) -> Result<&'a str, Error> {
    value
        .as_deref()
        .filter(|text| !text.is_empty())
        .ok_or_else(|| Error::invalid(field, "required, but not given"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_notifications_flags_are_read_in_one_way() {
        for (verified, needs_status, succeeded, sure) in [
            (json!(true), json!(false), json!(true), true),
            (json!("true"), json!("false"), json!("true"), true),
            (json!(true), json!(false), Value::Null, true),
            (json!(true), json!(false), json!(false), false),
            (json!(true), json!(false), json!("false"), false),
            (json!(true), json!(false), json!("no"), false),
            (json!(true), json!(false), json!([true]), false),
            (json!("yes"), json!(false), json!(true), false),
            (json!(false), json!(false), json!(true), false),
            (json!(true), json!("true"), json!(true), false),
            (json!(true), Value::Null, json!(true), false),
        ] {
            let told = json!({ "verified": verified, "needs_status": needs_status,
                               "succeeded": succeeded });
            assert_eq!(is_sure(told.as_object().unwrap()), sure, "{told}");
        }
        let told = json!({ "verified": true, "needs_status": false });
        assert!(is_sure(told.as_object().unwrap()));
    }
}
