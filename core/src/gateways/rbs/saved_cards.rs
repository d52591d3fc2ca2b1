//! `saved_cards` and `forget_card`: what the gateway calls bindings.

use std::sync::Arc;

use serde_json::{Value, json};

use super::merchant::Merchant;
use super::reply::{Reply, Verdict};
use super::{Step, not_in_dialect, refusals};
use crate::error::Error;
use crate::fields::Fields;
use crate::native::{add_extra, in_common_words};
use crate::operation::{ForgetCard, SavedCards};
use crate::redact;

/// Lists the cards of a customer: `{cards: [{id, number, expiry, brand, method, category}]}`.
pub fn list(merchant: Arc<Merchant>, request: SavedCards) -> Result<Step, Error> {
    let Some(native) = merchant.dialect().bindings else { return Err(not_in_dialect()) };
    let mut given = Fields::new();
    given.insert("clientId".into(), request.customer_id.into());
    add_extra(native, &mut given, request.extra)?;
    let http = merchant
        .request(native, &given)
        .map_err(|error| in_common_words(error, &[("clientId", "customer_id")]))?;
    let next = move |response| {
        let reply = Reply::read(&response, native)?;
        // Code 2 says that there are none.
        let none = matches!(reply.verdict(), Verdict::Failed(code) if code == "2");
        if !none {
            refusals::check(native, &reply)?;
        }
        let cards: Vec<Value> = reply.blocks("bindings").iter().map(card).collect();
        let mut fields = Fields::new();
        fields.insert("cards".into(), cards.into());
        fields.insert("raw".into(), reply.raw());
        Ok(Step::Done(fields))
    };
    Ok(Step::Send(http, Box::new(next)))
}

fn card(binding: &Reply) -> Value {
    let expiry = binding.text("expiryDate").and_then(|text| {
        let (year, month) = (text.get(..4)?, text.get(4..6)?);
        (text.len() == 6).then(|| format!("{year}-{month}"))
    });
    json!({
        "id": binding.text("bindingId"),
        "number": binding.text("maskedPan").and_then(|number| redact::card(&number)),
        "expiry": expiry,
        "brand": binding.text("paymentSystem"),
        "method": binding.text("paymentWay").map(|way| way.to_lowercase()),
        "category": binding.text("bindingCategory").map(|word| word.to_lowercase()),
    })
}

/// Forgets a card: `{forgotten: true}`. Forgetting it again is no mistake.
pub fn forget(merchant: Arc<Merchant>, request: ForgetCard) -> Result<Step, Error> {
    let Some(native) = merchant.dialect().unbind else { return Err(not_in_dialect()) };
    let mut given = Fields::new();
    given.insert("bindingId".into(), request.card_id.expose().into());
    add_extra(native, &mut given, request.extra)?;
    let http = merchant
        .request(native, &given)
        .map_err(|error| in_common_words(error, &[("bindingId", "card_id")]))?;
    let next = move |response| {
        let reply = Reply::read(&response, native)?;
        // Code 2 says that it is not active any more.
        let already = matches!(reply.verdict(), Verdict::Failed(code) if code == "2");
        if !already {
            refusals::check(native, &reply)?;
        }
        let mut fields = Fields::new();
        fields.insert("forgotten".into(), true.into());
        fields.insert("raw".into(), reply.raw());
        Ok(Step::Done(fields))
    };
    Ok(Step::Send(http, Box::new(next)))
}
