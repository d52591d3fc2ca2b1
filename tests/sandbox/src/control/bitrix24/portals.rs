//! Portals themselves.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::error;
use crate::bitrix24::events::Hook;
use crate::bitrix24::kinds::{DEAL, UserField};
use crate::bitrix24::limits::Limits;
use crate::bitrix24::oauth::{self, Application};
use crate::bitrix24::portal::{Portal, Refusal};
use crate::bitrix24::{items, params, types};
use crate::exchange::Answer;
use crate::sandbox::Sandbox;

/// What a portal is made of.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Given {
    name: Option<String>,
    types: Vec<GivenType>,
    deals: Vec<Map<String, Value>>,
    deal_user_fields: Vec<Value>,
    #[serde(rename = "dealUserFields")]
    deal_user_fields_too: Vec<Value>,
    deal_pipelines: Vec<i64>,
    deal_stages: Option<Vec<Value>>,
    deal_children: Vec<i64>,
    deal_required: Vec<(String, String)>,
    limits: Option<Limits>,
    webhook: Option<Hook>,
    oauth: bool,
    pause_ms: Option<u64>,
    pauses: Option<HashMap<String, u64>>,
    semantics: Option<String>,
    refusals: Option<Vec<Refusal>>,
}

/// A smart process.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct GivenType {
    entity_type_id: Option<i64>,
    title: String,
    #[serde(default = "yes")]
    deal_relation: bool,
    #[serde(default)]
    stages: Stages,
    #[serde(default = "yes")]
    products: bool,
    #[serde(default)]
    user_fields: Vec<Value>,
    #[serde(default)]
    options: Map<String, Value>,
    #[serde(default)]
    required: Vec<(String, String)>,
}

/// Whether there are stages, or which.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Stages {
    Wanted(bool),
    Own(Vec<Value>),
}

impl Default for Stages {
    fn default() -> Self {
        Self::Wanted(true)
    }
}

fn yes() -> bool {
    true
}

fn user_fields(given: &[Value]) -> Vec<UserField> {
    let text = |one: &Value, name: &str| one.get(name).and_then(Value::as_str).map(str::to_owned);
    let fields = given.iter().map(|one| UserField {
        name: one.as_str().map_or_else(|| text(one, "name").unwrap_or_default(), str::to_owned),
        kind: text(one, "type").unwrap_or_else(|| "string".to_owned()),
        multiple: one.get("multiple").and_then(Value::as_bool).unwrap_or(false),
    });
    fields.collect()
}

/// Makes a portal.
pub fn make(sandbox: &Sandbox, given: Given) -> Answer {
    let name = given.name.clone();
    let name = name.unwrap_or_else(|| format!("b24-{}", uuid::Uuid::new_v4().simple()));
    let mut portal = Portal::new(&name, &sandbox.base_url);
    let oauth = given.oauth;
    if let Err(says) = build(&mut portal, given) {
        return error(400, &says);
    }
    let mut installation = sandbox.bitrix24();
    installation.forget(&name);
    if oauth {
        installation.applications.insert(name.clone(), Application::new());
    }
    installation.portals.insert(name.clone(), portal);
    drop(installation);
    one(sandbox, &name)
}

fn build(portal: &mut Portal, given: Given) -> Result<(), String> {
    let deal = portal.kinds.get_mut(&DEAL).ok_or("no deals")?;
    deal.user_fields = user_fields(&given.deal_user_fields);
    deal.user_fields.extend(user_fields(&given.deal_user_fields_too));
    if let Some(own) = &given.deal_stages {
        deal.categories.clear();
        deal.add_category(0, Some(own));
    }
    for id in &given.deal_pipelines {
        deal.add_category(*id, None);
    }
    deal.parents.clone_from(&given.deal_children);
    deal.required.clone_from(&given.deal_required);
    for one in &given.types {
        make_type(portal, one)?;
    }
    for fields in &given.deals {
        let made = items::make(portal, DEAL, fields);
        let made = made.map_err(|failure| failure.description)?;
        force_id(portal, DEAL, &made, fields);
    }
    portal.hook.sent.clear();
    settle(
        portal,
        Changes {
            pause_ms: given.pause_ms,
            pauses: given.pauses,
            limits: given.limits,
            webhook: given.webhook,
            refusals: given.refusals,
            semantics: given.semantics,
        },
    );
    Ok(())
}

/// An `id` that was asked for by hand.
pub fn force_id(
    portal: &mut Portal,
    kind: i64,
    made: &Map<String, Value>,
    fields: &Map<String, Value>,
) {
    let (Some(own), Some(wanted)) =
        (made.get("id").and_then(params::whole), fields.get("id").and_then(params::whole))
    else {
        return;
    };
    let all = portal.items.entry(kind).or_default();
    if let Some(mut item) = all.remove(&own) {
        item.insert("id".into(), wanted.into());
        all.insert(wanted, item);
    }
}

fn make_type(portal: &mut Portal, given: &GivenType) -> Result<(), String> {
    let staged = !matches!(given.stages, Stages::Wanted(false));
    let flag = |on: bool| if on { "Y" } else { "N" };
    let mut fields = params::numbered(json!({
        "title": given.title,
        "entityTypeId": given.entity_type_id,
        "isStagesEnabled": flag(staged),
        "isLinkWithProductsEnabled": flag(given.products),
    }));
    if given.deal_relation {
        let parent = json!([{"entityTypeId": DEAL, "isChildrenListEnabled": "true"}]);
        fields.insert("relations".into(), json!({"parent": parent}));
    }
    fields.extend(given.options.clone());
    let made = types::make(portal, &fields).map_err(|failure| failure.description)?;
    let kind = portal.kinds.get_mut(&made).ok_or("no such type")?;
    kind.user_fields = user_fields(&given.user_fields);
    kind.required.clone_from(&given.required);
    if let Stages::Own(own) = &given.stages
        && let Some(category) = kind.categories.pop()
    {
        kind.add_category(category.id, Some(own));
    }
    Ok(())
}

/// What may be changed later. What is absent stays.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Changes {
    pause_ms: Option<u64>,
    pauses: Option<HashMap<String, u64>>,
    limits: Option<Limits>,
    webhook: Option<Hook>,
    refusals: Option<Vec<Refusal>>,
    semantics: Option<String>,
}

fn settle(portal: &mut Portal, changes: Changes) {
    if let Some(pause) = changes.pause_ms {
        portal.pauses.each_ms = pause;
    }
    if let Some(pauses) = changes.pauses {
        let small = pauses.into_iter().map(|(name, ms)| (name.to_ascii_lowercase(), ms));
        portal.pauses.methods = small.collect();
    }
    if let Some(limits) = changes.limits {
        portal.limits = limits;
    }
    if let Some(mut hook) = changes.webhook {
        hook.sent = std::mem::take(&mut portal.hook.sent);
        portal.hook = hook;
    }
    if let Some(refusals) = changes.refusals {
        portal.refusals = refusals;
    }
    if let Some(semantics) = changes.semantics {
        portal.semantics = semantics;
    }
}

/// Changes a portal.
pub fn change(sandbox: &Sandbox, name: &str, changes: Changes) -> Answer {
    match sandbox.bitrix24().portals.get_mut(name) {
        Some(portal) => settle(portal, changes),
        None => return error(404, "there is no such portal"),
    }
    one(sandbox, name)
}

/// The names of all.
pub fn list(sandbox: &Sandbox) -> Answer {
    let names: Vec<String> = sandbox.bitrix24().portals.keys().cloned().collect();
    Answer::json(200, &json!({"portals": names}))
}

/// The whole state of one.
pub fn one(sandbox: &Sandbox, name: &str) -> Answer {
    let installation = sandbox.bitrix24();
    let Some(portal) = installation.portals.get(name) else {
        return error(404, "there is no such portal");
    };
    let application = installation.applications.get(name);
    Answer::json(200, &shown(portal, application))
}

fn shown(portal: &Portal, application: Option<&Application>) -> Value {
    let origin = &portal.origin;
    let types: Vec<Value> = portal
        .kinds
        .values()
        .filter(|kind| kind.entity_type > 100)
        .map(|kind| {
            let mut shown = kind.shown();
            let category = kind.categories.first();
            if let Some(shown) = shown.as_object_mut() {
                shown.insert("categoryId".into(), json!(category.map(|one| one.id)));
                let stages = category.map(|one| &one.stages).into_iter().flatten();
                let stages: Vec<Value> = stages
                    .map(|one| json!({"id": one.id, "name": one.name, "semantics": one.semantics}))
                    .collect();
                shown.insert("stages".into(), stages.into());
            }
            shown
        })
        .collect();
    let values = |kind: &i64| -> Vec<&Map<String, Value>> {
        portal.items.get(kind).into_iter().flat_map(|all| all.values()).collect()
    };
    let others = portal.items.keys().filter(|kind| **kind != DEAL);
    let items: Map<String, Value> =
        others.map(|kind| (kind.to_string(), json!(values(kind)))).collect();
    let comments: Vec<_> = portal.comments.values().map(|comment| &comment.row).collect();
    let shop = &portal.shop;
    let rows = |table: &std::collections::BTreeMap<i64, Map<String, Value>>| {
        json!(table.values().collect::<Vec<_>>())
    };
    let owners: Vec<Value> = shop
        .owners
        .iter()
        .map(|(order, (kind, id))| json!({"orderId": order, "ownerTypeId": kind, "ownerId": id}))
        .collect();
    let oauth = application.map(|one| {
        let (access, refresh) = (one.access.last(), one.refresh.last());
        json!({
            "client_id": one.client_id,
            "client_secret": one.client_secret,
            "access_token": access.map(|(token, _)| token),
            "refresh_token": refresh.map(|(token, _)| token),
            "client_endpoint": format!("{origin}/bitrix24/rest/"),
            "server_endpoint": format!("{origin}/bitrix24/rest/"),
            "token_url": format!("{origin}/bitrix24/oauth/token/"),
        })
    });
    json!({
        "name": portal.name,
        "webhook_url": format!("{origin}/bitrix24/rest/1/{}/", portal.secret),
        "application_token": portal.application_token,
        "member_id": portal.member,
        "oauth": oauth,
        "types": types,
        "deals": values(&DEAL),
        "items": items,
        "comments": comments,
        "product_rows": rows(&shop.rows),
        "payments": rows(&shop.payments),
        "payment_products": rows(&shop.products),
        "orders": rows(&shop.orders),
        "order_entities": owners,
        "handlers": rows(&shop.handlers),
        "pay_systems": rows(&shop.pay_systems),
        "calls": portal.calls,
        "events": portal.hook.sent,
    })
}

/// What may be done to an application.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Turn {
    expire: bool,
    code: bool,
    expire_codes: bool,
    wrong_client: u32,
    unpaid: Option<bool>,
}

/// Turns something in a portal's application; answers its tokens, and a code where one was asked for.
pub fn oauth(sandbox: &Sandbox, name: &str, turn: &Turn) -> Answer {
    let mut installation = sandbox.bitrix24();
    let Some(application) = installation.applications.get_mut(name) else {
        return error(404, "there is no such portal with oauth");
    };
    if turn.expire {
        application.expire(false);
    }
    let code = turn.code.then(|| application.code());
    if turn.expire_codes {
        application.expire(true);
    }
    application.wrong_client = turn.wrong_client;
    application.unpaid = turn.unpaid.unwrap_or(application.unpaid);
    let (access, refresh) = (application.access.last(), application.refresh.last());
    let (access, refresh) = (
        access.map(|(token, _)| token.clone()).unwrap_or_default(),
        refresh.map(|(token, _)| token.clone()).unwrap_or_default(),
    );
    let mut shown = oauth::pair(&sandbox.base_url, "", &access, &refresh);
    if let Some(shown) = shown.as_object_mut() {
        shown.insert("code".into(), json!(code));
    }
    Answer::json(200, &shown)
}
