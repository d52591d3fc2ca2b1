//! Replies as XML: objects become elements, items of a list become `Item`.

use serde_json::{Map, Value};

/// A whole document.
pub fn document(root: &str, fields: &Map<String, Value>) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
    object(&mut out, root, fields);
    out
}

fn object(out: &mut String, name: &str, fields: &Map<String, Value>) {
    out.push_str(&format!("<{name}>"));
    for (inner, value) in fields {
        element(out, inner, value);
    }
    out.push_str(&format!("</{name}>"));
}

fn element(out: &mut String, name: &str, value: &Value) {
    match value {
        Value::Null => out.push_str(&format!("<{name} />")),
        Value::Object(fields) => object(out, name, fields),
        Value::Array(items) => {
            out.push_str(&format!("<{name}>"));
            for item in items {
                element(out, "Item", item);
            }
            out.push_str(&format!("</{name}>"));
        }
        Value::String(text) => out.push_str(&format!("<{name}>{}</{name}>", escaped(text))),
        other => out.push_str(&format!("<{name}>{other}</{name}>")),
    }
}

/// Markup as text; characters that XML 1.0 cannot hold are dropped.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // A parser would fold a bare carriage return.
            '\r' => out.push_str("&#13;"),
            '\t' | '\n' => out.push(sign),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            _ => out.push(sign),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_cannot_become_markup() {
        let value =
            json!({"A": {"B": "<x>&\"\u{1}"}, "C": [1, {"D": "2.50"}], "E": null, "F": true});
        let text = document("R", value.as_object().unwrap());
        assert_eq!(
            text.lines().nth(1).unwrap(),
            "<R><A><B>&lt;x&gt;&amp;&quot;</B></A><C><Item>1</Item><Item><D>2.50</D></Item></C>\
             <E /><F>true</F></R>"
        );
    }
}
