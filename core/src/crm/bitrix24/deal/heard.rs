//! What `settle_deal` is told of the payment: which state it is, and what that means for a deal.

use sha2::{Digest, Sha256};

use super::asked::SettleDeal;
use super::comment::Mark;
use super::payment::{Told, is_sure};
use crate::error::Error;
use crate::fields::{self, Fields};
use crate::money::{Amount, Currency};

/// What became of the payment, as far as its deal is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The money is in, all of it or a part.
    Paid,
    /// It is held on the buyer's card.
    Held,
    /// The payment is dead.
    Failed,
    /// Money went back, or the buyer's bank disputes it.
    Refunded,
    /// Nothing is known to be over.
    Waiting,
}

impl Outcome {
    /// The word in the reply.
    pub fn name(self) -> &'static str {
        match self {
            Outcome::Paid => "paid",
            Outcome::Held => "held",
            Outcome::Failed => "failed",
            Outcome::Refunded => "refunded",
            Outcome::Waiting => "waiting",
        }
    }
}

/// A state of a payment.
#[derive(Clone, Debug)]
pub struct Heard {
    /// What it means for a deal.
    pub outcome: Outcome,
    /// The status, in Kopeck's words; `disputed` where a dispute is open. It stands in the mark.
    pub word: String,
    /// The state's name.
    pub state_id: String,
    /// What was registered.
    pub amount: Amount,
    /// What was taken, where any was.
    pub captured: Option<Amount>,
    /// What went back, where any did.
    pub refunded: Option<Amount>,
    /// Test money.
    pub test: bool,
}

impl Heard {
    /// Whether less was taken than was registered.
    pub fn is_short(&self) -> bool {
        let less = self.captured.is_some_and(|captured| captured.minor < self.amount.minor);
        self.outcome == Outcome::Paid && (less || self.word == "partially_paid")
    }

    /// What is compared with the item and the deal: what was taken; where that is short, which has a word
    /// of its own, or nothing was taken, what was registered.
    pub fn sum(&self) -> Amount {
        self.captured
            .filter(|_| self.outcome == Outcome::Paid && !self.is_short())
            .unwrap_or(self.amount)
    }
}

/// The payment that the request tells of, and its state.
pub fn read(request: &SettleDeal) -> Result<(Told, Heard), Error> {
    let (told, named) = match (&request.payment, &request.notification) {
        (Some(told), None) => (told.clone(), None),
        (None, Some(notification)) => {
            let told = of_notification(notification)?;
            let named = name_state(&told);
            (told, Some(named))
        }
        _ => {
            let says = "expected payment or notification, one of the two";
            return Err(Error::invalid("payment", says));
        }
    };
    let field = if named.is_some() { "notification.payment" } else { "payment" };
    let heard = hear(&told, named, field)?;
    Ok((told, heard))
}

fn hear(told: &Told, named: Option<String>, field: &str) -> Result<Heard, Error> {
    let at = |name: &str| format!("{field}.{name}");
    let required = |name: &str, value: &Option<String>| {
        let given = value.clone().filter(|text| !text.is_empty());
        given.ok_or_else(|| Error::invalid(at(name), "required, but not given"))
    };
    let status = required("status", &told.status)?;
    let state_id = match named {
        Some(named) => named,
        None => required("state_id", &told.state_id)?,
    };
    // It stands in the comment's mark.
    if !Mark::fits(&state_id) {
        return Err(Error::invalid(at("state_id"), "expected a state_id of Kopeck's"));
    }
    let code = required("currency", &told.currency)?;
    let currency = Currency::from_code(&code)
        .ok_or_else(|| Error::invalid(at("currency"), "expected a code like \"RUB\""))?;
    let money = |name: &str, value: &Option<String>| -> Result<Option<Amount>, Error> {
        let text = value.as_deref().filter(|text| !text.is_empty());
        let amount = text.map(|text| Amount::parse(text, currency)).transpose();
        amount.map_err(|says| Error::invalid(at(name), says))
    };
    required("amount", &told.amount)?;
    let amount = money("amount", &told.amount)?
        .ok_or_else(|| Error::invalid(at("amount"), "required, but not given"))?;
    let some = |amount: Option<Amount>| amount.filter(|amount| amount.minor > 0);
    let captured = some(money("captured", &told.captured)?);
    let refunded = some(money("refunded", &told.refunded)?);
    let outcome = outcome(&status, refunded.is_some(), told.disputed);
    if outcome == Outcome::Paid && captured.is_none() {
        return Err(Error::invalid(at("captured"), "required of a payment that is paid"));
    }
    if outcome != Outcome::Waiting {
        required("id", &told.id)?;
    }
    let word = match (told.disputed, outcome) {
        (true, _) => "disputed",
        // Sums overrule the word.
        (false, Outcome::Refunded) if !matches!(&*status, "refunded" | "partially_refunded") => {
            "partially_refunded"
        }
        (false, Outcome::Waiting) if !is_known(&status) => "unknown",
        _ => &status,
    };
    let word = word.to_owned();
    let test = told.test == Some(true);
    Ok(Heard { outcome, word, state_id, amount, captured, refunded, test })
}

/// By the words of Kopeck alone; another one is unknown.
fn outcome(status: &str, refunded: bool, disputed: bool) -> Outcome {
    match status {
        _ if disputed || refunded => Outcome::Refunded,
        "partially_refunded" | "refunded" => Outcome::Refunded,
        "paid" | "partially_paid" => Outcome::Paid,
        "authorized" | "partially_captured" => Outcome::Held,
        "declined" | "expired" | "cancelled" => Outcome::Failed,
        _ => Outcome::Waiting,
    }
}

fn is_known(status: &str) -> bool {
    matches!(
        status,
        "created" | "action_required" | "pending" | "not_found" | "verified" | "unknown"
    )
}

/// Which of two states of one payment is the later one, as far as that can be told: a greater rank comes
/// after a smaller one. A dispute that ends well is heard of as the old `paid`.
pub fn rank(word: &str) -> u8 {
    match word {
        "authorized" | "partially_captured" => 1,
        "declined" | "expired" | "cancelled" => 2,
        "partially_paid" => 3,
        "paid" => 4,
        "partially_refunded" => 5,
        "refunded" | "disputed" => 6,
        _ => 0,
    }
}

fn of_notification(notification: &Fields) -> Result<Told, Error> {
    let payment = notification.get("payment").and_then(|payment| payment.as_object());
    let (true, Some(payment)) = (is_sure(notification), payment) else {
        let says = "expected one that is verified and says needs_status: false; call confirm first \
                    and give its reply as payment";
        return Err(Error::invalid("notification", says));
    };
    let told = fields::read::<Told>(payment);
    told.map_err(|error| Error::invalid("notification.payment", &error.message))
}

/// The name of a notification's state, which has none of its own: the same for each repeat. It is not the
/// name that `confirm` gives.
fn name_state(told: &Told) -> String {
    let nothing = |text: &String| !text.bytes().any(|byte| matches!(byte, b'1'..=b'9'));
    let sum = |text: &Option<String>| text.clone().filter(|text| !nothing(text));
    let parts = [
        told.gateway.clone().unwrap_or_default(),
        told.id.clone().unwrap_or_default(),
        told.status.clone().unwrap_or_default(),
        sum(&told.captured).unwrap_or_default(),
        sum(&told.refunded).unwrap_or_default(),
        if told.disputed { "disputed" } else { "" }.to_owned(),
    ];
    let mut digest = Sha256::new();
    for part in parts {
        // The length keeps two lists of parts from reading alike.
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    let digest = hex::encode(digest.finalize());
    digest.get(..32).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn asked(more: Value) -> Result<(Told, Heard), Error> {
        let mut fields = json!({ "deal_id": 662, "entity_type_id": 1220 });
        fields.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        read(&fields::read(fields.as_object().unwrap()).unwrap())
    }

    fn payment(more: Value) -> Value {
        let mut payment = json!({
            "gateway": "rbs", "id": "7f3a", "order_number": "R-1", "status": "paid",
            "state_id": "00ff", "amount": "1500.00", "currency": "RUB", "captured": "1500.00",
        });
        payment.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        payment
    }

    fn heard(more: Value) -> Heard {
        asked(json!({ "payment": payment(more) })).unwrap().1
    }

    fn field(more: Value) -> String {
        asked(more).err().unwrap().field.clone().unwrap()
    }

    #[test]
    fn every_status_has_its_outcome_and_another_word_is_unknown() {
        for (status, outcome, word) in [
            ("paid", Outcome::Paid, "paid"),
            ("partially_paid", Outcome::Paid, "partially_paid"),
            ("authorized", Outcome::Held, "authorized"),
            ("partially_captured", Outcome::Held, "partially_captured"),
            ("partially_refunded", Outcome::Refunded, "partially_refunded"),
            ("refunded", Outcome::Refunded, "refunded"),
            ("declined", Outcome::Failed, "declined"),
            ("expired", Outcome::Failed, "expired"),
            ("cancelled", Outcome::Failed, "cancelled"),
            ("created", Outcome::Waiting, "created"),
            ("action_required", Outcome::Waiting, "action_required"),
            ("pending", Outcome::Waiting, "pending"),
            ("not_found", Outcome::Waiting, "not_found"),
            ("verified", Outcome::Waiting, "verified"),
            ("unknown", Outcome::Waiting, "unknown"),
            ("PAID", Outcome::Waiting, "unknown"),
            ("won:all", Outcome::Waiting, "unknown"),
        ] {
            let heard = heard(json!({ "status": status }));
            assert_eq!((heard.outcome, &*heard.word), (outcome, word), "{status}");
        }
    }

    #[test]
    fn money_that_went_back_overrules_the_word() {
        let back = heard(json!({ "refunded": "0.01" }));
        assert_eq!((back.outcome, &*back.word), (Outcome::Refunded, "partially_refunded"));
        assert_eq!(heard(json!({ "refunded": "0.00" })).outcome, Outcome::Paid);
        let disputed = heard(json!({ "disputed": true }));
        assert_eq!((disputed.outcome, &*disputed.word), (Outcome::Refunded, "disputed"));
    }

    #[test]
    fn what_is_compared_is_what_was_taken_unless_that_is_short() {
        assert_eq!(heard(json!({})).sum().to_string(), "1500.00");
        let short = heard(json!({ "captured": "600.00" }));
        assert!(short.is_short());
        assert_eq!(short.sum().to_string(), "1500.00");
        let more = heard(json!({ "captured": "1500.01" }));
        assert_eq!((more.is_short(), more.sum().to_string()), (false, "1500.01".into()));
        assert!(heard(json!({ "status": "partially_paid" })).is_short());
    }

    #[test]
    fn what_is_missing_or_unusable_is_named() {
        for (more, expected) in [
            (json!({ "status": null }), "payment.status"),
            (json!({ "state_id": "" }), "payment.state_id"),
            (json!({ "state_id": "a:b" }), "payment.state_id"),
            (json!({ "currency": "Rub" }), "payment.currency"),
            (json!({ "amount": "1500" }), "payment.amount"),
            (json!({ "amount": null }), "payment.amount"),
            (json!({ "captured": null }), "payment.captured"),
            (json!({ "captured": "0.00" }), "payment.captured"),
            (json!({ "id": null }), "payment.id"),
        ] {
            assert_eq!(field(json!({ "payment": payment(more) })), expected);
        }
        assert_eq!(field(json!({})), "payment");
        let both = json!({ "payment": payment(json!({})), "notification": {} });
        assert_eq!(field(both), "payment");
    }

    #[test]
    fn a_notification_must_prove_itself_and_need_no_status() {
        let notification = |more: Value| {
            let mut fields = json!({
                "verified": true, "needs_status": false, "succeeded": true,
                "payment": payment(json!({ "state_id": null })),
            });
            fields.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            json!({ "notification": fields })
        };
        let told = |more| asked(notification(more)).unwrap().1;
        assert_eq!(told(json!({})).state_id, told(json!({ "delivery_id": "other" })).state_id);
        let nothing = payment(json!({ "state_id": null, "refunded": "0.00" }));
        assert_eq!(told(json!({})).state_id, told(json!({ "payment": nothing })).state_id);
        let other = payment(json!({ "state_id": null, "captured": "1499.00" }));
        assert_ne!(told(json!({})).state_id, told(json!({ "payment": other })).state_id);
        for more in [
            json!({ "verified": false }),
            json!({ "verified": null }),
            json!({ "needs_status": true }),
            json!({ "needs_status": null }),
            json!({ "succeeded": false }),
            json!({ "payment": null }),
        ] {
            let error = asked(notification(more)).err().unwrap();
            assert_eq!(error.field.as_deref(), Some("notification"));
            assert!(error.message.contains("call confirm first"), "{}", error.message);
        }
        let broken = payment(json!({ "status": null }));
        assert_eq!(
            field(notification(json!({ "payment": broken }))),
            "notification.payment.status"
        );
    }
}
