//! What `link_payment` is asked, checked before anything is sent.

use super::asked::{LinkPayment, Stored};
use super::comment::Mark;
use super::kind::ItemKind;
use super::payment::{Told, is_some, key};
use super::stages::SMART_INVOICE;
use crate::error::Error;
use crate::fields::Fields;
use crate::hosts;
use crate::https;
use crate::money::Amount;

/// A request that can be carried out.
pub struct Checked {
    /// The item's external key.
    pub xml_id: String,
    /// The sum of the payment.
    pub amount: Amount,
    /// The item's title.
    pub title: String,
    /// What the item's own fields shall say: name and value.
    pub stored: Fields,
    /// What marks the comment, once the payment has a state.
    pub mark: Option<Mark>,
    /// Where the buyer pays.
    pub url: Option<String>,
}

impl Checked {
    /// Checks it. A page on this machine, or anywhere with the setting `allow_plain_http`, may do without TLS.
    pub fn new(request: &LinkPayment, allow_plain_http: bool) -> Result<Checked, Error> {
        let told = &request.payment;
        deal_and_type(request.deal_id, request.entity_type_id)?;
        let xml_id = told.xml_id(request.xml_id.as_deref())?;
        let amount = told.amount()?;
        if amount.minor == 0 {
            return Err(Error::invalid("payment.amount", "expected more than 0"));
        }
        before_money(told)?;
        let url = told.action.as_ref().and_then(|action| action.page().cloned());
        let usable = |url: &String| {
            hosts::https(url).is_some()
                || (url.starts_with("http://")
                    && !url.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\')
                    && https::check_url(url, allow_plain_http).is_ok())
        };
        if url.as_ref().is_some_and(|url| !usable(url)) {
            return Err(Error::invalid("payment.action.url", "expected an https:// URL"));
        }
        own_names(&request.fields)?;
        let values = [
            (&request.fields.payment_id, &told.id),
            (&request.fields.payment_url, &url),
            (&request.fields.status, &told.status),
            (&request.fields.state_id, &told.state_id),
        ];
        let stored = values.into_iter().filter_map(|(name, value)| {
            Some((name.clone()?, value.clone().filter(|value| !value.is_empty())?.into()))
        });
        let number = told.order_number.as_deref().filter(|number| !number.is_empty());
        let title = match &request.title {
            Some(title) => title.clone(),
            None => format!("Payment {}", number.unwrap_or(&xml_id)),
        };
        self::title(&title)?;
        let mark = mark(told.state_id.as_deref(), told.status.as_deref(), &xml_id)?;
        Ok(Checked { amount, title, stored: stored.collect(), mark, url, xml_id })
    }
}

/// A deal's id, and the `entityTypeId` of a smart process or of the smart invoice.
pub fn deal_and_type(deal_id: u64, entity_type_id: u64) -> Result<(), Error> {
    if deal_id == 0 {
        return Err(Error::invalid("deal_id", "expected the id of a deal"));
    }
    match entity_type_id {
        SMART_INVOICE | 128..=192 => Ok(()),
        own if own >= 1030 && own % 2 == 0 => Ok(()),
        _ => Err(Error::invalid(
            "entity_type_id",
            "expected the entityTypeId of a smart process: 31, 128 to 192, or an even number from \
             1030 on (the id of its type is another number)",
        )),
    }
}

/// The item's title.
pub fn title(title: &str) -> Result<(), Error> {
    let good = !title.trim().is_empty()
        && title.chars().count() <= 300
        && !title.contains(char::is_control);
    match good {
        true => Ok(()),
        false => Err(Error::invalid("title", "expected 1 to 300 characters in one line")),
    }
}

/// The names of the item's own fields: as `crm.item.fields` writes them, and each for one thing.
pub fn own_names(stored: &Stored) -> Result<(), Error> {
    let mut seen = Vec::new();
    for (field, name) in named(stored) {
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let good = name.strip_prefix("ufCrm").is_some_and(|rest| !rest.is_empty());
        if !good || name.len() > 100 || !name.chars().all(plain) {
            let says =
                "expected a field's name as crm.item.fields writes it, like \"ufCrm5Payment\"";
            return Err(Error::invalid(field, says));
        }
        if seen.contains(&name) {
            return Err(Error::invalid(field, "this field is named for something else already"));
        }
        seen.push(name);
    }
    Ok(())
}

/// Whether the type has these fields, and they take a text.
pub fn own_fields(stored: &Stored, kind: &ItemKind) -> Result<(), Error> {
    for (field, name) in named(stored) {
        let Some(own) = kind.own.get(name) else {
            let says = format!("smart process {} has no field {name}", kind.entity_type_id);
            return Err(Error::invalid(field, says));
        };
        let number = field == "fields.portal_payment_id" && own.kind == "integer";
        if !own.plain || !(number || matches!(own.kind.as_str(), "string" | "url" | "")) {
            let says = format!("expected a field for one text; {name} is none");
            return Err(Error::invalid(field, says));
        }
    }
    Ok(())
}

/// The names that are given, each with where it was given.
pub fn named(stored: &Stored) -> impl Iterator<Item = (&'static str, &str)> {
    let names = [
        ("fields.payment_id", &stored.payment_id),
        ("fields.payment_url", &stored.payment_url),
        ("fields.status", &stored.status),
        ("fields.state_id", &stored.state_id),
        ("fields.portal_payment_id", &stored.portal_payment_id),
    ];
    names.into_iter().filter_map(|(field, name)| Some((field, name.as_deref()?)))
}

/// Those of the fields that are named, by our names.
pub fn among(stored: &Stored, fields: &Fields) -> Vec<&'static str> {
    let named = named(stored).filter(|(_, name)| fields.contains_key(*name));
    named.filter_map(|(field, _)| field.strip_prefix("fields.")).collect()
}

/// Whether a payment of this status may still be paid, and has no money in it yet.
pub fn waits(status: &str) -> bool {
    matches!(status, "created" | "action_required" | "pending" | "not_found" | "unknown")
}

/// A payment that has an end, or money in it, is not to be linked but settled.
fn before_money(told: &Told) -> Result<(), Error> {
    let waiting = told.status.as_deref().is_none_or(waits) && !told.disputed;
    let field = match waiting {
        false => "payment.status",
        // A word that says "no money" beside a sum that says otherwise.
        true if is_some(&told.captured) => "payment.captured",
        true if is_some(&told.refunded) => "payment.refunded",
        true => return Ok(()),
    };
    let says = "expected a payment that is neither paid nor over: settle_deal takes this one";
    Err(Error::invalid(field, says))
}

fn mark(state: Option<&str>, status: Option<&str>, xml_id: &str) -> Result<Option<Mark>, Error> {
    let Some(state_id) = state else { return Ok(None) };
    if !Mark::fits(state_id) {
        return Err(Error::invalid("payment.state_id", "expected a state_id that Kopeck gave"));
    }
    let status =
        status.ok_or_else(|| Error::invalid("payment.status", "required with state_id"))?;
    Ok(Some(Mark {
        state_id: state_id.to_owned(),
        key: key(xml_id),
        status: status.to_owned(),
        attention: Vec::new(),
    }))
}
