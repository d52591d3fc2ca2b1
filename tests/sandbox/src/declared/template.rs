//! Templates, forwards (filled with values) and backwards (the values that a text holds).

use super::format;

/// A piece of a template.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    /// Plain text.
    Text(String),
    /// A value by its dotted name, with its formats.
    Value(String, String),
}

/// A value that was found in a text, as it was written.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The dotted name.
    pub name: String,
    /// Its formats.
    pub formats: String,
    /// What stands in its place.
    pub text: String,
}

/// The pieces of a template. A brace that no small letter follows is a brace.
pub fn pieces(template: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut plain = String::new();
    let mut rest = template;
    while let Some(at) = rest.find('{') {
        plain.push_str(rest.get(..at).unwrap_or_default());
        let after = rest.get(at + 1..).unwrap_or_default();
        let inside =
            after.split_once('}').filter(|_| after.starts_with(|c: char| c.is_ascii_lowercase()));
        if let Some((inside, behind)) = inside {
            if !plain.is_empty() {
                pieces.push(Piece::Text(std::mem::take(&mut plain)));
            }
            let (name, formats) = inside.split_once('|').unwrap_or((inside, "raw"));
            pieces.push(Piece::Value(name.to_owned(), formats.to_owned()));
            rest = behind;
        } else {
            plain.push('{');
            rest = after.strip_prefix('{').unwrap_or(after);
        }
    }
    plain.push_str(rest);
    if !plain.is_empty() {
        pieces.push(Piece::Text(plain));
    }
    pieces
}

/// The names of a template's values.
pub fn names(template: &str) -> Vec<String> {
    let names = pieces(template).into_iter().filter_map(|piece| match piece {
        Piece::Value(name, _) => Some(name),
        Piece::Text(_) => None,
    });
    names.collect()
}

/// The text; none where a value is not known.
pub fn fill(template: &str, known: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    let mut text = String::new();
    for piece in pieces(template) {
        match piece {
            Piece::Text(plain) => text.push_str(&plain),
            Piece::Value(name, formats) => {
                let value = match known(&name) {
                    Some(value) => value,
                    None if formats.split('|').any(|format| format == "len") => String::new(),
                    None => return None,
                };
                text.push_str(&format::write(&formats, &value)?);
            }
        }
    }
    Some(text)
}

/// What stands in the places of the unknown values if the text was made from the template. `write` says
/// how known values were escaped.
pub fn unfill(
    template: &str,
    known: &dyn Fn(&str) -> Option<String>,
    write: &dyn Fn(&str) -> String,
    text: &str,
) -> Option<Vec<Found>> {
    let mut solved = Vec::new();
    for piece in pieces(template) {
        let piece = match piece {
            Piece::Value(name, formats) => match known(&name) {
                Some(value) => Piece::Text(write(&format::write(&formats, &value)?)),
                None => Piece::Value(name, formats),
            },
            plain => plain,
        };
        match (solved.last_mut(), piece) {
            (Some(Piece::Text(before)), Piece::Text(more)) => before.push_str(&more),
            (_, piece) => solved.push(piece),
        }
    }
    let mut found = Vec::new();
    solve(&solved, text, &mut found).then_some(found)
}

fn solve(pieces: &[Piece], text: &str, found: &mut Vec<Found>) -> bool {
    let Some((first, rest)) = pieces.split_first() else { return text.is_empty() };
    let (name, formats) = match first {
        Piece::Text(plain) => {
            return text.strip_prefix(plain.as_str()).is_some_and(|text| solve(rest, text, found));
        }
        Piece::Value(name, formats) => (name, formats),
    };
    let kept = found.len();
    let ends = text.char_indices().map(|(at, _)| at).chain([text.len()]);
    for end in ends {
        let Some((inside, behind)) = text.split_at_checked(end) else { continue };
        found.truncate(kept);
        found.push(Found { name: name.clone(), formats: formats.clone(), text: inside.to_owned() });
        if solve(rest, behind, found) {
            return true;
        }
    }
    found.truncate(kept);
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(name: &str) -> Option<String> {
        (name == "config.id").then(|| "7".to_owned())
    }

    #[test]
    fn templates_work_both_ways() {
        let template = r#"{"m":"{config.id}","o":"{order.id}-{order.amount|minor}"}"#;
        let text = r#"{"m":"7","o":"A-1-100"}"#;
        let found = unfill(template, &known, &str::to_owned, text).unwrap();
        let texts: Vec<_> =
            found.iter().map(|one| (one.name.as_str(), one.text.as_str())).collect();
        // The first reading that fits.
        assert_eq!(texts, [("order.id", "A"), ("order.amount", "1-100")]);
        assert!(unfill(template, &known, &str::to_owned, &text.replace('7', "8")).is_none());
        assert_eq!(fill("{{up}{config.id}", &known).as_deref(), Some("{up}7"));
        assert_eq!(fill("{order.id}", &known), None);
    }
}
