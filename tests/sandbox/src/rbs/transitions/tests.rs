//! The table of transitions, state by state.

use super::*;
use crate::rbs::orders::Terms;

const NOW: i64 = 1_767_225_600_000;

fn order(state: State, two_phase: bool) -> Order {
    let terms =
        Terms { amount: 1000, currency: "643".into(), two_phase, attempts: 3, ..Terms::default() };
    let mut order = Order::new("id".into(), terms, NOW);
    order.state = state;
    match state {
        State::Approved => order.approved = 1000,
        State::Deposited => (order.approved, order.captured) = (1000, 1000),
        State::PartlyDeposited => (order.approved, order.captured) = (1000, 400),
        State::Refunded => (order.approved, order.captured, order.refunded) = (1000, 1000, 300),
        _ => {}
    }
    order
}

fn card() -> CardEntry {
    CardEntry { pan: "4111111111111111".into(), expiration: "202612".into(), holder: "A B".into() }
}

type Row = (&'static str, fn(&mut Order) -> Outcome, &'static [(State, State)]);

/// Which states each operation leaves from; every other one refuses with 7 and changes nothing.
#[test]
fn every_operation_from_every_state() {
    let table: [Row; 9] = [
        ("decline", |order| order.decline(), &[(State::Created, State::Declined)]),
        (
            "expire",
            |order| order.expire(),
            &[(State::Created, State::Declined), (State::Challenged, State::Declined)],
        ),
        ("challenge", |order| order.challenge(card()), &[(State::Created, State::Challenged)]),
        (
            "accept",
            |order| order.accept(&card(), 1000, NOW),
            &[
                (State::Created, State::Approved),
                (State::Challenged, State::Approved),
                (State::Pending, State::Approved),
            ],
        ),
        (
            "refuse",
            |order| order.refuse(&card(), 116, false, NOW),
            &[
                (State::Created, State::Created),
                (State::Challenged, State::Created),
                (State::Pending, State::Created),
            ],
        ),
        (
            "deposit",
            |order| order.deposit(0, DepositType::Ordinary, NOW),
            &[(State::Approved, State::Deposited)],
        ),
        (
            "intermediate deposit",
            |order| order.deposit(100, DepositType::Intermediate, NOW),
            &[
                (State::Approved, State::PartlyDeposited),
                (State::PartlyDeposited, State::PartlyDeposited),
            ],
        ),
        ("reverse", |order| order.reverse(None, false, NOW), &[(State::Approved, State::Reversed)]),
        (
            "refund",
            |order| order.refund(100, None, NOW),
            &[(State::Deposited, State::Refunded), (State::Refunded, State::Refunded)],
        ),
    ];
    for (name, act, moves) in table {
        for from in State::ALL {
            let mut subject = order(from, true);
            let outcome = act(&mut subject);
            match moves.iter().find(|(start, _)| *start == from) {
                Some((_, to)) => {
                    assert!(outcome.is_ok(), "{name} from {from:?}");
                    assert_eq!(subject.state, *to, "{name} from {from:?}");
                }
                None => {
                    assert_eq!(outcome, Err(Refusal::wrong_state()), "{name} from {from:?}");
                    assert_eq!(subject.state, from, "{name} from {from:?}");
                }
            }
        }
    }
}

#[test]
fn one_stage_payment_is_captured_at_once() {
    let mut subject = order(State::Created, false);
    let events = subject.accept(&card(), 1000, NOW).unwrap();
    assert_eq!((events[0].operation, events[0].succeeded), ("deposited", true));
    assert_eq!((subject.state, subject.captured), (State::Deposited, 1000));
}

#[test]
fn verification_ends_reversed() {
    let mut subject = order(State::Created, false);
    subject.terms.features = vec!["VERIFY".into()];
    let events = subject.accept(&card(), 0, NOW).unwrap();
    assert_eq!((events[0].operation, subject.state), ("reversed", State::Reversed));
}

#[test]
fn the_last_attempt_declines_the_order() {
    let mut subject = order(State::Created, false);
    for expected in [State::Created, State::Created, State::Declined] {
        let events = subject.refuse(&card(), 116, false, NOW).unwrap();
        assert_eq!((events[0].operation, events[0].succeeded), ("deposited", false));
        assert_eq!((subject.state, subject.action_code), (expected, 116));
    }
}

#[test]
fn deposits_stay_within_the_hold() {
    for (amount, refused) in [(1001, true), (1000, false), (0, false), (99, true), (100, false)] {
        let mut subject = order(State::Approved, true);
        let outcome = subject.deposit(amount, DepositType::Ordinary, NOW);
        assert_eq!(outcome.is_err(), refused, "{amount}");
        assert_eq!(subject.state == State::Approved, refused, "{amount}");
    }
    let mut euros = order(State::Approved, true);
    euros.terms.currency = "978".into();
    assert!(euros.deposit(50, DepositType::Ordinary, NOW).is_ok());
}

#[test]
fn several_captures_add_up() {
    let mut subject = order(State::Approved, true);
    subject.deposit(400, DepositType::Intermediate, NOW).unwrap();
    assert_eq!(subject.deposit(601, DepositType::Final, NOW).unwrap_err().code, 7);
    subject.deposit(0, DepositType::Final, NOW).unwrap();
    assert_eq!((subject.state, subject.captured), (State::Deposited, 1000));
}

#[test]
fn a_reversal_works_once() {
    let mut subject = order(State::Approved, true);
    subject.reverse(Some(400), false, NOW).unwrap();
    assert_eq!((subject.state, subject.approved), (State::Approved, 600));
    assert_eq!(subject.reverse(None, false, NOW).unwrap_err().code, 7);
    let mut captured = order(State::Deposited, true);
    captured.reverse(None, true, NOW).unwrap();
    assert_eq!((captured.state, captured.captured), (State::Approved, 0));
}

#[test]
fn refunds_add_up_and_repeat_safely() {
    let mut subject = order(State::Deposited, false);
    subject.refund(300, Some("r1".into()), NOW).unwrap();
    assert_eq!(subject.refund(300, Some("r1".into()), NOW).unwrap(), Vec::new());
    assert_eq!((subject.net(), subject.refunds.len()), (700, 1));
    assert_eq!(subject.refund(701, None, NOW).unwrap_err().code, 7);
    subject.refund(0, None, NOW).unwrap();
    assert_eq!((subject.net(), subject.state), (0, State::Refunded));
    assert_eq!(subject.refund(1, None, NOW).unwrap_err().code, 7);
}

#[test]
fn a_lapsed_hold_cannot_be_captured() {
    let mut subject = order(State::Approved, true);
    subject.hold_lapsed = true;
    assert_eq!(subject.deposit(0, DepositType::Ordinary, NOW).unwrap_err().code, 7);
    assert_eq!((subject.state, subject.action_code), (State::Approved, 87));
}
