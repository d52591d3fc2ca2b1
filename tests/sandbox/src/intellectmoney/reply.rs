//! The envelope of every reply, in XML or in JSON, and the refusals inside it.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::eshops::Settings;
use super::xml;
use crate::exchange::Answer;

/// Fields of `Result` beside its `State`, or why there are none.
pub type Reply = Result<Map<String, Value>, Refusal>;

/// `Result.State` of a call that was understood and not carried out. The documents name code 2 only;
/// the other numbers are the sandbox's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// `Code`.
    pub code: i64,
    /// `Desc`.
    pub text: String,
    /// `ErrorSourceParam`.
    pub source: Option<String>,
}

impl Refusal {
    fn new(code: i64, text: impl Into<String>, source: Option<&str>) -> Self {
        Self { code, text: text.into(), source: source.map(camel) }
    }

    /// Who calls is not known.
    pub fn unauthorised(text: &str) -> Self {
        Self::new(2, format!("Ошибка аутентификации: {text}"), None)
    }

    /// A field that cannot be used as it is.
    pub fn field(name: &str, what: &str) -> Self {
        Self::new(101, format!("{name} {what}"), Some(name))
    }

    /// `Hash` of the body does not fit its fields.
    pub fn hash() -> Self {
        Self::new(102, "Неверная подпись данных запроса", Some("Hash"))
    }

    /// No invoice or operation by that number in this shop.
    pub fn not_found(name: &str) -> Self {
        Self::new(104, "Не найдено", Some(name))
    }

    /// The invoice or operation is past that.
    pub fn wrong_state() -> Self {
        Self::new(105, "Операция недоступна в текущем состоянии", None)
    }

    /// The shop has used the number.
    pub fn duplicate() -> Self {
        Self::new(106, "Номер заказа уже используется", Some("OrderId"))
    }

    /// The shop's level of access does not reach so far.
    pub fn not_permitted() -> Self {
        Self::new(107, "Метод недоступен на вашем уровне доступа", None)
    }

    /// More than there is.
    pub fn too_much(name: &str) -> Self {
        Self::new(108, "Сумма больше доступной", Some(name))
    }
}

/// `hash` of `Hash`: clients have seen names of fields in this form.
fn camel(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// What a call came to.
pub enum Outcome {
    /// The method answered.
    Answered(Reply),
    /// Taken in, not carried out yet: `OperationState` 1.
    Queued,
    /// Not processed at all: `OperationState` 2.
    Unprocessed,
}

/// Writes the envelope. `owner` is the name and number of who called: `EshopId`, or `FormId` in P2P.
pub fn write(
    outcome: Outcome,
    owner: Option<(&str, &str)>,
    settings: &Settings,
    wants_json: bool,
) -> Answer {
    let (code, text) = match outcome {
        Outcome::Answered(_) => (0, "Успешно обработана"),
        Outcome::Queued => (1, "Поставлена в очередь"),
        Outcome::Unprocessed => (2, "Не удалось обработать"),
    };
    let mut envelope = Map::new();
    envelope.insert("OperationState".into(), json!({"Code": code, "Desc": text}));
    if settings.operation_id {
        envelope.insert("OperationId".into(), json!(Uuid::new_v4().to_string()));
    }
    if let Some((name, id)) = owner {
        envelope.insert(name.into(), number(id));
    }
    let mut status = 200;
    let result = match outcome {
        Outcome::Answered(Ok(fields)) => {
            let state = json!({"Code": settings.success_code, "Desc": "Успешно обработан"});
            let mut result = Map::from_iter([("State".to_owned(), state)]);
            result.extend(fields);
            Value::Object(result)
        }
        Outcome::Answered(Err(refusal)) => {
            if refusal.code == 2 {
                status = settings.unauthorised_status;
            }
            let mut state = json!({"Code": refusal.code, "Desc": refusal.text});
            if let (Some(source), Some(object)) = (refusal.source, state.as_object_mut()) {
                object.insert("ErrorSourceParam".into(), source.into());
            }
            json!({"State": state})
        }
        Outcome::Queued | Outcome::Unprocessed => Value::Null,
    };
    envelope.insert("Result".into(), result);
    if wants_json {
        let body = Value::Object(envelope).to_string();
        Answer::new(status, "application/json; charset=utf-8", body)
    } else {
        Answer::new(status, "application/xml; charset=utf-8", xml::document("Response", &envelope))
    }
}

/// A JSON number with the digits of a text.
pub fn number(digits: &str) -> Value {
    serde_json::from_str(digits).unwrap_or_else(|_| digits.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(outcome: Outcome, json: bool) -> String {
        let settings = Settings { operation_id: false, ..Settings::default() };
        let answer = write(outcome, Some(("EshopId", "450000")), &settings, json);
        String::from_utf8(answer.body.to_vec()).unwrap()
    }

    #[test]
    fn a_refusal_names_its_field_in_both_forms() {
        let refused = || Outcome::Answered(Err(Refusal::hash()));
        let json: Value = serde_json::from_str(&written(refused(), true)).unwrap();
        assert_eq!(json["OperationState"]["Code"], 0);
        assert_eq!(json["Result"]["State"]["ErrorSourceParam"], "hash");
        let xml = written(refused(), false);
        assert!(xml.contains("<EshopId>450000</EshopId>"), "{xml}");
        assert!(xml.contains("<ErrorSourceParam>hash</ErrorSourceParam>"), "{xml}");
    }

    #[test]
    fn what_was_not_processed_has_no_result() {
        let json: Value = serde_json::from_str(&written(Outcome::Unprocessed, true)).unwrap();
        assert_eq!((&json["OperationState"]["Code"], &json["Result"]), (&json!(2), &Value::Null));
    }
}
