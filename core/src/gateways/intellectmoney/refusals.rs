//! What the codes of a reply say of a call. Only a few are documented: a reason says no more than
//! they prove (docs/gateways/intellectmoney.md, "Codes").

use super::reply::Reply;
use super::tables::{CREATE_INVOICE, Method};
use crate::error::Error;
use crate::http::Effect;
use crate::redact;

/// Turns a reply that is no success into its error, and one that lacks what a success always has.
pub fn check(method: &Method, reply: &Reply) -> Result<(), Error> {
    let effect = method.native.effect;
    let doubt = |reason, says: &str| match effect {
        Effect::Read => Error::not_done(reason, says),
        Effect::Write => Error::outcome_unknown(reason, says),
    };
    let operation = reply.operation_code().unwrap_or_default();
    let state = reply.state_code();
    let (code, error) = match (operation.as_str(), state.as_deref()) {
        ("0", Some("0" | "1")) => match missing(method, reply) {
            None => return Ok(()),
            Some(name) => {
                let says = format!("the reply reports success, but holds no {name}");
                (state.unwrap_or_default(), doubt("reply_incomplete", &says))
            }
        },
        ("0", None) => (operation, doubt("reply_incomplete", "the reply holds no Result.State")),
        ("0", Some(code)) => (code.to_owned(), refused(method, reply, code)),
        ("1", _) => {
            (operation, doubt("queued", "the gateway has queued the call; it tells no end"))
        }
        _ => (operation, doubt("unavailable", "the gateway could not process the call")),
    };
    let mut error = error.with_code(code, reply.error_text());
    error.request_id = reply.operation_id();
    Err(error)
}

/// What a success always holds and this one does not.
fn missing(method: &Method, reply: &Reply) -> Option<&'static str> {
    let mut always = method.native.reply.iter().filter(|told| told.always);
    always.find(|told| reply.get(told.name).is_none()).map(|told| told.name)
}

/// Methods that move money. No document lists the codes: one of these may leave it open whether the
/// money moved, unless it names what it complains of.
fn moves_money(method: &Method) -> bool {
    matches!(
        method.native.name,
        "purchaseToPaid"
            | "purchaseToRefund"
            | "bankCardPayment"
            | "activationPay"
            | "executeOperation"
            | "setScheduledOperationData"
    )
}

fn refused(method: &Method, reply: &Reply, code: &str) -> Error {
    let source = reply.error_source().unwrap_or_default().to_ascii_lowercase();
    let creates = method.native.name == CREATE_INVOICE.native.name;
    match (code, source.as_str()) {
        ("2", _) => Error::refused(
            "authentication_failed",
            "the gateway does not accept bearer_token, sign_secret_key, or login and password",
        ),
        (_, "hash") => Error::refused(
            "authentication_failed",
            "the gateway does not accept the signature: secret_key is not the shop's",
        ),
        // The number may be taken, by an attempt whose answer was lost too.
        (_, "orderid") if creates => {
            Error::refused("duplicate_order", "the gateway does not accept this order number")
        }
        // Careful: whatever else is wrong with the number, nothing was done.
        (_, "invoiceid" | "orderid") if !creates => {
            Error::refused("order_not_found", "the gateway knows no such invoice of this shop")
        }
        (_, "") if moves_money(method) => {
            let says = "the gateway refuses with a code that no document explains";
            Error::outcome_unknown("code_unknown", says)
        }
        (_, "") if method.native.effect == Effect::Read => Error::refused(
            "code_unknown",
            "the gateway refuses with a code that no document explains; who calls is not in doubt",
        ),
        (_, "") => Error::refused("refused", "the gateway refused the call"),
        (_, source) if is_name(source) => {
            Error::refused("bad_value", format!("the gateway does not accept {source}"))
        }
        _ => Error::refused("bad_value", "the gateway does not accept one of the fields"),
    }
}

/// Whether the gateway's word can be a field's name: it goes into a message of ours.
fn is_name(source: &str) -> bool {
    let sign = |byte: u8| byte.is_ascii_alphanumeric() || b"_.".contains(&byte);
    source.len() <= 40 && source.bytes().all(sign) && redact::text(source) == source
}
