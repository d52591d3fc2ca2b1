//! Many runs of `link_payment` at once, without any lock: of one payment, and of two for one deal.

use std::sync::Barrier;
use std::thread;

use kopeck::{Error, Fields, Kind};
use serde_json::{Value, json};

use super::link::{created, items, portal};
use super::portal::Portal;
use crate::shop::{fields, number};

/// All of them at once.
fn at_once(portal: &Portal, asked: &[Value]) -> Vec<Result<Fields, Error>> {
    let barrier = Barrier::new(asked.len());
    thread::scope(|scope| {
        let one = |asked: &Value| {
            let given = fields(asked.clone());
            let barrier = &barrier;
            scope.spawn(move || {
                barrier.wait();
                portal.client.call("link_payment", &given)
            })
        };
        let all: Vec<_> = asked.iter().map(one).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    })
}

#[test]
fn fifty_runs_of_one_payment_leave_one_item_and_one_comment() {
    let (portal, deal) = portal(json!({}));
    portal.change(json!({ "pauses": { "crm.item.add": 20, "crm.timeline.comment.add": 20 } }));
    let asked = created(deal, &number());
    let ended = at_once(&portal, &vec![asked; 50]);
    let linked: Vec<Fields> = ended.into_iter().map(|one| one.unwrap()).collect();
    let left = items(&portal);
    assert_eq!(left.len(), 1, "one item is left");
    assert_eq!(left[0]["parentId2"], json!(deal));
    assert!(linked.iter().all(|one| one["item_id"] == left[0]["id"]));
    assert_eq!(linked.iter().filter(|one| one["added"] == true).count(), 1);
    let comments = portal.state()["comments"].clone();
    assert_eq!(comments.as_array().unwrap().len(), 1, "{comments}");
    let methods = portal.state()["calls"].to_string();
    assert!(methods.matches("crm.item.add").count() > 1, "they did race");
}

#[test]
fn of_two_payments_for_one_deal_one_is_tied_and_the_other_told_so() {
    for _ in 0..3 {
        let (portal, deal) = portal(json!({}));
        portal.change(json!({ "pauses": { "crm.item.add": 20 } }));
        let rivals = [created(deal, &number()), created(deal, &number())];
        let asked: Vec<Value> = (0..50).map(|one| rivals[one % 2].clone()).collect();
        let ended = at_once(&portal, &asked);
        let left = items(&portal);
        assert_eq!(left.len(), 1, "one item is left: {left:?}");
        let mut tied = 0;
        for (place, one) in ended.into_iter().enumerate() {
            match one {
                Ok(linked) => {
                    assert_eq!(linked["item_id"], left[0]["id"], "run {place}");
                    tied += 1;
                }
                Err(error) => {
                    assert_eq!(
                        (error.kind, error.reason),
                        (Kind::Refused, "deal_has_live_payment")
                    );
                }
            }
        }
        assert!(tied > 0);
        assert_eq!(portal.state()["comments"].as_array().unwrap().len(), 1);
        let again = portal.client.call("link_payment", &fields(rivals[0].clone())).is_ok();
        let other = portal.client.call("link_payment", &fields(rivals[1].clone())).is_ok();
        assert!(again != other, "one of the two, and always the same");
    }
}
