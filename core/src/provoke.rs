//! Only under the feature `provoke-panic`: a panic on purpose, so that tests can prove that it is
//! contained. A gate looks for this operation in released artefacts.

use crate::client::Call;
use crate::error::Error;
use crate::fields::Fields;
use crate::http::{Effect, HttpRequest, Patience};

/// `provoke_panic {url}`: panics; with a `url` it first sends a write there.
pub(crate) fn panic(call: &Call<'_>, fields: &Fields) -> Result<Fields, Error> {
    if let Some(url) = fields.get("url").and_then(|url| url.as_str()) {
        call.send(&HttpRequest {
            method: "POST",
            url: url.to_owned(),
            shown: None,
            headers: Vec::new(),
            body: Vec::new(),
            effect: Effect::Write,
            patience: Patience::Usual,
            field_names: Vec::new(),
        })?;
    }
    #[allow(clippy::panic)]
    {
        panic!("provoked")
    }
}
