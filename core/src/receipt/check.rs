//! Holds a receipt against the sum of its payment. The buyer's and the seller's own fields are
//! checked in `people`, marks in `marking`.

use std::collections::HashMap;

use super::{Paid, PaidWith, Position, Receipt};
use super::{marking, people};
use crate::error::Error;
use crate::money::Amount;

/// A receipt that adds up: sums are read, ids are given, texts are within their limits.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Checked {
    /// The receipt as it was given.
    pub receipt: Receipt,
    /// Its positions with what was counted.
    pub lines: Vec<Line>,
    /// What the lines come to: the sum of the payment.
    pub total: Amount,
    /// With what it is paid, together the total.
    pub payments: Vec<(PaidWith, Amount)>,
}

/// A position with what was counted.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Line {
    /// Unique in the receipt.
    pub id: u64,
    /// The goods' number, unique in the receipt.
    pub code: String,
    /// Of one.
    pub price: Amount,
    /// Of all: quantity times price, rounded half up.
    pub amount: Amount,
    /// The tax in it, where the shop counted it.
    pub vat_amount: Option<Amount>,
    /// The excise duty in it.
    pub excise: Option<Amount>,
    /// The position as it was given.
    pub position: Position,
}

const LARGEST_ID: u64 = 999_999_999_999;

impl Receipt {
    /// For a new payment: its buyer must be known, and positions may go without ids.
    pub fn check(&self, amount: Amount) -> Result<Checked, Error> {
        people::check_contact(&self.customer)?;
        self.check_sums(amount)
    }

    /// For a capture or a refund: each position names by its id the one that was registered, and
    /// the gateway knows the buyer already.
    pub fn check_part(&self, amount: Amount) -> Result<Checked, Error> {
        for (index, position) in self.positions.iter().enumerate() {
            if position.id.is_none() {
                let says = "required: the id of the position when the payment was created";
                return Err(Error::invalid(format!("receipt.positions.{index}.id"), says));
            }
        }
        self.check_sums(amount)
    }

    fn check_sums(&self, amount: Amount) -> Result<Checked, Error> {
        if amount.currency.code != "RUB" {
            let says =
                format!("a fiscal receipt is in RUB, the payment in {}", amount.currency.code);
            return Err(Error::invalid("receipt", says));
        }
        people::check(self)?;
        if self.positions.is_empty() {
            return Err(Error::invalid("receipt.positions", "expected at least one"));
        }
        let mut lines = Vec::with_capacity(self.positions.len());
        let mut total = Amount { minor: 0, ..amount };
        for (index, position) in self.positions.iter().enumerate() {
            let line = line(position, index, amount)?;
            total = total.plus(line.amount).ok_or_else(|| too_much("receipt.positions"))?;
            lines.push(line);
        }
        no_twins(&lines)?;
        if total != amount {
            let says = format!("they come to {total}, the payment to {amount}");
            return Err(Error::invalid("receipt.positions", says));
        }
        let payments = payments(&self.payments, total)?;
        Ok(Checked { receipt: self.clone(), lines, total, payments })
    }
}

fn too_much(field: &str) -> Error {
    Error::invalid(field, "larger than any payment")
}

fn line(position: &Position, index: usize, payment: Amount) -> Result<Line, Error> {
    let path = |name: &str| format!("receipt.positions.{index}.{name}");
    let read = |name: &str, text: &str| {
        Amount::parse(text, payment.currency).map_err(|says| Error::invalid(path(name), says))
    };
    let optional = |name: &str, text: &Option<String>| {
        text.as_deref().map(|text| read(name, text)).transpose()
    };

    let id = match position.id {
        Some(id) if (1..=LARGEST_ID).contains(&id) => id,
        Some(_) => return Err(Error::invalid(path("id"), "expected 1 to 12 digits, from 1")),
        None => index as u64 + 1,
    };
    let price = read("price", &position.price)?;
    let amount = price
        .times_thousandths(position.quantity.thousandths)
        .ok_or_else(|| too_much(&path("price")))?;
    if let Some(given) = optional("amount", &position.amount)?
        && given != amount
    {
        let says = format!(
            "{} times {price} is {amount}, rounded half up; got {given}",
            position.quantity
        );
        return Err(Error::invalid(path("amount"), says));
    }
    let vat_amount = optional("vat_amount", &position.vat_amount)?;
    if vat_amount.is_some_and(|tax| tax.minor > amount.minor) {
        return Err(Error::invalid(path("vat_amount"), "more than the position itself"));
    }
    let excise = optional("excise", &position.excise)?;
    people::check_position(position, &path)?;
    marking::check(position, &path)?;
    let code = position.code.clone().unwrap_or_else(|| id.to_string());
    Ok(Line { id, code, price, amount, vat_amount, excise, position: position.clone() })
}

/// Neither an id nor a number of goods may stand twice.
fn no_twins(lines: &[Line]) -> Result<(), Error> {
    let (mut ids, mut codes) = (HashMap::new(), HashMap::new());
    for (index, line) in lines.iter().enumerate() {
        let twice = |name: &str, first: usize| {
            let says = format!("the same as that of position {first}");
            Err(Error::invalid(format!("receipt.positions.{index}.{name}"), says))
        };
        if let Some(first) = ids.insert(line.id, index) {
            return twice("id", first);
        }
        if let Some(first) = codes.insert(line.code.as_str(), index) {
            return twice("code", first);
        }
    }
    Ok(())
}

fn payments(given: &[Paid], total: Amount) -> Result<Vec<(PaidWith, Amount)>, Error> {
    if given.is_empty() {
        return Ok(vec![(PaidWith::Cashless, total)]);
    }
    let mut sum = Amount { minor: 0, ..total };
    let mut payments: Vec<(PaidWith, Amount)> = Vec::with_capacity(given.len());
    for (index, paid) in given.iter().enumerate() {
        let field = |name: &str| format!("receipt.payments.{index}.{name}");
        let amount = Amount::parse(&paid.amount, total.currency)
            .map_err(|says| Error::invalid(field("amount"), says))?;
        if payments.iter().any(|(with, _)| *with == paid.with) {
            return Err(Error::invalid(field("with"), "stands twice"));
        }
        sum = sum.plus(amount).ok_or_else(|| too_much(&field("amount")))?;
        payments.push((paid.with, amount));
    }
    if sum != total {
        let says = format!("they come to {sum}, the positions to {total}");
        return Err(Error::invalid("receipt.payments", says));
    }
    Ok(payments)
}
