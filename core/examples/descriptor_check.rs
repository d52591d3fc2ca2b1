//! Checks descriptors of gateways and prints what stands out: `descriptor_check FILE...`. Without a
//! file it checks all that come with the library. Ends with 1 if any must not be used.

use std::process::ExitCode;

use kopeck::{Client, Error, Fields};
use serde_json::Value;

fn main() -> ExitCode {
    let mut names: Vec<String> = std::env::args().skip(1).collect();
    if names.is_empty() {
        names = kopeck::gateways::declared::built_in_ids().map(str::to_owned).collect();
    }
    let client = match Client::new(&Fields::new()) {
        Ok(client) => client,
        Err(error) => return unusable(&error),
    };
    let mut all = true;
    for name in &names {
        let given = Fields::from_iter([("descriptor".to_owned(), Value::from(name.as_str()))]);
        match client.call("descriptor_check", &given) {
            Ok(reply) => {
                all &= reply.get("ok") == Some(&Value::Bool(true));
                print(name, &Value::Object(reply));
            }
            Err(error) => return unusable(&error),
        }
    }
    if all { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn unusable(error: &Error) -> ExitCode {
    eprintln!("{}", error.message);
    ExitCode::FAILURE
}

/// A line for the file, and one for each thing that stands out.
fn print(name: &str, reply: &Value) {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let rows = |key: &str| reply[key].as_array().cloned().unwrap_or_default();
    let vectors = rows("vectors");
    let right = vectors.iter().filter(|vector| vector["ok"] == true).count();
    let verdict = if reply["ok"] == true { "ok" } else { "not to be used" };
    let title = text(&reply["title"]);
    println!("{name}: {title}: {verdict}, {right} of {} vectors right", vectors.len());
    for (word, key) in [("problem", "problems"), ("warning", "warnings")] {
        for row in rows(key) {
            let line =
                row["line"].as_u64().map(|line| format!("line {line}: ")).unwrap_or_default();
            println!("  {word}: {line}{}: {}", text(&row["path"]), text(&row["says"]));
        }
    }
    for vector in vectors {
        let mark = if vector["ok"] == true { "ok " } else { "NOT" };
        println!(
            "  {mark} {} ({}): {}",
            text(&vector["id"]),
            text(&vector["kind"]),
            text(&vector["what"])
        );
    }
}
