//! Recurring tasks and templates: what the clock and the merchant's cabinet would do.

use serde::Deserialize;
use serde_json::{Value, json};

use super::error;
use crate::exchange::Answer;
use crate::rbs::merchants::Merchant;
use crate::rbs::refusals::Refusal;
use crate::rbs::tasks::payment::make_next;
use crate::rbs::templates::static_codes;
use crate::rbs::world::World;
use crate::sandbox::Sandbox;

/// `do` of a task: `pay_next`, or `fail_next` with an action code.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaskAct {
    r#do: String,
    action_code: Option<i64>,
}

/// `do` of a template: `offer` puts an order onto a cash link, `delete` is the cabinet's button.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TemplateAct {
    r#do: String,
    order_id: Option<String>,
}

/// `GET /sandbox/tasks`, oldest first.
pub fn list(sandbox: &Sandbox) -> Answer {
    let world = sandbox.world();
    let tasks: Vec<Value> = world.tasks.iter().map(|task| json!(task.whole())).collect();
    Answer::json(200, &json!({"tasks": tasks}))
}

/// `POST /sandbox/tasks/<taskUuid>/act`: answers the task as it is afterwards.
pub fn act(sandbox: &Sandbox, uuid: &str, act: &TaskAct) -> Answer {
    let refuse = match act.r#do.as_str() {
        "pay_next" => None,
        "fail_next" => Some(act.action_code.unwrap_or(116)),
        _ => return error(400, "do: expected pay_next or fail_next"),
    };
    let mut world = sandbox.world();
    if let Err(refusal) = make_next(&mut world, uuid, refuse) {
        return refused(&refusal);
    }
    match world.tasks.iter().find(|task| task.uuid == uuid) {
        Some(task) => Answer::json(200, &json!(task.whole())),
        None => error(404, "there is no such task"),
    }
}

/// `POST /sandbox/templates/<templateId>/act`, for static QR codes.
pub fn act_on_template(sandbox: &Sandbox, id: &str, act: &TemplateAct) -> Answer {
    let mut world = sandbox.world();
    let Some(merchant) = merchant_of(&world, id) else {
        return error(404, "there is no such template");
    };
    let order_id = act.order_id.as_deref().unwrap_or_default();
    let done = match act.r#do.as_str() {
        "offer" => static_codes::offer(&mut world, &merchant, id, order_id),
        "delete" => Ok(static_codes::delete(&mut world, id)),
        _ => return error(400, "do: expected offer or delete"),
    };
    match done {
        Ok(value) => Answer::json(200, &value),
        Err(refusal) => refused(&refusal),
    }
}

fn merchant_of(world: &World, template: &str) -> Option<Merchant> {
    world.merchant(&world.templates.codes.get(template)?.merchant).cloned()
}

fn refused(refusal: &Refusal) -> Answer {
    Answer::json(409, &json!({"error": refusal.text("en"), "code": refusal.code}))
}
