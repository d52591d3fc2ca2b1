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

    /// What PHP 8.2 sent for `CURLOPT_POSTFIELDS => ['deal_id' => 662, ...]`, caught by a listener.
    #[test]
    fn it_is_written_as_phps_curl_writes_an_array() {
        let pair = |name: &str, value: &str| (name.as_bytes().to_vec(), value.as_bytes().to_vec());
        let fields = [
            pair("deal_id", "662"),
            pair("amount", "100.00"),
            pair("currency", "RUB"),
            pair("a\"b\\c\nd", "x\"y\r\nЗаказ"),
        ];
        let (content_type, body) = write(&fields, "2cce8e12d4a8e562");
        assert_eq!(
            content_type,
            "multipart/form-data; boundary=------------------------2cce8e12d4a8e562"
        );
        let expected = "--------------------------2cce8e12d4a8e562\r\n\
             Content-Disposition: form-data; name=\"deal_id\"\r\n\r\n662\r\n\
             --------------------------2cce8e12d4a8e562\r\n\
             Content-Disposition: form-data; name=\"amount\"\r\n\r\n100.00\r\n\
             --------------------------2cce8e12d4a8e562\r\n\
             Content-Disposition: form-data; name=\"currency\"\r\n\r\nRUB\r\n\
             --------------------------2cce8e12d4a8e562\r\n\
             Content-Disposition: form-data; name=\"a%22b\\c%0Ad\"\r\n\r\nx\"y\r\nЗаказ\r\n\
             --------------------------2cce8e12d4a8e562--\r\n";
        assert_eq!((body.len(), String::from_utf8(body).unwrap().as_str()), (461, expected));
        let (_, body) = write(&[pair("a\r\nb", "")], "1");
        assert!(String::from_utf8(body).unwrap().contains("name=\"a%0D%0Ab\"\r\n\r\n\r\n"));
    }
}
