//! bankCardPayment and activationPay: card data from the shop's server.

use serde_json::Map;

use super::starts::begun;
use super::{by_id, state};
use crate::intellectmoney::eshops::Eshop;
use crate::intellectmoney::fields::{Field, Fields, Kind, amount};
use crate::intellectmoney::installation::Installation;
use crate::intellectmoney::invoices::{Means, Payment, Step};
use crate::intellectmoney::reply::{Refusal, Reply};
use crate::rbs::cards::{self, Behaviour};

/// Fields of bankCardPayment.
pub const PAYMENT: &[Field] = &[
    Field::needed("EshopId", Kind::Number, 6),
    Field::needed("InvoiceId", Kind::Number, 10),
    Field::needed("Pan", Kind::Number, 19),
    Field::optional("CardHolder", Kind::Text, 150),
    Field::needed("ExpiredMonth", Kind::Number, 2),
    Field::needed("ExpiredYear", Kind::Number, 4),
    Field::optional("Cvv", Kind::Number, 4),
    Field::optional("ReturnUrl", Kind::Url, 512),
    Field::needed("IpAddress", Kind::Ip, 39),
    Field::needed("Hash", Kind::Text, 32),
];

/// Fields of activationPay.
pub const ACTIVATION: &[Field] = &[
    Field::needed("EshopId", Kind::Number, 6),
    Field::needed("InvoiceId", Kind::Number, 10),
    Field::needed("ActivationAmount", Kind::Amount, 13),
    Field::optional("Cvv", Kind::Number, 4),
    Field::needed("Hash", Kind::Text, 32),
];

/// A card of the sandbox's own whose bank charges a small sum that the buyer must name.
pub const ACTIVATION_CARD: &str = "2200000000000004";
/// That sum, minor units.
pub const ACTIVATION_AMOUNT: i64 = 123;

/// bankCardPayment. The bank decides at once; looks show it a little later.
pub fn pay(installation: &mut Installation, eshop: &Eshop, fields: &Fields) -> Reply {
    let invoice = by_id(installation, eshop, fields)?;
    if !invoice.offers(Means::BankCard) {
        return Err(Refusal::wrong_state());
    }
    if eshop.settings.cvv_required && fields.given("Cvv").is_none() {
        return Err(Refusal::field("Cvv", "is missing"));
    }
    let pan = fields.text("Pan");
    let cvv = fields.given("Cvv").or_else(|| cards::by_pan(pan).map(|card| card.cvc));
    let mut payment = begun(Means::BankCard, fields.text("IpAddress"));
    payment.success_url = fields.owned("ReturnUrl");
    payment.fail_url = fields.owned("ReturnUrl");
    let (month, year) = (fields.text("ExpiredMonth"), fields.text("ExpiredYear"));
    let answer = cards::behaviour(pan, month, year, cvv.unwrap_or_default());
    charge(installation, &invoice.id, payment, pan, answer)?;
    let mut reply = Map::new();
    reply.insert("PaymentStep".into(), state::written(Step::Created, &eshop.settings));
    Ok(reply)
}

/// Begins a payment by card and lets the bank answer.
pub fn charge(
    installation: &mut Installation,
    id: &str,
    mut payment: Payment,
    pan: &str,
    answer: Behaviour,
) -> Result<(), Refusal> {
    payment.masked_pan = Some(cards::masked(pan));
    let small = pan == ACTIVATION_CARD;
    payment.activation = small.then_some(ACTIVATION_AMOUNT);
    installation.change(id, "payment begun: BankCard", |invoice, _| invoice.begin(payment))?;
    installation.change(id, "the bank's answer", |invoice, now| match answer {
        _ if small => invoice.await_buyer(Step::ActivationPayment),
        Behaviour::Accepted => invoice.pay(None, now),
        Behaviour::Challenge => invoice.await_buyer(Step::SendTo3ds),
        Behaviour::Refused(code) | Behaviour::RefusedForGood(code) => {
            invoice.fail(cards::action_text(code), Some(code))
        }
    })
}

/// activationPay: one guess.
pub fn activate(installation: &mut Installation, eshop: &Eshop, fields: &Fields) -> Reply {
    let invoice = by_id(installation, eshop, fields)?;
    let waiting = invoice.payment.filter(|payment| payment.step == Step::ActivationPayment);
    let charged = waiting.ok_or_else(Refusal::wrong_state)?.activation;
    let right = amount(fields.text("ActivationAmount")) == charged;
    installation.change(&invoice.id, "activation", |invoice, now| match right {
        true => invoice.pay(None, now),
        false => invoice.fail("The amount of the activation is wrong", None),
    })?;
    Ok(Map::new())
}
