//! One row of getInvoicesHistory: what was asked, where it stands, and what moved
//! (docs/gateways/intellectmoney.md, "Status").

use serde_json::Value;
use time::UtcOffset;

use crate::clock::Time;
use crate::fields::{self, Fields};
use crate::gateways::intellectmoney::sum::{self, exact};
use crate::money::{Amount, Currency};
use crate::payment::Refund;

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

/// What was moved and confirmed, in minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// From the buyer.
    pub entered: u64,
    /// To the shop; none where nothing is listed as that.
    pub purchased: Option<u64>,
    /// Back to the buyer, in all.
    pub back: u64,
    /// Released of a hold before the shop had anything.
    pub released: u64,
    /// Back to the buyer out of what the shop had; none where it cannot be told from what was
    /// released of a hold.
    pub refunded: Option<u64>,
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

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Entry,
    Purchase,
    Refund,
}

struct Movement {
    kind: Option<Kind>,
    /// `Confirm`: it moved; `Created`: not yet; `Canceled`: it never will.
    state: Option<&'static str>,
    amount: Option<Amount>,
    at: Option<Time>,
}

impl Movement {
    fn read(row: &Fields, currency: Option<Currency>, zone: UtcOffset) -> Movement {
        let word = |name: &str| {
            let text = fields::find(row, name).and_then(fields::text).unwrap_or_default();
            text.to_ascii_lowercase()
        };
        // What the payer gave: what the recipient got may be less by a fee.
        let amount = fields::find(row, "PaymentAmount").or(fields::find(row, "RecipientAmount"));
        let (amount, own) = amount.map_or((None, None), |value| sum(value, currency));
        Movement {
            kind: match word("InvoicePaymentType").as_str() {
                "entry" => Some(Kind::Entry),
                "purchase" => Some(Kind::Purchase),
                "refund" => Some(Kind::Refund),
                _ => None,
            },
            state: match word("State").as_str() {
                "confirm" => Some("done"),
                "created" => Some("pending"),
                "canceled" | "cancelled" => Some("failed"),
                _ => None,
            },
            amount: amount.filter(|_| own == currency),
            at: fields::find(row, "CreationDate")
                .and_then(fields::text)
                .and_then(|text| moment(&text, zone)),
        }
    }

    fn refund(&self) -> Option<Refund> {
        let refund = Refund { id: None, amount: self.amount, status: self.state };
        (self.kind == Some(Kind::Refund)).then_some(refund)
    }
}

/// When the shop first had something.
fn first_purchase(moved: &[Movement]) -> Option<Time> {
    let bought = moved.iter().filter(|one| is(one, Kind::Purchase)).map(|one| one.at);
    bought.reduce(|a, b| a.zip(b).map(|(a, b)| a.min(b))).flatten()
}

/// The refunds without what was released of a hold, as far as the sums bear it out.
fn refunds(moved: &[Movement], sums: Option<Sums>) -> Vec<Refund> {
    let first = first_purchase(moved);
    let all = moved.iter().filter(|one| one.kind == Some(Kind::Refund));
    let after = |one: &&Movement, strictly: bool| match first.zip(one.at) {
        Some((bought, back)) if strictly => back > bought,
        Some((bought, back)) => back >= bought,
        None => !strictly || one.state != Some("done"),
    };
    let of = |strictly: bool| -> Vec<Refund> {
        all.clone().filter(|one| after(one, strictly)).filter_map(Movement::refund).collect()
    };
    let wide = of(false);
    let done = wide.iter().filter(|one| one.status == Some("done"));
    let back: u64 = done.filter_map(|one| one.amount).map(|sum| sum.minor).sum();
    match sums.and_then(|sums| sums.refunded) {
        Some(refunded) if refunded != back => of(true),
        _ => wide,
    }
}

/// Adds up what moved. A movement of an unknown kind or state, or of no readable sum, spoils all.
fn sums(moved: &[Movement]) -> Option<Sums> {
    let first = first_purchase(moved);
    let (mut sums, mut sure, mut after) = (Sums::default(), 0u64, 0u64);
    // Sums that the doubtful ones among the refunds can make.
    let (mut doubtful, mut makes) = (0u64, vec![0u64]);
    for one in moved {
        match one.state? {
            "done" => {}
            _ => continue,
        }
        let minor = one.amount?.minor;
        match one.kind? {
            Kind::Entry => sums.entered = sums.entered.checked_add(minor)?,
            Kind::Purchase => {
                sums.purchased = Some(sums.purchased.unwrap_or(0).checked_add(minor)?);
            }
            Kind::Refund => {
                sums.back = sums.back.checked_add(minor)?;
                match first.zip(one.at) {
                    Some((bought, back)) if back > bought => after = after.checked_add(minor)?,
                    Some((bought, back)) if back < bought => sure = sure.checked_add(minor)?,
                    _ => {
                        doubtful = doubtful.checked_add(minor)?;
                        let more: Vec<u64> =
                            makes.iter().filter_map(|sum| sum.checked_add(minor)).collect();
                        makes.extend(more);
                        makes.sort_unstable();
                        makes.dedup();
                        // So many in one second are no payment's.
                        if makes.len() > 4096 {
                            return None;
                        }
                    }
                }
            }
        }
    }
    let Some(taken) = sums.purchased else { return Some(sums) };
    // What went back before the shop had anything was released. In the same second only the sums tell:
    // what came in and did not reach the shop must be just some of these.
    sums.released = sure;
    if doubtful == 0 {
        sums.refunded = Some(after);
        return Some(sums);
    }
    let rest = sums.entered.checked_sub(taken).and_then(|rest| rest.checked_sub(sure));
    if let Some(rest) = rest.filter(|rest| makes.contains(rest)) {
        sums.released = sure.checked_add(rest)?;
        sums.refunded = after.checked_add(doubtful.checked_sub(rest)?);
    }
    Some(sums)
}

fn is(one: &Movement, kind: Kind) -> bool {
    one.kind == Some(kind) && one.state == Some("done")
}

/// `{Amount, Currency}`, or a number alone in a currency that is known.
fn sum(value: &Value, known: Option<Currency>) -> (Option<Amount>, Option<Currency>) {
    let (number, currency) = match value {
        Value::Object(money) => {
            let code = fields::find(money, "Currency").and_then(fields::text);
            (fields::find(money, "Amount"), code.map_or(known, |code| sum::currency(&code)))
        }
        other => (Some(other), known),
    };
    let number = number.and_then(fields::text);
    let amount = number.zip(currency).and_then(|(text, currency)| exact(&text, currency));
    (amount, currency)
}

/// `yyyy-MM-dd HH:mm:ss`, with `T` in XML, and with a fraction or a zone where it has one.
fn moment(text: &str, zone: UtcOffset) -> Option<Time> {
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
