//! Replies in the dialect of the merchant's bank (`docs/gateways/rbs.md`, Replies).

use serde_json::{Map, Value, json};

use super::merchants::{ErrorCodeAs, Settings};
use super::refusals::Refusal;
use crate::exchange::Answer;

fn error_code(settings: &Settings, code: u8) -> Value {
    match settings.error_code_as {
        ErrorCodeAs::Integer => json!(code),
        _ => json!(code.to_string()),
    }
}

/// The two fields that every reply but a registration starts with.
pub fn success(settings: &Settings, language: &str) -> Map<String, Value> {
    let mut reply = Map::new();
    if settings.error_code_as != ErrorCodeAs::Absent {
        reply.insert("errorCode".into(), error_code(settings, 0));
    }
    let text = if language == "en" { "Success" } else { "Успешно" };
    reply.insert("errorMessage".into(), json!(text));
    reply
}

/// A refusal. It keeps its code even where success replies leave it out.
pub fn refused(settings: &Settings, refusal: &Refusal, language: &str) -> Map<String, Value> {
    let mut reply = Map::new();
    reply.insert("errorCode".into(), error_code(settings, refusal.code));
    reply.insert("errorMessage".into(), json!(refusal.text(language)));
    reply
}

/// What register answers: the common shape has no `errorCode` on success.
pub fn registered(settings: &Settings, order_id: &str, form_url: &str) -> Map<String, Value> {
    let mut reply = Map::new();
    if settings.register_error_code {
        reply.insert("errorCode".into(), error_code(settings, 0));
    }
    reply.insert("orderId".into(), json!(order_id));
    reply.insert("formUrl".into(), json!(form_url));
    reply
}

/// A refused registration, where some banks say code 0 beside the error's text.
pub fn not_registered(
    settings: &Settings,
    refusal: &Refusal,
    language: &str,
) -> Map<String, Value> {
    let mut reply = refused(settings, refusal, language);
    if settings.register_always_error_text {
        reply.insert("errorCode".into(), error_code(settings, 0));
    }
    reply
}

/// Puts a reply into its label. `capitalised` banks write the outer names with a capital.
pub fn labelled(settings: &Settings, reply: Map<String, Value>) -> Answer {
    let reply = if settings.capitalised && !reply.contains_key("formUrl") {
        reply.into_iter().map(|(name, value)| (capital(&name), value)).collect()
    } else {
        reply
    };
    let label = format!("{};charset=UTF-8", settings.content_type);
    Answer::new(200, &label, Value::Object(reply).to_string())
}

fn capital(name: &str) -> String {
    let mut signs = name.chars();
    match signs.next() {
        Some(first) => first.to_uppercase().chain(signs).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_take_the_banks_shape() {
        let mut settings = Settings::default();
        assert_eq!(success(&settings, "en")["errorCode"], json!("0"));
        settings.error_code_as = ErrorCodeAs::Integer;
        assert_eq!(success(&settings, "en")["errorCode"], json!(0));
        settings.error_code_as = ErrorCodeAs::Absent;
        // The text stays: an empty object could be anybody's.
        assert_eq!(json!(success(&settings, "en")), json!({"errorMessage": "Success"}));
        assert_eq!(refused(&settings, &Refusal::unknown_order(), "en")["errorCode"], json!("6"));
    }

    #[test]
    fn names_take_a_capital() {
        let settings = Settings { capitalised: true, ..Settings::default() };
        let body = labelled(&settings, success(&settings, "en")).body;
        assert!(std::str::from_utf8(&body).unwrap().starts_with(r#"{"ErrorCode":"0""#));
    }
}
