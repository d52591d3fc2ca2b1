//! What an authentic notification says beside the status that was read. The status decides; a section that
//! nobody confirmed decides nothing about money.

use super::call::Call;
use super::known::Known;
use super::trust::{believes, doubt};
use crate::operation::Notified;
use crate::payment::{Payment, Status};

/// Weighs the status that was read against the notification. `others`: more payments under the number took
/// money.
pub fn weigh(
    known: &Known,
    call: Call,
    payment: &mut Payment,
    told: Option<&Notified>,
    others: bool,
) {
    let shop = &*known.shop;
    // Beside another that took money too it tells of this one only by its id.
    let named =
        |told: &Payment| !shop.named_by_order() && told.id.is_some() && told.id == payment.id;
    let told = told.filter(|told| !told.payment.unconfirmed);
    let told = told.filter(|told| !others || named(&told.payment));
    let agreed = told.is_some_and(|told| told.payment.status == payment.status);
    if let Some(told) = told {
        if agreed && !believes(shop, call) {
            sums_of(payment, &told.payment);
        }
        combine(payment, &told.payment, known.get("payment.id"), agreed);
    }
    if !agreed {
        doubt(shop, call, payment);
        let proved = told.is_some_and(|told| told.payment.status.moved_money());
        if proved && !believes(shop, call) && payment.status != Status::Unknown {
            // Nor does it outweigh what is proved: where the money is, nobody can say.
            (payment.status, payment.reason) = (Status::Unknown, Some("unconfirmed"));
            payment.last_attempt = None;
        }
    }
}

/// A status call that nobody confirmed adds no money to what the notification proves.
fn sums_of(payment: &mut Payment, told: &Payment) {
    payment.amount = told.amount.or(payment.amount);
    payment.authorized = told.authorized;
    payment.captured = told.captured;
    payment.refunded = told.refunded;
}

/// The status decides. What it does not tell may come from the notification where both say the same, or
/// both name the same payment of the gateway's.
fn combine(payment: &mut Payment, told: &Payment, asked: Option<&str>, agreed: bool) {
    let id = payment.id.as_deref().or(asked);
    let named = id.is_some() && told.id.as_deref() == id;
    let differs = |one: &Option<String>, other: &Option<String>| {
        one.is_some() && other.is_some() && one != other
    };
    let another =
        differs(&payment.order_number, &told.order_number) || differs(&payment.id, &told.id);
    if another || !(agreed || named) {
        return;
    }
    payment.id = payment.id.take().or_else(|| told.id.clone());
    payment.order_number = payment.order_number.take().or_else(|| told.order_number.clone());
    payment.amount = payment.amount.or(told.amount);
    payment.currency = payment.currency.or(told.currency);
    payment.test = payment.test.or(told.test);
    payment.method = payment.method.take().or_else(|| told.method.clone());
    payment.card = payment.card.take().or_else(|| told.card.clone());
    payment.rrn = payment.rrn.take().or_else(|| told.rrn.clone());
    if agreed {
        payment.authorized = payment.authorized.or(told.authorized);
        payment.captured = payment.captured.or(told.captured);
        payment.refunded = payment.refunded.or(told.refunded);
        payment.fee = payment.fee.or(told.fee);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::{Amount, Currency};

    fn payment(status: Status, id: Option<&str>, number: Option<&str>, sum: bool) -> Payment {
        let rouble = Currency::from_code("RUB");
        let mut payment = Payment::new("sample", status);
        payment.id = id.map(str::to_owned);
        payment.order_number = number.map(str::to_owned);
        payment.currency = rouble.filter(|_| sum);
        payment.amount = payment.currency.map(|currency| Amount { minor: 10_000, currency });
        payment.captured = payment.amount.filter(|_| status == Status::Paid);
        payment
    }

    #[test]
    fn a_notification_fills_in_what_it_proves() {
        // Status, its id and number; the notification's; whether they agree; what is filled in.
        let told = |id, number, status| payment(status, id, number, true);
        for (seen, told, asked, sums, captured) in [
            // Both say paid.
            ((None, None), told(None, Some("A"), Status::Paid), Some("1"), true, true),
            // They differ, and the notification names the same payment: what was registered is known.
            ((None, None), told(Some("1"), Some("A"), Status::Created), Some("1"), true, false),
            // They differ, and nothing binds it to this payment.
            ((None, None), told(None, Some("A"), Status::Created), Some("1"), false, false),
            ((None, None), told(Some("2"), Some("A"), Status::Created), Some("1"), false, false),
            // Another order, another payment.
            ((None, Some("B")), told(None, Some("A"), Status::Paid), Some("1"), false, false),
            ((Some("2"), None), told(Some("1"), Some("A"), Status::Paid), Some("2"), false, false),
        ] {
            let mut payment = payment(Status::Paid, seen.0, seen.1, false);
            let agreed = told.status == payment.status;
            combine(&mut payment, &told, asked, agreed);
            assert_eq!(payment.amount.is_some(), sums);
            assert_eq!(payment.order_number.as_deref() == Some("A"), sums);
            assert_eq!(payment.captured.is_some(), captured);
            assert_eq!(payment.status, Status::Paid);
        }
    }
}
