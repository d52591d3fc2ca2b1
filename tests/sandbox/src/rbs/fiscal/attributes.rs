//! `itemAttributes`: a flat list of names and texts, with dots where things are nested.

use serde_json::Value;

use super::cart::Line;

/// The attributes of a position; Alfa's objects inside the list are made flat.
pub fn flat(item: &Value) -> Result<Vec<(String, String)>, String> {
    let Some(given) = item.get("itemAttributes") else {
        return Ok(Vec::new());
    };
    let wrong = || "itemAttributes".to_owned();
    let list = given.get("attributes").and_then(Value::as_array).ok_or_else(wrong)?;
    let mut flat = Vec::new();
    for attribute in list {
        let name = attribute.get("name").and_then(Value::as_str).ok_or_else(wrong)?;
        let value = attribute.get("value").ok_or_else(wrong)?;
        flatten(name, value, &mut flat)?;
    }
    Ok(flat)
}

fn flatten(name: &str, value: &Value, flat: &mut Vec<(String, String)>) -> Result<(), String> {
    match value {
        Value::String(text) => flat.push((name.to_owned(), text.clone())),
        Value::Object(inner) => {
            for (key, value) in inner {
                flatten(&format!("{name}.{key}"), value, flat)?;
            }
        }
        _ => return Err(format!("itemAttributes.{name}")),
    }
    Ok(())
}

/// The values that the documents list.
pub fn check(line: &Line) -> Result<(), String> {
    let get = |wanted: &str| {
        line.attributes.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str())
    };
    let among = |name: &str, good: fn(u8) -> bool| match get(name) {
        Some(text) if !text.parse().is_ok_and(good) => Err(format!("itemAttributes.{name}")),
        _ => Ok(()),
    };
    among("paymentMethod", |number| (1..=7).contains(&number))?;
    among("paymentObject", |number| matches!(number, 1..=18 | 30..=33))?;
    among("agent_info.type", |number| (1..=7).contains(&number))?;
    if get("agent_info.paying.operation").is_some_and(|text| text.chars().count() > 24) {
        return Err("itemAttributes.agent_info.paying.operation".into());
    }
    match get("nomenclature") {
        Some(code) if !is_hex(code) => return Err("itemAttributes.nomenclature".into()),
        None if get("markQuantity.numerator").is_some() => {
            return Err("itemAttributes.nomenclature".into());
        }
        _ => {}
    }
    let marked = get("paymentObject").is_some_and(|object| matches!(object, "31" | "33"));
    if marked && get("nomenclature").is_some() && (line.quantity != 1000 || line.measure != "0") {
        return Err("quantity".into());
    }
    Ok(())
}

/// Pairs of hex digits with spaces between, 32 bytes at most.
fn is_hex(code: &str) -> bool {
    let pair = |text: &str| text.len() == 2 && text.bytes().all(|sign| sign.is_ascii_hexdigit());
    code.len() <= 95 && code.split(' ').all(pair)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn checked(attributes: Value, quantity: i64) -> Result<(), String> {
        let attributes = flat(&json!({"itemAttributes": {"attributes": attributes}}))?;
        check(&Line { quantity, measure: "0".into(), attributes, ..Line::default() })
    }

    #[test]
    fn nested_objects_become_dotted_names() {
        let nested = json!([{"name": "agent_info", "value": {"type": "8"}}]);
        assert_eq!(checked(nested, 1000), Err("itemAttributes.agent_info.type".into()));
        assert!(checked(json!([{"name": "paymentObject", "value": 1}]), 1000).is_err());
    }

    #[test]
    fn marked_goods_are_sold_by_the_piece() {
        let marked = json!([{"name": "paymentObject", "value": "33"},
            {"name": "nomenclature", "value": "44 4D 02"}]);
        assert_eq!(checked(marked.clone(), 1000), Ok(()));
        assert_eq!(checked(marked, 2000), Err("quantity".into()));
        let unnamed = json!([{"name": "markQuantity.numerator", "value": "1"}]);
        assert!(checked(unnamed, 1000).is_err());
    }
}
