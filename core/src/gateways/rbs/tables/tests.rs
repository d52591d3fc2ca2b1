//! What must hold of every table.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use super::super::dialect::{self, Dialect, Sbp};
use super::super::presets::PRESETS;
use crate::native::{Field, Guard, Native, Need, Shape, Wire};

/// Of every dialect.
fn natives() -> impl Iterator<Item = &'static Native> {
    dialect::ALL.iter().flat_map(|dialect| dialect.natives())
}

fn has(native: &Native, name: &str) -> bool {
    native.fields.iter().any(|field| field.name == name)
}

/// Every row of a table, with the rows inside its objects, by path.
fn every_field(native: &Native) -> Vec<(String, &'static Field)> {
    fn below(table: &'static [Field], path: &str, found: &mut Vec<(String, &'static Field)>) {
        for field in table {
            let path = format!("{path}.{}", field.name);
            if let Shape::Object(inner) | Shape::List(inner) = field.shape {
                below(inner, &path, found);
            }
            found.push((path, field));
        }
    }
    let mut found = Vec::new();
    below(native.fields, native.name, &mut found);
    found
}

fn names_are_unique_in(dialect: &Dialect) {
    let mut names = HashSet::new();
    let mut paths = HashSet::new();
    for native in dialect.natives() {
        assert!(names.insert(native.name), "{}", native.name);
        assert!(native.path.is_empty() || paths.insert(native.path), "{}", native.path);
        let mut rows = HashSet::new();
        for (path, _) in every_field(native) {
            assert!(rows.insert(path.clone()), "{path}");
        }
        let mut told = HashSet::new();
        for row in native.reply {
            assert!(told.insert(row.name), "{}: {}", native.name, row.name);
        }
    }
}

#[test]
fn names_are_unique() {
    dialect::ALL.iter().for_each(|dialect| names_are_unique_in(dialect));
}

/// A call without credentials would be refused by the gateway, whatever else it says.
#[test]
fn who_calls_is_always_said() {
    let anonymous = ["declineByClient", "mirCallback", "mirCertificate", "setPermanentPassword"];
    let sent = natives().filter(|native| native.wire != Wire::Query && !native.path.is_empty());
    for native in sent {
        let login = has(native, "userName") || has(native, "username");
        let named = login && has(native, "password") || has(native, "merchant");
        assert_eq!(named, !anonymous.contains(&native.name), "{}", native.name);
        assert_eq!(native.token, has(native, "token"), "{}", native.name);
    }
}

#[test]
fn every_row_is_explained() {
    for native in natives() {
        for text in [native.doc, native.source, native.repeat, native.dialect] {
            assert!(!text.is_empty(), "{}", native.name);
        }
        assert!(!native.reply.is_empty(), "{}", native.name);
        for (path, field) in every_field(native) {
            assert!(field.need != Need::Required || !field.doc.is_empty(), "{path}");
            assert!(field.min <= field.max || matches!(field.shape, Shape::List(_)), "{path}");
        }
        for row in native.reply {
            assert!(!row.doc.is_empty(), "{}: {}", native.name, row.name);
        }
    }
}

/// What is in a URL gets into logs, and a place in a path cannot stay empty.
#[test]
fn queries_and_paths_hold_no_secrets() {
    for native in natives() {
        let in_path = |name: &str| native.path.contains(&format!("{{{name}}}"));
        for field in native.fields {
            let open = field.guard == Guard::Open;
            assert!(open || native.wire != Wire::Query, "{}.{}", native.name, field.name);
            let needed = field.need == Need::Required;
            assert!(!in_path(field.name) || open && needed, "{}.{}", native.name, field.name);
        }
        let places = native.path.matches('{').count();
        let filled = native.fields.iter().filter(|field| in_path(field.name)).count();
        assert_eq!(places, filled, "{}", native.name);
    }
}

/// By its name: a row that was forgotten would let a card number into logs.
#[test]
fn card_data_and_what_can_pay_is_guarded() {
    let cards = ["$PAN", "pan", "$CVC", "cvc", "$EXPIRY", "expiry", "dpan", "paymentData"];
    let secrets = ["seToken", "bindingId", "paRes", "cRes", "cavv", "cryptogram", "password"];
    for native in natives() {
        for (path, field) in every_field(native) {
            if cards.contains(&field.name) {
                assert!(field.guard == Guard::Card, "{path}");
            }
            if secrets.contains(&field.name) {
                assert!(field.guard == Guard::Secret, "{path}");
            }
            if field.name == "paymentToken" {
                let direct = native.path.ends_with("Direct.do");
                let guard = if direct { Guard::Card } else { Guard::Secret };
                assert!(field.guard == guard, "{path}");
            }
            // A shop must be able to read what it needs for a card before it sends one.
            assert!(field.guard != Guard::Card || !native.pci.is_empty(), "{path}");
        }
    }
}

/// How many tables the files of a folder hold; each file must be listed in the folder's `mod.rs`.
fn tables_in(folder: &Path) -> usize {
    let listed = fs::read_to_string(folder.join("mod.rs")).unwrap();
    let mut tables = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            tables += tables_in(&path);
            continue;
        }
        let file = path.file_stem().unwrap().to_str().unwrap();
        let text = fs::read_to_string(&path).unwrap();
        if file != "mod" && text.contains("\npub const NATIVES") {
            assert!(listed.contains(&format!("{file}::NATIVES")), "{file}");
            tables += text.matches("name: \"").count();
        }
    }
    tables
}

/// A file that nobody lists, or a table that its file does not list, would not be there at all.
#[test]
fn every_table_is_listed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/gateways/rbs/tables");
    assert_eq!(tables_in(&folder), natives().count());
}

/// A spelling of a method or field that does not exist would change nothing, silently.
#[test]
fn spellings_name_tables_and_rows() {
    for preset in PRESETS {
        for (name, spelling) in preset.spellings {
            let (method, field) = name.split_once('.').unwrap_or((name, ""));
            let native = preset.dialect.natives().find(|native| native.name == method);
            let native = native.unwrap_or_else(|| panic!("{}: {name}", preset.name));
            assert!(field.is_empty() || has(native, field), "{}: {name}", preset.name);
            assert!(!has(native, spelling), "{}: {name} would be sent twice", preset.name);
        }
    }
}

/// The column `serves` says what the dialect's own list does.
#[test]
fn what_serves_a_common_operation_is_what_it_calls() {
    use crate::operation::Method;
    let wallets = [
        Method::ApplePay,
        Method::GooglePay,
        Method::SamsungPay,
        Method::MirPay,
        Method::YandexPay,
    ];
    for dialect in dialect::ALL {
        let mut called = vec![
            (dialect.register, "create_payment"),
            (dialect.register_pre_auth, "create_payment"),
            (dialect.status, "payment_status"),
            (dialect.receipt_status, "payment_status"),
            (dialect.deposit, "capture"),
            (dialect.reverse, "cancel"),
            (dialect.decline, "cancel"),
            (dialect.refund, "refund"),
        ];
        if let Sbp::Method(native) = dialect.sbp {
            called.push((native, "create_payment"));
        }
        called
            .extend(wallets.into_iter().filter_map(dialect.wallet).map(|n| (n, "create_payment")));
        called.extend(dialect.recurrent.map(|native| (native, "charge_saved_card")));
        called.extend(dialect.bindings.map(|native| (native, "saved_cards")));
        called.extend(dialect.unbind.map(|native| (native, "forget_card")));
        called.extend(dialect.last_orders.map(|native| (native, "list_payments")));
        for (native, operation) in &called {
            let serves: Vec<_> = native.serves.split(", ").collect();
            assert!(serves.contains(operation), "{}: {operation}", native.name);
        }
        for native in dialect.natives().filter(|native| !native.serves.is_empty()) {
            let used = called.iter().any(|(known, _)| known.name == native.name);
            assert!(used, "{} serves {}", native.name, native.serves);
        }
    }
}
