//! A createInvoice whose answer was lost.

use std::sync::Arc;

use super::{about, conclude};
use crate::clock::Time;
use crate::error::{Error, Kind};
use crate::expect::{Expect, Expected};
use crate::gateways::intellectmoney::history::{self, Facts, Search};
use crate::gateways::intellectmoney::merchant::Merchant;
use crate::gateways::intellectmoney::payment_status::RUNNING;
use crate::gateways::intellectmoney::write::same_number;
use crate::gateways::intellectmoney::{Context, Step, create_payment, payment_status, told};
use crate::money::Amount;
use crate::operation::{Method, Notified, Settle};
use crate::payment::{self, Payment, Status};
use crate::settled::Settled;

/// The attempt, as the shop stored it before the call.
struct Attempt {
    number: String,
    amount: Amount,
    expected: Expected,
    /// A buyer may have seen its page.
    page_shown: bool,
    /// It has arrived by now, or never will.
    grace_over: bool,
    sent_at: Time,
    now: Time,
    told: Option<Notified>,
}

/// a) A webhook or, while a number is taken once, a repeat of the call; b) the history by the number;
/// c) nothing within the grace time: the next number.
pub fn start(
    merchant: Arc<Merchant>,
    request: Settle,
    sent_at: Time,
    grace_over: bool,
    context: &Context<'_>,
) -> Result<Step, Error> {
    let Some(create) = request.create else {
        return Err(Error::invalid("create", "required: the fields given to create_payment"));
    };
    let (http, registered) = create_payment::registration(&merchant, &create, context)?;
    let amount = registered.amount;
    let amount = amount.ok_or_else(|| Error::internal(false, "an invoice without a sum"))?;
    let expected = Expect { hold: Some(create.hold), ..Expect::default() };
    let attempt = Attempt {
        number: create.order_number.clone(),
        amount,
        expected: expected.read(None)?,
        page_shown: request.page_shown,
        grace_over,
        sent_at,
        now: context.now,
        told: request.told,
    };
    if let Some(told) = &attempt.told {
        about(&merchant, told, &attempt.number, request.id.as_deref())?;
        // What was taken or is left of a hold may be less.
        let sum = told.payment.amount;
        let part = create.hold && sum.is_some_and(|sum| sum.minor < attempt.amount.minor);
        attempt.same_sum(&merchant, sum.filter(|_| !part), &told.payment)?;
    }
    if let Some(id) = request.id {
        return attempt.by_id(merchant, &id, Vec::new(), "registered");
    }
    if attempt.told.is_some() || !merchant.settings.assumptions.unique_order_id {
        return attempt.by_history(merchant);
    }
    let begins = create.method != Method::Page;
    let next = move |response| match create_payment::accepted(&response) {
        Ok(id) => attempt.registered_now(merchant, id, registered, begins),
        // Any refusal may mean that the number is taken: no document lists the codes.
        Err(error) if error.kind == Kind::Refused && error.reason != "authentication_failed" => {
            attempt.by_history(merchant)
        }
        Err(error) => Err(error),
    };
    Ok(Step::Send(http, Box::new(next)))
}

impl Attempt {
    fn ends(
        &self,
        merchant: &Merchant,
        payment: Payment,
        verdict: Settled,
        why: &str,
    ) -> Result<Step, Error> {
        conclude(merchant, &self.expected, payment, verdict, why)
    }

    /// Another sum or currency under our number is not our attempt.
    fn same_sum(
        &self,
        merchant: &Merchant,
        sum: Option<Amount>,
        payment: &Payment,
    ) -> Result<(), Error> {
        let other = |reason, says| {
            let payment = merchant.reply(payment.clone(), false);
            Err(Error::mismatch(reason, says).with_payment(payment))
        };
        match (payment.currency, sum) {
            (Some(currency), _) if currency != self.amount.currency => {
                other("currency", "this number is registered in another currency: not our attempt")
            }
            (_, Some(sum)) if sum != self.amount => {
                other("amount", "this number is registered with another sum: not our attempt")
            }
            _ => Ok(()),
        }
    }

    /// The repeat was taken: the invoice's page is there. A gateway that gives the first one again
    /// may have begun it, which the state tells.
    fn registered_now(
        self,
        merchant: Arc<Merchant>,
        id: String,
        registered: Payment,
        begins: bool,
    ) -> Result<Step, Error> {
        let why = "registered now";
        let payment = create_payment::on_page(&merchant, id.clone(), registered);
        if !begins {
            return self.ends(&merchant, payment, Settled::Done, why);
        }
        let hold = self.expected.hold == Some(true);
        let page = merchant.reply(payment.clone(), hold);
        let otherwise = Ok(Settled::Done.reply(why, page));
        let hold = self.expected.hold;
        let step = payment_status::look(
            merchant,
            &id,
            self.now,
            hold,
            RUNNING,
            move |merchant, seen, _| {
                let mut payment = payment;
                if seen.reason != Some(payment::UNTOUCHED) {
                    (payment.status, payment.reason) = (seen.status, seen.reason);
                    payment.action = seen.action;
                    payment.last_attempt = seen.last_attempt;
                    payment.raw = seen.raw;
                }
                self.ends(&merchant, payment, Settled::Done, why)
            },
        );
        history::looking(step, otherwise)
    }

    fn by_history(self, merchant: Arc<Merchant>) -> Result<Step, Error> {
        if !history::is_open(&merchant) {
            return self.by_webhook(merchant);
        }
        let search = Search::new(&self.number, self.sent_at);
        let now = self.now;
        search.run(merchant, now, move |merchant, search| self.found(merchant, search))
    }

    fn found(self, merchant: Arc<Merchant>, search: Search) -> Result<Step, Error> {
        let hold = self.expected.hold;
        let mut rows: Vec<(Facts, Payment)> = search
            .found
            .into_iter()
            .map(|(facts, raw)| {
                let payment = history::alone(&facts, raw, hold);
                (facts, payment)
            })
            .collect();
        // Best first; of equals the oldest, whose page may be out.
        rows.sort_by_key(|(facts, payment)| (rank(payment), facts.created_at, facts.id.clone()));
        for (facts, payment) in &rows {
            self.same_sum(&merchant, facts.amount, payment)?;
        }
        let tries: Vec<payment::Attempt> = match rows.len() {
            0 | 1 => Vec::new(),
            _ => rows.iter().map(|(_, payment)| one_of(payment)).collect(),
        };
        // What went back whole is no second payment any more.
        let keeps = |status: Status| status.moved_money() && status != Status::Refunded;
        let paid = rows.iter().filter(|(_, payment)| keeps(payment.status)).count();
        let mut rows = rows.into_iter();
        let Some((facts, mut best)) = rows.next() else {
            return match self.told {
                Some(_) => self.by_webhook(merchant),
                None => self.nothing(&merchant, search.complete),
            };
        };
        best.attempts = tries;
        if paid > 1 {
            let says = "two invoices of this number are paid or held: give one of them back";
            let payment = merchant.reply(best, hold == Some(true));
            return Err(Error::mismatch("paid_twice", says).with_payment(payment));
        }
        let (Some(id), Some(_)) = (facts.id, facts.amount) else {
            let why = "the history tells no sum: whether it is our attempt cannot be seen";
            return self.ends(&merchant, best, Settled::Review, why);
        };
        match best.attempts.is_empty() {
            true => self.by_id(merchant, &id, Vec::new(), "registered"),
            false => {
                let why = "registered, several times: show this one only";
                self.by_id(merchant, &id, best.attempts, why)
            }
        }
    }

    /// Its invoice is known: by the history, or by the error of a call that came after the invoice.
    fn by_id(
        self,
        merchant: Arc<Merchant>,
        id: &str,
        tries: Vec<payment::Attempt>,
        why: &'static str,
    ) -> Result<Step, Error> {
        let (hold, now) = (self.expected.hold, self.now);
        payment_status::look(merchant, id, now, hold, &[], move |merchant, mut payment, facts| {
            same_number(&merchant, &payment, &self.number)?;
            self.same_sum(&merchant, payment.amount, &payment)?;
            payment.order_number.get_or_insert(self.number.clone());
            payment.amount = payment.amount.or(Some(self.amount));
            payment.currency = payment.currency.or(Some(self.amount.currency));
            payment.attempts = tries;
            if let Some(told) = &self.told {
                payment = told::combine(payment, facts.as_ref(), told);
            }
            self.stands(&merchant, payment, why)
        })
    }

    /// Only the webhook tells. Its number of the invoice is not signed: that the state knows it proves
    /// this shop's invoice, not this order's.
    fn by_webhook(self, merchant: Arc<Merchant>) -> Result<Step, Error> {
        let Some(told) = self.told.clone() else { return self.nothing(&merchant, true) };
        let Some(id) = told.payment.id.clone() else {
            let why =
                "a webhook tells of it and names no invoice: look for the number in the cabinet";
            return self.ends(&merchant, *told.payment, Settled::Review, why);
        };
        let hold = self.expected.hold;
        payment_status::look(merchant, &id, self.now, hold, &[], move |merchant, payment, facts| {
            // What the history says of it is sure.
            same_number(&merchant, &payment, &self.number)?;
            self.same_sum(&merchant, payment.amount, &payment)?;
            let silent = payment.status == Status::Authorized;
            let mut payment = told::combine(payment, facts.as_ref(), &told);
            payment.order_number = Some(self.number.clone());
            payment.amount = Some(self.amount);
            payment.currency = Some(self.amount.currency);
            if silent && told.event == "created" {
                let why = "the invoice that the webhook names has money on it, and that it is this \
                           order's is not signed: look at it in the cabinet";
                return self.ends(&merchant, payment, Settled::Review, why);
            }
            self.stands(&merchant, payment, "registered, as the webhook says")
        })
    }

    /// It is there: where it stands decides.
    fn stands(&self, merchant: &Merchant, payment: Payment, why: &str) -> Result<Step, Error> {
        match (payment.status, payment.reason) {
            (Status::Cancelled, Some(_)) => {
                let why = "money was there, and went back by another hand";
                self.ends(merchant, payment, Settled::Review, why)
            }
            (Status::Cancelled, None) => {
                let why = "closed unpaid: register the next attempt";
                self.ends(merchant, payment, Settled::NeedNewNumber, why)
            }
            (Status::Created, _) | (Status::Pending, Some(payment::UNTOUCHED)) => {
                let id = payment.id.clone().unwrap_or_default();
                let payment = create_payment::on_page(merchant, id, payment);
                self.ends(merchant, payment, Settled::Done, why)
            }
            _ => self.ends(merchant, payment, Settled::Done, why),
        }
    }

    /// Nobody tells of it.
    fn nothing(&self, merchant: &Merchant, complete: bool) -> Result<Step, Error> {
        let mut payment = Payment::new(crate::gateways::intellectmoney::NAME, Status::Unknown);
        payment.order_number = Some(self.number.clone());
        payment.reason = Some("not_told");
        payment.complete = complete;
        let (verdict, why) = match () {
            () if !self.grace_over => {
                (Settled::Pending, "nothing tells of it yet; it may be on its way")
            }
            () if self.page_shown => (
                Settled::Review,
                "a buyer may have seen its page: open no other beside it, look in the cabinet",
            ),
            () if !complete => {
                (Settled::Review, "more invoices than are read: look for the number in the cabinet")
            }
            () => (
                Settled::NeedNewNumber,
                "nothing tells of it: register the next attempt; should this one be there after \
                 all, nobody knows its page, and it expires",
            ),
        };
        self.ends(merchant, payment, verdict, why)
    }
}

/// Paid before held before given back before open before dead.
fn rank(payment: &Payment) -> u8 {
    match payment.status {
        Status::Paid | Status::PartiallyRefunded => 0,
        Status::PartiallyPaid => 1,
        Status::Authorized | Status::PartiallyCaptured => 2,
        Status::Unknown => 3,
        Status::Refunded => 4,
        Status::Pending | Status::ActionRequired | Status::Created => 5,
        _ => 6,
    }
}

fn one_of(payment: &Payment) -> payment::Attempt {
    payment::Attempt {
        id: payment.id.clone(),
        status: Some(match payment.reason {
            // The history says that it is open, no more.
            Some(payment::UNTOUCHED) => Status::Created.name(),
            _ => payment.status.name(),
        }),
        ..payment::Attempt::default()
    }
}
