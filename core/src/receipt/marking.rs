//! The rules of marked goods.

use super::people::{digits, limit};
use super::{Measure, Position, Quantity};
use crate::error::Error;

/// `path` completes a field's name to its path.
pub fn check(position: &Position, path: &dyn Fn(&str) -> String) -> Result<(), Error> {
    let needs = position.payment_object.and_then(|object| object.marked());
    let Some(marking) = &position.marking else {
        return match needs {
            Some(true) => {
                Err(Error::invalid(path("marking"), "required: the goods have their mark"))
            }
            _ => Ok(()),
        };
    };
    if needs == Some(false) {
        return Err(Error::invalid(path("payment_object"), "says that the mark is missing"));
    }
    if position.quantity != Quantity::ONE {
        return Err(Error::invalid(path("quantity"), "marked goods: expected 1, one line each"));
    }
    if position.measure.is_some_and(|measure| measure != Measure::Piece) {
        return Err(Error::invalid(path("measure"), "marked goods: expected piece"));
    }
    match (&marking.code, &marking.nomenclature) {
        (None, None) => {
            return Err(Error::invalid(path("marking.code"), "required, or nomenclature"));
        }
        (Some(code), _) if code.is_empty() || code.chars().count() > 255 => {
            return Err(Error::invalid(path("marking.code"), "expected 1 to 255 characters"));
        }
        _ => {}
    }
    if let Some(text) = &marking.nomenclature {
        limit(&path("marking.nomenclature"), text, 95)?;
        let byte = |pair: &str| pair.len() == 2 && pair.bytes().all(|b| b.is_ascii_hexdigit());
        if !text.split(' ').all(byte) {
            let says = "expected bytes in hexadecimal like \"44 4D 05\"";
            return Err(Error::invalid(path("marking.nomenclature"), says));
        }
    }
    match marking.fraction {
        Some(part) if part.numerator == 0 || part.numerator >= part.denominator => {
            Err(Error::invalid(path("marking.fraction"), "expected less than the whole pack"))
        }
        Some(part) if !digits(&part.denominator.to_string(), 1, 12) => {
            Err(Error::invalid(path("marking.fraction.denominator"), "expected at most 12 digits"))
        }
        _ => Ok(()),
    }
}
