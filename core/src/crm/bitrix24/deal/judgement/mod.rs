//! What a payment's state means for its item and its deal: what a person must look at, and what moves.
//! Nothing here asks the portal.

#[cfg(test)]
mod tests;

use super::heard::{Heard, Outcome, rank};
use super::portal_deal::PortalDeal;
use super::stages::Meaning;
use crate::money::Amount;

/// There is no deal of this id.
pub const DEAL_MISSING: &str = "deal_missing";
/// The deal was closed otherwise, or the portal does not say that it is open.
pub const DEAL_CLOSED: &str = "deal_closed";
/// The deal's sum is not the payment's.
pub const DEAL_AMOUNT: &str = "deal_amount";
/// The deal's currency is not the payment's.
pub const DEAL_CURRENCY: &str = "deal_currency";
/// The item's sum or currency is not the payment's.
pub const ITEM_AMOUNT: &str = "item_amount";
/// The item is linked to another deal.
pub const ITEM_DEAL: &str = "item_deal";
/// The item stands for a payment with another id: two were paid, or told of, under one key.
pub const ANOTHER_PAYMENT: &str = "another_payment";
/// The type of the item has no relation with deals.
pub const NO_DEAL_RELATION: &str = "no_deal_relation";
/// Less was taken than was registered.
pub const AMOUNT: &str = "amount";
/// Test money, which wins no deal.
pub const TEST: &str = "test";
/// Money of this payment went back, or is disputed, by what the portal was told before.
pub const ALREADY_REFUNDED: &str = "already_refunded";
/// The payment is told to be dead, but the portal was told before that it is paid, or a person says so by
/// the item's stage.
pub const ALREADY_PAID: &str = "already_paid";
/// The status says that nothing was taken, and the sums say that something was.
pub const CONTRADICTION: &str = "contradiction";
/// The buyer's bank disputes the payment.
pub const DISPUTED: &str = "disputed";
/// The pipeline has no stage of the meaning that is wanted.
pub const NO_STAGE: &str = "no_stage";
/// The portal refused to move the deal or the item: `refusals` has its code.
pub const STAGE_REFUSED: &str = "stage_refused";
/// The deal has no order to register the payment on.
pub const NO_ORDER: &str = "no_order";
/// The portal's own payment has another sum.
pub const PAYMENT_AMOUNT: &str = "payment_amount";
/// The portal's own payment has another currency.
pub const PAYMENT_CURRENCY: &str = "payment_currency";
/// Which of the portal's own payments stands for this one cannot be told.
pub const PAYMENT_UNCLEAR: &str = "payment_unclear";
/// The portal has no payment of the id that the caller gave.
pub const PAYMENT_MISSING: &str = "payment_missing";
/// The portal's own payment is to be paid by another pay system.
pub const PAYMENT_SYSTEM: &str = "payment_system";
/// The portal took its payment for paid, and still shows it unpaid.
pub const STILL_UNPAID: &str = "still_unpaid";
/// The portal's own payment was paid before this money came: it was paid twice.
pub const PAID_BEFORE: &str = "paid_before";
/// The portal refused to register the payment: `refusals` has its code.
pub const REGISTER_REFUSED: &str = "register_refused";

/// What keeps the deal where it is.
const HOLDS_DEAL: &[&str] = &[
    DEAL_MISSING,
    DEAL_CLOSED,
    DEAL_AMOUNT,
    DEAL_CURRENCY,
    NO_DEAL_RELATION,
    PAYMENT_AMOUNT,
    PAYMENT_CURRENCY,
];

/// What keeps the item where it is, and the deal too.
const HOLDS_BOTH: &[&str] = &[
    ITEM_AMOUNT,
    ITEM_DEAL,
    ANOTHER_PAYMENT,
    AMOUNT,
    TEST,
    CONTRADICTION,
    ALREADY_REFUNDED,
    ALREADY_PAID,
];

/// What registering the payment may note.
pub const REGISTERING: &[&str] = &[
    NO_ORDER,
    PAYMENT_AMOUNT,
    PAYMENT_CURRENCY,
    PAYMENT_UNCLEAR,
    PAYMENT_MISSING,
    PAYMENT_SYSTEM,
    STILL_UNPAID,
    PAID_BEFORE,
    REGISTER_REFUSED,
];

/// What the caller asked for, as far as it decides.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    /// The deal's id.
    pub deal_id: u64,
    /// The payment is a part of the deal's sum.
    pub partial: bool,
    /// A dead payment leaves its deal alone.
    pub keep: bool,
    /// Test money counts.
    pub accept_test: bool,
}

/// The item, as far as it decides.
#[derive(Clone, Copy, Debug)]
pub struct ItemSeen {
    /// Which deal it is linked to.
    pub deal_id: Option<u64>,
    /// Whether items of its type have a sum at all.
    pub has_sum: bool,
    /// Its sum.
    pub amount: Option<Amount>,
    /// It stands for a payment with another id.
    pub another: bool,
}

/// A state that was written down before.
#[derive(Clone, Debug)]
pub struct Before {
    /// Its status.
    pub word: String,
    /// Whether nothing kept the deal from moving.
    pub moved: bool,
}

/// What the portal said.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// The deal, if there is one.
    pub deal: Option<&'a PortalDeal>,
    /// Whether the item's type has a relation with deals.
    pub relation: bool,
    /// The item, if there is one.
    pub item: Option<ItemSeen>,
    /// What was written down of this payment before.
    pub before: &'a [Before],
    /// Whether another payment of the deal is live or won.
    pub others: bool,
}

/// Where something goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal {
    /// To its success stage.
    Success,
    /// To its failure stage.
    Failure,
}

impl Goal {
    /// What the stage must mean.
    pub fn meaning(self) -> Meaning {
        match self {
            Goal::Success => Meaning::Won,
            Goal::Failure => Meaning::Lost,
        }
    }
}

/// Whether a state is heard of after a later one.
pub fn is_late(heard: &Heard, seen: &Seen<'_>) -> bool {
    seen.before.iter().any(|before| rank(&before.word) > rank(&heard.word))
}

/// What a person must look at.
pub fn attention(heard: &Heard, seen: &Seen<'_>, asked: &Asked) -> Vec<&'static str> {
    let mut words = Vec::new();
    words.extend(seen.deal.is_none().then_some(DEAL_MISSING));
    if heard.outcome == Outcome::Waiting {
        words.extend(another(seen));
        words.extend(certain(heard, asked));
        return words;
    }
    let mut say = |yes: bool, word| words.extend(yes.then_some(word));
    let money = is_money(heard);
    if let Some(deal) = seen.deal {
        say(closed(heard, seen, asked, deal), DEAL_CLOSED);
        let currency = deal.currency == Some(heard.amount.currency);
        say(money && !currency, DEAL_CURRENCY);
        let differs = deal.amount != Some(heard.sum());
        say(money && currency && differs && !asked.partial, DEAL_AMOUNT);
    }
    words.extend(of_item(heard, seen, asked));
    words.extend(certain(heard, asked));
    let mut say = |yes: bool, word| words.extend(yes.then_some(word));
    let later = seen.before.iter().map(|before| rank(&before.word)).max().unwrap_or_default();
    match heard.outcome {
        Outcome::Paid => say(later > rank("paid"), ALREADY_REFUNDED),
        Outcome::Failed => {
            say(later > rank("paid"), ALREADY_REFUNDED);
            say((rank("partially_paid")..=rank("paid")).contains(&later), ALREADY_PAID);
        }
        _ => {}
    }
    words
}

fn is_money(heard: &Heard) -> bool {
    matches!(heard.outcome, Outcome::Paid | Outcome::Held)
}

/// What the payment alone says, whatever the portal shows.
pub fn certain(heard: &Heard, asked: &Asked) -> Vec<&'static str> {
    let mut words = Vec::new();
    let mut say = |yes: bool, word| words.extend(yes.then_some(word));
    let over = heard.outcome != Outcome::Waiting;
    // Of a hold a part may be taken, which has a word of its own.
    let blank =
        matches!(heard.outcome, Outcome::Failed | Outcome::Waiting) || heard.word == "authorized";
    say(heard.is_short(), AMOUNT);
    say(over && heard.test && !asked.accept_test, TEST);
    say(blank && heard.captured.is_some(), CONTRADICTION);
    say(heard.word == "disputed", DISPUTED);
    words
}

/// What item and type have against a move.
pub fn of_item(heard: &Heard, seen: &Seen<'_>, asked: &Asked) -> Vec<&'static str> {
    let mut words = Vec::new();
    let mut say = |yes: bool, word| words.extend(yes.then_some(word));
    say(!seen.relation, NO_DEAL_RELATION);
    if let Some(item) = &seen.item {
        say(item.deal_id.is_some_and(|deal| deal != asked.deal_id), ITEM_DEAL);
        let differs = item.has_sum && item.amount != Some(heard.sum());
        say(is_money(heard) && differs, ITEM_AMOUNT);
    }
    words.extend(another(seen));
    words
}

/// Whether the item stands for another payment.
pub fn another(seen: &Seen<'_>) -> Option<&'static str> {
    seen.item.is_some_and(|item| item.another).then_some(ANOTHER_PAYMENT)
}

/// Whether the deal was closed by somebody else, and that matters to this state.
fn closed(heard: &Heard, seen: &Seen<'_>, asked: &Asked, deal: &PortalDeal) -> bool {
    // By this very payment, in a state that the portal was told before.
    let by_us = || seen.before.iter().any(|before| before.moved && before.word == "paid");
    match (heard.outcome, deal.meaning) {
        (Outcome::Refunded | Outcome::Waiting, _) | (_, Meaning::Open) => false,
        (Outcome::Failed, Meaning::Lost) => false,
        (Outcome::Failed, _) => !asked.keep && !seen.others && !by_us(),
        (_, Meaning::Won) => !by_us(),
        (_, Meaning::Lost | Meaning::Unknown) => true,
    }
}

/// What keeps a deal where it is that was to move by what is written down, and was read again for that.
/// Nothing keeps one that is there already.
pub fn changed(heard: &Heard, deal: Option<&PortalDeal>, goal: Goal) -> Vec<&'static str> {
    let Some(deal) = deal else { return vec![DEAL_MISSING] };
    let mut words = Vec::new();
    let mut say = |yes: bool, word| words.extend(yes.then_some(word));
    if deal.meaning == goal.meaning() {
        return words;
    }
    say(deal.meaning != Meaning::Open, DEAL_CLOSED);
    if goal == Goal::Success {
        let currency = deal.currency == Some(heard.amount.currency);
        say(!currency, DEAL_CURRENCY);
        say(currency && deal.amount != Some(heard.sum()), DEAL_AMOUNT);
    }
    words
}

/// Whether what was written down keeps the deal where it is.
pub fn holds_deal(attention: &[String]) -> bool {
    attention.iter().any(|word| HOLDS_DEAL.contains(&&**word) || HOLDS_BOTH.contains(&&**word))
}

/// Why a state that is late, and was written down before, does not move an open deal that it would have
/// moved then.
pub fn undone(heard: &Heard, attention: &[String], asked: &Asked) -> Option<&'static str> {
    let would = deal_goal(heard, false, attention, false, asked) == Some(Goal::Success);
    would.then_some(ALREADY_REFUNDED)
}

/// Where the item goes, by what was written down.
pub fn item_goal(heard: &Heard, late: bool, attention: &[String]) -> Option<Goal> {
    let held = attention.iter().any(|word| HOLDS_BOTH.contains(&&**word));
    let goal = match heard.outcome {
        Outcome::Paid => Some(Goal::Success),
        Outcome::Failed => Some(Goal::Failure),
        Outcome::Held | Outcome::Refunded | Outcome::Waiting => None,
    };
    goal.filter(|_| !late && !held)
}

/// Where the deal goes, by what was written down.
pub fn deal_goal(
    heard: &Heard,
    late: bool,
    attention: &[String],
    others: bool,
    asked: &Asked,
) -> Option<Goal> {
    let spared = heard.outcome == Outcome::Failed && (asked.keep || others);
    let goal = item_goal(heard, late, attention);
    goal.filter(|_| !holds_deal(attention) && !spared && !asked.partial)
}

/// Whether the portal's own payment is to be registered: `on_deal` where that changes the deal itself.
pub fn registers(heard: &Heard, late: bool, attention: &[String], on_deal: bool) -> bool {
    heard.outcome == Outcome::Paid
        && item_goal(heard, late, attention).is_some()
        && !(on_deal && holds_deal(attention))
}
