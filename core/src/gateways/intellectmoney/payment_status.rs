//! `payment_status`: getBankCardPaymentState, which tells a step and neither sum nor number; then,
//! with login and password, the history, which tells both; or what an authentic webhook said.

use std::sync::Arc;

use serde_json::Value;

use super::history::{self, Facts, Found};
use super::merchant::Merchant;
use super::reply::Reply;
use super::step::PaymentStep;
use super::tables::STATE;
use super::{Step, action, refusals, told};
use crate::clock::Time;
use crate::decline;
use crate::error::Error;
use crate::expect::Expected;
use crate::fields::Fields;
use crate::http::HttpRequest;
use crate::native::in_common_words;
use crate::operation::{Notified, PaymentStatus};
use crate::payment::{ACTION_PENDING, Attempt, IN_PROCESS, Payment, Status, UNTOUCHED};

pub fn start(merchant: Arc<Merchant>, request: PaymentStatus, now: Time) -> Result<Step, Error> {
    let expected = request.expect.read(merchant.test_mode)?;
    let (Some(id), None) = (&request.id, &request.order_number) else {
        return Err(Error::invalid(
            "id",
            "required: this gateway is asked by its own number alone",
        ));
    };
    let asked = Asked { expected, told: request.told };
    let (hold, id) = (asked.expected.hold, id.clone());
    look(merchant, &id.clone(), now, hold, RUNNING, move |merchant, payment, facts| {
        if payment.status != Status::ActionRequired || !history::is_open(&merchant) {
            return asked.judge(&merchant, payment, facts.as_ref());
        }
        // An older try may have paid it; a history that cannot be read keeps no buyer from this one.
        let by_step = asked.judge(&merchant, payment.clone(), None).and_then(done);
        let step = history::by_id(merchant, &id, now, move |merchant, found| {
            let (payment, facts) = with_history(payment, found, hold);
            asked.judge(&merchant, payment, facts.as_ref())
        });
        history::looking(step, by_step)
    })
}

/// What the caller knows beside the state.
struct Asked {
    expected: Expected,
    told: Option<Notified>,
}

impl Asked {
    fn judge(
        &self,
        merchant: &Merchant,
        payment: Payment,
        facts: Option<&Facts>,
    ) -> Result<Step, Error> {
        let mut payment = match &self.told {
            Some(told) => told::combine(payment, facts, told),
            None => payment,
        };
        let checked = self.expected.check(&mut payment);
        let payment = merchant.reply(payment, self.expected.hold == Some(true));
        checked.map_err(|error| error.with_payment(payment.clone()))?;
        Ok(Step::Done(payment))
    }
}

fn done(step: Step) -> Result<Fields, Error> {
    match step {
        Step::Done(reply) => Ok(reply),
        _ => Err(Error::internal(false, "a judgement that asks for more")),
    }
}

/// While the newest payment runs it decides; where it waits for its buyer, see [`start`].
pub const RUNNING: &[PaymentStep] =
    &[PaymentStep::SendTo3ds, PaymentStep::InProcess, PaymentStep::ActivationPayment];

/// The state, and at other steps than `without` the history.
pub fn look(
    merchant: Arc<Merchant>,
    id: &str,
    now: Time,
    hold: Option<bool>,
    without: &'static [PaymentStep],
    then: impl FnOnce(Arc<Merchant>, Payment, Option<Facts>) -> Result<Step, Error> + Send + 'static,
) -> Result<Step, Error> {
    let http = ask(&merchant, id)?;
    let id = id.to_owned();
    let next = move |response| {
        let reply = Reply::read(&response, STATE.native.effect)?;
        refusals::check(&STATE, &reply)?;
        let payment = read(&merchant, &reply, &id);
        let enough = without.contains(&PaymentStep::read(reply.get("PaymentStep")));
        if enough || !history::is_open(&merchant) {
            return then(merchant, payment, None);
        }
        history::by_id(merchant, &id, now, move |merchant, found| {
            let (payment, facts) = with_history(payment, found, hold);
            then(merchant, payment, facts)
        })
    };
    Ok(Step::Send(http, Box::new(next)))
}

/// The request for an invoice's state.
pub fn ask(merchant: &Merchant, id: &str) -> Result<HttpRequest, Error> {
    let given = Fields::from_iter([("InvoiceId".to_owned(), id.into())]);
    merchant.request(&STATE, &given).map_err(|error| in_common_words(error, &[("InvoiceId", "id")]))
}

/// The step's payment with the history's row; without one the step stands, and the reason tells.
fn with_history(
    mut payment: Payment,
    found: Found,
    hold: Option<bool>,
) -> (Payment, Option<Facts>) {
    let payment = match &found.facts {
        Some(facts) => facts.describe(payment, hold),
        None => {
            if payment.status == Status::Authorized {
                payment.reason = Some("not_in_history");
            }
            payment
        }
    };
    (shown_with(payment, found.raw), found.facts)
}

/// Both replies in one `raw`.
fn shown_with(mut payment: Payment, history: Value) -> Payment {
    if let Some(raw) = payment.raw.as_object_mut() {
        raw.insert("history".into(), history);
    }
    payment
}

/// What the step says of the payment.
pub fn read(merchant: &Merchant, reply: &Reply, id: &str) -> Payment {
    let step = PaymentStep::read(reply.get("PaymentStep"));
    let (status, reason) = match step {
        PaymentStep::Created => (Status::Pending, Some(UNTOUCHED)),
        PaymentStep::InProcess => (Status::Pending, Some(IN_PROCESS)),
        PaymentStep::ActivationPayment => (Status::Pending, Some("activation_needed")),
        PaymentStep::SendTo3ds => (Status::ActionRequired, None),
        // Held or paid: the step tells no difference.
        PaymentStep::Ok => (Status::Authorized, Some("paid_or_held")),
        PaymentStep::Error => (Status::Created, None),
        PaymentStep::Unknown => (Status::Unknown, Some("unknown_step")),
    };
    let mut payment = merchant.payment(status, id);
    payment.reason = reason;
    payment.bound_by_id = true;
    if step == PaymentStep::SendTo3ds {
        match action::read(&merchant.settings, reply.get(FORM)) {
            Ok(action) => payment.action = Some(action),
            Err(reason) => payment.reason = Some(reason),
        }
    }
    payment.rrn = reply.text("Rrn");
    if step == PaymentStep::Error {
        let mut attempt = Attempt::failed(decline::DECLINED);
        attempt.code = reply.text("RcCodeId").map(|code| crate::redact::code(&code));
        attempt.text = reply.text("Message").map(|text| crate::redact::text(&text));
        payment.last_attempt = Some(attempt);
    }
    payment.raw = reply.raw_without(FORM);
    payment
}

/// What the buyer must do: it comes out as an action, and never as it is.
const FORM: &str = "Form3DS";

/// Whether it is with the gateway, or not begun: what the buyer must do may still come.
pub fn is_underway(status: Status, reason: Option<&str>) -> bool {
    let waits = matches!(reason, Some(UNTOUCHED | IN_PROCESS | ACTION_PENDING));
    waits && matches!(status, Status::Pending | Status::ActionRequired)
}
