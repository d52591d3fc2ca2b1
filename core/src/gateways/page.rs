//! A gateway's page of facts, for the tests that hold it against the code.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::error::Error;

/// The page, as it stands in the repository.
pub struct Page {
    path: &'static str,
    pub text: String,
}

fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

impl Page {
    /// By its path in the repository.
    pub fn read(path: &'static str) -> Page {
        Page { path, text: std::fs::read_to_string(repository().join(path)).unwrap() }
    }

    /// Writes it back where `KOPECK_BLESS` asks for that; else nothing may differ.
    pub fn replace(&mut self, start: usize, end: usize, lines: &[String], what: &str) {
        if std::env::var_os("KOPECK_BLESS").is_none() {
            let shown: Vec<&str> = self.text[start..end].lines().collect();
            assert_eq!(shown, lines, "{what}: make bless");
            return;
        }
        self.text.replace_range(start..end, &lines.join("\n"));
        // At once: other tests read it in this moment.
        let path = repository().join(self.path);
        std::fs::write(path.with_extension("new"), &self.text).unwrap();
        std::fs::rename(path.with_extension("new"), path).unwrap();
    }

    /// The text below a heading of the second level.
    pub fn section(&self, heading: &str) -> &str {
        let (_, rest) = self.text.split_once(&format!("\n## {heading}\n")).unwrap();
        rest.split("\n## ").next().unwrap()
    }

    /// Headings of the second level and below.
    pub fn headings(&self) -> impl Iterator<Item = &str> {
        let lines = self.text.lines().filter(|line| line.starts_with("##"));
        lines.map(|line| line.trim_start_matches('#').trim_start())
    }

    /// Every setting has its place. `error` is what a client says to a name that is none.
    pub fn names_settings(&self, error: &Error) {
        let (_, names) = error.message.split_once("expected one of ").unwrap();
        let section = self.section("Settings");
        for name in names.split(", ") {
            assert!(section.contains(&format!("`{name}`")), "{name}");
        }
    }

    /// Every source of a table has its place.
    pub fn names_sources<'a>(&self, tables: impl Iterator<Item = &'a crate::native::Native>) {
        let rows = rows(self.section("Sources"));
        let known: Vec<&str> = rows.iter().map(|row| row[0].trim_matches('*')).collect();
        for native in tables {
            assert!(!native.source.is_empty(), "{}", native.name);
            for source in native.source.split(", ") {
                assert!(known.contains(&source), "{}: {source}", native.name);
            }
        }
    }

    /// Every section is there that comments of the code and the assumptions cite.
    pub fn has_cited_sections(&self, assumptions: &[Value]) {
        let mut found = Vec::new();
        cited(&repository().join("core/src"), &format!("{}, \"", self.path), &mut found);
        assert!(found.len() > 15, "{found:?}");
        found.extend(assumptions.iter().map(|row| ("assumptions".into(), place(row).to_owned())));
        for (path, name) in found {
            let there = self.headings().any(|known| known == name);
            assert!(there, "{}: no section {name:?}", path.display());
        }
    }
}

/// The rows of the first table in a section, without its head.
pub fn rows(section: &str) -> Vec<Vec<&str>> {
    let table = section.lines().skip_while(|line| !line.starts_with("|---")).skip(1);
    let lines = table.take_while(|line| line.starts_with('|'));
    lines.map(|line| line.trim_matches('|').split('|').map(str::trim).collect()).collect()
}

/// The section that an assumption stands in, as `describe` tells it.
pub fn place(row: &Value) -> &str {
    row["source"].as_str().unwrap().split_once(", ").unwrap().1
}

/// Sections by their names in Rust comments, behind the page: one, or several with commas.
fn cited(folder: &Path, page: &str, found: &mut Vec<(PathBuf, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            cited(&path, page, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            // What breaks a line of a comment is left out.
            let text =
                text.replace("\n//! ", " ").replace("\n/// ", " ").replace("\n    /// ", " ");
            for (at, known) in text.match_indices(page) {
                let mut rest = &text[at + known.len() - 1..];
                while let Some((name, after)) =
                    rest.strip_prefix('"').and_then(|rest| rest.split_once('"'))
                {
                    found.push((path.clone(), name.to_owned()));
                    rest = after.trim_start_matches(", ").trim_start_matches(" and ");
                }
            }
        }
    }
}
