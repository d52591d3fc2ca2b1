//! The checker and the wire, with a table of their own.

use super::*;
use crate::error::Error;

const TABLE: Native = Native {
    name: "pay",
    path: "pay.do",
    wire: Wire::Form,
    effect: Effect::Write,
    patience: Patience::Long,
    repeat: "never",
    token: false,
    serves: "",
    dialect: "",
    pci: "",
    mark: Mark::Confirmed,
    source: "",
    doc: "",
    reply: &[],
    fields: &[
        field("amount", Shape::Digits, 12, "").required(),
        field("login", Shape::Text, 30, "").settings(),
        field("currency", Shape::Currency, 3, ""),
        field("returnUrl", Shape::Url, 40, ""),
        field("features", Shape::Words, 10, ""),
        field("bundle", Shape::Json, 100, ""),
        field("till", Shape::Date, 19, ""),
        field("flag", Shape::Flag, 5, ""),
        field("id", Shape::Text, 5, "").one_of(),
        field("number", Shape::Text, 5, "").one_of(),
    ],
};

fn check(json: &str) -> Result<Parameters, Error> {
    let settings = |name: &str| (name == "login").then(|| "me".to_owned().into());
    TABLE.check(&fields::parse(json.as_bytes()).unwrap(), false, &settings)
}

#[test]
fn parameters_leave_in_the_order_of_the_table() {
    let json = r#"{"id":"7","flag":true,"features":["A","B"],"bundle":{"b":1.50,"a":[]},
        "amount":100,"extra":{"bank":"x","n":1}}"#;
    let request = TABLE
        .request("https://bank.example/r", "https://bank.example", TABLE.path, check(json).unwrap())
        .unwrap();
    assert_eq!(request.url, "https://bank.example/r/pay.do");
    let body = String::from_utf8(request.body.clone()).unwrap();
    let expected = "amount=100&login=me&features=A&features=B\
        &bundle=%7B%22b%22:1.50%2C%22a%22:%5B%5D%7D&flag=true&id=7&bank=x&n=1";
    assert_eq!(body, expected);
}

#[test]
fn what_is_wrong_is_named() {
    for (json, field, says) in [
        (r#"{"id":"1"}"#, "amount", "required"),
        (r#"{"amount":"1"}"#, "id", "expected one of id, number"),
        (r#"{"amount":"1.5","id":"1"}"#, "amount", "whole number in digits"),
        (r#"{"amount":1.5,"id":"1"}"#, "amount", "whole number in digits"),
        (r#"{"amount":true,"id":"1"}"#, "amount", "got a boolean"),
        (r#"{"amount":"1","id":1}"#, "id", "expected text, got a number"),
        (r#"{"amount":"1","id":"123456"}"#, "id", "at most 5 characters, got 6"),
        (r#"{"amount":"1","id":""}"#, "id", "empty"),
        (r#"{"amount":"1","id":"A\n"}"#, "id", "without control characters"),
        (r#"{"amount":"1","id":"1","login":"you"}"#, "login", "no such field"),
        (r#"{"amount":"1","id":"1","ID":"1"}"#, "ID", "no such field"),
        (r#"{"amount":"1","id":"1","currency":"RUB"}"#, "currency", "three digits"),
        (r#"{"amount":"1","id":"1","returnUrl":"/back"}"#, "returnUrl", "absolute URL"),
        (r#"{"amount":"1","id":"1","till":"2026-02-30T00:00:00"}"#, "till", "a date like"),
        (r#"{"amount":"1","id":"1","flag":"yes"}"#, "flag", "true or false"),
        (r#"{"amount":"1","id":"1","bundle":"{"}"#, "bundle", "JSON"),
        (r#"{"amount":"1","id":"1","features":[1]}"#, "features", "a list of texts"),
        (r#"{"amount":"1","id":"1","extra":{"id":"2"}}"#, "extra.id", "outside extra"),
        (r#"{"amount":"1","id":"1","extra":"x"}"#, "extra", "an object"),
    ] {
        let error = check(json).err().unwrap();
        assert_eq!(error.field.as_deref(), Some(field), "{json}");
        assert!(error.message.contains(says), "{}", error.message);
    }
}

const INNER: &[Field] = &[
    field("price", Shape::Digits, 12, "").required(),
    field("value", Shape::Decimal, 12, ""),
    field("$PAN", Shape::Code, 19, "").card(),
];

const JSON: Native = Native {
    path: "/tasks/{task}/pay",
    wire: Wire::Json,
    fields: &[
        field("task", Shape::Text, 40, "").required(),
        field("login", Shape::Text, 30, "").settings(),
        field("currency", Shape::Currency, 3, ""),
        field("month", Shape::Month, 6, ""),
        field("flag", Shape::Flag, 5, ""),
        field("words", Shape::Words, 10, ""),
        field("joined", Shape::Joined(";"), 10, ""),
        field("items", Shape::List(INNER), 2, ""),
        field("owner", Shape::Object(&[field("city", Shape::Text, 9, "").at_least(2)]), 1, ""),
    ],
    ..TABLE
};

fn json(text: &str, cards: bool) -> Result<crate::http::HttpRequest, Error> {
    let settings = |name: &str| (name == "login").then(|| "me".to_owned().into());
    let checked = JSON.check(&fields::parse(text.as_bytes()).unwrap(), cards, &settings)?;
    let root = "https://bank.example:8443/r";
    JSON.request(root, origin(root), JSON.path, checked)
}

#[test]
fn json_keeps_types_and_digits() {
    let text = r#"{"task":"a/b","currency":"643","flag":"true","words":"A","joined":["A","B"],
        "items":"[{\"price\":\"100\",\"value\":1.50}]","owner":{"city":"Omsk","extra":{"x":[1]}}}"#;
    let request = json(text, false).unwrap();
    assert_eq!(request.url, "https://bank.example:8443/tasks/a%2Fb/pay");
    let body = String::from_utf8(request.body.clone()).unwrap();
    let expected = r#"{"login":"me","currency":"643","flag":true,"words":["A"],"joined":"A;B","#
        .to_owned()
        + r#""items":[{"price":100,"value":1.50}],"owner":{"city":"Omsk","x":[1]}}"#;
    assert_eq!(body, expected);
}

#[test]
fn what_is_wrong_inside_an_object_is_named() {
    for (text, field, says) in [
        (r#"{"task":"1","items":[{"price":1},{"price":"x"}]}"#, "items.1.price", "whole number"),
        (r#"{"task":"1","items":[{"price":1,"b":1}]}"#, "items.0.b", "no such field"),
        (r#"{"task":"1","items":[1]}"#, "items.0", "expected an object, got a number"),
        (r#"{"task":"1","items":[]}"#, "items", "1 to 2 items"),
        (r#"{"task":"1","items":{}}"#, "items", "expected a list"),
        (r#"{"task":"1","items":[{}]}"#, "items.0.price", "required"),
        (r#"{"task":"1","items":[{"price":"01"}]}"#, "items.0.price", "leading zeros"),
        (r#"{"task":"1","items":[{"price":"1","$PAN":"41"}]}"#, "items.0.$PAN", "card_data"),
        (r#"{"task":"1","owner":{"city":"O"}}"#, "owner.city", "at least 2 characters"),
        (r#"{"task":"1","month":"203413"}"#, "month", "a month like"),
        (r#"{"task":"1","joined":["123456","123456"]}"#, "joined", "at most 10"),
    ] {
        let error = json(text, false).err().unwrap();
        assert_eq!(error.field.as_deref(), Some(field), "{text}: {}", error.message);
        assert!(error.message.contains(says), "{}", error.message);
    }
    assert!(json(r#"{"task":"1","items":[{"price":"1","$PAN":"41"}]}"#, true).is_ok());
}
