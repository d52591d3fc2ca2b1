//! JSON text as a gateway writes it before it hashes: order of keys, escapes and spaces are part of
//! the recipe.

use serde_json::{Map, Value};

/// How it is written.
#[derive(Clone, Copy, Debug, Default)]
pub struct Style {
    /// Keys of the first level by their bytes.
    pub sort_top: bool,
    /// Keys of every level by their bytes.
    pub sort_deep: bool,
    /// Every scalar as text, as PHP's `strval` gives it.
    pub stringify: bool,
    /// `\/`, and PHP's `\u2028` and `\u2029`.
    pub escape_slash: bool,
    /// `\uXXXX`
    pub escape_unicode: bool,
    /// A space after `:` and `,`.
    pub spaces: bool,
}

impl Style {
    /// The text.
    pub fn write(self, value: &Value) -> String {
        let mut text = String::new();
        self.value(value, true, &mut text);
        text
    }

    fn value(self, value: &Value, top: bool, out: &mut String) {
        match value {
            Value::Object(fields) => self.object(fields, top, out),
            Value::Array(list) => {
                out.push('[');
                for (at, item) in list.iter().enumerate() {
                    self.between(at, out);
                    self.value(item, false, out);
                }
                out.push(']');
            }
            Value::String(text) => self.text(text, out),
            Value::Null if self.stringify => out.push_str("\"\""),
            Value::Bool(flag) if self.stringify => {
                out.push_str(if *flag { "\"1\"" } else { "\"\"" })
            }
            Value::Number(number) if self.stringify => self.text(&number.to_string(), out),
            Value::Null | Value::Bool(_) | Value::Number(_) => out.push_str(&value.to_string()),
        }
    }

    fn object(self, fields: &Map<String, Value>, top: bool, out: &mut String) {
        let mut pairs: Vec<(&String, &Value)> = fields.iter().collect();
        if self.sort_deep || (self.sort_top && top) {
            pairs.sort_by_key(|(name, _)| *name);
        }
        out.push('{');
        for (at, (name, value)) in pairs.into_iter().enumerate() {
            self.between(at, out);
            self.text(name, out);
            out.push_str(if self.spaces { ": " } else { ":" });
            self.value(value, false, out);
        }
        out.push('}');
    }

    fn between(self, at: usize, out: &mut String) {
        if at > 0 {
            out.push_str(if self.spaces { ", " } else { "," });
        }
    }

    fn text(self, text: &str, out: &mut String) {
        out.push('"');
        for sign in text.chars() {
            match sign {
                '"' => out.push_str("\\\""),
                '\\' => out.push_str("\\\\"),
                '\n' => out.push_str("\\n"),
                '\r' => out.push_str("\\r"),
                '\t' => out.push_str("\\t"),
                '\u{8}' => out.push_str("\\b"),
                '\u{c}' => out.push_str("\\f"),
                '/' if self.escape_slash => out.push_str("\\/"),
                // JSON_UNESCAPED_UNICODE of PHP leaves all letters but these as they are.
                '\u{2028}' if self.escape_slash => out.push_str("\\u2028"),
                '\u{2029}' if self.escape_slash => out.push_str("\\u2029"),
                // PHP and Python leave U+007F as it is.
                sign if sign < ' ' || (self.escape_unicode && !sign.is_ascii()) => {
                    let mut units = [0; 2];
                    for unit in sign.encode_utf16(&mut units) {
                        out.push_str(&format!("\\u{unit:04x}"));
                    }
                }
                sign => out.push(sign),
            }
        }
        out.push('"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(style: Style, json: &str) -> String {
        style.write(&Value::Object(crate::fields::parse(json.as_bytes()).unwrap()))
    }

    #[test]
    fn the_style_is_the_gateways() {
        let json = r#"{"b":1.50,"a":{"d":"x/y","c":"Ж😀"},"M":null,"t":true,"f":false}"#;
        let plain = Style::default();
        assert_eq!(write(plain, json), json);
        let php = Style { sort_top: true, escape_slash: true, escape_unicode: true, ..plain };
        let expected =
            r#"{"M":null,"a":{"d":"x\/y","c":"\u0416\ud83d\ude00"},"b":1.50,"f":false,"t":true}"#;
        assert_eq!(write(php, json), expected);
        let deep = Style { sort_deep: true, stringify: true, ..plain };
        let expected = r#"{"M":"","a":{"c":"Ж😀","d":"x/y"},"b":"1.50","f":"","t":"1"}"#;
        assert_eq!(write(deep, json), expected);
        let letters = Style { escape_slash: true, ..plain };
        assert_eq!(write(letters, "{\"a\":\"/Ж\u{2028}\u{2029}\"}"), r#"{"a":"\/Ж\u2028\u2029"}"#);
        let python = Style { spaces: true, ..plain };
        assert_eq!(
            write(python, r#"{"a":[1,2],"b":"\u0001\n"}"#),
            r#"{"a": [1, 2], "b": "\u0001\n"}"#
        );
    }
}
