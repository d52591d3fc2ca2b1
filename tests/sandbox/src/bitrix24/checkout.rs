//! The portal's side of CHECKOUT: it posts to a handler of a pay system, and reads what comes back.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::money::Sum;
use super::params;
use super::portal::Portal;
use super::shop::Row;
use crate::courier::Parcel;
use crate::sandbox::Sandbox;

/// What is asked of the portal.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// The portal's name.
    pub portal: String,
    /// The payment; its pay system unless another is named.
    pub payment_id: i64,
    /// The pay system.
    #[serde(default)]
    pub pay_system_id: Option<i64>,
    /// Where to, instead of the handler's `ACTION_URI`.
    #[serde(default)]
    pub url: Option<String>,
    /// Where the buyer comes back to.
    #[serde(default)]
    pub return_url: Option<String>,
    /// Fields of the form beside the handler's own, or instead of them; null leaves one out.
    #[serde(default)]
    pub fields: Map<String, Value>,
    /// The same for `BX_SYSTEM_PARAMS`: a request that somebody else made up.
    #[serde(default)]
    pub system_params: Map<String, Value>,
    /// A JSON body instead of a form.
    #[serde(default)]
    pub json: bool,
    /// So many requests at once, as two windows or an impatient buyer send them; 1 if not given.
    #[serde(default)]
    pub copies: Option<u32>,
}

/// What the portal sends.
struct Post {
    url: String,
    fields: Vec<(String, String)>,
    system: Vec<(String, String)>,
}

/// Posts, and tells `{url, body, status, answer, understood: {PAYMENT_URL, PAYMENT_ID, PAYMENT_ERRORS}, error}`;
/// of the other copies in `others`.
pub async fn run(sandbox: &Arc<Sandbox>, wanted: Wanted) -> Result<Value, String> {
    let copies = wanted.copies.unwrap_or(1).clamp(1, 20);
    let post = |wanted: Wanted| {
        let sandbox = Arc::clone(sandbox);
        tokio::spawn(async move { one(&sandbox, wanted).await })
    };
    let posts: Vec<_> = (0..copies).map(|_| post(wanted.clone())).collect();
    let mut told = Vec::new();
    for post in posts {
        told.push(post.await.map_err(|_| "the portal broke down")??);
    }
    let others = told.split_off(1);
    let mut first = told.pop().unwrap_or_default();
    if let (false, Some(first)) = (others.is_empty(), first.as_object_mut()) {
        first.insert("others".into(), others.into());
    }
    Ok(first)
}

async fn one(sandbox: &Arc<Sandbox>, wanted: Wanted) -> Result<Value, String> {
    let post = {
        let installation = sandbox.bitrix24();
        let portal = installation.portals.get(&wanted.portal).ok_or("there is no such portal")?;
        composed(portal, &wanted)?
    };
    let (label, body) = written(&post, wanted.json);
    let parcel =
        Parcel { url: &post.url, post: Some((label, &body)), headers: &[], user_agent: "Bitrix24" };
    let shown = |status: Value, answer: &str, understood: Value, error: Option<&str>| {
        json!({"url": post.url, "body": body, "status": status, "answer": answer,
            "understood": understood, "error": error})
    };
    let receipt = match sandbox.courier.deliver(parcel).await {
        Ok(receipt) => receipt,
        Err(why) => return Ok(shown(Value::Null, &why, json!({}), Some(UNREGISTERED))),
    };
    let answer = String::from_utf8_lossy(&receipt.body).into_owned();
    let understood = understood(receipt.status, &receipt.body);
    let errors = understood.get("PAYMENT_ERRORS").is_some();
    let error = (errors || understood.is_empty()).then_some(UNREGISTERED);
    if let (None, Some(external)) = (error, understood.get("PAYMENT_ID")) {
        let mut installation = sandbox.bitrix24();
        let portal = installation.portals.get_mut(&wanted.portal);
        let payment = portal.and_then(|portal| portal.shop.payments.get_mut(&wanted.payment_id));
        if let Some(payment) = payment {
            payment.insert("psInvoiceId".into(), external.clone());
        }
    }
    Ok(shown(receipt.status.into(), &answer, Value::Object(understood), error))
}

const UNREGISTERED: &str = "Error registering order in payment system";

/// What counts of an answer: keys in any case, and nothing without status 200.
fn understood(status: u16, body: &[u8]) -> Map<String, Value> {
    let Ok(Value::Object(fields)) = serde_json::from_slice(body) else { return Map::new() };
    let known = ["PAYMENT_URL", "PAYMENT_ID", "PAYMENT_ERRORS"];
    let fields = fields.into_iter().map(|(name, value)| (name.to_ascii_uppercase(), value));
    // What PHP calls empty counts as nothing.
    let said = |value: &Value| !matches!(params::text(value).as_str(), "" | "0" | "[]" | "{}");
    let fields = fields.filter(|(name, value)| known.contains(&name.as_str()) && said(value));
    let found: Map<String, Value> = fields.collect();
    let whole = found.contains_key("PAYMENT_URL") || found.contains_key("PAYMENT_ERRORS");
    if status == 200 && whole { found } else { Map::new() }
}

fn composed(portal: &Portal, wanted: &Wanted) -> Result<Post, String> {
    let payment = portal.shop.payments.get(&wanted.payment_id).ok_or("there is no such payment")?;
    let own = payment.get("paySystemId").and_then(params::whole).filter(|id| *id > 0);
    let id = wanted.pay_system_id.or(own).ok_or("the payment has no pay system")?;
    let system = portal.shop.pay_systems.get(&id).ok_or("there is no such pay system")?;
    let code = params::text_of(system, "ACTION_FILE");
    let mut handlers = portal.shop.handlers.values();
    let handler = handlers.find(|one| params::text_of(one, "CODE") == code);
    let settings = params::map(handler.ok_or("there is no such handler")?, "SETTINGS");
    let data = params::map(&settings, "CHECKOUT_DATA");
    let uri = wanted.url.clone().unwrap_or_else(|| params::text_of(&data, "ACTION_URI"));
    if uri.is_empty() {
        return Err("the handler has no CHECKOUT_DATA".to_owned());
    }
    let codes = params::map(&settings, "CODES");
    let given = params::map(system, "SETTINGS");
    let mut fields = Vec::new();
    for (name, field) in params::map(&data, "FIELDS") {
        let code = field.get("CODE").and_then(Value::as_str).unwrap_or_default();
        let default = codes.get(code).and_then(|one| one.get("DEFAULT"));
        let own = given.get(code);
        let kind =
            own.and_then(|one| one.get("TYPE")).or(default.and_then(|one| one.get("PROVIDER_KEY")));
        let value = own
            .and_then(|one| one.get("VALUE"))
            .or(default.and_then(|one| one.get("PROVIDER_VALUE")));
        let (kind, value) = (kind.map(params::text), value.map(params::text).unwrap_or_default());
        fields.push((name, provided(payment, kind.as_deref().unwrap_or("VALUE"), &value)));
    }
    let sum = payment.get("sum").and_then(Sum::read).unwrap_or_default();
    let back = wanted.return_url.clone();
    let mut system = vec![
        ("RETURN_URL".to_owned(), back.unwrap_or_else(|| format!("{}/pub/pay/1/", portal.origin))),
        ("PAYSYSTEM_ID".to_owned(), id.to_string()),
        ("PAYMENT_ID".to_owned(), wanted.payment_id.to_string()),
        ("SUM".to_owned(), sum.text()),
        ("CURRENCY".to_owned(), params::text_of(payment, "currency")),
        ("EXTERNAL_PAYMENT_ID".to_owned(), params::text_of(payment, "psInvoiceId")),
    ];
    overwrite(&mut fields, &wanted.fields);
    overwrite(&mut system, &wanted.system_params);
    Ok(Post { url: uri, fields, system })
}

fn overwrite(pairs: &mut Vec<(String, String)>, by: &Map<String, Value>) {
    for (name, value) in by {
        let place = pairs.iter().position(|(known, _)| known == name);
        match (place, value) {
            (Some(at), Value::Null) => drop(pairs.remove(at)),
            (None, Value::Null) => {}
            (Some(at), value) => {
                if let Some(pair) = pairs.get_mut(at) {
                    pair.1 = params::text(value);
                }
            }
            (None, value) => pairs.push((name.clone(), params::text(value))),
        }
    }
}

/// A value by the provider that a setting names.
fn provided(payment: &Row, kind: &str, value: &str) -> String {
    let name = match (kind, value) {
        ("PAYMENT", "ID") => "id",
        ("PAYMENT", "ACCOUNT_NUMBER") => "accountNumber",
        ("PAYMENT", "SUM") => "sum",
        ("PAYMENT", "CURRENCY") => "currency",
        ("PAYMENT", "PAID") => "paid",
        ("PAYMENT", "PAY_SYSTEM_ID") => "paySystemId",
        ("PAYMENT", "XML_ID") => "xmlId",
        ("ORDER", "ID") => "orderId",
        ("ORDER" | "PROPERTY" | "USER" | "PAYMENT", _) => return String::new(),
        _ => return value.to_owned(),
    };
    params::text_of(payment, name)
}

fn written(post: &Post, json: bool) -> (&'static str, String) {
    if json {
        let text = |pairs: &[(String, String)]| -> Map<String, Value> {
            pairs.iter().map(|(name, value)| (name.clone(), Value::from(value.clone()))).collect()
        };
        let mut all = text(&post.fields);
        all.insert("BX_SYSTEM_PARAMS".into(), Value::Object(text(&post.system)));
        return ("application/json", Value::Object(all).to_string());
    }
    let mut form = form_urlencoded::Serializer::new(String::new());
    for (name, value) in &post.fields {
        form.append_pair(name, value);
    }
    for (name, value) in &post.system {
        form.append_pair(&format!("BX_SYSTEM_PARAMS[{name}]"), value);
    }
    ("application/x-www-form-urlencoded", form.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The worked example of a CHECKOUT request.
    #[test]
    fn the_form_is_the_documented_one() {
        let pair = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        let system = [
            ("RETURN_URL", "https://p.bitrix24.ru/pub/pay/1/"),
            ("PAYSYSTEM_ID", "9"),
            ("PAYMENT_ID", "15"),
            ("SUM", "1700"),
            ("CURRENCY", "RUB"),
            ("EXTERNAL_PAYMENT_ID", ""),
        ];
        let post = Post {
            url: String::new(),
            fields: vec![pair(("serviceid", "42"))],
            system: system.into_iter().map(pair).collect(),
        };
        assert_eq!(
            written(&post, false).1,
            "serviceid=42&BX_SYSTEM_PARAMS%5BRETURN_URL%5D=https%3A%2F%2Fp.bitrix24.ru%2Fpub%2Fpay%2F1%2F\
             &BX_SYSTEM_PARAMS%5BPAYSYSTEM_ID%5D=9&BX_SYSTEM_PARAMS%5BPAYMENT_ID%5D=15\
             &BX_SYSTEM_PARAMS%5BSUM%5D=1700&BX_SYSTEM_PARAMS%5BCURRENCY%5D=RUB\
             &BX_SYSTEM_PARAMS%5BEXTERNAL_PAYMENT_ID%5D="
        );
    }

    #[test]
    fn keys_of_the_answer_come_in_any_case() {
        for body in
            [r#"{"PAYMENT_URL":"u","PAYMENT_ID":"7"}"#, r#"{"payment_url":"u","Payment_Id":"7"}"#]
        {
            let read = understood(200, body.as_bytes());
            assert_eq!(Value::Object(read), json!({"PAYMENT_URL": "u", "PAYMENT_ID": "7"}));
        }
        for (status, body) in [
            (500, r#"{"PAYMENT_URL":"u"}"#),
            (200, "{}"),
            (200, "<html>"),
            (200, r#"{"PAYMENT_URL":"","PAYMENT_ID":"7"}"#),
            (200, r#"{"PAYMENT_URL":null,"PAYMENT_ERRORS":[]}"#),
            (200, r#"{"PAYMENT_ID":"7"}"#),
        ] {
            assert!(understood(status, body.as_bytes()).is_empty(), "{status} {body}");
        }
    }
}
