//! templates/create.do, get.do, update.do, getList.do: payment links.

use serde_json::{Map, Value, json};

use super::link_terms::{bad, check, moment, overlay};
use super::{fresh_id, picture_size};
use crate::clock;
use crate::rbs::fields::Fields;
use crate::rbs::merchants::Merchant;
use crate::rbs::orders::State;
use crate::rbs::refusals::Refusal;
use crate::rbs::sbp::rendered;
use crate::rbs::world::World;

type Object = Map<String, Value>;

/// A payment link.
#[derive(Clone, Debug)]
pub struct Link {
    /// Login of its merchant.
    pub merchant: String,
    /// ACTIVE, INACTIVE or DELETE.
    pub status: &'static str,
    /// What was said of it, by the gateway's names.
    pub terms: Object,
    /// `mdOrder` of every order that was registered from it.
    pub orders: Vec<String>,
}

impl Link {
    /// Whether a buyer may pay from it now.
    pub fn is_open(&self, world: &World, zone: i64) -> bool {
        let now = clock::now();
        let started = moment(&self.terms, "startDate", zone).is_none_or(|start| start <= now);
        let over = moment(&self.terms, "endDate", zone).is_some_and(|end| end <= now);
        let paid = |id: &String| {
            let order = world.orders.get(id);
            order.is_some_and(|order| !order.state.is_open() && order.state != State::Declined)
        };
        let used =
            self.terms.get("singlePayment") == Some(&json!(true)) && self.orders.iter().any(paid);
        self.status == "ACTIVE" && started && !over && !used
    }
}

/// templates/create.do.
pub fn create(world: &mut World, merchant: &Merchant, fields: &Fields) -> Result<Object, Refusal> {
    let zone = merchant.settings.time_zone_hours;
    let given = template(fields)?;
    let mut terms = Object::new();
    overlay(&mut terms, &given, zone)?;
    check(&terms, zone)?;
    let link =
        Link { merchant: merchant.user_name.clone(), status: "ACTIVE", terms, orders: Vec::new() };
    let id = fresh_id();
    let shown = brief(world, &id, &link, link.terms.get("qrTemplate"))?;
    world.templates.links.insert(id, link);
    Ok(answer(shown))
}

/// templates/get.do.
pub fn get(world: &mut World, merchant: &Merchant, fields: &Fields) -> Result<Object, Refusal> {
    let given = template(fields)?;
    let (id, link) = find(world, merchant, &given)?;
    let look = given.get("qrTemplate").or(link.terms.get("qrTemplate"));
    Ok(answer(whole(world, &id, &link, look)?))
}

/// templates/update.do: what is not sent stays.
pub fn update(world: &mut World, merchant: &Merchant, fields: &Fields) -> Result<Object, Refusal> {
    let zone = merchant.settings.time_zone_hours;
    let given = template(fields)?;
    let (id, mut link) = find(world, merchant, &given)?;
    if link.status == "DELETE" {
        return Err(bad("templateId"));
    }
    overlay(&mut link.terms, &given, zone)?;
    for (flag, name) in [("isFreeAmount", "amount"), ("isIndefinite", "endDate")] {
        match given.get(flag) {
            Some(Value::Bool(true)) if given.contains_key(name) => return Err(bad(flag)),
            Some(Value::Bool(true)) => drop(link.terms.remove(name)),
            None | Some(Value::Bool(false) | Value::Null) => {}
            Some(_) => return Err(bad(flag)),
        }
    }
    check(&link.terms, zone)?;
    link.status = match given.get("status").and_then(Value::as_str) {
        None => link.status,
        Some("ACTIVE") => "ACTIVE",
        Some("INACTIVE") => "INACTIVE",
        Some("DELETE") => "DELETE",
        Some(_) => return Err(bad("status")),
    };
    let shown = brief(world, &id, &link, link.terms.get("qrTemplate"))?;
    world.templates.links.insert(id, link);
    Ok(answer(shown))
}

/// templates/getList.do: the merchant's links, of one status if asked.
pub fn list(world: &mut World, merchant: &Merchant, fields: &Fields) -> Result<Object, Refusal> {
    if fields.get("merchant_login").is_some_and(|login| login != merchant.user_name) {
        return Err(Refusal::access_denied());
    }
    let status = fields.get("status");
    if status.is_some_and(|name| !["ACTIVE", "INACTIVE", "DELETE"].contains(&name)) {
        return Err(bad("status"));
    }
    let look = fields.json("qrTemplate").map_err(|_| bad("qrTemplate"))?;
    let mut templates = Vec::new();
    for (id, link) in &world.templates.links {
        let own = link.merchant == merchant.user_name;
        if own && status.is_none_or(|status| link.status == status) {
            templates.push(Value::Object(whole(world, id, link, look.as_ref())?));
        }
    }
    Ok(Object::from_iter([("templates".to_owned(), Value::Array(templates))]))
}

fn template(fields: &Fields) -> Result<Object, Refusal> {
    match fields.json("template") {
        Ok(Some(Value::Object(template))) => Ok(template),
        Ok(None) => Err(Refusal::missing("template")),
        _ => Err(bad("template")),
    }
}

fn find(world: &World, merchant: &Merchant, given: &Object) -> Result<(String, Link), Refusal> {
    let id = given.get("templateId").and_then(Value::as_str).unwrap_or_default();
    if id.is_empty() {
        return Err(Refusal::missing("templateId"));
    }
    let link = world.templates.links.get(id).cloned();
    let link = link.filter(|link| link.merchant == merchant.user_name);
    let unknown = || Refusal::new(6, "Template not found", "Шаблон не найден");
    link.map(|link| (id.to_owned(), link)).ok_or_else(unknown)
}

fn answer(template: Object) -> Object {
    Object::from_iter([("template".to_owned(), Value::Object(template))])
}

/// Id, state, and the link itself, drawn where a size is known.
fn brief(world: &World, id: &str, link: &Link, look: Option<&Value>) -> Result<Object, Refusal> {
    let payload = format!("{}/payment/link/{id}", world.base_url);
    let size = picture_size(look).map_err(|()| bad("qrTemplate"))?;
    let mut code = Object::new();
    if let Some(size) = size {
        code.insert("renderedQr".into(), rendered(&payload, size, false));
    }
    code.insert("payload".into(), json!(payload));
    let mut shown = Object::new();
    shown.insert("templateId".into(), json!(id));
    shown.insert("status".into(), json!(link.status));
    shown.insert("qrTemplate".into(), Value::Object(code));
    Ok(shown)
}

/// The same with everything that was said of the link.
fn whole(world: &World, id: &str, link: &Link, look: Option<&Value>) -> Result<Object, Refusal> {
    let mut shown = link.terms.clone();
    shown.extend(brief(world, id, link, look)?);
    Ok(shown)
}
