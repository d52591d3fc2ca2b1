//! P2P: GetFormUrl, CheckPay, and the page between them.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::eshops::Eshop;
use super::fields::{Field, Fields, Kind};
use super::installation::Installation;
use super::reply::{Refusal, Reply};
use crate::base64;

/// Fields of GetFormUrl.
pub const FORM: &[Field] = &[
    Field::needed("orderId", Kind::Text, 50),
    Field::needed("amount", Kind::Text, 13),
    Field::needed("formId", Kind::Number, 6),
    Field::optional("cardGuid", Kind::Text, 36),
    Field::optional("comment", Kind::Text, 1024),
    Field::optional("backUrl", Kind::Url, 512),
    Field::optional("language", Kind::Text, 2),
    Field::needed("hash", Kind::Text, 40),
];

/// Fields of CheckPay.
pub const CHECK: &[Field] = &[
    Field::needed("orderId", Kind::Text, 50),
    Field::needed("formId", Kind::Number, 6),
    Field::needed("hash", Kind::Text, 40),
];

/// A transfer between two people.
#[derive(Clone, Debug)]
pub struct Transfer {
    /// Name of its page.
    pub token: String,
    /// As sent.
    pub amount: String,
    /// What for.
    pub comment: String,
    /// Where the payer goes back.
    pub back_url: Option<String>,
    /// Two letters.
    pub language: String,
    /// `00` after payment; 05, the sandbox's own choice, after a refusal.
    pub rc_code: Option<&'static str>,
}

/// GetFormUrl: where the payer types the cards. A second call leads to the same page.
pub fn form_url(installation: &mut Installation, eshop: &Eshop, fields: &Fields) -> Reply {
    let amount = fields.text("amount");
    let whole = amount.split_once('.').map_or(amount, |(whole, _)| whole);
    if whole.parse::<u64>().is_err() {
        return Err(Refusal::field("amount", "is malformed"));
    }
    let key = (eshop.p2p_form_id.clone(), fields.text("orderId").to_owned());
    let fresh = || Transfer {
        token: Uuid::new_v4().simple().to_string(),
        amount: amount.to_owned(),
        comment: fields.text("comment").to_owned(),
        back_url: fields.owned("backUrl"),
        language: fields.given("language").unwrap_or("ru").to_owned(),
        rc_code: None,
    };
    let transfer = installation.transfers.entry(key).or_insert_with(fresh);
    if transfer.amount != amount {
        return Err(Refusal::duplicate());
    }
    let url = format!("{}/transfer/{}", installation.base_url, transfer.token);
    let encoded = base64::encode(url.as_bytes());
    let reply = json!({"Url": url, "UrlBase64Encoded": encoded});
    Ok(reply.as_object().cloned().unwrap_or_default())
}

/// CheckPay: `RcCode` is absent until the payer has decided.
pub fn check(installation: &mut Installation, eshop: &Eshop, fields: &Fields) -> Reply {
    let key = (eshop.p2p_form_id.clone(), fields.text("orderId").to_owned());
    let found = installation.transfers.get(&key);
    let transfer = found.ok_or_else(|| Refusal::not_found("orderId"))?;
    let code = transfer.rc_code.map(|code| ("RcCode".to_owned(), Value::from(code)));
    Ok(Map::from_iter(code))
}
