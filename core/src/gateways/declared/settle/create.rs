//! A payment whose beginning was lost: signed again where nothing is called, called again under the
//! same key, asked for by its number, or told of by a notification.

use std::sync::Arc;
use std::time::Duration;

use super::{about, conclude};
use crate::clock::Time;
use crate::error::Error;
use crate::expect::{Expect, Expected};
use crate::gateways::declared::call;
use crate::gateways::declared::create_payment::{self, reply};
use crate::gateways::declared::known::Known;
use crate::gateways::declared::payment_status::{alone, find, identify, read};
use crate::gateways::declared::shop::Shop;
use crate::gateways::declared::trust::believes;
use crate::gateways::declared::{Context, Step, order};
use crate::http::HttpResponse;
use crate::operation::{CreatePayment, Notified, Settle};
use crate::payment::{Payment, Status};
use crate::settled::{self, Settled};

/// The attempt, as the shop stored it before the call.
struct Attempt {
    shop: Arc<Shop>,
    number: String,
    expected: Expected,
    /// A buyer may have seen its page.
    page_shown: bool,
    grace_over: bool,
    /// The gateway may have forgotten the key, so that a repeat could make a second payment.
    key_over: bool,
    told: Option<Notified>,
}

pub fn start(
    shop: Arc<Shop>,
    request: Settle,
    sent_at: Time,
    context: &Context<'_>,
) -> Result<Step, Error> {
    let Some(given) = request.create else {
        return Err(Error::invalid("create", "required: the fields given to create_payment"));
    };
    let mut known = Known::new(Arc::clone(&shop), context)?;
    let registered = order::take(&mut known, &given)?;
    if let Some(told) = &request.told {
        about(&shop, told, &given.order_number, None)?;
    }
    let key = shop.descriptor.create.idempotency.as_ref();
    let valid = key.and_then(|key| key.valid_s).map(|valid| Duration::from_secs(valid.into()));
    let attempt = Attempt {
        expected: expected(&given).read(shop.test_mode)?,
        number: given.order_number,
        page_shown: request.page_shown,
        grace_over: settled::is_over(sent_at, context.now, shop.write_limit),
        // A repeat takes its time too.
        key_over: valid.is_some_and(|valid| context.now + shop.write_limit >= sent_at + valid),
        told: request.told,
        shop,
    };
    let create = &attempt.shop.descriptor.create;
    if create.response.is_none() {
        let payment = create_payment::on_page(&mut known, registered)?;
        return attempt.signed_again(payment);
    }
    if attempt.told.is_none() && create.idempotency.is_some() && !attempt.key_over {
        return attempt.again(known, registered);
    }
    attempt.ask(known)
}

fn expected(given: &CreatePayment) -> Expect {
    Expect {
        order_number: Some(given.order_number.clone()),
        amount: Some(given.amount.clone()),
        currency: Some(given.currency.clone()),
        hold: Some(given.hold),
        strict: true,
        ..Expect::default()
    }
}

impl Attempt {
    fn ends(&self, payment: Payment, verdict: Settled, why: &str) -> Result<Step, Error> {
        conclude(&self.shop, &self.expected, payment, verdict, why)
    }

    /// Nothing was called, so nothing can be lost: the same form, or where a notification says that it
    /// stands.
    fn signed_again(self, payment: Payment) -> Result<Step, Error> {
        match &self.told {
            None => self.ends(payment, Settled::Done, "nothing is called: signed again"),
            Some(told) => {
                let believed = !told.payment.unconfirmed;
                let mut stands = alone((*told.payment).clone());
                if stands.status == Status::Created {
                    stands.action = payment.action;
                }
                self.found(stands, believed, "the notification tells of it")
            }
        }
    }

    /// The gateway knows a repeat by its key.
    fn again(self, known: Known, registered: Payment) -> Result<Step, Error> {
        create_payment::send(known, registered, move |known, payment| match payment {
            Ok(payment) => self.ends(payment, Settled::Done, "registered, now or before"),
            Err(error) if error.reason == "duplicate_order" => self.ask(known),
            Err(error) => Err(error),
        })
    }

    /// The number is asked for; with a notification its payment.
    fn ask(self, mut known: Known) -> Result<Step, Error> {
        let id = self.told.as_ref().and_then(|told| told.payment.id.clone());
        identify(&mut known, id.as_deref(), Some(&self.number));
        let Some(status) = find(&known) else {
            return match &self.told {
                None => self.nothing(),
                Some(told) => {
                    let payment = alone((*told.payment).clone());
                    let believed = !payment.unconfirmed;
                    self.found(payment, believed, "the notification tells of it")
                }
            };
        };
        let then = move |known: Known, http: HttpResponse| {
            let payment = read(&known, status, &http, self.told.as_ref())?;
            let believed = believes(&self.shop, status);
            match payment.status {
                Status::NotFound => self.not_found(payment, believed),
                _ => self.found(payment, believed, "the gateway knows the number"),
            }
        };
        call::send(known, status, Box::new(then))
    }

    fn not_found(self, payment: Payment, believed: bool) -> Result<Step, Error> {
        let (verdict, why) = match () {
            () if !self.grace_over => (Settled::Pending, "it may be on its way"),
            () if self.told.is_some() => {
                (Settled::Review, "a notification tells of it, and the gateway does not know it")
            }
            () if !believed => (
                Settled::Review,
                "the gateway seems to know no such number, by a status call that nobody confirmed",
            ),
            () if self.key_over && self.page_shown => (
                Settled::Review,
                "the gateway seems to know no such number, and no longer its key: a buyer may have seen its \
                 page",
            ),
            () if self.key_over => (
                Settled::NeedNewNumber,
                "the gateway knows no such number, and no longer its key: register the next attempt",
            ),
            () => {
                (Settled::NotDone, "the gateway knows no such number: it may be repeated as it was")
            }
        };
        self.ends(payment, verdict, why)
    }

    /// It is there: where it stands decides.
    fn found(self, mut payment: Payment, believed: bool, why: &str) -> Result<Step, Error> {
        let checked = self.expected.check(&mut payment);
        if let Err(error) = checked {
            let payment = reply(&self.shop, payment, self.expected.hold == Some(true));
            return Err(error.with_payment(payment));
        }
        // Who tells of it by himself has seen its page, or knows who has; so has who tried to pay.
        let tried = payment.last_attempt.is_some()
            || payment.attempts.iter().any(|one| one.status == Some("declined"));
        let shown = self.page_shown || self.told.is_some() || tried;
        match payment.status {
            Status::Created | Status::ActionRequired if payment.action.is_none() && !shown => {
                let why = "registered, and nobody saw its page, which is lost: register the next \
                           attempt";
                self.ends(payment, Settled::NeedNewNumber, why)
            }
            Status::Created | Status::ActionRequired => self.ends(payment, Settled::Done, why),
            Status::Cancelled | Status::Declined | Status::Expired if !believed && shown => {
                let why =
                    "it seems dead, by a section that nobody confirmed: a buyer may still pay it";
                self.ends(payment, Settled::Review, why)
            }
            Status::Cancelled | Status::Declined | Status::Expired => {
                let why = "closed unpaid: register the next attempt";
                self.ends(payment, Settled::NeedNewNumber, why)
            }
            Status::Unknown if payment.reason == Some("not_comparable") => {
                let why = "the gateway tells no sum: whether it is our attempt cannot be seen";
                self.ends(payment, Settled::Review, why)
            }
            _ => self.ends(payment, Settled::Done, why),
        }
    }

    /// Nobody can be asked.
    fn nothing(self) -> Result<Step, Error> {
        let mut payment = Payment::new(self.shop.descriptor.id.clone(), Status::Unknown);
        payment.order_number = Some(self.number.clone());
        payment.reason = Some("not_told");
        let (verdict, why) = match self.grace_over {
            false => (Settled::Pending, "nothing tells of it yet; it may be on its way"),
            true => (
                Settled::Review,
                "this gateway cannot be asked by the number: look in its cabinet, or give a \
                 notification",
            ),
        };
        self.ends(payment, verdict, why)
    }
}
