//! `MerchantReceipt` (54-FZ): a JSON text whose positions add up to the invoice.

use serde_json::{Map, Value};

use crate::intellectmoney::reply::Refusal;

/// Longest text of a position, in bytes.
const MAX_TEXT: usize = 128;

/// Refuses a receipt that the register could not print.
pub fn check(text: &str, amount: i64) -> Result<(), Refusal> {
    let receipt: Value = serde_json::from_str(text).unwrap_or_default();
    let fault = faults(&receipt, amount).err();
    fault.map_or(Ok(()), |what| Err(Refusal::field("MerchantReceipt", &format!("at {what}"))))
}

fn faults(receipt: &Value, amount: i64) -> Result<(), &'static str> {
    let receipt = receipt.as_object().ok_or("the root")?;
    let inn = receipt.get("inn").and_then(Value::as_str).unwrap_or_default();
    if !matches!(inn.len(), 10 | 12) || !inn.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("inn");
    }
    let content = receipt.get("content").and_then(Value::as_object).ok_or("content")?;
    if !within(content, "type", 1, 4) {
        return Err("content.type");
    }
    let contact = content.get("customerContact").and_then(Value::as_str);
    if contact.is_none_or(str::is_empty) {
        return Err("content.customerContact");
    }
    let positions = content.get("positions").and_then(Value::as_array);
    let positions = positions.filter(|all| !all.is_empty()).ok_or("content.positions")?;
    let mut sum: i128 = 0;
    for position in positions {
        sum += price(position.as_object().ok_or("content.positions")?)?;
    }
    let unchecked = match receipt.get("skipAmountCheck") {
        Some(Value::Bool(skip)) => *skip,
        Some(value) => value.as_i64() == Some(1),
        None => false,
    };
    if unchecked || sum == i128::from(amount) {
        Ok(())
    } else {
        Err("the sum of content.positions")
    }
}

/// Minor units of a position, rounded half up.
fn price(position: &Map<String, Value>) -> Result<i128, &'static str> {
    let text = position.get("text").and_then(Value::as_str).unwrap_or_default();
    if text.is_empty() || text.len() > MAX_TEXT {
        return Err("text of a position");
    }
    if !within(position, "tax", 1, 12) {
        return Err("tax of a position");
    }
    let optional = |name: &str, least: i64, most: i64| {
        position.get(name).is_none_or(Value::is_null) || within(position, name, least, most)
    };
    if !optional("paymentMethodType", 1, 7) || !optional("paymentSubjectType", 0, 33) {
        return Err("kind of a position");
    }
    let quantity =
        position.get("quantity").and_then(thousandths).ok_or("quantity of a position")?;
    let price = position.get("price").and_then(thousandths).ok_or("price of a position")?;
    // Thousandths of both make millionths; a minor unit is a hundredth.
    Ok((quantity.saturating_mul(price).saturating_add(5_000)) / 10_000)
}

fn within(object: &Map<String, Value>, name: &str, least: i64, most: i64) -> bool {
    object.get(name).and_then(Value::as_i64).is_some_and(|value| (least..=most).contains(&value))
}

/// A JSON number with three decimals at most, in thousandths.
fn thousandths(value: &Value) -> Option<i128> {
    let text = value.is_number().then(|| value.to_string())?;
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 12 || part.len() > 3 || !digits(whole) || !digits(part) {
        return None;
    }
    format!("{whole}{part:0<3}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn receipt(positions: &str, more: &str) -> Result<(), Refusal> {
        let content = format!(r#"{{"type":1,"customerContact":"a@b.ru","positions":{positions}}}"#);
        check(&format!(r#"{{"inn":"7700000000","content":{content}{more}}}"#), 1000)
    }

    #[test]
    fn positions_add_up_to_the_invoice() {
        let one = r#"[{"quantity":3.000,"price":3.33,"tax":6,"text":"a"},{"quantity":0.5,"price":0.02,"tax":1,"text":"b"}]"#;
        assert_eq!(receipt(one, ""), Ok(()));
        let less = r#"[{"quantity":1,"price":9.99,"tax":6,"text":"a"}]"#;
        assert!(receipt(less, "").unwrap_err().text.contains("sum"));
        assert_eq!(receipt(less, r#","skipAmountCheck":true"#), Ok(()));
        assert_eq!(receipt(less, r#","skipAmountCheck":1"#), Ok(()));
    }

    #[test]
    fn positions_have_their_form() {
        for (position, why) in [
            (r#"{"quantity":1,"price":10.0001,"tax":6,"text":"a"}"#, "price"),
            (r#"{"quantity":"1","price":10,"tax":6,"text":"a"}"#, "quantity"),
            (r#"{"quantity":1,"price":10,"tax":13,"text":"a"}"#, "tax"),
            (r#"{"quantity":1,"price":10,"tax":6,"text":""}"#, "text"),
            (r#"{"quantity":1,"price":10,"tax":6,"text":"a","paymentMethodType":8}"#, "kind"),
        ] {
            let refused = receipt(&format!("[{position}]"), "").unwrap_err();
            assert!(refused.text.contains(why), "{why}: {}", refused.text);
        }
        assert!(check("[]", 1000).is_err());
        assert!(check(r#"{"inn":"77","content":{}}"#, 1000).is_err());
    }
}
