//! The operation `rbs.seToken`: asks for the gateway's key unless it is at hand, and encrypts the card
//! with it. Nothing of the card leaves.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use time::UtcOffset;

use super::keys::keys_reply;
use super::{Card, Target};
use crate::clock::Time;
use crate::error::Error;
use crate::fields::Fields;
use crate::gateways::rbs::merchant::Merchant;
use crate::gateways::rbs::tables::keys;
use crate::gateways::{Context, Step};
use crate::native::in_common_words;
use crate::native::{Native, Parameters};
use crate::secret::Secret;
use crate::sign::random::Stream;
use crate::sign::rsa::EncryptionKey;

/// The table's names beside the card's own, for errors.
const NAMES: &[(&str, &str)] = &[("binding_id", "bindingId"), ("md_order", "mdOrder")];

pub fn start(
    merchant: Arc<Merchant>,
    native: &'static Native,
    given: &Fields,
    context: &Context<'_>,
) -> Result<Step, Error> {
    let checked = native.check(given, merchant.settings.cards_allowed, &|_| None)?;
    let (card, target) = card(&checked)?;
    card.check(target).map_err(|error| in_common_words(error, NAMES))?;
    let (now, seed) = (context.now, (context.seed)()?);
    let zone = merchant.settings.time_zone.unwrap_or(UtcOffset::UTC);
    if let Some(key) = merchant.card_key.get(now) {
        return done(&card, target, &key, now, zone, seed);
    }
    let http = merchant.request(&keys::SE_KEYS, &Fields::new())?;
    let next = move |response: crate::http::HttpResponse| {
        if response.status != 200 {
            return Err(response.unusable(native.effect));
        }
        let (key, expires) = keys_reply(&response.body, now)
            .map_err(|says| Error::not_done("reply_unreadable", says))?;
        let key = Arc::new(key);
        let most = Duration::from_secs(merchant.settings.assumptions.card_key_kept_s.into());
        merchant.card_key.keep(&key, expires, now, most);
        done(&card, target, &key, now, zone, seed)
    };
    Ok(Step::Send(http, Box::new(next)))
}

fn done(
    card: &Card,
    target: Target,
    key: &EncryptionKey,
    now: Time,
    zone: UtcOffset,
    seed: [u8; 32],
) -> Result<Step, Error> {
    let mut stream = Stream::new(seed);
    let token = super::encrypt(card, target, key, now, zone, &mut |bytes| stream.fill(bytes))
        .map_err(|error| in_common_words(error, NAMES))?;
    Ok(Step::Done(Fields::from_iter([("seToken".to_owned(), token.expose().into())])))
}

fn card(given: &Parameters) -> Result<(Card, Target), Error> {
    let text = |name: &str| given.get(name).and_then(Value::as_str).map(str::to_owned);
    let secret = |name: &str| text(name).map(Secret::new);
    let target = match text("target").as_deref() {
        Some("paymentorder") => Target::PaymentOrder,
        Some("instantPayment") => Target::InstantPayment,
        Some("paymentOrderBinding") => Target::PaymentOrderBinding,
        Some("instantRefund") => Target::InstantRefund,
        _ => {
            let says =
                "expected one of paymentorder, instantPayment, paymentOrderBinding, instantRefund";
            return Err(Error::invalid("target", says));
        }
    };
    let card = Card {
        pan: secret("pan"),
        cvc: secret("cvc"),
        expiry: secret("expiry"),
        binding_id: secret("bindingId"),
        cardholder: secret("cardholder"),
        md_order: text("mdOrder"),
        registered_from: None,
    };
    Ok((card, target))
}
