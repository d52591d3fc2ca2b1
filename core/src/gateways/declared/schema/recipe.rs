//! How a signature is made: parts, joined, hashed, written out; and where it stands.

use serde::Deserialize;

use super::super::charset::Charset;
use super::super::format::Formats;
use super::super::pattern::Pattern;
use super::super::php;
use super::super::template::Template;
use super::{Mark, Named};

/// A signing recipe.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// How well it is known; of a nested one that of the outer.
    pub mark: Option<Mark>,
    /// Anything that its reader should know.
    pub note: Option<String>,
    /// A digest's name (`md5`, `sha256` ...), or a template of `config` that gives one.
    pub digest: Template,
    /// Digests by the length of the received hexadecimal signature, for gateways that change it in
    /// the cabinet: `{ 32 = "md5", 128 = "sha512" }`. Another length is a wrong signature.
    #[serde(default)]
    pub digest_by_length: Named<DigestName>,
    /// The key of the HMAC; without one it is a plain digest.
    pub hmac: Option<Template>,
    /// Hash the key with this first, and take the raw bytes.
    pub hmac_key_digest: Option<DigestName>,
    /// The public key or certificate (PEM) that checks an RSA signature: such a recipe only verifies.
    pub rsa: Option<Template>,
    /// What stands between the parts.
    #[serde(default)]
    pub join: String,
    /// How the digest is written.
    #[serde(default)]
    pub encode: Encoding,
    /// How a received signature is compared.
    #[serde(default)]
    pub compare: Compare,
    /// The charset in which the text is hashed.
    #[serde(default)]
    pub charset: Charset,
    /// What is hashed.
    pub parts: Vec<Part>,
}

/// One part of what is hashed: exactly one of `field`, `secret`, `lit`, `group`, `raw`, `json`,
/// `nested`, and what belongs to it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// A field of the message by its name, or by a JSON pointer (`/bill/amount`). A list is flattened in
    /// place.
    pub field: Option<String>,
    /// Of a `field` that is missing: its place is kept (`empty`, the default), or it is left out.
    pub optional: Option<Missing>,
    /// Of `field`, `json` and each value of a `group`.
    #[serde(default)]
    pub format: Formats,
    /// A secret by its name.
    pub secret: Option<String>,
    /// A text, or a template of `config`.
    pub lit: Option<Template>,
    /// Many fields at once: sorted by the bytes of their names, or as they arrived.
    pub group: Option<Group>,
    /// Of a `group`: the object whose fields are meant, a JSON pointer; the whole message if not given.
    pub over: Option<String>,
    /// Of a `group`: only names that match.
    pub include: Option<Pattern>,
    /// Of a `group`: without these names.
    #[serde(default)]
    pub exclude: Vec<String>,
    /// Of a `group`: without empty values (`0` is not empty).
    #[serde(default)]
    pub drop_empty: bool,
    /// Of a `group`: without objects and lists. Otherwise lists are flattened in place, and so are objects.
    #[serde(default)]
    pub scalars_only: bool,
    /// Of a `group`: secrets that are sorted in as if they were fields, `{ Password = "password" }`.
    #[serde(default)]
    pub insert: Named<String>,
    /// Of a `group`: how each is written, `{v}` (default), `{k}={v}`, `{k}{v}`, `{k};{v};`.
    pub element: Option<String>,
    /// Of a `group`: what stands between its elements; the recipe's `join` if not given.
    pub join: Option<String>,
    /// The bytes as they were received or as they leave.
    pub raw: Option<Raw>,
    /// The message as JSON text.
    pub json: Option<Json>,
    /// Of `json`: without these keys of the first level.
    #[serde(default)]
    pub without: Vec<String>,
    /// Of `json`: every scalar as text, as PHP's `strval` does.
    #[serde(default)]
    pub stringify: bool,
    /// Of `json`: `/` is written `\/`, as PHP does.
    #[serde(default)]
    pub escape_slash: bool,
    /// Of `json`: what is not ASCII is written `\uXXXX`, as PHP does.
    #[serde(default)]
    pub escape_unicode: bool,
    /// Of `json`: with a space after `:` and `,`, as Python does.
    #[serde(default)]
    pub spaces: bool,
    /// A digest of its own.
    pub nested: Option<Box<Recipe>>,
}

/// What becomes of a part whose field is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// Left out, and one joiner less.
    Absent,
    /// An empty text that keeps its place.
    Empty,
}

/// The order of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// By the bytes of the names.
    Sorted,
    /// As they came, or as they are written.
    Arrival,
}

/// Bytes as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Raw {
    /// The body.
    #[serde(rename = "body")]
    Body,
    /// The body, with `%XX` and `+` read.
    #[serde(rename = "body-urldecoded")]
    BodyUrldecoded,
}

/// The order of keys in JSON text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Json {
    /// As they came.
    #[serde(rename = "as-is")]
    AsIs,
    /// The first level by the bytes of the names.
    #[serde(rename = "sorted-top")]
    SortedTop,
    /// Every level by the bytes of the names.
    #[serde(rename = "sorted-deep")]
    SortedDeep,
}

/// The digests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum DigestName {
    /// MD5
    #[serde(rename = "md5")]
    Md5,
    /// SHA-1
    #[serde(rename = "sha1")]
    Sha1,
    /// SHA-224
    #[serde(rename = "sha224")]
    Sha224,
    /// SHA-256
    #[serde(rename = "sha256")]
    Sha256,
    /// SHA-384
    #[serde(rename = "sha384")]
    Sha384,
    /// SHA-512
    #[serde(rename = "sha512")]
    Sha512,
    /// SHA3-256
    #[serde(rename = "sha3-256")]
    Sha3_256,
    /// RIPEMD-160
    #[serde(rename = "ripemd160")]
    Ripemd160,
}

/// How a digest is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum Encoding {
    /// Small hexadecimal digits.
    #[default]
    #[serde(rename = "hex")]
    Hex,
    /// Capital hexadecimal digits.
    #[serde(rename = "HEX")]
    UpperHex,
    /// Base64 of the raw bytes.
    #[serde(rename = "base64")]
    Base64,
    /// Base64 of the raw bytes for URLs, without padding.
    #[serde(rename = "base64url")]
    Base64Url,
}

/// How a received signature is compared, always in constant time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum Compare {
    /// As it is written.
    #[default]
    #[serde(rename = "exact")]
    Exact,
    /// Hexadecimal digits in either case.
    #[serde(rename = "ci")]
    IgnoreCase,
}

/// Where a signature stands: one of `field` and `header`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// The recipe that makes it.
    pub recipe: Reference,
    /// A field of the message by its name, or by a JSON pointer.
    pub field: Option<String>,
    /// A header by its name.
    pub header: Option<String>,
    /// Where one value holds several signatures with this between them: any of them may be right.
    pub alternatives: Option<String>,
    /// Of a notification: whoever signs like this pays with test money.
    #[serde(default)]
    pub test: bool,
}

impl Place {
    /// Whether it is the field of that name, however its brackets are written.
    pub fn is_at(&self, name: &str) -> bool {
        let path = |name: &str| match name.starts_with('/') {
            true => name.to_owned(),
            false => php::pointer(name),
        };
        self.field.as_deref().is_some_and(|field| path(field) == path(name))
    }
}

/// The name of a recipe.
pub type Reference = String;
