//! `paymentForm`: the form, or the link, that leads a buyer to the payment page. Ours: nothing is sent
//! (docs/gateways/intellectmoney.md, "Payment page").

use serde_json::Value;

use super::Step;
use super::merchant::Merchant;
use super::tables::PAYMENT_FORM;
use crate::error::Error;
use crate::fields::{self, Fields};
use crate::form;
use crate::payment::Action;

const INVOICE_ID: &str = "InvoiceId";
const LANGUAGE: &str = "Language";

pub fn start(merchant: &Merchant, given: &Fields) -> Result<Step, Error> {
    let folder = match given.get(LANGUAGE).and_then(Value::as_str) {
        None | Some("ru") => "ru",
        Some("en") => "en",
        Some(_) => return Err(Error::invalid(LANGUAGE, "expected ru or en")),
    };
    let page = &merchant.settings.page_url;
    let is_given = |name: &str| given.get(name).is_some_and(|value| !value.is_null());
    if is_given(INVOICE_ID) {
        return of_invoice(merchant, page, folder, given);
    }
    for name in ["RecipientAmount", "RecipientCurrency"] {
        if !is_given(name) {
            return Err(Error::invalid(name, "required for a new order, but not given"));
        }
    }
    let fields = merchant.form(&PAYMENT_FORM, given)?;
    // The page would refuse them in front of the buyer.
    let text = |name: &str| fields.get(name).and_then(Value::as_str).unwrap_or_default();
    if text("RecipientAmount").starts_with("0.") {
        return Err(Error::invalid("RecipientAmount", "expected 1.00 or more"));
    }
    if !["RUB", "RUR", "TST", "USD", "EUR"].contains(&text("RecipientCurrency")) {
        return Err(Error::invalid("RecipientCurrency", "expected RUB, RUR, TST, USD or EUR"));
    }
    // A browser writes line breaks its own way: what is signed would not be what arrives.
    if let Some(name) = ["OrderId", "ServiceName"].iter().find(|n| text(n).contains(['\r', '\n'])) {
        return Err(Error::invalid(*name, "expected no line break: it is signed"));
    }
    let url = format!("{page}/{folder}/");
    let link = format!("{url}?{}", query(&fields));
    done(url, fields, link)
}

/// The page of an invoice that is there: its number says all.
fn of_invoice(
    merchant: &Merchant,
    page: &str,
    folder: &str,
    given: &Fields,
) -> Result<Step, Error> {
    let besides = given
        .iter()
        .find(|(name, value)| !value.is_null() && ![INVOICE_ID, LANGUAGE].contains(&name.as_str()));
    if let Some((name, _)) = besides {
        let says = "the invoice has it already: with InvoiceId nothing but Language is given";
        return Err(Error::invalid(name, says));
    }
    let mut fields = merchant.form(&PAYMENT_FORM, given)?;
    fields.retain(|name, _| name == INVOICE_ID);
    let link = format!("{page}/?{}", query(&fields));
    done(format!("{page}/{folder}/"), fields, link)
}

fn query(fields: &Fields) -> String {
    let text = |value| fields::scalar(value).unwrap_or_default().into();
    let pairs: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), text(value))).collect();
    String::from_utf8_lossy(&form::encode(&pairs)).into_owned()
}

fn done(url: String, fields: Fields, link: String) -> Result<Step, Error> {
    let action =
        Action { r#type: "form", url: Some(url), fields: Some(fields), ..Action::default() };
    let says = "the form cannot be written as JSON";
    let action = serde_json::to_value(action).map_err(|_| Error::internal(false, says))?;
    Ok(Step::Done(Fields::from_iter([
        ("action".to_owned(), action),
        ("link".to_owned(), link.into()),
    ])))
}
