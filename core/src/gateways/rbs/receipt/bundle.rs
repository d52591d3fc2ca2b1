//! D1: `orderBundle`, `additionalOfdParams` and `taxSystem` of register.do and closeOfdReceipt.do.

use serde_json::{Value, json};

use super::attributes::{self, AgentSpelling};
use super::{ReceiptSettings, add_own, at_position, number, put, put_object};
use crate::error::Error;
use crate::fields::Fields;
use crate::gateways::rbs::tables::cart;
use crate::receipt::{Checked, Customer, Line, Measure, PaidWith, TaxSystem, Vat, limit};

/// The cart.
pub fn order_bundle(checked: &Checked, spelling: AgentSpelling) -> Result<Value, Error> {
    if !matches!(checked.payments.as_slice(), [(PaidWith::Cashless, _)]) {
        let says = "this gateway takes none: there payment_method says how a position is paid";
        return Err(Error::invalid("receipt.payments", says));
    }
    let mut items = Vec::with_capacity(checked.lines.len());
    for (index, line) in checked.lines.iter().enumerate() {
        refuse_what_has_no_place(line, index)?;
        let mut item = item(line);
        let attributes = attributes::list(line, index, spelling)?;
        if !attributes.is_empty() {
            // Where a bank nests them, objects stand beside the list.
            let nested = |pair: &Value| pair.get("value").is_some_and(Value::is_object);
            let (nested, flat): (Vec<_>, Vec<_>) = attributes.into_iter().partition(nested);
            let mut attributes = Fields::from_iter([("attributes".to_owned(), flat.into())]);
            for pair in &nested {
                let (name, value) = (pair.get("name").and_then(Value::as_str), pair.get("value"));
                attributes.extend(name.map(str::to_owned).zip(value.cloned()));
            }
            put(&mut item, "itemAttributes", Some(attributes));
        }
        items.push(item);
    }
    let mut bundle = Fields::new();
    put_object(&mut bundle, "customerDetails", customer_details(&checked.receipt.customer)?);
    put(&mut bundle, "cartItems", Some(json!({ "items": items })));
    Ok(Value::Object(bundle))
}

/// What every list of positions has in common.
pub fn item(line: &Line) -> Fields {
    let mut tax = Fields::new();
    put(&mut tax, "taxType", Some(tax_type(line.position.vat)));
    put(&mut tax, "taxSum", line.vat_amount.map(|amount| amount.minor));
    let item = json!({
        // Text: a number in the documents' table, but text in the server's own classes.
        "positionId": line.id.to_string(),
        "name": line.position.name,
        "quantity": { "value": number(line.position.quantity), "measure": measure(line) },
        "itemAmount": line.amount.minor,
        "itemPrice": line.price.minor,
        "itemCode": line.code,
        "tax": tax,
    });
    match item {
        Value::Object(fields) => fields,
        _ => Fields::new(),
    }
}

/// The number of tag 2108, or the free words of a cash register of the format 1.05.
fn measure(line: &Line) -> String {
    match (&line.position.unit, line.position.measure) {
        (Some(unit), _) if line.position.marking.is_none() => unit.clone(),
        (_, measure) => measure.unwrap_or(Measure::Piece).code().to_string(),
    }
}

/// The gateway's own numbers.
fn tax_type(vat: Vat) -> u8 {
    match vat {
        Vat::None => 0,
        Vat::Zero => 1,
        Vat::Ten => 2,
        Vat::Eighteen => 3,
        Vat::TenOf110 => 4,
        Vat::EighteenOf118 => 5,
        Vat::Twenty => 6,
        Vat::TwentyOf120 => 7,
        Vat::Five => 10,
        Vat::FiveOf105 => 11,
        Vat::Seven => 12,
        Vat::SevenOf107 => 13,
        Vat::TwentyTwo => 14,
        Vat::TwentyTwoOf122 => 15,
    }
}

/// The law asks for these where they apply: left out in silence, the receipt would be wrong.
fn refuse_what_has_no_place(line: &Line, index: usize) -> Result<(), Error> {
    let position = &line.position;
    for (name, given) in [
        ("country", position.country.is_some()),
        ("customs_declaration", position.customs_declaration.is_some()),
        ("excise", position.excise.is_some()),
    ] {
        if given {
            let says = "this gateway documents no place for it; if the bank named one, use \
                        attributes";
            return Err(at_position(index, name, says));
        }
    }
    Ok(())
}

fn customer_details(customer: &Customer) -> Result<Fields, Error> {
    for (name, text, most) in [("email", &customer.email, 40), ("name", &customer.name, 100)] {
        if let Some(text) = text {
            limit(&format!("receipt.customer.{name}"), text, most)?;
        }
    }
    let mut details = Fields::new();
    put(&mut details, "email", customer.email.clone());
    put(&mut details, "phone", customer.phone.as_deref().map(|p| p.trim_start_matches('+')));
    put(&mut details, "fullName", customer.name.clone());
    put(&mut details, "passport", customer.document_number.clone());
    put(&mut details, "inn", customer.inn.clone());
    Ok(details)
}

/// What stands beside the cart; none where there is nothing to say.
pub fn additional_ofd_params(checked: &Checked) -> Result<Option<Value>, Error> {
    let receipt = &checked.receipt;
    let mut params = Fields::new();
    if let Some(cashier) = &receipt.cashier {
        put(&mut params, "cashier", Some(cashier.name.clone()));
        put(&mut params, "cashier_inn", cashier.inn.clone());
    }
    put(&mut params, "additional_check_props", receipt.check_attribute.clone());
    if let Some(user) = &receipt.user_attribute {
        limit("receipt.user_attribute.name", &user.name, 24)?;
        limit("receipt.user_attribute.value", &user.value, 24)?;
        put(&mut params, "additional_user_props.name", Some(user.name.clone()));
        put(&mut params, "additional_user_props.value", Some(user.value.clone()));
    }
    put_client(&mut params, &receipt.customer)?;
    let company = receipt.company.as_ref();
    put(&mut params, "company.payment_address", company.and_then(|c| c.payment_address.clone()));
    add_own(&mut params, cart::OFD_ROWS, &receipt.extra, "receipt.extra")?;
    Ok((!params.is_empty()).then_some(Value::Object(params)))
}

/// What of the buyer has no place in the cart. With it goes exactly one of e-mail and phone.
fn put_client(params: &mut Fields, customer: &Customer) -> Result<(), Error> {
    let Customer { address, birth_date, citizenship, document_code, .. } = customer;
    if [address, birth_date, citizenship, document_code].into_iter().all(Option::is_none) {
        return Ok(());
    }
    if let Some(number) = &customer.document_number {
        limit("receipt.customer.document_number", number, 11)?;
    }
    put(params, "client.address", address.clone());
    put(params, "client.birth_date", customer.birth_day());
    put(params, "client.citizenship", citizenship.clone());
    put(params, "client.document_code", document_code.clone());
    put(params, "client.passport_number", customer.document_number.clone());
    match &customer.email {
        Some(email) => put(params, "client.email", Some(email.clone())),
        None => put(params, "client.phone", customer.phone.clone()),
    }
    put(params, "client.inn", customer.inn.clone());
    put(params, "client.name", customer.name.clone());
    Ok(())
}

/// The gateway's number of how the seller is taxed; none leaves it to the cabinet.
pub fn tax_system(checked: &Checked, settings: &ReceiptSettings) -> Option<u8> {
    Some(match checked.receipt.tax_system.or(settings.tax_system)? {
        TaxSystem::Osn => 0,
        TaxSystem::UsnIncome => 1,
        TaxSystem::UsnIncomeOutcome => 2,
        TaxSystem::Envd => 3,
        TaxSystem::Esn => 4,
        TaxSystem::Patent => 5,
    })
}
