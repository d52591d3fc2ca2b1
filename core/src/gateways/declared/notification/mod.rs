//! Notifications: which kind, whether it is authentic, and what it says, of the fields that its signature
//! covers alone.

mod answer;
mod event;
mod proof;
mod received;
mod signed_part;
#[cfg(test)]
mod tests;

use serde_json::Value;

use self::answer::Over;
use self::proof::Proof;
use self::received::Messages;
use super::condition::Seen;
use super::message::Message;
use super::reading::{Reader, Told};
use super::schema::{Case, Condition, Notify, Verify, Word};
use super::shop::Shop;
use super::values::Values;
use crate::clock::Time;
use crate::decline;
use crate::error::Error;
use crate::expect::Expected;
use crate::notification::{Notification, Received};
use crate::payment::{Payment, Status};
use crate::sign;

/// What every authentic notification tells, if its kind does not say.
const MUST_MATCH: [&str; 2] = ["order_id", "amount"];

/// Reads a notification. The error has the answers.
pub fn read(
    shop: &Shop,
    received: &Received,
    expect: &Expected,
    now: Time,
) -> Result<Notification, Error> {
    let answered = |mut error: Error, answer: Value| {
        error.answer = Some(answer);
        error
    };
    let (at, kind, messages) =
        choose(shop, received).map_err(|error| answered(error, unread(shop)))?;
    let seen = |message| Seen { message, headers: &received.headers, query: None, http: None };
    let answers = |over: Over<'_>| answer::computed(shop, &kind.answer, &over, Some(now));
    let unproved = || answers(Over::Unproved(messages.told()));
    let proof = match kind.signature.is_empty() {
        false => Proof::of(shop, kind, &seen(&messages.signed)).map(Some),
        true => Ok(None),
    };
    let proof = proof.map_err(|error| answered(error, unproved()))?;
    // With a status call to make it true it is a hint, signed or not.
    let proof = proof.filter(|_| kind.verify == Verify::Signature);
    let part =
        proof.as_ref().map(|proof| signed_part::of(messages.told(), &|name| proof.covers(name)));
    let answer = match &part {
        Some(part) => answers(Over::Proved(part)),
        None => unproved(),
    };
    let one = One {
        shop,
        at,
        kind,
        message: messages.told(),
        seen: Seen { query: messages.query.as_ref(), ..seen(messages.told()) },
        proof: proof.as_ref(),
    };
    let mut notification = one.read(expect).map_err(|error| answered(error, answer.clone()))?;
    notification.delivery_id = one
        .proof
        .and_then(|proof| proof.digest(&messages.signed))
        .unwrap_or_else(|| sign::sha256_hex(&messages.signed.body));
    notification.raw = signed_part::shown(shop, kind, messages.told(), part.as_ref());
    if let Some(told) = &mut notification.told {
        told.raw.clone_from(&notification.raw);
    }
    notification.answer = answer;
    Ok(notification)
}

/// The answers to what could not even be read: those of the kind for all the rest, or of the first.
pub fn unread(shop: &Shop) -> Value {
    let kinds = &shop.descriptor.notify;
    let kind = kinds.iter().find(|kind| kind.when.is_empty()).or(kinds.first());
    kind.map_or(Value::Null, |kind| answer::computed(shop, &kind.answer, &Over::Nothing, None))
}

/// The first kind whose conditions hold, and the notification as it is written there.
fn choose<'a>(shop: &'a Shop, received: &Received) -> Result<(usize, &'a Notify, Messages), Error> {
    let mut fault = "it is of no kind that the descriptor knows";
    let mut read: Option<(&Notify, Result<Messages, &'static str>)> = None;
    for (at, kind) in shop.descriptor.notify.iter().enumerate() {
        let messages = match read.take() {
            // Most gateways write all their kinds alike: a large one is read once.
            Some((before, messages)) if received::alike(before, kind) => messages,
            _ => Messages::read(kind, received),
        };
        let messages = match messages {
            Ok(messages) => messages,
            Err(says) => {
                fault = says;
                read = Some((kind, Err(says)));
                continue;
            }
        };
        let (message, query) = (messages.told(), messages.query.as_ref());
        let seen = Seen { message, headers: &received.headers, query, http: None };
        let cases = kind.case.iter().flat_map(|case| &case.when);
        if kind.when.iter().chain(cases).any(|condition| seen.is_wrapped(condition)) {
            return Err(unreadable("a list where a value is compared"));
        }
        if seen.all(&kind.when) {
            return Ok((at, kind, messages));
        }
        read = Some((kind, Ok(messages)));
    }
    Err(unreadable(fault))
}

fn unreadable(says: &str) -> Error {
    Error::untrusted("unreadable", format!("the notification cannot be used: {says}"))
}

/// A notification of a known kind, proved or a hint.
struct One<'a> {
    shop: &'a Shop,
    /// Which of the descriptor's kinds.
    at: usize,
    kind: &'a Notify,
    message: &'a Message,
    seen: Seen<'a>,
    /// None of a hint.
    proof: Option<&'a Proof<'a>>,
}

impl One<'_> {
    fn read(&self, expect: &Expected) -> Result<Notification, Error> {
        let told = self.told(expect)?;
        let mut payment = self.payment(&told);
        // Whoever is handed it compares it on his own.
        let mut handed = payment.clone();
        let checked = match self.proof.is_some() || told.word == Some(Word::Check) {
            true => self.check(expect, &mut payment),
            // Only what is authentic can be something else than expected.
            false => Ok(()),
        };
        let (test, checked_names) = (payment.test, payment.checked.clone());
        handed.checked.extend(payment.checked.iter().filter(|name| **name == "shop"));
        handed.unconfirmed = !self.shop.believes(&self.section(), self.kind.mark);
        let (event, succeeded) = self.event(told.word, &payment);
        let hint = payment.into_hint();
        if let Err(error) = checked {
            return Err(error.with_payment(hint));
        }
        let ids = |name: &str| self.believed(name);
        let gateway = &self.shop.descriptor.id;
        let asks = !self.shop.descriptor.status.is_empty();
        Ok(Notification {
            event,
            succeeded,
            // A stranger could take the place of the real event, were its name not signed.
            event_id: self
                .proof
                .and_then(|_| event::id(gateway, &self.kind.event_id, self.message, &ids)),
            delivery_id: String::new(),
            verified: self.proof.is_some(),
            checked: checked_names,
            payment: hint,
            told: self.proof.map(|_| handed),
            card: None,
            // Where nothing can be asked, the authentic notification is the proof.
            needs_status: asks || self.proof.is_none() || event == "check",
            test,
            answer: Value::Null,
            raw: Value::Null,
        })
    }

    /// Whether a field may be read: of a hint all but the signature's own.
    fn believed(&self, name: &str) -> bool {
        match self.proof {
            Some(proof) => proof.covers(name),
            None => !self.kind.signature.iter().any(|place| place.is_at(name)),
        }
    }

    /// What it says.
    fn told(&self, expect: &Expected) -> Result<Told, Error> {
        let reader = Reader {
            shop: self.shop,
            message: self.message,
            whole: None,
            values: &Values::of(self.shop),
            words: &self.kind.status_map,
            order_currency: expect.amount().map(|amount| amount.currency),
            believed: &|name| self.believed(name),
        };
        let mut told = reader
            .read(&self.kind.fields)
            .map_err(|name| unreadable(&format!("its {name} cannot be read")))?;
        if let Some(case) = self.kind.case.iter().find(|case| self.is(case)) {
            told.word = Some(case.status);
        }
        // A question whether an order may be paid is often not signed, and moves no money.
        let signs = self.kind.verify == Verify::Signature;
        if signs && self.proof.is_none() && told.word != Some(Word::Check) {
            let says = "nothing signs such a notification";
            return Err(Error::untrusted("signature_missing", says));
        }
        let default: &[&str] = if signs { &MUST_MATCH } else { &[] };
        let given = self.kind.must_match.as_ref();
        let must: Vec<&str> =
            given.map_or(default.to_vec(), |names| names.iter().map(String::as_str).collect());
        // A sum without a currency is read in that of the order; where no order is expected, nobody
        // knows its digits, and the shop is only told which order it is about.
        let unit = told.currency.is_some() || expect.amount().is_some();
        for (name, is_told) in [
            ("order_id", told.order_id.is_some()),
            ("amount", told.amount.is_some() || !unit),
            ("currency", told.currency.is_some()),
        ] {
            if must.contains(&name) && !is_told {
                return Err(unreadable(&format!("its {name} is not told by what is signed")));
            }
        }
        Ok(told)
    }

    fn is(&self, case: &Case) -> bool {
        // What makes us more careful may be read anywhere.
        let careful = matches!(case.status, Word::Pending | Word::Unknown);
        let counts = |condition: &Condition| match (&condition.at, self.proof) {
            _ if careful => true,
            (_, None) => true,
            (Some(name), Some(proof)) => proof.covers(name),
            (None, Some(_)) => false,
        };
        case.when.iter().all(counts) && self.seen.all(&case.when)
    }

    /// The payment, as far as it may be believed.
    fn payment(&self, told: &Told) -> Payment {
        let mut payment = told.payment(self.shop);
        if let Some(test) = self.proof.and_then(|proof| proof.test()) {
            payment.test = Some(test || payment.test == Some(true));
        }
        if self.shop.named_by_order() {
            // The gateway gave no id when it began: both sides know it by the shop's number.
            payment.id.clone_from(&payment.order_number);
        }
        let hint = self.proof.is_none();
        match told.word {
            None | Some(Word::Unknown) => payment.reason = Some("unknown_status"),
            Some(Word::Declined) => payment.reason = Some(decline::DECLINED),
            _ => {}
        }
        if hint || told.word == Some(Word::Check) {
            (payment.authorized, payment.captured, payment.refunded) = (None, None, None);
        }
        if hint {
            (payment.status, payment.reason) = (Status::Unknown, None);
            (payment.disputed, payment.last_attempt) = (false, None);
        }
        let no_sum = match payment.status {
            Status::Paid => payment.captured.is_none(),
            Status::Authorized => payment.authorized.is_none(),
            _ => false,
        };
        if no_sum {
            // Money without a sum is not guessed.
            (payment.status, payment.reason) = (Status::Unknown, Some("sum_unreadable"));
        }
        self.shop.doubt(&self.section(), self.kind.mark, &mut payment);
        payment
    }

    /// Its place in the descriptor.
    fn section(&self) -> String {
        format!("notify.{}", self.at)
    }

    /// Of a hint the word is all that there is.
    fn event(&self, word: Option<Word>, payment: &Payment) -> (&'static str, Option<bool>) {
        match self.proof {
            Some(_) => event::event(word, payment),
            None => event::named(word),
        }
    }

    /// Whether it is about this shop and the payment that is expected.
    fn check(&self, expect: &Expected, payment: &mut Payment) -> Result<(), Error> {
        for (name, template) in self.kind.equals.iter() {
            let ours = template.text(&Values::of(self.shop))?;
            if self.believed(name) && !payment.checked.contains(&"shop") {
                payment.checked.push("shop");
            }
            if self.message.text(name).is_none_or(|theirs| theirs != *ours) {
                let says = "shop: the notification is authentic, but of another shop";
                return Err(Error::mismatch("shop", says));
            }
        }
        expect.check(payment)
    }
}
