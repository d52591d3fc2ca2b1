//! What is sent: a payment's beginning, a call, and how its fields are written.

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, MapAccess, Visitor};

use super::super::charset::Charset;
use super::super::pattern::Pattern;
use super::super::template::Template;
use super::{Mark, Missing, Named, Place, Response};

/// How a payment begins: by a call to the gateway that answers with a page (`response` is there), or by
/// the buyer's own browser, with a signed form or link (`response` is not there).
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Create {
    /// How well it is known.
    pub mark: Mark,
    /// Anything that its reader should know.
    pub note: Option<String>,
    /// Calls before it, in their order; their values are `{prev.<name>.<value>}`.
    #[serde(default)]
    pub before: Vec<PreStep>,
    /// What is sent, by us or by the browser.
    pub request: Request,
    /// What a call answers; without it nothing is called.
    pub response: Option<Response>,
    /// Of a form by POST: the gateway also takes it as a link.
    #[serde(default)]
    pub link: bool,
    /// Names among the caller's `extra` that become fields as they are; others are refused unless a
    /// template names them, `{extra.Receipt}`.
    pub extra: Option<Pattern>,
    /// What makes a repeat of the call safe.
    pub idempotency: Option<Idempotency>,
    /// Consent: if the call's answer is lost, nobody can find out what became of it.
    #[serde(default)]
    pub unsettleable: bool,
}

/// A call may be repeated with the same key: the number of the attempt.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Idempotency {
    /// The header that carries it, where none of the request's fields does.
    pub header: Option<String>,
    /// The field that the gateway takes for it, where it is one of the request's.
    pub field: Option<String>,
    /// How long the gateway remembers it, in seconds; for ever if not given. Later the call is not
    /// repeated with it.
    pub valid_s: Option<u32>,
}

/// A request and its reply.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Call {
    /// How well it is known.
    pub mark: Mark,
    /// Anything that its reader should know.
    pub note: Option<String>,
    /// Calls before it, in their order; their values are `{prev.<name>.<value>}`.
    #[serde(default)]
    pub before: Vec<PreStep>,
    /// What is sent.
    pub request: Request,
    /// What it answers.
    pub response: Response,
}

impl Call {
    /// The templates of what is sent, by the calls before it too.
    pub fn templates(&self) -> impl Iterator<Item = &Template> {
        let before = self.before.iter().map(|step| &step.request);
        before.chain([&self.request]).flat_map(Request::templates)
    }
}

/// A call before another, for a value that the other needs. It changes nothing at the gateway.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PreStep {
    /// Its name in `{prev.<name>.<value>}`.
    pub name: String,
    /// What is sent.
    pub request: Request,
    /// Values of the reply by the names that they get, each a field's name or a JSON pointer.
    pub values: Named<String>,
}

/// What is sent.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// The HTTP method.
    pub method: Method,
    /// https; values that stand behind the host are percent-encoded.
    pub url: Template,
    /// How the fields leave.
    #[serde(default)]
    pub body: Body,
    /// The charset in which the fields leave.
    #[serde(default)]
    pub charset: Charset,
    /// Of JSON: the key that the whole object stands under.
    pub envelope: Option<String>,
    /// The fields leave as JSON in base64, in a form field of this name; `sign` sees that form.
    pub base64_field: Option<String>,
    /// Headers with their values.
    #[serde(default)]
    pub headers: Named<Template>,
    /// HTTP's Basic authentication.
    pub basic: Option<Basic>,
    /// The fields in the order in which they leave. In JSON a name that begins with `/` is a pointer.
    #[serde(default)]
    pub fields: Named<FieldValue>,
    /// The signatures, made in this order over the fields before them.
    #[serde(default)]
    pub sign: Vec<Place>,
    /// Consent: a secret leaves in the URL, since the gateway has no other place for it.
    #[serde(default)]
    pub secret_in_url: bool,
}

impl Request {
    /// Its templates: URL, headers, authentication, fields.
    pub fn templates(&self) -> impl Iterator<Item = &Template> {
        let basic = self.basic.iter().flat_map(|basic| [&basic.user, &basic.password]);
        let headers = self.headers.iter().map(|(_, value)| value);
        let fields = self.fields.iter().map(|(_, field)| &field.value);
        std::iter::once(&self.url).chain(headers).chain(basic).chain(fields)
    }

    /// Whether one of its templates has a value of that name.
    pub fn names(&self, name: &str) -> bool {
        self.templates().any(|template| template.names().any(|other| other == name))
    }
}

/// User and password.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Basic {
    /// The user.
    pub user: Template,
    /// The password.
    pub password: Template,
}

/// The HTTP methods.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Method {
    /// The fields stand in the query.
    #[serde(rename = "GET")]
    Get,
    /// The fields stand in the body.
    #[serde(rename = "POST")]
    Post,
    /// The fields stand in the body.
    #[serde(rename = "PUT")]
    Put,
}

/// How fields leave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Body {
    /// In the query.
    Query,
    /// `application/x-www-form-urlencoded`
    #[default]
    Form,
    /// `multipart/form-data`, as PHP's curl sends an array.
    Multipart,
    /// `application/json`
    Json,
}

/// A field of a request: a template, or a table with more to say.
pub struct FieldValue {
    /// Its value.
    pub value: Template,
    /// What it is in JSON.
    pub r#type: Type,
    /// What becomes of it where a value of its template is not given: it is left out (default) or sent
    /// empty.
    pub missing: Missing,
    /// It must be given: the error names the order's field.
    pub required: bool,
}

/// What a field is in JSON. In forms all is text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Type {
    /// A text.
    #[default]
    Text,
    /// A number with the text's own digits.
    Number,
    /// `true` or `false`.
    Bool,
    /// The JSON that the text is.
    Json,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FieldTable {
    value: Template,
    #[serde(default)]
    r#type: Type,
    missing: Option<Missing>,
    #[serde(default)]
    required: bool,
}

impl<'de> Deserialize<'de> for FieldValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<FieldValue, D::Error> {
        struct TextOrTable;
        impl<'de> Visitor<'de> for TextOrTable {
            type Value = FieldValue;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a text, or a table with value, type, missing, required")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<FieldValue, E> {
                let value = Template::parse(text).map_err(E::custom)?;
                let missing = Missing::Absent;
                Ok(FieldValue { value, r#type: Type::Text, missing, required: false })
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<FieldValue, A::Error> {
                let table = FieldTable::deserialize(MapAccessDeserializer::new(map))?;
                let FieldTable { value, r#type, missing, required } = table;
                let missing = missing.unwrap_or(Missing::Absent);
                Ok(FieldValue { value, r#type, missing, required })
            }
        }
        deserializer.deserialize_any(TextOrTable)
    }
}
