//! How checked parameters leave: the path, the content type and the bytes of the body.

use serde_json::Value;

use super::{Native, Parameters, Wire};
use crate::error::Error;
use crate::fields;
use crate::form;
use crate::http::HttpRequest;

impl Native {
    /// The request with these parameters. `root` is the gateway's base URL and `origin` what paths
    /// with a slash in front stand below; `path` is the table's own or the spelling of one
    /// installation.
    pub fn request(
        &self,
        root: &str,
        origin: &str,
        path: &str,
        parameters: Parameters,
    ) -> Result<HttpRequest, Error> {
        self.request_as(self.wire, root, origin, path, parameters)
    }

    /// The same for a gateway that takes its methods in several forms.
    pub fn request_as(
        &self,
        wire: Wire,
        root: &str,
        origin: &str,
        path: &str,
        mut parameters: Parameters,
    ) -> Result<HttpRequest, Error> {
        let field_names = parameters.0.keys().map(|name| name.clone().into()).collect();
        let place = if path.starts_with('/') { origin.to_owned() } else { format!("{root}/") };
        let mut url = fill(place + path, &mut parameters)?;
        let (method, content_type, body) = match wire {
            Wire::Form => ("POST", "application/x-www-form-urlencoded", form_of(&parameters)),
            Wire::Json => ("POST", "application/json", json_body(&parameters.0)),
            Wire::Query => {
                let query = form_of(&parameters);
                if !query.is_empty() {
                    url.push('?');
                    url.push_str(&String::from_utf8_lossy(&query));
                }
                ("GET", "", Vec::new())
            }
        };
        let content_type = (!content_type.is_empty()).then(|| content_type.to_owned());
        Ok(HttpRequest {
            method,
            url,
            shown: None,
            headers: content_type.map(|value| ("content-type".into(), value)).into_iter().collect(),
            body,
            effect: self.effect,
            patience: self.patience,
            field_names,
        })
    }
}

impl Parameters {
    /// Gives parameters other names, in their places.
    pub fn respell(&mut self, spelling: impl Fn(&str) -> Option<String>) {
        let old = std::mem::take(&mut self.0);
        self.0 =
            old.into_iter().map(|(name, value)| (spelling(&name).unwrap_or(name), value)).collect();
    }
}

/// Puts the parameters that stand in the path into it.
fn fill(mut url: String, parameters: &mut Parameters) -> Result<String, Error> {
    while let (Some(start), Some(end)) = (url.find('{'), url.find('}')) {
        let name = url.get(start + 1..end).unwrap_or_default().to_owned();
        let value = parameters.0.shift_remove(&name).and_then(|value| fields::scalar(&value));
        let value = value.ok_or_else(|| Error::invalid(&name, "required, but not given"))?;
        url.replace_range(start..=end, &form::component(&value));
    }
    Ok(url)
}

/// Scheme, host and port of a URL.
pub fn origin(url: &str) -> &str {
    let host = url.find("://").map_or(0, |at| at + 3);
    let end = url.get(host..).and_then(|rest| rest.find('/')).map_or(url.len(), |at| host + at);
    url.get(..end).unwrap_or(url)
}

fn form_of(parameters: &Parameters) -> Vec<u8> {
    let mut pairs: Vec<(&str, std::borrow::Cow<'_, str>)> = Vec::new();
    for (name, value) in &parameters.0 {
        match value {
            Value::String(text) => pairs.push((name, text.as_str().into())),
            Value::Array(words) => {
                pairs.extend(words.iter().filter_map(Value::as_str).map(|w| (&**name, w.into())));
            }
            other => pairs.push((name, fields::scalar(other).unwrap_or_default().into())),
        }
    }
    form::encode(&pairs)
}

/// Room for the longest form of it: a buffer that grew would leave secrets behind.
pub(crate) fn json_body(parameters: &fields::Fields) -> Vec<u8> {
    let mut body = Vec::with_capacity(longest(parameters) + 2);
    // Writing to memory does not fail, and the keys are texts.
    let _ = serde_json::to_writer(&mut body, parameters);
    body
}

fn longest(fields: &fields::Fields) -> usize {
    fn one(value: &Value) -> usize {
        match value {
            Value::String(text) => 6 * text.len() + 3,
            Value::Array(list) => list.iter().map(|item| one(item) + 1).sum::<usize>() + 2,
            Value::Object(fields) => longest(fields) + 3,
            other => other.to_string().len() + 1,
        }
    }
    fields.iter().map(|(name, value)| 6 * name.len() + 4 + one(value)).sum()
}
