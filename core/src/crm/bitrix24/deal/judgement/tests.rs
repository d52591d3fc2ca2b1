use serde_json::json;

use super::*;
use crate::crm::bitrix24::deal::heard;
use crate::fields;
use crate::money::Currency;

const DEAL: u64 = 662;

const PLAIN: Asked = Asked { deal_id: DEAL, partial: false, keep: false, accept_test: false };

fn rub(minor: u64) -> Amount {
    Amount { minor, currency: Currency::from_code("RUB").unwrap() }
}

/// A payment of 1500.00 RUB with this status.
fn told(status: &str, more: serde_json::Value) -> Heard {
    let taken = status.starts_with("pa") || status.ends_with("refunded");
    let mut payment = json!({
        "gateway": "rbs", "id": "7f3a", "order_number": "R-1", "status": status, "state_id": "s",
        "amount": "1500.00", "currency": "RUB", "captured": taken.then_some("1500.00"),
    });
    payment.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let request = json!({ "deal_id": DEAL, "entity_type_id": 1220, "payment": payment });
    heard::read(&fields::read(request.as_object().unwrap()).unwrap()).unwrap().1
}

fn deal(meaning: Meaning) -> PortalDeal {
    PortalDeal {
        id: DEAL,
        category_id: Some(0),
        stage_id: Some("NEW".into()),
        meaning,
        amount: Some(rub(150_000)),
        currency: Currency::from_code("RUB"),
        opportunity: "1500".into(),
    }
}

fn seen(deal: Option<&PortalDeal>) -> Seen<'_> {
    let item =
        ItemSeen { deal_id: Some(DEAL), has_sum: true, amount: Some(rub(150_000)), another: false };
    Seen { deal, relation: true, item: Some(item), before: &[], others: false }
}

fn before(word: &str, moved: bool) -> Vec<Before> {
    vec![Before { word: word.into(), moved }]
}

/// The words, and where deal and item go by them.
fn judged(
    heard: &Heard,
    seen: &Seen<'_>,
    asked: &Asked,
) -> (Vec<&'static str>, Option<Goal>, Option<Goal>) {
    let words = attention(heard, seen, asked);
    let written: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    let late = is_late(heard, seen);
    let deal = deal_goal(heard, late, &written, seen.others, asked);
    (words, deal, item_goal(heard, late, &written))
}

#[test]
fn every_status_meets_every_state_of_the_deal() {
    use Goal::{Failure, Success};
    let states = [
        None,
        Some(deal(Meaning::Open)),
        Some(deal(Meaning::Won)),
        Some(deal(Meaning::Lost)),
        Some(deal(Meaning::Unknown)),
    ];
    let (missing, closed): (&[&str], &[&str]) = (&[DEAL_MISSING], &[DEAL_CLOSED]);
    let nothing: &[&str] = &[];
    for (statuses, words, deal_goes, item_goes) in [
        (vec!["paid"], [missing, nothing, closed, closed, closed], Some(Success), Some(Success)),
        (
            vec!["authorized", "partially_captured"],
            [missing, nothing, closed, closed, closed],
            None,
            None,
        ),
        (
            vec!["declined", "expired", "cancelled"],
            [missing, nothing, closed, nothing, closed],
            Some(Failure),
            Some(Failure),
        ),
        (
            vec!["partially_refunded", "refunded"],
            [missing, nothing, nothing, nothing, nothing],
            None,
            None,
        ),
        (
            vec!["created", "action_required", "pending", "not_found", "verified", "unknown", "x"],
            [missing, nothing, nothing, nothing, nothing],
            None,
            None,
        ),
    ] {
        for status in statuses {
            let heard = told(status, json!({}));
            for (state, expected) in states.iter().zip(words) {
                let found = judged(&heard, &seen(state.as_ref()), &PLAIN);
                let where_to = format!("{status} {:?}", state.as_ref().map(|deal| deal.meaning));
                assert_eq!(found.0, expected, "{where_to}");
                assert_eq!(found.2, item_goes, "{where_to}");
                // A lost deal, and one that a dead payment finds lost, is left alone by who moves it.
                let still = expected.is_empty();
                assert_eq!(found.1, deal_goes.filter(|_| still), "{where_to}");
            }
        }
    }
}

#[test]
fn what_was_taken_is_compared_exactly() {
    let mut other = deal(Meaning::Open);
    other.amount = Some(rub(150_001));
    let paid = told("paid", json!({}));
    let words = |heard: &Heard, seen: &Seen<'_>, asked: &Asked| judged(heard, seen, asked);
    let held = (vec![DEAL_AMOUNT], None, Some(Goal::Success));
    assert_eq!(words(&paid, &seen(Some(&other)), &PLAIN), held);
    other.amount = None;
    assert_eq!(words(&paid, &seen(Some(&other)), &PLAIN), held);
    let part = Asked { partial: true, ..PLAIN };
    assert_eq!(words(&paid, &seen(Some(&other)), &part), (vec![], None, Some(Goal::Success)));
    other.currency = Currency::from_code("KZT");
    other.amount = Some(Amount { minor: 150_000, currency: other.currency.unwrap() });
    let held = (vec![DEAL_CURRENCY], None, Some(Goal::Success));
    assert_eq!(words(&paid, &seen(Some(&other)), &PLAIN), held);
    other.currency = None;
    assert_eq!(words(&paid, &seen(Some(&other)), &PLAIN), held);
}

#[test]
fn the_item_is_compared_too() {
    let open = deal(Meaning::Open);
    let paid = told("paid", json!({}));
    let with = |item: ItemSeen| {
        let seen = Seen { item: Some(item), ..seen(Some(&open)) };
        judged(&paid, &seen, &PLAIN)
    };
    let item =
        ItemSeen { deal_id: Some(DEAL), has_sum: true, amount: Some(rub(150_000)), another: false };
    assert_eq!(with(item), (vec![], Some(Goal::Success), Some(Goal::Success)));
    let kzt = Amount { minor: 150_000, currency: Currency::from_code("KZT").unwrap() };
    for amount in [None, Some(rub(149_999)), Some(kzt)] {
        assert_eq!(with(ItemSeen { amount, ..item }), (vec![ITEM_AMOUNT], None, None));
        let without = with(ItemSeen { amount, has_sum: false, ..item });
        assert_eq!(without, (vec![], Some(Goal::Success), Some(Goal::Success)));
    }
    assert_eq!(with(ItemSeen { deal_id: Some(1), ..item }), (vec![ITEM_DEAL], None, None));
    assert_eq!(with(ItemSeen { another: true, ..item }), (vec![ANOTHER_PAYMENT], None, None));
    assert!(with(ItemSeen { deal_id: None, ..item }).0.is_empty());
}

#[test]
fn less_than_was_registered_moves_nothing() {
    let open = deal(Meaning::Open);
    for (status, captured) in [("partially_paid", "1500.00"), ("paid", "1499.99")] {
        let short = told(status, json!({ "captured": captured }));
        assert_eq!(judged(&short, &seen(Some(&open)), &PLAIN), (vec![AMOUNT], None, None));
        assert!(!registers(&short, false, &[AMOUNT.to_owned()], false));
    }
    let more = told("paid", json!({ "captured": "1500.01" }));
    let found = judged(&more, &seen(Some(&open)), &PLAIN);
    assert_eq!(found, (vec![DEAL_AMOUNT, ITEM_AMOUNT], None, None));
}

#[test]
fn test_money_moves_nothing_unless_it_is_meant_to() {
    let open = deal(Meaning::Open);
    for status in ["paid", "declined"] {
        let test = told(status, json!({ "test": true }));
        assert_eq!(judged(&test, &seen(Some(&open)), &PLAIN), (vec![TEST], None, None));
        let meant = Asked { accept_test: true, ..PLAIN };
        assert!(judged(&test, &seen(Some(&open)), &meant).1.is_some());
    }
}

#[test]
fn a_dispute_and_a_refund_move_nothing() {
    let open = deal(Meaning::Open);
    let disputed = told("paid", json!({ "disputed": true }));
    assert_eq!(judged(&disputed, &seen(Some(&open)), &PLAIN), (vec![DISPUTED], None, None));
    let back = told("paid", json!({ "refunded": "10.00" }));
    assert_eq!(judged(&back, &seen(Some(&open)), &PLAIN), (vec![], None, None));
}

#[test]
fn a_type_without_a_relation_wins_no_deal() {
    let open = deal(Meaning::Open);
    let apart = Seen { relation: false, ..seen(Some(&open)) };
    let found = judged(&told("paid", json!({})), &apart, &PLAIN);
    assert_eq!(found, (vec![NO_DEAL_RELATION], None, Some(Goal::Success)));
}

#[test]
fn a_dead_payment_spares_a_deal_that_another_may_win() {
    let (open, won) = (deal(Meaning::Open), deal(Meaning::Won));
    let dead = told("expired", json!({}));
    let others = Seen { others: true, ..seen(Some(&open)) };
    assert_eq!(judged(&dead, &others, &PLAIN), (vec![], None, Some(Goal::Failure)));
    let keep = Asked { keep: true, ..PLAIN };
    let found = judged(&dead, &seen(Some(&open)), &keep);
    assert_eq!(found, (vec![], None, Some(Goal::Failure)));
    let others = Seen { others: true, ..seen(Some(&won)) };
    assert!(judged(&dead, &others, &PLAIN).0.is_empty());
    let part = Asked { partial: true, ..PLAIN };
    assert_eq!(judged(&dead, &seen(Some(&open)), &part).1, None);
}

#[test]
fn a_state_that_comes_late_moves_nothing() {
    let (open, won) = (deal(Meaning::Open), deal(Meaning::Won));
    for (status, earlier, words) in [
        ("paid", "refunded", vec![ALREADY_REFUNDED]),
        ("paid", "partially_refunded", vec![ALREADY_REFUNDED]),
        ("paid", "disputed", vec![ALREADY_REFUNDED]),
        ("cancelled", "paid", vec![ALREADY_PAID]),
        ("expired", "partially_paid", vec![ALREADY_PAID]),
        ("declined", "refunded", vec![ALREADY_REFUNDED]),
        ("authorized", "paid", vec![]),
        ("created", "declined", vec![]),
    ] {
        let before = before(earlier, true);
        let seen = Seen { before: &before, ..seen(Some(&open)) };
        let heard = told(status, json!({}));
        assert!(is_late(&heard, &seen), "{status} after {earlier}");
        assert_eq!(judged(&heard, &seen, &PLAIN), (words, None, None), "{status} after {earlier}");
    }
    for (status, earlier) in [("paid", "authorized"), ("paid", "expired"), ("refunded", "paid")] {
        let before = before(earlier, true);
        let seen = Seen { before: &before, ..seen(Some(&open)) };
        assert!(!is_late(&told(status, json!({})), &seen), "{status} after {earlier}");
    }
    // Won by this payment's own money, told of under another name.
    let paid = told("paid", json!({}));
    let ours = before("paid", true);
    assert!(judged(&paid, &Seen { before: &ours, ..seen(Some(&won)) }, &PLAIN).0.is_empty());
    let held = before("paid", false);
    let found = judged(&paid, &Seen { before: &held, ..seen(Some(&won)) }, &PLAIN);
    assert_eq!(found.0, [DEAL_CLOSED]);
}

#[test]
fn a_deal_is_looked_at_again_before_it_moves() {
    let paid = told("paid", json!({}));
    let again = |deal: &PortalDeal, goal| changed(&paid, Some(deal), goal);
    assert!(again(&deal(Meaning::Open), Goal::Success).is_empty());
    assert!(again(&deal(Meaning::Won), Goal::Success).is_empty());
    assert_eq!(again(&deal(Meaning::Lost), Goal::Success), [DEAL_CLOSED]);
    assert_eq!(again(&deal(Meaning::Unknown), Goal::Success), [DEAL_CLOSED]);
    assert_eq!(again(&deal(Meaning::Won), Goal::Failure), [DEAL_CLOSED]);
    assert!(again(&deal(Meaning::Lost), Goal::Failure).is_empty());
    assert_eq!(changed(&paid, None, Goal::Success), [DEAL_MISSING]);
    let mut other = deal(Meaning::Open);
    other.amount = Some(rub(1));
    assert_eq!(again(&other, Goal::Success), [DEAL_AMOUNT]);
    assert!(again(&other, Goal::Failure).is_empty());
    other.currency = None;
    assert_eq!(again(&other, Goal::Success), [DEAL_CURRENCY]);
}

#[test]
fn what_registering_notes_keeps_a_deal_only_where_sums_differ() {
    let paid = told("paid", json!({}));
    let goal = |word: &str| deal_goal(&paid, false, &[word.to_owned()], false, &PLAIN);
    for word in [NO_ORDER, PAYMENT_UNCLEAR, REGISTER_REFUSED, NO_STAGE, STAGE_REFUSED] {
        assert_eq!(goal(word), Some(Goal::Success), "{word}");
    }
    for word in [PAYMENT_AMOUNT, PAYMENT_CURRENCY] {
        assert_eq!(goal(word), None, "{word}");
    }
    let closed = [DEAL_CLOSED.to_owned()];
    assert!(registers(&paid, false, &closed, false));
    assert!(!registers(&paid, false, &closed, true));
    assert!(!registers(&paid, true, &[], false));
    assert!(!registers(&told("declined", json!({})), false, &[], false));
    assert_eq!(undone(&paid, &[], &PLAIN), Some(ALREADY_REFUNDED));
    assert_eq!(undone(&paid, &closed, &PLAIN), None);
    assert_eq!(undone(&told("declined", json!({})), &[], &PLAIN), None);
}

#[test]
fn a_dead_payment_with_money_in_it_moves_nothing_and_says_so() {
    for status in [
        "declined",
        "expired",
        "cancelled",
        "unknown",
        "lost",
        "created",
        "action_required",
        "pending",
        "not_found",
        "verified",
        "authorized",
    ] {
        let dead = told(status, json!({ "captured": "600.00" }));
        let words = attention(&dead, &seen(Some(&deal(Meaning::Open))), &PLAIN);
        assert_eq!(words, [CONTRADICTION], "{status}");
        let words: Vec<String> = words.into_iter().map(str::to_owned).collect();
        assert_eq!(item_goal(&dead, false, &words), None, "{status}");
    }
    let part = told("partially_captured", json!({ "captured": "600.00" }));
    assert!(attention(&part, &seen(Some(&deal(Meaning::Open))), &PLAIN).is_empty());
}
