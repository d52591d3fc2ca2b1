//! `filter`, `order`, `select` and `start` of the list methods.

use std::cmp::Ordering;

use serde_json::{Map, Value};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::outcome::{Done, Failure, bad};
use super::params::{self, Params};

/// Rows of a page.
pub const PAGE: usize = 50;

/// How a field is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// As a number.
    Number,
    /// As text, letters of either case alike.
    Text,
    /// As a moment.
    Moment,
}

/// What a list method knows of its fields: the row's own name and the class.
pub type Known<'a> = &'a dyn Fn(&str) -> Option<(String, Class)>;

/// A condition.
#[derive(Debug)]
pub enum Condition {
    /// Each of these.
    All(Vec<Condition>),
    /// One of these.
    Any(Vec<Condition>),
    /// A field is compared.
    Test { field: String, class: Class, not: bool, how: How, value: Value },
}

/// How a field and a value are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    Equal,
    Plain,
    Among,
    Contains,
    Like,
    More,
    AtLeast,
    Less,
    AtMost,
}

/// Longer prefixes first.
const PREFIXES: [(&str, bool, How); 15] = [
    ("!=%", true, How::Like),
    ("!%=", true, How::Like),
    ("!@", true, How::Among),
    ("!%", true, How::Contains),
    ("!=", true, How::Equal),
    (">=", false, How::AtLeast),
    ("<=", false, How::AtMost),
    ("=%", false, How::Like),
    ("%=", false, How::Like),
    (">", false, How::More),
    ("<", false, How::Less),
    ("@", false, How::Among),
    ("%", false, How::Contains),
    ("=", false, How::Equal),
    ("!", true, How::Equal),
];

impl Condition {
    /// Reads a filter. Old methods (not `strict`) ignore fields that they do not know, and so find everything.
    pub fn read(filter: &Params, known: Known<'_>, strict: bool) -> Result<Self, Failure> {
        let mut parts = Vec::new();
        let mut any = false;
        for (name, value) in filter {
            if name.eq_ignore_ascii_case("logic") {
                any = params::text(value).eq_ignore_ascii_case("OR");
                continue;
            }
            if name.bytes().all(|one| one.is_ascii_digit()) {
                parts.push(Self::read(&params::numbered(value.clone()), known, strict)?);
                continue;
            }
            let prefix = PREFIXES.iter().find(|(prefix, ..)| name.starts_with(prefix));
            let (bare, not, how) = match prefix {
                Some((prefix, not, how)) => (name.trim_start_matches(*prefix), *not, *how),
                None => (name.as_str(), false, How::Plain),
            };
            match known(bare) {
                Some((field, class)) => {
                    parts.push(Self::Test { field, class, not, how, value: value.clone() });
                }
                None if strict => {
                    let text = format!("Invalid filter: field '{bare}' is not allowed in filter");
                    return Err(bad("INVALID_ARG_VALUE", text));
                }
                None => {}
            }
        }
        Ok(if any { Self::Any(parts) } else { Self::All(parts) })
    }

    /// Whether a row is found.
    pub fn fits(&self, row: &Map<String, Value>) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.fits(row)),
            Self::Any(parts) => parts.iter().any(|part| part.fits(row)),
            Self::Test { field, class, not, how, value } => {
                let own = row.get(field).unwrap_or(&Value::Null);
                compared(own, value, *class, *how) != *not
            }
        }
    }
}

fn compared(own: &Value, value: &Value, class: Class, how: How) -> bool {
    if let (Value::Array(_) | Value::Object(_), How::Equal | How::Plain | How::Among) = (value, how)
    {
        return params::items(Some(value)).iter().any(|one| compared(own, one, class, How::Equal));
    }
    if let Value::Array(several) = own {
        return several.iter().any(|one| compared(one, value, class, how));
    }
    let text = params::text(value).to_lowercase();
    let own_text = params::text(own).to_lowercase();
    match how {
        How::Contains => own_text.contains(&text),
        How::Like => like(&own_text, &text),
        // A percent sign is a wildcard even where nobody asked for one.
        How::Plain if text.contains('%') => like(&own_text, &text),
        How::Equal | How::Plain | How::Among => ordered(own, value, class) == Some(Ordering::Equal),
        _ if own.is_null() => false,
        How::More => ordered(own, value, class) == Some(Ordering::Greater),
        How::Less => ordered(own, value, class) == Some(Ordering::Less),
        How::AtLeast => ordered(own, value, class).is_some_and(Ordering::is_ge),
        How::AtMost => ordered(own, value, class).is_some_and(Ordering::is_le),
    }
}

fn ordered(one: &Value, other: &Value, class: Class) -> Option<Ordering> {
    let (left, right) = (params::text(one), params::text(other));
    if left.is_empty() || right.is_empty() {
        return Some(left.cmp(&right));
    }
    match class {
        Class::Number => {
            left.trim().parse::<f64>().ok()?.partial_cmp(&right.trim().parse::<f64>().ok()?)
        }
        Class::Text => Some(left.to_lowercase().cmp(&right.to_lowercase())),
        Class::Moment => {
            let read = |text: &str| OffsetDateTime::parse(text, &Rfc3339).ok();
            Some(match (read(&left), read(&right)) {
                (Some(left), Some(right)) => left.cmp(&right),
                _ => left.cmp(&right),
            })
        }
    }
}

/// SQL's LIKE with `%` alone.
fn like(text: &str, pattern: &str) -> bool {
    let mut parts = pattern.split('%');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    for part in middle {
        match rest.find(part).and_then(|at| rest.get(at + part.len()..)) {
            Some(behind) => rest = behind,
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// One page of the rows, as the parameters ask for it. `wrap` makes `result` of them.
pub fn page(
    mut rows: Vec<Map<String, Value>>,
    asked: &Params,
    known: Known<'_>,
    strict: bool,
    wrap: impl FnOnce(Vec<Value>) -> Value,
) -> Result<Done, Failure> {
    let condition = Condition::read(&either(asked, "filter"), known, strict)?;
    rows.retain(|row| condition.fits(row));
    sort(&mut rows, &either(asked, "order"), known, strict)?;
    let start = asked.get("start").and_then(params::whole).unwrap_or(0);
    let counted = start >= 0;
    let from = usize::try_from(start).unwrap_or(0);
    let total = rows.len();
    let selected = params::items(asked.get("select").or_else(|| asked.get("SELECT")));
    let page: Vec<Value> = rows
        .into_iter()
        .skip(from)
        .take(PAGE)
        .map(|row| Value::Object(select(row, &selected, known)))
        .collect();
    let next = (counted && from.saturating_add(PAGE) < total).then_some(from + PAGE);
    Ok(Done { result: wrap(page), total: counted.then_some(total), next })
}

/// Old methods take these names in capitals.
fn either(asked: &Params, name: &str) -> Params {
    let found = params::map(asked, name);
    if found.is_empty() { params::map(asked, &name.to_ascii_uppercase()) } else { found }
}

fn sort(
    rows: &mut [Map<String, Value>],
    order: &Params,
    known: Known<'_>,
    strict: bool,
) -> Result<(), Failure> {
    // The last named is the least: a stable sort begins with it.
    for (name, way) in order.iter().rev() {
        let Some((field, class)) = known(name) else {
            if strict {
                let text = format!("Invalid order: field '{name}' is not allowed in order");
                return Err(bad("INVALID_ARG_VALUE", text));
            }
            continue;
        };
        let down = params::text(way).eq_ignore_ascii_case("DESC");
        rows.sort_by(|left, right| {
            let none = Value::Null;
            let (left, right) =
                (left.get(&field).unwrap_or(&none), right.get(&field).unwrap_or(&none));
            let found = ordered(left, right, class).unwrap_or(Ordering::Equal);
            if down { found.reverse() } else { found }
        });
    }
    Ok(())
}

/// The selected fields; unknown ones are ignored, the id always comes.
fn select(row: Map<String, Value>, wanted: &[Value], known: Known<'_>) -> Map<String, Value> {
    let names: Vec<String> = wanted.iter().map(params::text).collect();
    if names.is_empty() || names.iter().any(|name| name == "*") {
        return row;
    }
    let names: Vec<String> =
        names.iter().filter_map(|name| known(name).map(|(field, _)| field)).collect();
    let keep = |field: &String| field.eq_ignore_ascii_case("id") || names.contains(field);
    row.into_iter().filter(|(field, _)| keep(field)).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn known(name: &str) -> Option<(String, Class)> {
        let class = match name {
            "id" | "sum" => Class::Number,
            "xmlId" => Class::Text,
            "updatedTime" => Class::Moment,
            _ => return None,
        };
        Some((name.to_owned(), class))
    }

    fn found(filter: Value) -> Vec<i64> {
        let rows = [
            json!({"id": 1, "xmlId": "Shop:1", "sum": 9.5, "updatedTime": "2026-05-14T10:00:00+03:00"}),
            json!({"id": 2, "xmlId": "shop:12", "sum": 10, "updatedTime": "2026-05-14T08:00:00+03:00"}),
            json!({"id": 3, "xmlId": null, "sum": 100, "updatedTime": "2026-05-14T12:00:00+03:00"}),
        ];
        let rows = rows.into_iter().map(params::numbered).collect();
        let asked =
            params::numbered(json!({"filter": filter, "order": {"id": "ASC"}, "select": ["id"]}));
        let page = page(rows, &asked, &known, true, Value::Array).unwrap();
        page.result.as_array().unwrap().iter().map(|row| row["id"].as_i64().unwrap()).collect()
    }

    #[test]
    fn prefixes_mean_what_the_portal_means() {
        for (filter, ids) in [
            (json!({}), vec![1, 2, 3]),
            (json!([]), vec![1, 2, 3]),
            (json!({"=xmlId": "SHOP:1"}), vec![1]),
            (json!({"xmlId": "shop:1%"}), vec![1, 2]),
            (json!({"=xmlId": "shop:1%"}), vec![]),
            (json!({"%xmlId": "OP:1"}), vec![1, 2]),
            (json!({"=%xmlId": "%2"}), vec![2]),
            (json!({"!%xmlId": "12"}), vec![1, 3]),
            (json!({">sum": "9.5"}), vec![2, 3]),
            (json!({">=sum": 9.5, "<sum": 100}), vec![1, 2]),
            (json!({"@id": [1, "3"]}), vec![1, 3]),
            (json!({"!@id": [1, 3]}), vec![2]),
            (json!({"id": [2]}), vec![2]),
            (json!({"!id": 2}), vec![1, 3]),
            (json!({"=xmlId": null}), vec![3]),
            (json!({">updatedTime": "2026-05-14T06:30:00+00:00"}), vec![1, 3]),
            (json!({"logic": "OR", "0": {"id": 1}, "1": {"sum": 100}}), vec![1, 3]),
        ] {
            assert_eq!(found(filter.clone()), ids, "{filter}");
        }
    }

    #[test]
    fn unknown_fields_are_refused_or_ignored() {
        let filter = params::numbered(json!({"=other": 1}));
        let refused = Condition::read(&filter, &known, true).unwrap_err();
        assert_eq!(refused.error, "INVALID_ARG_VALUE");
        assert_eq!(refused.description, "Invalid filter: field 'other' is not allowed in filter");
        assert!(Condition::read(&filter, &known, false).unwrap().fits(&Map::new()));
    }
}
