//! What the gateways' assumptions have in common: how the setting is read, and how `describe` lists
//! the facts.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::error::Error;
use crate::fields;
use crate::settings::Common;

/// A fact: its name, its mark (of a fixed one its value), and the section of the gateway's page.
pub type Fact = (&'static str, &'static str, &'static str);

/// Reads the setting `assumptions`; what is not given has its default.
pub fn read<T: DeserializeOwned>(common: &Common) -> Result<T, Error> {
    fields::read(&common.assumptions).map_err(|error| {
        let name = error.field.clone().unwrap_or_default();
        let says = error.message.strip_prefix(&format!("{name}: ")).unwrap_or(&error.message);
        Error::invalid(format!("assumptions.{name}"), says)
    })
}

/// Each `{name, value, default, mark, source, setting}`; `setting` is false for what is fixed, since
/// another value would be another program. A fact's values stand in `given` and in the default under
/// its name.
pub fn describe<T: Serialize + Default>(
    page: &str,
    facts: &[Fact],
    given: &T,
    fixed: &[Fact],
) -> Value {
    let (given, usual) = (json!(given), json!(T::default()));
    let value = |name: &str| {
        let of = |facts: &Value| facts.get(name).cloned().unwrap_or_default();
        (of(&given), of(&usual))
    };
    let row = |name: &str, (value, default): (Value, Value), mark: &str, place: &str, setting| {
        json!({
            "name": name, "value": value, "default": default, "mark": mark,
            "source": format!("{page}, {place}"), "setting": setting,
        })
    };
    let settable =
        facts.iter().map(|(name, mark, place)| row(name, value(name), mark, place, true));
    let fixed = fixed.iter().map(|(name, taken, place)| {
        row(name, ((*taken).into(), (*taken).into()), "inferred", place, false)
    });
    settable.chain(fixed).collect()
}
