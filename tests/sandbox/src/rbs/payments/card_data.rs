//! Card data of a request: typed fields under each method's own names, or a seToken.

use super::super::fields::Fields;
use super::super::merchants::Merchant;
use super::super::orders::CardEntry;
use super::super::refusals::Refusal;
use super::super::se_token;
use super::super::world::World;
use super::Instrument;
use super::three_ds::Leg;
use crate::clock;

/// Names of the card fields in one family of methods.
pub struct Names {
    /// Number.
    pub pan: &'static str,
    /// Security code.
    pub cvc: &'static str,
    /// `YYYYMM`.
    pub expiry: &'static str,
    /// Name on the card, every spelling that some bank documents.
    pub holder: &'static [&'static str],
}

/// instantPayment, verifyCard, instantRefund.
pub const PLAIN: Names = Names {
    pan: "pan",
    cvc: "cvc",
    expiry: "expiry",
    holder: &["cardholderName", "cardHolderName"],
};

/// A number of 12 to 19 digits.
pub fn number(fields: &Fields, name: &str) -> Result<String, Refusal> {
    let pan = fields.get(name).ok_or_else(|| Refusal::bad_value(name))?;
    let good = pan.bytes().all(|byte| byte.is_ascii_digit()) && (12..=19).contains(&pan.len());
    if good { Ok(pan.to_owned()) } else { Err(Refusal::bad_value(name)) }
}

/// `YYYYMM` of a month that exists.
pub fn month(text: &str) -> bool {
    let digits = text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit());
    let month = text.get(4..).and_then(|month| month.parse::<u8>().ok());
    digits && month.is_some_and(|month| (1..=12).contains(&month))
}

/// Three or four digits, when there are any.
pub fn code<'a>(fields: &'a Fields, name: &str) -> Result<Option<&'a str>, Refusal> {
    match fields.get(name) {
        Some(code) if !matches!(code.len(), 3 | 4) || code.parse::<u16>().is_err() => {
            Err(Refusal::bad_value(name))
        }
        other => Ok(other),
    }
}

/// The card of a request with typed fields.
pub fn typed(
    merchant: &Merchant,
    fields: &Fields,
    names: &Names,
    way: &'static str,
) -> Result<Instrument, Refusal> {
    if !merchant.settings.direct_cards {
        return Err(Refusal::access_denied());
    }
    let pan = number(fields, names.pan)?;
    let expiry = fields.get(names.expiry).filter(|text| month(text));
    let expiration = expiry.ok_or_else(|| Refusal::bad_value(names.expiry))?.to_owned();
    let cvc = code(fields, names.cvc)?;
    let unasked = way == "CARD_MOTO" || refers_back(fields) || merchant.settings.pay_without_cvc;
    if cvc.is_none() && !unasked {
        return Err(Refusal::bad_value(names.cvc));
    }
    let holder = names.holder.iter().find_map(|name| fields.owned(name)).unwrap_or_default();
    let card = CardEntry { pan, expiration, holder };
    Ok(Instrument::typed(card, cvc, way))
}

/// Whether the merchant pays by itself, without its buyer.
pub fn mit(fields: &Fields) -> bool {
    matches!(fields.get("tii"), Some("U" | "R" | "I"))
}

/// Whether a payment by number refers to the one in which the buyer agreed. Without that it is an
/// ordinary payment, whatever its `tii` says.
pub fn refers_back(fields: &Fields) -> bool {
    let named = ["originalPaymentNetRefNum", "originalPaymentDate"];
    mit(fields) && named.iter().all(|name| fields.get(name).is_some())
}

/// `tii`, one of the documented values.
pub fn tii(fields: &Fields) -> Result<Option<String>, Refusal> {
    match fields.get("tii") {
        None => Ok(None),
        Some(known @ ("CI" | "F" | "U" | "RI" | "R" | "II" | "I")) => Ok(Some(known.to_owned())),
        Some(_) => Err(Refusal::bad_value("tii")),
    }
}

/// The fields of a request with its seToken opened into them under the method's names. Whether the
/// token names a stored card is for the method to judge: it is left under `bindingId`.
pub fn opened(
    world: &mut World,
    fields: &Fields,
    names: &Names,
    order_id: Option<&str>,
) -> Result<Fields, Refusal> {
    let Some(text) = fields.get("seToken") else {
        return Ok(fields.clone());
    };
    let token = se_token::opened(world, text, clock::now())?;
    if order_id.is_some_and(|id| token.md_order != id) {
        return Err(Refusal::bad_value("seToken"));
    }
    let mut fields = fields.clone();
    for (name, value) in [
        (names.pan, token.pan),
        (names.cvc, token.cvc),
        (names.expiry, token.expiry),
        ("bindingId", token.binding_id),
    ] {
        fields = fields.with(name, value);
    }
    match names.holder.first() {
        Some(name) if !token.holder.is_empty() => Ok(fields.with(name, token.holder)),
        _ => Ok(fields),
    }
}

/// What the request says about 3-D Secure.
pub fn leg(fields: &Fields) -> Result<Leg, Refusal> {
    // The documents spell it in both ways.
    let spelled = fields.renamed("threeDSServerTransID", "threeDSServerTransId");
    Ok(Leg {
        trans_id: spelled.owned("threeDSServerTransId"),
        finish_url: fields.owned("threeDSVer2FinishUrl"),
        sdk: fields.flag("threeDSSDK")?,
    })
}
