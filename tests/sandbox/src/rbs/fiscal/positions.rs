//! `depositItems` and `refundItems`: checked against what is left of the cart.

use super::super::fields::Fields;
use super::super::orders::Order;
use super::super::refusals::Refusal;
use super::cart::{self, Basis, Line};
use super::receipts::{Kind, Receipt};

/// Which way the money goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From the hold to the shop.
    Capture,
    /// Back to the buyer.
    Refund,
}

/// The positions that a capture or refund of `amount` (0: all of it) names. A fiscalising merchant
/// must name them when it moves a part.
pub fn chosen(
    order: &Order,
    fields: &Fields,
    name: &str,
    amount: i64,
    direction: Direction,
    fiscal: bool,
) -> Result<Option<Vec<Line>>, Refusal> {
    if order.terms.cart.is_empty() {
        return Ok(None);
    }
    let whole = match direction {
        Direction::Capture => order.approved.saturating_sub(order.captured),
        Direction::Refund => order.net(),
    };
    let amount = if amount == 0 { whole } else { amount };
    let Some(given) = fields.json(name)? else {
        // What is refused for its state or its sum is refused for that first.
        return if fiscal && amount < whole { Err(Refusal::bad_value(name)) } else { Ok(None) };
    };
    let basis = Basis { currency: &order.terms.currency, sum: Some(amount), priced: fiscal };
    let lines = cart::lines(&given, name, basis)?;
    let left = left(order, direction);
    for line in &lines {
        let known = left.iter().find(|known| known.position == line.position);
        let fits = known.is_some_and(|known| {
            line.code == known.code
                && (line.price.is_none() || known.price.is_none() || line.price == known.price)
                && line.quantity <= known.quantity
                && line.amount <= known.amount
        });
        if !fits {
            return Err(Refusal::bad_value(&format!("{name}.{}", line.position)));
        }
    }
    Ok(Some(lines))
}

/// What can still be captured, or still be given back, position by position.
pub fn left(order: &Order, direction: Direction) -> Vec<Line> {
    let mut lines = order.terms.cart.clone();
    let unnamed = |receipt: &Receipt| {
        matches!(receipt.kind, Kind::Payment | Kind::Refund) && receipt.lines.is_empty()
    };
    // A part that moved without positions leaves only the cart itself to compare with.
    if order.fiscal.receipts.iter().any(unnamed) {
        return lines;
    }
    for line in &mut lines {
        let (captured, refunded) = (moved(order, line, true), moved(order, line, false));
        let (quantity, amount) = match direction {
            Direction::Capture => (line.quantity - captured.0, line.amount - captured.1),
            Direction::Refund => (captured.0 - refunded.0, captured.1 - refunded.1),
        };
        (line.quantity, line.amount) = (quantity.max(0), amount.max(0));
    }
    lines.retain(|line| line.quantity > 0 && line.amount > 0);
    lines
}

/// Quantity and amount of a position that were captured (reversals taken off), or refunded.
fn moved(order: &Order, line: &Line, captured: bool) -> (i64, i64) {
    let mut sum = (0_i64, 0_i64);
    for receipt in &order.fiscal.receipts {
        let sign = match (receipt.kind, captured) {
            (Kind::Payment, true) | (Kind::Refund, false) => 1,
            (Kind::Reversal, true) => -1,
            _ => 0,
        };
        for part in receipt.lines.iter().filter(|part| part.position == line.position) {
            sum.0 = sum.0.saturating_add(sign * part.quantity);
            sum.1 = sum.1.saturating_add(sign * part.amount);
        }
    }
    sum
}
