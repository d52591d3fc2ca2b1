//! The codes of the banks and processing centres, two characters: `originalActionCode`.

use super::Source::Bpc;
use super::{Code, bpc, find, fine};
use crate::decline::DECLINED;

/// Our word; `declined` for a code that is not documented, none where nothing was refused.
pub fn reason(code: &str) -> Option<&'static str> {
    find(CODES, code).map_or(Some(DECLINED), |row| row.reason)
}

/// Every documented code, in the order of their bytes.
pub static CODES: &[Code] = &[
    fine("00", Bpc, "success"),
    bpc("01", "declined", "call the issuer"),
    bpc("02", "declined", "bad identifiers"),
    bpc("03", "merchant_error", "bad merchant"),
    bpc("04", "card_blocked", "pick up the card"),
    bpc("05", "declined", "do not honour"),
    fine("08", Bpc, "approved with identification"),
    bpc("09", "merchant_error", "bad store"),
    bpc("10", "merchant_error", "bad currency"),
    bpc("12", "declined", "invalid operation, or enter again"),
    bpc("13", "merchant_error", "bad amount"),
    bpc("14", "wrong_card_number", "bad account, no such card"),
    bpc("15", "declined", "already active"),
    bpc("16", "declined", "not active"),
    bpc("30", "technical", "format error"),
    bpc("31", "issuer_unavailable", "issuer down and nobody stands in"),
    bpc("32", "wrong_card_number", "unknown issuer number (BIN)"),
    bpc("33", "card_expired", "card expired"),
    bpc("36", "card_blocked", "restricted, pick up the card"),
    bpc("37", "declined", "call the security service"),
    bpc("41", "lost_or_stolen", "card lost"),
    bpc("43", "lost_or_stolen", "card stolen"),
    bpc("51", "insufficient_funds", "not enough funds"),
    bpc("55", "wrong_pin", "wrong PIN"),
    bpc("57", "not_permitted_by_issuer", "not permitted"),
    bpc("61", "limit_exceeded", "limit of sum in a period"),
    bpc("62", "declined", "bad card"),
    bpc("65", "limit_exceeded", "limit of count"),
    bpc("68", "issuer_unavailable", "no answer in time"),
    bpc("75", "wrong_pin", "too many wrong PINs"),
    bpc("76", "wrong_pin", "too many wrong PINs"),
    bpc("77", "declined", "no accounts"),
    bpc("78", "technical", "original operation not found"),
    bpc("79", "duplicate", "already reversed"),
    bpc("81", "technical", "error in processing the security code"),
    bpc("82", "wrong_cvc", "wrong security code"),
    fine("85", Bpc, "conditional"),
    bpc("90", "declined", "unknown"),
    bpc("91", "issuer_unavailable", "service unavailable"),
    bpc("92", "technical", "bad parameter"),
    bpc("93", "declined", "service blocked"),
    bpc("94", "duplicate", "duplicate"),
    bpc("95", "merchant_error", "reversal above the original, and the like"),
    bpc("96", "technical", "malfunction"),
    bpc("97", "not_permitted_by_issuer", "not for this client"),
    bpc("98", "declined", "insurance number"),
    bpc("A1", "declined", "already bound"),
    bpc("A2", "declined", "not bound"),
    bpc("A3", "declined", "bad service data"),
    bpc("A4", "technical", "bad message authentication code"),
    bpc("A5", "declined", "no debt"),
    bpc("A6", "declined", "bad payment data"),
    bpc("A7", "declined", "more information needed"),
    bpc("A8", "declined", "no such object"),
    bpc("A9", "declined", "not created"),
    bpc("AA", "declined", "already created"),
    bpc("AB", "wrong_cvc", "wrong security code (CVV2)"),
    bpc("AC", "technical", "error in processing the security code (CVC)"),
    bpc("AD", "declined", "bad customer or cardholder id"),
    bpc("AE", "in_progress", "not complete yet, ask later"),
    bpc("AF", "wrong_card_number", "bad characters in the card number"),
    bpc("AG", "declined", "account is bound"),
    bpc("B1", "limit_exceeded", "limit"),
    bpc("B2", "not_permitted_by_issuer", "restricted"),
    bpc("B3", "fraud_suspected", "fraud, capture the card"),
    bpc("B4", "fraud_suspected", "fraud, block"),
    bpc("B5", "duplicate", "already completed"),
    bpc("B6", "merchant_error", "completion above the tolerance"),
    bpc("B7", "technical", "pre-authorization not found"),
    bpc("B8", "technical", "wrong sequence of the terminal"),
    bpc("B9", "technical", "totals of the batch differ"),
    bpc("BA", "not_permitted_by_issuer", "blocked until its first use (Brazil)"),
    fine("C0", Bpc, "commercial operation approved"),
    bpc("C1", "technical", "enter again"),
    bpc("C2", "declined", "bill invalid"),
    bpc("C3", "declined", "bill expired"),
    bpc("C4", "duplicate", "bill paid"),
    bpc("F1", "fraud_suspected", "fraud monitoring"),
    fine("P0", Bpc, "approved in part"),
    bpc("P1", "not_permitted_by_issuer", "purchase only"),
    bpc("P2", "not_permitted_by_issuer", "only the part of the electronic certificate"),
    bpc("R0", "recurring_stopped", "regular payments stopped: this one"),
    bpc("R1", "recurring_stopped", "regular payments stopped: all"),
    bpc("R3", "recurring_stopped", "regular payments stopped: for the card"),
    bpc("S1", "identity_check_needed", "more authentication needed"),
    bpc("S2", "identity_check_needed", "PIN needed"),
    bpc("TS", "recurring_stopped", "subscription to be ended"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_approval_refuses_nothing() {
        let approvals = CODES.iter().filter(|row| row.reason.is_none());
        let codes: Vec<_> = approvals.map(|row| row.code).collect();
        assert_eq!(codes, ["00", "08", "85", "C0", "P0"]);
        assert_eq!((reason("51"), reason("ZZ")), (Some("insufficient_funds"), Some("declined")));
        assert!(CODES.iter().all(|row| row.code.len() == 2));
    }
}
