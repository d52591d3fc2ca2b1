//! The payment, the same whatever the gateway. What is not known is null, never 0, never guessed.

mod status;

use std::borrow::Cow;

use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::decline::{self, BuyerText};
use crate::fields::Fields;
use crate::money::{Amount, Currency};

pub use status::Status;

/// Of a payment whose gateway has not said yet what the buyer must do.
pub const ACTION_PENDING: &str = "action_pending";
/// Of a payment that may be begun, or that nobody has touched: the gateway tells no difference.
pub const UNTOUCHED: &str = "begun_or_untouched";
/// Of a payment with a bank or a lender.
pub const IN_PROCESS: &str = "in_process";

/// What the buyer must do next.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Action {
    /// `redirect`, `form`, `qr` or `app`.
    pub r#type: &'static str,
    /// Where to: on the gateway's own hosts, or on one that its settings list.
    pub url: Option<String>,
    /// Of a `form` that the gateway also takes by GET: the same as a link. Left out elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// Of a `form`: the fields to post to `url`. Of an `app`: `deep_link`, where the wallet has one.
    pub fields: Option<Fields>,
    /// A QR picture as a data URL.
    pub image: Option<String>,
    /// RFC 3339, UTC.
    pub expires_at: Option<String>,
}

/// The card, as far as it may be shown.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Card {
    /// Masked, first six and last four digits at most.
    pub number: Option<String>,
    /// `YYYY-MM`
    pub expiry: Option<String>,
    /// `VISA`, `MIR` ..., the gateway's word.
    pub brand: Option<String>,
}

/// One try of the buyer's under the same payment.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Attempt {
    /// The gateway's id of the try, where it has one.
    pub id: Option<String>,
    /// Where the try stands, in the words of [`Status`].
    pub status: Option<&'static str>,
    /// Our stable word for why it failed.
    pub reason: Option<&'static str>,
    /// `never`, `later` or `other_means`; null where the try is not over.
    pub retry: Option<&'static str>,
    /// What the buyer may be told of it.
    pub buyer_text: Option<BuyerText>,
    /// The gateway's code for it.
    pub code: Option<String>,
    /// The gateway's words for it.
    pub text: Option<String>,
}

impl Attempt {
    /// A try that failed, or is not over, for one of the reasons of [`decline`].
    pub fn failed(reason: &'static str) -> Attempt {
        let why = decline::of(reason);
        Attempt {
            status: Some(if why.retry.is_some() { "declined" } else { "pending" }),
            reason: Some(reason),
            retry: why.retry,
            buyer_text: Some(why.buyer_text),
            ..Attempt::default()
        }
    }
}

/// One refund.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Refund {
    /// The caller's `refund_id`, where the gateway gives it back.
    pub id: Option<String>,
    /// Decimal text.
    pub amount: Option<Amount>,
    /// `done`, `pending` or `failed`; null where it is not said.
    pub status: Option<&'static str>,
}

/// A payment.
#[derive(Clone, Debug, Serialize)]
pub struct Payment {
    /// The gateway's name: that of the settings, or its descriptor's.
    pub gateway: Cow<'static, str>,
    /// The gateway's id: what to store and to ask by.
    pub id: Option<String>,
    /// The shop's number of this attempt.
    pub order_number: Option<String>,
    /// Where it stands.
    pub status: Status,
    /// Our stable word for why it is dead or waiting.
    pub reason: Option<&'static str>,
    /// Of a declined payment: `never`, `later` or `other_means`.
    pub retry: Option<&'static str>,
    /// Of a declined payment: what the buyer may be told.
    pub buyer_text: Option<BuyerText>,
    /// Whether it will not change by itself any more.
    pub r#final: bool,
    /// Whether the buyer can still pay it.
    pub payable: Option<bool>,
    /// Test money, test terminal, test flag.
    pub test: Option<bool>,
    /// A dispute or chargeback is open.
    pub disputed: bool,
    /// False where the gateway shows only some of the tries.
    pub complete: bool,
    /// What was registered.
    pub amount: Option<Amount>,
    /// Its currency.
    pub currency: Option<Currency>,
    /// What is or was held.
    pub authorized: Option<Amount>,
    /// What was taken, gross of refunds.
    pub captured: Option<Amount>,
    /// What went back in all.
    pub refunded: Option<Amount>,
    /// The gateway's fee, where it says.
    pub fee: Option<Amount>,
    /// How it was paid: `card`, `sbp` ...; the gateway's word in lower case.
    pub method: Option<String>,
    /// With which card.
    pub card: Option<Card>,
    /// Retrieval reference number of the bank.
    pub rrn: Option<String>,
    /// Approval code of the bank.
    pub approval_code: Option<String>,
    /// What the buyer must do next.
    pub action: Option<Action>,
    /// The last failed try of a payment that lives on.
    pub last_attempt: Option<Attempt>,
    /// Several payments under one number, best first.
    pub attempts: Vec<Attempt>,
    /// Each refund that the gateway lists.
    pub refunds: Vec<Refund>,
    /// Fiscal receipt, where the gateway reports one.
    pub receipt: Option<Value>,
    /// RFC 3339, UTC.
    pub created_at: Option<String>,
    /// RFC 3339, UTC.
    pub paid_at: Option<String>,
    /// RFC 3339, UTC.
    pub expires_at: Option<String>,
    /// RFC 3339, UTC.
    pub hold_until: Option<String>,
    /// Which expectations could be compared.
    pub checked: Vec<&'static str>,
    /// The state's name: a shop applies a state once, by this. Null in the hint of a notification,
    /// which is no state.
    pub state_id: Option<String>,
    /// The gateway's own reply, personal data masked.
    pub raw: Value,
    /// The gateway's code for where it stands, for the gateway's own use.
    #[serde(skip)]
    pub code: Option<String>,
    /// Whether the gateway's own reply shows that the sum was held first.
    #[serde(skip)]
    pub held: bool,
    /// Whether the gateway itself says that only a part of what it asks has come yet.
    #[serde(skip)]
    pub in_part: bool,
    /// Whether the gateway made the id for this number and sum, and may tell neither of them: then a
    /// hold is not doubted for want of a comparison, nor that less was taken than was asked for.
    #[serde(skip)]
    pub bound_by_id: bool,
    /// Whether a cart for a fiscal receipt was registered with it.
    #[serde(skip)]
    pub receipted: bool,
    /// Whether it was told by what nobody confirmed: that may make us more careful, never less.
    #[serde(skip)]
    pub unconfirmed: bool,
}

impl Payment {
    /// A payment of which nothing is known but its gateway and status.
    pub fn new(gateway: impl Into<Cow<'static, str>>, status: Status) -> Payment {
        Payment {
            gateway: gateway.into(),
            id: None,
            order_number: None,
            status,
            reason: None,
            retry: None,
            buyer_text: None,
            r#final: false,
            payable: None,
            test: None,
            disputed: false,
            complete: true,
            amount: None,
            currency: None,
            authorized: None,
            captured: None,
            refunded: None,
            fee: None,
            method: None,
            card: None,
            rrn: None,
            approval_code: None,
            action: None,
            last_attempt: None,
            attempts: Vec::new(),
            refunds: Vec::new(),
            receipt: None,
            created_at: None,
            paid_at: None,
            expires_at: None,
            hold_until: None,
            checked: Vec::new(),
            state_id: None,
            raw: Value::Null,
            code: None,
            held: false,
            in_part: false,
            bound_by_id: false,
            receipted: false,
            unconfirmed: false,
        }
    }

    /// Derives what follows from the rest (`retry`, `buyer_text`, `final`, `payable`, `state_id`) and
    /// gives the message.
    /// `shop` is the merchant's login at the gateway.
    pub fn into_fields(mut self, shop: &str, hold_expected: bool) -> Fields {
        if self.status == Status::Declined {
            let why = decline::of(self.reason.unwrap_or(decline::DECLINED));
            (self.retry, self.buyer_text) = (why.retry, Some(why.buyer_text));
        }
        self.r#final = self.status.is_final(hold_expected);
        self.payable = self.status.is_payable();
        self.state_id = Some(self.name_state(shop));
        self.print()
    }

    /// The same for the hint of a notification: an event is no state, so nothing in it is final.
    pub fn into_hint(self) -> Fields {
        self.print()
    }

    fn print(&self) -> Fields {
        match serde_json::to_value(self) {
            Ok(Value::Object(fields)) => fields,
            _ => Fields::new(),
        }
    }

    fn name_state(&self, shop: &str) -> String {
        // Nothing and not told are one state: of two sources only one may say it.
        let told = |amount: Option<Amount>| amount.filter(|amount| amount.minor > 0);
        let amount = |amount| told(amount).map(|a| a.to_string()).unwrap_or_default();
        let parts = [
            &*self.gateway,
            shop,
            self.id.as_deref().unwrap_or_default(),
            self.status.name(),
            &amount(self.captured),
            &amount(self.refunded),
            if self.disputed { "disputed" } else { "" },
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_has_one_name_and_another_state_another() {
        let rouble = Currency::from_code("RUB").unwrap();
        let state = |status, refunded: Option<u64>| {
            let mut payment = Payment::new("rbs", status);
            payment.id = Some("id".into());
            payment.refunded = refunded.map(|minor| Amount { minor, currency: rouble });
            payment.into_fields("shop", false)["state_id"].as_str().unwrap().to_owned()
        };
        assert_eq!(state(Status::Paid, None), state(Status::Paid, None));
        // A webhook does not tell of refunds, and a history says that there were none.
        assert_eq!(state(Status::Paid, None), state(Status::Paid, Some(0)));
        assert_ne!(state(Status::Paid, None), state(Status::Authorized, None));
        assert_ne!(
            state(Status::PartiallyRefunded, Some(1)),
            state(Status::PartiallyRefunded, Some(2))
        );
    }

    #[test]
    fn every_status_says_whether_it_is_final_and_payable() {
        let fields = |status, hold| Payment::new("rbs", status).into_fields("shop", hold);
        assert_eq!(fields(Status::Authorized, false)["final"], false);
        assert_eq!(fields(Status::Authorized, true)["final"], true);
        assert_eq!(fields(Status::Created, false)["payable"], true);
        assert_eq!(fields(Status::Paid, false)["payable"], false);
        assert_eq!(fields(Status::Unknown, false)["payable"], Value::Null);
    }
}
