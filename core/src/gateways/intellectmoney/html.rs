//! Reads the one form of a page that posts itself, as 3-D Secure has it. Strict: of a page that could
//! be read in two ways nothing is taken (docs/gateways/intellectmoney.md, "Actions").

use crate::fields::Fields;

/// A form that is posted.
#[derive(Debug, PartialEq)]
pub struct Form {
    pub action: String,
    /// Names and values of its inputs, in their order.
    pub fields: Fields,
}

/// The page's form: exactly one, posted, with an address and at least one field, closed again.
pub fn form(page: &str) -> Option<Form> {
    let mut tags = Tags { rest: page };
    let mut form: Option<Form> = None;
    let mut open = false;
    while let Some(tag) = tags.next()? {
        match tag.name.as_str() {
            "form" if form.is_some() => return None,
            "form" => {
                let plain = tag.get("enctype").is_none_or(|kind| {
                    kind.eq_ignore_ascii_case("application/x-www-form-urlencoded")
                });
                let posted = tag.get("method").is_some_and(|how| how.eq_ignore_ascii_case("post"));
                if !posted || !plain {
                    return None;
                }
                let action = tag.get("action")?.trim().to_owned();
                (form, open) = (Some(Form { action, fields: Fields::new() }), true);
            }
            "/form" => open = false,
            "input" if open => input(&tag, &mut form.as_mut()?.fields)?,
            // Whose value another program would have to work out.
            "select" | "textarea" if open => return None,
            "base" => return None,
            _ => {}
        }
    }
    form.filter(|form| !open && !form.action.is_empty() && !form.fields.is_empty())
}

/// Takes an input's name and value; none where it is not known what it would send.
fn input(tag: &Tag, fields: &mut Fields) -> Option<()> {
    let kind = tag.get("type").unwrap_or("text").to_ascii_lowercase();
    match kind.as_str() {
        "hidden" | "text" => {}
        // A page that posts itself presses none.
        "submit" | "button" | "reset" | "image" => return Some(()),
        _ => return None,
    }
    let Some(name) = tag.get("name").filter(|name| !name.is_empty()) else { return Some(()) };
    let value = tag.get("value").unwrap_or_default();
    fields.insert(name.to_owned(), value.into()).is_none().then_some(())
}

/// A tag with its attributes; one that closes has a slash before its name.
struct Tag {
    name: String,
    attributes: Vec<(String, String)>,
}

impl Tag {
    /// The first attribute of that name: the others do not count.
    fn get(&self, name: &str) -> Option<&str> {
        let mut all = self.attributes.iter();
        all.find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }
}

struct Tags<'a> {
    rest: &'a str,
}

impl Tags<'_> {
    /// The next tag; `Some(None)` at the end, `None` where the page is broken.
    fn next(&mut self) -> Option<Option<Tag>> {
        loop {
            let Some((_, from)) = self.rest.split_once('<') else {
                return Some(None);
            };
            if let Some(comment) = from.strip_prefix("!--") {
                (_, self.rest) = comment.split_once("-->")?;
            } else if from.starts_with(['!', '?']) {
                (_, self.rest) = from.split_once('>')?;
            } else if from.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/') {
                let (tag, rest) = tag(from)?;
                self.rest = rest;
                if matches!(tag.name.as_str(), "script" | "style" | "title") {
                    self.skip_to(&format!("</{}", tag.name))?;
                }
                return Some(Some(tag));
            } else {
                // A sign for itself, as in "1 < 2".
                self.rest = from;
            }
        }
    }

    /// Past what is text up to its closing tag, whatever signs are in it.
    fn skip_to(&mut self, end: &str) -> Option<()> {
        let at = self.rest.to_ascii_lowercase().find(end)?;
        self.rest = self.rest.get(at..)?;
        Some(())
    }
}

/// A tag from behind its `<`, and what follows its `>`.
fn tag(from: &str) -> Option<(Tag, &str)> {
    let ends = |c: char| c.is_ascii_whitespace() || c == '>';
    let length = from.char_indices().skip(1).find(|(_, c)| ends(*c) || *c == '/')?.0;
    let (name, mut rest) = from.split_at_checked(length)?;
    let mut tag = Tag { name: name.to_ascii_lowercase(), attributes: Vec::new() };
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        if let Some(after) = rest.strip_prefix('>') {
            return Some((tag, after));
        }
        let length = rest.find(|c: char| ends(c) || "=/\"'<".contains(c))?;
        let (name, after) = rest.split_at_checked(length)?;
        if name.is_empty() {
            return None;
        }
        let (value, after) = match after.trim_start().strip_prefix('=') {
            None => (String::new(), after),
            Some(given) => value(given.trim_start())?,
        };
        tag.attributes.push((name.to_ascii_lowercase(), value));
        rest = after;
    }
}

/// The value of an attribute in either kind of quotes or in none, and what follows it.
fn value(given: &str) -> Option<(String, &str)> {
    for quote in ['"', '\''] {
        if let Some(inside) = given.strip_prefix(quote) {
            let (value, after) = inside.split_once(quote)?;
            return Some((decoded(value)?, after));
        }
    }
    let length = given.find(|c: char| c.is_ascii_whitespace() || c == '>')?;
    let (value, after) = given.split_at_checked(length)?;
    let fine = !value.is_empty() && !value.contains(['"', '\'', '<', '=', '`']);
    if fine { Some((decoded(value)?, after)) } else { None }
}

/// Text with its entities as the signs they stand for: the five of XML and the numeric ones. `&` in
/// front of anything but a name and `;` is itself, as in a query.
fn decoded(text: &str) -> Option<String> {
    let mut whole = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, from)) = rest.split_once('&') {
        whole.push_str(before);
        rest = from;
        let named = from.split_once(';').filter(|(name, _)| {
            let name = name.strip_prefix('#').unwrap_or(name);
            !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric())
        });
        let Some((name, after)) = named else {
            whole.push('&');
            continue;
        };
        whole.push(match name {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            _ => number(name.strip_prefix('#')?)?,
        });
        rest = after;
    }
    Some(whole + rest)
}

fn number(digits: &str) -> Option<char> {
    let code = match digits.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => digits.parse().ok()?,
    };
    char::from_u32(code).filter(|sign| *sign != '\0')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(page: &str) -> Option<(String, String)> {
        let form = form(page)?;
        Some((form.action, serde_json::Value::Object(form.fields).to_string()))
    }

    fn good(action: &str, fields: &str) -> Option<(String, String)> {
        Some((action.to_owned(), fields.to_owned()))
    }

    #[test]
    fn a_form_is_read_however_it_is_written() {
        let fields = r#"{"data":"a b"}"#;
        for page in [
            r#"<form method="post" action="https://a/3ds"><input type="hidden" name="data" value="a b" /></form>"#,
            "<!DOCTYPE html><HTML><Body onload='document.forms[0].submit()'><FORM METHOD=POST \
             ACTION='https://a/3ds' ><INPUT TYPE=hidden NAME=data VALUE='a b'></FORM></Body>",
            "<form action=https://a/3ds method = \"post\">\n<input name='data'\n value=\"a&#32;b\">\
             <input type=submit name=go value=Go></form><script>if (1 < 2) f('<form>')</script>",
            "<!-- <form method=post action=x> --><form hidden method=post action=https://a/3ds>\
             <input name=data value=a&#x20;b></form>",
        ] {
            assert_eq!(read(page), good("https://a/3ds", fields), "{page}");
        }
    }

    #[test]
    fn entities_are_what_they_stand_for() {
        let page = |value: &str| {
            format!(
                "<form method=post action='u?a=1&b=2&amp;c'><input name=v value='{value}'></form>"
            )
        };
        let value =
            |given: &str| Some(form(&page(given))?.fields["v"].as_str().unwrap().to_owned());
        assert_eq!(form(&page("x")).unwrap().action, "u?a=1&b=2&c");
        assert_eq!(value("&lt;&gt;&quot;&apos;&amp;lt;").as_deref(), Some("<>\"'&lt;"));
        assert_eq!(value("&#1046;&#x416;&").as_deref(), Some("ЖЖ&"));
        for unknown in ["&nbsp;", "&#0;", "&#xD800;", "&#x;", "&#99999999999;"] {
            assert_eq!(value(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn what_could_be_read_in_two_ways_is_not_read() {
        for page in [
            "",
            "<",
            "no form",
            "<form method=post action=u><input name=a value=1>",
            "<form method=post action=u></form>",
            "<form action=u><input name=a value=1></form>",
            "<form method=get action=u><input name=a value=1></form>",
            "<form method=post><input name=a value=1></form>",
            "<form method=post action=''><input name=a value=1></form>",
            "<form method=post action=u><input name=a value=1><input name=a value=2></form>",
            "<form method=post action=u><input name=a value=1></form><form method=post action=v></form>",
            "<form method=post action=u><input name=a value=1><select name=b></select></form>",
            "<form method=post action=u><input type=checkbox name=a value=1></form>",
            "<form method=post action=u enctype=multipart/form-data><input name=a value=1></form>",
            "<base href=//evil><form method=post action=u><input name=a value=1></form>",
            "<form method=post action='u><input name=a value=1></form>",
            "<script><form method=post action=u><input name=a value=1></form>",
            "<form method=post action=u <input name=a value=1></form>",
        ] {
            assert_eq!(read(page), None, "{page}");
        }
    }
}
