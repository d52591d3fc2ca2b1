//! The race of the callback and the browser. The gateway promises no order: `callback_delay_ms` lets
//! the browser win, `callback_first` the callback.

use std::sync::Arc;
use std::time::Duration;

use crate::exchange::{Answer, Call};
use crate::sandbox::Sandbox;

/// How often and how long a page looks for the first attempts.
const LOOK: Duration = Duration::from_millis(5);
const LOOKS: u32 = 2000;

/// The page's answer, held back until every callback of its order was tried once, where the
/// merchant is switched to that.
pub async fn settled(sandbox: &Arc<Sandbox>, call: &Call, answer: Answer) -> Answer {
    let query = call.query.as_deref().unwrap_or_default();
    let id = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "mdOrder");
    let page = call.method == "POST" && call.path.starts_with("/payment/");
    let Some((_, id)) = id.filter(|_| page) else {
        return answer;
    };
    for _ in 0..LOOKS {
        if !is_waiting(sandbox, &id) {
            break;
        }
        tokio::time::sleep(LOOK).await;
    }
    answer
}

fn is_waiting(sandbox: &Sandbox, id: &str) -> bool {
    let world = sandbox.world();
    let Some(order) = world.orders.get(id) else {
        return false;
    };
    let merchant = world.merchant(&order.terms.merchant);
    merchant.is_some_and(|merchant| merchant.settings.callback_first)
        && order.notifications.iter().any(|sent| sent.attempts.is_empty())
}
