//! D1: `depositItems` and `refundItems`, the positions of a capture or a refund. One shape serves
//! both.

use serde::Deserialize;
use serde_json::{Value, json};

use super::bundle;
use crate::receipt::Checked;

/// How the list is wrapped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemsShape {
    /// An object with `items`, as the tables say.
    #[default]
    Object,
    /// The bare list, as the example of Swagger shows.
    List,
}

/// What is taken.
pub fn deposit_items(checked: &Checked, shape: ItemsShape) -> Value {
    let items: Vec<_> = checked.lines.iter().map(bundle::item).collect();
    match shape {
        ItemsShape::Object => json!({ "items": items }),
        ItemsShape::List => json!(items),
    }
}

/// What is given back.
pub fn refund_items(checked: &Checked, shape: ItemsShape) -> Value {
    deposit_items(checked, shape)
}
