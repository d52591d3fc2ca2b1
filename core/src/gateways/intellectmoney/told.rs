//! An authentic webhook beside the state that was asked for: what comes later in an invoice's life
//! stands, so that a late or replayed webhook takes nothing back (docs/gateways/intellectmoney.md,
//! "Status").

use super::history::{Facts, REFUNDED_UNKNOWN, State};
use crate::operation::Notified;
use crate::payment::{IN_PROCESS, Payment, Status};

/// The webhook says that it is cancelled, and a payment is under way.
const CANCEL_IN_DOUBT: &str = "cancel_in_doubt";

/// How far an invoice has come in its life; it never goes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Open,
    InPart,
    Held,
    Paid,
    Over,
}

fn of_history(facts: &Facts) -> Stage {
    match facts.state {
        State::Created => Stage::Open,
        State::PartPaid => Stage::InPart,
        State::Held => Stage::Held,
        State::Paid => Stage::Paid,
        // A word that we don't know is no leave to believe less than the gateway's own list.
        State::Refund | State::Unknown => Stage::Over,
    }
}

fn of_webhook(told: &Notified) -> Stage {
    match (told.event, told.payment.status) {
        ("cancelled" | "refunded", _) => Stage::Over,
        (_, Status::Paid) => Stage::Paid,
        (_, Status::Authorized) => Stage::Held,
        (_, Status::PartiallyPaid) if told.payment.in_part => Stage::InPart,
        // Paid, and less than the caller expected.
        (_, Status::PartiallyPaid) => Stage::Paid,
        // Money came, nobody can read how much.
        ("paid" | "held", Status::Unknown) => Stage::InPart,
        _ => Stage::Open,
    }
}

/// The payment with what the webhook adds. `facts` is the history, where it was asked.
pub fn combine(mut payment: Payment, facts: Option<&Facts>, told: &Notified) -> Payment {
    let known = facts.map_or(Stage::Open, of_history);
    let stage = of_webhook(told);
    if stage <= known {
        return payment;
    }
    let running = payment.status == Status::ActionRequired
        || (payment.status == Status::Pending
            && matches!(payment.reason, Some(IN_PROCESS | "activation_needed")));
    let step_ok = payment.status == Status::Authorized;
    let said = &told.payment;
    if step_ok && said.status == Status::Unknown && stage < Stage::Over {
        return payment;
    }
    payment.order_number = payment.order_number.or_else(|| said.order_number.clone());
    payment.currency = payment.currency.or(said.currency);
    payment.test = payment.test.or(said.test);
    payment.action = None;
    (payment.status, payment.reason) = match (stage, told.event) {
        (Stage::Over, _) if known == Stage::Paid => (Status::Unknown, Some(REFUNDED_UNKNOWN)),
        (Stage::Over, "refunded") => (Status::Unknown, Some(REFUNDED_UNKNOWN)),
        (Stage::Over, _) if running => (Status::Pending, Some(CANCEL_IN_DOUBT)),
        // It was paid or held before: all of that is free again.
        (Stage::Over, _) if step_ok || known >= Stage::InPart => {
            (Status::Cancelled, Some("released_or_returned"))
        }
        (Stage::Over, _) => (Status::Cancelled, None),
        _ => (said.status, said.reason),
    };
    if stage < Stage::Over {
        payment.amount = payment.amount.or(said.amount);
        payment.authorized = said.authorized.or(payment.authorized);
        payment.captured = said.captured;
        payment.in_part = said.in_part;
        payment.paid_at = said.paid_at.clone();
        payment.last_attempt = None;
    } else {
        // What the history counted before is not the last word.
        payment.refunded = None;
    }
    payment
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gateways::intellectmoney::history;
    use crate::money::{Amount, Currency};
    use crate::payment::UNTOUCHED;

    fn webhook(status: u8) -> Notified {
        let rouble = Currency::from_code("RUB").unwrap();
        let sum = Some(Amount { minor: 1000, currency: rouble });
        let (event, stands) = match status {
            3 => ("created", Status::Created),
            4 => ("cancelled", Status::Cancelled),
            5 => ("paid", Status::Paid),
            6 => ("held", Status::Authorized),
            7 => ("paid", Status::PartiallyPaid),
            _ => ("refunded", Status::Unknown),
        };
        let mut payment = Payment::new("intellectmoney", stands);
        payment.currency = Some(rouble);
        payment.in_part = status == 7;
        match status {
            6 => payment.authorized = sum,
            5 | 7 => payment.captured = sum,
            _ => {}
        }
        Notified { event, payment: Box::new(payment) }
    }

    /// As `payment_status::read` gives it.
    fn step(word: &str) -> Payment {
        let (status, reason) = match word {
            "Created" => (Status::Pending, Some(UNTOUCHED)),
            "InProcess" => (Status::Pending, Some(IN_PROCESS)),
            "SendTo3DS" => (Status::ActionRequired, None),
            "OK" => (Status::Authorized, Some("paid_or_held")),
            _ => (Status::Created, None),
        };
        let mut payment = Payment::new("intellectmoney", status);
        payment.reason = reason;
        payment
    }

    #[test]
    fn a_webhook_beside_each_step() {
        let table = [
            ("Created", 3, Status::Pending, Some(UNTOUCHED)),
            ("Created", 4, Status::Cancelled, None),
            ("Created", 5, Status::Paid, None),
            ("Error", 5, Status::Paid, None),
            ("Error", 4, Status::Cancelled, None),
            ("SendTo3DS", 5, Status::Paid, None),
            ("SendTo3DS", 4, Status::Pending, Some(CANCEL_IN_DOUBT)),
            ("InProcess", 4, Status::Pending, Some(CANCEL_IN_DOUBT)),
            ("InProcess", 3, Status::Pending, Some(IN_PROCESS)),
            ("InProcess", 7, Status::PartiallyPaid, None),
            ("OK", 3, Status::Authorized, Some("paid_or_held")),
            ("OK", 4, Status::Cancelled, Some("released_or_returned")),
            ("OK", 5, Status::Paid, None),
            ("OK", 6, Status::Authorized, None),
            ("OK", 7, Status::PartiallyPaid, None),
            ("OK", 8, Status::Unknown, Some(REFUNDED_UNKNOWN)),
        ];
        for (word, status, stands, reason) in table {
            let payment = combine(step(word), None, &webhook(status));
            assert_eq!((payment.status, payment.reason), (stands, reason), "{word} {status}");
        }
    }

    #[test]
    fn money_that_cannot_be_read_is_no_order_to_pay_again() {
        for word in ["Created", "Error", "SendTo3DS", "InProcess"] {
            for status in [5, 6, 7] {
                let mut told = webhook(status);
                told.payment.status = Status::Unknown;
                told.payment.reason = Some("sum_unreadable");
                let payment = combine(step(word), None, &told);
                let stands = (payment.status, payment.reason);
                assert_eq!(stands, (Status::Unknown, Some("sum_unreadable")), "{word} {status}");
                let beside = combine(step("OK"), None, &told);
                assert_eq!(beside.status, Status::Authorized);
            }
        }
    }

    #[test]
    fn a_late_webhook_takes_nothing_back_from_the_history() {
        let row = |state: &str| {
            let row = serde_json::json!({ "State": state, "HistoryList": [] });
            Facts::read(row.as_object().unwrap(), time::UtcOffset::UTC)
        };
        let beside = |state: &str, status: u8| {
            let facts = row(state);
            let before = history::alone(&facts, serde_json::Value::Null, Some(true));
            let stood = (before.status, before.reason);
            let after = combine(before, Some(&facts), &webhook(status));
            (stood != (after.status, after.reason), after.status)
        };
        for (state, late) in [
            ("Refund", [3, 4, 5, 6, 7, 8].as_slice()),
            ("Paid", &[3, 5, 6, 7]),
            ("Held", &[3, 6, 7]),
            ("PartPaid", &[3, 7]),
            ("Somehow", &[3, 4, 5, 6, 7, 8]),
        ] {
            for status in late {
                assert!(!beside(state, *status).0, "{state} {status}");
            }
        }
        assert_eq!(beside("Created", 5), (true, Status::Paid));
        assert_eq!(beside("Held", 5), (true, Status::Paid));
        assert_eq!(beside("Held", 4), (true, Status::Cancelled));
        assert_eq!(beside("Paid", 4), (true, Status::Unknown));
    }
}
