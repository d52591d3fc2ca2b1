//! The portal's own payment, as the portal tells it: sum and currency are believed from here alone. CRM
//! payments and those of the shop module are one kind of object; which of the two methods a webhook may
//! ask depends on its scopes.

use serde_json::{Value, json};

use crate::clock::{self, Time};
use crate::crm::bitrix24::method::Method;
use crate::crm::bitrix24::reply::{Reply, number};
use crate::crm::bitrix24::session::Session;
use crate::error::{Error, Kind};
use crate::fields::{self, Fields};
use crate::money::{Amount, Currency};
use crate::sum;

/// What stands in the portal.
#[derive(Clone, Debug)]
pub struct PortalPayment {
    /// Its id.
    pub id: u64,
    /// Its currency; none where it is none that we know.
    pub currency: Option<Currency>,
    /// Its sum; none where it is no exact sum of a currency that we know.
    pub sum: Option<Amount>,
    /// Sum and currency as they came, for a message.
    pub shown: String,
    /// Whether it is paid.
    pub paid: bool,
    /// The pay system that it is to be paid by; none where nobody chose one.
    pub pay_system_id: Option<u64>,
    /// Since when it is paid, where the portal tells.
    pub paid_at: Option<Time>,
    /// `<order>/<n>`
    pub account_number: Option<String>,
}

/// Asks for it; none where the portal tells of no such payment.
pub fn find(session: &Session<'_>, id: u64) -> Result<Option<PortalPayment>, Error> {
    let first = match session.ask(&Method::read("crm.item.payment.get", json!({ "id": id }))) {
        Ok(reply) => return read(id, reply.result().as_object()),
        Err(error) if says_little(&error) => error,
        Err(error) => return Err(error),
    };
    match session.ask(&Method::read("sale.payment.get", json!({ "id": id }))) {
        Ok(reply) => read(id, Reply::object(&reply, "payment")),
        // A look that failed says nothing: the first one's "not found" may be a missing right.
        Err(second) if !says_little(&second) => Err(second),
        Err(second) if is_missing(&first) || is_missing(&second) => Ok(None),
        Err(_) => Err(first),
    }
}

/// A refusal behind which the other method may still know it: no such payment, no right or scope, no such
/// method. `error: 0` of `crm.item.payment.get` is documented as "not found or access denied".
fn says_little(error: &Error) -> bool {
    error.kind == Kind::Refused
        && !matches!(error.reason, "authentication_failed" | "token_expired")
}

fn is_missing(error: &Error) -> bool {
    error.kind == Kind::Refused
        && (error.reason == "not_found"
            || matches!(error.code.as_deref(), Some("0" | "200640400001")))
}

fn read(id: u64, fields: Option<&Fields>) -> Result<Option<PortalPayment>, Error> {
    let unreadable = |says: &str| Error::not_done("reply_unreadable", says);
    let fields = fields.ok_or_else(|| unreadable("the portal's answer holds no payment"))?;
    let found = PortalPayment::read(fields)?;
    match found.id == id {
        true => Ok(Some(found)),
        false => Err(unreadable("the portal answered with another payment")),
    }
}

impl PortalPayment {
    /// Reads a row of `crm.item.payment.*` or `sale.payment.*`, which name these alike. What does not say
    /// whether it is paid is an error: it must be taken neither for unpaid nor for missing.
    pub fn read(fields: &Fields) -> Result<PortalPayment, Error> {
        let unreadable = |says: &str| Error::not_done("reply_unreadable", says);
        let id = fields.get("id").and_then(number);
        let id = id.ok_or_else(|| unreadable("a payment of the portal's has no id"))?;
        let text = |name: &str| fields.get(name).and_then(fields::text);
        let paid = match text("paid").as_deref() {
            Some("Y") => true,
            Some("N") => false,
            _ => return Err(unreadable("the portal does not say whether the payment is paid")),
        };
        let (sum, code) = (text("sum").unwrap_or_default(), text("currency").unwrap_or_default());
        let told = |text: &str| text.chars().filter(|c| c.is_ascii_graphic()).take(24).collect();
        let (shown_sum, shown_code): (String, String) = (told(&sum), told(&code));
        let currency = Currency::from_code(&code);
        Ok(PortalPayment {
            id,
            currency,
            sum: currency.and_then(|currency| sum::exact(&sum, currency)),
            shown: format!("{shown_sum} {shown_code}"),
            paid,
            pay_system_id: fields.get("paySystemId").and_then(number).filter(|id| *id > 0),
            paid_at: text("datePaid").and_then(|told| clock::parse(&told).ok()),
            account_number: text("accountNumber"),
        })
    }

    /// Null where it is not known.
    pub fn number(&self) -> Value {
        self.account_number.clone().map_or(Value::Null, Value::String)
    }
}
