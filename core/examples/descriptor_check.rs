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
                print(name, &reply);
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
fn print(name: &str, reply: &Fields) {
    let is_ok = |fields: &Fields| fields.get("ok") == Some(&Value::Bool(true));
    let vectors = rows(reply, "vectors");
    let right = vectors.iter().filter(|vector| is_ok(vector)).count();
    let verdict = if is_ok(reply) { "ok" } else { "not to be used" };
    let title = text(reply, "title");
    println!("{name} ({title}): {verdict}, {right} of {} vectors right", vectors.len());
    for (word, key) in [("problem", "problems"), ("warning", "warnings")] {
        for row in rows(reply, key) {
            let line = row.get("line").and_then(Value::as_u64);
            let line = line.map(|line| format!("line {line}: ")).unwrap_or_default();
            println!("  {word}: {line}{}: {}", text(row, "path"), text(row, "says"));
        }
    }
    for row in vectors {
        let mark = if is_ok(row) { "ok " } else { "NOT" };
        let (id, kind, what) = (text(row, "id"), text(row, "kind"), text(row, "what"));
        println!("  {mark} {id} ({kind}): {what}");
    }
}

fn rows<'a>(reply: &'a Fields, key: &str) -> Vec<&'a Fields> {
    let rows = reply.get(key).and_then(Value::as_array);
    rows.into_iter().flatten().filter_map(Value::as_object).collect()
}

fn text<'a>(row: &'a Fields, key: &str) -> &'a str {
    row.get(key).and_then(Value::as_str).unwrap_or("-")
}
