//! `content` of `MerchantReceipt`: who gets it, what is sold, how it is paid and taxed.

use serde_json::{Value, json};

use super::Kind;
use crate::error::Error;
use crate::fields::Fields;
use crate::receipt::build::{at_position, digits, number, phones, put, put_object};
use crate::receipt::{Checked, Line, PaidWith, Supplier, TaxSystem, Vat, limit};

/// Names that stand beside `content`, not in it.
const BESIDE: [&str; 4] = ["inn", "group", "skipAmountCheck", "content"];

/// Names that a position has, beside that of its supplier's taxpayer number.
pub const POSITION: [&str; 8] = [
    "quantity",
    "price",
    "tax",
    "text",
    "paymentMethodType",
    "paymentSubjectType",
    "agentType",
    "supplierInfo",
];

pub fn of(
    checked: &Checked,
    usual_tax_system: Option<TaxSystem>,
    supplier_inn: &str,
    kind: Kind,
) -> Result<Fields, Error> {
    let receipt = &checked.receipt;
    let customer = &receipt.customer;
    let Some(contact) = customer.email.clone().or_else(|| customer.phone.as_deref().map(plus))
    else {
        return Err(Error::invalid("receipt.customer.email", "required, or phone"));
    };
    let mut positions = Vec::with_capacity(checked.lines.len());
    for (index, line) in checked.lines.iter().enumerate() {
        positions.push(position(line, index, supplier_inn)?);
    }
    let agents = checked.lines.iter().filter_map(agent_bit).reduce(|all, bit| all | bit);

    let mut content = Fields::new();
    put(&mut content, "type", Some(kind as u8));
    put(&mut content, "customerContact", Some(contact));
    put(&mut content, "agentType", agents);
    put(&mut content, "positions", Some(json!(positions)));
    put_object(&mut content, "checkClose", close(checked, usual_tax_system)?);
    for (name, value) in receipt.extra.iter().filter(|(_, value)| !value.is_null()) {
        if content.contains_key(name) || BESIDE.contains(&name.as_str()) {
            let says = "filled from the common fields and the settings";
            return Err(Error::invalid(format!("receipt.extra.{name}"), says));
        }
        content.insert(name.clone(), value.clone());
    }
    Ok(content)
}

fn plus(phone: &str) -> String {
    format!("+{}", phone.trim_start_matches('+'))
}

fn position(line: &Line, index: usize, supplier_inn: &str) -> Result<Fields, Error> {
    let given = &line.position;
    let Some(tax) = tax(given.vat) else {
        let says = "this gateway has no number for it any more";
        return Err(at_position(index, "vat", says));
    };
    let mut position = Fields::new();
    put(&mut position, "quantity", Some(number(given.quantity)));
    put(&mut position, "price", Some(digits(line.price.to_string())));
    put(&mut position, "tax", Some(tax));
    put(&mut position, "text", Some(given.name.clone()));
    put(&mut position, "paymentMethodType", given.payment_method.map(|method| method.code()));
    put(&mut position, "paymentSubjectType", given.payment_object.map(|object| object.code()));
    put(&mut position, "agentType", agent_bit(line));
    if let Some(given) = &given.supplier {
        put(&mut position, supplier_inn, given.inn.clone());
        put_object(&mut position, "supplierInfo", supplier(given, index)?);
    }
    for (name, value) in given.attributes.iter().filter(|(_, value)| !value.is_null()) {
        if position.contains_key(name) {
            let at = format!("attributes.{name}");
            return Err(at_position(index, &at, "filled from the common fields"));
        }
        position.insert(name.clone(), value.clone());
    }
    Ok(position)
}

fn supplier(given: &Supplier, index: usize) -> Result<Fields, Error> {
    if let Some(name) = &given.name {
        limit(&format!("receipt.positions.{index}.supplier.name"), name, 239)?;
    }
    let mut supplier = Fields::new();
    put(&mut supplier, "phoneNumbers", phones(&given.phones));
    put(&mut supplier, "name", given.name.clone());
    Ok(supplier)
}

/// The bit of tag 1222.
fn agent_bit(line: &Line) -> Option<u8> {
    let agent = line.position.agent.as_ref()?;
    Some(1 << (agent.r#type.code() - 1))
}

/// The gateway's own numbers; 18 % had the first before it meant 20 %.
fn tax(vat: Vat) -> Option<u8> {
    Some(match vat {
        Vat::Twenty => 1,
        Vat::Ten => 2,
        Vat::TwentyOf120 => 3,
        Vat::TenOf110 => 4,
        Vat::Zero => 5,
        Vat::None => 6,
        Vat::Five => 7,
        Vat::Seven => 8,
        Vat::FiveOf105 => 9,
        Vat::SevenOf107 => 10,
        Vat::TwentyTwo => 11,
        Vat::TwentyTwoOf122 => 12,
        Vat::Eighteen | Vat::EighteenOf118 => return None,
    })
}

/// `checkClose`: with what it is paid, and how the seller is taxed. Left to the cabinet where the
/// shop says neither.
fn close(checked: &Checked, usual: Option<TaxSystem>) -> Result<Fields, Error> {
    let mut close = Fields::new();
    let Some(system) = checked.receipt.tax_system.or(usual) else {
        return match checked.receipt.payments.is_empty() {
            true => Ok(close),
            false => {
                let says = "required beside payments, here or in the setting receipt.tax_system";
                Err(Error::invalid("receipt.tax_system", says))
            }
        };
    };
    let payments: Vec<Value> = checked
        .payments
        .iter()
        .map(|(with, amount)| json!({ "type": paid(*with), "amount": digits(amount.to_string()) }))
        .collect();
    put(&mut close, "payments", Some(payments));
    put(&mut close, "taxationSystem", Some(taxation(system)?));
    Ok(close)
}

fn paid(with: PaidWith) -> u8 {
    match with {
        PaidWith::Cashless => 2,
        PaidWith::Prepayment => 14,
        PaidWith::Credit => 15,
        PaidWith::Counter => 16,
    }
}

fn taxation(system: TaxSystem) -> Result<u8, Error> {
    Ok(match system {
        TaxSystem::Osn => 0,
        TaxSystem::UsnIncome => 1,
        TaxSystem::UsnIncomeOutcome => 2,
        TaxSystem::Esn => 4,
        TaxSystem::Patent => 5,
        TaxSystem::Envd => {
            return Err(Error::invalid("receipt.tax_system", "this gateway takes no envd"));
        }
    })
}
