//! XML as the same values that JSON gives: an element with elements inside is an object, one that stands
//! several times a list, the rest is text; an empty one is null, or no item where its name says that it is a
//! list and it does not say that it is nil. Other attributes are left out. Document types, and with them
//! entities of somebody's own, are refused.

use roxmltree::Node;
use serde_json::Value;

use crate::fields::Fields;

/// How deep elements may stand in each other: reading is recursive, and replies need six levels.
const DEPTH: usize = 64;

/// The document's values; none where it is no XML or its root has another name.
pub(crate) fn read(text: &str, root: &str) -> Option<Value> {
    of(text, |name| name == root)
}

/// The same whatever its root's name.
pub(crate) fn read_any(text: &str) -> Option<Value> {
    of(text, |_| true)
}

fn of(text: &str, is_meant: impl Fn(&str) -> bool) -> Option<Value> {
    let document = roxmltree::Document::parse(text).ok()?;
    let element = document.root_element();
    match is_meant(element.tag_name().name()) {
        true => value(element, DEPTH),
        false => None,
    }
}

fn value(element: Node<'_, '_>, depth: usize) -> Option<Value> {
    let mut fields = Fields::new();
    for child in element.children().filter(Node::is_element) {
        let name = child.tag_name().name();
        let inner = value(child, depth.checked_sub(1)?)?;
        match fields.get_mut(name) {
            None => {
                fields.insert(name.to_owned(), inner);
            }
            Some(Value::Array(list)) => list.push(inner),
            Some(first) => *first = Value::Array(vec![first.take(), inner]),
        }
    }
    if !fields.is_empty() {
        return Some(Value::Object(fields));
    }
    // A comment in between cuts a text into several.
    let parts = element.children().filter(Node::is_text).filter_map(|node| node.text());
    let text: String = parts.collect();
    let list = element.tag_name().name().ends_with("List");
    let nil = element.attributes().any(|one| one.name() == "nil");
    Some(match text.is_empty() {
        true if list && !nil => Value::Array(Vec::new()),
        true => Value::Null,
        false => text.into(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn elements_are_objects_lists_and_texts() {
        let text = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<!-- from a gateway -->\n\
                    <Response xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\">\
                    <Code>0</Code><Empty/><Void></Void><Nil i:nil=\"true\"/>\
                    <Text> a &amp; b &#1046; <![CDATA[<c>]]></Text><Cut>1<!-- x -->2</Cut>\
                    <List><Item><Id>1</Id></Item><Item><Id>2</Id></Item><Item/></List>\
                    <One><Item>1</Item></One><NoneList/>\
                    <NilList i:nil=\"true\"/></Response>";
        let expected = json!({
            "Code": "0", "Empty": null, "Void": null, "Nil": null,
            "Text": " a & b Ж <c>", "Cut": "12",
            "List": { "Item": [{ "Id": "1" }, { "Id": "2" }, null] },
            "One": { "Item": "1" }, "NoneList": [], "NilList": null,
        });
        assert_eq!(read(text, "Response"), Some(expected));
        assert_eq!(read("<a:Response xmlns:a=\"x\">1</a:Response>", "Response"), Some(json!("1")));
    }

    #[test]
    fn what_is_no_reply_is_none() {
        for text in
            ["", "{}", "Response", "<Response>", "<Response></Other>", "<Other/>", "<a>\0</a>"]
        {
            assert_eq!(read(text, "Response"), None, "{text}");
        }
    }

    #[test]
    fn entities_of_ones_own_are_refused() {
        let bomb = "<!DOCTYPE Response [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;\">]>\
                    <Response><Code>&b;</Code></Response>";
        let file = "<!DOCTYPE Response [<!ENTITY f SYSTEM \"file:///etc/passwd\">]>\
                    <Response><Code>&f;</Code></Response>";
        let unknown = "<Response><Code>&b;</Code></Response>";
        for text in [bomb, file, unknown] {
            assert_eq!(read(text, "Response"), None, "{text}");
        }
    }

    #[test]
    fn a_deep_document_is_refused_without_a_deep_stack() {
        let nested = |depth: usize| {
            let (open, close) = ("<a>".repeat(depth), "</a>".repeat(depth));
            read(&format!("<Response>{open}{close}</Response>"), "Response").is_some()
        };
        assert!(nested(DEPTH));
        assert!(!nested(DEPTH + 1));
        assert!(!nested(200_000));
    }
}
