//! `multipart/form-data`, as PHP's curl and browsers send it.

use serde_json::{Map, Value};

use super::message::Message;

/// Reads a body by its content type.
pub fn read(label: &str, body: &[u8]) -> Result<Message, String> {
    let boundary = label.split(';').find_map(|part| part.trim().strip_prefix("boundary="));
    let boundary = boundary.ok_or("the content type has no boundary")?.trim_matches('"');
    let text = std::str::from_utf8(body).map_err(|_| "the body is not UTF-8")?;
    let text = format!("\r\n{text}");
    let dashes = format!("\r\n--{boundary}");
    let mut parts = text.split(dashes.as_str());
    if parts.next() != Some("") {
        return Err("the body does not begin with its boundary".to_owned());
    }
    let mut fields = Map::new();
    for part in parts {
        if let Some(end) = part.strip_prefix("--") {
            if !end.trim().is_empty() {
                return Err("something stands behind the last boundary".to_owned());
            }
            return Ok(Message { fields, body: body.to_vec() });
        }
        let (head, value) = part.split_once("\r\n\r\n").ok_or("a part without an empty line")?;
        let disposition = head
            .lines()
            .find(|line| line.to_ascii_lowercase().starts_with("content-disposition: form-data"));
        let name = disposition.and_then(|line| line.split("; name=\"").nth(1)?.split('"').next());
        let name = name.ok_or("a part without a name")?.replace("%22", "\"");
        if fields.insert(name.clone(), Value::from(value)).is_some() {
            return Err(format!("{name} stands twice"));
        }
    }
    Err("the last boundary is missing".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_fields() {
        let label = "multipart/form-data; boundary=XX";
        let part = |name: &str, value: &str| {
            format!("--XX\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let body = format!("{}{}--XX--\r\n", part("deal_id", "662"), part("amount", "1\r\n2"));
        let read = read(label, body.as_bytes()).unwrap();
        assert_eq!(Value::from(read.fields).to_string(), r#"{"deal_id":"662","amount":"1\r\n2"}"#);
        for broken in [part("a", "1"), body.replace("--XX--", "--XX"), "x".to_owned()] {
            assert!(super::read(label, broken.as_bytes()).is_err(), "{broken}");
        }
    }
}
