//! The bytes of a body.

use serde_json::Value;

use super::multipart;
use crate::error::Error;
use crate::fields::{self, Fields};
use crate::form;
use crate::gateways::declared::charset::Charset;
use crate::gateways::declared::message::Message;
use crate::gateways::declared::schema::{Body, Request};

/// The content type and the bytes.
pub fn write(
    request: &Request,
    message: &Message,
    boundary: &str,
) -> Result<(String, Vec<u8>), Error> {
    Ok(match request.body {
        Body::Json => {
            let bytes = match &request.envelope {
                None => serde_json::to_vec(&message.fields),
                Some(key) => {
                    let inner = Value::Object(message.fields.clone());
                    serde_json::to_vec(&Fields::from_iter([(key.clone(), inner)]))
                }
            };
            let says = |_| Error::internal(false, "fields that are no JSON");
            ("application/json".to_owned(), bytes.map_err(says)?)
        }
        Body::Multipart => multipart::write(&pairs(message, request.charset)?, boundary),
        Body::Form | Body::Query => {
            let charset = match request.charset {
                Charset::Utf8 => "",
                Charset::Windows1251 => "; charset=windows-1251",
            };
            let content_type = format!("application/x-www-form-urlencoded{charset}");
            (content_type, form(message, request.charset)?)
        }
    })
}

/// The fields as a form or a query.
pub fn form(message: &Message, charset: Charset) -> Result<Vec<u8>, Error> {
    let pairs = pairs(message, charset)?;
    Ok(form::encode_bytes(pairs.iter().map(|(name, value)| (name.as_slice(), value.as_slice()))))
}

fn pairs(message: &Message, charset: Charset) -> Result<Vec<form::Bytes>, Error> {
    let coded = |name: &str, text: &str| {
        let bytes = charset.encode(text).map(|bytes| bytes.into_owned());
        bytes
            .ok_or_else(|| Error::invalid(name, "it has a letter that the gateway's charset lacks"))
    };
    let texts = message.fields.iter();
    texts
        .map(|(name, value)| {
            let text = fields::scalar(value).unwrap_or_else(|| value.to_string());
            Ok((coded(name, name)?, coded(name, &text)?))
        })
        .collect()
}
