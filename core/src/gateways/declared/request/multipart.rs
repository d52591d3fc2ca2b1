//! `multipart/form-data` as curl writes it, which is what PHP sends for an array: no content type at
//! the parts, and in names what would end them percent-encoded.

use crate::form::Bytes;

/// The content type and the bytes. `chance` makes the boundary one that no value holds.
pub fn write(fields: &[Bytes], chance: &str) -> (String, Vec<u8>) {
    let boundary = format!("------------------------{chance}");
    let mut body = Vec::new();
    for (name, value) in fields {
        body.extend(format!("--{boundary}\r\n").bytes());
        body.extend(b"Content-Disposition: form-data; name=\"");
        for byte in name {
            match byte {
                b'"' => body.extend(b"%22"),
                b'\r' => body.extend(b"%0D"),
                b'\n' => body.extend(b"%0A"),
                byte => body.push(*byte),
            }
        }
        body.extend(b"\"\r\n\r\n");
        body.extend(value);
        body.extend(b"\r\n");
    }
    body.extend(format!("--{boundary}--\r\n").bytes());
    (format!("multipart/form-data; boundary={boundary}"), body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_written_as_curl_writes_it() {
        let pair = |name: &str, value: &str| (name.as_bytes().to_vec(), value.as_bytes().to_vec());
        let fields = [pair("deal_id", "662"), pair("a\"\r\nb", "x\r\ny")];
        let (content_type, body) = write(&fields, "d74496d66958873e");
        assert_eq!(
            content_type,
            "multipart/form-data; boundary=------------------------d74496d66958873e"
        );
        let expected = "--------------------------d74496d66958873e\r\n\
             Content-Disposition: form-data; name=\"deal_id\"\r\n\r\n662\r\n\
             --------------------------d74496d66958873e\r\n\
             Content-Disposition: form-data; name=\"a%22%0D%0Ab\"\r\n\r\nx\r\ny\r\n\
             --------------------------d74496d66958873e--\r\n";
        assert_eq!(String::from_utf8(body).unwrap(), expected);
    }
}
