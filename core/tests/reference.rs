//! The reference in docs/operations is made from the tables: `KOPECK_BLESS=1` writes it, and without it
//! the files are compared. And every parameter of every table stands in a vector.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::PathBuf;

use kopeck::{Client, Fields};
use serde_json::{Value, json};

/// A gateway's dialect, as a chapter of the reference.
struct Chapter {
    gateway: &'static str,
    /// Of the settings; empty where the gateway has none.
    dialect: &'static str,
    title: &'static str,
}

const CHAPTERS: [Chapter; 4] = [
    Chapter { gateway: "rbs", dialect: "rbs", title: "Form and JSON dialects (D1, D2, D3)" },
    Chapter { gateway: "rbs", dialect: "sber_ecomm", title: "Sberbank's newer API (D4)" },
    Chapter { gateway: "intellectmoney", dialect: "", title: "Methods" },
    Chapter { gateway: "bitrix24", dialect: "", title: "Methods" },
];

/// The head of a gateway's index, below its title.
const RBS_HEAD: &str = "\
Made from the tables in `core/src/gateways/rbs/tables` (`make bless`); `describe` prints the same. **C** is confirmed: seen in a
named source; **I** is inferred by us, with the number of single fields where only those are. The common operations and the facts
behind all of it: [docs/gateways/rbs.md](../gateways/rbs.md). Parameters and replies: [D1 to D3](rbs-fields.md),
[D4](rbs-fields-sber-ecomm.md). PCI DSS: the level a shop needs to call it; empty where no card data passes.
No operation: `acsRedirect.do`, `rest/finish3ds.do` and `rest/finish3dsVer2.do`, which the buyer's browser opens.
";
const INTELLECTMONEY_HEAD: &str = "\
Made from the tables in `core/src/gateways/intellectmoney/tables` (`make bless`); `describe` prints the same. **C** is confirmed:
seen in a named source; **I** is inferred by us, with the number of single fields where only those are. The common operations and the
facts behind all of it: [docs/gateways/intellectmoney.md](../gateways/intellectmoney.md). Parameters and replies:
[here](intellectmoney-fields.md). PCI DSS: what a shop needs to call it; empty where no card data passes. `EshopId`, `Hash` and `Sign`
are filled; methods of the Personal API and of payouts fetch their `UserToken` where it is not given.
";
const BITRIX24_HEAD: &str = "\
Made from the tables in `core/src/crm/bitrix24/tables` (`make bless`); `describe` prints the same. **C** is confirmed: seen in a
named source; **I** is inferred by us, with the number of single fields where only those are. The flows and the facts behind all of it:
[docs/gateways/bitrix24.md](../gateways/bitrix24.md). Parameters and replies: [here](bitrix24-fields.md). An operation without a path
is ours: any method, many at once, whole lists. What the portal answers stands in `result`, with `total` and `next` of a list.
";

/// Where the tables stand.
fn home(gateway: &str) -> &'static str {
    if gateway == "bitrix24" { "core/src/crm" } else { "core/src/gateways" }
}

fn natives(chapter: &Chapter) -> Vec<Value> {
    let settings = match chapter.gateway {
        "rbs" => json!({
            "gateway": "rbs", "base_url": "https://gateway.example/payment",
            "dialect": chapter.dialect, "user_name": "u", "password": "p",
        }),
        "bitrix24" => json!({
            "service": "bitrix24",
            "webhook_url": "https://portal.bitrix24.ru/rest/1/abcdef0123456789/",
        }),
        _ => json!({
            "gateway": "intellectmoney", "eshop_id": "450001", "secret_key": "s",
            "bearer_token": "b", "sign_secret_key": "k",
        }),
    };
    let client = Client::new(settings.as_object().unwrap()).unwrap();
    let described = client.call("describe", &Fields::new()).unwrap();
    let rows = described["operations"].as_array().unwrap().iter();
    rows.filter(|row| row["path"].is_string()).cloned().collect()
}

fn docs(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/operations").join(name)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// A cell of a table.
fn cell(words: &str) -> String {
    words.replace('|', "\\|")
}

/// `C` or `I`, and `C, 3 I` where single fields are known less well.
fn marks(row: &Value) -> String {
    fn inferred(fields: &Value) -> usize {
        let own = |row: &Value| usize::from(row["mark"] == "inferred") + inferred(&row["fields"]);
        fields.as_array().map_or(0, |rows| rows.iter().map(own).sum())
    }
    if row["mark"] == "inferred" {
        return "I".to_owned();
    }
    match inferred(&row["fields"]) + inferred(&row["reply"]) {
        0 => "C".to_owned(),
        count => format!("C, {count} I"),
    }
}

fn index(gateway: &str, head: &str) -> String {
    let what = if gateway == "bitrix24" { "service" } else { "gateway" };
    let mut out = format!("# Operations of the {what} `{gateway}`\n\n{head}");
    for chapter in CHAPTERS.iter().filter(|chapter| chapter.gateway == gateway) {
        write!(out, "\n## {}\n\n", chapter.title).unwrap();
        out.push_str("| Operation | Path | Serves | Dialect | Effect | Known | PCI DSS | Does |\n");
        out.push_str("|---|---|---|---|---|---|---|---|\n");
        for row in natives(chapter) {
            let serves = text(&row["serves"]).split(", ").filter(|name| !name.is_empty());
            let serves = serves.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            let path = text(&row["path"]);
            let path = if path.is_empty() { "ours".to_owned() } else { format!("`{path}`") };
            writeln!(
                out,
                "| `{}` | {path} | {serves} | {} | {} | {} | {} | {} |",
                text(&row["name"]),
                text(&row["dialect"]),
                text(&row["effect"]),
                marks(&row),
                text(&row["pci"]),
                cell(text(&row["doc"])),
            )
            .unwrap();
        }
    }
    out
}

/// Objects that stand in many operations are printed once.
struct Objects(BTreeMap<String, String>);

impl Objects {
    fn name(&mut self, field: &Value) -> String {
        let rows = self.rows(&field["fields"]);
        let own = text(&field["name"]);
        for number in 1.. {
            let name = if number == 1 { own.to_owned() } else { format!("{own} ({number})") };
            match self.0.get(&name) {
                Some(known) if *known == rows => return name,
                Some(_) => {}
                None => {
                    self.0.insert(name.clone(), rows);
                    return name;
                }
            }
        }
        unreachable!()
    }

    fn rows(&mut self, fields: &Value) -> String {
        let mut out = String::from(
            "| Parameter | Written | Up to | Need | Known | Means |\n|---|---|---|---|---|---|\n",
        );
        for field in fields.as_array().into_iter().flatten() {
            let mut shape = text(&field["shape"]).to_owned();
            if field["fields"].is_array() {
                let name = self.name(field);
                shape = format!("{shape}: {name}");
            }
            let guard = match text(&field["guard"]) {
                "open" => String::new(),
                word => format!(", {word}"),
            };
            let known = if field["mark"] == "inferred" { "I" } else { "C" };
            let from = field["min"].as_u64().filter(|min| *min > 1);
            let length = match from {
                Some(min) => format!("{min} to {}", field["max"]),
                None => field["max"].to_string(),
            };
            writeln!(
                out,
                "| `{}` | {shape} | {length} | {}{guard} | {known} | {} |",
                text(&field["name"]),
                text(&field["need"]),
                cell(text(&field["doc"])),
            )
            .unwrap();
        }
        out
    }
}

fn fields(chapter: &Chapter) -> String {
    let Chapter { gateway, title, .. } = chapter;
    let home = home(gateway);
    let mut out = format!(
        "# Parameters of `{gateway}`: {title}\n\n\
         Made from the tables in `{home}/{gateway}/tables` (`make bless`). Written: how a value is given; an `object` names its own table\n\
         under [Objects](#objects). Need: `settings` are filled from the settings, of the `oneof` rows one is required. `secret` never\n\
         reaches a log; `card` is card data in the clear and needs the setting `card_data: \"allowed\"`.\n"
    );
    let mut objects = Objects(BTreeMap::new());
    for row in natives(chapter) {
        let place = match text(&row["path"]) {
            "" => "Ours".to_owned(),
            path => format!("`{}` {path}", text(&row["wire"])),
        };
        write!(
            out,
            "\n## {}\n\n{}. {place}, {}; repeat: {}. Source: {}.\n\n{}",
            text(&row["name"]),
            text(&row["doc"]),
            text(&row["effect"]),
            text(&row["repeat"]),
            text(&row["source"]),
            objects.rows(&row["fields"]),
        )
        .unwrap();
        if row["reply"].as_array().unwrap().is_empty() {
            out.push_str("\nReply: what every reply has, and no more.\n");
            continue;
        }
        out.push_str("\n| Reply | Known | Means |\n|---|---|---|\n");
        for told in row["reply"].as_array().unwrap() {
            let known = if told["mark"] == "inferred" { "I" } else { "C" };
            let always = if told["always"] == true { " (always)" } else { "" };
            let doc = cell(text(&told["doc"]));
            writeln!(out, "| `{}`{always} | {known} | {doc} |", text(&told["name"])).unwrap();
        }
    }
    let own = if objects.0.is_empty() { "\nNone.\n" } else { "" };
    write!(out, "\n## Objects\n{own}").unwrap();
    for (name, rows) in &objects.0 {
        write!(out, "\n### {name}\n\n{rows}").unwrap();
    }
    out
}

#[test]
fn the_reference_says_what_the_tables_say() {
    let [rbs, ecomm, intellectmoney, bitrix24] = &CHAPTERS;
    let pages = [
        ("rbs.md", index("rbs", RBS_HEAD)),
        ("rbs-fields.md", fields(rbs)),
        ("rbs-fields-sber-ecomm.md", fields(ecomm)),
        ("intellectmoney.md", index("intellectmoney", INTELLECTMONEY_HEAD)),
        ("intellectmoney-fields.md", fields(intellectmoney)),
        ("bitrix24.md", index("bitrix24", BITRIX24_HEAD)),
        ("bitrix24-fields.md", fields(bitrix24)),
    ];
    for (name, page) in pages {
        let path = docs(name);
        if std::env::var_os("KOPECK_BLESS").is_some() {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, page).unwrap();
        } else {
            let stands = std::fs::read_to_string(&path).unwrap_or_default();
            assert!(
                stands == page,
                "docs/operations/{name} is not what the tables say: make bless"
            );
        }
    }
}

/// Paths of what a table lets a caller give.
fn takes(fields: &Value, path: &str, all: &mut BTreeSet<String>) {
    for field in fields.as_array().into_iter().flatten().filter(|row| row["need"] != "settings") {
        let path = format!("{path}.{}", text(&field["name"]));
        takes(&field["fields"], &path, all);
        all.insert(path);
    }
}

/// Paths of what a vector gives.
fn gives(value: &Value, path: &str, all: &mut BTreeSet<String>) {
    all.insert(path.to_owned());
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, value)| gives(value, &format!("{path}.{name}"), all));
        }
        Value::Array(list) => list.iter().for_each(|value| gives(value, path, all)),
        _ => {}
    }
}

#[test]
fn every_parameter_of_every_table_stands_in_a_vector() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors");
    for chapter in &CHAPTERS {
        let Chapter { gateway, dialect, .. } = chapter;
        let mut given = BTreeSet::new();
        for file in std::fs::read_dir(folder.join(gateway)).unwrap() {
            let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
            let vector: Value = serde_json::from_str(&text).unwrap();
            let operation = vector["operation"].as_str().unwrap();
            let usual = if *gateway == "rbs" { "rbs" } else { "" };
            let spoken = vector["settings"]["dialect"].as_str().unwrap_or(usual);
            let ours = operation.starts_with(&format!("{gateway}.")) && spoken == *dialect;
            if vector["reply"].is_object() && ours {
                gives(&vector["fields"], operation, &mut given);
            }
        }
        let mut all = BTreeSet::new();
        for row in natives(chapter) {
            all.insert(text(&row["name"]).to_owned());
            takes(&row["fields"], text(&row["name"]), &mut all);
        }
        let missing: Vec<_> = all.difference(&given).collect();
        assert!(missing.is_empty(), "{gateway} {dialect}: {missing:#?}");
    }
}
