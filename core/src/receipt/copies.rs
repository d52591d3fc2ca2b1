//! What stands elsewhere too: the docs, from which shops copy, and the shapes of Python.

use super::*;
use crate::fields::{self, Fields};
use crate::money::{Amount, Currency};

fn roubles(text: &str) -> Amount {
    Amount::parse(text, Currency::from_code("RUB").unwrap()).unwrap()
}

/// A file of the repository.
fn file(path: &str) -> String {
    std::fs::read_to_string(format!("{}/../{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

#[test]
fn the_examples_of_the_docs_add_up() {
    #[derive(serde::Deserialize)]
    struct Example {
        amount: String,
        receipt: Receipt,
    }
    let page = file("docs/receipts.md");
    let example = |block: &str| {
        let json = block.split("```").next().unwrap();
        fields::read::<Example>(&fields::parse(json.as_bytes()).unwrap()).unwrap()
    };
    let examples: Vec<_> = page.split("```json\n").skip(1).map(example).collect();
    let [payment, refund] = &examples[..] else { panic!("a payment and a refund of it") };
    let paid = payment.receipt.check(roubles(&payment.amount)).unwrap();
    let back = refund.receipt.check_part(roubles(&refund.amount)).unwrap();
    assert!(back.total.minor < paid.total.minor);
    for line in &back.lines {
        let sold = paid.lines.iter().find(|sold| sold.id == line.id).unwrap();
        assert_eq!((sold.price, &sold.position.name), (line.price, &line.position.name));
        assert!(line.position.quantity.thousandths <= sold.position.quantity.thousandths);
    }
    for line in &paid.lines {
        let counted = format!("{} x {} = {}", line.position.quantity, line.price, line.amount);
        assert!(page.contains(&counted), "{counted}");
    }
}

/// The structs by their names in Python, with the names of their fields.
fn structs() -> [(&'static str, &'static [&'static str]); 12] {
    [
        ("Receipt", fields::names::<Receipt>()),
        ("ReceiptCustomer", fields::names::<Customer>()),
        ("Company", fields::names::<Company>()),
        ("Cashier", fields::names::<Cashier>()),
        ("UserAttribute", fields::names::<UserAttribute>()),
        ("Position", fields::names::<Position>()),
        ("Agent", fields::names::<Agent>()),
        ("TransferOperator", fields::names::<TransferOperator>()),
        ("Supplier", fields::names::<Supplier>()),
        ("Marking", fields::names::<Marking>()),
        ("Fraction", fields::names::<Fraction>()),
        ("Paid", fields::names::<Paid>()),
    ]
}

/// The words of a field of a position, as an error lists them.
fn words(name: &str) -> Vec<String> {
    let position: Fields = [(name.to_owned(), "?".into())].into_iter().collect();
    let error = fields::read::<Position>(&position).unwrap_err();
    let words = error.message.split("expected one of ").nth(1).unwrap();
    words.split(", ").map(str::to_owned).collect()
}

const WORDS: [(&str, &str); 4] = [
    ("Vat", "vat"),
    ("Measure", "measure"),
    ("PaymentMethod", "payment_method"),
    ("PaymentObject", "payment_object"),
];

#[test]
fn the_docs_name_every_field_and_every_word() {
    let page = file("docs/receipts.md");
    let names = structs().into_iter().flat_map(|(_, names)| names.iter().map(|n| n.to_string()));
    let words = WORDS.iter().flat_map(|(_, field)| words(field));
    for name in names.chain(words) {
        assert!(page.contains(&format!("`{name}`")), "{name}");
    }
}

#[test]
fn the_shapes_of_python_are_those_of_the_core() {
    let python = file("bindings/python/python/kopeck/receipt.py");
    let sorted = |mut names: Vec<String>| {
        names.sort();
        names
    };
    for (class, names) in structs() {
        // What is required stands in a class of its own.
        let heads = [format!("class _{class}(TypedDict"), format!("class {class}(")];
        let bodies = heads.iter().filter_map(|head| python.split(head).nth(1));
        let lines = bodies.flat_map(|rest| rest.split("\n\n\n").next().unwrap().lines().skip(1));
        let field =
            |line: &str| line.strip_prefix("    ")?.split_once(": ").map(|f| f.0.to_owned());
        let known = lines.filter(|line| !line.contains("\"\"\"")).filter_map(field).collect();
        let wanted: Vec<_> = names.iter().map(|name| name.to_string()).collect();
        if class != "Paid" {
            assert_eq!(sorted(known), sorted(wanted), "{class}");
        }
    }
    assert!(python.contains(r#"{"with": Literal["cashless", "#));
    for (r#type, field) in WORDS {
        let list = python.split(&format!("\n{type} = Literal[")).nth(1).unwrap();
        let list = list.split(']').next().unwrap();
        let known: Vec<_> = list.split('"').skip(1).step_by(2).map(str::to_owned).collect();
        assert_eq!(sorted(known), sorted(words(field)), "{type}");
    }
}
