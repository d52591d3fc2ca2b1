//! The gateway's own codes, `actionCode`: what became of the last try.

use super::Source::{Bpc, Old};
use super::{Code, bpc, find, fine, old};
use crate::decline::DECLINED;

/// Our word; `declined` for a code that is not documented, none where nothing was refused.
pub fn reason(code: &str) -> Option<&'static str> {
    find(CODES, code).map_or(Some(DECLINED), |row| row.reason)
}

/// Every documented code, in the order of their bytes.
pub static CODES: &[Code] = &[
    old("-1", "issuer_unavailable", "processing unavailable, or no answer in time"),
    fine("-100", Bpc, "no try yet"),
    old("-102", "declined", "cancelled by the paying agent"),
    old("-2000", "fraud_suspected", "the card is on a black list"),
    old("-2001", "fraud_suspected", "the buyer's address is on a black list"),
    bpc("-20010", "limit_exceeded", "over the issuer's limit"),
    old("-2002", "limit_exceeded", "over a limit"),
    old("-2003", "fraud_suspected", "blocked by port"),
    old("-2005", "three_ds_failed", "error in the 3-D Secure signature"),
    bpc("-2006", "three_ds_failed", "the issuer declined 3-D Secure"),
    bpc("-2007", "expired", "the time for the payment ran out"),
    old("-2008", "declined", "wrong wallet"),
    bpc("-2009", "expired", "the buyer left the issuer's page"),
    old("-2010", "three_ds_failed", "XID does not match"),
    old("-2011", "three_ds_failed", "PARes unknown"),
    old("-2012", "merchant_error", "operation not supported"),
    bpc("-2013", "limit_exceeded", "all tries used up"),
    bpc("-2014", "expired", "the buyer left the payment page without a try"),
    old("-2015", "three_ds_failed", "iReq in VERes"),
    old("-2016", "three_ds_failed", "VERes unknown"),
    old("-2017", "three_ds_failed", "status of PARes is not Y"),
    bpc("-2018", "three_ds_failed", "directory server or acquirer cannot do 3-D Secure"),
    old("-2019", "three_ds_failed", "iReq in PARes"),
    bpc("-2020", "three_ds_failed", "wrong ECI"),
    bpc("-2022", "three_ds_failed", "3-D Secure cannot be done"),
    bpc("-2023", "three_ds_failed", "the issuer could not do 3-D Secure"),
    bpc("-2024", "three_ds_failed", "the issuer wants no challenge, the acquirer forbids that"),
    bpc("-2025", "three_ds_failed", "the issuer refused the challenge (RReq)"),
    old("-2101", "fraud_suspected", "blocked by e-mail"),
    old("-2102", "fraud_suspected", "blocked by the passenger's name"),
    bpc("-2200", "technical", "no token cryptogram obtained"),
    bpc("-30001", "outcome_unknown", "pending, the bank is being asked"),
    old("-3003", "declined", "unknown"),
    bpc("-301", "technical", "bad payment token"),
    old("-9000", "in_progress", "started"),
    fine("0", Bpc, "success"),
    fine("000", Bpc, "success, inside refunds"),
    bpc("1", "identity_check_needed", "identity check needed"),
    bpc("100", "limit_exceeded", "limit or balance exceeded (Credibanco: online use restricted)"),
    old("1001", "expired", "the buyer did not enter the data in time"),
    old("1004", "in_progress", "stage of the authorization"),
    old("1005", "in_progress", "stage of the authorization"),
    bpc("101", "card_expired", "card expired"),
    bpc("103", "declined", "the issuer refused; call the issuer"),
    old("104", "not_permitted_by_issuer", "restricted account"),
    bpc("106", "card_blocked", "too many wrong PINs, card blocked"),
    old("107", "declined", "call the issuer"),
    bpc("109", "merchant_error", "merchant or terminal set up wrongly"),
    bpc("110", "merchant_error", "bad amount"),
    bpc("111", "wrong_card_number", "bad card number"),
    bpc("1112", "limit_exceeded", "too many tries: card and expiry date"),
    bpc("1113", "limit_exceeded", "too many tries: card"),
    bpc("1114", "limit_exceeded", "too many tries: stored card"),
    bpc("1115", "limit_exceeded", "too many tries: order"),
    bpc("1116", "limit_exceeded", "too many tries: terminal"),
    bpc("1117", "limit_exceeded", "too many tries: merchant"),
    bpc("1118", "limit_exceeded", "too many tries: amount and currency"),
    bpc("1120", "in_progress", "refund in progress"),
    bpc("116", "insufficient_funds", "not enough funds"),
    bpc("117", "wrong_pin", "wrong PIN"),
    old("118", "not_permitted_by_issuer", "service not permitted"),
    bpc("119", "declined", "security violation, illegal operation"),
    bpc("120", "not_permitted_by_issuer", "not allowed by the issuer"),
    bpc("121", "limit_exceeded", "limit of sum"),
    bpc("123", "limit_exceeded", "limit of count"),
    bpc("124", "technical", "technical error of a reversal or refund"),
    bpc("125", "wrong_card_number", "bad card number (Credibanco: reversal above the original)"),
    bpc("1434", "identity_check_needed", "the issuer demands 3-D Secure"),
    old("15", "wrong_card_number", "no such issuer"),
    bpc("151", "fraud_suspected", "fraud monitoring of the issuer"),
    old("151017", "three_ds_failed", "communication error of 3-D Secure"),
    bpc("151018", "issuer_unavailable", "processing time-out, not sent"),
    bpc("151019", "outcome_unknown", "processing time-out, sent and not answered"),
    bpc("181", "not_permitted_by_issuer", "service forbidden"),
    bpc("20", "insufficient_funds", "not enough funds"),
    old("2001", "fraud_suspected", "fraud"),
    bpc("2002", "merchant_error", "wrong operation for this state or method"),
    bpc("2003", "three_ds_failed", "payment without 3-D Secure is forbidden"),
    old("2004", "wrong_cvc", "payment without a security code"),
    old("2005", "three_ds_failed", "a rule for 3-D Secure failed"),
    old("2006", "merchant_error", "payment in one stage is forbidden"),
    old("2007", "duplicate", "already paid"),
    old("2008", "in_progress", "not finished"),
    old("2009", "merchant_error", "reversal above the payment"),
    bpc("2012", "declined", "the order is already cancelled"),
    old("2014", "three_ds_failed", "error in a rule for 3-D Secure"),
    old("2015", "merchant_error", "error in a rule of the terminal"),
    bpc("2016", "merchant_error", "3-D Secure needed, the merchant may not use it"),
    bpc("2023", "technical", "limit of the request queue"),
    bpc("203", "lost_or_stolen", "card lost"),
    bpc("2030", "card_blocked", "card blocked"),
    bpc("204", "lost_or_stolen", "card lost"),
    bpc("208", "lost_or_stolen", "card lost"),
    old("209", "limit_exceeded", "limits of the card"),
    bpc("212", "declined", "participant blocked"),
    bpc("239", "recurring_stopped", "subscription to be ended"),
    bpc("240", "recurring_stopped", "the cardholder stopped regular payments"),
    old("341014", "declined", "general refusal of the gateway"),
    bpc("4", "card_blocked", "card blocked"),
    fine("400", Old, "reversal processed"),
    bpc("4005", "cancelled_by_merchant", "declined by the merchant (decline.do)"),
    bpc(
        "4032",
        "three_ds_failed",
        "the issuer only attempted 3-D Secure (ARes A), which is not accepted",
    ),
    bpc("5", "declined", "refused without a reason"),
    old("53", "wrong_card_number", "no such account"),
    bpc("555", "not_permitted_by_issuer", "online use barred by the issuer"),
    old("57", "not_permitted_by_issuer", "operation not allowed"),
    bpc("62", "lost_or_stolen", "the card may be lost or stolen"),
    bpc("63", "declined", "security violation"),
    bpc("71015", "wrong_card_data", "wrong card data"),
    bpc("72", "not_permitted_by_issuer", "sender's card not allowed"),
    bpc("73", "card_expired", "invalid expiry date"),
    bpc("78", "wrong_card_number", "no such account"),
    bpc("814", "limit_exceeded", "limit of activity count"),
    bpc("82", "wrong_cvc", "wrong security code"),
    bpc("8204", "duplicate", "duplicate order"),
    bpc("823", "lost_or_stolen", "card stolen"),
    bpc("87", "hold_expired", "the hold is too old"),
    bpc("88", "wrong_cvc", "cryptographic failure, security code"),
    bpc("90", "declined", "unmapped status of the processing centre"),
    old("9001", "technical", "internal error of the gateway"),
    bpc("902", "limit_exceeded", "limit exceeded"),
    bpc("903", "limit_exceeded", "limit exceeded"),
    bpc("904", "technical", "bad message format, says the issuer"),
    bpc("906", "card_expired", "card expired"),
    bpc("907", "issuer_unavailable", "no link with the issuer"),
    bpc("909", "technical", "system error of the network"),
    old("910", "issuer_unavailable", "the issuer's host is unavailable"),
    bpc("911", "declined", "declined; contact the merchant"),
    bpc("912", "issuer_unavailable", "issuer unavailable"),
    bpc("913", "technical", "bad message format, says the payment system"),
    bpc("914", "technical", "original operation not found"),
    bpc("916", "technical", "unable to process"),
    bpc("920", "not_permitted_by_issuer", "restrictions of the card"),
    bpc("941", "merchant_error", "bad merchant id"),
    bpc("950", "technical", "reconciliation error"),
    bpc("968", "merchant_error", "amount of the original is wrong"),
    bpc("998", "issuer_unavailable", "no answer in time"),
    bpc("999", "fraud_suspected", "suspicion of fraud"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_two_codes_leave_the_payment_open() {
        let open = CODES.iter().filter(|row| row.reason == Some("outcome_unknown"));
        assert_eq!(open.map(|row| row.code).collect::<Vec<_>>(), ["-30001", "151019"]);
        assert_eq!(reason("151018"), Some("issuer_unavailable"));
    }

    #[test]
    fn success_and_no_try_are_no_refusal_and_a_new_code_is_no_more_than_one() {
        for code in ["0", "000", "-100"] {
            assert_eq!(reason(code), None);
        }
        assert_eq!((reason("424242"), reason("")), (Some("declined"), Some("declined")));
    }
}
