//! A payment that the portal made itself, for its own page of payment, is marked as paid through our pay
//! system, as `settle_checkout` does it.

use super::Registered;
use crate::crm::bitrix24::checkout::settle::{Pay, pay};
use crate::crm::bitrix24::deal::judgement::{
    PAYMENT_AMOUNT, PAYMENT_CURRENCY, PAYMENT_MISSING, PAYMENT_SYSTEM, PAYMENT_UNCLEAR,
    STILL_UNPAID,
};
use crate::crm::bitrix24::session::Session;
use crate::error::Error;

/// Marks it paid, once, and says what of it a person must look at in the words of `settle_deal`.
pub fn mark_paid(session: &Session<'_>, wanted: &Pay) -> Result<Registered, Error> {
    let outcome = pay(session, wanted)?;
    let noted = outcome.attention.into_iter().map(word).collect();
    let payment_id = wanted.payment_id;
    Ok(match outcome.paid {
        true => Registered::Done { payment_id, done_now: !outcome.repeated, noted },
        false => Registered::Unclear(noted),
    })
}

fn word(checkout: &str) -> &'static str {
    match checkout {
        "payment_not_found" => PAYMENT_MISSING,
        "currency" => PAYMENT_CURRENCY,
        // More than its sum is not its sum either.
        "amount" | "overpaid" | "sum_unknown" => PAYMENT_AMOUNT,
        "pay_system" => PAYMENT_SYSTEM,
        "still_unpaid" => STILL_UNPAID,
        _ => PAYMENT_UNCLEAR,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_the_checkout_has_one_here() {
        for (theirs, ours) in [
            ("payment_not_found", "payment_missing"),
            ("currency", "payment_currency"),
            ("amount", "payment_amount"),
            ("overpaid", "payment_amount"),
            ("sum_unknown", "payment_amount"),
            ("pay_system", "payment_system"),
            ("still_unpaid", "still_unpaid"),
        ] {
            assert_eq!(word(theirs), ours);
        }
    }
}
