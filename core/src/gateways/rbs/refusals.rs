//! What an `errorCode` says of a call, method by method. The codes are ambiguous: a reason says no
//! more than the code proves (docs/gateways/rbs.md, "Codes"). Why a payment was refused: `codes`.

use super::codes;
use super::reply::{Reply, Verdict};
use crate::decline;
use crate::error::Error;
use crate::http::Effect;
use crate::native::Native;

/// Turns a reply that is no success into its error.
pub fn check(native: &Native, reply: &Reply) -> Result<(), Error> {
    let (code, error) = match reply.verdict() {
        Verdict::Accepted => return complete(native, reply),
        Verdict::DressedUp => {
            let error = match moves_an_order(native) {
                // Of the payment it says nothing: only the order's state does.
                true => Error::outcome_unknown(
                    "reply_contradictory",
                    "the gateway answers code 0 with an error text",
                ),
                false => {
                    let says = "the gateway answers code 0 with an error text: declined";
                    declined(native, reply, says)
                }
            };
            ("0".to_owned(), error)
        }
        Verdict::Contradictory(code) => {
            let says = "the gateway reports success beside an error code";
            let error = match native.effect {
                Effect::Read => Error::not_done("reply_unreadable", says),
                Effect::Write => Error::outcome_unknown("reply_contradictory", says),
            };
            (code, error)
        }
        // Its success reads "binding disabled", with code 2.
        Verdict::Failed(code)
            if code == "2"
                && native.path == "rest/sbp/c2b/unBind.do"
                && reply.flag("success").is_none() =>
        {
            return Ok(());
        }
        Verdict::Failed(code) => {
            let error = match by_method(native, reply, &code) {
                Some(error) => error,
                None => in_general(native, &code),
            };
            (code, error)
        }
    };
    Err(error.with_code(code, reply.error_text()))
}

/// The bank or the gateway said no to the payment; or it says so beside a code that leaves it open.
fn declined(native: &Native, reply: &Reply, says: &str) -> Error {
    let taken = matches!(reply.text_at("orderStatus.orderStatus").as_deref(), Some("1" | "2"));
    let reason = match codes::reason_in(reply) {
        Some(reason) if !taken => reason,
        _ => {
            let says = "the gateway refuses, and tells of a payment that was not refused";
            return match native.effect {
                Effect::Write => Error::outcome_unknown("reply_contradictory", says),
                Effect::Read => Error::not_done("reply_unreadable", says),
            };
        }
    };
    let codes = codes::explain(reply);
    let open = format!("the payment is not over yet{codes}");
    match native.effect {
        _ if decline::is_final(reason) => Error::declined(reason, format!("{says}{codes}")),
        Effect::Write => Error::outcome_unknown(reason, open),
        Effect::Read => Error::not_done(reason, open),
    }
}

/// Without what a success always holds it is none, whatever the code says.
fn complete(native: &Native, reply: &Reply) -> Result<(), Error> {
    let always = native.reply.iter().filter(|told| told.always);
    let Some(missing) = always.map(|told| told.name).find(|name| reply.text_at(name).is_none())
    else {
        return Ok(());
    };
    let says = format!("the reply reports no error, but holds no {missing}");
    let error = match native.effect {
        Effect::Read => Error::not_done("reply_unreadable", says),
        Effect::Write => Error::outcome_unknown("reply_incomplete", says),
    };
    Err(error.with_code(reply.text("errorCode").unwrap_or_default(), reply.error_text()))
}

/// Whether the method moves a payment that is there, rather than paying.
fn moves_an_order(native: &Native) -> bool {
    matches!(native.name, "deposit" | "reverse" | "refund" | "decline")
        || native.name.starts_with("processRaw")
}

/// Codes that mean something else in this method than elsewhere.
fn by_method(native: &Native, reply: &Reply, code: &str) -> Option<Error> {
    let path = native.path;
    let register = native.name.starts_with("register");
    let status = native.name.starts_with("getOrderStatus");
    let template = path.starts_with("rest/templates/");
    let wallet = WALLETS.iter().any(|wallet| path.starts_with(wallet));
    Some(match code {
        "1" if register => Error::refused(
            "duplicate_order",
            "the gateway already knows this order number, or does not accept it",
        ),
        "1" if wallet => declined(native, reply, "the payment was refused in processing"),
        "1" if status => Error::refused("bad_value", "the gateway misses the order's id or number"),
        "1" | "2" | "3" if template => {
            Error::refused("bad_value", "the gateway misses a parameter, or does not accept one")
        }
        "2" if native.name == "getOrderStatus" => {
            declined(native, reply, "the order was declined because of the payment data")
        }
        "2" if matches!(native.name, "bindCard" | "unBindCard" | "unbindCard") => {
            Error::refused("wrong_state", "the stored card is already so, active or not")
        }
        "2" if native.name.contains("Bindings") => {
            Error::refused("nothing_found", "the gateway knows no stored card of this buyer")
        }
        "3" if register => {
            Error::refused("not_permitted", "the gateway does not take this currency")
        }
        // The status call has no other parameter that it could mean.
        "5" if status => Error::refused(
            "authentication_failed",
            "wrong login or password, or the password must be changed",
        ),
        "6" if template => Error::refused("nothing_found", "the gateway knows no such template"),
        "6" if path == "rest/updateSSLCardList.do" => {
            Error::refused("wrong_state", "no such order, or the card is already in the list")
        }
        "10" if native.name == "getLastOrdersForMerchants" => Error::refused(
            "not_permitted",
            "the page is too big (200 at most), or no right to one of the merchants",
        ),
        "10" if wallet || native.name == "recurrentPayment" => Error::refused(
            "duplicate_order",
            "the gateway already knows this order number, or does not accept the merchant",
        ),
        _ => return None,
    })
}

/// Below the root, in JSON: `error.code` 1 is a refusal in processing.
const WALLETS: [&str; 7] =
    ["applepay/", "google/", "samsung/", "samsungWeb/", "mir/", "yandex/", "token/"];

/// What a code means wherever it comes.
fn in_general(native: &Native, code: &str) -> Error {
    let read = native.effect == Effect::Read;
    match code {
        "4" => Error::refused(
            "bad_value",
            "the gateway misses a parameter, or does not accept the return URL",
        ),
        "5" => Error::refused(
            "not_permitted",
            "access denied: wrong login or password, a password to be changed, no right to this order \
             or operation, or a value that the gateway does not accept; check_settings tells which",
        ),
        "6" => Error::refused("order_not_found", "the gateway knows no such order"),
        "7" if read => Error::not_done("unavailable", "the gateway reports a system error"),
        "7" => Error::outcome_unknown(
            "system_error_or_wrong_state",
            "the gateway answers 7: a system error, a wrong state or a wrong amount; only the status tells",
        ),
        "13" => Error::refused("not_permitted", "the merchant may not use this feature"),
        "14" => Error::refused("bad_value", "the gateway does not accept these features"),
        _ if read => Error::refused("refused", "the gateway refused the call"),
        _ => Error::outcome_unknown(
            "unknown_code",
            "the gateway answers a code that is not documented",
        ),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::error::Kind;
    use crate::gateways::rbs::dialect;
    use crate::gateways::rbs::tables::orders;
    use crate::http::HttpResponse;

    fn answered(path: &'static str, effect: Effect, fields: &Value) -> Result<(), Error> {
        let name = dialect::RBS.natives().find(|native| native.path == path).unwrap().name;
        let native = Native { name, path, effect, ..orders::DECLINE };
        let response =
            HttpResponse { status: 200, headers: Vec::new(), body: fields.to_string().into() };
        check(&native, &Reply::read(&response, &native).unwrap())
    }

    #[test]
    fn a_code_means_what_its_method_says() {
        use Effect::{Read, Write};
        for (path, effect, code, kind, reason) in [
            ("rest/registerPreAuth.do", Write, "1", Kind::Refused, "duplicate_order"),
            ("rest/getOrderStatusExtended.do", Read, "1", Kind::Refused, "bad_value"),
            ("rest/templates/createTemplate.do", Write, "1", Kind::Refused, "bad_value"),
            ("rest/paymentOrderBinding.do", Write, "1", Kind::OutcomeUnknown, "unknown_code"),
            ("rest/getOrderStatus.do", Read, "2", Kind::Declined, "declined"),
            ("rest/getBindings.do", Read, "2", Kind::Refused, "nothing_found"),
            ("rest/getAllBindings.do", Read, "2", Kind::Refused, "nothing_found"),
            ("rest/unBindCard.do", Write, "2", Kind::Refused, "wrong_state"),
            ("rest/paymentOrderBinding.do", Write, "2", Kind::OutcomeUnknown, "unknown_code"),
            ("rest/register.do", Write, "3", Kind::Refused, "not_permitted"),
            ("rest/getOrderStatusExtended.do", Read, "5", Kind::Refused, "authentication_failed"),
            // Of these the caller gives more than an id.
            ("rest/getLastOrdersForMerchants.do", Read, "5", Kind::Refused, "not_permitted"),
            ("rest/sbp/c2b/getBindings.do", Read, "5", Kind::Refused, "not_permitted"),
            ("rest/deposit.do", Write, "6", Kind::Refused, "order_not_found"),
            ("rest/templates/get.do", Read, "6", Kind::Refused, "nothing_found"),
            ("rest/deposit.do", Write, "7", Kind::OutcomeUnknown, "system_error_or_wrong_state"),
            ("rest/templates/get.do", Read, "7", Kind::NotDone, "unavailable"),
            ("rest/getLastOrdersForMerchants.do", Read, "10", Kind::Refused, "not_permitted"),
            ("rest/deposit.do", Write, "10", Kind::OutcomeUnknown, "unknown_code"),
        ] {
            let error = answered(path, effect, &json!({ "errorCode": code })).unwrap_err();
            assert_eq!((error.kind, error.reason), (kind, reason), "{path} {code}");
            assert_eq!(error.code.as_deref(), Some(code));
        }
    }

    #[test]
    fn a_wallet_says_no_in_its_own_block() {
        let wallet = |code: Value, more: Value| {
            let mut fields = json!({ "success": false, "error": { "code": code } });
            fields.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            answered("google/payment.do", Effect::Write, &fields).unwrap_err()
        };
        let error = wallet(json!(1), json!({}));
        assert_eq!((error.kind, error.reason), (Kind::Declined, "declined"));
        assert_eq!((error.retry, error.advice), (Some("other_means"), "show_to_buyer"));
        let error = wallet(json!(1), json!({ "orderStatus": { "actionCode": 116 } }));
        assert_eq!((error.kind, error.reason), (Kind::Declined, "insufficient_funds"));
        assert_eq!(error.retry, Some("later"));
        assert!(error.message.ends_with("(116: not enough funds)"), "{error}");
        // The bank may yet take it.
        let error = wallet(json!(1), json!({ "orderStatus": { "actionCode": 151019 } }));
        assert_eq!((error.kind, error.reason), (Kind::OutcomeUnknown, "outcome_unknown"));
        assert!(error.may_have_happened && error.retry.is_none() && error.buyer_text.is_none());
        let error = wallet(json!("10"), json!({}));
        assert_eq!((error.reason, error.advice), ("duplicate_order", "ask_status"));
        // Only a wallet's: the same code of a stored card is not documented.
        let fields = json!({ "success": false, "error": { "code": 1 } });
        let error = answered("recurrentPayment.do", Effect::Write, &fields).unwrap_err();
        assert_eq!(error.kind, Kind::OutcomeUnknown);
    }

    #[test]
    fn an_unbound_account_is_a_success_with_code_2() {
        let unbind = |fields| answered("rest/sbp/c2b/unBind.do", Effect::Write, &fields);
        assert!(unbind(json!({ "errorCode": "2" })).is_ok());
        assert!(unbind(json!({ "errorCode": "2", "success": false })).is_err());
        assert!(unbind(json!({ "errorCode": "5" })).is_err());
    }
}
