//! The parameters of a notification, read strictly: what could be read in two ways is refused.

use serde_json::Value;

use super::Pairs;
use crate::error::Error;
use crate::fields;
use crate::form;
use crate::gateways::rbs::Merchant;
use crate::notification::Received;

/// The parameters: of the query for GET, of the body alone for POST. A name that stands twice could
/// be read one way here and another way there, so it is refused.
pub fn pairs(merchant: &Merchant, received: &Received) -> Result<Pairs, Error> {
    let unreadable = |says: &str| Error::untrusted("unreadable", says);
    let bytes = if received.method == "POST" { &received.body } else { &received.query };
    let mut pairs = match merchant.dialect().json_notifications {
        true => json_pairs(bytes)?,
        false => form::decode(bytes)
            .map_err(|says| unreadable(&format!("the notification holds {says}")))?,
    };
    pairs.retain(|(name, _)| !merchant.settings.callback_own_parameters.contains(name));
    pairs.sort();
    if pairs.windows(2).any(|two| matches!(two, [a, b] if a.0 == b.0)) {
        return Err(unreadable("a parameter of the notification stands twice"));
    }
    check_twins(&pairs)?;
    let ours = ["mdOrder", "bindingId", "receipt", "receipts"];
    if !ours.iter().any(|name| find(&pairs, name).is_some()) {
        return Err(unreadable("the notification names no order and no stored card"));
    }
    Ok(pairs)
}

/// Parameters that have a twin in lower case: both must say the same.
const TWINS: [(&str, &str); 2] = [("mdOrder", "mdorder"), ("refNum", "refnum")];

fn check_twins(pairs: &Pairs) -> Result<(), Error> {
    let of = |name: &str| pairs.iter().find(|(given, _)| given == name).map(|(_, value)| value);
    for (name, twin) in TWINS {
        if of(name).zip(of(twin)).is_some_and(|(one, other)| one != other) {
            let says = format!("{name} and its twin {twin} differ");
            return Err(Error::untrusted("unreadable", says));
        }
    }
    Ok(())
}

/// A parameter by its name, or by its twin's.
pub fn find<'a>(pairs: &'a Pairs, name: &str) -> Option<&'a str> {
    let of = |name: &str| pairs.iter().find(|(given, _)| given == name).map(|(_, v)| v.as_str());
    let twin = || TWINS.iter().find(|(known, _)| *known == name).and_then(|(_, twin)| of(twin));
    of(name).or_else(twin)
}

/// The newer API sends an object; what lies inside an object of it stands beside the rest.
fn json_pairs(bytes: &[u8]) -> Result<Pairs, Error> {
    let says = "the notification is not a JSON object";
    let fields = fields::parse(bytes).map_err(|_| Error::untrusted("unreadable", says))?;
    let mut pairs = Pairs::new();
    for (name, value) in fields {
        match value {
            Value::Object(inner) if name == "additionalParams" => {
                let given = inner.into_iter().filter(|(_, value)| !value.is_null());
                pairs.extend(given.map(|(name, value)| (name, text(value))));
            }
            Value::Null => {}
            value => pairs.push((name, text(value))),
        }
    }
    Ok(pairs)
}

fn text(value: Value) -> String {
    fields::scalar(&value).unwrap_or_else(|| value.to_string())
}
