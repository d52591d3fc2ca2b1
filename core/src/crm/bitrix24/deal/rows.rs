//! Lists, all pages of them. A page has 50 rows.

use serde_json::{Value, json};

use crate::crm::bitrix24::method::Method;
use crate::crm::bitrix24::reply::{Reply, number};
use crate::crm::bitrix24::session::Session;
use crate::error::Error;
use crate::fields::Fields;

/// Page by page, as the portal counts them: for lists that know no other way.
pub fn by_page(session: &Session<'_>, method: &Method, name: &str) -> Result<Vec<Fields>, Error> {
    let (mut all, mut start) = (Vec::new(), 0);
    loop {
        let mut page = method.clone();
        page.parameters.insert("start".into(), start.into());
        let reply = session.ask(&page)?;
        let rows = objects(&reply, name)?;
        let next = next(&reply, &rows)?;
        all.extend(rows);
        match next {
            Some(next) if next > start => start = next,
            Some(_) => return Err(unreadable("its pages go round in circles")),
            None => return Ok(all),
        }
    }
}

/// Items from the lowest id up, each page from the last id on: what others add or delete meanwhile moves
/// no row out of sight.
pub fn by_id(
    session: &Session<'_>,
    entity_type_id: u64,
    filter: Fields,
    select: &[&str],
) -> Result<Vec<Fields>, Error> {
    let (mut all, mut last) = (Vec::new(), 0);
    loop {
        let mut filter = filter.clone();
        filter.insert(">id".into(), last.into());
        let ask = json!({
            "entityTypeId": entity_type_id, "filter": filter, "order": { "id": "ASC" },
            "select": select, "start": 0,
        });
        let reply = session.ask(&Method::read("crm.item.list", ask))?;
        let rows = objects(&reply, "items")?;
        let next = next(&reply, &rows)?;
        for row in rows {
            match row.get("id").and_then(number) {
                Some(id) if id > last => last = id,
                _ => return Err(unreadable("its rows are not in the order asked for")),
            }
            all.push(row);
        }
        if next.is_none() {
            return Ok(all);
        }
    }
}

/// Where the next page starts. One without rows has none: it would be asked for ever.
fn next(reply: &Reply, rows: &[Fields]) -> Result<Option<u64>, Error> {
    match reply.next() {
        Some(_) if rows.is_empty() => Err(unreadable("an empty page has a next one")),
        next => Ok(next),
    }
}

/// What cannot be read is not taken for an empty list.
fn objects(reply: &Reply, name: &str) -> Result<Vec<Fields>, Error> {
    let rows = reply.rows(name).ok_or_else(|| unreadable("it has no rows"))?;
    let object = |row: &Value| row.as_object().cloned().ok_or_else(|| unreadable("a row is none"));
    rows.iter().map(object).collect()
}

/// A reading failed; nothing was changed by it.
pub fn unreadable(why: &str) -> Error {
    Error::not_done("reply_unreadable", format!("the portal's answer cannot be used: {why}"))
}
