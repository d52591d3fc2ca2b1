//! Receipts that add up, and what is said of those that don't.

use serde_json::{Value, json};

use super::*;
use crate::error::Error;
use crate::fields;
use crate::money::{Amount, Currency};

fn roubles(text: &str) -> Amount {
    Amount::parse(text, Currency::from_code("RUB").unwrap()).unwrap()
}

/// A receipt of one position, with these fields changed (null takes one away).
fn with(receipt: Value, position: Value) -> Result<Receipt, Error> {
    #[derive(serde::Deserialize)]
    struct Request {
        receipt: Receipt,
    }
    let mut line = json!({"name": "Tea", "quantity": "1", "price": "10.00", "vat": "22"});
    let mut whole = json!({"customer": {"email": "buyer@mail.example"}});
    let change = |target: &mut Value, changes: Value| {
        let target = target.as_object_mut().unwrap();
        target.extend(changes.as_object().unwrap().clone());
    };
    change(&mut line, position);
    whole["positions"] = json!([line]);
    change(&mut whole, receipt);
    fields::read::<Request>(json!({"receipt": whole}).as_object().unwrap())
        .map(|request| request.receipt)
}

fn check(receipt: Value, position: Value, amount: &str) -> Result<Checked, Error> {
    with(receipt, position)?.check(roubles(amount))
}

#[track_caller]
fn refused(receipt: Value, position: Value, field: &str, says: &str) {
    let error = check(receipt, position, "10.00").unwrap_err();
    assert_eq!(error.field.as_deref(), Some(field), "{}", error.message);
    assert!(error.message.contains(says), "{}", error.message);
}

#[test]
fn positions_are_rounded_half_up_before_they_are_summed() {
    let tea = |quantity: &str| {
        json!({"name": "Tea", "quantity": quantity, "price": "3.33",
        "vat": "none"})
    };
    // 4.995 three times: 5.00 each, where the exact sum would be 14.985.
    let three = json!({"positions": [tea("1.5"), tea("1.5"), tea("1.5")]});
    let checked = check(three.clone(), json!({}), "15.00").unwrap();
    let lines: Vec<_> =
        checked.lines.iter().map(|l| (l.id, l.code.as_str(), l.amount.minor)).collect();
    assert_eq!(lines, [(1, "1", 500), (2, "2", 500), (3, "3", 500)]);
    assert_eq!(checked.payments, [(PaidWith::Cashless, roubles("15.00"))]);
    let error = check(three, json!({}), "14.99").unwrap_err();
    assert_eq!(error.message, "receipt.positions: they come to 15.00, the payment to 14.99");
}

#[test]
fn amounts_agree_with_exact_decimal_arithmetic_for_many_quantities() {
    let mut seed = 1u64;
    for _ in 0..2_000 {
        // Knuth's MMIX generator: the same numbers on every run.
        seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        let (price, thousandths) = (seed >> 44, (seed >> 20) % 99_999_999 + 1);
        let price = Amount { minor: price, ..roubles("0.00") };
        let amount = price.times_thousandths(thousandths).unwrap().minor;
        // Half up: the nearest whole number, and of two equally near the larger.
        let exact = u128::from(price.minor) * u128::from(thousandths);
        let counted = u128::from(amount) * 1000;
        assert!(counted <= exact + 500 && exact < counted + 500, "{price} x {thousandths}");
        let position = json!({
            "price": price.to_string(),
            "quantity": Quantity { thousandths }.to_string(),
            "amount": Amount { minor: amount, ..price }.to_string(),
        });
        let total = Amount { minor: amount, ..price }.to_string();
        assert_eq!(check(json!({}), position, &total).unwrap().total.minor, amount);
    }
}

#[test]
fn sums_that_do_not_add_up_are_named() {
    let none = || json!({});
    refused(
        none(),
        json!({"amount": "10.01"}),
        "receipt.positions.0.amount",
        "1 times 10.00 is 10.00, rounded half up; got 10.01",
    );
    refused(
        none(),
        json!({"price": "9.99"}),
        "receipt.positions",
        "come to 9.99, the payment to 10.00",
    );
    refused(none(), json!({"price": "10"}), "receipt.positions.0.price", "decimal text");
    refused(none(), json!({"price": 10}), "receipt.positions.0.price", "expected text");
    refused(none(), json!({"quantity": "0"}), "receipt.positions.0.quantity", "more than zero");
    refused(none(), json!({"quantity": true}), "receipt.positions.0.quantity", "a boolean");
    refused(none(), json!({"vat_amount": "10.01"}), "receipt.positions.0.vat_amount", "more");
    refused(
        none(),
        json!({"quantity": "999999999", "price": "9999999999999.99"}),
        "receipt.positions.0.price",
        "larger than any payment",
    );
    refused(
        json!({"payments": [{"with": "cashless", "amount": "9.00"}]}),
        none(),
        "receipt.payments",
        "come to 9.00, the positions to 10.00",
    );
    let twice = [
        json!({"with": "credit", "amount": "5.00"}),
        json!({"with": "credit",
        "amount": "5.00"}),
    ];
    refused(json!({"payments": twice}), none(), "receipt.payments.1.with", "twice");
    let part = json!({"with": "prepayment", "amount": "4.00"});
    let rest = json!({"with": "cashless", "amount": "6.00"});
    let paid = check(json!({"payments": [part, rest]}), none(), "10.00").unwrap().payments;
    assert_eq!(paid.len(), 2);
    assert_eq!(check(none(), json!({"quantity": 1}), "10.00").unwrap().total.minor, 1000);
}

#[test]
fn positions_are_told_apart() {
    let tea = |id: Value, code: Value| {
        json!({"name": "Tea", "quantity": "1",
        "price": "5.00", "vat": "0", "id": id, "code": code})
    };
    let null = Value::Null;
    for (first, second, field) in [
        (tea(json!(7), null.clone()), tea(json!("7"), null.clone()), "id"),
        (tea(json!(2), null.clone()), tea(null.clone(), null.clone()), "id"),
        (tea(null.clone(), json!("A")), tea(null.clone(), json!("A")), "code"),
        (tea(null.clone(), json!("2")), tea(null.clone(), null.clone()), "code"),
    ] {
        let error = check(json!({"positions": [first, second]}), json!({}), "10.00");
        let error = error.unwrap_err();
        assert_eq!(error.field, Some(format!("receipt.positions.1.{field}")));
        assert!(error.message.contains("position 0"), "{}", error.message);
    }
    refused(json!({}), json!({"id": 0}), "receipt.positions.0.id", "from 1");
    refused(json!({}), json!({"id": "1000000000000"}), "receipt.positions.0.id", "12 digits");
}

#[test]
fn a_part_names_the_positions_that_were_registered() {
    let nobody = json!({"customer": null});
    let error = with(nobody.clone(), json!({})).unwrap().check_part(roubles("10.00"));
    assert_eq!(error.unwrap_err().field.as_deref(), Some("receipt.positions.0.id"));
    let part = with(nobody, json!({"id": 3})).unwrap().check_part(roubles("10.00"));
    assert_eq!(part.unwrap().lines[0].id, 3);
}

#[test]
fn buyers_are_reachable_and_identified() {
    let buyer = |customer: Value| json!({"customer": customer});
    let refuse = |customer, field: &str, says| {
        refused(buyer(customer), json!({}), &format!("receipt.customer.{field}"), says);
    };
    refuse(json!({}), "email", "required, or phone");
    refuse(json!({"email": "a@b,c@d"}), "email", "one address");
    refuse(json!({"email": "nobody"}), "email", "one address");
    refuse(json!({"email": format!("{}@mail.example", "a".repeat(60))}), "email", "at most 64");
    refuse(json!({"phone": "8 999 123"}), "phone", "7 to 15 digits");
    refuse(json!({"phone": "+79991234567", "name": "A"}), "inn", "required for a buyer");
    refuse(json!({"phone": "+79991234567", "citizenship": "643"}), "inn", "birth_date");
    refuse(json!({"phone": "+79991234567", "inn": "12345678901"}), "inn", "10 or 12");
    refuse(json!({"phone": "+79991234567", "birth_date": "31.12.1990"}), "birth_date", "date");
    for known in [
        json!({"phone": "79991234567", "name": "A", "inn": "7700000000"}),
        json!({"phone": "79991234567", "name": "A", "birth_date": "1990-12-31",
            "document_code": "21", "document_number": "2222888888"}),
    ] {
        check(buyer(known), json!({}), "10.00").unwrap();
    }
}

#[test]
fn the_payments_customer_serves_where_the_receipt_names_nobody() {
    let receipt = with(json!({"customer": null}), json!({})).unwrap();
    let sent = receipt.clone().or_contact(Some("other@mail.example"), None).customer;
    assert_eq!(sent.email.as_deref(), Some("other@mail.example"));
    let own = with(json!({"customer": {"phone": "79991234567"}}), json!({})).unwrap();
    assert_eq!(own.or_contact(Some("other@mail.example"), None).customer.email, None);
    assert!(receipt.or_contact(None, None).check(roubles("10.00")).is_err());
}

#[test]
fn words_and_limits_are_those_of_the_law() {
    let position = |position, field: &str, says| {
        refused(json!({}), position, &format!("receipt.positions.0.{field}"), says);
    };
    position(json!({"vat": "25"}), "vat", "expected one of none, 0, 5");
    position(json!({"vat": null}), "vat", "required");
    position(json!({"measure": "pound"}), "measure", "expected one of piece");
    position(json!({"name": "x".repeat(129)}), "name", "at most 128 characters, got 129");
    position(json!({"name": "a\nb"}), "name", "a line of text");
    position(json!({"unit": "x".repeat(17)}), "unit", "at most 16");
    position(json!({"country": "RU"}), "country", "3 digits");
    position(json!({"agent": {"type": "agent"}}), "agent.type", "expected one of");
    position(
        json!({"agent": {"type": "attorney", "phones": ["+7", "x"]}}),
        "agent.phones.1",
        "digits with country code",
    );
    position(json!({"supplier": {"inn": "1"}}), "supplier.inn", "10 or 12");
    position(json!({"colour": "red"}), "colour", "no such field");
    let euro = Amount::parse("10.00", Currency::from_code("EUR").unwrap()).unwrap();
    let error = with(json!({}), json!({})).unwrap().check(euro).unwrap_err();
    assert!(error.message.contains("the payment in EUR"));
    refused(json!({"positions": []}), json!({}), "receipt.positions", "at least one");
    check(json!({}), json!({"name": "ч".repeat(128)}), "10.00").unwrap();
}

#[test]
fn marked_goods_go_one_by_one() {
    let marked = |position, field: &str, says| {
        refused(json!({}), position, &format!("receipt.positions.0.{field}"), says);
    };
    let mark = || json!({"code": "0104607428675221"});
    marked(json!({"marking": mark(), "quantity": "2", "price": "5.00"}), "quantity", "one line");
    marked(json!({"marking": mark(), "measure": "kilogram"}), "measure", "piece");
    marked(json!({"marking": {}}), "marking.code", "required, or nomenclature");
    marked(json!({"marking": {"nomenclature": "44 4"}}), "marking.nomenclature", "hexadecimal");
    marked(json!({"payment_object": "marked_with_code"}), "marking", "required");
    marked(
        json!({"marking": mark(), "payment_object": "marked_without_code"}),
        "payment_object",
        "missing",
    );
    let half = json!({"code": "1", "fraction": {"numerator": 2, "denominator": 2}});
    marked(json!({"marking": half}), "marking.fraction", "less than the whole");
    let position = json!({"marking": mark(), "payment_object": "marked_with_code"});
    check(json!({}), position, "10.00").unwrap();
}
