//! A signature over the decoded body does not say where one field ends and the next begins: of
//! `Name=x%26Amount=1` and `Name=x&Amount=1` the decoded text is the same. A buyer whose name holds `&`
//! could have fields of his own signed by the gateway, and send them again as real ones.

use crate::gateways::declared::message::Message;
use crate::gateways::declared::schema::{Raw, Recipe};

/// Whether another body with other fields has the same decoded text.
pub fn is_ambiguous(recipe: &Recipe, message: &Message) -> bool {
    let decoded =
        |recipe: &Recipe| recipe.parts.iter().any(|part| part.raw == Some(Raw::BodyUrldecoded));
    let nested = recipe.parts.iter().filter_map(|part| part.nested.as_deref()).any(decoded);
    if !decoded(recipe) && !nested {
        return false;
    }
    let written = message.body.trim_ascii_start();
    // JSON and XML are no forms: what decoding changes in them, it must not.
    if written.first().is_some_and(|byte| b"{[<".contains(byte)) {
        return written.iter().any(|byte| b"%+".contains(byte));
    }
    written.split(|&byte| byte == b'&').any(|pair| {
        let (name, value) = match pair.iter().position(|&byte| byte == b'=') {
            Some(at) => pair.split_at(at),
            None => (pair, b"".as_slice()),
        };
        let decode =
            |bytes: &[u8]| -> Vec<u8> { percent_encoding::percent_decode(bytes).collect() };
        decode(value).contains(&b'&') || decode(name).iter().any(|byte| b"&=".contains(byte))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gateways::declared::recipe::matches;
    use crate::gateways::declared::values::Values;

    #[test]
    fn what_reads_in_two_ways_is_not_signed() {
        let recipe: Recipe = crate::fields::read(
            serde_json::json!({
                "digest": "sha256", "hmac": "{secret.key}", "parts": [{ "raw": "body-urldecoded" }],
            })
            .as_object()
            .unwrap(),
        )
        .unwrap();
        let mut values = Values::default();
        values.set("secret.key", "k");
        let accepted = |body: &str, text: &str| {
            let message = match body.starts_with('{') {
                true => Message::json(body.as_bytes()).unwrap(),
                false => Message::form(body.as_bytes(), Default::default()).unwrap(),
            };
            let key = Some(b"k".as_slice());
            let name = crate::gateways::declared::schema::DigestName::Sha256;
            let given = hex::encode(crate::gateways::declared::recipe::digest::of(
                name,
                key,
                text.as_bytes(),
            ));
            matches(&recipe, &message, &values, &given).unwrap()
        };
        assert!(accepted("Amount=1&Name=Ann+B%2B%3D", "Amount=1&Name=Ann B+="));
        assert!(accepted(r#"{"Amount":1}"#, r#"{"Amount":1}"#));
        // The gateway signed a buyer's name; the same text is sent as other fields.
        let text = "Amount=1&Name=x&Amount=1000";
        assert!(!accepted("Amount=1&Name=x%26Amount%3D1000", text));
        assert!(!accepted("Amount%3D1%26Name=x&Amount=1000", text));
        assert!(!accepted("Amount%3D1&Name=x", "Amount=1&Name=x"));
        assert!(!accepted(r#"{"Name":"%22,%22Amount%22:%221"}"#, r#"{"Name":"","Amount":"1"}"#));
    }
}
