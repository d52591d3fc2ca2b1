//! The platform's own cart. Its named blocks are closed, so an unknown name is refused; of a
//! position the documents list only the beginning, so further names pass.

use serde_json::Value;

use super::super::fiscal::cart::{Line, thousandths, times};
use super::super::refusals::Refusal;
use super::fields::Body;
use crate::base64;

const BUNDLE: &[&str] =
    &["ffdVersion", "receiptType", "company", "payments", "total", "cartItems", "installments"];
const COMPANY: &[&str] = &["email", "sno", "inn", "paymentAddress"];
const TAX_SYSTEMS: &[&str] = &["osn", "usn_income", "usn_income_outcome", "esn", "patent"];
const METHODS: &[&str] = &[
    "full_prepayment",
    "prepayment",
    "advance",
    "full_payment",
    "partial_payment",
    "credit",
    "credit_payment",
];
const TAXES: &[i64] = &[0, 1, 2, 4, 6, 7];
/// Largest amount of a position.
const MOST: i64 = 4_294_967_200;

/// The positions of a call's `orderBundle`, if it has one, which must be a receipt of this kind.
pub fn read(body: &Body, receipt: &str) -> Result<Option<Vec<Line>>, Refusal> {
    let Some(bundle) = body.value("orderBundle") else {
        return Ok(None);
    };
    let lines = checked(bundle).map_err(|field| refused(&field))?;
    if bundle.get("receiptType").and_then(Value::as_str) != Some(receipt) {
        return Err(refused("receiptType"));
    }
    Ok(Some(lines))
}

fn refused(field: &str) -> Refusal {
    Refusal::bad_value(&format!("orderBundle.{field}"))
}

/// The positions, or the field that is wrong.
pub fn checked(bundle: &Value) -> Result<Vec<Line>, String> {
    only(bundle, BUNDLE, "")?;
    let version = among(bundle, "ffdVersion", &["1.05", "1.2"])?;
    among(bundle, "receiptType", &["sell", "sell_refund"])?;
    let company = bundle.get("company").ok_or("company")?;
    only(company, COMPANY, "company.")?;
    among(company, "sno", TAX_SYSTEMS)?;
    for name in ["email", "inn", "paymentAddress"] {
        text(company, name, 256)?;
    }
    if let Some(installments) = bundle.get("installments") {
        among(installments, "productType", &["CREDIT", "INSTALLMENT"])?;
    }
    let total = bundle.get("total").and_then(Value::as_i64).ok_or("total")?;
    let payments = list(bundle.get("payments")).ok_or("payments")?;
    let mut paid: i64 = 0;
    for payment in payments {
        only(payment, &["type", "sum"], "payments.")?;
        let kind = payment.get("type").and_then(Value::as_i64);
        if !kind.is_some_and(|kind| (1..=4).contains(&kind)) {
            return Err("payments.type".into());
        }
        paid = paid.saturating_add(whole(payment, "sum")?);
    }
    if paid != total {
        return Err("payments.sum".into());
    }
    let items = bundle.get("cartItems").and_then(|cart| list(cart.get("items")));
    let mut lines: Vec<Line> = Vec::new();
    for item in items.ok_or("cartItems.items")? {
        let line = position(item, version)?;
        if lines.iter().any(|earlier| earlier.position == line.position) {
            return Err("cartItems.items.positionId".into());
        }
        lines.push(line);
    }
    let sum = lines.iter().fold(0_i64, |sum, line| sum.saturating_add(line.amount));
    if sum == total { Ok(lines) } else { Err("total".into()) }
}

fn position(item: &Value, version: &str) -> Result<Line, String> {
    let id = text(item, "positionId", 12)?;
    if !id.bytes().all(|sign| sign.is_ascii_digit()) {
        return Err("positionId".into());
    }
    let quantity = item.get("quantity").ok_or("quantity")?;
    let measure = quantity.get("measure").map(Value::to_string).unwrap_or_default();
    let value = quantity.get("value").filter(|value| value.is_number()).and_then(thousandths);
    let value = value.filter(|value| *value > 0).ok_or("quantity.value")?;
    if version == "1.2" && measure.is_empty() {
        return Err("quantity.measure".into());
    }
    if item.get("measurementUnit").is_some_and(|unit| version != "1.05" || !unit.is_string()) {
        return Err("measurementUnit".into());
    }
    let (price, amount) = (whole(item, "itemPrice")?, whole(item, "itemAmount")?);
    if times(price, value) != amount {
        return Err("itemAmount".into());
    }
    among(item, "paymentMethod", METHODS)?;
    let object = item.get("paymentObject");
    let fits = match version {
        "1.05" => object.and_then(Value::as_str).is_some_and(is_word),
        // No document says whether the number is one of JSON or a text.
        _ => object
            .and_then(|object| object.as_i64().or_else(|| object.as_str()?.parse().ok()))
            .is_some_and(|number| (1..=33).contains(&number)),
    };
    if !fits {
        return Err("paymentObject".into());
    }
    let tax = item.pointer("/tax/taxType").and_then(Value::as_i64);
    let tax = tax.filter(|tax| TAXES.contains(tax)).ok_or("tax.taxType")?;
    if let Some(mark) = item.pointer("/markCode/gs1m")
        && mark.as_str().and_then(base64::decode).is_none()
    {
        return Err("markCode.gs1m".into());
    }
    Ok(Line {
        position: id.to_owned(),
        name: text(item, "name", 100)?.to_owned(),
        quantity: value,
        measure,
        amount,
        price: Some(price),
        code: text(item, "itemCode", 100)?.to_owned(),
        tax,
        attributes: Vec::new(),
    })
}

/// In the older format of receipts an object of payment is a word.
fn is_word(text: &str) -> bool {
    let sign = |sign: u8| sign.is_ascii_lowercase() || matches!(sign, b'_' | b'-');
    !text.is_empty() && text.bytes().all(sign)
}

fn only(block: &Value, names: &[&str], place: &str) -> Result<(), String> {
    let object = block.as_object().ok_or_else(|| place.trim_end_matches('.').to_owned())?;
    match object.keys().find(|name| !names.contains(&name.as_str())) {
        Some(name) => Err(format!("{place}{name}")),
        None => Ok(()),
    }
}

fn among<'a>(block: &'a Value, name: &str, words: &[&str]) -> Result<&'a str, String> {
    let word = block.get(name).and_then(Value::as_str).filter(|word| words.contains(word));
    word.ok_or_else(|| name.to_owned())
}

fn text<'a>(block: &'a Value, name: &str, most: usize) -> Result<&'a str, String> {
    let text = block.get(name).and_then(Value::as_str);
    let text = text.filter(|text| (1..=most).contains(&text.chars().count()));
    text.ok_or_else(|| name.to_owned())
}

fn whole(block: &Value, name: &str) -> Result<i64, String> {
    let number = block.get(name).and_then(Value::as_i64);
    number.filter(|number| (0..=MOST).contains(number)).ok_or_else(|| name.to_owned())
}

fn list(value: Option<&Value>) -> Option<&Vec<Value>> {
    value?.as_array().filter(|list| !list.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn bundle() -> Value {
        json!({"ffdVersion": "1.05", "receiptType": "sell", "total": 300,
            "company": {"email": "s@s.test", "sno": "osn", "inn": "7700000000", "paymentAddress": "s.test"},
            "payments": [{"type": 1, "sum": 200}, {"type": 2, "sum": 100}],
            "cartItems": {"items": [{"positionId": "1", "itemCode": "t", "name": "Tea",
                "quantity": {"value": 1.5}, "measurementUnit": "kg", "itemPrice": 200,
                "itemAmount": 300, "paymentMethod": "full_payment", "paymentObject": "commodity",
                "tax": {"taxType": 6}}]}})
    }

    #[test]
    fn every_slip_is_named() {
        assert_eq!(checked(&bundle()).unwrap()[0].quantity, 1500);
        for (pointer, value, field) in [
            ("/ffdVersion", json!("1.1"), "ffdVersion"),
            ("/total", json!(301), "payments.sum"),
            ("/payments/0/sum", json!(201), "payments.sum"),
            ("/payments/0/type", json!(5), "payments.type"),
            ("/company/sno", json!("envd"), "sno"),
            ("/cartItems/items", json!([]), "cartItems.items"),
            ("/cartItems/items/0/positionId", json!(1), "positionId"),
            ("/cartItems/items/0/itemPrice", json!(201), "itemAmount"),
            ("/cartItems/items/0/itemAmount", json!(4_294_967_201_i64), "itemAmount"),
            ("/cartItems/items/0/paymentMethod", json!("gift"), "paymentMethod"),
            ("/cartItems/items/0/paymentObject", json!(1), "paymentObject"),
            ("/cartItems/items/0/tax/taxType", json!(3), "tax.taxType"),
            ("/cartItems/items/0/name", json!("n".repeat(101)), "name"),
        ] {
            let mut changed = bundle();
            *changed.pointer_mut(pointer).unwrap() = value;
            assert_eq!(checked(&changed), Err(field.to_owned()), "{pointer}");
        }
        let mut strange = bundle();
        strange["customerDetails"] = json!({});
        assert_eq!(checked(&strange), Err("customerDetails".into()));
    }

    #[test]
    fn the_newer_format_has_numbers() {
        let mut newer = bundle();
        newer["ffdVersion"] = json!("1.2");
        let item = &mut newer["cartItems"]["items"][0];
        item.as_object_mut().unwrap().shift_remove("measurementUnit");
        item["paymentObject"] = json!(1);
        item["quantity"]["measure"] = json!(0);
        item["markCode"] = json!({"gs1m": "MDEwNDYw"});
        assert!(checked(&newer).is_ok());
        newer["cartItems"]["items"][0]["markCode"] = json!({"gs1m": "?"});
        assert_eq!(checked(&newer), Err("markCode.gs1m".into()));
    }
}
