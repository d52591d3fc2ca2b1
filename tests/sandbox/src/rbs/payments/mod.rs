//! One way for every payment that a merchant's server starts: card data, a stored card or a token
//! in, the order's next state out (the gateway's documents).

use super::bindings::Binding;
use super::cards::{self, Authentication, Behaviour};
use super::orders::{CardEntry, Order, State};
use super::refusals::Refusal;
use super::world::World;

pub mod card_data;
pub mod form;
pub mod short_status;
pub mod three_ds;

use three_ds::Leg;

/// What pays, and what its bank will say.
#[derive(Clone, Debug)]
pub struct Instrument {
    /// Number, expiry and name.
    pub card: CardEntry,
    /// What the bank says.
    pub behaviour: Behaviour,
    /// What 3-D Secure does first.
    pub authentication: Authentication,
    /// Whether a cryptogram stands for the buyer's consent, so that nothing need be asked.
    pub proved: bool,
    /// `paymentWay`.
    pub way: &'static str,
    /// The stored card that this is.
    pub binding: Option<String>,
    /// `tii` of the request.
    pub tii: Option<String>,
    /// Whether the card shall be stored afterwards.
    pub wants_storing: bool,
}

impl Instrument {
    /// Card data as typed; without a code, where that is permitted, the code is taken as good.
    pub fn typed(card: CardEntry, cvc: Option<&str>, way: &'static str) -> Self {
        let known = cards::by_pan(&card.pan).map_or("", |known| known.cvc);
        let (year, month) = card.expiration.split_at_checked(4).unwrap_or_default();
        let behaviour = cards::behaviour(&card.pan, month, year, cvc.unwrap_or(known));
        Self { behaviour, ..Self::agreed(card, way) }
    }

    /// A card whose data the bank has agreed to before.
    pub fn agreed(card: CardEntry, way: &'static str) -> Self {
        Self {
            behaviour: cards::known_behaviour(&card.pan),
            authentication: cards::authentication(&card.pan),
            card,
            proved: false,
            way,
            binding: None,
            tii: None,
            wants_storing: false,
        }
    }

    /// A stored card, with the code that the buyer typed, if any.
    pub fn stored(binding: &Binding, cvc: Option<&str>) -> Self {
        let mut stored = Self::agreed(binding.card.clone(), stored_way(binding.way));
        stored.card.expiration.clone_from(&binding.expiry);
        let wrong = cards::by_pan(&binding.card.pan).map(|card| card.cvc).zip(cvc);
        if wrong.is_some_and(|(known, typed)| known != typed) {
            stored.behaviour = Behaviour::Refused(cards::WRONG_CARD_DATA);
        }
        if let Some(code) = binding.decline_with {
            stored.behaviour = Behaviour::Refused(code);
        }
        stored.binding = Some(binding.id.clone());
        stored
    }

    /// The same where nobody can be asked: the merchant's own payments, MOTO, tokens.
    pub fn unasked(mut self) -> Self {
        self.authentication = Authentication::None;
        self.proved = true;
        self
    }
}

fn stored_way(way: &str) -> &'static str {
    match way {
        "APPLE_PAY" => "APPLE_PAY_BINDING",
        "GOOGLE_PAY_CARD" => "GOOGLE_PAY_CARD_BINDING",
        "GOOGLE_PAY_TOKENIZED" => "GOOGLE_PAY_TOKENIZED_BINDING",
        "SAMSUNG_PAY" => "SAMSUNG_PAY_BINDING",
        "MIR_PAY" => "MIR_PAY_BINDING",
        "TOKEN_PAY" => "TOKEN_PAY_BINDING",
        "FILE_BINDING" => "FILE_BINDING",
        _ => "CARD_BINDING",
    }
}

/// What became of a payment, or what the browser must do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Held, captured or verified.
    Paid,
    /// Refused by the bank; the order says with which code.
    Declined,
    /// The browser calls the issuer's method URLs, then the payment goes on.
    Method,
    /// The browser goes to the issuer's page.
    Challenge,
}

/// Takes a payment one leg further, after the method URLs.
pub fn go_on(world: &mut World, id: &str, leg: &Leg) -> Result<Outcome, Refusal> {
    let order = world.orders.get(id).ok_or_else(Refusal::unknown_order)?;
    let known = order.three_ds.as_ref().map(|session| &session.trans_id);
    match &leg.trans_id {
        Some(given) if known.is_some_and(|known| known != given) => {
            Err(Refusal::bad_value("threeDSServerTransId"))
        }
        _ => three_ds::advance(world, id, leg),
    }
}

/// Pays an order.
pub fn pay(
    world: &mut World,
    id: &str,
    instrument: &Instrument,
    leg: &Leg,
) -> Result<Outcome, Refusal> {
    let order = world.orders.get_mut(id).ok_or_else(Refusal::unknown_order)?;
    if order.state != State::Created {
        return Err(Refusal::wrong_state());
    }
    order.way = instrument.way;
    order.tii.clone_from(&instrument.tii);
    order.wants_storing = instrument.wants_storing;
    order.stored.clone_from(&instrument.binding);
    order.three_ds = None;
    order.eci = 7;
    let order = order.clone();
    let listed = (order.terms.merchant.clone(), instrument.card.pan.clone());
    match asked(&order, instrument, world.ssl_cards.contains(&listed)) {
        Authentication::None => settle(world, &order, instrument),
        _ => three_ds::start(world, &order, instrument, leg),
    }
}

/// What 3-D Secure does in this payment.
fn asked(order: &Order, instrument: &Instrument, listed: bool) -> Authentication {
    let free = ["FORCE_SSL", "FRAUD_FORCE_SSL", "PAYMENT_WAY_FORCE_SSL", "AUTO_PAYMENT"];
    let free = free.iter().any(|name| order.has_feature(name));
    let known = matches!(instrument.behaviour, Behaviour::Refused(code) if !fails_in_3ds(code));
    if free || listed || known || own_server(order).is_some() {
        Authentication::None
    } else {
        instrument.authentication
    }
}

/// `eci` of a merchant who runs a 3-D Secure server of its own.
fn own_server(order: &Order) -> Option<u8> {
    let value = |name: &str| {
        let found = order.terms.json_params.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    };
    value("cavv").and(value("eci")).and_then(|eci| eci.parse().ok())
}

/// Refusals that come from the authentication; a payment without one does not meet them.
fn fails_in_3ds(code: i64) -> bool {
    matches!(code, -2006 | 151_017)
}

/// The bank's word without an authentication.
fn settle(world: &mut World, order: &Order, instrument: &Instrument) -> Result<Outcome, Refusal> {
    let forced = ["FORCE_TDS", "FORCE_FULL_TDS"].iter().any(|name| order.has_feature(name));
    let own = own_server(order);
    let behaviour = match instrument.behaviour {
        _ if forced && own.is_none() && !instrument.proved => Behaviour::Refused(2003),
        Behaviour::Refused(code) | Behaviour::RefusedForGood(code) if fails_in_3ds(code) => {
            Behaviour::Accepted
        }
        other => other,
    };
    concluded(world, &order.id, &instrument.card, behaviour, own.unwrap_or(7))
}

/// Writes the bank's word into the order.
pub fn concluded(
    world: &mut World,
    id: &str,
    card: &CardEntry,
    behaviour: Behaviour,
    eci: u8,
) -> Result<Outcome, Refusal> {
    let pan = cards::masked(&card.pan);
    match behaviour {
        Behaviour::Accepted | Behaviour::Challenge => {
            world.change(id, &format!("paid with {pan}"), |order, now| {
                order.eci = eci;
                order.accept(card, order.terms.amount, now)
            })?;
            Ok(Outcome::Paid)
        }
        Behaviour::Refused(code) | Behaviour::RefusedForGood(code) => {
            let for_good = matches!(behaviour, Behaviour::RefusedForGood(_));
            world.change(id, &format!("{pan} refused with {code}"), |order, now| {
                order.refuse(card, code, for_good, now)
            })?;
            Ok(Outcome::Declined)
        }
    }
}
