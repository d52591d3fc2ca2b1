//! `create_payment`: a signed form or link for the buyer's browser where nothing is called, else the
//! call that registers the payment and names its page.

use std::sync::Arc;

use super::call::{self, Call};
use super::known::Known;
use super::reading::Told;
use super::response::{Expectation, Reply};
use super::schema::{Method, Pick, Word};
use super::shop::Shop;
use super::trust::doubt_refusal;
use super::{Context, Step, order, raw, request};
use crate::error::Error;
use crate::expect::Expect;
use crate::fields::Fields;
use crate::hosts;
use crate::http::HttpResponse;
use crate::operation::CreatePayment;
use crate::payment::{Action, Payment};

pub fn start(shop: Arc<Shop>, order: &CreatePayment, context: &Context<'_>) -> Result<Step, Error> {
    let mut known = Known::new(shop, context)?;
    let registered = order::take(&mut known, order)?;
    let hold = order.hold;
    match known.shop.descriptor.create.response {
        None => {
            let payment = on_page(&mut known, registered)?;
            Ok(Step::Done(reply(&known.shop, payment, hold)))
        }
        Some(_) => send(known, registered, move |known, payment| {
            Ok(Step::Done(reply(&known.shop, payment?, hold)))
        }),
    }
}

/// The payment as the message that crosses the boundary.
pub fn reply(shop: &Shop, mut payment: Payment, hold: bool) -> Fields {
    if !shop.states_by_number() || payment.order_number.is_none() {
        return payment.into_fields(&shop.name, hold);
    }
    let number = payment.order_number.clone();
    let id = std::mem::replace(&mut payment.id, number);
    let mut fields = payment.into_fields(&shop.name, hold);
    fields.insert("id".to_owned(), id.into());
    fields
}

/// Nothing is called: the buyer's browser begins it, and it is named by the order number.
pub fn on_page(known: &mut Known, mut payment: Payment) -> Result<Payment, Error> {
    let shop = Arc::clone(&known.shop);
    let create = &shop.descriptor.create;
    let page = request::page(known, &create.request)?;
    let expires_at = payment.expires_at.clone();
    payment.id.clone_from(&payment.order_number);
    payment.action = Some(match create.request.method {
        Method::Get => {
            Action { r#type: "redirect", url: Some(page.link), expires_at, ..Action::default() }
        }
        Method::Post | Method::Put => Action {
            r#type: "form",
            url: Some(page.url),
            link: create.link.then_some(page.link),
            fields: Some(page.fields),
            expires_at,
            ..Action::default()
        },
    });
    Ok(payment)
}

/// Registers it.
pub fn send(
    known: Known,
    registered: Payment,
    then: impl FnOnce(Known, Result<Payment, Error>) -> Result<Step, Error> + Send + 'static,
) -> Result<Step, Error> {
    let then = move |known: Known, response: HttpResponse| {
        let payment = accepted(&known, &response, registered);
        then(known, payment)
    };
    call::send(known, Call::Create, Box::new(then))
}

/// The payment that the reply registers.
fn accepted(known: &Known, http: &HttpResponse, registered: Payment) -> Result<Payment, Error> {
    let shop = &*known.shop;
    let response = Call::Create.response(&shop.descriptor)?;
    let expectation = Expectation {
        shop,
        values: &known.values(),
        response,
        effect: Call::Create.effect(),
        currency: registered.currency,
    };
    let read = expectation.read(http);
    let read = read.map_err(|error| doubt_refusal(shop, Call::Create, error));
    let (told, message) = match read? {
        Reply::Told(told, message) => (told, message),
        Reply::NotFound => return Err(expectation.doubt("says that there is no payment")),
    };
    let mut payment = registered;
    payment.raw = raw::shown(shop, &message);
    let same = compared(shop, &told, &payment);
    payment.id = match shop.named_by_order() {
        true => payment.order_number.clone(),
        false => told.payment_id.clone(),
    };
    if let Err(error) = same {
        return Err(error.with_payment(reply(shop, payment, false)));
    }
    payment.test = told.test;
    if payment.id.is_none() {
        return Err(expectation.doubt("it holds no id"));
    }
    if told.word.is_some_and(|word| !is_beginning(word)) {
        return Err(expectation.doubt("the payment does not stand at its beginning"));
    }
    let Some(action) = page(known, response.fields.url.as_ref(), &told)? else {
        return Err(expectation.doubt("it holds no page"));
    };
    payment.action = Some(Action { expires_at: payment.expires_at.clone(), ..action });
    Ok(payment)
}

fn is_beginning(word: Word) -> bool {
    matches!(word, Word::Created | Word::Pending | Word::Failed | Word::Unknown)
}

/// What the reply tells of the order must be what was sent.
fn compared(shop: &Shop, told: &Told, sent: &Payment) -> Result<(), Error> {
    let expect = Expect {
        order_number: sent.order_number.clone(),
        amount: sent.amount.map(|amount| amount.to_string()),
        currency: sent.currency.map(|currency| currency.code.to_owned()),
        ..Expect::default()
    };
    expect.read(shop.test_mode)?.check(&mut told.payment(shop))
}

/// Where a reply sends the buyer; none where it does not say. `pick` is where its URL stands.
pub fn page(known: &Known, pick: Option<&Pick>, told: &Told) -> Result<Option<Action>, Error> {
    let shop = &*known.shop;
    let Some(url) = &told.url else { return Ok(None) };
    let made = pick.is_some_and(|pick| pick.value.is_some());
    // A URL that the descriptor makes is led where its other URLs are.
    let url = if made { request::rewritten(shop, url) } else { url.clone() };
    if !is_allowed(shop, known, &url)? {
        let says = "the payment page is not https on one of the descriptor's redirect_hosts; it was \
                    registered, and must not be shown";
        return Err(Error::outcome_unknown("page_not_trusted", says));
    }
    Ok(Some(Action { r#type: "redirect", url: Some(url), ..Action::default() }))
}

/// Whether it is https on a host of the descriptor's list, itself or below; behind `base_url` the host
/// is the first part of the path.
fn is_allowed(shop: &Shop, known: &Known, url: &str) -> Result<bool, Error> {
    let behind = shop.base_url.as_ref().and_then(|base| url.strip_prefix(base)?.strip_prefix('/'));
    let meant = behind.map(|rest| format!("https://{rest}"));
    let Some(page) = hosts::https(meant.as_deref().unwrap_or(url)) else { return Ok(false) };
    let values = known.values();
    for host in &shop.descriptor.redirect_hosts {
        if hosts::is_below(&page, &host.text(&values)?.to_lowercase()) {
            return Ok(true);
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::payment::Status;
    use crate::settings::Common;

    #[test]
    fn a_state_has_one_name_however_it_was_asked_for() {
        for (told, read) in [
            (true, json!({ "payment_id": "id", "status": "status" })),
            (false, json!({ "status": "status" })),
        ] {
            let descriptor = json!({
                "schema": 1, "id": "sample", "title": "Sample", "date": "2026-11-22",
                "sources": ["invented"], "redirect_hosts": ["pay.sample.example"],
                "create": {
                    "mark": "ours",
                    "request": {
                        "method": "POST", "url": "https://api.sample.example/create",
                        "fields": { "number": "{order.id}", "sum": "{order.amount}" },
                    },
                    "response": { "fields": { "payment_id": "/id", "url": "/url" } },
                },
                "status": [{
                    "mark": "ours",
                    "request": {
                        "method": "GET", "url": "https://api.sample.example/status",
                        "fields": { "number": "{order.id}" },
                    },
                    "response": { "fields": read },
                }],
                "status_map": { "done": "paid" },
            });
            let settings = json!({ "gateway": "declared", "descriptor": descriptor });
            let (common, own) = Common::split(settings.as_object().unwrap()).unwrap();
            let shop = Shop::open(&common, &own).unwrap();
            let state = |id: Option<&str>, status| {
                let mut payment = Payment::new("sample", status);
                payment.id = id.map(str::to_owned);
                payment.order_number = Some("A-1".to_owned());
                let fields = reply(&shop, payment, false);
                assert_eq!(fields["id"].as_str(), id);
                fields["state_id"].clone()
            };
            // `confirm` is given the id; asked by the number, not every gateway repeats it.
            let by_number = state(told.then_some("1"), Status::Paid);
            assert_eq!(state(Some("1"), Status::Paid), by_number);
            assert_ne!(state(Some("1"), Status::Refunded), by_number);
            assert_eq!(state(Some("2"), Status::Paid) == by_number, !told);
        }
    }

    #[test]
    fn a_buyer_is_sent_to_the_gateways_hosts_alone() {
        let page = |base: Option<&str>, url: &str| {
            let seed = || Ok([7; 32]);
            let context = Context { now: crate::clock::Time::UNIX_EPOCH, seed: &seed };
            let known = Known::new(Arc::new(Shop::sample(base)), &context).unwrap();
            is_allowed(&known.shop, &known, url).unwrap()
        };
        for (url, allowed) in [
            ("https://pay.sample.example/p/1", true),
            ("https://PAY.sample.example/p/1", true),
            ("https://eu.pay.sample.example/p/1", true),
            ("https://sample.example/p/1", false),
            ("https://notpay.sample.example/p/1", false),
            ("https://pay.sample.example.evil.example/", false),
            ("https://pay.sample.example@evil.example/", false),
            ("http://pay.sample.example/p/1", false),
            ("//pay.sample.example/p/1", false),
            ("javascript:alert(1)//pay.sample.example", false),
        ] {
            assert_eq!(page(None, url), allowed, "{url}");
            assert_eq!(page(Some("https://proxy.shop.example/out"), url), allowed, "{url}");
        }
        let base = Some("https://proxy.shop.example/out");
        for (url, allowed) in [
            ("https://proxy.shop.example/out/pay.sample.example/p/1", true),
            ("https://proxy.shop.example/out/evil.example/p/1", false),
            ("https://proxy.shop.example/other/pay.sample.example/p/1", false),
            ("https://proxy.shop.example/out/pay.sample.example@evil.example/", false),
            ("https://proxy.shop.example/outpay.sample.example/p/1", false),
        ] {
            assert_eq!(page(base, url), allowed, "{url}");
            assert!(!page(None, url), "{url}");
        }
    }
}
