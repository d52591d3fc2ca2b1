//! What no text of a common operation holds: control characters. A gateway may cut a text off at one,
//! or drop it, and would then know the order by another number than the shop.

use serde_json::Value;

use crate::error::Error;
use crate::fields::Fields;

/// Which control characters may stand in a text.
#[derive(Clone, Copy)]
enum Kind {
    /// None: numbers, ids, addresses.
    Line,
    /// Tabs and line breaks: what a person reads, and wallets' tokens as they come.
    Prose,
    /// The same, and what parts the codes of marked goods: receipts, and the gateway's own.
    Own,
}

/// Refuses what holds others, by its path. Of a notification a stranger wrote every byte: it is left
/// to who reads it.
pub fn check(fields: &Fields) -> Result<(), Error> {
    within(fields, Kind::Line, "")
}

/// Whether a gateway's own parameter of that name holds what it may not. Numbers and ids are told by
/// their names, and hold no control character at all.
pub(crate) fn is_odd(name: &str, text: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let line = name.ends_with("number") || name.ends_with("id") || name.ends_with("mdorder");
    odd(text, if line { Kind::Line } else { Kind::Own })
}

fn within(fields: &Fields, kind: Kind, path: &str) -> Result<(), Error> {
    for (name, value) in fields {
        if matches!(kind, Kind::Own) && odd(name, Kind::Line) {
            let place = path.trim_end_matches('.');
            return Err(Error::invalid(place, "expected names without control characters"));
        }
        let kind = match name.as_str() {
            "notification" if path.is_empty() => continue,
            "extra" | "receipt" => Kind::Own,
            "description" | "name" | "wallet_token" if matches!(kind, Kind::Line) => Kind::Prose,
            _ => kind,
        };
        one(value, kind, &format!("{path}{name}"))?;
    }
    Ok(())
}

fn one(value: &Value, kind: Kind, at: &str) -> Result<(), Error> {
    match value {
        Value::String(text) if odd(text, kind) => {
            let but = match kind {
                Kind::Line => "",
                Kind::Prose | Kind::Own => " other than tabs and line breaks",
            };
            Err(Error::invalid(at, format!("expected text without control characters{but}")))
        }
        Value::Array(list) => list
            .iter()
            .enumerate()
            .try_for_each(|(at_index, value)| one(value, kind, &format!("{at}.{at_index}"))),
        Value::Object(fields) => within(fields, kind, &format!("{at}.")),
        _ => Ok(()),
    }
}

fn odd(text: &str, kind: Kind) -> bool {
    // What lies above ASCII is left to prose: texts of old shops have it where quotation marks were.
    let odd = |sign: char| match kind {
        Kind::Line => sign.is_control(),
        Kind::Prose => sign < ' ' && !matches!(sign, '\t' | '\n' | '\r'),
        Kind::Own => sign < ' ' && !matches!(sign, '\t' | '\n' | '\r' | '\u{1d}'),
    };
    text.contains(odd)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::client::Client;
    use crate::fields;

    /// The field that is refused.
    fn refused(given: &Value) -> Option<String> {
        let error = check(given.as_object().unwrap()).err()?;
        assert!(!error.message.contains(char::is_control), "{:?}", error.message);
        error.field.clone()
    }

    #[test]
    fn no_identifier_holds_a_control_character() {
        for sign in ["\0", "\t", "\n", "\r", "\u{1d}", "\u{7f}", "\u{85}"] {
            for name in ["order_number", "id", "refund_id", "return_url", "card_id", "language"] {
                let given = json!({ name: format!("A{sign}") });
                assert_eq!(refused(&given).as_deref(), Some(name), "{sign:?}");
            }
            let given =
                json!({ "create": { "customer": { "email": format!("{sign}a@b.example") } } });
            assert_eq!(refused(&given).as_deref(), Some("create.customer.email"));
            let given = json!({ "statuses": ["paid", sign] });
            assert_eq!(refused(&given).as_deref(), Some("statuses.1"));
        }
    }

    #[test]
    fn only_the_notification_itself_is_left_to_its_reader() {
        assert_eq!(refused(&json!({ "notification": { "body": "\0" } })), None);
        let inner = json!({ "extra": { "notification": "\0" } });
        assert_eq!(refused(&inner).as_deref(), Some("extra.notification"));
    }

    #[test]
    fn a_gateways_own_numbers_are_told_by_their_names() {
        for name in ["orderNumber", "mdOrder", "bindingId", "jsonParams.orderId"] {
            assert!(is_odd(name, "A\n") && is_odd(name, "A\u{1d}"), "{name}");
        }
        assert!(is_odd("description", "\0") && !is_odd("description", "two\nlines"));
    }

    #[test]
    fn a_text_for_people_keeps_its_lines() {
        let lines = "two\r\n\tlines, \u{93}old\u{94}";
        let mark = "0104600439931256215\u{1d}93dGVz";
        let fine = json!({
            "description": lines, "customer": { "name": lines }, "extra": { "note": lines, "km": mark },
            "receipt": { "positions": [{ "name": "x", "marking": { "code": mark } }] },
            "notification": { "body": "\0", "query": "\0", "method": "\0" },
        });
        assert_eq!(refused(&fine), None);
        for sign in ["\0", "\u{1b}", "\u{1f}"] {
            for (given, place) in [
                (json!({ "description": sign }), "description"),
                (json!({ "customer": { "name": sign } }), "customer.name"),
                (json!({ "extra": { "a": { "b": sign } } }), "extra.a.b"),
                (json!({ "extra": { sign: "a" } }), "extra"),
                (
                    json!({ "receipt": { "positions": [{ "marking": { "code": sign } }] } }),
                    "receipt.positions.0.marking.code",
                ),
            ] {
                assert_eq!(refused(&given).as_deref(), Some(place));
            }
        }
        assert_eq!(refused(&json!({ "description": mark })).as_deref(), Some("description"));
    }

    #[test]
    fn every_gateway_refuses_them_before_anything_is_sent() {
        let rbs = json!({
            "gateway": "rbs", "base_url": "https://gateway.example/payment",
            "user_name": "u", "password": "p",
        });
        let client = Client::new(rbs.as_object().unwrap()).unwrap();
        let create = json!({
            "order_number": "A\0", "amount": "100.00", "currency": "RUB",
            "return_url": "https://shop.example/return",
        });
        let error = client.call("create_payment", create.as_object().unwrap()).unwrap_err();
        assert_eq!(
            (error.kind.name(), error.field.as_deref()),
            ("InvalidRequest", Some("order_number"))
        );
        let native =
            json!({ "orderNumber": "A\0", "amount": "1", "returnUrl": "https://shop.example/" });
        let native = fields::parse(native.to_string().as_bytes()).unwrap();
        let error = client.call("rbs.register", &native).unwrap_err();
        assert_eq!(
            (error.kind.name(), error.field.as_deref()),
            ("InvalidRequest", Some("orderNumber"))
        );
    }
}
