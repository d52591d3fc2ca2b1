//! Where something stands in a descriptor's text, so that an error can name the line.

mod json;

use serde_json::Value;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The line (from 1) on which the value of a dotted path begins, or the innermost table around it that
/// is there.
pub fn of(text: &str, path: &str) -> Option<usize> {
    if is_json(text) {
        return json::find(text, path).map(|at| number(text, at));
    }
    let table = DeTable::parse(text).ok()?;
    let mut at = None;
    let mut inside: Option<&DeValue<'_>> = None;
    for part in path.split('.') {
        let found: Option<(&Spanned<DeValue<'_>>, usize)> = match inside {
            None => in_table(table.get_ref(), part),
            Some(DeValue::Table(table)) => in_table(table, part),
            Some(DeValue::Array(list)) => {
                let item = part.parse::<usize>().ok().and_then(|index| list.get(index));
                item.map(|item| (item, item.span().start))
            }
            Some(_) => None,
        };
        let Some((value, start)) = found else { break };
        (at, inside) = (Some(start), Some(value.get_ref()));
    }
    at.map(|at| number(text, at))
}

/// Whether a descriptor's text is JSON: no TOML begins so.
pub fn is_json(text: &str) -> bool {
    text.trim_start().starts_with('{')
}

/// The value of a name, and where its name begins.
fn in_table<'t, 'i>(
    table: &'t DeTable<'i>,
    name: &str,
) -> Option<(&'t Spanned<DeValue<'i>>, usize)> {
    let (key, value) = table.iter().find(|(key, _)| key.get_ref().as_ref() == name)?;
    Some((value, key.span().start))
}

/// The line of a byte, from 1.
pub fn number(text: &str, at: usize) -> usize {
    let before = text.as_bytes().get(..at).unwrap_or(text.as_bytes());
    before.iter().filter(|&&byte| byte == b'\n').count() + 1
}

/// The same values as JSON has them; a date is its text.
pub fn value(toml: &DeValue<'_>) -> Result<Value, String> {
    Ok(match toml {
        DeValue::String(text) => Value::from(text.as_ref()),
        DeValue::Integer(number) if number.radix() == 10 => number
            .as_str()
            .parse::<serde_json::Number>()
            .map(Value::Number)
            .map_err(|_| format!("{number} is no whole number"))?,
        DeValue::Integer(number) => return Err(format!("{number}: expected a decimal number")),
        DeValue::Float(number) => Value::from(number.as_str()),
        DeValue::Boolean(flag) => Value::Bool(*flag),
        DeValue::Datetime(moment) => Value::from(moment.to_string()),
        DeValue::Array(list) => {
            Value::Array(list.iter().map(|item| value(item.get_ref())).collect::<Result<_, _>>()?)
        }
        DeValue::Table(table) => Value::Object(object(table)?),
    })
}

/// A table as the fields of a message.
pub fn object(table: &DeTable<'_>) -> Result<crate::fields::Fields, String> {
    let pair = |(key, inner): (&Spanned<_>, &Spanned<DeValue<'_>>)| {
        let key: &std::borrow::Cow<'_, str> = key.get_ref();
        Ok((key.to_string(), value(inner.get_ref())?))
    };
    table.iter().map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_its_line() {
        let text = "a = 1\n[b]\nc = \"x\"\n\n[[d]]\ne = 1\n[[d]]\ne = { f = [1,\n2] }\n";
        for (path, line) in
            [("a", 1), ("b.c", 3), ("d.0.e", 6), ("d.1.e.f", 8), ("d.1.e.f.1", 9), ("b.z", 2)]
        {
            assert_eq!(of(text, path), Some(line), "{path}");
        }
        assert_eq!(of(text, "z"), None);
    }
}
