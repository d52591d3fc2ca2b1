//! The smart-process item that stands for the payment. Nothing in the portal is unique: whoever added
//! one looks again, the lowest id stays, and each takes back only what it added itself.

use serde_json::{Map, Number, Value, json};

use super::kind::ItemKind;
use super::portal_deal::{is_missing, money};
use super::rows::{self, unreadable};
use super::written::after;
use crate::crm::bitrix24::method::Method;
use crate::crm::bitrix24::reply::{Reply, number};
use crate::crm::bitrix24::session::Session;
use crate::error::{Error, Kind};
use crate::fields::{self, Fields};
use crate::flow::Pauses;
use crate::money::{Amount, Currency};

/// The field that ties an item to its deal.
pub const PARENT: &str = "parentId2";

/// What a list of items tells of each.
const SELECT: [&str; 8] =
    ["id", "xmlId", "title", "categoryId", "stageId", "opportunity", "currencyId", PARENT];

/// An item.
#[derive(Clone, Debug)]
pub struct Item {
    /// Its id.
    pub id: u64,
    /// Its external key; empty where it has none.
    pub xml_id: String,
    /// The deal it is linked to.
    pub deal_id: Option<u64>,
    /// `DT1220_30:NEW`; none in a type without stages.
    pub stage_id: Option<String>,
    /// Its pipeline.
    pub category_id: Option<u64>,
    /// Its sum, where it can be read in its currency.
    pub amount: Option<Amount>,
    /// Its currency, where there is such a one.
    pub currency: Option<Currency>,
    /// All that was told of it. A list tells less than an item by its id.
    pub fields: Fields,
}

/// The item that there should be.
pub struct Wanted<'a> {
    /// The smart process.
    pub entity_type_id: u64,
    /// Its external key.
    pub xml_id: &'a str,
    /// The deal to link it to.
    pub deal_id: Option<u64>,
    /// Its title.
    pub title: &'a str,
    /// Its sum; left out in a type without sums.
    pub amount: Amount,
    /// Its pipeline; the type's default if none.
    pub category_id: Option<u64>,
    /// Its own fields, by name.
    pub stored: Fields,
}

/// The item that there is.
pub struct Found {
    /// Of all with the key, the one of the lowest id.
    pub item: Item,
    /// It was certainly added by this very call, which may take it back.
    pub added: bool,
    /// Others with the key, which another run left: nobody's to delete here.
    pub duplicates: Vec<u64>,
}

/// The items with exactly this key, the lowest id first. The portal's own comparison knows no case.
pub fn find(session: &Session<'_>, entity_type_id: u64, xml_id: &str) -> Result<Vec<Item>, Error> {
    let filter = Fields::from_iter([("=xmlId".to_owned(), xml_id.into())]);
    let mut items = list(session, entity_type_id, filter, &[])?;
    items.retain(|item| item.xml_id == xml_id);
    Ok(items)
}

/// The items that are linked to this deal, the lowest id first, with these fields of their own beside
/// the usual ones.
pub fn of_deal(
    session: &Session<'_>,
    entity_type_id: u64,
    deal_id: u64,
    own: &[&str],
) -> Result<Vec<Item>, Error> {
    let filter = Fields::from_iter([(format!("={PARENT}"), deal_id.into())]);
    let mut items = list(session, entity_type_id, filter, own)?;
    items.retain(|item| item.deal_id == Some(deal_id));
    Ok(items)
}

/// The item by its id, with all its fields; none where there is none.
pub fn get(session: &Session<'_>, entity_type_id: u64, id: u64) -> Result<Option<Item>, Error> {
    let ask = json!({ "entityTypeId": entity_type_id, "id": id });
    let reply = match session.ask(&Method::read("crm.item.get", ask)) {
        Ok(reply) => reply,
        Err(error) if is_missing(&error) => return Ok(None),
        Err(error) => return Err(error),
    };
    let item = item_of(&reply).filter(|item| item.id == id);
    item.map(Some).ok_or_else(|| unreadable("it is not the item asked for"))
}

/// Finds it by its key, or adds it.
pub fn find_or_add(
    session: &Session<'_>,
    kind: &ItemKind,
    wanted: &Wanted<'_>,
) -> Result<Found, Error> {
    match lowest(find(session, wanted.entity_type_id, wanted.xml_id)?) {
        Some((item, duplicates)) => Ok(Found { item, added: false, duplicates }),
        None => add(session, kind, wanted),
    }
}

/// Adds it and converges with whoever did the same. After a lost answer it is looked for by its key, for
/// as long as there is time; nothing is added twice.
pub fn add(session: &Session<'_>, kind: &ItemKind, wanted: &Wanted<'_>) -> Result<Found, Error> {
    let ask = json!({
        "entityTypeId": wanted.entity_type_id, "fields": wanted.fields(kind),
    });
    let lost = match session.ask(&Method::write("crm.item.add", ask)) {
        Ok(reply) => match item_of(&reply) {
            Some(own) => return converge(session, wanted, own),
            None => Error::outcome_unknown("reply_unreadable", "the portal names no item"),
        },
        Err(error) if error.kind == Kind::OutcomeUnknown => error,
        Err(error) => return Err(error),
    };
    let mut pauses = Pauses::new();
    loop {
        // Whose it is cannot be told: nothing is deleted.
        let found = find(session, wanted.entity_type_id, wanted.xml_id);
        match found.map(lowest) {
            Ok(Some((item, duplicates))) => return Ok(Found { item, added: false, duplicates }),
            Ok(None) | Err(_) if session.left().is_zero() => {
                let mut error = lost;
                error.message = format!(
                    "whether the item was added is not known ({}): the same call may be repeated",
                    error.message
                );
                error.advice = "repeat";
                return Err(error);
            }
            Ok(None) | Err(_) => {}
        }
        let pause = pauses.next(session.left(), None);
        session.call().clock.sleep(pause).map_err(after)?;
    }
}

/// Of two that were added at once the lower id stays; ours goes if it is not that.
fn converge(session: &Session<'_>, wanted: &Wanted<'_>, own: Item) -> Result<Found, Error> {
    let own_id = own.id;
    let mut all = find(session, wanted.entity_type_id, wanted.xml_id).map_err(after)?;
    if all.iter().all(|item| item.id != own_id) {
        // The list may lag behind; a key that the portal changed would never be found again.
        let stands = get(session, wanted.entity_type_id, own_id).map_err(after)?;
        match stands {
            Some(item) if item.xml_id == wanted.xml_id => all.push(item),
            Some(_) => {
                delete(session, wanted.entity_type_id, own_id).map_err(after)?;
                return Err(Error::refused(
                    "xml_id_changed",
                    "the portal keeps the item's key otherwise than it was sent: \
                     choose a plain xml_id of ASCII letters, digits and signs",
                ));
            }
            None => {
                return Err(Error::outcome_unknown(
                    "item_gone",
                    format!("item {own_id} was added and is gone: somebody else deleted it"),
                ));
            }
        }
        all.sort_by_key(|item| item.id);
    }
    let Some((item, mut duplicates)) = lowest(all) else {
        return Err(after(unreadable("the item just added is not listed")));
    };
    let added = item.id == own_id;
    if !added {
        delete(session, wanted.entity_type_id, own_id).map_err(after)?;
        duplicates.retain(|id| *id != own_id);
    }
    Ok(Found { item, added, duplicates })
}

/// Writes what differs, and gives the item as it stands then. Setting a field twice is setting it once:
/// after a lost answer it is read back and repeated, for as long as there is time.
pub fn update(
    session: &Session<'_>,
    entity_type_id: u64,
    id: u64,
    fields: &Fields,
) -> Result<Item, Error> {
    let gone = || Error::refused("not_found", format!("item {id} is gone"));
    let mut lost: Option<Error> = None;
    let mut pauses = Pauses::new();
    loop {
        let now = get(session, entity_type_id, id).and_then(|item| item.ok_or_else(gone));
        let now = now.map_err(|error| if lost.is_some() { after(error) } else { error })?;
        let differing = now.differing(fields);
        if differing.is_empty() {
            return Ok(now);
        }
        if let Some(error) = &lost {
            if session.left().is_zero() {
                return Err(error.clone());
            }
            session.call().clock.sleep(pauses.next(session.left(), None)).map_err(after)?;
        }
        let ask = json!({ "entityTypeId": entity_type_id, "id": id, "fields": differing });
        match session.ask(&Method::write("crm.item.update", ask)) {
            Ok(_) => {
                let now = get(session, entity_type_id, id).and_then(|item| item.ok_or_else(gone));
                return now.map_err(after);
            }
            Err(error) if error.kind == Kind::OutcomeUnknown => lost = Some(error),
            Err(error) => return Err(if lost.is_some() { after(error) } else { error }),
        }
    }
}

/// Takes an item back. That it is gone already is as good.
pub fn delete(session: &Session<'_>, entity_type_id: u64, id: u64) -> Result<(), Error> {
    let (mut pauses, mut lost) = (Pauses::new(), false);
    loop {
        let ask = json!({ "entityTypeId": entity_type_id, "id": id });
        let error = match session.ask(&Method::write("crm.item.delete", ask)) {
            Ok(_) => return Ok(()),
            Err(error) if is_missing(&error) => return Ok(()),
            Err(error) => error,
        };
        // Deleting twice is deleting once.
        if error.kind != Kind::OutcomeUnknown || session.left().is_zero() {
            return Err(if lost { after(error) } else { error });
        }
        lost = true;
        session.call().clock.sleep(pauses.next(session.left(), None)).map_err(after)?;
    }
}

impl Wanted<'_> {
    fn fields(&self, kind: &ItemKind) -> Fields {
        let mut fields = self.stored.clone();
        fields.insert("title".into(), self.title.into());
        fields.insert("xmlId".into(), self.xml_id.into());
        if let Some(deal_id) = self.deal_id {
            fields.insert(PARENT.into(), deal_id.into());
        }
        if kind.has_sum {
            fields.insert("opportunity".into(), as_number(self.amount));
            fields.insert("currencyId".into(), self.amount.currency.code.into());
            // Else the sum would follow the item's products.
            fields.insert("isManualOpportunity".into(), "Y".into());
        }
        if let Some(category_id) = self.category_id {
            fields.insert("categoryId".into(), category_id.into());
        }
        fields
    }
}

impl Item {
    /// From a row; none where it has no id.
    pub fn read(row: &Fields) -> Option<Item> {
        let (amount, currency) = money(row);
        Some(Item {
            id: row.get("id").and_then(number)?,
            xml_id: row.get("xmlId").and_then(fields::text).unwrap_or_default(),
            // 0 is none.
            deal_id: row.get(PARENT).and_then(number).filter(|id| *id > 0),
            stage_id: row.get("stageId").and_then(fields::text),
            category_id: row.get("categoryId").and_then(number),
            amount,
            currency,
            fields: row.clone(),
        })
    }

    /// Those of the fields that stand otherwise in the item.
    pub fn differing(&self, fields: &Fields) -> Fields {
        let same = |name: &String, value: &Value| {
            let text = |value: &Value| fields::text(value).unwrap_or_default();
            self.fields.get(name).map(text).unwrap_or_default() == text(value)
        };
        let differs = fields.iter().filter(|(name, value)| !same(name, value));
        differs.map(|(name, value)| (name.clone(), value.clone())).collect()
    }
}

/// A sum as a JSON number, exactly.
pub fn as_number(amount: Amount) -> Value {
    let text = amount.to_string();
    text.parse::<Number>().map_or(Value::String(text), Value::Number)
}

fn lowest(items: Vec<Item>) -> Option<(Item, Vec<u64>)> {
    let mut items = items.into_iter();
    let first = items.next()?;
    Some((first, items.map(|item| item.id).collect()))
}

fn list(
    session: &Session<'_>,
    entity_type_id: u64,
    filter: Map<String, Value>,
    own: &[&str],
) -> Result<Vec<Item>, Error> {
    let select = [&SELECT, own].concat();
    let rows = rows::by_id(session, entity_type_id, filter, &select)?;
    Ok(rows.iter().filter_map(Item::read).collect())
}

fn item_of(reply: &Reply) -> Option<Item> {
    Item::read(reply.object("item")?)
}
