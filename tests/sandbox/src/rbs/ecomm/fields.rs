//! Bodies of the JSON dialect: every field has a kind, and what a method does not know is refused.

use serde_json::{Map, Value};

use super::super::fields::{Fields, looks_like_code};
use super::super::refusals::Refusal;

/// What a field may hold (the platform's documents).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 1 to 30 of `[A-Za-z0-9-_ ]`.
    Login,
    /// 1 to 30 printable ASCII signs.
    Password,
    /// Exactly 36 of `[a-f0-9-]`.
    Id,
    /// A whole number from 0 to this.
    Whole(i64),
    /// Three digits in a text.
    Currency,
    /// A URL of 12 to 2048 signs.
    Url,
    /// A URL of the web, 2048 signs at most.
    WebUrl,
    /// At most 512 printable Latin or Russian signs.
    Description,
    /// 1 to 255 printable ASCII signs.
    Printable,
    /// 3 to 128 signs with `@`.
    Email,
    /// `+?` and 7 to 15 digits.
    Phone,
    /// `7` and ten digits.
    RussianPhone,
    /// A text of so many characters, one at least.
    Text(usize),
    /// Digits, as a text or as a number: the documents do not say which.
    Digits(usize),
    /// True or false.
    Flag,
    /// An object whose values are texts.
    Params,
    /// An object.
    Object,
    /// A list of texts.
    Texts,
}

/// A field of a method.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its exact name.
    pub name: &'static str,
    /// What it may hold.
    pub kind: Kind,
    /// Whether a call without it is refused.
    pub needed: bool,
}

/// A field that must be there.
pub const fn must(name: &'static str, kind: Kind) -> Field {
    Field { name, kind, needed: true }
}

/// A field that may be there.
pub const fn may(name: &'static str, kind: Kind) -> Field {
    Field { name, kind, needed: false }
}

/// A body that has passed its method's table.
#[derive(Clone, Debug)]
pub struct Body {
    object: Map<String, Value>,
}

impl Body {
    /// Checks every field against the table.
    pub fn read(bytes: &[u8], table: &[&[Field]], registering: bool) -> Result<Self, Refusal> {
        let whole: Value = serde_json::from_slice(bytes).map_err(|_| Refusal::bad_value("body"))?;
        let Value::Object(object) = whole else {
            return Err(Refusal::bad_value("body"));
        };
        let known = |name: &str| table.iter().copied().flatten().find(|field| field.name == name);
        for (name, value) in &object {
            let field = known(name).ok_or_else(|| Refusal::bad_value(name))?;
            if !field.kind.fits(value) {
                return Err(match name.as_str() {
                    "orderNumber" => Refusal::bad_number(),
                    "currency" => Refusal::unknown_currency(),
                    "returnUrl" | "failUrl" => Refusal::bad_return_url(),
                    _ => Refusal::bad_value(name),
                });
            }
        }
        for field in table.iter().copied().flatten().filter(|field| field.needed) {
            if !object.contains_key(field.name) {
                let missing = if registering { Refusal::missing } else { Refusal::bad_value };
                return Err(missing(field.name));
            }
        }
        Ok(Self { object })
    }

    /// A text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.object.get(name)?.as_str()
    }

    /// Digits that came as a text or as a number.
    pub fn digits(&self, name: &str) -> Option<String> {
        match self.object.get(name)? {
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        }
    }

    /// A whole number.
    pub fn whole(&self, name: &str) -> Option<i64> {
        self.object.get(name)?.as_i64()
    }

    /// Whether a flag is set.
    pub fn flag(&self, name: &str) -> bool {
        self.object.get(name).and_then(Value::as_bool).unwrap_or(false)
    }

    /// Any value.
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.object.get(name)
    }

    /// A value inside `jsonParams`.
    pub fn param(&self, name: &str) -> Option<&str> {
        self.object.get("jsonParams")?.get(name)?.as_str()
    }

    /// The language for texts.
    pub fn language(&self) -> &str {
        self.text("language").unwrap_or("ru")
    }

    /// The same as parameters of the form dialect, the cart aside: it is another cart.
    pub fn translated(&self, further: &[(&str, &str)]) -> Fields {
        let mut pairs: Vec<(String, String)> = Vec::new();
        for (name, value) in self.object.iter().filter(|(name, _)| *name != "orderBundle") {
            match value {
                Value::String(text) if name == "features" => {
                    pairs.extend(text.split(';').map(|one| (name.clone(), one.to_owned())));
                }
                Value::String(text) => pairs.push((name.clone(), text.clone())),
                other => pairs.push((name.clone(), other.to_string())),
            }
        }
        pairs.extend(further.iter().map(|(name, value)| ((*name).into(), (*value).into())));
        Fields::translated(pairs)
    }
}

impl Kind {
    fn fits(self, value: &Value) -> bool {
        match self {
            Self::Whole(most) => value.as_i64().is_some_and(|number| (0..=most).contains(&number)),
            Self::Flag => value.is_boolean(),
            Self::Object => value.is_object(),
            Self::Params => value.as_object().is_some_and(|object| {
                object
                    .values()
                    .all(|value| value.as_str().is_some_and(|text| !looks_like_code(text)))
            }),
            Self::Texts => value
                .as_array()
                .is_some_and(|list| !list.is_empty() && list.iter().all(Value::is_string)),
            Self::Digits(most) => match value {
                Value::Number(number) => number.is_u64() && number.to_string().len() <= most,
                Value::String(text) => (1..=most).contains(&text.len()) && is_digits(text),
                _ => false,
            },
            _ => value.as_str().is_some_and(|text| self.takes(text) && !looks_like_code(text)),
        }
    }

    fn takes(self, text: &str) -> bool {
        let length = text.chars().count();
        let printable = text.bytes().all(|sign| matches!(sign, b' '..=b'~'));
        match self {
            Self::Login => {
                let sign = |sign: u8| sign.is_ascii_alphanumeric() || b"-_ ".contains(&sign);
                (1..=30).contains(&length) && text.bytes().all(sign)
            }
            Self::Password => (1..=30).contains(&length) && printable,
            Self::Id => {
                length == 36
                    && text.bytes().all(|sign| matches!(sign, b'a'..=b'f' | b'0'..=b'9' | b'-'))
            }
            Self::Currency => length == 3 && is_digits(text),
            Self::Url => (12..=2048).contains(&length),
            Self::WebUrl => {
                let web = text.starts_with("https://") || text.starts_with("http://");
                web && length <= 2048
            }
            Self::Description => length <= 512 && text.chars().all(is_plain),
            Self::Printable => (1..=255).contains(&length) && printable,
            Self::Email => (3..=128).contains(&length) && text.contains('@'),
            Self::Phone => {
                let digits = text.strip_prefix('+').unwrap_or(text);
                (7..=15).contains(&digits.len()) && is_digits(digits)
            }
            Self::RussianPhone => length == 11 && text.starts_with('7') && is_digits(text),
            Self::Text(most) => (1..=most).contains(&length),
            _ => false,
        }
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|sign| sign.is_ascii_digit())
}

fn is_plain(sign: char) -> bool {
    matches!(sign, ' '..='~' | 'А'..='Я' | 'а'..='я' | 'Ё' | 'ё' | '№')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn kinds_keep_their_limits() {
        let id = "b94eac90-e487-796a-8ed2-cf5a00096352";
        for (kind, good, bad) in [
            (Kind::Login, json!("a-b_c 1"), json!("a.b")),
            (Kind::Login, json!("a".repeat(30)), json!("a".repeat(31))),
            (Kind::Password, json!("p~ "), json!("пароль")),
            (Kind::Id, json!(id), json!(id.to_uppercase())),
            (Kind::Id, json!(id), json!(&id[1..])),
            (Kind::Whole(999), json!(999), json!(1000)),
            (Kind::Whole(999), json!(0), json!("0")),
            (Kind::Whole(999), json!(1), json!(1.5)),
            (Kind::Currency, json!("643"), json!(643)),
            (Kind::Url, json!("http://s.tst"), json!("http://s.ts")),
            (Kind::Url, json!("u".repeat(2048)), json!("u".repeat(2049))),
            (Kind::WebUrl, json!("http://s"), json!("ftp://s")),
            (Kind::Description, json!("№ 5, ёж"), json!("日本")),
            (Kind::Description, json!("я".repeat(512)), json!("я".repeat(513))),
            (Kind::Printable, json!("c"), json!("")),
            (Kind::Email, json!("a@b"), json!("ab")),
            (Kind::Phone, json!("+79991234567"), json!("79-99")),
            (Kind::Phone, json!("123456789012345"), json!("1234567890123456")),
            (Kind::RussianPhone, json!("79991234567"), json!("+79991234567")),
            (Kind::Digits(4), json!("2034"), json!("20a4")),
            (Kind::Digits(4), json!(2034), json!(20345)),
            (Kind::Flag, json!(true), json!("true")),
            (Kind::Params, json!({"a": "b"}), json!({"a": 1})),
            (Kind::Texts, json!(["a"]), json!([1])),
            (Kind::Text(3), json!("abc"), json!("<b>")),
            (Kind::Text(3), json!("abc"), Value::Null),
        ] {
            assert!(kind.fits(&good), "{kind:?} {good}");
            assert!(!kind.fits(&bad), "{kind:?} {bad}");
        }
    }
}
