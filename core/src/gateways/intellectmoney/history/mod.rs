//! getInvoicesHistory of the Personal API, for shops that gave login and password: sums, currency and
//! order number, of which the state tells nothing.

mod facts;
mod payment;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

pub use self::facts::{Facts, State};
pub use self::payment::REFUNDED_UNKNOWN;
use super::merchant::Merchant;
use super::tables::INVOICES_HISTORY;
use super::{Step, user_token};
use crate::clock::Time;
use crate::error::{Error, Kind};
use crate::fields::Fields;
use crate::native::in_common_words;
use crate::payment::{Payment, Status};
use crate::secret::Secret;

/// What was found of one invoice, with the reply as it may be shown.
pub struct Found {
    pub facts: Option<Facts>,
    pub raw: Value,
}

/// Whether the settings have what it takes.
pub fn is_open(merchant: &Merchant) -> bool {
    merchant.settings.personal.is_some()
}

/// Asks for one invoice. Another one in the answer, or one of another shop, is a `Mismatch`.
pub fn by_id(
    merchant: Arc<Merchant>,
    id: &str,
    now: Time,
    then: impl FnOnce(Arc<Merchant>, Found) -> Result<Step, Error> + Send + 'static,
) -> Result<Step, Error> {
    let id = id.to_owned();
    let given = [("Skip", "0"), ("Take", "1"), ("InvoiceId", &id)].map(own);
    // What cannot be sent is found before anything is.
    ask(&merchant, given.clone(), &Secret::new(String::from("x")))?;
    let http = move |merchant: &Merchant, token: &Secret| ask(merchant, given.clone(), token);
    user_token::read(merchant, now, None, &INVOICES_HISTORY, http, move |merchant, _, reply| {
        let zone = merchant.settings.time_zone;
        let rows = facts::list(reply.get("InvoicesHistoryList"));
        let facts = rows.first().map(|row| Facts::read(row, zone));
        if let Some(facts) = &facts {
            belongs(&merchant, facts, Some(&id)).map_err(|error| {
                let known = merchant.payment(Status::Unknown, &id);
                match error.kind {
                    Kind::Mismatch => error.with_payment(merchant.reply(known, false)),
                    _ => error,
                }
            })?;
        }
        then(merchant, Found { facts, raw: reply.raw() })
    })
}

/// How many rows a page has, and how many pages are read at the most.
const PAGE: usize = 100;
const MOST_PAGES: usize = 50;

/// The invoices of an order number, of about the time when they must have been made.
pub struct Search {
    pub number: String,
    pub about: Time,
    pub found: Vec<(Facts, Value)>,
    /// Whether the period was read to its end.
    pub complete: bool,
    seen: BTreeSet<String>,
    skip: usize,
    pages: usize,
}

impl Search {
    pub fn new(number: &str, about: Time) -> Search {
        Search {
            number: number.to_owned(),
            about,
            found: Vec::new(),
            complete: false,
            seen: BTreeSet::new(),
            skip: 0,
            pages: 0,
        }
    }

    /// Reads page after page until one is empty: how many rows the gateway gives at once is not known.
    pub fn run(
        self,
        merchant: Arc<Merchant>,
        now: Time,
        then: impl FnOnce(Arc<Merchant>, Search) -> Result<Step, Error> + Send + 'static,
    ) -> Result<Step, Error> {
        self.page(merchant, now, None, then)
    }

    fn page(
        mut self,
        merchant: Arc<Merchant>,
        now: Time,
        token: Option<Secret>,
        then: impl FnOnce(Arc<Merchant>, Search) -> Result<Step, Error> + Send + 'static,
    ) -> Result<Step, Error> {
        // The gateway's zone is not sure: a day on either side covers every one.
        let day = Duration::from_secs(86_400);
        let (from, to) = (self.about - day, self.about + day);
        let (from, to) = (merchant.settings.written(from), merchant.settings.written(to));
        let (skip, take) = (self.skip.to_string(), PAGE.to_string());
        let given = [("Skip", &*skip), ("Take", &take), ("DateFrom", &from), ("DateTo", &to)];
        let given = given.map(own);
        let http = move |merchant: &Merchant, token: &Secret| ask(merchant, given.clone(), token);
        user_token::read(
            merchant,
            now,
            token,
            &INVOICES_HISTORY,
            http,
            move |merchant, token, reply| {
                let rows = facts::list(reply.get("InvoicesHistoryList"));
                let count = rows.len();
                let mut fresh = false;
                for row in rows {
                    let facts = Facts::read(row, merchant.settings.time_zone);
                    // New invoices push older ones to the next page: each is taken once.
                    fresh |= facts.id.clone().is_some_and(|id| self.seen.insert(id));
                    let ours = facts.order_number.as_deref() == Some(self.number.as_str());
                    let known = self.found.iter().any(|(known, _)| known.id == facts.id);
                    if !ours || known {
                        continue;
                    }
                    match belongs(&merchant, &facts, None) {
                        Ok(()) => self.found.push((facts, super::raw::shown(row))),
                        // Another shop of the same owner may count its orders alike.
                        Err(error) if error.kind == Kind::Mismatch => {}
                        Err(error) => return Err(error),
                    }
                }
                self.skip = self.skip.saturating_add(count);
                self.pages = self.pages.saturating_add(1);
                // A page with nothing new in it is that of a gateway which does not page.
                self.complete = !fresh;
                match self.complete || self.pages >= MOST_PAGES {
                    true => then(merchant, self),
                    false => self.page(merchant, now, Some(token), then),
                }
            },
        )
    }
}

fn own((name, value): (&str, &str)) -> (String, Value) {
    (name.to_owned(), value.into())
}

fn ask<const N: usize>(
    merchant: &Merchant,
    given: [(String, Value); N],
    token: &Secret,
) -> Result<crate::http::HttpRequest, Error> {
    let mut fields = Fields::from_iter(given);
    fields.extend([own(("IncludePaymentTransactions", "1")), own(("WithRefunds", "1"))]);
    fields.insert("UserToken".into(), token.expose().into());
    let http = merchant.request(&INVOICES_HISTORY, &fields);
    crate::fields::wipe(&mut fields);
    http.map_err(|error| in_common_words(error, &[("InvoiceId", "id")]))
}

/// The row must name our shop, and the invoice that was asked for.
fn belongs(merchant: &Merchant, facts: &Facts, id: Option<&str>) -> Result<(), Error> {
    let (Some(shop), Some(row)) = (facts.eshop_id.as_deref(), facts.id.as_deref()) else {
        let says = "the history names neither shop nor invoice";
        return Err(Error::not_done("reply_incomplete", says));
    };
    if shop != merchant.settings.eshop_id {
        let says = "the history answers with an invoice of another shop";
        return Err(Error::mismatch("shop", says));
    }
    match id.is_some_and(|id| id != row) {
        true => Err(Error::mismatch("id", "the history answers with another invoice")),
        false => Ok(()),
    }
}

/// A look after a write that is done, or in doubt: if it cannot be made, `otherwise` is the truth. An
/// error that carries the payment is a judgement of what was seen, and stands.
pub fn looking(step: Result<Step, Error>, otherwise: Result<Fields, Error>) -> Result<Step, Error> {
    match step {
        Ok(Step::Send(request, next)) => {
            let fallback = otherwise.clone();
            let next = move |response| looking(next(response), fallback);
            Ok(Step::Look(request, Box::new(next), Box::new(otherwise)))
        }
        Ok(step) => Ok(step),
        Err(error) if error.payment.is_some() => Err(error),
        Err(_) => otherwise.map(Step::Done),
    }
}

/// The rows of an invoice as a payment of which nothing else is known.
pub fn alone(facts: &Facts, raw: Value, hold: Option<bool>) -> Payment {
    let mut payment = Payment::new(super::NAME, Status::Pending);
    payment.id = facts.id.clone();
    payment.reason = Some(crate::payment::UNTOUCHED);
    payment.raw = raw;
    facts.describe(payment, hold)
}
