//! `crm.deal.update`, the deprecated way, whose errors have no code.

use super::kinds::DEAL;
use super::outcome::{Outcome, bad, done};
use super::params::{self, Params};
use super::portal::Portal;
use super::{items, params as read};

/// Its fields are in capitals, its errors have an empty `error`.
pub fn update(portal: &mut Portal, asked: &Params) -> Outcome {
    let id = asked.get("id").or_else(|| asked.get("ID")).and_then(read::whole);
    let Some(id) = id.filter(|id| *id > 0) else {
        return Err(bad("", "ID is not defined or invalid."));
    };
    if !portal.items.get(&DEAL).is_some_and(|deals| deals.contains_key(&id)) {
        return Err(bad("", "Not found"));
    }
    let Ok(fields) = params::required(asked, "fields") else {
        return Err(bad("", "Parameter 'fields' must be array."));
    };
    match items::change(portal, DEAL, id, &fields) {
        Ok(_) => done(true.into()),
        Err(failure) => Err(bad("", failure.description)),
    }
}
