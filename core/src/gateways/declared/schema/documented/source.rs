//! The structs of the descriptor as they stand in the source: names, types, defaults and comments.

use std::path::PathBuf;

/// The files that hold them.
const FILES: &[&str] = &[
    "schema/mod.rs",
    "schema/notify.rs",
    "schema/recipe.rs",
    "schema/request.rs",
    "schema/response.rs",
    "schema/vector.rs",
    "charset.rs",
];

/// What takes a text too, with the private table that reads its other shape.
pub const BY_HAND: [(&str, &str); 2] = [("FieldValue", "FieldTable"), ("Pick", "PickTable")];

/// All of them.
pub struct Source {
    pub items: Vec<Item>,
}

/// A struct or an enum.
pub struct Item {
    pub name: String,
    pub public: bool,
    pub doc: String,
    pub rows: Vec<Row>,
    /// Every field of it may be missing.
    defaults: bool,
    /// Its words are written in small letters with `_`.
    snake_case: bool,
}

/// A field or a word.
pub struct Row {
    pub name: String,
    /// The type, of a field.
    pub kind: String,
    /// What holds where it is not given, for people.
    pub missing: String,
    pub doc: String,
    default: bool,
}

impl Source {
    pub fn read() -> Source {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/gateways/declared");
        let mut items = Vec::new();
        for file in FILES {
            items.extend(parse(&std::fs::read_to_string(folder.join(file)).unwrap()));
        }
        let words: Vec<(String, String)> = items.iter().filter_map(default_word).collect();
        for item in &mut items {
            for row in &mut item.rows {
                row.explain(item.defaults, &words);
            }
        }
        let mut source = Source { items };
        // What is read by hand has its defaults in the table that reads it.
        for (shown, read) in BY_HAND {
            let missing: Vec<String> =
                source.item(read).rows.iter().map(|row| row.missing.clone()).collect();
            let item = source.items.iter_mut().find(|item| item.name == shown).unwrap();
            for (row, missing) in item.rows.iter_mut().zip(missing) {
                row.missing = missing;
            }
        }
        source
    }

    pub fn item(&self, name: &str) -> &Item {
        self.items.iter().find(|item| item.name == name).unwrap_or_else(|| panic!("no {name}"))
    }
}

/// An enum with the word that it has where none is given.
fn default_word(item: &Item) -> Option<(String, String)> {
    let row = item.rows.iter().find(|row| row.kind.is_empty() && row.default)?;
    Some((item.name.clone(), row.name.clone()))
}

impl Row {
    fn explain(&mut self, all: bool, words: &[(String, String)]) {
        if !self.missing.is_empty() || self.kind.is_empty() {
            return;
        }
        let word = words.iter().find(|(name, _)| *name == self.kind);
        self.missing = match (self.default || all, self.kind.as_str(), word) {
            (true, _, Some((_, word))) => format!("`{word}`"),
            (true, "bool", _) => "false".to_owned(),
            (true, _, _) => "none".to_owned(),
            (false, kind, _) if kind.starts_with("Option<") => "none".to_owned(),
            (false, _, _) => "**must be given**".to_owned(),
        };
    }
}

fn parse(text: &str) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    let (mut doc, mut marks) = (Vec::new(), String::new());
    let mut inside = false;
    for line in text.lines() {
        let bare = line.trim();
        if let Some(words) = bare.strip_prefix("/// ") {
            doc.push(words);
        } else if bare.starts_with("#[") {
            marks.push_str(bare);
        } else {
            if let Some(item) = head(line, &doc.join(" "), &marks) {
                items.push(item);
                inside = true;
            } else if line == "}" {
                inside = false;
            } else if let Some(item) = items.last_mut().filter(|_| inside) {
                let row = row(bare, &doc.join(" "), &marks, item.snake_case);
                item.rows.extend(row);
            }
            (doc, marks) = (Vec::new(), String::new());
        }
    }
    items
}

/// `pub struct Name {`, at the beginning of a line.
fn head(line: &str, doc: &str, marks: &str) -> Option<Item> {
    let bare = line.strip_prefix("pub ").unwrap_or(line);
    let rest = bare.strip_prefix("struct ").or_else(|| bare.strip_prefix("enum "))?;
    let name = rest.strip_suffix(" {")?;
    Some(Item {
        name: name.to_owned(),
        public: line.starts_with("pub "),
        doc: doc.to_owned(),
        rows: Vec::new(),
        defaults: marks.contains(", default)]"),
        snake_case: marks.contains("snake_case"),
    })
}

fn row(bare: &str, doc: &str, marks: &str, snake_case: bool) -> Option<Row> {
    let bare = bare.strip_suffix(',')?;
    let default = marks.contains("#[default]") || marks.contains("serde(default)");
    let (name, kind) = match bare.strip_prefix("pub ").unwrap_or(bare).split_once(": ") {
        Some((name, kind)) => {
            let kind = kind.rsplit("::").next().unwrap_or(kind);
            let kind = if bare.contains("Option<super::") {
                format!("Option<{kind}")
            } else {
                kind.into()
            };
            (name.trim_start_matches("r#").to_owned(), kind)
        }
        None => (word(bare, marks, snake_case), String::new()),
    };
    let missing = match marks.contains("default = ") {
        true => "200".to_owned(),
        false => String::new(),
    };
    Some(Row { name, kind, missing, doc: doc.to_owned(), default })
}

/// How an enum's value is written.
fn word(variant: &str, marks: &str, snake_case: bool) -> String {
    if let Some((_, rest)) = marks.split_once("rename = \"") {
        return rest.split('"').next().unwrap_or_default().to_owned();
    }
    if !snake_case {
        return variant.to_owned();
    }
    let mut word = String::new();
    for letter in variant.chars() {
        if letter.is_ascii_uppercase() && !word.is_empty() {
            word.push('_');
        }
        word.push(letter.to_ascii_lowercase());
    }
    word
}
