//! Several payments under one number: which of them is the payment, and what is told of the others.

use std::collections::VecDeque;

use super::reading::Told;
use super::shop::Shop;
use crate::payment::{Attempt, Payment, Status};

/// A payment with what was told of it.
pub type Try = (Told, Payment);

/// The best first; of equals the one that the gateway lists first.
pub fn ranked(shop: &Shop, listed: Vec<Told>) -> VecDeque<Try> {
    let mut tries: Vec<Try> = listed
        .into_iter()
        .map(|told| {
            let payment = told.payment(shop);
            (told, payment)
        })
        .collect();
    tries.sort_by_key(|(_, payment)| rank(payment));
    tries.into()
}

/// Paid before held before open before dead. A word that nobody knows may be money: it stands before
/// all that is surely none. A page on which a try failed comes after one that is untouched.
fn rank(payment: &Payment) -> (u8, bool) {
    let rank = match payment.status {
        Status::Paid | Status::PartiallyRefunded => 0,
        Status::PartiallyPaid => 1,
        Status::Authorized | Status::PartiallyCaptured => 2,
        Status::Unknown => 3,
        Status::Pending => 4,
        Status::ActionRequired => 5,
        Status::Created => 6,
        Status::Refunded => 7,
        _ => 8,
    };
    (rank, payment.last_attempt.is_some())
}

/// Whether money of more than one of them is with the gateway. What went back whole is no second
/// payment any more.
pub fn is_paid_twice(tries: &VecDeque<Try>) -> bool {
    let keeps = |status: Status| status.moved_money() && status != Status::Refunded;
    tries.iter().filter(|(_, payment)| keeps(payment.status)).count() > 1
}

/// The list of them, where there is more than one.
pub fn attempts(said: &Told, payment: &Payment, others: &VecDeque<Try>) -> Vec<Attempt> {
    if others.is_empty() {
        return Vec::new();
    }
    let others = others.iter().map(|(told, payment)| attempt(told, payment));
    std::iter::once(attempt(said, payment)).chain(others).collect()
}

fn attempt(told: &Told, payment: &Payment) -> Attempt {
    let failed = payment.last_attempt.clone().unwrap_or_default();
    Attempt {
        id: told.payment_id.clone(),
        status: failed.status.or_else(|| Some(payment.status.name())),
        reason: failed.reason.or(payment.reason),
        ..failed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gateways::declared::schema::Word;

    fn listed(words: &[Word]) -> VecDeque<Try> {
        let told = words.iter().enumerate().map(|(at, word)| Told {
            payment_id: Some(at.to_string()),
            word: Some(*word),
            ..Told::default()
        });
        ranked(&Shop::sample(None), told.collect())
    }

    #[test]
    fn what_may_be_money_comes_first() {
        let tries = listed(&[
            Word::Cancelled,
            Word::Failed,
            Word::Created,
            Word::Refunded,
            Word::Pending,
            Word::Unknown,
            Word::Authorized,
            Word::Expired,
            Word::Paid,
        ]);
        let order: Vec<&str> =
            tries.iter().filter_map(|(told, _)| told.payment_id.as_deref()).collect();
        assert_eq!(order, ["8", "6", "5", "4", "2", "1", "3", "0", "7"]);
    }

    #[test]
    fn money_that_went_back_is_no_second_payment() {
        for (words, twice) in [
            (&[Word::Paid, Word::Failed] as &[Word], false),
            (&[Word::Paid, Word::Refunded], false),
            (&[Word::Refunded, Word::Refunded], false),
            (&[Word::Paid, Word::Paid], true),
            (&[Word::Paid, Word::Authorized], true),
            (&[Word::PartiallyRefunded, Word::Paid], true),
            (&[Word::Paid, Word::Disputed], true),
            (&[], false),
        ] {
            assert_eq!(is_paid_twice(&listed(words)), twice, "{words:?}");
        }
    }

    #[test]
    fn one_alone_is_no_list() {
        let mut tries = listed(&[Word::Failed, Word::Paid]);
        let (said, payment) = tries.pop_front().unwrap();
        let rows: Vec<(Option<String>, Option<&str>)> =
            attempts(&said, &payment, &tries).into_iter().map(|row| (row.id, row.status)).collect();
        let row = |id: &str, status| (Some(id.to_owned()), Some(status));
        assert_eq!(rows, [row("1", "paid"), row("0", "declined")]);
        assert!(attempts(&said, &payment, &VecDeque::new()).is_empty());
    }
}
