//! `bitrix24.list`: all rows of a list method, page by page. `total` is not believed; ids that come twice,
//! because rows moved between two pages, stand in the reply once.
//! Facts: docs/gateways/bitrix24.md, "Paging".

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::method::Method;
use super::reply::{self, Reply};
use super::session::Session;
use super::tables::mistakes;
use super::{call, native, tables};
use crate::error::{Error, Kind};
use crate::fields::{self, Fields};
use crate::http::Effect;

/// The portal's page.
const PAGE: usize = 50;

/// What the portal cannot page by id: no filter by `>id`, or no pages at all.
const NOT_FAST: [&str; 8] = [
    "crm.timeline.comment.list",
    "crm.status.list",
    "crm.orderentity.list",
    "crm.item.payment.list",
    "crm.item.payment.product.list",
    "sale.paysystem.list",
    "sale.paysystem.handler.list",
    "event.offline.list",
];

/// Whose rows have their id in lower case; the older methods have upper case.
const LOWER: [&str; 4] = ["crm.item.", "crm.type.", "crm.category.", "sale."];

/// What is asked.
struct Asked {
    method: String,
    parameters: Fields,
    id_field: String,
    most: usize,
}

/// What was read so far.
struct Rows {
    rows: Vec<Value>,
    seen: HashSet<String>,
    id_field: String,
}

/// How it ended, and where to go on.
type End = (bool, Value);

pub fn perform(session: &Session<'_>, given: &Fields) -> Result<Fields, Error> {
    let given = native::checked(&tables::LIST, given)?;
    let method = call::name(&given, "method")?;
    let known = tables::of(&method);
    let reads = known
        .map_or(method.to_ascii_lowercase().ends_with(".list"), |row| row.effect == Effect::Read);
    if !reads {
        return Err(Error::invalid("method", "expected a list method like \"crm.item.list\""));
    }
    call::application_only(session, &method, "method")?;
    let parameters = native::object(&given, "parameters")?;
    mistakes::look(&method, &parameters, "parameters.")?;
    let number = |field: &str| given.get(field).and_then(reply::number);
    let most = match number("max_rows").unwrap_or(5000) {
        0 => return Err(Error::invalid("max_rows", "expected 1 or more")),
        most => usize::try_from(most).unwrap_or(usize::MAX),
    };
    let id_field = match given.get("id_field").and_then(Value::as_str) {
        Some(name) => name.to_owned(),
        None => of(&method).to_owned(),
    };
    let session = session.patient(number("timeout_ms"))?;
    let asked = Asked { method, parameters, id_field: id_field.clone(), most };
    let mut rows = Rows { rows: Vec::new(), seen: HashSet::new(), id_field };
    let (complete, next) = match given.get("mode").and_then(Value::as_str) {
        None | Some("pages") => pages(&session, &asked, &mut rows)?,
        Some("fast") => fast(&session, &asked, &mut rows)?,
        Some(_) => return Err(Error::invalid("mode", "expected pages or fast")),
    };
    Ok(Fields::from_iter([
        ("rows".to_owned(), Value::Array(rows.rows)),
        ("complete".to_owned(), complete.into()),
        ("next".to_owned(), next),
    ]))
}

fn of(method: &str) -> &'static str {
    let method = method.to_ascii_lowercase();
    let lower = LOWER.iter().any(|it| method.starts_with(it));
    if lower && !method.starts_with("sale.paysystem.") { "id" } else { "ID" }
}

/// By `start` and `next`.
fn pages(session: &Session<'_>, asked: &Asked, rows: &mut Rows) -> Result<End, Error> {
    let mut start = match asked.parameters.get("start").filter(|start| !start.is_null()) {
        None => 0,
        Some(start) => reply::number(start).ok_or_else(|| {
            let says = "expected 0 or more: without counting there are no pages";
            Error::invalid("parameters.start", says)
        })?,
    };
    let (mut total, mut shrank) = (None, false);
    loop {
        let mut parameters = asked.parameters.clone();
        parameters.insert("start".into(), start.into());
        let reply = match ask(session, asked, parameters, rows)? {
            Some(reply) => reply,
            None => return Ok((false, start.into())),
        };
        let page = page(&reply)?;
        let before = rows.rows.len();
        let fitted = rows.take(page, asked.most);
        let next = reply.next();
        // Rows that were deleted meanwhile pull others onto pages that were read before.
        shrank |= reply.total().zip(total).is_some_and(|(now, before)| now < before);
        total = reply.total().or(total);
        if !fitted {
            // The same page again, so that no row of it is lost.
            return Ok((false, start.into()));
        }
        match next {
            None => return Ok((!shrank, Value::Null)),
            Some(_) if page.is_empty() => return Ok((!shrank, Value::Null)),
            // It leads nowhere, or to what was read before: nobody can say whether that was all.
            Some(next) if next <= start || rows.rows.len() == before => {
                return Ok((false, Value::Null));
            }
            Some(next) if rows.rows.len() >= asked.most || session.left().is_zero() => {
                return Ok((false, next.into()));
            }
            Some(next) => start = next,
        }
    }
}

/// By id, upwards, without counting.
fn fast(session: &Session<'_>, asked: &Asked, rows: &mut Rows) -> Result<End, Error> {
    let method = asked.method.to_ascii_lowercase();
    if NOT_FAST.contains(&method.as_str()) {
        return Err(Error::invalid("mode", "expected pages: this method cannot be read by id"));
    }
    let name = |ours: &str| {
        let mut names = asked.parameters.keys();
        names.find(|name| name.eq_ignore_ascii_case(ours)).cloned().unwrap_or(ours.to_owned())
    };
    let (filter, order, select) = (name("filter"), name("order"), name("select"));
    for (field, given) in [("order", &order), ("start", &name("start"))] {
        if asked.parameters.get(given).is_some_and(|value| !value.is_null()) {
            let says = format!("{field} is given by mode fast");
            return Err(Error::invalid(format!("parameters.{given}"), says));
        }
    }
    let id = &asked.id_field;
    let selects = match asked.parameters.get(&select) {
        Some(Value::Array(names)) => {
            names.is_empty() || names.iter().any(|it| it == id || it == "*")
        }
        Some(Value::String(one)) => one == id || one == "*",
        _ => true,
    };
    if !selects {
        let says = format!("expected {id} among them: mode fast goes by it");
        return Err(Error::invalid(format!("parameters.{select}"), says));
    }
    let mut conditions = native::object(&asked.parameters, &filter).map_err(|mut error| {
        error.field = Some(format!("parameters.{filter}"));
        error
    })?;
    let above = format!(">{id}");
    let mut last = match conditions.get(&above).filter(|from| !from.is_null()) {
        None => 0,
        Some(from) => reply::number(from).ok_or_else(|| {
            Error::invalid(format!("parameters.{filter}.{above}"), "expected an id: 0 or more")
        })?,
    };
    loop {
        conditions.insert(above.clone(), last.into());
        let mut parameters = asked.parameters.clone();
        parameters.insert(filter.clone(), Value::Object(conditions.clone()));
        parameters.insert(order.clone(), json!({ id: "ASC" }));
        parameters.insert("start".into(), json!(-1));
        let Some(reply) = ask(session, asked, parameters, rows)? else {
            return Ok((false, last.into()));
        };
        let page = page(&reply)?;
        let mut highest = last;
        for row in page {
            let Some(number) = rows.id_of(row).and_then(|id| id.parse::<u64>().ok()) else {
                let says =
                    format!("its rows have no {id} that is a number: give id_field, or mode pages");
                return Err(Error::refused("not_supported", says));
            };
            // Lower ones, or not in their order: the filter or the order was ignored.
            if number <= highest {
                let says = "the method does not follow filter and order by id: use mode pages";
                return Err(Error::refused("not_supported", says));
            }
            highest = number;
            if rows.rows.len() >= asked.most {
                return Ok((false, last.into()));
            }
            rows.rows.push(row.clone());
            last = number;
        }
        if page.len() < PAGE {
            return Ok((true, Value::Null));
        }
        if rows.rows.len() >= asked.most || session.left().is_zero() {
            return Ok((false, last.into()));
        }
    }
}

/// One page; none where the portal was too busy for longer than the caller waits, and there are rows.
fn ask(
    session: &Session<'_>,
    asked: &Asked,
    parameters: Fields,
    rows: &Rows,
) -> Result<Option<Reply>, Error> {
    let method = Method { name: asked.method.clone(), parameters, effect: Effect::Read };
    match session.ask(&method) {
        Ok(reply) => Ok(Some(reply)),
        Err(error) if error.kind == Kind::NotDone && !rows.rows.is_empty() => Ok(None),
        Err(error) => Err(error),
    }
}

/// The list in a result: the result itself, or the one list in it.
fn page(reply: &Reply) -> Result<&Vec<Value>, Error> {
    let none = || native::unusable(Effect::Read, "the portal's answer has no list, or several");
    match reply.result() {
        Value::Array(rows) => Ok(rows),
        Value::Object(fields) => {
            let mut lists = fields.values().filter_map(Value::as_array);
            match (lists.next(), lists.next()) {
                (Some(rows), None) => Ok(rows),
                _ => Err(none()),
            }
        }
        _ => Err(none()),
    }
}

impl Rows {
    /// Takes a page's new rows; whether all of them fitted.
    fn take(&mut self, page: &[Value], most: usize) -> bool {
        for row in page {
            // Rows without an id cannot be told apart but by all that they say.
            let id = self.id_of(row).unwrap_or_else(|| row.to_string());
            if self.seen.contains(&id) {
                continue;
            }
            if self.rows.len() >= most {
                return false;
            }
            self.seen.insert(id);
            self.rows.push(row.clone());
        }
        true
    }

    /// A row's id, in whatever case its name is written.
    fn id_of(&self, row: &Value) -> Option<String> {
        let row: &Map<String, Value> = row.as_object()?;
        fields::find(row, &self.id_field).and_then(fields::scalar)
    }
}
