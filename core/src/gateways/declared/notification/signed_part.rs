//! The part of a notification that its signature covers, and what of the whole may be shown.

use serde_json::Value;

use crate::fields::Fields;
use crate::gateways::declared::message::Message;
use crate::gateways::declared::schema::Notify;
use crate::gateways::declared::shop::Shop;
use crate::gateways::declared::{php, raw};

/// The fields that are believed, objects as far as what stands in them is.
pub fn of(message: &Message, believed: &dyn Fn(&str) -> bool) -> Message {
    let mut fields = Fields::new();
    for (name, value) in &message.fields {
        if !value.is_object() && believed(name) {
            fields.insert(name.clone(), value.clone());
        }
    }
    if let Value::Object(whole) = message.whole().as_ref() {
        for (name, value) in whole {
            if let Some(inner) = inside(&format!("/{}", escaped(name)), value, believed) {
                fields.insert(name.clone(), inner);
            }
        }
    }
    Message::of(fields)
}

/// What of a list or an object is believed, a list as a whole; none of what is neither.
fn inside(path: &str, value: &Value, believed: &dyn Fn(&str) -> bool) -> Option<Value> {
    let fields = match value {
        Value::Object(fields) => fields,
        Value::Array(_) => return believed(path).then(|| value.clone()),
        _ => return None,
    };
    let mut kept = Fields::new();
    for (name, value) in fields {
        let path = format!("{path}/{}", escaped(name));
        let inner = match value {
            Value::Object(_) => inside(&path, value, believed),
            _ => believed(&path).then(|| value.clone()),
        };
        if let Some(inner) = inner {
            kept.insert(name.clone(), inner);
        }
    }
    (!kept.is_empty()).then_some(Value::Object(kept))
}

/// A name as a pointer has it.
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// Its fields without the signatures, personal data masked; of an authentic one `_unsigned` names those
/// that no signature covers.
pub fn shown(shop: &Shop, kind: &Notify, message: &Message, part: Option<&Message>) -> Value {
    let mut shown = raw::shown(shop, message);
    let Value::Object(fields) = &mut shown else { return shown };
    fields.retain(|name, _| !kind.signature.iter().any(|place| place.is_at(name)));
    if let Some(part) = part {
        let signed = |name: &str| {
            // Brackets are signed by the pointer that they open to.
            part.fields.contains_key(name) || part.at(&php::pointer(name)).is_some()
        };
        let unsigned: Vec<Value> =
            fields.keys().filter(|name| !signed(name)).map(|name| name.as_str().into()).collect();
        fields.insert("_unsigned".into(), unsigned.into());
    }
    shown
}
