//! A request from its arrival to its answer. The lock is held for single steps, never while waiting.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::outcome::{self, Failure, Outcome, Timing};
use super::params::{self, Params};
use super::{batch, events, methods};
use crate::clock;
use crate::exchange::{Answer, Call};
use crate::sandbox::Sandbox;

/// A method's name in small letters, without `.json`.
pub fn bare(method: &str) -> String {
    let method = method.to_ascii_lowercase();
    method.strip_suffix(".json").unwrap_or(&method).to_owned()
}

/// Answers a request below `/bitrix24/rest/`.
pub async fn answer(sandbox: Arc<Sandbox>, rest: String, call: Call) -> Answer {
    let mut asked = params::of(&call);
    let auth = asked.remove("auth");
    let mut timing = Timing { start: clock::now(), operating: None };
    let parts: Vec<&str> = rest.split('/').collect();
    let admitted = {
        let mut installation = sandbox.bitrix24();
        let found = match parts.as_slice() {
            [user, secret, method] => {
                installation.by_secret(user, secret).map(|name| (name, *method))
            }
            [method] => {
                let token = auth.as_ref().map(params::text).unwrap_or_default();
                installation.by_token(&token).map(|name| (name, *method))
            }
            _ => Err(Failure::new(404, "ERROR_METHOD_NOT_FOUND", "Method not found!")),
        };
        found.and_then(|(name, method)| {
            if let Some(portal) = installation.portals.get_mut(&name) {
                portal.limits.request()?;
            }
            Ok((name, bare(method)))
        })
    };
    let (name, method) = match admitted {
        Ok(admitted) => admitted,
        Err(failure) => return outcome::answer(&Err(failure), timing),
    };
    if method != "batch" {
        let (outcome, timing) = run(&sandbox, &name, &method, asked, false).await;
        return outcome::answer(&outcome, timing);
    }
    let (place, refused) = {
        let mut installation = sandbox.bitrix24();
        let Some(portal) = installation.portals.get_mut(&name) else { return gone(timing) };
        let place = portal.note("batch", &Value::Object(asked.clone()), false);
        (place, portal.refused("batch", false))
    };
    let outcome = match refused {
        Some(failure) => Err(failure),
        None => batch::run(&sandbox, &name, &asked).await,
    };
    let mut installation = sandbox.bitrix24();
    let Some(portal) = installation.portals.get_mut(&name) else { return gone(timing) };
    portal.note_end(place, outcome.as_ref().err());
    timing.operating = portal.limits.operating("batch");
    outcome::answer(&outcome, timing)
}

/// The portal was deleted by hand while it was called.
fn deleted() -> Failure {
    Failure::new(500, "PORTAL_DELETED", "This portal was deleted")
}

fn gone(timing: Timing) -> Answer {
    outcome::answer(&Err(deleted()), timing)
}

/// One method, alone or inside a batch.
pub async fn run(
    sandbox: &Arc<Sandbox>,
    name: &str,
    method: &str,
    asked: Params,
    in_batch: bool,
) -> (Outcome, Timing) {
    let mut timing = Timing { start: clock::now(), operating: None };
    let (place, pause, refused) = {
        let mut installation = sandbox.bitrix24();
        let Some(portal) = installation.portals.get_mut(name) else {
            return (Err(deleted()), timing);
        };
        let place = portal.note(method, &Value::Object(asked.clone()), in_batch);
        let own = portal.pauses.methods.get(method).copied().unwrap_or(0);
        let refused = portal.limits.has_time(method).err();
        (place, portal.pauses.each_ms + own, refused.or_else(|| portal.refused(method, false)))
    };
    if pause > 0 {
        tokio::time::sleep(Duration::from_millis(pause)).await;
    }
    let (outcome, hidden_ms) = {
        let mut installation = sandbox.bitrix24();
        let Some(portal) = installation.portals.get_mut(name) else {
            return (Err(deleted()), timing);
        };
        let outcome = match refused {
            Some(failure) => Err(failure),
            None => {
                portal.limits.spend(method);
                let outcome = methods::carry_out(portal, method, &asked);
                portal.refused(method, true).map_or(outcome, Err)
            }
        };
        portal.note_end(place, outcome.as_ref().err());
        timing.operating = portal.limits.operating(method);
        let wrote = !portal.hook.due.is_empty();
        events::send(sandbox, portal);
        (outcome, if wrote { portal.hook.visible_after_ms } else { 0 })
    };
    if hidden_ms > 0 {
        tokio::time::sleep(Duration::from_millis(hidden_ms)).await;
    }
    (outcome, timing)
}
