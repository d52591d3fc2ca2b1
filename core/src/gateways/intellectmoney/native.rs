//! A native operation: the gateway's own method, checked by its table; its own reply in `raw`.

use std::sync::Arc;

use super::merchant::Merchant;
use super::reply::Reply;
use super::{NAME, Step, refusals, tables};
use crate::error::Error;
use crate::fields::Fields;

pub fn start(merchant: Arc<Merchant>, name: &str, given: &Fields) -> Result<Step, Error> {
    let Some(method) = tables::methods().find(|method| method.native.name == name) else {
        return Err(crate::operation::unknown(&format!("{NAME}.{name}")));
    };
    let request = merchant.request(method, given)?;
    let next = move |response| {
        let reply = Reply::read(&response, method.native.effect)?;
        refusals::check(method, &reply)?;
        let mut fields = Fields::new();
        fields.extend(reply.text("InvoiceId").map(|id| ("id".to_owned(), id.into())));
        fields.insert("raw".into(), reply.raw());
        Ok(Step::Done(fields))
    };
    Ok(Step::Send(request, Box::new(next)))
}
