//! What makes a notification true: a signature that is right, and with it the fields that it covers. None
//! is as bad as a wrong one. Addresses and their headers are not asked.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use crate::error::Error;
use crate::gateways::declared::condition::Seen;
use crate::gateways::declared::message::Message;
use crate::gateways::declared::recipe::{self, coverage};
use crate::gateways::declared::schema::{Encoding, Notify, Place, Recipe};
use crate::gateways::declared::shop::Shop;
use crate::gateways::declared::values::Values;
use crate::sign;

/// The most signatures that one value may hold: each is compared on its own.
const MOST: usize = 8;

/// The recipes whose signature was right.
pub struct Proof<'a> {
    kind: &'a Notify,
    recipes: Vec<&'a Recipe>,
    /// Only who pays with test money signs like this.
    only_test: bool,
}

impl<'a> Proof<'a> {
    /// Checks the signatures of such a notification; one that is right is enough.
    pub fn of(shop: &'a Shop, kind: &'a Notify, seen: &Seen<'_>) -> Result<Proof<'a>, Error> {
        let values = Values::of(shop);
        let mut recipes = Vec::new();
        let (mut given, mut malformed, mut only_test) = (false, true, true);
        for place in &kind.signature {
            let Some(text) = seen.signature(place) else { continue };
            given = true;
            let recipe = shop.recipe(&place.recipe)?;
            for one in alternatives(place, &text)? {
                if !is_shaped(recipe, one) {
                    continue;
                }
                malformed = false;
                if is_right(recipe, seen.message, &values, one) {
                    recipes.push(recipe);
                    only_test &= place.test;
                    break;
                }
            }
        }
        match (recipes.is_empty(), given, malformed) {
            (false, ..) => Ok(Proof { kind, recipes, only_test }),
            (true, false, _) => {
                Err(Error::untrusted("signature_missing", "the notification has no signature"))
            }
            (true, true, true) => Err(malformed_error()),
            (true, true, false) => {
                let says = "the signature of the notification is not the gateway's";
                Err(Error::untrusted("signature_mismatch", says))
            }
        }
    }

    /// Whether a field that is read is covered by a signature that was right. A signature proves
    /// nothing of itself.
    pub fn covers(&self, name: &str) -> bool {
        self.recipes.iter().any(|recipe| coverage::of_kind(recipe, self.kind, name))
    }

    /// Whether it is of test money, where another signature is of real money.
    pub fn test(&self) -> Option<bool> {
        self.kind.signature.iter().any(|place| place.test).then_some(self.only_test)
    }

    /// The digest of what was signed, without the secrets in it.
    pub fn digest(&self, message: &Message) -> Option<String> {
        let bytes = recipe::bytes(self.recipes.first()?, message, &Values::default()).ok()?;
        Some(sign::sha256_hex(&bytes))
    }
}

fn malformed_error() -> Error {
    Error::untrusted("signature_malformed", "the signature of the notification is none by its form")
}

/// The signatures in it.
fn alternatives<'a>(place: &Place, text: &'a str) -> Result<Vec<&'a str>, Error> {
    let Some(between) = place.alternatives.as_deref().filter(|between| !between.is_empty()) else {
        return Ok(vec![text]);
    };
    let all: Vec<&str> = text.split(between).take(MOST + 1).map(str::trim).collect();
    match all.len() > MOST {
        true => Err(malformed_error()),
        false => Ok(all),
    }
}

/// Whether it is written as such a signature is.
fn is_shaped(recipe: &Recipe, text: &str) -> bool {
    match recipe.encode {
        Encoding::Hex | Encoding::UpperHex => {
            hex::decode(text).is_ok_and(|bytes| !bytes.is_empty())
        }
        Encoding::Base64 => STANDARD.decode(text).is_ok(),
        Encoding::Base64Url => URL_SAFE_NO_PAD.decode(text).is_ok(),
    }
}

/// A message of which the signed text cannot even be put together is not the gateway's.
fn is_right(recipe: &Recipe, message: &Message, values: &Values<'_>, text: &str) -> bool {
    recipe::matches(recipe, message, values, text).unwrap_or(false)
}
