//! register.do and registerPreAuth.do.

use serde_json::{Map, Value};

use super::super::fields::Fields;
use super::super::fiscal::buyer;
use super::super::fiscal::cart::{self, Basis, Line};
use super::super::merchants::Merchant;
use super::super::orders::{State, Terms};
use super::super::page;
use super::super::refusals::Refusal;
use super::super::reply;
use super::super::world::World;
use super::features;
use crate::clock;

/// ISO 4217 numbers of money that the installation takes.
const CURRENCIES: &[&str] = &[
    "008", "012", "032", "036", "044", "048", "050", "051", "052", "068", "072", "084", "096",
    "104", "108", "116", "124", "132", "136", "144", "152", "156", "170", "174", "188", "191",
    "192", "203", "208", "214", "230", "238", "242", "262", "270", "292", "320", "324", "328",
    "332", "340", "344", "348", "352", "356", "360", "364", "368", "376", "388", "392", "398",
    "400", "404", "408", "410", "414", "417", "418", "422", "426", "430", "434", "446", "454",
    "458", "462", "480", "484", "496", "498", "504", "512", "516", "524", "532", "533", "548",
    "554", "558", "566", "578", "586", "590", "598", "600", "604", "608", "634", "643", "646",
    "654", "682", "690", "702", "704", "706", "710", "748", "752", "756", "760", "764", "776",
    "780", "784", "788", "800", "807", "810", "818", "826", "834", "840", "858", "860", "882",
    "886", "901", "933", "934", "936", "938", "940", "941", "943", "944", "946", "949", "950",
    "951", "952", "953", "967", "968", "969", "971", "972", "973", "975", "976", "977", "978",
    "980", "981", "985", "986",
];

/// register.do: charged at once.
pub fn one_phase(
    world: &mut World,
    merchant: &Merchant,
    fields: &Fields,
) -> Result<Map<String, Value>, Refusal> {
    register(world, merchant, fields, false)
}

/// registerPreAuth.do: held first.
pub fn two_phase(
    world: &mut World,
    merchant: &Merchant,
    fields: &Fields,
) -> Result<Map<String, Value>, Refusal> {
    register(world, merchant, fields, true)
}

fn register(
    world: &mut World,
    merchant: &Merchant,
    fields: &Fields,
    two_phase: bool,
) -> Result<Map<String, Value>, Refusal> {
    let id = place(world, merchant, fields, two_phase)?;
    let url = world.orders.get(&id).map(page::form_address).unwrap_or_default();
    Ok(reply::registered(&merchant.settings, &id, &format!("{}{url}", world.base_url)))
}

/// Registers an order, on its own or for a payment in the same call, and says its `mdOrder`.
pub fn place(
    world: &mut World,
    merchant: &Merchant,
    fields: &Fields,
    two_phase: bool,
) -> Result<String, Refusal> {
    let mut terms = read_terms(merchant, fields, two_phase)?;
    if let Some(id) = &terms.binding_id {
        let found = world.usable_binding(&merchant.user_name, id);
        let binding = found.map_err(|_| Refusal::bad_value("bindingId"))?;
        if terms.client_id.as_ref().is_some_and(|client| *client != binding.client_id) {
            return Err(Refusal::bad_value("bindingId"));
        }
        terms.client_id = Some(binding.client_id.clone());
    }
    terms.number = match fields.owned("orderNumber") {
        Some(number) => number,
        None if merchant.settings.generate_order_number => unused_number(world, merchant),
        None => return Err(Refusal::missing("orderNumber")),
    };
    let known = world.id_of(&merchant.user_name, &terms.number);
    if let Some(order) = known.and_then(|id| world.orders.get(&id)) {
        return Err(match order.state {
            State::Created | State::Challenged => Refusal::number_registered(),
            _ => Refusal::number_processed(),
        });
    }
    Ok(world.register(terms))
}

/// A number for an order whose merchant gave none.
pub fn unused_number(world: &World, merchant: &Merchant) -> String {
    loop {
        let number = clock::digits(10);
        if world.id_of(&merchant.user_name, &number).is_none() {
            return number;
        }
    }
}

fn read_terms(merchant: &Merchant, fields: &Fields, two_phase: bool) -> Result<Terms, Refusal> {
    let settings = &merchant.settings;
    let amount = fields.minor_units("amount")?.ok_or_else(|| Refusal::missing("amount"))?;
    let return_url = fields.get("returnUrl").ok_or_else(|| Refusal::missing("returnUrl"))?;
    let currency = fields.get("currency").unwrap_or(&settings.default_currency).to_owned();
    if !CURRENCIES.contains(&currency.as_str()) {
        return Err(Refusal::unknown_currency());
    }
    let features = features::read(fields, merchant)?;
    let free = features.iter().any(|name| name == "VERIFY" || name == "SBP_BINDING");
    if amount == 0 && !free {
        return Err(Refusal::bad_value("amount"));
    }
    let language = fields.language().to_owned();
    if language.len() != 2 || !language.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return Err(Refusal::bad_value("language"));
    }
    let auto_completion = date(fields, "autocompletionDate", settings.time_zone_hours)?;
    let auto_reverse = date(fields, "autoReverseDate", settings.time_zone_hours)?;
    if auto_completion.is_some() && auto_reverse.is_some() {
        return Err(Refusal::bad_value("autoReverseDate"));
    }
    let cart = cart(merchant, fields, amount, &currency)?;
    Ok(Terms {
        merchant: merchant.user_name.clone(),
        number: String::new(),
        two_phase,
        amount,
        currency,
        description: fields.owned("description").unwrap_or_default(),
        page_prefix: page_prefix(fields)?,
        language,
        return_url: absolute(return_url)?,
        fail_url: fields.get("failUrl").map(absolute).transpose()?,
        callback_url: fields.owned("dynamicCallbackUrl"),
        json_params: json_params(fields)?,
        client_id: fields.owned("clientId"),
        email: fields.owned("email"),
        phone: fields.owned("phone"),
        post_address: fields.owned("postAddress"),
        ip: address(fields)?,
        features,
        order_bundle: fields.json("orderBundle")?,
        cart,
        prepayment: fields.owned("prepaymentMdOrder"),
        fee: fee(merchant, fields)?,
        expires_at: expiry(merchant, fields)?,
        auto_completion: auto_completion.filter(|_| two_phase),
        auto_reverse: auto_reverse.filter(|_| two_phase),
        attempts: settings.attempts,
        binding_id: fields.owned("bindingId"),
    })
}

/// The cart, checked; a fiscalising merchant's adds up to the amount.
fn cart(
    merchant: &Merchant,
    fields: &Fields,
    amount: i64,
    currency: &str,
) -> Result<Vec<Line>, Refusal> {
    let bundle = fields.json("orderBundle")?;
    buyer::check(bundle.as_ref(), fields.json("additionalOfdParams")?.as_ref())?;
    if fields.minor_units("taxSystem")?.is_some_and(|number| number > 5) {
        return Err(Refusal::bad_value("taxSystem"));
    }
    let fiscal = merchant.settings.fiscal;
    let basis = Basis { currency, sum: Some(amount).filter(|_| fiscal), priced: fiscal };
    bundle.map_or(Ok(Vec::new()), |bundle| cart::read(&bundle, basis))
}

fn fee(merchant: &Merchant, fields: &Fields) -> Result<Option<i64>, Refusal> {
    let fee = fields.minor_units("feeInput")?;
    if fee.is_some() && !merchant.settings.fee_input {
        return Err(Refusal::access_denied());
    }
    Ok(fee)
}

/// A URL with a scheme and a host: the gateway refuses what starts with `.` or `/`.
fn absolute(url: &str) -> Result<String, Refusal> {
    let good = url.split_once("://").is_some_and(|(scheme, rest)| {
        let start = scheme.starts_with(|sign: char| sign.is_ascii_alphabetic());
        let signs = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '+' | '-' | '.');
        start && scheme.chars().all(signs) && !rest.is_empty() && !rest.starts_with('/')
    });
    let plain = !url.chars().any(|sign| sign.is_control() || sign == ' ');
    if good && plain { Ok(url.to_owned()) } else { Err(Refusal::bad_return_url()) }
}

fn page_prefix(fields: &Fields) -> Result<String, Refusal> {
    match fields.get("pageView") {
        None | Some("DESKTOP") => Ok(String::new()),
        Some("MOBILE") => Ok("mobile_".into()),
        Some(prefix) if prefix.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
            Ok(format!("{prefix}_"))
        }
        Some(_) => Err(Refusal::bad_value("pageView")),
    }
}

/// The buyer's address on the network, of either version.
pub fn address(fields: &Fields) -> Result<Option<String>, Refusal> {
    match fields.get("ip") {
        Some(text) if text.parse::<std::net::IpAddr>().is_err() => Err(Refusal::bad_value("ip")),
        other => Ok(other.map(str::to_owned)),
    }
}

/// Names and values of `jsonParams`.
pub fn json_params(fields: &Fields) -> Result<Vec<(String, String)>, Refusal> {
    let wrong = || Refusal::bad_value("jsonParams");
    let Some(object) = fields.json("jsonParams")? else {
        return Ok(Vec::new());
    };
    let object = object.as_object().ok_or_else(wrong)?;
    let mut pairs = Vec::new();
    for (name, value) in object {
        let text = match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        // The documented limits are bytes here.
        if name.len() > 255 || text.len() > 1024 {
            return Err(wrong());
        }
        pairs.push((name.clone(), text));
    }
    Ok(pairs)
}

fn date(fields: &Fields, name: &str, zone: i64) -> Result<Option<i64>, Refusal> {
    let Some(text) = fields.get(name) else {
        return Ok(None);
    };
    clock::parse_local(text, zone).map(Some).ok_or_else(|| Refusal::bad_value(name))
}

/// expirationDate beats sessionTimeoutSecs beats the merchant's setting (the gateway's documents).
fn expiry(merchant: &Merchant, fields: &Fields) -> Result<i64, Refusal> {
    let now = clock::now();
    let zone = merchant.settings.time_zone_hours;
    if let Some(moment) = date(fields, "expirationDate", zone)? {
        let future = Some(moment).filter(|moment| *moment > now);
        return future.ok_or_else(|| Refusal::bad_value("expirationDate"));
    }
    let seconds = fields.minor_units("sessionTimeoutSecs")?;
    let seconds = seconds.unwrap_or(merchant.settings.session_timeout_secs);
    Ok(now.saturating_add(seconds.max(1).saturating_mul(1000)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn return_urls_are_absolute() {
        for url in ["https://shop.test", "http://127.0.0.1:8/r?a=b", "shop-app://done"] {
            assert!(absolute(url).is_ok(), "{url}");
        }
        for url in ["/done", "./done", "shop.test/done", "https://", "http:///x", "://x", "a b://c"]
        {
            assert_eq!(absolute(url).unwrap_err().code, 4, "{url}");
        }
    }
}
