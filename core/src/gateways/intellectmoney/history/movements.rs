//! The movements of an invoice's money, and the arithmetic of what they come to
//! (docs/gateways/intellectmoney.md, "Status").

use time::UtcOffset;

use super::facts::{moment, sum};
use crate::clock::Time;
use crate::fields::{self, Fields};
use crate::money::{Amount, Currency};
use crate::payment::Refund;

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

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Entry,
    Purchase,
    Refund,
}

/// One movement; what cannot be read of it is none.
pub struct Movement {
    kind: Option<Kind>,
    /// `Confirm`: it moved; `Created`: not yet; `Canceled`: it never will.
    state: Option<&'static str>,
    amount: Option<Amount>,
    at: Option<Time>,
}

impl Movement {
    /// `currency` is that of the invoice, `zone` that of dates without one.
    pub fn read(row: &Fields, currency: Option<Currency>, zone: UtcOffset) -> Movement {
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
pub fn refunds(moved: &[Movement], sums: Option<Sums>) -> Vec<Refund> {
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
pub fn sums(moved: &[Movement]) -> Option<Sums> {
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
