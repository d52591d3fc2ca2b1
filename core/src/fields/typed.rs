//! Reads a message into a struct. COBOL and C can only give text, so `"100"` serves for an integer
//! and `"true"` for a boolean; nothing else is guessed. Errors carry the dotted path of the field.

use serde::de::value::StrDeserializer;
use serde::de::{self, DeserializeOwned, DeserializeSeed, Visitor};
use serde_json::Value;

use super::{Fields, kind, scalar};
use crate::error::Error;

/// Reads `fields` into `T`; unknown, missing and wrong fields are `InvalidRequest` with their path.
pub(crate) fn read<T: DeserializeOwned>(fields: &Fields) -> Result<T, Error> {
    T::deserialize(Object(fields)).map_err(|problem| Error::invalid(problem.path, problem.message))
}

struct Problem {
    path: String,
    message: String,
}

impl Problem {
    fn below(mut self, name: &str) -> Problem {
        self.path = match self.path.as_str() {
            "" => name.to_owned(),
            rest => format!("{name}.{rest}"),
        };
        self
    }
}

impl de::Error for Problem {
    fn custom<T: std::fmt::Display>(message: T) -> Problem {
        Problem { path: String::new(), message: message.to_string() }
    }
    fn missing_field(field: &'static str) -> Problem {
        Problem { path: field.to_owned(), message: "required, but not given".into() }
    }
    fn unknown_field(_: &str, expected: &'static [&'static str]) -> Problem {
        Problem::custom(format!("no such field; expected one of {}", expected.join(", ")))
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}
impl std::fmt::Debug for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}
impl std::error::Error for Problem {}

struct Object<'a>(&'a Fields);

impl<'de> de::Deserializer<'de> for Object<'de> {
    type Error = Problem;
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        visitor.visit_map(Entries { entries: self.0.iter(), current: None })
    }
    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

struct Entries<'a> {
    entries: serde_json::map::Iter<'a>,
    current: Option<(&'a String, &'a Value)>,
}

impl<'de> de::MapAccess<'de> for Entries<'de> {
    type Error = Problem;
    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Problem> {
        // A null is a field that was not given: other languages have no other word for it.
        self.current = self.entries.by_ref().find(|(_, value)| !value.is_null());
        let Some((name, _)) = self.current else {
            return Ok(None);
        };
        seed.deserialize(StrDeserializer::new(name)).map(Some).map_err(|p: Problem| p.below(name))
    }
    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Problem> {
        let Some((name, value)) = self.current.take() else {
            return Err(de::Error::custom("a value without its key"));
        };
        seed.deserialize(Field(value)).map_err(|problem| problem.below(name))
    }
}

struct Items<'a>(std::iter::Enumerate<std::slice::Iter<'a, Value>>);

impl<'de> de::SeqAccess<'de> for Items<'de> {
    type Error = Problem;
    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Problem> {
        let Some((index, value)) = self.0.next() else {
            return Ok(None);
        };
        seed.deserialize(Field(value))
            .map(Some)
            .map_err(|problem| problem.below(&index.to_string()))
    }
}

struct Field<'a>(&'a Value);

impl Field<'_> {
    fn expected<T>(&self, what: &str) -> Result<T, Problem> {
        Err(de::Error::custom(format!("expected {what}, got {}", kind(self.0))))
    }
}

impl<'de> de::Deserializer<'de> for Field<'de> {
    type Error = Problem;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(flag) => visitor.visit_bool(*flag),
            Value::Number(_) => visitor.visit_map(Number(scalar(self.0))),
            Value::String(text) => visitor.visit_borrowed_str(text),
            Value::Array(list) => visitor.visit_seq(Items(list.iter().enumerate())),
            Value::Object(fields) => Object(fields).deserialize_any(visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        match self.0 {
            Value::Bool(flag) => visitor.visit_bool(*flag),
            Value::String(text) if text == "true" => visitor.visit_bool(true),
            Value::String(text) if text == "false" => visitor.visit_bool(false),
            _ => self.expected("true or false"),
        }
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        let digits = match self.0 {
            Value::Number(_) | Value::String(_) => scalar(self.0),
            _ => None,
        };
        match digits
            .filter(|text| text.bytes().all(|b| b.is_ascii_digit()))
            .map(|text| text.parse())
        {
            Some(Ok(number)) => visitor.visit_u64(number),
            _ => self.expected("a whole number of zero or more"),
        }
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        self.deserialize_u64(visitor)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        match self.0 {
            Value::String(text) => visitor.visit_borrowed_str(text),
            _ => self.expected("text"),
        }
    }
    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Problem> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        match self.0 {
            Value::Array(list) => visitor.visit_seq(Items(list.iter().enumerate())),
            _ => self.expected("a list"),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        match self.0 {
            Value::Object(fields) => Object(fields).deserialize_any(visitor),
            _ => self.expected("an object"),
        }
    }

    // Derived structs would take a list too; a message never means one.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Problem> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Problem> {
        match self.0 {
            Value::String(text) if variants.contains(&text.as_str()) => {
                visitor.visit_enum(StrDeserializer::new(text))
            }
            _ => Err(de::Error::custom(format!("expected one of {}", variants.join(", ")))),
        }
    }

    serde::forward_to_deserialize_any! {
        i8 i16 i32 i64 u8 u16 f32 f64 char bytes byte_buf unit unit_struct
        tuple tuple_struct identifier ignored_any
    }
}

/// A number inside a free `Value` field, in the shape serde_json reads with its text kept.
struct Number(Option<String>);

impl<'de> de::MapAccess<'de> for Number {
    type Error = Problem;
    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Problem> {
        if self.0.is_none() {
            return Ok(None);
        }
        seed.deserialize(StrDeserializer::new(super::NUMBER)).map(Some)
    }
    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Problem> {
        let text = self.0.take().unwrap_or_default();
        seed.deserialize(de::value::StringDeserializer::new(text))
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::fields::parse;

    #[derive(Deserialize, Debug, Default)]
    #[serde(deny_unknown_fields, default)]
    struct Inner {
        email: Option<String>,
        age: Option<u64>,
    }

    #[derive(Deserialize, Debug)]
    #[serde(deny_unknown_fields)]
    struct Outer {
        name: String,
        #[serde(default)]
        hold: bool,
        #[serde(default)]
        inner: Inner,
        #[serde(default)]
        list: Vec<Inner>,
        #[serde(default)]
        extra: Fields,
    }

    fn outer(json: &str) -> Result<Outer, Error> {
        read(&parse(json.as_bytes()).unwrap())
    }

    #[test]
    fn text_serves_for_numbers_and_booleans() {
        let outer = outer(
            r#"{"name":"n","hold":"true","inner":{"age":"42"},"extra":{"n":1.50,"o":{"k":[1]}},"list":null}"#,
        );
        let outer = outer.unwrap();
        assert!(outer.hold && outer.inner.age == Some(42) && outer.name == "n");
        assert_eq!(scalar(&outer.extra["n"]).unwrap(), "1.50");
        assert_eq!(outer.extra["o"]["k"][0].to_string(), "1");
        assert!(outer.list.is_empty() && outer.inner.email.is_none());
    }

    #[test]
    fn errors_name_the_path_and_what_was_expected() {
        for (json, field, says) in [
            (r#"{}"#, "name", "required"),
            (r#"{"name":1}"#, "name", "expected text, got a number"),
            (r#"{"name":"n","hold":1}"#, "hold", "expected true or false, got a number"),
            (r#"{"name":"n","inner":{"age":"4.2"}}"#, "inner.age", "a whole number"),
            (r#"{"name":"n","inner":{"agee":1}}"#, "inner.agee", "expected one of email, age"),
            (r#"{"name":"n","inner":["e"]}"#, "inner", "expected an object, got a list"),
            (r#"{"name":"n","list":[{},{"email":1}]}"#, "list.1.email", "expected text"),
            (r#"{"name":"n","nmae":"n"}"#, "nmae", "no such field"),
        ] {
            let error = outer(json).unwrap_err();
            assert_eq!(error.field.as_deref(), Some(field), "{json}");
            assert!(error.message.contains(says), "{}", error.message);
        }
    }
}
