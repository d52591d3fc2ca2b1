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

    /// Every assumption stands in one of two tables as `describe` lists it: what can be set, with what the
    /// comment says of it in `source`, and what is fixed.
    pub fn shows_assumptions(&mut self, assumptions: &[Value], source: &str) {
        let (settable, fixed): (Vec<_>, Vec<_>) =
            assumptions.iter().partition(|row| row["setting"] == true);
        let settable = settable.into_iter().map(|row| {
            let (name, mark) = (row["name"].as_str().unwrap(), row["mark"].as_str().unwrap());
            let (default, place) = (&row["default"], link(place(row)));
            format!("| `{name}` | `{default}` | {mark} | {place} | {} |", meaning(source, name))
        });
        let fixed = fixed.into_iter().map(|row| {
            let (name, value) = (row["name"].as_str().unwrap(), row["value"].as_str().unwrap());
            format!("| `{name}` | {value} | {} |", link(place(row)))
        });
        let heads = [
            [
                "| Setting in `assumptions` | Default | Mark | Section | Meaning |",
                "|---|---|---|---|---|",
            ],
            ["| Fact | Taken | Section |", "|---|---|---|"],
        ];
        for (head, rows) in heads.into_iter().zip([settable.collect(), fixed.collect()]) {
            let rows: Vec<String> = rows;
            let lines: Vec<String> = head.map(str::to_owned).into_iter().chain(rows).collect();
            let start = self.text.find(&format!("\n{}\n", head[0])).unwrap() + 1;
            let end = self.text[start..].find("\n\n");
            let end = end.map_or(self.text.len(), |end| start + end);
            self.replace(start, end, &lines, head[0]);
        }
    }

    /// Every link within the page leads to one of its headings.
    pub fn links_lead_somewhere(&self) {
        let headings: Vec<String> = self.headings().map(link).collect();
        for (at, _) in self.text.match_indices("](#") {
            let anchor = self.text[at + 2..].split(')').next().unwrap();
            let known = headings.iter().any(|heading| heading.ends_with(&format!("({anchor})")));
            assert!(known, "{anchor}");
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

/// A link to a section of the page, as its headings are linked to.
fn link(section: &str) -> String {
    let anchor = section.to_lowercase().replace(' ', "-").replace([',', '\'', '.', '`'], "");
    format!("[{section}](#{anchor})")
}

/// What the code's own comment says of an assumption.
fn meaning(source: &str, name: &str) -> String {
    let (before, _) = source.split_once(&format!("\n    pub {name}: ")).unwrap();
    let comment = before.lines().rev().map_while(|line| line.trim().strip_prefix("/// "));
    let lines: Vec<&str> = comment.collect();
    assert!(!lines.is_empty(), "{name} has no comment");
    lines.into_iter().rev().collect::<Vec<_>>().join(" ")
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
