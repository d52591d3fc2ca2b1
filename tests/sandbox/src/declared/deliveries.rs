//! Steps of an order with what they lead to: the shop is asked, the money moves, the shop is told.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::answers;
use super::installation::{Changes, Due};
use super::orders::Notification;
use super::shops::Shop;
use super::switches::When;
use crate::clock;
use crate::courier::{Attempt, Parcel};
use crate::sandbox::Sandbox;

/// How long after the buyer's return a late notification leaves.
const LATE: Duration = Duration::from_millis(500);

/// How long what is told second waits for the shop's answer to what is told first.
const TURN: Duration = Duration::from_millis(200);

/// Takes a step.
pub async fn act(
    sandbox: &Arc<Sandbox>,
    id: &str,
    act: &str,
    amount: Option<&str>,
    changes: &Changes,
) -> Result<(), String> {
    let (shop, check) = {
        let mut installation = sandbox.declared();
        let mut shop = installation.shop_of(id).ok_or("there is no such order")?.clone();
        shop.switches = shop.switches.with(changes)?;
        let asks = shop.switches.check_first && matches!(act, "pay" | "hold");
        let mut once = shop.clone();
        once.switches.times = 1;
        let check = if asks { installation.write(id, &once, "check")? } else { Vec::new() };
        (shop, check)
    };
    for place in check {
        if !attempt(sandbox, &shop, id, place).await {
            if let Some(order) = sandbox.declared().orders.get_mut(id) {
                order.note("the shop refused the payment");
            }
            return Err("The shop refused the payment.".to_owned());
        }
    }
    let due = sandbox.declared().act(id, act, amount, &shop.switches)?;
    send_for(sandbox, due, &shop).await;
    Ok(())
}

/// Sends what is due of an order.
pub async fn send(sandbox: &Arc<Sandbox>, due: Due) {
    let shop = sandbox.declared().shop_of(&due.order).cloned();
    if let Some(shop) = shop {
        send_for(sandbox, due, &shop).await;
    }
}

async fn send_for(sandbox: &Arc<Sandbox>, due: Due, shop: &Shop) {
    let mut first = Vec::new();
    let (mut before, mut turn) = (None::<(String, watch::Receiver<bool>)>, None);
    for place in due.places {
        let (sandbox, shop, order) = (Arc::clone(sandbox), shop.clone(), due.order.clone());
        let (told, answered) = watch::channel(false);
        first.push(answered.clone());
        // Of two statuses in one moment one is first; copies of one leave together.
        let status = sandbox.declared().notification(&order, place).map(|sent| sent.status);
        let status = status.unwrap_or_default();
        if let Some((_, last)) = before.filter(|(other, _)| *other != status) {
            turn = Some(last);
        }
        before = Some((status, answered));
        let turn = turn.clone();
        let late = due.when == When::After;
        tokio::spawn(async move {
            if late {
                tokio::time::sleep(LATE).await;
            }
            if let Some(mut turn) = turn {
                let _ = tokio::time::timeout(TURN, turn.wait_for(|answered| *answered)).await;
            }
            let pause = shop.switches.retry_pause_ms.unwrap_or(sandbox.declared().pause_ms);
            for number in 1..=shop.switches.attempts {
                let delivered = attempt(&sandbox, &shop, &order, place).await;
                let _ = told.send(true);
                if delivered || number == shop.switches.attempts {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(pause)).await;
            }
        });
    }
    if due.when == When::Before {
        for mut answered in first {
            let _ = answered.wait_for(|answered| *answered).await;
        }
    }
}

/// One attempt, noted; whether the shop answered as it must.
async fn attempt(sandbox: &Arc<Sandbox>, shop: &Shop, order: &str, place: usize) -> bool {
    let Some(notification) = sandbox.declared().notification(order, place) else { return false };
    let outcome = post(sandbox, shop, &notification).await;
    let delivered = outcome.is_ok();
    let result = outcome.unwrap_or_else(|why| why);
    let record = Attempt { at: clock::rfc3339(clock::now()), result };
    sandbox.declared().attempted(order, place, record, delivered);
    delivered
}

/// Sends a notification. Both sides are what the record will say.
pub async fn post(sandbox: &Sandbox, shop: &Shop, sent: &Notification) -> Result<String, String> {
    let post = (sent.method == "POST").then_some((sent.content_type.as_str(), sent.body.as_str()));
    let agent = shop.gateway();
    let parcel = Parcel { url: &sent.url, post, headers: &sent.headers, user_agent: agent };
    let receipt = sandbox.courier.deliver(parcel).await?;
    answers::judge(shop, sent, &receipt)
}
