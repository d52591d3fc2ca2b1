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
use crate::operation::PaymentStatus;
use crate::payment::{ACTION_PENDING, Attempt, IN_PROCESS, Payment, Status, UNTOUCHED};

pub fn start(merchant: Arc<Merchant>, request: PaymentStatus, now: Time) -> Result<Step, Error> {
    let expected = request.expect.read(merchant.test_mode)?;
    let (Some(id), None) = (&request.id, &request.order_number) else {
        return Err(Error::invalid(
            "id",
            "required: this gateway is asked by its own number alone",
        ));
    };
    look(merchant, id, now, expected.hold, RUNNING, move |merchant, mut payment, facts| {
        if let Some(told) = &request.told {
            payment = told::combine(payment, facts.as_ref(), told);
        }
        judge(&merchant, &expected, payment)
    })
}

/// While the newest payment runs: a buyer who waits is not kept waiting for the history.
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

fn judge(merchant: &Merchant, expected: &Expected, mut payment: Payment) -> Result<Step, Error> {
    let checked = expected.check(&mut payment);
    let payment = merchant.reply(payment, expected.hold == Some(true));
    checked.map_err(|error| error.with_payment(payment.clone()))?;
    Ok(Step::Done(payment))
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
