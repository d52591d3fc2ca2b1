//! Test cards (the gateway's documents): what the bank behind the page answers.

use serde::Serialize;

/// What becomes of a payment with the right card data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Behaviour {
    /// Accepted at once.
    Accepted,
    /// A page of the issuer asks for a code.
    Challenge,
    /// Refused with this action code; the buyer may try again.
    Refused(i64),
    /// Refused with this action code, no further tries.
    RefusedForGood(i64),
}

/// What 3-D Secure does with the card when a merchant takes the card data itself. The payment page
/// asks for a code or pays at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Authentication {
    /// Not enrolled.
    None,
    /// Version 2, the issuer asks for a code.
    Challenge,
    /// Version 2, the issuer asks nothing.
    Frictionless,
    /// Version 2, the issuer cannot answer and an attempt is recorded.
    Attempt,
    /// Version 1: PaReq and PaRes.
    Version1,
}

/// A card that the sandbox knows.
#[derive(Debug, Serialize)]
pub struct Card {
    /// Number without spaces.
    pub pan: &'static str,
    /// Month of expiry.
    pub month: &'static str,
    /// Years that the manuals printed over time; all are good.
    pub years: &'static [&'static str],
    /// Security code.
    pub cvc: &'static str,
    /// `paymentSystem` of the status reply.
    pub system: &'static str,
    /// What happens.
    pub behaviour: Behaviour,
    /// What 3-D Secure does first.
    pub authentication: Authentication,
    /// Codes that pass the issuer's page.
    pub codes: &'static [&'static str],
    /// The same in words.
    pub what: &'static str,
}

/// Codes that pass the issuer's page.
pub const CODES: &[&str] = &["12345678", "00000"];
const OLD: &[&str] = &["2019", "2024"];
/// The last is the sandbox's own: a stored card must outlive the documents.
const COMMON: &[&str] = &["2024", "2026", "2034"];
const LATE: &[&str] = &["2024", "2030"];

const fn card(
    pan: &'static str,
    years: &'static [&'static str],
    system: &'static str,
    behaviour: Behaviour,
    authentication: Authentication,
    what: &'static str,
) -> Card {
    let (month, cvc, codes) = ("12", "123", CODES);
    Card { pan, month, years, cvc, system, behaviour, authentication, codes, what }
}

/// Every card, the confirmed ones first.
pub const CARDS: &[Card] = &[
    card(
        "5555555555555599",
        &["2024", "2034"],
        "MASTERCARD",
        Behaviour::Challenge,
        Authentication::Challenge,
        "3-D Secure with a code, success",
    ),
    card(
        "4111111111111111",
        COMMON,
        "VISA",
        Behaviour::Accepted,
        Authentication::Frictionless,
        "3-D Secure without questions, success",
    ),
    card(
        "5168494895055780",
        COMMON,
        "MASTERCARD",
        Behaviour::Refused(-2006),
        Authentication::Frictionless,
        "3-D Secure without questions, failure",
    ),
    card(
        "4000001111111118",
        LATE,
        "VISA",
        Behaviour::Accepted,
        Authentication::Attempt,
        "3-D Secure attempt, success",
    ),
    card(
        "4444555511113333",
        COMMON,
        "VISA",
        Behaviour::Accepted,
        Authentication::None,
        "no 3-D Secure, success",
    ),
    card(
        "5000001111111115",
        LATE,
        "MASTERCARD",
        Behaviour::Challenge,
        Authentication::Challenge,
        "3-D Secure with a code, success",
    ),
    card(
        "4000001111111126",
        LATE,
        "VISA",
        Behaviour::Refused(116),
        Authentication::None,
        "declined, not enough funds",
    ),
    card(
        "4444444444446666",
        OLD,
        "VISA",
        Behaviour::Refused(-20010),
        Authentication::None,
        "blocked by limit",
    ),
    Card {
        pan: "4563960122001999",
        month: "12",
        years: &["2024"],
        cvc: "347",
        system: "VISA",
        behaviour: Behaviour::Accepted,
        authentication: Authentication::None,
        codes: CODES,
        what: "success",
    },
    card(
        "5555555555555557",
        &["2024"],
        "MASTERCARD",
        Behaviour::RefusedForGood(-2006),
        Authentication::Frictionless,
        "3-D Secure failure, the order is declined at once",
    ),
    card(
        "639002000000000003",
        &["2024"],
        "MASTERCARD",
        Behaviour::Accepted,
        Authentication::None,
        "success (Maestro)",
    ),
    card(
        "4444444444444422",
        &["2024"],
        "VISA",
        Behaviour::Refused(904),
        Authentication::None,
        "format error",
    ),
    card(
        "4444444411111111",
        &["2024"],
        "VISA",
        Behaviour::Refused(5),
        Authentication::None,
        "network refusal",
    ),
    card(
        "4444444499999999",
        &["2024"],
        "VISA",
        Behaviour::Refused(151_017),
        Authentication::Frictionless,
        "3-D Secure communication error",
    ),
    Card {
        pan: "2202208020207685",
        month: "05",
        years: &["2027"],
        cvc: "133",
        system: "MIR",
        behaviour: Behaviour::Challenge,
        authentication: Authentication::Challenge,
        codes: &["111111"],
        what: "3-D Secure with code 111111",
    },
    Card {
        pan: "2201382000000047",
        month: "05",
        years: &["2027"],
        cvc: "133",
        system: "MIR",
        behaviour: Behaviour::Challenge,
        authentication: Authentication::Challenge,
        codes: &["1qwezxc"],
        what: "3-D Secure with password 1qwezxc",
    },
    Card {
        pan: "4279380620378929",
        month: "06",
        years: &["2026"],
        cvc: "353",
        system: "VISA",
        behaviour: Behaviour::Accepted,
        authentication: Authentication::None,
        codes: CODES,
        what: "no 3-D Secure, success",
    },
    // Not in the documents: the sandbox's own card of the old version.
    card(
        "4012888888881881",
        &["2030"],
        "VISA",
        Behaviour::Challenge,
        Authentication::Version1,
        "3-D Secure 1 with a code, success",
    ),
];

/// Action code of a wrong expiry or security code.
pub const WRONG_CARD_DATA: i64 = 71_015;
/// Action code of a number that no issuer knows.
pub const BAD_NUMBER: i64 = 111;

/// The card with this number, spaces and dashes aside.
pub fn by_pan(pan: &str) -> Option<&'static Card> {
    let digits: String = pan.chars().filter(|sign| !matches!(sign, ' ' | '-')).collect();
    CARDS.iter().find(|card| card.pan == digits)
}

/// What 3-D Secure does with this number.
pub fn authentication(pan: &str) -> Authentication {
    by_pan(pan).map_or(Authentication::None, |card| card.authentication)
}

/// `499900CCCCCC....` is refused with the action code CCCCCC, `499901CCCCCC....` with its negative,
/// whatever else is typed: every code can be had from every way to pay.
fn told_code(pan: &str) -> Option<i64> {
    let (sign, digits) = match pan.strip_prefix("499900") {
        Some(digits) => (1, digits),
        None => (-1, pan.strip_prefix("499901")?),
    };
    let code: i64 = digits.get(..6).filter(|_| digits.len() == 10)?.parse().ok()?;
    Some(sign * code)
}

/// What the bank says to a number whose expiry and code it has agreed to before, or need not know:
/// a stored card, a token.
pub fn known_behaviour(pan: &str) -> Behaviour {
    let told = told_code(pan).map(Behaviour::Refused);
    told.or(by_pan(pan).map(|card| card.behaviour)).unwrap_or(Behaviour::Refused(BAD_NUMBER))
}

/// What the bank says to this number, expiry and code.
pub fn behaviour(pan: &str, month: &str, year: &str, cvc: &str) -> Behaviour {
    if let Some(code) = told_code(pan) {
        return Behaviour::Refused(code);
    }
    let Some(card) = by_pan(pan) else {
        return Behaviour::Refused(BAD_NUMBER);
    };
    let month = format!("{:0>2}", month.trim());
    let year =
        if year.trim().len() == 2 { format!("20{}", year.trim()) } else { year.trim().to_owned() };
    if card.month == month && card.years.contains(&year.as_str()) && card.cvc == cvc.trim() {
        card.behaviour
    } else {
        Behaviour::Refused(WRONG_CARD_DATA)
    }
}

/// `555555**5599`: what the gateway shows of a number.
pub fn masked(pan: &str) -> String {
    let digits: Vec<char> = pan.chars().filter(char::is_ascii_digit).collect();
    if digits.len() < 10 {
        return "XXXXXX**XXXX".into();
    }
    let head: String = digits.iter().take(6).collect();
    let tail: String = digits.iter().skip(digits.len().saturating_sub(4)).collect();
    format!("{head}**{tail}")
}

/// `actionCodeDescription` in English, which is what the page shows too.
pub fn action_text(code: i64) -> &'static str {
    match code {
        -100 => "",
        -102 => "Cancelled by the paying agent",
        0 => "Request processed successfully",
        -2006 => "The issuer declined the 3-D Secure authentication",
        -2007 => "The time for the payment is over",
        -2009 => "The buyer left the page of the issuer",
        -2013 => "All attempts to pay are used up",
        -20010 => "The amount exceeds the limit of the issuer",
        -30001 => "The bank is being asked",
        5 => "Declined by the network",
        87 => "The hold is too old",
        BAD_NUMBER => "Wrong card number",
        116 => "Not enough funds",
        1120 => "The refund is in progress",
        2003 => "A payment without 3-D Secure is forbidden",
        4032 => "The issuer could not authenticate the buyer",
        904 => "The message to the issuer is malformed",
        4005 => "The payment was cancelled by the merchant",
        WRONG_CARD_DATA => "Wrong card data",
        151_017 => "Communication error of 3-D Secure",
        151_019 => "Processing time-out, the answer is unknown",
        _ => "The payment was declined",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_documented_year_is_good() {
        for year in ["2024", "2034", "34"] {
            assert_eq!(behaviour("5555 5555 5555 5599", "12", year, "123"), Behaviour::Challenge);
        }
        assert_eq!(behaviour("4111111111111111", "12", "26", "123"), Behaviour::Accepted);
    }

    #[test]
    fn wrong_data_is_71015() {
        for (month, year, cvc) in
            [("11", "2026", "123"), ("12", "2031", "123"), ("12", "2026", "124")]
        {
            assert_eq!(
                behaviour("4111111111111111", month, year, cvc),
                Behaviour::Refused(WRONG_CARD_DATA)
            );
        }
        assert_eq!(
            behaviour("4999999999999999", "12", "2026", "123"),
            Behaviour::Refused(BAD_NUMBER)
        );
    }

    #[test]
    fn a_number_can_tell_its_refusal() {
        assert_eq!(behaviour("4999000001160000", "1", "30", "1"), Behaviour::Refused(116));
        assert_eq!(known_behaviour("4999010020060000"), Behaviour::Refused(-2006));
        assert_eq!(known_behaviour("499900000116"), Behaviour::Refused(BAD_NUMBER));
        assert_eq!(known_behaviour("4000001111111118"), Behaviour::Accepted);
    }

    #[test]
    fn numbers_are_masked() {
        assert_eq!(masked("5555 5555 5555 5599"), "555555**5599");
        assert_eq!(masked("12"), "XXXXXX**XXXX");
    }
}
