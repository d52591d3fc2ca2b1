//! D1: `depositItems` and `refundItems`, the positions of a capture or a refund. One shape serves
//! both.

use serde::Deserialize;
use serde_json::{Value, json};

use super::bundle;
use crate::error::Error;
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

/// What is taken. deposit.do takes the positions alone.
pub fn deposit_items(checked: &Checked, shape: ItemsShape) -> Result<Value, Error> {
    if bundle::additional_ofd_params(checked)?.is_some() {
        let says = "a capture takes the positions alone; the rest was given with the payment";
        return Err(Error::invalid("receipt", says));
    }
    Ok(list(checked, shape))
}

/// What is given back. `additionalOfdParams` may stand beside it.
pub fn refund_items(checked: &Checked, shape: ItemsShape) -> Value {
    list(checked, shape)
}

fn list(checked: &Checked, shape: ItemsShape) -> Value {
    let items: Vec<_> = checked.lines.iter().map(bundle::item).collect();
    match shape {
        ItemsShape::Object => json!({ "items": items }),
        ItemsShape::List => json!(items),
    }
}
