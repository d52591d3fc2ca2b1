//! 3-D Secure of payments that a merchant's server starts (the gateway's documents):
//! method URLs, the issuer's page, the answer.

use super::super::cards::{Authentication, Behaviour};
use super::super::orders::{CardEntry, Order};
use super::super::refusals::Refusal;
use super::super::world::World;
use super::{Instrument, Outcome, concluded};

/// How far an authentication has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The browser calls the method URLs.
    Method,
    /// The issuer's page is open.
    Challenge,
    /// The buyer has answered there.
    Answered {
        /// Whether the code was right.
        passed: bool,
    },
}

/// An authentication under way.
#[derive(Clone, Debug)]
pub struct ThreeDs {
    /// 1 or 2.
    pub version: u8,
    /// `threeDSServerTransId`.
    pub trans_id: String,
    /// What will be charged.
    pub card: CardEntry,
    behaviour: Behaviour,
    authentication: Authentication,
    /// How far it has come.
    pub stage: Stage,
    /// Where the browser goes after the issuer's page; else the gateway finishes the payment.
    pub finish_url: Option<String>,
    /// Whether a mobile SDK shows the issuer's questions.
    pub sdk: bool,
    /// `PaRes` that the issuer's page will give; nobody can guess it.
    pub answer: String,
}

/// What a request says about its leg of the authentication.
#[derive(Clone, Debug, Default)]
pub struct Leg {
    /// `threeDSServerTransId` of the first leg's reply.
    pub trans_id: Option<String>,
    /// `threeDSVer2FinishUrl`.
    pub finish_url: Option<String>,
    /// `threeDSSDK`.
    pub sdk: bool,
}

/// The first leg.
pub fn start(
    world: &mut World,
    order: &Order,
    instrument: &Instrument,
    leg: &Leg,
) -> Result<Outcome, Refusal> {
    let first = instrument.authentication == Authentication::Version1;
    let session = ThreeDs {
        version: if first { 1 } else { 2 },
        trans_id: uuid::Uuid::new_v4().to_string(),
        card: instrument.card.clone(),
        behaviour: instrument.behaviour,
        authentication: instrument.authentication,
        stage: Stage::Method,
        finish_url: leg.finish_url.clone(),
        sdk: leg.sdk,
        answer: crate::base64::encode(format!("PARes {}", uuid::Uuid::new_v4()).as_bytes()),
    };
    if let Some(order) = world.orders.get_mut(&order.id) {
        order.three_ds = Some(session);
        order.note(crate::clock::now(), "3-D Secure: first leg");
    }
    if first { challenge(world, &order.id) } else { Ok(Outcome::Method) }
}

/// The second leg: after the method URLs.
pub fn advance(world: &mut World, id: &str, leg: &Leg) -> Result<Outcome, Refusal> {
    let order = world.orders.get_mut(id).ok_or_else(Refusal::unknown_order)?;
    let full = order.has_feature("FORCE_FULL_TDS");
    let session = order.three_ds.as_mut().ok_or_else(Refusal::wrong_state)?;
    if session.stage != Stage::Method {
        return Err(Refusal::wrong_state());
    }
    if leg.finish_url.is_some() {
        session.finish_url.clone_from(&leg.finish_url);
    }
    let session = session.clone();
    match session.authentication {
        Authentication::Challenge | Authentication::Version1 => challenge(world, id),
        Authentication::Attempt if full => {
            conclude(world, id, &session, Behaviour::Refused(4032), true)
        }
        Authentication::Attempt => conclude(world, id, &session, session.behaviour, false),
        _ => conclude(world, id, &session, session.behaviour, true),
    }
}

fn challenge(world: &mut World, id: &str) -> Result<Outcome, Refusal> {
    world.change(id, "3-D Secure started", |order, _| {
        let session = order.three_ds.as_mut().ok_or_else(Refusal::wrong_state)?;
        session.stage = Stage::Challenge;
        let card = session.card.clone();
        order.challenge(card)
    })?;
    Ok(Outcome::Challenge)
}

/// After the issuer's page: charges the card, or refuses it.
pub fn finish(world: &mut World, id: &str) -> Result<Outcome, Refusal> {
    let order = world.orders.get(id).ok_or_else(Refusal::unknown_order)?;
    let session = order.three_ds.clone().ok_or_else(Refusal::wrong_state)?;
    match session.stage {
        // A mobile SDK has asked the buyer by itself.
        Stage::Challenge if session.sdk => conclude(world, id, &session, Behaviour::Accepted, true),
        Stage::Answered { passed: true } => {
            conclude(world, id, &session, Behaviour::Accepted, true)
        }
        Stage::Answered { passed: false } => {
            conclude(world, id, &session, Behaviour::Refused(-2006), true)
        }
        _ => Err(Refusal::wrong_state()),
    }
}

fn conclude(
    world: &mut World,
    id: &str,
    session: &ThreeDs,
    behaviour: Behaviour,
    full: bool,
) -> Result<Outcome, Refusal> {
    let system = super::cards::by_pan(&session.card.pan).map_or("VISA", |card| card.system);
    let eci = match (system, full) {
        ("MASTERCARD", true) => 2,
        ("MASTERCARD", false) => 1,
        (_, true) => 5,
        (_, false) => 6,
    };
    let outcome = concluded(world, id, &session.card, behaviour, eci)?;
    if let Some(order) = world.orders.get_mut(id) {
        order.three_ds = None;
    }
    Ok(outcome)
}

/// The order whose authentication has this `threeDSServerTransId`.
pub fn order_of(world: &World, trans_id: &str) -> Option<String> {
    let mut orders = world.orders.values();
    let own = |order: &&Order| {
        order.three_ds.as_ref().is_some_and(|session| session.trans_id == trans_id)
    };
    orders.find(own).map(|order| order.id.clone())
}
