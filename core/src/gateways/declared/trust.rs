//! Which sections of a descriptor are believed: those that are confirmed, and those that the shop says are
//! right (assumptions.rs).

use super::call::Call;
use super::schema::Mark;
use super::shop::Shop;
use crate::error::{Error, Kind};
use crate::payment::Payment;

/// Whether what the status call says may count by itself.
pub fn believes(shop: &Shop, call: Call) -> bool {
    let Call::Status(at) = call else { return false };
    let mark = shop.descriptor.status.get(at).map(|call| call.mark);
    mark.is_some_and(|mark| shop.believes(&call.section(), mark))
}

/// What a section says of money that nobody confirmed is not taken for true.
pub fn doubt(shop: &Shop, call: Call, payment: &mut Payment) {
    if let Some(mark) = mark(shop, call) {
        shop.doubt(&call.section(), mark, payment);
    }
}

/// A refusal in words that nobody confirmed does not prove that a write was not carried out.
pub fn doubt_refusal(shop: &Shop, call: Call, error: Error) -> Error {
    let sure = mark(shop, call).is_none_or(|mark| shop.believes(&call.section(), mark));
    if sure || error.kind != Kind::Refused {
        return error;
    }
    let says = format!("{}, as nobody confirmed that it says so", error.message);
    let mut doubted = Error::outcome_unknown(error.reason, says);
    (doubted.code, doubted.text) = (error.code.clone(), error.text.clone());
    doubted.http_status = error.http_status;
    doubted
}

fn mark(shop: &Shop, call: Call) -> Option<Mark> {
    let descriptor = &shop.descriptor;
    match call {
        Call::Create => Some(descriptor.create.mark),
        Call::Status(at) => descriptor.status.get(at).map(|call| call.mark),
        Call::Cancel => descriptor.cancel.as_ref().map(|call| call.mark),
        Call::Refund => descriptor.refund.as_ref().map(|call| call.mark),
    }
}
