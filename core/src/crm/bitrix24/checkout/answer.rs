//! What the portal is answered: `{"PAYMENT_URL", "PAYMENT_ID"}`, or `{"PAYMENT_ERRORS": ["text"]}` with HTTP
//! 200, which its page shows to the buyer. So no word of ours about what failed ever stands in it.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::crm::bitrix24::Bitrix24;
use crate::decline::{self, BuyerText};
use crate::error::Error;
use crate::fields::{self, Fields};
use crate::hosts;
use crate::https;

/// Where nothing more may be said.
const NEUTRAL: BuyerText = BuyerText {
    en: "The payment cannot be started now. Please try again later or choose another way to pay.",
    ru: "Сейчас начать оплату не удалось. Попробуйте позже или выберите другой способ оплаты.",
};

const PAID: BuyerText = BuyerText {
    en: "This has been paid already.",
    ru: "Этот платёж уже оплачен.",
};

const PENDING: BuyerText = BuyerText {
    en: "Your payment is being processed. Please do not pay once more.",
    ru: "Ваш платёж обрабатывается. Пожалуйста, не платите ещё раз.",
};

/// The language of a text for the buyer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// English.
    En,
    /// Russian.
    #[default]
    Ru,
}

impl Language {
    fn of(self, text: BuyerText) -> &'static str {
        match self {
            Language::En => text.en,
            Language::Ru => text.ru,
        }
    }
}

/// Makes the answer to a CHECKOUT request. One of `payment` and `error`. Sends nothing.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerCheckout {
    /// The reply of `create_payment`, of any gateway. For a stored one, with the status of now.
    pub payment: Option<Fields>,
    /// The error of a `create_payment` that failed, as a message.
    pub error: Option<Fields>,
    /// A page of the caller's own that takes the buyer on; required where the gateway's page wants a form
    /// to be posted.
    pub page_url: Option<String>,
    /// Of an error's text: `ru` (default) or `en`.
    #[serde(default)]
    pub language: Language,
}

pub fn answer_checkout(portal: &Bitrix24, given: &Fields) -> Result<Fields, Error> {
    let request: AnswerCheckout =
        fields::read(given).map_err(|error| answered(error, Language::default()))?;
    let answer = answer(portal, &request).map_err(|error| answered(error, request.language))?;
    Ok(Fields::from_iter([("answer".to_owned(), answer)]))
}

fn answer(portal: &Bitrix24, request: &AnswerCheckout) -> Result<Value, Error> {
    match (&request.payment, &request.error) {
        (Some(payment), None) => match payment.get("status").and_then(Value::as_str) {
            Some("paid" | "authorized" | "partially_captured") => Ok(told(PAID, request.language)),
            Some("pending" | "partially_paid" | "unknown") => Ok(told(PENDING, request.language)),
            Some("declined" | "expired" | "cancelled" | "partially_refunded" | "refunded") => {
                let says = "nobody can pay it any more: create the next attempt and give its reply";
                Err(Error::invalid("payment.status", says))
            }
            _ => page(portal, payment, request.page_url.as_deref()),
        },
        (None, Some(error)) => {
            let word = |name: &str| error.get(name).and_then(Value::as_str).unwrap_or_default();
            Ok(of_error(word("kind"), word("reason"), request.language))
        }
        _ => Err(Error::invalid("payment", "expected payment or error, one of the two")),
    }
}

/// Adds to an error what the portal is to be answered.
pub fn answered(mut error: Error, language: Language) -> Error {
    error.answer = Some(of_error(error.kind.name(), error.reason, language));
    error
}

fn of_error(kind: &str, reason: &str, language: Language) -> Value {
    let text = match (kind, reason) {
        // By its word, so that no text of anybody else's gets through.
        ("Declined", reason) => decline::of(reason).buyer_text,
        ("Refused", "already_paid") => PAID,
        _ => NEUTRAL,
    };
    told(text, language)
}

fn told(text: BuyerText, language: Language) -> Value {
    http(&json!({ "PAYMENT_ERRORS": [language.of(text)] }))
}

/// Where the buyer goes, and the gateway's id: the portal gives it back as `EXTERNAL_PAYMENT_ID`.
fn page(portal: &Bitrix24, payment: &Fields, own: Option<&str>) -> Result<Value, Error> {
    let text = |fields: &Fields, name: &str| fields.get(name).and_then(fields::text);
    let usable = |url: &str| {
        let plain = portal.settings.allow_plain_http;
        hosts::https(url).is_some()
            || (url.starts_with("http://")
                && !url.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\')
                && https::check_url(url, plain).is_ok())
    };
    let action = payment.get("action").and_then(Value::as_object);
    let of_action = |name| action.and_then(|action| text(action, name));
    let (field, url) = match (own, of_action("type").as_deref()) {
        (Some(own), _) => ("page_url", Some(own.to_owned())),
        (None, Some("form")) => ("payment.action.link", of_action("link")),
        (None, Some(_)) => ("payment.action.url", of_action("url")),
        (None, None) => {
            return Err(Error::invalid("payment.action", "nothing for the buyer to do"));
        }
    };
    let Some(url) = url else {
        let says = "required here: the gateway's page cannot be reached by a link, so put up a page of \
                    your own that takes the buyer there";
        return Err(Error::invalid("page_url", says));
    };
    if !usable(&url) {
        return Err(Error::invalid(field, "expected an https URL"));
    }
    let Some(id) = text(payment, "id").or_else(|| text(payment, "order_number")) else {
        return Err(Error::invalid("payment.id", "required, but not given"));
    };
    Ok(http(&json!({ "PAYMENT_URL": url, "PAYMENT_ID": id })))
}

fn http(body: &Value) -> Value {
    json!({ "status": 200, "content_type": "application/json", "body": body.to_string() })
}
