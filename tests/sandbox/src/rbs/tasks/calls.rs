//! /recurrent/v1/task/create, modify, get, terminate, activate, batchTerminate and payment/skip.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::request::{Object, bad};
use super::{Task, TaskState};
use crate::clock;
use crate::rbs::fields::Fields;
use crate::rbs::merchants::Merchant;
use crate::rbs::refusals::Refusal;
use crate::rbs::world::World;

type Reply = Result<Map<String, Value>, Refusal>;

/// task/create.
pub fn create(world: &mut World, merchant: &Merchant, fields: &Fields) -> Reply {
    let given = object(fields, "task")?;
    let given = Object(&given);
    let needed = |name: &'static str| move || Refusal::missing(name);
    let merchant_uuid = given.text("merchantTaskUuid")?.ok_or_else(needed("merchantTaskUuid"))?;
    if merchant_uuid.chars().count() > 36 {
        return Err(bad("merchantTaskUuid"));
    }
    let same =
        |task: &Task| task.merchant == merchant.user_name && task.merchant_uuid == merchant_uuid;
    if world.tasks.iter().any(same) {
        return Err(bad("merchantTaskUuid"));
    }
    let now = clock::now();
    let mut task = Task {
        uuid: Uuid::new_v4().to_string(),
        merchant_uuid,
        merchant: merchant.user_name.clone(),
        created: now,
        amount: given.amount()?.ok_or_else(needed("amount"))?,
        currency: given.currency()?.ok_or_else(needed("currency"))?,
        means: given.means()?.ok_or_else(needed("bindingId"))?,
        client_id: given.text("clientId")?,
        params: given.object("params")?.unwrap_or_default(),
        attributes: given.object("attributes")?.unwrap_or_default(),
        schedule: given.schedule()?.ok_or_else(needed("scheduleData"))?,
        state: TaskState::Created,
        next_number: 1,
        next_uuid: Uuid::new_v4().to_string(),
        skipped: BTreeSet::new(),
        attempts: Vec::new(),
        last_payment: None,
    };
    if task.schedule.till < now {
        return Err(bad("scheduledTill"));
    }
    task.settle();
    let reply = answer(&task);
    world.tasks.push(task);
    Ok(reply)
}

/// task/modify: what is not sent stays.
pub fn modify(world: &mut World, merchant: &Merchant, fields: &Fields) -> Reply {
    let given = object(fields, "task")?;
    let given = Object(&given);
    let identifier = object(fields, "taskIdentifier")?;
    let task = find(world, merchant, &identifier)?;
    if !matches!(task.state, TaskState::Created | TaskState::Active | TaskState::Failed) {
        return Err(Refusal::wrong_state());
    }
    // All or nothing: the copy is put back when every field is good.
    let mut changed = task.clone();
    changed.amount = given.amount()?.unwrap_or(changed.amount);
    changed.currency = given.currency()?.unwrap_or(changed.currency);
    changed.means = given.means()?.unwrap_or(changed.means);
    changed.client_id = given.text("clientId")?.or(changed.client_id);
    changed.params = given.object("params")?.unwrap_or(changed.params);
    changed.attributes = given.object("attributes")?.unwrap_or(changed.attributes);
    changed.schedule = given.schedule()?.unwrap_or(changed.schedule);
    if changed.schedule.till < clock::now() {
        return Err(bad("scheduledTill"));
    }
    changed.settle();
    *task = changed;
    Ok(answer(task))
}

/// task/get: with every try.
pub fn get(world: &mut World, merchant: &Merchant, fields: &Fields) -> Reply {
    let task = find(world, merchant, &object(fields, "taskIdentifier")?)?;
    Ok(Map::from_iter([("task".to_owned(), Value::Object(task.whole()))]))
}

/// task/terminate.
pub fn terminate(world: &mut World, merchant: &Merchant, fields: &Fields) -> Reply {
    let task = find(world, merchant, &object(fields, "taskIdentifier")?)?;
    stop(task)?;
    Ok(answer(task))
}

/// task/activate: a task that waits, failed or was stopped goes on.
pub fn activate(world: &mut World, merchant: &Merchant, fields: &Fields) -> Reply {
    let task = find(world, merchant, &object(fields, "taskIdentifier")?)?;
    let able = matches!(task.state, TaskState::Created | TaskState::Failed | TaskState::Terminated);
    if !able || task.schedule.till < clock::now() {
        return Err(Refusal::wrong_state());
    }
    task.state = TaskState::Active;
    Ok(answer(task))
}

/// task/batchTerminate: all of them, or none when one cannot be stopped.
pub fn terminate_all(world: &mut World, merchant: &Merchant, fields: &Fields) -> Reply {
    // The table and the example spell it differently.
    let name = if fields.get("tasksIdentifiers").is_some() {
        "tasksIdentifiers"
    } else {
        "taskIdentifiers"
    };
    let Some(Value::Array(identifiers)) = fields.json(name).map_err(|_| bad(name))? else {
        return Err(Refusal::missing("taskIdentifiers"));
    };
    let mut uuids = Vec::new();
    for identifier in &identifiers {
        let identifier = identifier.as_object().ok_or_else(|| bad(name))?;
        let task = find(world, merchant, identifier)?;
        stop(&mut task.clone())?;
        uuids.push(task.uuid.clone());
    }
    let mut tasks = Vec::new();
    for task in world.tasks.iter_mut().filter(|task| uuids.contains(&task.uuid)) {
        stop(task)?;
        tasks.push(json!(task.brief()));
    }
    Ok(Map::from_iter([("tasks".to_owned(), Value::Array(tasks))]))
}

/// payment/skip: a payment that has not been made will not be.
pub fn skip(world: &mut World, merchant: &Merchant, fields: &Fields) -> Reply {
    let number = fields.get("paymentNumber").ok_or_else(|| Refusal::missing("paymentNumber"))?;
    let number: u32 = number.parse().map_err(|_| bad("paymentNumber"))?;
    let task = find(world, merchant, &object(fields, "taskIdentifier")?)?;
    if task.next_payment().is_none() {
        return Err(Refusal::wrong_state());
    }
    if number < task.next_number || task.schedule.moment(number).is_none() {
        return Err(bad("paymentNumber"));
    }
    task.skipped.insert(number);
    task.settle();
    Ok(answer(task))
}

fn stop(task: &mut Task) -> Result<(), Refusal> {
    use TaskState::{Active, Created, Failed, Terminated};
    if !matches!(task.state, Created | Active | Failed) {
        return Err(Refusal::wrong_state());
    }
    task.state = Terminated;
    Ok(())
}

fn answer(task: &Task) -> Map<String, Value> {
    Map::from_iter([("task".to_owned(), Value::Object(task.brief()))])
}

fn object(fields: &Fields, name: &str) -> Result<Map<String, Value>, Refusal> {
    match fields.json(name) {
        Ok(Some(Value::Object(object))) => Ok(object),
        Ok(None) => Err(Refusal::missing(name)),
        _ => Err(bad(name)),
    }
}

/// By `taskUuid`, or by `merchantTaskUuid` of a merchant; somebody else's is not found.
fn find<'a>(
    world: &'a mut World,
    merchant: &Merchant,
    identifier: &Map<String, Value>,
) -> Result<&'a mut Task, Refusal> {
    let identifier = Object(identifier);
    let (uuid, own) = (identifier.text("taskUuid")?, identifier.text("merchantTaskUuid")?);
    if uuid.is_none() && own.is_none() {
        return Err(Refusal::missing("taskUuid"));
    }
    if identifier.text("merchantLogin")?.is_some_and(|login| login != merchant.user_name) {
        return Err(Refusal::access_denied());
    }
    let unknown = || Refusal::new(6, "Task not found", "Задача не найдена");
    let task = world.tasks.iter_mut().find(|task| {
        let named = match (&uuid, &own) {
            (Some(uuid), _) => task.uuid == *uuid,
            (None, Some(own)) => task.merchant_uuid == *own,
            (None, None) => false,
        };
        named && task.merchant == merchant.user_name
    });
    let task = task.ok_or_else(unknown)?;
    task.pass(clock::now());
    Ok(task)
}
