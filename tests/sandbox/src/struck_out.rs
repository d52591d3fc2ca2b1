//! Requests as they may be shown: whoever looks into the sandbox sees no password and no card.

use serde_json::Value;

/// Names whose values are secret, in lower case.
const SECRETS: &[&str] = &[
    "password",
    "tmppassword",
    "$pan",
    "$cvc",
    "$expiry",
    "pan",
    "cvc",
    "expiry",
    "expirydate",
    "newexpiry",
    "setoken",
    "paymenttoken",
    "paymentdata",
    "dpan",
    "tokencryptogram",
    "cryptogram",
    "cavv",
    "pares",
    "pareq",
    "creq",
    "cres",
    "code",
    "cvv",
    "expiredmonth",
    "expiredyear",
    "cardholder",
    "usertoken",
    "secretkey",
    "client_secret",
    "refresh_token",
    "access_token",
    "application_token",
    "servicekey",
];

fn secret(name: &str) -> bool {
    SECRETS.contains(&name.to_ascii_lowercase().as_str())
}

/// A form or a JSON body with its secrets replaced by `***`, at any depth.
pub fn struck_out(body: &[u8]) -> String {
    if let Ok(value @ (Value::Object(_) | Value::Array(_))) = serde_json::from_slice(body) {
        return without(value).to_string();
    }
    // Broken JSON and XML have no names to go by.
    if body.starts_with(b"{") || body.starts_with(b"[") || body.starts_with(b"<") {
        return "***".into();
    }
    let pairs = form_urlencoded::parse(body).map(|(name, value)| {
        let value = if secret(&name) {
            "***".into()
        } else {
            // Parameters may hold JSON of their own.
            match serde_json::from_str(&value) {
                Ok(inner @ (Value::Object(_) | Value::Array(_))) if holds_secrets(&inner) => {
                    without(inner).to_string().into()
                }
                _ => value,
            }
        };
        (name, value)
    });
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

fn holds_secrets(value: &Value) -> bool {
    match value {
        Value::Object(fields) => {
            fields.iter().any(|(name, value)| secret(name) || holds_secrets(value))
        }
        Value::Array(items) => items.iter().any(holds_secrets),
        _ => false,
    }
}

fn without(value: Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .into_iter()
            .map(|(name, value)| {
                let value = if secret(&name) { "***".into() } else { without(value) };
                (name, value)
            })
            .collect(),
        Value::Array(items) => items.into_iter().map(without).collect(),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_secret_is_left_in_either_form() {
        let form = struck_out(b"userName=u&password=p4ss&%24PAN=4111&%24CVC=987&seToken=tok3n&jsonParams=%7B%22cavv%22%3A%22c4vv%22%7D&amount=5");
        for gone in ["p4ss", "4111", "987", "tok3n", "c4vv"] {
            assert!(!form.contains(gone), "{form}");
        }
        assert!(form.starts_with("userName=u&") && form.ends_with("&amount=5"), "{form}");
        let json = br#"{"userName":"u","password":"p4ss","paymentData":{"dpan":"4111"},"a":[{"pan":"4222"}],"amount":5}"#;
        let json = struck_out(json);
        for gone in ["p4ss", "4111", "4222"] {
            assert!(!json.contains(gone), "{json}");
        }
        assert!(json.contains(r#""amount":5"#), "{json}");
        for unreadable in [r#"{"Pan":"4111""#, "<Request><Pan>4111</Pan></Request>"] {
            assert_eq!(struck_out(unreadable.as_bytes()), "***");
        }
    }
}
