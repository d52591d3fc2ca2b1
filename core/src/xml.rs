//! XML as the same values that JSON gives: an element with elements inside is an object, one that stands
//! several times a list, the rest is text. Attributes are left out.

use serde_json::Value;

use crate::fields::Fields;

/// The document's values; none where it is no XML or its root has another name.
pub(crate) fn read(text: &str, root: &str) -> Option<Value> {
    let document = roxmltree::Document::parse(text).ok()?;
    let element = document.root_element();
    (element.tag_name().name() == root).then(|| value(element))
}

fn value(element: roxmltree::Node<'_, '_>) -> Value {
    let mut fields = Fields::new();
    for child in element.children().filter(roxmltree::Node::is_element) {
        let name = child.tag_name().name();
        let inner = value(child);
        match fields.get_mut(name) {
            None => {
                fields.insert(name.to_owned(), inner);
            }
            Some(Value::Array(list)) => list.push(inner),
            Some(first) => *first = Value::Array(vec![first.take(), inner]),
        }
    }
    match fields.is_empty() {
        false => Value::Object(fields),
        true => element.text().map_or(Value::Null, Value::from),
    }
}
