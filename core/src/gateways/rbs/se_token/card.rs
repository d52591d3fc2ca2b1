//! What a `seToken` says, before it is encrypted.

use time::UtcOffset;
use time::macros::format_description;
use zeroize::Zeroizing;

use crate::clock::Time;
use crate::error::Error;
use crate::secret::Secret;

/// A card, or a stored one, and the order that it pays.
#[derive(Default)]
pub struct Card {
    /// The card's number, 13 to 19 digits.
    pub pan: Option<Secret>,
    /// Three or four digits; some merchants do without.
    pub cvc: Option<Secret>,
    /// `YYYYMM`.
    pub expiry: Option<Secret>,
    /// The gateway's id of the order.
    pub md_order: Option<String>,
    /// The stored card instead of a number.
    pub binding_id: Option<Secret>,
    /// As on the card.
    pub cardholder: Option<Secret>,
    /// Which SDK asks: `MSDK_CORE`, `MSDK_FORMS`, `MSDK_PAYMENT`, `WSDK_CORE`, `WSDK_PAYMENT`.
    pub registered_from: Option<String>,
}

/// The method that the token is for: each wants other fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// `paymentorder.do`: a card and a registered order.
    PaymentOrder,
    /// `instantPayment.do`: a card or a stored one; the order is yet to be made.
    InstantPayment,
    /// `paymentOrderBinding.do`: a stored card and a registered order.
    PaymentOrderBinding,
    /// `instantRefund.do`: a card or a stored one, without an order.
    InstantRefund,
}

impl Card {
    /// Whether each field has its form, and those of the method are there. Errors name the field,
    /// never what stands in it.
    pub fn check(&self, target: Target) -> Result<(), Error> {
        self.forms()?;
        use Target::{InstantPayment, InstantRefund, PaymentOrder, PaymentOrderBinding};
        let registered = matches!(target, PaymentOrder | PaymentOrderBinding);
        let stored = match target {
            PaymentOrder => false,
            PaymentOrderBinding => true,
            InstantPayment | InstantRefund => self.binding_id.is_some(),
        };
        let binding = (self.binding_id.is_some(), "binding_id");
        let order = (self.md_order.is_some(), "md_order");
        let pan = (self.pan.is_some(), "pan");
        let expiry = (self.expiry.is_some(), "expiry");
        match stored {
            false => {
                needed(pan, "expected a card's number")?;
                needed(expiry, "expected the card's expiry")?;
                refused(binding, "a stored card is paid with by paymentOrderBinding")?;
            }
            true => {
                needed(binding, "expected the id of a stored card")?;
                refused(pan, "expected a stored card or a number, got both")?;
                if target == InstantRefund {
                    refused(expiry, "not used with a stored card here")?;
                }
            }
        }
        match registered {
            true => needed(order, "expected the gateway's id of the order"),
            false => refused(order, "not used by this method"),
        }
    }

    fn forms(&self) -> Result<(), Error> {
        let secret = |field: &str, secret: &Option<Secret>, says: &str, fits: fn(&str) -> bool| {
            let fits = secret.as_ref().is_none_or(|secret| fits(secret.expose()));
            fits.then_some(()).ok_or_else(|| Error::invalid(field, says))
        };
        let number = "expected a card's number: 13 to 19 digits with the right check digit";
        secret("pan", &self.pan, number, is_pan)?;
        secret("cvc", &self.cvc, "expected 3 or 4 digits", |text| digits(text, 3, 4))?;
        secret("expiry", &self.expiry, "expected six digits, YYYYMM", is_expiry)?;
        let slot = "expected a text without slashes and line breaks";
        secret("binding_id", &self.binding_id, slot, is_slot)?;
        secret("cardholder", &self.cardholder, slot, is_slot)?;
        let plain = |field: &str, text: &Option<String>| match text.as_deref().is_none_or(is_slot) {
            true => Ok(()),
            false => Err(Error::invalid(field, slot)),
        };
        plain("md_order", &self.md_order)?;
        plain("registered_from", &self.registered_from)
    }

    /// The nine fields, joined by slashes; those that end the line and are not used are left out.
    pub(super) fn plaintext(
        &self,
        now: Time,
        zone: UtcOffset,
        uuid: [u8; 16],
    ) -> Zeroizing<String> {
        let format = format_description!(
            "[year]-[month]-[day]T[hour]:[minute]:[second][offset_hour sign:mandatory]:[offset_minute]"
        );
        let moment = now.to_offset(zone).format(format).unwrap_or_default();
        let uuid = uuid_text(uuid);
        let slots = [
            moment.as_str(),
            uuid.as_str(),
            exposed(&self.pan),
            exposed(&self.cvc),
            exposed(&self.expiry),
            self.md_order.as_deref().unwrap_or_default(),
            exposed(&self.binding_id),
            exposed(&self.cardholder),
            self.registered_from.as_deref().unwrap_or_default(),
        ];
        // The whole room at once: nothing is moved and left behind.
        let length = slots.iter().map(|slot| slot.len() + 1).sum();
        let mut text = Zeroizing::new(String::with_capacity(length));
        for slot in slots {
            text.push_str(slot);
            text.push('/');
        }
        let used = text.trim_end_matches('/').len();
        text.truncate(used);
        text
    }
}

fn exposed(secret: &Option<Secret>) -> &str {
    secret.as_ref().map_or("", Secret::expose)
}

/// A random UUID (version 4) of these bytes.
fn uuid_text(mut bytes: [u8; 16]) -> String {
    let [_, _, _, _, _, _, version, _, variant, ..] = &mut bytes;
    *version = *version & 0x0f | 0x40;
    *variant = *variant & 0x3f | 0x80;
    let mut text = hex::encode(bytes);
    for dash in [20, 16, 12, 8] {
        text.insert(dash, '-');
    }
    text
}

fn needed((given, field): (bool, &str), says: &str) -> Result<(), Error> {
    given.then_some(()).ok_or_else(|| Error::invalid(field, says))
}

fn refused((given, field): (bool, &str), says: &str) -> Result<(), Error> {
    needed((!given, field), says)
}

fn digits(text: &str, least: usize, most: usize) -> bool {
    (least..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The right number of digits, the last of which checks the others (ISO/IEC 7812, Luhn).
fn is_pan(text: &str) -> bool {
    let sum = text.bytes().rev().enumerate().map(|(place, byte)| {
        let digit = u32::from(byte.wrapping_sub(b'0'));
        match digit * 2 {
            _ if place % 2 == 0 => digit,
            double @ 10.. => double - 9,
            double => double,
        }
    });
    digits(text, 13, 19) && sum.sum::<u32>() % 10 == 0
}

/// Six digits always: the vendor's Android SDK writes January as one, and the slot is then read
/// as something else. A year of this century, so that `MMYYYY` is no date.
fn is_expiry(text: &str) -> bool {
    let month = text.get(4..).unwrap_or_default();
    digits(text, 6, 6) && text.starts_with("20") && ("01"..="12").contains(&month)
}

/// A slash would move every field after it; an empty text is no value.
fn is_slot(text: &str) -> bool {
    !text.is_empty() && !text.contains('/') && !text.contains(char::is_control)
}
