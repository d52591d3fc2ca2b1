//! The names of a struct's fields, from the struct itself.

use serde::de::{self, DeserializeOwned, Visitor};

/// Asks `T` which fields it reads; none for what is no struct.
pub(crate) fn names<T: DeserializeOwned>() -> &'static [&'static str] {
    match T::deserialize(Asked) {
        Ok(_) => &[],
        Err(Names(names)) => names,
    }
}

/// Ends every reading at once with the names that the struct gave.
struct Asked;

#[derive(Debug)]
struct Names(&'static [&'static str]);

impl std::fmt::Display for Names {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.join(", "))
    }
}
impl std::error::Error for Names {}
impl de::Error for Names {
    fn custom<M: std::fmt::Display>(_: M) -> Names {
        Names(&[])
    }
}

impl<'de> de::Deserializer<'de> for Asked {
    type Error = Names;
    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Names> {
        Err(Names(&[]))
    }
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Names> {
        Err(Names(fields))
    }
    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}
