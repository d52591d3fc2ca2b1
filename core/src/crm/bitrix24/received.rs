//! What the portal posts to us: a form with PHP's brackets, read into a tree, or JSON. Strictly: what two
//! readers could read differently is refused, since a secret inside is the only proof of all of it.

use serde::Deserialize;
use serde_json::Value;

use crate::error::Error;
use crate::expect::Expect;
use crate::fields::{self, Fields};
use crate::form;
use crate::notification::Received;
use crate::operation::ParseNotification;
use crate::secret::Secrets;
use crate::sign;

/// Far more than the portal ever posts.
const MOST_BYTES: usize = 256 * 1024;
/// What PHP itself takes by default.
const MOST_PAIRS: usize = 1000;
/// `data[FIELDS][ID]` is three deep.
const DEEPEST: usize = 8;

/// The portal's request as it came. Any bytes survive through `body_base64`.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Posted {
    /// `POST`; the portal uses no other.
    pub method: String,
    /// The raw query, where it is text. Nothing in it counts.
    pub query: Option<String>,
    /// The raw query, where it may be anything.
    pub query_base64: Option<String>,
    /// Header names with their values, in any case.
    #[serde(default)]
    pub headers: Fields,
    /// The raw body, where it is text.
    pub body: Option<String>,
    /// The raw body, where it may be anything.
    pub body_base64: Option<String>,
}

impl Posted {
    /// The tree of its body.
    ///
    /// # Errors
    ///
    /// `InvalidRequest` where the caller's fields cannot be used, `Untrusted` where the body cannot.
    pub fn read(&self) -> Result<Fields, Error> {
        let given = ParseNotification {
            method: self.method.clone(),
            query: self.query.clone(),
            query_base64: self.query_base64.clone(),
            headers: self.headers.clone(),
            body: self.body.clone(),
            body_base64: self.body_base64.clone(),
            expect: Expect::default(),
        };
        tree(&given.received()?)
    }
}

/// A request that nobody can read, or that reads in two ways.
pub fn unreadable(says: &str) -> Error {
    Error::untrusted("unreadable", format!("the request cannot be read: {says}"))
}

fn tree(received: &Received) -> Result<Fields, Error> {
    if received.method != "POST" {
        return Err(unreadable("it is not a POST"));
    }
    if received.body.len() > MOST_BYTES {
        return Err(unreadable("it is too long"));
    }
    let mut kinds = received.headers.iter().filter(|(name, _)| name == "content-type");
    let kind = kinds.next().map_or("", |(_, value)| value.split(';').next().unwrap_or_default());
    match kind.trim().to_ascii_lowercase().as_str() {
        "" | "application/x-www-form-urlencoded" => brackets(&received.body),
        "application/json" => {
            let fields = fields::parse(&received.body).map_err(|_| unreadable("it is no JSON"))?;
            match deep(&Value::Object(fields.clone())) > DEEPEST {
                true => Err(unreadable("it is too deep")),
                false => Ok(fields),
            }
        }
        _ => Err(unreadable("it is neither a form nor JSON")),
    }
}

/// How many levels a value has.
fn deep(value: &Value) -> usize {
    match value {
        Value::Object(fields) => 1 + fields.values().map(deep).max().unwrap_or_default(),
        Value::Array(list) => 1 + list.iter().map(deep).max().unwrap_or_default(),
        _ => 0,
    }
}

/// Reads a form whose names are PHP's: `a[b][0]=c`, and `a[]=c` for the next of a list.
///
/// # Errors
///
/// `Untrusted`, `unreadable`: a name that stands twice, or is both a value and holds some; a list that is
/// counted in two ways; brackets that do not close; too many or too deep.
pub fn brackets(form: &[u8]) -> Result<Fields, Error> {
    let pairs = form::decode(form).map_err(unreadable)?;
    if pairs.len() > MOST_PAIRS {
        return Err(unreadable("it has too many fields"));
    }
    let mut root = Node::default();
    for (name, value) in pairs {
        root.put(&path(&name)?, value)?;
    }
    match root.into_value() {
        Value::Object(fields) => Ok(fields),
        // Names that are 0, 1, 2: nothing of the portal's.
        _ => Err(unreadable("its fields have no names")),
    }
}

/// The parts of a name.
fn path(name: &str) -> Result<Vec<&str>, Error> {
    let odd = || unreadable("a name whose brackets do not close");
    let (base, mut rest) = name.split_at(name.find('[').unwrap_or(name.len()));
    if base.is_empty() || base.contains(']') {
        return Err(odd());
    }
    let mut parts = vec![base];
    while !rest.is_empty() {
        let inner = rest.strip_prefix('[').ok_or_else(odd)?;
        let (part, after) = inner.split_once(']').ok_or_else(odd)?;
        if part.contains('[') {
            return Err(odd());
        }
        parts.push(part);
        if parts.len() > DEEPEST {
            return Err(unreadable("a name that is too deep"));
        }
        rest = after;
    }
    Ok(parts)
}

/// A place in the tree: a value, or more places by their names.
#[derive(Default)]
struct Node {
    value: Option<String>,
    below: Vec<(String, Node)>,
    /// Counted by `[]`.
    counted: bool,
}

impl Node {
    fn put(&mut self, path: &[&str], value: String) -> Result<(), Error> {
        let Some((name, rest)) = path.split_first() else {
            if self.value.is_some() || !self.below.is_empty() {
                return Err(unreadable("a name that stands twice"));
            }
            self.value = Some(value);
            return Ok(());
        };
        if self.value.is_some() {
            return Err(unreadable("a name that is a value and holds others"));
        }
        let counts = name.is_empty();
        if !self.below.is_empty() && self.counted != counts {
            return Err(unreadable("a list that is counted in two ways"));
        }
        if counts {
            self.counted = true;
            self.below.push((self.below.len().to_string(), Node::default()));
        } else if !self.below.iter().any(|(known, _)| known == name) {
            self.below.push(((*name).to_owned(), Node::default()));
        }
        let known = |(known, _): &&mut (String, Node)| counts || known == name;
        match self.below.iter_mut().rev().find(known) {
            Some((_, node)) => node.put(rest, value),
            None => Ok(()),
        }
    }

    /// Names that are 0, 1, 2 in this order make a list.
    fn into_value(self) -> Value {
        if let Some(value) = self.value {
            return Value::String(value);
        }
        let list = |(at, (name, _)): (usize, &(String, Node))| *name == at.to_string();
        let values = self.below.iter().enumerate().all(list) && !self.below.is_empty();
        let below = self.below.into_iter().map(|(name, node)| (name, node.into_value()));
        match values {
            true => Value::Array(below.map(|(_, value)| value).collect()),
            false => Value::Object(below.collect()),
        }
    }
}

/// Whether the secret that was posted is one of ours; how long it took tells nothing of them.
///
/// # Errors
///
/// `Untrusted`: `signature_missing` or `signature_mismatch`.
pub fn prove(given: Option<&Value>, secrets: &Secrets, name: &str) -> Result<(), Error> {
    let given = given.and_then(Value::as_str).filter(|text| !text.is_empty());
    let Some(given) = given else {
        let says = format!("the request carries no {name}, so anybody may have sent it");
        return Err(Error::untrusted("signature_missing", says));
    };
    let one = |known: bool, secret: &crate::secret::Secret| {
        known | sign::same(secret.expose().as_bytes(), given.as_bytes())
    };
    match secrets.iter().fold(false, one) {
        true => Ok(()),
        false => Err(Error::untrusted("signature_mismatch", format!("{name} is not ours"))),
    }
}

/// Takes out every text that is one of the secrets, wherever it stands.
pub fn scrub(value: &mut Value, secrets: &Secrets) {
    match value {
        Value::Object(fields) => {
            // Nobody needs a field that has the secret for its name.
            fields.retain(|name, _| !secrets.iter().any(|one| holds(name, one.expose())));
            fields.values_mut().for_each(|value| scrub(value, secrets));
        }
        Value::Array(list) => list.iter_mut().for_each(|value| scrub(value, secrets)),
        Value::String(text) if secrets.iter().any(|one| holds(text, one.expose())) => {
            *value = Value::from("***");
        }
        _ => {}
    }
}

/// A short secret would stand in everything.
fn holds(text: &str, secret: &str) -> bool {
    text == secret || (secret.len() >= 8 && text.contains(secret))
}

/// An id of the portal's: digits alone, more than zero.
pub fn id(value: &Value) -> Option<u64> {
    let digits = fields::scalar(value)?;
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|id| plain && *id > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(form: &str) -> Result<Value, &'static str> {
        brackets(form.as_bytes()).map(Value::Object).map_err(|error| error.reason)
    }

    #[test]
    fn php_names_are_a_tree() {
        for (form, expected) in [
            (
                "event=E&data[FIELDS][ID]=24",
                json!({"event": "E", "data": {"FIELDS": {"ID": "24"}}}),
            ),
            ("data%5BFIELDS%5D%5BID%5D=24", json!({"data": {"FIELDS": {"ID": "24"}}})),
            ("a[0]=x&a[1]=y", json!({"a": ["x", "y"]})),
            ("a[]=x&a[]=y&b", json!({"a": ["x", "y"], "b": ""})),
            ("a[][n]=x&a[][n]=y", json!({"a": [{"n": "x"}, {"n": "y"}]})),
            ("a[1]=x&a[0]=y", json!({"a": {"1": "x", "0": "y"}})),
            ("a[b c]=1+2&%D0%B6[%D1%8F]=%E2%82%BD", json!({"a": {"b c": "1 2"}, "ж": {"я": "₽"}})),
            ("", json!({})),
        ] {
            assert_eq!(read(form), Ok(expected), "{form}");
        }
    }

    #[test]
    fn what_reads_in_two_ways_is_unreadable() {
        let many: Vec<String> = (0..1001).map(|at| format!("a{at}=1")).collect();
        for form in [
            "a=1&a=2",
            "a[b]=1&a[b]=2",
            "a=1&a[b]=2",
            "a[b]=2&a=1",
            "a[b][c]=1&a[b]=2",
            "a[]=1&a[0]=2",
            "a[0]=1&a[]=2",
            "a[b=1",
            "a]=1",
            "a[b]c=1",
            "a[b]]=1",
            "a[[b]]=1",
            "[a]=1",
            "=1",
            "a[1][2][3][4][5][6][7][8]=1",
            "a=%zz",
            "a=%FF",
            "0=x",
            &many.join("&"),
        ] {
            assert_eq!(read(form), Err("unreadable"), "{form}");
        }
        assert!(read("a[1][2][3][4][5][6][7]=1").is_ok());
        assert!(read(&many[1..].join("&")).is_ok());
    }
}
