//! Vectors as a gateway: each request is compared byte for byte, and answered from the file.

mod session;
mod vector;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};

use crate::exchange::{Answer, Call};
use session::Session;
use vector::Vector;

/// Vectors by name, and how far each session has come.
#[derive(Default)]
pub struct Replay {
    vectors: HashMap<String, Vector>,
    sessions: Mutex<HashMap<String, Session>>,
}

impl Replay {
    /// Reads every `*.json` of the folders.
    pub fn load(folders: &[PathBuf]) -> Result<Self, String> {
        let mut vectors = HashMap::new();
        for folder in folders {
            let shown = folder.display();
            let entries = std::fs::read_dir(folder).map_err(|error| format!("{shown}: {error}"))?;
            for entry in entries {
                let path = entry.map_err(|error| format!("{shown}: {error}"))?.path();
                if path.extension().is_none_or(|kind| kind != "json") {
                    continue;
                }
                let Some(name) = path.file_stem().and_then(|stem| stem.to_str()) else {
                    continue;
                };
                let vector = Vector::read(&path)?;
                if vectors.insert(name.to_owned(), vector).is_some() {
                    return Err(format!("{}: there are two vectors of this name", path.display()));
                }
            }
        }
        Ok(Self { vectors, sessions: Mutex::default() })
    }

    /// Names of the vectors, sorted.
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.vectors.keys().map(String::as_str).collect();
        names.sort_unstable();
        names
    }

    /// Answers `/replay/<rest>`: `NAME[@SESSION]/reset`, `/result`, or the gateway's own path.
    pub fn answer(&self, rest: &str, call: &Call) -> Answer {
        let (label, path) = match rest.split_once('/') {
            Some((label, path)) => (label, format!("/{path}")),
            None => (rest, String::new()),
        };
        let name = label.split_once('@').map_or(label, |(name, _)| name);
        let Some(vector) = self.vectors.get(name) else {
            return Answer::text(599, format!("there is no vector {name:?}"));
        };
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        let session = sessions.entry(label.to_owned()).or_default();
        match (call.method.as_str(), path.as_str()) {
            ("POST", "/reset") => {
                *session = Session::default();
                Answer::json(200, &result(session, vector))
            }
            ("GET", "/result") => Answer::json(200, &result(session, vector)),
            _ => session.answer(vector, call, &path),
        }
    }
}

fn result(session: &Session, vector: &Vector) -> Value {
    json!({
        "position": session.position,
        "expected": vector.exchanges.len(),
        "differences": session.differences,
    })
}
