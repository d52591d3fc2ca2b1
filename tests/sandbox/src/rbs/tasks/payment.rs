//! The next payment of a task: an order that the gateway registers and pays itself.

use uuid::Uuid;

use super::{Attempt, Means, Task, TaskState};
use crate::clock;
use crate::rbs::cards::Behaviour;
use crate::rbs::merchants::Merchant;
use crate::rbs::orders::{State, Terms};
use crate::rbs::own_orders::register;
use crate::rbs::payments::three_ds::Leg;
use crate::rbs::payments::{self, Instrument};
use crate::rbs::refusals::Refusal;
use crate::rbs::sbp::subscriptions;
use crate::rbs::world::World;

/// Action code of a payment from a binding that does not work.
const NO_BINDING: i64 = 116;

/// Makes the next payment whatever the date; with an action code the bank refuses it.
pub fn make_next(world: &mut World, uuid: &str, refuse: Option<i64>) -> Result<(), Refusal> {
    let now = clock::now();
    let unknown = || Refusal::new(6, "Task not found", "Задача не найдена");
    let task = world.tasks.iter_mut().find(|task| task.uuid == uuid).ok_or_else(unknown)?;
    task.pass(now);
    let due = matches!(task.state, TaskState::Created | TaskState::Active);
    if !due || task.next_payment().is_none() {
        return Err(Refusal::wrong_state());
    }
    let task = task.clone();
    let merchant = world.merchant(&task.merchant).cloned().ok_or_else(Refusal::access_denied)?;
    let order_id = register(world, &merchant, terms(&task));
    charge(world, &merchant, &task, &order_id, refuse)?;
    let order = world.orders.get(&order_id).ok_or_else(Refusal::unknown_order)?;
    let attempt = Attempt {
        uuid: Uuid::new_v4().to_string(),
        payment_uuid: task.next_uuid,
        succeeded: order.state == State::Deposited,
        at: now,
        order_id: order_id.clone(),
        order_number: order.terms.number.clone(),
    };
    let task = world.tasks.iter_mut().find(|task| task.uuid == uuid).ok_or_else(unknown)?;
    if attempt.succeeded {
        task.state = TaskState::Active;
        task.last_payment = Some(now);
        task.next_number = task.next_number.saturating_add(1);
        task.next_uuid = Uuid::new_v4().to_string();
        task.settle();
    } else {
        task.state = TaskState::Failed;
    }
    task.attempts.push(attempt);
    Ok(())
}

fn terms(task: &Task) -> Terms {
    let params = task.params.iter().map(|(name, value)| {
        (name.clone(), value.as_str().map_or_else(|| value.to_string(), str::to_owned))
    });
    Terms {
        amount: task.amount,
        currency: task.currency.clone(),
        client_id: task.client_id.clone(),
        json_params: params.collect(),
        ..Terms::default()
    }
}

fn charge(
    world: &mut World,
    merchant: &Merchant,
    task: &Task,
    order_id: &str,
    refuse: Option<i64>,
) -> Result<(), Refusal> {
    let stored = match &task.means {
        Means::Binding(id) => Some(id),
        Means::Card(_) => None,
    };
    if let Some(id) = stored.filter(|id| subscriptions::is_subscription(world, merchant, id))
        && refuse.is_none()
        && subscriptions::charge(world, merchant, order_id, id).is_ok()
    {
        return Ok(());
    }
    let Some(mut instrument) = instrument(world, merchant, task) else {
        let what = format!("task {}: payment {}", task.uuid, task.next_number);
        let code = refuse.unwrap_or(NO_BINDING);
        return world.change(order_id, &what, |order, now| order.refuse_by("", code, true, now));
    };
    if let Some(code) = refuse {
        instrument.behaviour = Behaviour::Refused(code);
    }
    if let Some(order) = world.orders.get_mut(order_id) {
        order.attempts_left = 1;
    }
    payments::pay(world, order_id, &instrument, &Leg::default()).map(drop)
}

/// The card of a task: nobody is there to type a code or to pass 3-D Secure.
fn instrument(world: &World, merchant: &Merchant, task: &Task) -> Option<Instrument> {
    let instrument = match &task.means {
        Means::Card(card) => Instrument::typed(card.clone(), None, "CARD"),
        Means::Binding(id) => {
            let binding = world.usable_binding(&merchant.user_name, id).ok()?;
            if task.client_id.as_ref().is_some_and(|client| *client != binding.client_id) {
                return None;
            }
            Instrument::stored(binding, None)
        }
    };
    Some(instrument.unasked())
}
