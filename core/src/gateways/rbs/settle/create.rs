//! A registration whose answer was lost.

use std::sync::Arc;

use super::conclude;
use crate::clock::Time;
use crate::error::Error;
use crate::expect::{Expect, Expected};
use crate::fields::Fields;
use crate::gateways::rbs::create_payment::{self, page};
use crate::gateways::rbs::reply::{Reply, Verdict};
use crate::gateways::rbs::{
    Context, Merchant, Step, paying, payment_status, positive, refusals, write,
};
use crate::money::Amount;
use crate::operation::Settle;
use crate::payment::{Action, Payment, Status};
use crate::settled::Settled;

/// The attempt, as the shop stored it before the call.
struct Attempt {
    merchant: Arc<Merchant>,
    number: String,
    amount: Amount,
    expected: Expected,
    /// A buyer may have seen its page.
    page_shown: bool,
    /// The call itself pays: a wallet, a stored card.
    pays: bool,
    /// Nothing is known of the number: the call may be on its way until the grace time is over.
    grace_over: Option<bool>,
    sent_at: Time,
}

/// a) Repeat the registration as it was: the number is unique, so this is safe. Not where the call
/// itself pays, nor where nobody says that a number is taken once.
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
    let registered = create_payment::registered(&create, context)?;
    let expected = Expect { hold: Some(create.hold), purpose: create.purpose, ..Expect::default() };
    let ask_first = create.method.is_wallet() || !merchant.dialect().refuses_known_numbers;
    let attempt = Attempt {
        number: create.order_number.clone(),
        amount: sum_of(&registered)?,
        expected: expected.read(None)?,
        page_shown: request.page_shown,
        pays: create.method.is_wallet(),
        grace_over: ask_first.then_some(grace_over),
        sent_at,
        merchant,
    };
    if ask_first {
        return attempt.by_number();
    }
    let (native, http) = page::register(&attempt.merchant, &create)?;
    let next = move |response| {
        let reply = Reply::read(&response, native)?;
        match (reply.verdict(), refusals::check(native, &reply)) {
            (_, Ok(())) => {
                let payment = page::done(&attempt.merchant, &reply, registered)?;
                let merchant = Arc::clone(&attempt.merchant);
                page::show(&merchant, &create, &reply, payment, move |_, payment| {
                    attempt.ends(payment, Settled::Done, "registered now")
                })
            }
            (Verdict::Failed(code), _) if code == "1" => attempt.by_number(),
            (_, Err(error)) => Err(error),
        }
    };
    Ok(Step::Send(http, Box::new(next)))
}

/// A charge of a stored card whose answer was lost: never repeated; its number tells.
pub fn charge(
    merchant: Arc<Merchant>,
    request: Settle,
    sent_at: Time,
    grace_over: bool,
) -> Result<Step, Error> {
    let Some(charge) = request.charge else {
        return Err(Error::invalid("charge", "required: the fields given to charge_saved_card"));
    };
    if let Some(native) = merchant.dialect().recurrent {
        merchant.check_acts(native)?;
    }
    let expected = Expect { hold: Some(charge.hold), ..Expect::default() };
    let attempt = Attempt {
        amount: positive(&charge.amount, &charge.currency)?,
        number: charge.order_number,
        expected: expected.read(None)?,
        page_shown: false,
        pays: true,
        grace_over: Some(grace_over),
        sent_at,
        merchant,
    };
    attempt.by_number()
}

fn sum_of(registered: &Payment) -> Result<Amount, Error> {
    registered.amount.ok_or_else(|| Error::internal(false, "a registration without a sum"))
}

impl Attempt {
    fn ends(&self, payment: Payment, verdict: Settled, why: &str) -> Result<Step, Error> {
        conclude(&self.merchant, &self.expected, payment, verdict, why)
    }

    /// b) The number is taken: by us or by another. The status by number tells.
    fn by_number(self) -> Result<Step, Error> {
        let status = self.merchant.dialect().status;
        let http = self.merchant.status_by_number(&self.number)?;
        let next = move |response| {
            let reply = Reply::read(&response, status)?;
            let payment = payment_status::read(&self.merchant, &reply, None, Some(&self.number))?;
            self.found(payment)
        };
        Ok(Step::Send(http, Box::new(next)))
    }

    fn found(self, payment: Payment) -> Result<Step, Error> {
        if payment.status == Status::NotFound {
            return match self.grace_over {
                // The number was refused and yet is not known: it may be on its way.
                None => {
                    self.ends(payment, Settled::Pending, "the number is taken, but not shown yet")
                }
                Some(false) => self.ends(payment, Settled::Pending, "it may be on its way"),
                Some(true) => self.ends(
                    payment,
                    Settled::NotDone,
                    "the gateway knows no such number: it may be repeated as it was",
                ),
            };
        }
        let other_sum = payment.amount.is_some_and(|amount| amount != self.amount);
        let other_currency =
            payment.currency.is_some_and(|currency| currency != self.amount.currency);
        if other_sum || other_currency {
            let says = "this number is registered with another sum: not our attempt";
            let payment = self.merchant.reply(payment, self.expected.hold == Some(true));
            return Err(Error::mismatch("amount", says).with_payment(payment));
        }
        if payment.amount.is_none() || payment.currency.is_none() {
            let why = "the gateway tells no sum: whether it is our attempt cannot be seen";
            return self.ends(payment, Settled::Review, why);
        }
        if paying::is_older(&self.merchant, &payment, self.sent_at) {
            let why = "the number was registered before this attempt: it may be another's";
            return self.ends(payment, Settled::Review, why);
        }
        match payment.status {
            Status::Created | Status::ActionRequired if self.page_shown => {
                self.ends(payment, Settled::Done, "registered; show the stored page while it lives")
            }
            Status::Created | Status::ActionRequired
                if self.pays && self.grace_over == Some(false) =>
            {
                self.ends(payment, Settled::Pending, "registered; the payment may be on its way")
            }
            Status::Created => self.close_unseen(payment),
            _ => self.closed(payment),
        }
    }

    /// c) Nobody ever saw its page, and the page's address is lost: close it, take the next number.
    fn close_unseen(self, payment: Payment) -> Result<Step, Error> {
        let Some(id) = payment.id.clone() else {
            return self.ends(payment, Settled::Pending, "the status holds no id to close it by");
        };
        let mut given = Fields::new();
        given.insert("orderId".into(), id.as_str().into());
        given.insert("orderNumber".into(), self.number.as_str().into());
        let Ok(http) = self.merchant.request(self.merchant.dialect().decline, &given) else {
            return self.ends(payment, Settled::Pending, "it cannot be closed by such an id");
        };
        // Refused or not, the state tells: somebody may have paid in this moment.
        let next = move |_| {
            let says = "it was to be closed, and its state cannot be read";
            let doubt = Err(Error::outcome_unknown("not_settled", says));
            let merchant = Arc::clone(&self.merchant);
            write::look(&merchant, &id, doubt, move |payment| self.closed(payment))
        };
        Ok(Step::Send(http, Box::new(next)))
    }

    /// d) Closed: next number. Still open: the page by the template, if there is one; else it expires.
    fn closed(self, mut payment: Payment) -> Result<Step, Error> {
        self.expected.apply(&mut payment);
        let template = self.merchant.settings.assumptions.page_template.as_ref();
        match (payment.status, template, &payment.id) {
            (Status::Declined, _, _) if self.pays => {
                self.ends(payment, Settled::Done, "carried out: the bank refused it")
            }
            // Somebody gave it back: not to be charged again by itself.
            (Status::Cancelled, _, _) if self.pays && payment.code.as_deref() != Some("4005") => {
                self.ends(payment, Settled::Review, "it was reversed by another hand")
            }
            (Status::Cancelled | Status::Declined | Status::Expired, _, _) => self.ends(
                payment,
                Settled::NeedNewNumber,
                "closed unpaid: register the next attempt",
            ),
            (Status::Created, Some(template), Some(id)) => {
                let url = Some(template.replace("{id}", &crate::form::component(id)));
                payment.action = Some(Action { r#type: "redirect", url, ..Action::default() });
                self.ends(payment, Settled::Done, "registered; its page is built from the template")
            }
            (Status::Created, _, _) => {
                let why = "registered, not to be closed, its page is lost: it will expire";
                self.ends(payment, Settled::Pending, why)
            }
            (status, _, _) if status.moved_money() || status == Status::Verified => {
                self.ends(payment, Settled::Done, "registered, and the buyer has acted")
            }
            _ => self.ends(payment, Settled::Pending, "not decided yet"),
        }
    }
}
