//! D4 (Sberbank's JSON API): its own cart. It refuses unknown fields and wrong types, so nothing
//! goes that it does not list. E-mail and phone stand beside the cart, in register itself.

use serde_json::{Value, json};

use super::{
    FfdVersion, ReceiptSettings, add_own, at_position, nomenclature, number, put, put_object,
    put_phones, supplier,
};
use crate::error::Error;
use crate::fields::Fields;
use crate::gateways::rbs::tables::ecomm::cart;
use crate::money::Amount;
use crate::receipt::{
    Agent, AgentType, Checked, Customer, Line, MarkKind, Measure, PaidWith, PaymentObject,
    TaxSystem, Vat,
};

/// What the receipt is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReceiptType {
    /// A payment.
    Sell,
    /// A refund.
    SellRefund,
}

/// What one position may cost, in minor units.
const DEAREST: u64 = 4_294_967_200;

/// The cart, from the receipt and from what the settings say of the seller.
pub fn order_bundle(
    checked: &Checked,
    kind: ReceiptType,
    settings: &ReceiptSettings,
) -> Result<Value, Error> {
    let receipt = &checked.receipt;
    let version = settings.ffd_version.ok_or_else(|| {
        Error::invalid("receipt.ffd_version", "required in the settings: 1.05 or 1.2")
    })?;
    if receipt.cashier.is_some() {
        return Err(Error::invalid("receipt.cashier", "this gateway takes none"));
    }
    let mut items = Vec::with_capacity(checked.lines.len());
    for (index, line) in checked.lines.iter().enumerate() {
        items.push(item(line, index, version, settings)?);
    }
    let paid = |(with, amount): &(PaidWith, Amount)| {
        let r#type = match with {
            PaidWith::Cashless => 1,
            PaidWith::Prepayment => 2,
            PaidWith::Credit => 3,
            PaidWith::Counter => 4,
        };
        json!({ "type": r#type, "sum": amount.minor })
    };
    let payments: Vec<_> = checked.payments.iter().map(paid).collect();
    let mut bundle = Fields::new();
    put(&mut bundle, "ffdVersion", Some(if version == FfdVersion::V1_2 { "1.2" } else { "1.05" }));
    let receipt_type = if kind == ReceiptType::Sell { "sell" } else { "sell_refund" };
    put(&mut bundle, "receiptType", Some(receipt_type));
    put(&mut bundle, "company", Some(company(checked, settings)?));
    put_object(&mut bundle, "customerDetails", customer(&receipt.customer, version)?);
    put(&mut bundle, "cartItems", Some(json!({ "items": items })));
    put(&mut bundle, "payments", Some(payments));
    put(&mut bundle, "total", Some(checked.total.minor));
    put(&mut bundle, "additionalCheckProps", receipt.check_attribute.clone());
    let user = receipt.user_attribute.as_ref();
    let user = user.map(|user| json!({ "name": user.name, "value": user.value }));
    put(&mut bundle, "additionalUserProps", user);
    add_own(&mut bundle, cart::BUNDLE, &receipt.extra, "receipt.extra")?;
    Ok(Value::Object(bundle))
}

fn company(checked: &Checked, settings: &ReceiptSettings) -> Result<Value, Error> {
    let (own, usual) = (checked.receipt.company.clone().unwrap_or_default(), &settings.company);
    let needed = |name: &str, own: Option<String>, usual: &Option<String>| {
        own.or_else(|| usual.clone()).ok_or_else(|| {
            let says = "required at this gateway, here or in the settings";
            Error::invalid(format!("receipt.{name}"), says)
        })
    };
    let sno = match checked.receipt.tax_system.or(settings.tax_system) {
        Some(TaxSystem::Osn) => "osn",
        Some(TaxSystem::UsnIncome) => "usn_income",
        Some(TaxSystem::UsnIncomeOutcome) => "usn_income_outcome",
        Some(TaxSystem::Esn) => "esn",
        Some(TaxSystem::Patent) => "patent",
        Some(TaxSystem::Envd) => {
            return Err(Error::invalid("receipt.tax_system", "this gateway takes no envd"));
        }
        None => {
            let says = "required at this gateway, here or in the settings";
            return Err(Error::invalid("receipt.tax_system", says));
        }
    };
    Ok(json!({
        "email": needed("company.email", own.email, &usual.email)?,
        "sno": sno,
        "inn": needed("company.inn", own.inn, &usual.inn)?,
        "paymentAddress":
            needed("company.payment_address", own.payment_address, &usual.payment_address)?,
    }))
}

fn customer(given: &Customer, version: FfdVersion) -> Result<Fields, Error> {
    if let Some(name) = &given.name {
        plain("receipt.customer.name", name, 100)?;
    }
    let mut details = Fields::new();
    put(&mut details, "fullName", given.name.clone());
    put(&mut details, "inn", given.inn.clone());
    // The format 1.05 has no tags for these.
    if version == FfdVersion::V1_2 {
        put(&mut details, "address", given.address.clone());
        put(&mut details, "birthdate", given.birth_day());
        put(&mut details, "citizenship", given.citizenship.clone());
        put(&mut details, "documentType", given.document_code.clone());
        put(&mut details, "documentNo", given.document_number.clone());
    }
    Ok(details)
}

fn item(
    line: &Line,
    index: usize,
    version: FfdVersion,
    settings: &ReceiptSettings,
) -> Result<Fields, Error> {
    let position = &line.position;
    let wrong = |name: &str, says: &str| at_position(index, name, says);
    let path = |name: &str| format!("receipt.positions.{index}.{name}");
    plain(&path("name"), &position.name, 100)?;
    plain(&path("code"), &line.code, 100)?;
    if line.price.minor > DEAREST || line.amount.minor > DEAREST {
        return Err(wrong("price", "more than this gateway takes for one position"));
    }
    if position.quantity.thousandths > 99_999_999 {
        return Err(wrong("quantity", "expected at most 99999.999 at this gateway"));
    }
    if position.vat_amount.is_some() {
        return Err(wrong("vat_amount", "this gateway counts the tax itself"));
    }
    let Some(method) = position.payment_method else {
        return Err(wrong("payment_method", "required at this gateway"));
    };
    let Some(object) = position.payment_object else {
        return Err(wrong("payment_object", "required at this gateway"));
    };
    let tax = tax_type(position.vat, settings).ok_or_else(|| {
        let says = "not in this gateway's documents: ask the bank for its number and give it in \
                    the setting receipt.tax_types";
        wrong("vat", says)
    })?;

    let mut item = Fields::new();
    put(&mut item, "positionId", Some(line.id.to_string()));
    put(&mut item, "itemCode", Some(line.code.clone()));
    put(&mut item, "name", Some(position.name.clone()));
    let mut quantity = Fields::new();
    put(&mut quantity, "value", Some(number(position.quantity)));
    match version {
        FfdVersion::V1_2 => put(&mut quantity, "measure", Some(measure(line, index)?)),
        FfdVersion::V1_05 => {
            let usual = position.measure.and_then(Measure::short).map(str::to_owned);
            put(&mut item, "measurementUnit", position.unit.clone().or(usual));
        }
    }
    put(&mut item, "quantity", Some(quantity));
    put(&mut item, "itemPrice", Some(line.price.minor));
    put(&mut item, "itemAmount", Some(line.amount.minor));
    put(&mut item, "paymentMethod", Some(json!(method)));
    put(&mut item, "paymentObject", Some(payment_object(object, index, version)?));
    put(&mut item, "tax", Some(json!({ "taxType": tax })));
    put_mark(&mut item, line, index, version)?;
    put(&mut item, "excise", line.excise.map(|amount| amount.minor.to_string()));
    put(&mut item, "countryCode", position.country.clone());
    put(&mut item, "declarationNumber", position.customs_declaration.clone());
    if let Some(given) = &position.agent {
        put(&mut item, "agentInfo", Some(agent(given, index)?));
    }
    put_object(
        &mut item,
        "supplierInfo",
        position.supplier.as_ref().map(supplier).unwrap_or_default(),
    );
    put(&mut item, "userData", position.user_data.clone());
    add_own(&mut item, cart::ITEM, &position.attributes, &path("attributes"))?;
    Ok(item)
}

fn tax_type(vat: Vat, settings: &ReceiptSettings) -> Option<u64> {
    Some(match vat {
        Vat::None => 0,
        Vat::Zero => 1,
        Vat::Ten => 2,
        Vat::TenOf110 => 4,
        Vat::Twenty => 6,
        Vat::TwentyOf120 => 7,
        // The published list ends with 20 %; a guess would print a wrong tax.
        other => return settings.tax_types.get(&other).copied(),
    })
}

/// The number of tag 2108.
fn measure(line: &Line, index: usize) -> Result<String, Error> {
    match (line.position.measure, &line.position.unit) {
        (Some(measure), _) => Ok(measure.code().to_string()),
        (None, None) => Ok(Measure::Piece.code().to_string()),
        (None, Some(_)) => {
            Err(at_position(index, "measure", "required beside unit in the format 1.2"))
        }
    }
}

/// A word in the format 1.05, the number of tag 1212 in 1.2.
fn payment_object(
    object: PaymentObject,
    index: usize,
    version: FfdVersion,
) -> Result<Value, Error> {
    use PaymentObject::*;
    match (version, object) {
        (FfdVersion::V1_2, _) => Ok(object.code().to_string().into()),
        (FfdVersion::V1_05, NonOperatingGain) => Ok("non-operating_gain".into()),
        (
            FfdVersion::V1_05,
            GamblingPrize | LotteryPrize | Composite | ResortFee | CashWithdrawal
            | ExciseWithoutCode | ExciseWithCode | MarkedWithoutCode | MarkedWithCode,
        ) => {
            let says = "this gateway has no word for it in the format 1.05";
            Err(at_position(index, "payment_object", says))
        }
        (FfdVersion::V1_05, _) => Ok(json!(object)),
    }
}

fn put_mark(
    item: &mut Fields,
    line: &Line,
    index: usize,
    version: FfdVersion,
) -> Result<(), Error> {
    use base64::Engine;
    let Some(marking) = &line.position.marking else { return Ok(()) };
    if version == FfdVersion::V1_05 {
        // Its pattern allows hexadecimal digits and dashes, no spaces.
        let code = nomenclature(line, index)?.map(|code| code.replace(' ', "-"));
        put(item, "nomenclatureCode", code);
        return Ok(());
    }
    let Some(code) = &marking.code else {
        return Err(at_position(index, "marking.code", "required in the format 1.2"));
    };
    let (name, code) = match marking.kind {
        MarkKind::Gs1m => ("gs1m", base64::engine::general_purpose::STANDARD.encode(code)),
        MarkKind::Gs10 => ("gs10", code.clone()),
        MarkKind::Ean8 => ("ean8", code.clone()),
        MarkKind::Ean13 => ("ean13", code.clone()),
        MarkKind::Itf14 => ("itf14", code.clone()),
        MarkKind::Short => ("short", code.clone()),
        MarkKind::Fur => ("fur", code.clone()),
        MarkKind::Unknown => ("unknown", code.clone()),
    };
    put(item, "markCode", Some(json!({ name: code })));
    put(item, "markProcessingMode", Some("0"));
    let part = marking.fraction.map(|part| {
        json!({
            "markQuantityNumerator": part.numerator.to_string(),
            "markQuantityDenominator": part.denominator.to_string(),
        })
    });
    put(item, "markQuantity", part);
    Ok(())
}

fn agent(given: &Agent, index: usize) -> Result<Fields, Error> {
    let transfer = given.transfer_operator.clone().unwrap_or_default();
    let (of_bank, paying) = match given.r#type {
        AgentType::BankPayingAgent | AgentType::BankPayingSubagent => (true, true),
        AgentType::PayingAgent | AgentType::PayingSubagent => (false, true),
        AgentType::Attorney | AgentType::CommissionAgent | AgentType::Another => (false, false),
    };
    for (needed, missing, name) in [
        (paying, given.phones.is_empty(), "phones"),
        (of_bank, given.operation.is_none(), "operation"),
        (paying && !of_bank, given.operator_phones.is_empty(), "operator_phones"),
        (of_bank, transfer.phones.is_empty(), "transfer_operator.phones"),
        (of_bank, transfer.name.is_none(), "transfer_operator.name"),
        (of_bank, transfer.address.is_none(), "transfer_operator.address"),
        (of_bank, transfer.inn.is_none(), "transfer_operator.inn"),
    ] {
        if needed && missing {
            let says = "required at this gateway for an agent of this type";
            return Err(at_position(index, &format!("agent.{name}"), says));
        }
    }
    let mut agent = Fields::new();
    put(&mut agent, "type", Some(json!(given.r#type)));
    let mut paying = Fields::new();
    put(&mut paying, "operation", given.operation.clone());
    put_phones(&mut paying, &given.phones);
    put_object(&mut agent, "payingAgent", paying);
    let mut operator = Fields::new();
    put_phones(&mut operator, &given.operator_phones);
    put_object(&mut agent, "receivePaymentsOperator", operator);
    let mut transferring = Fields::new();
    put_phones(&mut transferring, &transfer.phones);
    put(&mut transferring, "name", transfer.name);
    put(&mut transferring, "address", transfer.address);
    put(&mut transferring, "inn", transfer.inn);
    put_object(&mut agent, "moneyTransferOperator", transferring);
    Ok(agent)
}

/// The only letters that this gateway takes in texts: ASCII, Russian and the number sign.
fn plain(field: &str, text: &str, most: usize) -> Result<(), Error> {
    crate::receipt::limit(field, text, most)?;
    let takes = |c: char| matches!(c, ' '..='~' | 'А'..='я' | 'Ё' | 'ё' | '№');
    match text.chars().find(|c| !takes(*c)) {
        Some(c) => {
            Err(Error::invalid(field, format!("this gateway does not take {c:?} in a text")))
        }
        None => Ok(()),
    }
}
