//! `/intellectmoney/`, `/intellectmoney/ru/`, `/intellectmoney/en/`: the merchant's form or link. It
//! makes an invoice, or finds one by `InvoiceId`, and leads to the card page.

use super::{closed, sent, unknown};
use crate::exchange::{Answer, Call};
use crate::intellectmoney::eshops::Eshop;
use crate::intellectmoney::fields::Fields;
use crate::intellectmoney::installation::Installation;
use crate::intellectmoney::merchant::{create_invoice, form_template};
use crate::intellectmoney::reply::Refusal;
use crate::intellectmoney::signature::{md5, signed_text};

/// Names that the buyer's e-mail had before `Email`.
const OLD_EMAIL: [&str; 2] = ["userEmail", "user_email"];

/// Answers the form. Without a language in the address an invoice shows its own.
pub fn answer(installation: &mut Installation, language: Option<&str>, call: &Call) -> Answer {
    let fields = sent(call);
    if let Some(id) = fields.given("InvoiceId") {
        return match installation.invoices.get(id) {
            Some(invoice) if invoice.is_open() => {
                to_card_page(language.unwrap_or(&invoice.terms.language), id)
            }
            Some(invoice) => closed(invoice),
            None => unknown(),
        };
    }
    let Some(eshop) = installation.eshop(fields.text("EshopId")).cloned() else {
        return unknown();
    };
    let language = fields.given("Language").or(language).unwrap_or("ru");
    match made(installation, &eshop, &fields, language) {
        Ok(id) => to_card_page(language, &id),
        Err(refusal) => Answer::text(400, refusal.text),
    }
}

fn to_card_page(language: &str, id: &str) -> Answer {
    Answer::redirect(&format!("/intellectmoney/v2/{language}/process/{id}/acquiring"))
}

/// The invoice of a form. A buyer who comes back with the same form finds the same invoice.
fn made(
    installation: &mut Installation,
    eshop: &Eshop,
    fields: &Fields,
    language: &str,
) -> Result<String, Refusal> {
    let recurring = fields.given("RecurringType").is_some();
    let signed = signed_text(form_template(recurring), fields, &eshop.secret_key);
    let needed = eshop.settings.require_form_hash || fields.given("Hash").is_some();
    if needed && md5(signed.as_bytes()) != fields.text("Hash") {
        return Err(Refusal::hash());
    }
    let mut fields = fields.clone();
    if fields.given("Email").is_none()
        && let Some(email) = OLD_EMAIL.iter().find_map(|name| fields.owned(name))
    {
        fields.push("Email", email);
    }
    if fields.given("Language").is_none() {
        fields.push("Language", language.to_owned());
    }
    let table: Vec<_> =
        create_invoice::TABLE.iter().filter(|field| field.name != "Hash").copied().collect();
    fields.check(&table)?;
    let terms = create_invoice::terms(eshop, &fields)?;
    match installation.by_order(&eshop.eshop_id, &terms.order_id) {
        Some(known) if eshop.settings.unique_order_id => {
            let same = known.terms.amount == terms.amount
                && known.terms.currency == terms.currency
                && known.is_open();
            if same { Ok(known.id.clone()) } else { Err(Refusal::duplicate()) }
        }
        _ => Ok(installation.create(terms)),
    }
}
