//! `orderBundle`: positions read strictly, prices multiplied as the gateway multiplies them.

use serde_json::Value;

use super::super::refusals::Refusal;
use super::attributes;

/// Numbers of `taxType` (the gateway's documents).
const TAXES: &[i64] = &[0, 1, 2, 3, 4, 5, 6, 7, 10, 11, 12, 13, 14, 15];
/// The tax authority's numbers of measures (FFD 1.2, tag 2108).
const MEASURES: &[i64] = &[
    0, 10, 11, 12, 20, 21, 22, 30, 31, 32, 40, 41, 42, 50, 51, 70, 71, 72, 73, 80, 81, 82, 83, 255,
];

/// One position.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Line {
    /// `positionId`.
    pub position: String,
    /// What is sold.
    pub name: String,
    /// Thousandths.
    pub quantity: i64,
    /// A number of `MEASURES` or free text.
    pub measure: String,
    /// Minor units.
    pub amount: i64,
    /// Minor units.
    pub price: Option<i64>,
    /// `itemCode`.
    pub code: String,
    /// `taxType`.
    pub tax: i64,
    /// Flat names and values.
    pub attributes: Vec<(String, String)>,
}

/// What a cart must agree with.
#[derive(Clone, Copy, Debug)]
pub struct Basis<'a> {
    /// Currency of the order.
    pub currency: &'a str,
    /// Minor units that the positions must add up to, when that is asked for.
    pub sum: Option<i64>,
    /// Whether every position needs a price.
    pub priced: bool,
}

/// The positions of `orderBundle`.
pub fn read(bundle: &Value, basis: Basis<'_>) -> Result<Vec<Line>, Refusal> {
    let wrong = |part: &str| Refusal::bad_value(&format!("orderBundle{part}"));
    let bundle = bundle.as_object().ok_or_else(|| wrong(""))?;
    match bundle.get("orderCreationDate") {
        None => {}
        Some(Value::String(text)) if crate::clock::parse_local(text, 0).is_some() => {}
        Some(Value::Number(number)) if number.is_i64() => {}
        Some(_) => return Err(wrong(".orderCreationDate")),
    }
    if let Some(agent) = bundle.get("agent") {
        let kind = agent.get("agentType").and_then(whole);
        if !kind.is_some_and(|kind| (1..=7).contains(&kind)) {
            return Err(wrong(".agent.agentType"));
        }
    }
    let items = bundle.get("cartItems").ok_or_else(|| wrong(".cartItems"))?;
    lines(items, "orderBundle.cartItems", basis)
}

/// Positions, as an object with `items` or as a bare array.
pub fn lines(cart: &Value, name: &str, basis: Basis<'_>) -> Result<Vec<Line>, Refusal> {
    let wrong = |part: &str| Refusal::bad_value(&format!("{name}{part}"));
    let items = cart.get("items").unwrap_or(cart);
    let items =
        items.as_array().filter(|items| !items.is_empty()).ok_or_else(|| wrong(".items"))?;
    let mut lines: Vec<Line> = Vec::new();
    let mut sum: i64 = 0;
    for (place, item) in items.iter().enumerate() {
        let line = line(item, basis)
            .map_err(|field| Refusal::bad_value(&format!("{name}.items[{place}].{field}")))?;
        if lines.iter().any(|earlier| earlier.position == line.position) {
            return Err(wrong(&format!(".items[{place}].positionId")));
        }
        if lines.iter().any(|earlier| earlier.code == line.code) {
            return Err(wrong(&format!(".items[{place}].itemCode")));
        }
        sum = sum.checked_add(line.amount).ok_or_else(|| wrong(".items"))?;
        lines.push(line);
    }
    match basis.sum {
        Some(expected) if expected != sum => Err(wrong(": sum of itemAmount")),
        _ => Ok(lines),
    }
}

/// One position, or the field that is wrong.
fn line(item: &Value, basis: Basis<'_>) -> Result<Line, String> {
    let short = |name: &str, limit: usize| {
        let text = item.get(name).and_then(Value::as_str);
        let good = text.filter(|text| (1..=limit).contains(&text.chars().count()));
        good.map(str::to_owned).ok_or_else(|| name.to_owned())
    };
    let optional = |name: &str| match item.get(name) {
        None => Ok(None),
        Some(value) => match whole(value) {
            Some(number) if number >= 0 => Ok(Some(number)),
            _ => Err(name.to_owned()),
        },
    };
    let position = item.get("positionId").and_then(position).ok_or("positionId")?;
    let quantity = item.get("quantity").ok_or("quantity")?;
    let measure = quantity.get("measure").and_then(measure).ok_or("quantity.measure")?;
    let quantity = quantity.get("value").and_then(thousandths).filter(|value| *value > 0);
    let quantity = quantity.ok_or("quantity.value")?;
    let price = optional("itemPrice")?;
    if basis.priced && price.is_none() {
        return Err("itemPrice".into());
    }
    let product = price.map(|price| times(price, quantity));
    let amount = match (optional("itemAmount")?, product) {
        (Some(amount), Some(product)) if amount != product => return Err("itemAmount".into()),
        (Some(amount), _) => amount,
        (None, Some(product)) => product,
        (None, None) => return Err("itemAmount".into()),
    };
    if let Some(currency) = item.get("itemCurrency") {
        let roubles = |code: &str| matches!(code, "643" | "810");
        let code = text_or_number(currency).ok_or("itemCurrency")?;
        if code != basis.currency && !(roubles(&code) && roubles(basis.currency)) {
            return Err("itemCurrency".into());
        }
    }
    let tax = match item.get("tax") {
        None => 0,
        Some(tax) => {
            let kind = tax.get("taxType").and_then(whole).filter(|kind| TAXES.contains(kind));
            if tax.get("taxSum").is_some_and(|sum| whole(sum).is_none()) {
                return Err("tax.taxSum".into());
            }
            kind.ok_or("tax.taxType")?
        }
    };
    let line = Line {
        position,
        name: short("name", 255)?,
        quantity,
        measure,
        amount,
        price,
        code: short("itemCode", 100)?,
        tax,
        attributes: attributes::flat(item)?,
    };
    attributes::check(&line)?;
    Ok(line)
}

/// A number, given as such or as digits.
pub fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text)
            if !text.is_empty() && text.bytes().all(|sign| sign.is_ascii_digit()) =>
        {
            text.parse().ok()
        }
        _ => None,
    }
}

fn text_or_number(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Up to twelve signs: documents write it as a number, as a text and as `001`.
fn position(value: &Value) -> Option<String> {
    text_or_number(value).filter(|text| (1..=12).contains(&text.len()))
}

/// Older formats of receipts take free text, FFD 1.2 takes numbers.
fn measure(value: &Value) -> Option<String> {
    let text = text_or_number(value)?;
    let known = match text.parse::<i64>() {
        Ok(number) => MEASURES.contains(&number),
        Err(_) => (1..=20).contains(&text.chars().count()),
    };
    known.then_some(text)
}

/// A quantity with three decimals at most, in thousandths.
pub fn thousandths(value: &Value) -> Option<i64> {
    let text = text_or_number(value)?;
    let (units, decimals) = text.split_once('.').unwrap_or((&text, ""));
    let decimals = decimals.trim_end_matches('0');
    let digits = |text: &str| text.bytes().all(|sign| sign.is_ascii_digit());
    if units.is_empty() || !digits(units) || !digits(decimals) || decimals.len() > 3 {
        return None;
    }
    format!("{units}{decimals:0<3}").parse().ok()
}

/// Price by quantity, rounded half up to the minor unit.
pub fn times(price: i64, quantity: i64) -> i64 {
    let exact = i128::from(price).saturating_mul(i128::from(quantity));
    i64::try_from(exact.saturating_add(500) / 1000).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const BASIS: Basis<'static> = Basis { currency: "643", sum: Some(300), priced: true };

    fn cart(changed: &[(&str, Value)]) -> Value {
        let mut item = json!({"positionId": 1, "name": "Tea", "itemCode": "t", "itemPrice": 200,
            "quantity": {"value": 1.5, "measure": "0"}, "itemAmount": 300, "tax": {"taxType": 6}});
        for (name, value) in changed {
            item[*name] = value.clone();
        }
        json!({"cartItems": {"items": [item]}})
    }

    #[test]
    fn a_good_cart_is_read() {
        let lines = read(&cart(&[]), BASIS).unwrap();
        assert_eq!((lines[0].quantity, lines[0].amount, lines[0].tax), (1500, 300, 6));
        assert!(read(&cart(&[("itemCurrency", json!("810"))]), BASIS).is_ok());
    }

    #[test]
    fn every_slip_is_refused() {
        for (name, value) in [
            ("itemAmount", json!(301)),
            ("itemAmount", json!("3e2")),
            ("positionId", json!("1234567890123")),
            ("itemPrice", json!(-200)),
            ("itemCurrency", json!(978)),
            ("quantity", json!({"value": 1.5})),
            ("quantity", json!({"value": 1.5001, "measure": "0"})),
            ("quantity", json!({"value": 0, "measure": "0"})),
            ("quantity", json!({"value": 1.5, "measure": "99"})),
            ("tax", json!({"taxType": 8})),
            ("name", json!("")),
            ("itemCode", json!("c".repeat(101))),
            ("itemAttributes", json!({"attributes": [{"name": "paymentMethod", "value": "8"}]})),
        ] {
            let refusal = read(&cart(&[(name, value.clone())]), BASIS).unwrap_err();
            assert_eq!(refusal.code, 5, "{name}: {value}");
        }
        let short = Basis { sum: Some(299), ..BASIS };
        assert!(read(&cart(&[]), short).is_err());
        let mut unpriced = cart(&[]);
        unpriced["cartItems"]["items"][0].as_object_mut().unwrap().remove("itemPrice");
        assert!(read(&unpriced, BASIS).is_err());
        assert!(read(&unpriced, Basis { priced: false, ..BASIS }).is_ok());
    }

    #[test]
    fn positions_and_codes_are_unique() {
        let mut twice = cart(&[]);
        let item = twice["cartItems"]["items"][0].clone();
        twice["cartItems"]["items"].as_array_mut().unwrap().push(item);
        let basis = Basis { sum: None, ..BASIS };
        assert!(read(&twice, basis).unwrap_err().text("en").contains("positionId"));
        twice["cartItems"]["items"][1]["positionId"] = json!(2);
        assert!(read(&twice, basis).unwrap_err().text("en").contains("itemCode"));
        twice["cartItems"]["items"][1]["itemCode"] = json!("u");
        assert_eq!(read(&twice, basis).unwrap().len(), 2);
    }

    #[test]
    fn half_a_minor_unit_is_rounded_up() {
        assert_eq!(times(333, 1500), 500);
        assert_eq!(times(1, 499), 0);
        assert_eq!(times(1, 500), 1);
        assert_eq!(thousandths(&json!("0.250")), Some(250));
    }
}
