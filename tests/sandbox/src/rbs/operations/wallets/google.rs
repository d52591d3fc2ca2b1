//! google/payment.do and google/paymentDirect.do: the token may hold a plain card number, so that
//! 3-D Secure may come first.

use serde_json::{Map, Value};

use super::super::super::cards::{self, Authentication};
use super::super::super::fields::Fields;
use super::super::super::merchants::Merchant;
use super::super::super::payments::Instrument;
use super::super::super::refusals::Refusal;
use super::super::super::world::World;
use super::super::cards::instant::second_leg;
use super::{instrument, register_and_pay, shown, token};

type Reply = Result<Map<String, Value>, Refusal>;

/// google/payment.do: amount, address and return URL are mandatory.
pub fn pay(world: &mut World, merchant: &Merchant, fields: &Fields) -> Reply {
    for name in ["amount", "ip", "returnUrl"] {
        if fields.get(name).is_none() {
            return Err(Refusal::missing(name));
        }
    }
    go(world, merchant, fields, "google")
}

/// google/paymentDirect.do: the merchant has decrypted the token.
pub fn direct(world: &mut World, merchant: &Merchant, fields: &Fields) -> Reply {
    if fields.get("protocolVersion").is_some_and(|known| !matches!(known, "ECv1" | "ECv2")) {
        return Err(Refusal::bad_value("protocolVersion"));
    }
    go(world, merchant, fields, "google_direct")
}

fn go(world: &mut World, merchant: &Merchant, fields: &Fields, wallet: &str) -> Reply {
    if let Some((id, outcome)) = second_leg(world, merchant, fields)? {
        return shown(world, merchant, fields, &id, outcome);
    }
    let token = token(fields, wallet)?;
    let chosen = match token.challenged {
        // A token that tells no outcome behaves as if its number had been typed.
        None if cards::authentication(&token.card.pan) != Authentication::None => {
            Instrument::agreed(token.card.clone(), "GOOGLE_PAY_CARD")
        }
        Some(true) => instrument(&token, "GOOGLE_PAY_CARD"),
        _ => instrument(&token, "GOOGLE_PAY_TOKENIZED"),
    };
    let (id, outcome) = register_and_pay(world, merchant, fields, &token, chosen)?;
    shown(world, merchant, fields, &id, outcome)
}
