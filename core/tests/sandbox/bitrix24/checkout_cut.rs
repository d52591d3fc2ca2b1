//! `settle_checkout`, killed before and after each exchange and run again: the same ending, and the portal
//! is told once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use kopeck::http::{HttpRequest, HttpResponse, SendError, Transport};
use kopeck::https::{Https, TransportSettings};
use kopeck::{Client, Error, Fields, Kind};
use serde_json::{Value, json};

use super::checkout::{Handler, over_rbs, paid_at_rbs};
use crate::shop::{fields, with};

/// What happens to the exchange of this number, counted from 0; nothing leaves after it.
#[derive(Clone, Copy, Debug)]
enum Cut {
    /// It does not leave.
    Before(usize),
    /// It is carried out, and its answer is never read.
    After(usize),
}

struct Cutting {
    https: Https,
    cut: Cut,
    sent: Arc<AtomicUsize>,
}

impl Transport for Cutting {
    fn send(&self, request: &HttpRequest) -> Result<HttpResponse, SendError> {
        let number = self.sent.fetch_add(1, Ordering::SeqCst);
        let (leaves, answered) = match self.cut {
            Cut::Before(at) => (number < at, true),
            Cut::After(at) => (number <= at, number < at),
        };
        let answer = leaves.then(|| self.https.send(request)).transpose()?;
        answer.filter(|_| answered).ok_or_else(|| SendError {
            may_have_arrived: leaves,
            reason: "connection_lost",
            message: "cut by the test".into(),
        })
    }
}

/// One settlement over a wire that is cut; how many exchanges were tried, and what came of it.
fn settle(handler: &Handler, asked: &Value, cut: Cut) -> (usize, Result<Fields, Error>) {
    let settings = json!({
        "service": "bitrix24", "webhook_url": handler.portal.made["webhook_url"],
        "request_limit": "none",
    });
    let sent = Arc::new(AtomicUsize::new(0));
    let https = Https::new(TransportSettings::default()).unwrap();
    let way = Cutting { https, cut, sent: Arc::clone(&sent) };
    let client = Client::over(&fields(settings), Box::new(way)).unwrap();
    let outcome = client.call("settle_checkout", &fields(asked.clone()));
    (sent.load(Ordering::SeqCst), outcome)
}

#[test]
fn killed_before_and_after_each_exchange_and_run_again_it_ends_the_same() {
    let ready = || {
        let (handler, shop) = over_rbs();
        handler.checkout(json!({}));
        let payment = paid_at_rbs(&shop, &handler.created().remove(0));
        (handler, payment)
    };
    let (handler, payment) = ready();
    let (count, whole) = settle(&handler, &handler.asked(&payment), Cut::Before(usize::MAX));
    assert_eq!((&whole.unwrap()["paid"], count), (&json!(true), 3), "it looks, pays and looks");
    for locked in [false, true] {
        for cut in (0..count).flat_map(|at| [Cut::Before(at), Cut::After(at)]) {
            let (handler, payment) = ready();
            let more = json!({ "locked": locked, "timeout_ms": 0 });
            let asked = with(handler.asked(&payment), more);
            let error = settle(&handler, &asked, cut).1.unwrap_err();
            let paid = handler.paid();
            let kind = if paid { Kind::OutcomeUnknown } else { Kind::NotDone };
            assert_eq!((error.kind, error.may_have_happened), (kind, paid), "{cut:?}: {error}");
            let again = handler.settle(&payment, json!({ "locked": locked }));
            assert_eq!((&again["paid"], &again["repeated"]), (&json!(true), &json!(paid)));
            assert_eq!(again["attention"], json!([]), "{cut:?}");
            assert!(handler.paid(), "{cut:?}");
            assert_eq!(handler.told(), 1, "{cut:?}");
            assert_eq!(handler.settle(&payment, json!({}))["repeated"], true, "{cut:?}");
        }
    }
}
