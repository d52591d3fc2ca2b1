//! What became of a write whose outcome is unknown: the recipes, without waiting. Each ends in a
//! verdict; `ask_again` leaves the waiting to the flow (docs/gateways/rbs.md, "Recipes").

use std::sync::Arc;
use std::time::Duration;

use super::reply::{Reply, Verdict};
use super::{
    Context, Merchant, Step, capture, create_payment, orders, payment_status, positive, refund,
    write,
};
use crate::clock;
use crate::error::Error;
use crate::fields::Fields;
use crate::flow::settle::{Answer, verdict};
use crate::http::{Effect, Patience};
use crate::money::Amount;
use crate::operation::{CreatePayment, Settle, Unsettled};
use crate::payment::{Action, Payment, Status};

pub fn start(merchant: Arc<Merchant>, request: Settle, context: &Context) -> Result<Step, Error> {
    let sent_at = clock::parse(&request.sent_at).map_err(|says| Error::invalid("sent_at", says))?;
    let grace_over = context.now >= sent_at + grace();
    match request.operation {
        Unsettled::CreatePayment => create(merchant, request, context),
        Unsettled::Cancel => cancelled(&merchant, &id(&request)?),
        Unsettled::Capture => captured(&merchant, &request, grace_over),
        Unsettled::Refund => refunded(&merchant, &request, grace_over),
    }
}

/// Twice the time-out of a write, and 120 s at least: by then a request on its way has arrived.
fn grace() -> Duration {
    (Patience::Long.limit() * 2).max(Duration::from_secs(120))
}

fn id(request: &Settle) -> Result<String, Error> {
    request.id.clone().ok_or_else(|| Error::invalid("id", "required: the gateway's id"))
}

/// a) Repeat the registration as it was: the number is unique, so this is safe.
fn create(merchant: Arc<Merchant>, request: Settle, context: &Context) -> Result<Step, Error> {
    let Some(create) = request.create else {
        return Err(Error::invalid("create", "required: the fields given to create_payment"));
    };
    let (native, http) = create_payment::register(&merchant, &create)?;
    let registered = create_payment::registered(&create, context)?;
    let page_shown = request.page_shown;
    let next = move |response| {
        let reply = Reply::read(&response, native.effect)?;
        match reply.verdict() {
            Verdict::Accepted => {
                let payment = create_payment::done(&merchant, &reply, registered)?;
                done(&merchant, payment, "registered now, or answered again")
            }
            Verdict::Failed(code) if code == "1" => {
                by_number(merchant, create, registered, page_shown)
            }
            _ => Err(super::refusals::check(native, &reply).err().unwrap_or_else(|| {
                Error::outcome_unknown("unknown_code", "the registration was not answered clearly")
            })),
        }
    };
    Ok(Step::Send(http, Box::new(next)))
}

/// b) The number is taken: by us or by another. The status by number tells.
fn by_number(
    merchant: Arc<Merchant>,
    create: CreatePayment,
    registered: Payment,
    page_shown: bool,
) -> Result<Step, Error> {
    let given =
        Fields::from_iter([("orderNumber".to_owned(), create.order_number.as_str().into())]);
    let http = merchant.request(&orders::STATUS, &merchant.for_merchant(given), Patience::Usual)?;
    let next = move |response| {
        let reply = Reply::read(&response, Effect::Read)?;
        let mut payment =
            payment_status::read(&merchant, &reply, None, Some(&create.order_number))?;
        let other = (payment.amount.is_some() && payment.amount != registered.amount)
            || (payment.currency.is_some() && payment.currency != registered.currency);
        if other {
            let error = Error::mismatch(
                "amount",
                "this number is registered with another sum: not our attempt",
            );
            return Err(error.with_payment(merchant.reply(payment, false)));
        }
        match payment.status {
            // The number was refused and yet is not known: it may be on its way.
            Status::NotFound => {
                ask_again(&merchant, payment, "the number is taken, but not shown yet")
            }
            Status::Created | Status::ActionRequired if page_shown => {
                done(&merchant, payment, "registered; show the stored page while it lives")
            }
            Status::Created => close_unseen(&merchant, payment),
            Status::Cancelled | Status::Declined | Status::Expired => {
                payment.action = None;
                dead(&merchant, payment)
            }
            Status::ActionRequired | Status::Pending | Status::Unknown => {
                ask_again(&merchant, payment, "somebody is paying it")
            }
            _ => done(&merchant, payment, "registered, and money moved"),
        }
    };
    Ok(Step::Send(http, Box::new(next)))
}

/// c) Nobody ever saw its page, and the page's address is lost: close it and take the next number.
fn close_unseen(merchant: &Arc<Merchant>, payment: Payment) -> Result<Step, Error> {
    let (Some(id), Some(number)) = (payment.id.clone(), payment.order_number.clone()) else {
        return ask_again(merchant, payment, "the status holds no id to close it by");
    };
    let mut given = Fields::new();
    given.insert("orderId".into(), id.as_str().into());
    given.insert("orderNumber".into(), number.into());
    let http = merchant.request(&orders::DECLINE, &merchant.for_merchant(given), Patience::Long)?;
    let shop = Arc::clone(merchant);
    // Refused or not, the state tells: somebody may have paid in this moment.
    let next = move |_| {
        let doubt = Err(Error::outcome_unknown(
            "not_settled",
            "it was to be closed, and its state cannot be read",
        ));
        let merchant = Arc::clone(&shop);
        write::look(&shop, &id, doubt, move |payment| closed(&merchant, payment))
    };
    Ok(Step::Send(http, Box::new(next)))
}

/// d) Closed: next number. Still open: the page by the template, if there is one; else it expires.
fn closed(merchant: &Arc<Merchant>, mut payment: Payment) -> Result<Step, Error> {
    let template = merchant.settings.assumptions.page_template.as_ref();
    match (payment.status, template, &payment.id) {
        (Status::Cancelled | Status::Declined | Status::Expired, _, _) => dead(merchant, payment),
        (Status::Created, Some(template), Some(id)) => {
            payment.action = Some(Action {
                r#type: "redirect",
                url: Some(template.replace("{id}", id)),
                ..Action::default()
            });
            done(merchant, payment, "registered; its page is built from the template (inferred)")
        }
        (Status::Created | Status::ActionRequired, _, _) => ask_again(
            merchant,
            payment,
            "registered, not to be closed, its page is lost: it will expire",
        ),
        (Status::Pending | Status::Unknown | Status::NotFound, _, _) => {
            ask_again(merchant, payment, "not decided yet")
        }
        _ => done(merchant, payment, "registered, and money moved"),
    }
}

fn cancelled(merchant: &Arc<Merchant>, id: &str) -> Result<Step, Error> {
    ask(merchant, id, |merchant, payment| match payment.status {
        Status::Cancelled | Status::Declined | Status::Expired => {
            done(&merchant, payment, "it is closed")
        }
        Status::Created | Status::ActionRequired => {
            not_done(&merchant, payment, "still open: cancel may be called again")
        }
        // A reversal works once: only a person can say whether it is under way.
        Status::Authorized | Status::PartiallyCaptured => {
            review(&merchant, payment, "still held, and a reversal works once")
        }
        Status::Pending | Status::Unknown | Status::NotFound => {
            ask_again(&merchant, payment, "not decided yet")
        }
        _ => not_done(&merchant, payment, "money was captured: use refund"),
    })
}

fn captured(merchant: &Arc<Merchant>, request: &Settle, grace_over: bool) -> Result<Step, Error> {
    let (amount, captured, _) = amounts(request)?;
    let partial = request.partial;
    ask(merchant, &id(request)?, move |merchant, mut payment| {
        let taken = payment.captured.map(|taken| taken.minor);
        let wanted = captured.saturating_add(amount.minor);
        match payment.status {
            Status::Paid
            | Status::PartiallyPaid
            | Status::PartiallyCaptured
            | Status::PartiallyRefunded
            | Status::Refunded
                if taken == Some(wanted) =>
            {
                capture::was_held(&mut payment);
                done(&merchant, payment, "captured as asked")
            }
            Status::PartiallyCaptured | Status::Authorized if !grace_over => {
                ask_again(&merchant, payment, "still held; the capture may be on its way")
            }
            // The state guards a whole capture against happening twice; a part nothing guards.
            Status::Authorized if !partial => {
                not_done(&merchant, payment, "still held: capture may be called again")
            }
            Status::Pending | Status::Unknown => ask_again(&merchant, payment, "not decided yet"),
            Status::Cancelled => not_done(&merchant, payment, "the hold is gone"),
            _ => review(&merchant, payment, "the sums are not those of this capture"),
        }
    })
}

fn refunded(merchant: &Arc<Merchant>, request: &Settle, grace_over: bool) -> Result<Step, Error> {
    let (amount, _, refunded) = amounts(request)?;
    let Some(refund_id) = request.refund_id.clone() else {
        return Err(Error::invalid("refund_id", "required: the refund's own id"));
    };
    ask(merchant, &id(request)?, move |merchant, payment| {
        let back = payment.refunded.map(|back| back.minor);
        let wanted = refunded.saturating_add(amount.minor);
        let in_progress = write::action_code(&payment);
        let named = payment.refunds.iter().find(|refund| refund.id.as_deref() == Some(&refund_id));
        match named.map(|refund| (refund.status, refund.amount)) {
            Some((Some("failed"), _)) => {
                return not_done(&merchant, payment, "the gateway lists it as failed");
            }
            Some((Some("pending"), _)) => {
                return ask_again(&merchant, payment, "in progress at the gateway");
            }
            Some((_, given)) if given.is_none_or(|given| given == amount) => {
                return done(&merchant, payment, "the gateway lists it by its id");
            }
            Some(_) => {
                return review(&merchant, payment, "this refund id stands beside another sum");
            }
            None => {}
        }
        let listed = payment.refunds.iter().any(|refund| refund.id.is_some());
        match back {
            _ if in_progress.as_deref() == Some("1120") => {
                ask_again(&merchant, payment, "a refund is in progress")
            }
            // Sums prove it only where no other id could have moved them.
            Some(back) if back == wanted && !listed => {
                done(&merchant, payment, "the refunded sum grew by it")
            }
            Some(back) if back == refunded && grace_over => not_done(
                &merchant,
                payment,
                "nothing was refunded: repeat it as it was, with the same refund_id",
            ),
            Some(back) if back == refunded => ask_again(&merchant, payment, "it may be on its way"),
            None if payment.status == Status::Pending => {
                ask_again(&merchant, payment, "not decided yet")
            }
            _ => review(
                &merchant,
                payment,
                "the sums are not those of this refund: something else moved",
            ),
        }
    })
}

/// The amount of the write and what was captured and refunded before it.
fn amounts(request: &Settle) -> Result<(Amount, u64, u64), Error> {
    let text = |field: &str, value: &Option<String>| {
        value.clone().ok_or_else(|| Error::invalid(field, "required: as given to the write"))
    };
    let amount =
        positive(&text("amount", &request.amount)?, &text("currency", &request.currency)?)?;
    let Some(before) = &request.before else {
        return Err(Error::invalid("before", "required: the amounts before the write"));
    };
    let (captured, refunded) = refund::amounts_before(before, amount)?;
    Ok((amount, captured, refunded))
}

/// Reads the status by id and goes on with the payment.
fn ask(
    merchant: &Arc<Merchant>,
    id: &str,
    then: impl FnOnce(Arc<Merchant>, Payment) -> Result<Step, Error> + Send + 'static,
) -> Result<Step, Error> {
    let http = merchant.status_of(id)?;
    let (merchant, id) = (Arc::clone(merchant), id.to_owned());
    let next = move |response| {
        let reply = Reply::read(&response, Effect::Read)?;
        let payment = payment_status::read(&merchant, &reply, Some(&id), None)?;
        then(merchant, payment)
    };
    Ok(Step::Send(http, Box::new(next)))
}

fn done(merchant: &Merchant, payment: Payment, why: &str) -> Result<Step, Error> {
    conclude(merchant, payment, Answer::Done, why)
}
fn not_done(merchant: &Merchant, payment: Payment, why: &str) -> Result<Step, Error> {
    conclude(merchant, payment, Answer::NotDone, why)
}
fn dead(merchant: &Merchant, payment: Payment) -> Result<Step, Error> {
    conclude(merchant, payment, Answer::NeedNewNumber, "closed unpaid: register the next attempt")
}
fn review(merchant: &Merchant, payment: Payment, why: &str) -> Result<Step, Error> {
    conclude(merchant, payment, Answer::Review, why)
}
fn ask_again(merchant: &Merchant, payment: Payment, why: &str) -> Result<Step, Error> {
    conclude(merchant, payment, Answer::Pending, why)
}

fn conclude(
    merchant: &Merchant,
    payment: Payment,
    answer: Answer,
    why: &str,
) -> Result<Step, Error> {
    Ok(Step::Done(verdict(answer, why, merchant.reply(payment, false))))
}
