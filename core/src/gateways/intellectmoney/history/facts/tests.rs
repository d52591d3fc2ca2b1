//! Rows as JSON and as XML bring them.

use serde_json::json;

use super::*;

fn read(row: Value) -> Facts {
    Facts::read(row.as_object().unwrap(), UtcOffset::from_hms(3, 0, 0).unwrap())
}

fn moved(kind: &str, state: &str, amount: &str, second: u32) -> Value {
    let money = json!({ "Amount": amount, "Currency": "RUB" });
    json!({ "State": state, "InvoicePaymentType": kind, "PaymentAmount": money,
            "CreationDate": format!("2026-01-31 10:00:{second:02}") })
}

fn sums_of(list: Value) -> Option<Sums> {
    let money = json!({ "Amount": "10.00", "Currency": "RUB" });
    read(json!({ "State": "Paid", "Amount": money, "HistoryList": list })).sums
}

#[test]
fn a_sum_is_read_as_it_is_written() {
    let number: Value = serde_json::from_str(r#"{"Amount": 100.10, "Currency": "rub"}"#).unwrap();
    assert_eq!(sum(&number, None).0.map(|sum| sum.minor), Some(10_010));
}

#[test]
fn a_release_before_the_capture_is_no_refund() {
    let held = [
        moved("Entry", "Confirm", "10", 0),
        moved("Refund", "Confirm", "2.5", 1),
        moved("Purchase", "Confirm", "7.50", 2),
    ];
    let sums = sums_of(json!(held)).unwrap();
    assert_eq!((sums.purchased, sums.refunded, sums.back), (Some(750), Some(0), 250));
    // The order of the list means nothing.
    let mut back_to_front = held.to_vec();
    back_to_front.reverse();
    assert_eq!(sums_of(json!(back_to_front)), Some(sums));
    // In the same second the sums tell.
    let mut at_once = held.to_vec();
    at_once[1] = moved("Refund", "Confirm", "2.5", 2);
    assert_eq!(sums_of(json!(at_once)), Some(sums));
    let paid = [
        moved("Entry", "Confirm", "10", 2),
        moved("Purchase", "Confirm", "10", 2),
        moved("Refund", "Confirm", "4", 2),
        moved("Refund", "Confirm", "1", 3),
    ];
    assert_eq!(sums_of(json!(paid)).unwrap().refunded, Some(500));
    let mut all_at_once = at_once.to_vec();
    all_at_once.push(moved("Refund", "Confirm", "1", 2));
    let sums = sums_of(json!(all_at_once)).unwrap();
    assert_eq!((sums.refunded, sums.released), (Some(100), 250));
    let unclear = [
        moved("Entry", "Confirm", "10", 2),
        moved("Purchase", "Confirm", "9", 2),
        moved("Refund", "Confirm", "4", 2),
    ];
    assert_eq!(sums_of(json!(unclear)).unwrap().refunded, None);
}

#[test]
fn only_what_is_confirmed_moved_and_what_cannot_be_read_spoils_the_sum() {
    let list = json!([
        moved("Entry", "Confirm", "10", 0),
        moved("Purchase", "Confirm", "10", 0),
        moved("Refund", "Created", "3", 1),
        moved("Refund", "Canceled", "4", 1),
    ]);
    let facts = read(json!({ "State": "ToPaid", "HistoryList": list,
                             "Amount": { "Amount": 10, "Currency": "RUR" } }));
    assert_eq!(facts.sums.unwrap().refunded, Some(0));
    let statuses: Vec<_> = facts.refunds.iter().map(|refund| refund.status).collect();
    assert_eq!(statuses, [Some("pending"), Some("failed")]);
    assert_eq!(facts.state, State::Paid);
    for bad in [
        moved("Entry", "Somehow", "1", 0),
        moved("Fee", "Confirm", "1", 0),
        moved("Entry", "Confirm", "1.001", 0),
    ] {
        assert_eq!(sums_of(json!([moved("Entry", "Confirm", "10", 0), bad])), None);
    }
    let mut foreign = moved("Entry", "Confirm", "10", 0);
    foreign["PaymentAmount"]["Currency"] = json!("USD");
    assert_eq!(sums_of(json!([foreign])), None);
}

#[test]
fn xml_lists_read_like_those_of_json() {
    let text = "<Response><List><Item><Id>3</Id><State>Held</State><HistoryList><Row>\
                <State>Confirm</State><InvoicePaymentType>Entry</InvoicePaymentType>\
                <PaymentAmount><Amount>10.0</Amount><Currency>RUB</Currency></PaymentAmount></Row>\
                </HistoryList><Amount><Amount>10</Amount><Currency>RUB</Currency></Amount>\
                <CreationDate>2026-01-31T13:00:00.5</CreationDate></Item></List></Response>";
    let document = crate::xml::read(text, "Response").unwrap();
    let rows = list(document.get("List"));
    assert_eq!(rows.len(), 1);
    let facts = Facts::read(rows[0], UtcOffset::from_hms(3, 0, 0).unwrap());
    assert_eq!((facts.state, facts.sums.unwrap().entered), (State::Held, 1000));
    assert_eq!(crate::clock::print(facts.created_at.unwrap()), "2026-01-31T10:00:00.5Z");
    let two = text.replace("</Item></List>", "</Item><Item><Id>4</Id></Item></List>");
    assert_eq!(list(crate::xml::read(&two, "Response").unwrap().get("List")).len(), 2);
}

#[test]
fn a_list_with_anything_else_in_it_is_not_read_as_empty() {
    for (list, known) in [
        (json!([]), true),
        (json!([null]), false),
        (json!(["71"]), false),
        (json!({}), false),
        (json!({ "Row": [] }), false),
        (json!({ "Row": ["71"] }), false),
        (json!(null), false),
        (json!("none"), false),
    ] {
        assert_eq!(sums_of(list.clone()).is_some(), known, "{list}");
    }
}
