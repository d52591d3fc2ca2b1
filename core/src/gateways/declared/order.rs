//! An order as templates see it (`order.*`, `extra.*`). What would get lost, because the descriptor has
//! no place for it, is refused before anything is sent.

use std::time::Duration;

use super::known::Known;
use super::schema::{Create, Request};
use super::shop::Shop;
use crate::clock;
use crate::error::Error;
use crate::expect;
use crate::money::{Amount, Currency};
use crate::operation::{CreatePayment, Method};
use crate::payment::{Payment, Status};

/// Takes the order, and gives the payment as it will stand once it is registered.
pub fn take(known: &mut Known, order: &CreatePayment) -> Result<Payment, Error> {
    let shop = std::sync::Arc::clone(&known.shop);
    let create = &shop.descriptor.create;
    let requests = requests(create);
    check(&shop, &requests, order)?;
    let amount = amount(&shop, order)?;
    known.set("order.id", &order.order_number);
    known.set("order.amount", amount.to_string());
    known.set("order.currency", amount.currency.code);
    known.set_given("order.description", order.description.as_deref());
    known.set("order.return_url", &order.return_url);
    known.set("order.fail_url", order.fail_url.as_deref().unwrap_or(&order.return_url));
    known.set_given("order.notification_url", order.notification_url.as_deref());
    known.set_given("order.language", order.language.as_deref());
    known.set_given("order.email", order.customer.email.as_deref());
    known.set_given("order.phone", order.customer.phone.as_deref());
    known.set_given("order.name", order.customer.name.as_deref());
    known.set_given("order.ip", order.customer.ip.as_deref());
    known.set_given("order.customer_id", order.customer.id.as_deref());
    known.set("order.hold", order.hold.to_string());
    let expires_at = expires_at(known, order)?;
    known.set_given("order.expires_in", order.expires_in.map(|seconds| seconds.to_string()));
    known.set_given("order.expires_at", expires_at.as_deref());
    let taken = |name: &str| create.extra.as_ref().is_some_and(|pattern| pattern.matches(name));
    known.take_extra(&requests, &order.extra, taken)?;
    let mut payment = Payment::new(shop.descriptor.id.clone(), Status::Created);
    payment.order_number = Some(order.order_number.clone());
    payment.amount = Some(amount);
    payment.currency = Some(amount.currency);
    payment.created_at = Some(clock::print(known.now));
    payment.expires_at = expires_at;
    Ok(payment)
}

/// Every request of a payment's beginning.
fn requests(create: &Create) -> Vec<&Request> {
    create.before.iter().map(|step| &step.request).chain([&create.request]).collect()
}

fn expires_at(known: &Known, order: &CreatePayment) -> Result<Option<String>, Error> {
    let Some(seconds) = order.expires_in else { return Ok(None) };
    let year = 366 * 24 * 3600;
    match (1..=year).contains(&seconds) {
        true => Ok(Some(clock::print(known.now + Duration::from_secs(seconds)))),
        false => Err(Error::invalid("expires_in", "expected 1 to 31622400 seconds")),
    }
}

fn check(shop: &Shop, requests: &[&Request], order: &CreatePayment) -> Result<(), Error> {
    let nowhere = |field: &str| {
        Err(Error::invalid(field, "expected none: this gateway's descriptor has no place for it"))
    };
    let has = |name: &str| requests.iter().any(|request| request.names(name));
    if order.method != Method::Page {
        return Err(Error::invalid("method", "expected page: it is all that a descriptor knows"));
    }
    for (field, given) in [
        ("receipt", order.receipt.is_some()),
        ("card_id", order.card_id.is_some()),
        ("wallet_token", order.wallet_token.is_some()),
        ("purpose", order.purpose.is_some()),
        ("hold", order.hold && !has("order.hold")),
        ("notification_url", order.notification_url.is_some() && !has("order.notification_url")),
        (
            "expires_in",
            order.expires_in.is_some() && !has("order.expires_in") && !has("order.expires_at"),
        ),
    ] {
        if given {
            return nowhere(field);
        }
    }
    description(shop, order.description.as_deref())?;
    number(shop, &order.order_number)
}

/// A description that cannot pass for anything else among the signed values.
fn description(shop: &Shop, given: Option<&str>) -> Result<(), Error> {
    let rule = &shop.descriptor.order;
    match (&rule.description, given) {
        (Some(pattern), Some(text)) if !pattern.matches(text) => {
            let says = rule.description_says.as_deref();
            Err(Error::invalid("description", says.unwrap_or("this gateway takes no such text")))
        }
        _ => Ok(()),
    }
}

/// The number of an attempt, in the gateway's own form.
fn number(shop: &Shop, number: &str) -> Result<(), Error> {
    let rule = &shop.descriptor.order;
    if number.is_empty() {
        return Err(Error::invalid("order_number", "expected a text that is not empty"));
    }
    match &rule.number {
        Some(pattern) if !pattern.matches(number) => {
            let says = rule.number_says.as_deref().unwrap_or("this gateway takes no such number");
            Err(Error::invalid("order_number", says))
        }
        _ => Ok(()),
    }
}

fn amount(shop: &Shop, order: &CreatePayment) -> Result<Amount, Error> {
    let currency = expect::currency("currency", &order.currency)?;
    let values = super::values::Values::of(shop);
    let mut taken = Vec::new();
    for template in &shop.descriptor.order.currencies {
        taken.push(template.text(&values)?.to_uppercase());
    }
    let known = |code: &String| Currency::from_code(code) == Some(currency);
    if !taken.is_empty() && !taken.iter().any(known) {
        return Err(Error::invalid("currency", format!("expected one of {}", taken.join(", "))));
    }
    expect::positive(&order.amount, currency)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::fields;
    use crate::gateways::Context;
    use crate::gateways::declared::rules::ORDER;
    use crate::settings::Common;

    #[test]
    fn what_a_template_may_name_of_an_order_is_there() {
        let places = ORDER.iter().map(|name| (format!("f_{name}"), format!("{{order.{name}}}")));
        let places: serde_json::Map<String, Value> =
            places.map(|(name, template)| (name, template.into())).collect();
        let descriptor = json!({
            "schema": 1, "id": "sample", "title": "Sample", "date": "2026-11-22", "sources": ["-"],
            "create": { "mark": "ours", "request": {
                "method": "POST", "url": "https://pay.sample.example/", "fields": places,
            } },
        });
        let settings = json!({ "gateway": "declared", "descriptor": descriptor });
        let (common, own) = Common::split(settings.as_object().unwrap()).unwrap();
        let shop = std::sync::Arc::new(Shop::open(&common, &own).unwrap());
        let seed = || Ok([7; 32]);
        let now = clock::parse("2026-01-31T10:00:00Z").unwrap();
        let mut known = Known::new(shop, &Context { now, seed: &seed }).unwrap();
        let order = json!({
            "order_number": "A-1", "amount": "7.10", "currency": "RUB", "description": "Tea",
            "return_url": "https://shop.example/ok", "fail_url": "https://shop.example/no",
            "notification_url": "https://shop.example/told", "language": "ru", "hold": true,
            "expires_in": 600,
            "customer": {
                "email": "b@example.com", "phone": "+79000000000", "name": "Ann", "id": "7",
                "ip": "192.0.2.7",
            },
        });
        let order: CreatePayment = fields::read(order.as_object().unwrap()).unwrap();
        take(&mut known, &order).unwrap();
        let said = |name: &str| known.get(&format!("order.{name}")).unwrap_or("-").to_owned();
        let said: Vec<String> = ORDER.iter().map(|name| said(name)).collect();
        let expected = [
            "A-1",
            "7.10",
            "RUB",
            "Tea",
            "https://shop.example/ok",
            "https://shop.example/no",
            "https://shop.example/told",
            "ru",
            "b@example.com",
            "+79000000000",
            "Ann",
            "192.0.2.7",
            "7",
            "600",
            "2026-01-31T10:10:00Z",
            "true",
        ];
        assert_eq!(said, expected);
    }
}
