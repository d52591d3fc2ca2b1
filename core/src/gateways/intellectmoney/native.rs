//! A native operation: the gateway's own method, checked by its table; its own reply in `raw`.

use std::sync::Arc;

use super::merchant::Merchant;
use super::reply::Reply;
use super::tables::{Method, PAYMENT_FORM, USER_TOKEN};
use super::user_token::with_token;
use super::{Context, NAME, Step, payment_form, refusals, tables};
use crate::error::Error;
use crate::fields::{self, Fields};

/// The parameter that opens the Personal API.
const TOKEN: &str = "UserToken";

pub fn start(
    merchant: Arc<Merchant>,
    name: &str,
    given: &Fields,
    context: &Context<'_>,
) -> Result<Step, Error> {
    let Some(method) = tables::methods().find(|method| method.native.name == name) else {
        return Err(crate::operation::unknown(&format!("{NAME}.{name}")));
    };
    if method.native.name == PAYMENT_FORM.native.name {
        return payment_form::start(&merchant, given);
    }
    let takes_token = method.native.fields.iter().any(|field| field.name == TOKEN);
    if !takes_token || given.get(TOKEN).is_some_and(|token| !token.is_null()) {
        return send(&merchant, method, given);
    }
    merchant.settings.personal()?;
    let mut given = Wiped(given.clone());
    // What is wrong with the rest is told before anything leaves.
    given.0.insert(TOKEN.into(), "token".into());
    merchant.request(method, &given.0)?;
    with_token(merchant, context.now, move |merchant, token| {
        given.0.insert(TOKEN.into(), token.expose().into());
        send(&merchant, method, &given.0)
    })
}

fn send(merchant: &Merchant, method: &'static Method, given: &Fields) -> Result<Step, Error> {
    let request = merchant.request(method, given)?;
    let next = move |response| {
        let reply = Reply::read(&response, method.native.effect)?;
        refusals::check(method, &reply)?;
        let mut fields = Fields::new();
        fields.extend(reply.text("InvoiceId").map(|id| ("id".to_owned(), id.into())));
        if method.native.name == USER_TOKEN.native.name {
            // Left out of `raw`, and what the caller asked for.
            fields.extend(reply.text(TOKEN).map(|token| (TOKEN.to_owned(), token.into())));
        }
        fields.insert("raw".into(), reply.raw());
        Ok(Step::Done(fields))
    };
    Ok(Step::Send(request, Box::new(next)))
}

/// Parameters that wait for the token: they may hold card data.
struct Wiped(Fields);

impl Drop for Wiped {
    fn drop(&mut self) {
        fields::wipe(&mut self.0);
    }
}
