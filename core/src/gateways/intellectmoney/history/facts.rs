//! One row of getInvoicesHistory: what was asked, where it stands, and the list of what moved
//! (docs/gateways/intellectmoney.md, "Status").

use serde_json::Value;
use time::UtcOffset;

use super::movements::{Movement, Sums, refunds, sums};
use crate::clock::Time;
use crate::fields::{self, Fields};
use crate::gateways::intellectmoney::currency;
use crate::money::{Amount, Currency};
use crate::payment::Refund;
use crate::sum::exact;

/// `State` of an invoice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Created,
    PartPaid,
    Held,
    Paid,
    /// Cancelled, released, or given back: the sums tell.
    Refund,
    Unknown,
}

/// What the history tells of an invoice. What it does not tell, or not readably, is none.
#[derive(Clone, Debug)]
pub struct Facts {
    pub id: Option<String>,
    pub eshop_id: Option<String>,
    pub order_number: Option<String>,
    pub state: State,
    pub amount: Option<Amount>,
    pub currency: Option<Currency>,
    /// None where one movement cannot be read: then no sum is known.
    pub sums: Option<Sums>,
    pub refunds: Vec<Refund>,
    pub created_at: Option<Time>,
}

impl Facts {
    /// Reads a row. `zone` is that of dates without one.
    pub fn read(row: &Fields, zone: UtcOffset) -> Facts {
        let text = |name: &str| fields::text(fields::find(row, name)?);
        let (amount, currency) = match fields::find(row, "Amount") {
            Some(value) => sum(value, None),
            None => (None, None),
        };
        // Without a list nothing is known of what moved; an empty one says that nothing did.
        let told = fields::find(row, "HistoryList");
        let listed = told.is_some_and(is_whole);
        let moved: Vec<Movement> =
            list(told).iter().map(|row| Movement::read(row, currency, zone)).collect();
        let sums = sums(&moved).filter(|_| listed);
        Facts {
            id: text("Id"),
            eshop_id: text("EShopId"),
            order_number: text("PurchaseOrderId"),
            state: State::read(&text("State").unwrap_or_default()),
            amount,
            currency,
            sums,
            refunds: refunds(&moved, sums),
            created_at: text("CreationDate").and_then(|text| moment(&text, zone)),
        }
    }
}

impl State {
    fn read(word: &str) -> State {
        match word.to_ascii_lowercase().as_str() {
            "created" => State::Created,
            "partpaid" => State::PartPaid,
            "held" => State::Held,
            "paid" | "topaid" => State::Paid,
            "refund" => State::Refund,
            _ => State::Unknown,
        }
    }
}

/// The items of a list. XML has an element around each, so that a list is an object there, and one
/// item alone is no list.
pub fn list(value: Option<&Value>) -> Vec<&Fields> {
    match value {
        Some(Value::Array(items)) => items.iter().filter_map(Value::as_object).collect(),
        Some(Value::Object(wrapped)) => wrapped
            .values()
            .flat_map(|inner| match inner {
                Value::Array(items) => items.iter().filter_map(Value::as_object).collect(),
                Value::Object(item) => vec![item],
                _ => Vec::new(),
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// Whether a list holds items and nothing besides: what is no item may be a movement of money.
fn is_whole(list: &Value) -> bool {
    match list {
        Value::Array(items) => items.iter().all(Value::is_object),
        Value::Object(wrapped) => {
            let whole = |inner: &Value| match inner {
                Value::Array(items) => !items.is_empty() && items.iter().all(Value::is_object),
                other => other.is_object(),
            };
            !wrapped.is_empty() && wrapped.values().all(whole)
        }
        _ => false,
    }
}

/// `{Amount, Currency}`, or a number alone in a currency that is known.
pub fn sum(value: &Value, known: Option<Currency>) -> (Option<Amount>, Option<Currency>) {
    let (number, currency) = match value {
        Value::Object(money) => {
            let code = fields::find(money, "Currency").and_then(fields::text);
            (fields::find(money, "Amount"), code.map_or(known, |code| currency::read(&code)))
        }
        other => (Some(other), known),
    };
    let number = number.and_then(fields::text);
    let amount = number.zip(currency).and_then(|(text, currency)| exact(&text, currency));
    (amount, currency)
}

/// `yyyy-MM-dd HH:mm:ss`, with `T` in XML, and with a fraction or a zone where it has one.
pub fn moment(text: &str, zone: UtcOffset) -> Option<Time> {
    use time::format_description::well_known::Rfc3339;
    let mut text = text.trim().replacen(' ', "T", 1);
    if let Ok(time) = Time::parse(&text, &Rfc3339) {
        return Some(time);
    }
    text.push('Z');
    Some(Time::parse(&text, &Rfc3339).ok()?.replace_offset(zone))
}

#[cfg(test)]
mod tests;
