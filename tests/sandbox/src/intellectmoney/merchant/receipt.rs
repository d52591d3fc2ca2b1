//! `MerchantReceipt` (54-FZ): a JSON text whose positions add up to the invoice.

use serde_json::{Map, Value};

use crate::intellectmoney::reply::Refusal;

/// Longest text of a position, in characters: the fiscal format's own limit. One client counts bytes.
const MAX_TEXT: usize = 128;

/// What a receipt must say of the way that the money goes: `content.type`.
#[derive(Clone, Copy)]
pub enum Kind {
    /// To the shop.
    Sale = 1,
    /// Back to the buyer.
    Refund = 2,
}

/// Refuses a receipt that the register could not print.
pub fn check(text: &str, amount: i64, kind: Kind) -> Result<(), Refusal> {
    let receipt: Value = serde_json::from_str(text).unwrap_or_default();
    let fault = faults(&receipt, amount, kind).err();
    fault.map_or(Ok(()), |what| Err(Refusal::field("MerchantReceipt", &format!("at {what}"))))
}

fn faults(receipt: &Value, amount: i64, kind: Kind) -> Result<(), &'static str> {
    let receipt = receipt.as_object().ok_or("the root")?;
    let inn = receipt.get("inn").and_then(Value::as_str).unwrap_or_default();
    if !matches!(inn.len(), 10 | 12) || !inn.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("inn");
    }
    let content = receipt.get("content").and_then(Value::as_object).ok_or("content")?;
    if !within(content, "type", kind as i64, kind as i64) {
        return Err("content.type");
    }
    let contact = content.get("customerContact").and_then(Value::as_str);
    if contact.is_none_or(str::is_empty) {
        return Err("content.customerContact");
    }
    if !optional(content, "agentType", 1, 127) {
        return Err("content.agentType");
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
    if !unchecked && sum != i128::from(amount) {
        return Err("the sum of content.positions");
    }
    match content.get("checkClose") {
        None | Some(Value::Null) => Ok(()),
        Some(close) => closes(close.as_object().ok_or("content.checkClose")?, sum),
    }
}

/// With what the positions are paid, and how the seller is taxed.
fn closes(close: &Map<String, Value>, sum: i128) -> Result<(), &'static str> {
    let systems = [0, 1, 2, 4, 5, 255];
    let system = close.get("taxationSystem").and_then(Value::as_i64);
    if !system.is_some_and(|system| systems.contains(&system)) {
        return Err("content.checkClose.taxationSystem");
    }
    let payments =
        close.get("payments").and_then(Value::as_array).ok_or("content.checkClose.payments")?;
    let mut paid: i128 = 0;
    for payment in payments {
        let payment = payment.as_object().ok_or("content.checkClose.payments")?;
        let known = payment.get("type").and_then(Value::as_i64);
        if !known.is_some_and(|known| [1, 2, 14, 15, 16].contains(&known)) {
            return Err("type of a payment");
        }
        paid += payment.get("amount").and_then(thousandths).ok_or("amount of a payment")?;
    }
    // Thousandths against hundredths.
    match payments.is_empty() || paid == sum.saturating_mul(10) {
        true => Ok(()),
        false => Err("the sum of content.checkClose.payments"),
    }
}

/// Minor units of a position, rounded half up.
fn price(position: &Map<String, Value>) -> Result<i128, &'static str> {
    let text = position.get("text").and_then(Value::as_str).unwrap_or_default();
    if text.is_empty() || text.chars().count() > MAX_TEXT {
        return Err("text of a position");
    }
    if !within(position, "tax", 1, 12) {
        return Err("tax of a position");
    }
    if !optional(position, "paymentMethodType", 1, 7)
        || !optional(position, "paymentSubjectType", 0, 33)
        || !optional(position, "agentType", 1, 127)
    {
        return Err("kind of a position");
    }
    supplier(position)?;
    let quantity =
        position.get("quantity").and_then(thousandths).ok_or("quantity of a position")?;
    let price = position.get("price").and_then(thousandths).ok_or("price of a position")?;
    // Thousandths of both make millionths; a minor unit is a hundredth.
    Ok((quantity.saturating_mul(price).saturating_add(5_000)) / 10_000)
}

/// `supplierInn` of the official client, `supplierINN` of others; and `supplierInfo`.
fn supplier(position: &Map<String, Value>) -> Result<(), &'static str> {
    for name in ["supplierInn", "supplierINN"] {
        if position.get(name).is_some_and(|inn| inn.as_str().is_none_or(|inn| inn.len() > 12)) {
            return Err("supplierINN of a position");
        }
    }
    let Some(info) = position.get("supplierInfo") else { return Ok(()) };
    let phone = |phone: &Value| {
        let digits = phone.as_str().and_then(|phone| phone.strip_prefix('+')).unwrap_or_default();
        (1..=19).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    let phones = info.get("phoneNumbers").and_then(Value::as_array);
    let name = info.get("name").and_then(Value::as_str).unwrap_or_default();
    match phones.is_none_or(|phones| phones.iter().all(phone)) && name.chars().count() <= 239 {
        true => Ok(()),
        false => Err("supplierInfo of a position"),
    }
}

fn optional(object: &Map<String, Value>, name: &str, least: i64, most: i64) -> bool {
    object.get(name).is_none_or(Value::is_null) || within(object, name, least, most)
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
        check(&format!(r#"{{"inn":"7700000000","content":{content}{more}}}"#), 1000, Kind::Sale)
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
            (r#"{"quantity":1,"price":10,"tax":6,"text":"a","agentType":128}"#, "kind"),
            (r#"{"quantity":1,"price":10,"tax":6,"text":"a","supplierINN":7}"#, "supplierINN"),
            (
                r#"{"quantity":1,"price":10,"tax":6,"text":"a","supplierInfo":{"phoneNumbers":["7"]}}"#,
                "supplierInfo",
            ),
        ] {
            let refused = receipt(&format!("[{position}]"), "").unwrap_err();
            assert!(refused.text.contains(why), "{why}: {}", refused.text);
        }
        assert!(check("[]", 1000, Kind::Sale).is_err());
        assert!(check(r#"{"inn":"77","content":{}}"#, 1000, Kind::Sale).is_err());
    }

    #[test]
    fn a_check_is_closed_by_what_was_paid() {
        let closed = |kind: Kind, close: &str| {
            let one = r#"[{"quantity":1,"price":10,"tax":6,"text":"a"}]"#;
            let content = format!(
                r#"{{"type":1,"customerContact":"a@b.ru","positions":{one},"checkClose":{close}}}"#
            );
            check(&format!(r#"{{"inn":"7700000000","content":{content}}}"#), 1000, kind)
        };
        let parts =
            r#"{"payments":[{"type":2,"amount":6.00},{"type":14,"amount":4}],"taxationSystem":0}"#;
        assert_eq!(closed(Kind::Sale, parts), Ok(()));
        for (close, why) in [
            (r#"{"payments":[{"type":2,"amount":9.99}],"taxationSystem":0}"#, "sum"),
            (r#"{"payments":[{"type":3,"amount":10}],"taxationSystem":0}"#, "type"),
            (r#"{"payments":[{"type":2,"amount":"10"}],"taxationSystem":0}"#, "amount"),
            (r#"{"payments":[{"type":2,"amount":10}],"taxationSystem":3}"#, "taxationSystem"),
            (r#"{"taxationSystem":0}"#, "payments"),
            ("1", "checkClose"),
        ] {
            let refused = closed(Kind::Sale, close).unwrap_err();
            assert!(refused.text.contains(why), "{why}: {}", refused.text);
        }
        // Money that goes back is printed as such.
        assert!(closed(Kind::Refund, parts).unwrap_err().text.contains("type"));
    }
}
