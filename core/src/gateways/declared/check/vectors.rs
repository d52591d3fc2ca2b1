//! Known signatures, made again by a descriptor's own recipes.

use serde_json::{Value, json};

use crate::error::Error;
use crate::gateways::declared::message::Message;
use crate::gateways::declared::recipe;
use crate::gateways::declared::schema::{Descriptor, Origin, Recipe, Vector};
use crate::gateways::declared::values::Values;

/// What became of a vector.
pub struct Outcome {
    /// As `descriptor_check` prints it: `{id, what, kind, recipe, ok, expected, made, message}`. Its
    /// secrets are samples, so that the text that was hashed may be shown.
    pub row: Value,
    /// Where it is not as expected: the vector's own key, and what differs.
    pub fault: Option<(&'static str, String)>,
}

/// Makes the vector's signature.
pub fn run(descriptor: &Descriptor, vector: &Vector) -> Outcome {
    let tried = match descriptor.recipe.get(&vector.recipe) {
        Some(recipe) => tried(descriptor, recipe, vector),
        None => {
            Tried { fault: Some(("recipe", "there is no such recipe".into())), ..Tried::default() }
        }
    };
    let row = json!({
        "id": vector.id,
        "what": vector.what,
        "kind": vector.kind.name(),
        "recipe": vector.recipe,
        "ok": tried.fault.is_none(),
        "expected": vector.expected,
        "made": tried.made,
        "message": tried.message,
    });
    Outcome { row, fault: tried.fault }
}

#[derive(Default)]
struct Tried {
    made: Option<String>,
    message: Option<String>,
    fault: Option<(&'static str, String)>,
}

fn tried(descriptor: &Descriptor, recipe: &Recipe, vector: &Vector) -> Tried {
    let message = match message(recipe, vector) {
        Ok(message) => message,
        Err(says) => return Tried { fault: Some(("body", says.into())), ..Tried::default() },
    };
    let values = values(descriptor, vector);
    let text = match recipe::bytes(recipe, &message, &values) {
        Ok(bytes) => recipe.charset.decode(&bytes).unwrap_or_default().into_owned(),
        Err(error) => {
            return Tried { fault: Some(("fields", error.message.clone())), ..Tried::default() };
        }
    };
    let made = match recipe.rsa.is_some() {
        true => None,
        false => recipe::sign(recipe, &message, &values).ok().map(|made| made.to_string()),
    };
    let right = recipe::matches(recipe, &message, &values, &vector.expected);
    let fault = fault(vector, &text, made.as_deref(), right);
    Tried { made, message: Some(text), fault }
}

fn fault(
    vector: &Vector,
    text: &str,
    made: Option<&str>,
    right: Result<bool, Error>,
) -> Option<(&'static str, String)> {
    if let Some(expected) = vector.message.as_deref().filter(|expected| *expected != text) {
        return Some(("message", differs(expected, text)));
    }
    match (right, made) {
        (Ok(true), _) => None,
        (Ok(false), Some(made)) => Some(("expected", format!("the recipe makes {made}"))),
        (Ok(false), None) => Some(("expected", "is not the key's signature of the message".into())),
        (Err(error), _) => Some(("recipe", error.message.clone())),
    }
}

/// Where two texts part.
fn differs(expected: &str, made: &str) -> String {
    let pairs = expected.chars().zip(made.chars());
    let same = pairs.take_while(|(one, other)| one == other).count();
    let rest = |text: &str| {
        let rest: String = text.chars().skip(same).take(30).collect();
        if rest.is_empty() { "nothing".to_owned() } else { format!("{rest:?}") }
    };
    format!("from letter {} on the recipe makes {}, not {}", same + 1, rest(made), rest(expected))
}

/// The message that is signed: the fields, or what stands in the body; and its bytes.
fn message(recipe: &Recipe, vector: &Vector) -> Result<Message, &'static str> {
    let Some(body) = &vector.body else { return Ok(Message::of(vector.fields.clone())) };
    let bytes =
        recipe.charset.encode(body).ok_or("has a letter that the recipe's charset lacks")?;
    if !vector.fields.is_empty() {
        let mut message = Message::of(vector.fields.clone());
        message.body = bytes.into_owned();
        return Ok(message);
    }
    match body.trim_start().bytes().next() {
        Some(b'{') => Message::json(&bytes),
        Some(b'<') => Message::xml(&bytes),
        _ => Message::form(&bytes, recipe.charset),
    }
}

/// The vector's own settings, and the defaults of the rest.
fn values<'a>(descriptor: &Descriptor, vector: &Vector) -> Values<'a> {
    let mut values = Values::default();
    for (name, config) in descriptor.config.iter() {
        let value = vector.config.get(name).or(config.default.as_ref());
        values.set_given(&format!("config.{name}"), value.cloned());
    }
    for (name, secret) in vector.secrets.iter() {
        values.set(&format!("secret.{name}"), secret.clone());
    }
    values
}

impl Origin {
    /// The word, as it is written.
    fn name(self) -> &'static str {
        match self {
            Origin::Published => "published",
            Origin::SelfComputed => "self-computed",
        }
    }
}
