//! What every gateway's translation of a receipt is built with.

use serde_json::Value;

use super::Quantity;
use crate::error::Error;
use crate::fields::Fields;

/// An error at a field of a position.
pub fn at_position(index: usize, name: &str, says: impl AsRef<str>) -> Error {
    Error::invalid(format!("receipt.positions.{index}.{name}"), says)
}

/// A number with exactly the digits of the quantity, never a float.
pub fn number(quantity: Quantity) -> Value {
    digits(quantity.to_string())
}

/// A number with exactly these digits, never a float.
pub fn digits(text: String) -> Value {
    text.parse().map_or(Value::String(text), Value::Number)
}

/// Phones with their plus, as every dialect wants those of agents and suppliers.
pub fn phones(given: &[String]) -> Option<Vec<String>> {
    let plus = |phone: &String| format!("+{}", phone.trim_start_matches('+'));
    let phones: Vec<_> = given.iter().map(plus).collect();
    (!phones.is_empty()).then_some(phones)
}

/// Puts a value where there is one.
pub fn put<V: Into<Value>>(target: &mut Fields, name: &str, value: Option<V>) {
    target.extend(value.map(|value| (name.to_owned(), value.into())));
}

/// The same for an object: an empty one is none.
pub fn put_object(target: &mut Fields, name: &str, fields: Fields) {
    put(target, name, (!fields.is_empty()).then_some(fields));
}
