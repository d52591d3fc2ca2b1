//! getUserToken.

use serde_json::json;
use uuid::Uuid;

use crate::clock;
use crate::intellectmoney::eshops::Eshop;
use crate::intellectmoney::fields::{Field, Fields, Kind};
use crate::intellectmoney::installation::Installation;
use crate::intellectmoney::reply::{Refusal, Reply};

/// Its fields.
pub const TABLE: &[Field] =
    &[Field::needed("Login", Kind::Text, 255), Field::needed("Password", Kind::Text, 255)];

/// getUserToken: a fresh token; older ones live on until their end.
pub fn issue(installation: &mut Installation, eshop: &Eshop, fields: &Fields) -> Reply {
    if fields.text("Password") != eshop.password {
        return Err(Refusal::unauthorised("Login, Password"));
    }
    let token = Uuid::new_v4().simple().to_string();
    let life = eshop.settings.user_token_seconds.saturating_mul(1000);
    let ends = clock::now().saturating_add(life);
    installation.user_tokens.insert(token.clone(), (eshop.login.clone(), ends));
    Ok(json!({"UserToken": token}).as_object().cloned().unwrap_or_default())
}
