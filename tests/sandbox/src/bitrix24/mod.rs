//! Bitrix24 below `/bitrix24`: portals with deals, smart processes, timelines, payments and pay systems, each a
//! world of its own with its own webhook.
//!
//! A request comes to [`service`]: [`params`] reads it, [`installation`] knows whose it is, [`limits`] may refuse
//! it, [`methods`] carries it out (or [`batch`] many), [`outcome`] wraps it up. [`portal`] is what there is:
//! [`kinds`] of objects, [`items`], [`comments`], and the [`shop`]. [`filter`] is every list; [`events`] tell
//! others of changes, [`checkout`] asks a pay system's handler, [`oauth`] hands out tokens.

mod batch;
pub mod checkout;
pub mod comments;
mod deals;
pub mod events;
mod filter;
pub mod installation;
pub mod items;
pub mod kinds;
pub mod limits;
mod methods;
pub mod money;
pub mod oauth;
mod orders;
mod outcome;
pub mod params;
pub mod payments;
mod paysystems;
pub mod portal;
mod rows;
mod sale;
mod service;
pub mod shop;
mod statuses;
pub mod types;

use std::sync::Arc;

use serde_json::json;

use crate::exchange::{Answer, Call};
use crate::sandbox::Sandbox;

/// What stands before every path.
pub const ROOT: &str = "/bitrix24/";

/// What stands before [`ROOT`] where a portal has moved to a path of its own: `/moved/anything`.
const MOVED: &str = "/moved/";

/// What stands behind [`ROOT`], where the path is a portal's.
pub fn below(path: &str) -> Option<&str> {
    if path.starts_with(MOVED) {
        return path.split_once(ROOT).map(|(_, rest)| rest);
    }
    path.strip_prefix(ROOT)
}

/// A path that shows no secret: a webhook's stands in it, also a wrong one.
pub fn without_secret(path: &str) -> String {
    let Some(rest) = below(path).and_then(|below| below.strip_prefix("rest/")) else {
        return path.to_owned();
    };
    let head = path.strip_suffix(rest).unwrap_or_default();
    match rest.split('/').collect::<Vec<_>>().as_slice() {
        [user, _, behind @ ..] if !behind.is_empty() => {
            format!("{head}{user}/***/{}", behind.join("/"))
        }
        _ => path.to_owned(),
    }
}

/// Answers a request below [`ROOT`].
pub async fn answer(sandbox: &Arc<Sandbox>, path: &str, call: &Call) -> Answer {
    if !matches!(call.method.as_str(), "GET" | "HEAD" | "POST") {
        return Answer::text(405, "Method Not Allowed").with("allow", "GET, HEAD, POST");
    }
    if path.trim_end_matches('/') == "oauth/token" {
        return oauth::answer(sandbox, call);
    }
    if let Some(rest) = path.strip_prefix("rest/") {
        // A portal goes on when its caller has hung up.
        let work = service::answer(Arc::clone(sandbox), rest.to_owned(), call.clone());
        return match tokio::spawn(work).await {
            Ok(answer) => answer,
            Err(_) => Answer::text(500, "the portal broke down"),
        };
    }
    outcome::json_answer(
        404,
        &json!({"error": "ERROR_METHOD_NOT_FOUND", "error_description": "Method not found!"}),
    )
}
