//! The portal's limits: what they refuse was not run, and the client keeps to them by itself.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

use kopeck::Kind;
use serde_json::{Value, json};

use super::portal::Portal;

fn portal(limits: Value, settings: Value) -> Portal {
    let deal = json!({ "title": "Order 1001", "opportunity": "1500.00", "currencyId": "RUB" });
    Portal::new(json!({ "deals": [deal], "limits": limits }), settings)
}

fn deal(portal: &Portal) -> Value {
    json!({ "entityTypeId": 2, "id": portal.made["deals"][0]["id"] })
}

#[test]
fn a_full_bucket_is_not_done_even_for_a_write() {
    let portal = portal(json!({ "requests": 2, "per_second": 0.001 }), json!({}));
    portal.call("bitrix24.crm.item.get", deal(&portal));
    portal.call("bitrix24.crm.item.get", deal(&portal));
    let add = json!({ "entityTypeId": 2, "fields": { "title": "Second" } });
    let error = portal.fails("bitrix24.crm.item.add", add.clone());
    assert_eq!((error.kind, error.reason, error.advice), (Kind::NotDone, "rate_limited", "wait"));
    assert_eq!(error.code.as_deref(), Some("QUERY_LIMIT_EXCEEDED"));
    assert_eq!(portal.state()["deals"].as_array().unwrap().len(), 1);
    portal.change(json!({ "limits": {} }));
    portal.call("bitrix24.crm.item.add", add);
    assert_eq!(portal.state()["deals"].as_array().unwrap().len(), 2);
}

#[test]
fn a_methods_time_is_told_with_its_end_where_the_portal_says_it() {
    let limits = json!({ "operating_seconds": 1.0, "call_seconds": 2.0, "window_seconds": 600.0 });
    let portal = portal(limits, json!({}));
    portal.call("bitrix24.crm.item.get", deal(&portal));
    let error = portal.fails("bitrix24.crm.item.get", deal(&portal));
    assert_eq!((error.kind, error.reason), (Kind::NotDone, "rate_limited"));
    assert_eq!(error.code.as_deref(), Some("OPERATION_TIME_LIMIT"));
    assert!(error.retry_after_ms.is_none_or(|ms| ms <= 600_000));
    // Other methods have time of their own.
    assert_eq!(portal.call("check_settings", json!({}))["ok"], true);
}

/// Ours lets 45 through at once, the portal 50. A request counts at the portal later than here by as long as it
/// is on its way, so the portal counts at most one more for each thread: four threads never make it refuse,
/// however slow the machine.
#[test]
fn threads_of_one_client_keep_within_the_portals_bucket() {
    let portal =
        portal(json!({ "requests": 50, "per_second": 2 }), json!({ "request_limit": "standard" }));
    let started = Instant::now();
    let left = AtomicUsize::new(54);
    let take = || left.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(1)).is_ok();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while take() {
                    portal.call("bitrix24.crm.item.get", deal(&portal));
                }
            });
        }
    });
    // Nine too many for our side, each half a second after the other.
    assert!(started.elapsed() >= Duration::from_secs(4), "{:?}", started.elapsed());
}
