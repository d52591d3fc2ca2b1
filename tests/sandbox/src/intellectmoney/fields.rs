//! The body of a request: JSON or a form, names in any case, values as they were sent.

use std::net::IpAddr;

use serde_json::Value;

use super::reply::Refusal;
use crate::exchange::Call;

/// Names and values. An empty value is an absent one.
#[derive(Clone, Debug, Default)]
pub struct Fields(Vec<(String, String)>);

/// A request whose label and body were compared.
pub struct Body {
    /// What could be read.
    pub fields: Fields,
    /// Whether the body is what its `Content-Type` says.
    pub fits: bool,
}

/// Reads a body. One that belongs to another label is read too: a shop may be switched to accept it.
pub fn read(call: &Call) -> Body {
    let label = call.header("content-type").unwrap_or_default();
    let kind = label.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let json = serde_json::from_slice::<Value>(&call.body).ok();
    let fits = match kind.as_str() {
        "application/json" | "text/json" => is_flat(json.as_ref()),
        "application/x-www-form-urlencoded" => json.is_none(),
        // XML is listed in the documents, but no sample shows its elements.
        _ => false,
    };
    let fields = match json {
        Some(Value::Object(object)) => {
            object.into_iter().map(|(name, value)| (name, text(value))).collect()
        }
        _ => form_urlencoded::parse(&call.body).into_owned().collect(),
    };
    Body { fields: Fields(fields), fits }
}

/// Whether it is an object of plain values: what is deeper (a receipt) travels as a text.
fn is_flat(json: Option<&Value>) -> bool {
    json.and_then(Value::as_object)
        .is_some_and(|object| object.values().all(|value| !value.is_object() && !value.is_array()))
}

/// Numbers keep the text they were sent with; it is what the hash covers.
fn text(value: Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text,
        other => other.to_string(),
    }
}

impl Fields {
    /// Fields of a page's form.
    pub fn of_form(body: &[u8]) -> Self {
        Self(form_urlencoded::parse(body).into_owned().collect())
    }

    /// Fields in their order.
    pub fn new(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }

    /// One field more.
    pub fn push(&mut self, name: &str, value: String) {
        self.0.push((name.to_owned(), value));
    }

    /// Fields by hand.
    #[cfg(test)]
    pub fn from_pairs(pairs: &[(&str, &str)]) -> Self {
        Self(pairs.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect())
    }

    /// The value, or nothing.
    pub fn text(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map_or("", |(_, value)| value.as_str())
    }

    /// The value when it is there and not empty.
    pub fn given(&self, name: &str) -> Option<&str> {
        Some(self.text(name)).filter(|value| !value.is_empty())
    }

    /// The same, owned.
    pub fn owned(&self, name: &str) -> Option<String> {
        self.given(name).map(str::to_owned)
    }

    /// Names and values as sent.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Checks presence, length and form of every field, and that none stands twice.
    pub fn check(&self, table: &[Field]) -> Result<(), Refusal> {
        for field in table {
            match self.given(field.name) {
                None if field.required => return Err(Refusal::field(field.name, "is missing")),
                Some(value) if value.chars().count() > field.max => {
                    return Err(Refusal::field(field.name, "is too long"));
                }
                Some(value) if !field.kind.fits(value) => {
                    return Err(Refusal::field(field.name, "is malformed"));
                }
                _ => {}
            }
        }
        for (place, (name, _)) in self.0.iter().enumerate() {
            let repeated =
                self.0.iter().take(place).any(|(other, _)| other.eq_ignore_ascii_case(name));
            if repeated {
                return Err(Refusal::field(name, "stands twice"));
            }
        }
        Ok(())
    }

    /// Refuses what is neither in the table nor the one other name. The official client sends its
    /// `language` with every method.
    pub fn refuse_unknown(&self, table: &[Field], besides: &str) -> Result<(), Refusal> {
        let known = |name: &str| {
            table.iter().any(|field| field.names(name))
                || [besides, "Language"].iter().any(|other| name.eq_ignore_ascii_case(other))
        };
        match self.0.iter().find(|(name, _)| !known(name)) {
            Some((name, _)) => Err(Refusal::field(name, "is not known")),
            None => Ok(()),
        }
    }
}

/// The form of a value.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// Anything.
    Text,
    /// Digits.
    Number,
    /// `10.00`.
    Amount,
    /// An absolute http(s) address.
    Url,
    /// `yyyy-MM-dd HH:mm:ss`.
    Moment,
    /// `0` or `1`.
    Flag,
    /// An address on the network.
    Ip,
    /// JSON in a text.
    Json,
}

impl Kind {
    fn fits(self, value: &str) -> bool {
        match self {
            Self::Text => true,
            Self::Number => value.bytes().all(|byte| byte.is_ascii_digit()),
            Self::Amount => amount(value).is_some(),
            Self::Url => ["http://", "https://"]
                .iter()
                .any(|scheme| value.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty())),
            Self::Moment => moment(value, 0).is_some(),
            Self::Flag => matches!(value, "0" | "1"),
            Self::Ip => value.parse::<IpAddr>().is_ok(),
            Self::Json => serde_json::from_str::<Value>(value).is_ok(),
        }
    }
}

/// One field of a method. A name that ends in `#` stands for ten: `UserField_0` to `UserField_9`.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// As the documents print it.
    pub name: &'static str,
    /// Form of the value.
    pub kind: Kind,
    /// Longest value in characters.
    pub max: usize,
    /// Whether it must be there.
    pub required: bool,
}

impl Field {
    /// A field that must be there.
    pub const fn needed(name: &'static str, kind: Kind, max: usize) -> Self {
        Self { name, kind, max, required: true }
    }

    /// A field that may be left out.
    pub const fn optional(name: &'static str, kind: Kind, max: usize) -> Self {
        Self { name, kind, max, required: false }
    }

    fn names(&self, sent: &str) -> bool {
        match self.name.strip_suffix('#') {
            Some(stem) => {
                let (head, digit) = sent.split_at_checked(stem.len()).unwrap_or((sent, ""));
                head.eq_ignore_ascii_case(stem) && matches!(digit.as_bytes(), [b'0'..=b'9'])
            }
            None => self.name.eq_ignore_ascii_case(sent),
        }
    }
}

/// Minor units of `10.00`: a point, two decimals, nothing else.
pub fn amount(text: &str) -> Option<i64> {
    let (whole, part) = text.split_once('.')?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(part) || part.len() != 2 || whole.len() > 10 {
        return None;
    }
    format!("{whole}{part}").parse().ok()
}

/// `10.00` of minor units.
pub fn decimal(amount: i64) -> String {
    format!("{}.{:02}", amount / 100, amount % 100)
}

/// Unix milliseconds of `yyyy-MM-dd HH:mm:ss`, on a clock that is `zone_hours` ahead of UTC.
pub fn moment(text: &str, zone_hours: i64) -> Option<i64> {
    let (day, time) = text.split_once(' ')?;
    crate::clock::parse_local(&format!("{day}T{time}"), zone_hours)
}

/// The other way round.
pub fn moment_text(milliseconds: i64, zone_hours: i64) -> String {
    crate::clock::local(milliseconds, zone_hours).replace('T', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_have_a_point_and_two_decimals() {
        assert_eq!(amount("10.05"), Some(1005));
        assert_eq!(amount("0.00"), Some(0));
        for text in
            ["10", "10.5", "10,00", "1 000.00", "-1.00", "+1.00", ".50", "1.000", "12345678901.00"]
        {
            assert_eq!(amount(text), None, "{text}");
        }
        assert_eq!((decimal(1005), decimal(7)), ("10.05".into(), "0.07".into()));
    }

    #[test]
    fn names_come_in_any_case_and_once() {
        let table = [
            Field::needed("EshopId", Kind::Number, 6),
            Field::optional("UserField_#", Kind::Text, 9),
        ];
        let check = |pairs: &[(&str, &str)]| {
            let fields = Fields::from_pairs(pairs);
            fields.check(&table).and_then(|()| fields.refuse_unknown(&table, ""))
        };
        assert!(check(&[("eshopid", "450000"), ("userField_7", "x"), ("language", "en")]).is_ok());
        let twice = check(&[("EshopId", "450000"), ("eshopId", "450001")]).unwrap_err();
        assert_eq!(twice.source.as_deref(), Some("eshopId"));
        for unknown in ["UserField_10", "UserField_", "What"] {
            assert!(check(&[("EshopId", "450000"), (unknown, "x")]).is_err(), "{unknown}");
        }
        assert!(check(&[("EshopId", "4500000")]).is_err());
        assert!(check(&[("EshopId", "")]).is_err());
    }

    #[test]
    fn moments_are_on_the_gateways_clock() {
        assert_eq!(moment("2022-02-01 00:46:52", 3), Some(1_643_665_612_000));
        assert_eq!(moment("2022-02-01T00:46:52", 3), None);
        assert_eq!(moment_text(1_643_665_612_000, 3), "2022-02-01 00:46:52");
    }
}
