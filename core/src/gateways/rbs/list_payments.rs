//! `list_payments`: getLastOrdersForMerchants, a page at a time.

use std::sync::Arc;

use serde_json::Value;
use time::UtcOffset;

use super::merchant::Merchant;
use super::reply::Reply;
use super::{Step, not_in_dialect, payment_status, refusals};
use crate::clock;
use crate::error::Error;
use crate::fields::Fields;
use crate::native::{add_extra, in_common_words};
use crate::operation::{ListBy, ListPayments};

/// Our words beside the gateway's.
const STATES: [(&str, &str); 6] = [
    ("created", "CREATED"),
    ("authorized", "APPROVED"),
    ("paid", "DEPOSITED"),
    ("declined", "DECLINED"),
    ("cancelled", "REVERSED"),
    ("refunded", "REFUNDED"),
];

/// The most that the gateway gives at once.
const MOST: u64 = 200;

pub fn start(merchant: Arc<Merchant>, request: ListPayments) -> Result<Step, Error> {
    let Some(native) = merchant.dialect().last_orders else { return Err(not_in_dialect()) };
    let Some(zone) = merchant.settings.time_zone else {
        let says = "required in the settings: the gateway reads dates without a zone as its own";
        return Err(Error::invalid("gateway_time_zone", says));
    };
    let size = request.page_size.unwrap_or(100);
    if size == 0 || size > MOST {
        return Err(Error::invalid("page_size", format!("expected 1 to {MOST}")));
    }
    let mut given = Fields::new();
    given.insert("size".into(), size.into());
    given.insert("page".into(), request.page.into());
    given.insert("from".into(), stamp("from", &request.from, zone)?.into());
    given.insert("to".into(), stamp("to", &request.to, zone)?.into());
    given.insert("transactionStates".into(), states(&request.statuses)?.into());
    given.insert("searchByCreatedDate".into(), (request.by == ListBy::Created).into());
    let merchants = merchant.settings.merchant_login.clone().unwrap_or_default();
    given.insert("merchants".into(), merchants.into());
    add_extra(native, &mut given, request.extra)?;
    let names = [("size", "page_size"), ("transactionStates", "statuses")];
    let http = merchant.request(native, &given).map_err(|error| in_common_words(error, &names))?;
    let page = request.page;
    let next = move |response| {
        let reply = Reply::read(&response, native)?;
        refusals::check(native, &reply)?;
        let orders = reply.blocks("orderStatuses");
        let payments = orders.iter().map(|order| {
            Value::Object(merchant.reply(payment_status::describe(&merchant, order), false))
        });
        let mut fields = Fields::new();
        fields.insert("payments".into(), payments.collect());
        fields.insert("total".into(), reply.number("totalCount").map_or(Value::Null, Value::from));
        fields.insert("page".into(), page.into());
        fields.insert("page_size".into(), size.into());
        Ok(Step::Done(fields))
    };
    Ok(Step::Send(http, Box::new(next)))
}

/// `yyyyMMddHHmmss` on the gateway's own clock.
fn stamp(field: &str, text: &str, zone: UtcOffset) -> Result<String, Error> {
    let moment = clock::parse(text).map_err(|says| Error::invalid(field, says))?;
    let format = time::macros::format_description!("[year][month][day][hour][minute][second]");
    let local = moment.to_offset(zone);
    local.format(format).map_err(|_| Error::invalid(field, "expected a year of four digits"))
}

fn states(words: &[String]) -> Result<Vec<&'static str>, Error> {
    if words.is_empty() {
        return Ok(STATES.iter().map(|(_, state)| *state).collect());
    }
    words
        .iter()
        .enumerate()
        .map(|(index, word)| {
            let known = STATES.iter().find(|(ours, _)| ours == word).map(|(_, state)| *state);
            known.ok_or_else(|| {
                let ours = STATES.map(|(ours, _)| ours).join(", ");
                Error::invalid(format!("statuses.{index}"), format!("expected one of {ours}"))
            })
        })
        .collect()
}
