//! Replays tests/vectors: fields in, the exact bytes that leave, the gateway's answer in, and the
//! reply or the error out. The same files are replayed in C, Python and PHP through the sandbox.
//! `KOPECK_BLESS=1` writes what comes out into the files: read the difference before committing it.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use kopeck::clock::SystemClock;
use kopeck::http::{HttpRequest, HttpResponse, SendError, Transport};
use kopeck::{Client, Fields, Host};
use serde_json::{Value, json};

/// Answers from the vector, and notes what differed from it.
struct Script {
    base_url: String,
    exchanges: Vec<Value>,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Transport for Script {
    fn send(&self, request: &HttpRequest) -> Result<HttpResponse, SendError> {
        let mut seen = self.seen.lock().unwrap();
        let position = seen.len();
        let exchange = self.exchanges.get(position).unwrap_or(&Value::Null);
        let root = kopeck::native::origin(&self.base_url);
        let path = request.url.strip_prefix(root).unwrap_or(&request.url);
        let headers = request.headers.iter().map(|(name, value)| (name.as_ref(), value.as_str()));
        let sent = json!({
            "method": request.method,
            "path": path,
            "headers": headers.collect::<std::collections::BTreeMap<_, _>>(),
            "body": String::from_utf8(request.body.clone()).unwrap(),
        });
        let same = sent == exchange["request"];
        seen.push(if same { String::new() } else { format!("exchange {position}: sent {sent:#}") });
        let response = &exchange["response"];
        if response.is_null() {
            return Err(SendError {
                may_have_arrived: true,
                reason: "connection_lost",
                message: "no answer".into(),
            });
        }
        let headers = response["headers"].as_object().cloned().unwrap_or_default();
        Ok(HttpResponse {
            status: response["status"].as_u64().unwrap() as u16,
            headers: headers.iter().map(|(n, v)| (n.clone(), v.as_str().unwrap().into())).collect(),
            body: response["body"].as_str().unwrap().as_bytes().to_vec(),
        })
    }
}

fn files() -> Vec<PathBuf> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors");
    let mut files: Vec<PathBuf> = std::fs::read_dir(root)
        .unwrap()
        .flat_map(|gateway| std::fs::read_dir(gateway.unwrap().path()).unwrap())
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "json"))
        .collect();
    files.sort();
    assert!(files.len() > 20, "the vectors are missing");
    files
}

fn object(value: &Value) -> Fields {
    value.as_object().cloned().unwrap_or_default()
}

/// Where the vector's gateway or portal stands; empty where it calls nobody.
fn home(settings: &Fields) -> String {
    let oauth = settings.get("oauth").map(|oauth| &oauth["client_endpoint"]);
    let given = ["base_url", "webhook_url"].iter().find_map(|name| settings.get(*name)).or(oauth);
    given.and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Runs one vector; gives what differed, the reply or error, and the log with its secrets' names.
fn run(vector: &Value) -> (Vec<String>, Result<Fields, Fields>, String) {
    let mut settings = object(&vector["settings"]);
    settings.insert("clock".into(), vector["clock"].clone());
    let seen = Arc::new(Mutex::new(Vec::new()));
    let exchanges = vector["exchanges"].as_array().cloned().unwrap_or_default();
    let count = exchanges.len();
    let script = Script { base_url: home(&settings), exchanges, seen: Arc::clone(&seen) };
    let log = Mutex::new(String::new());
    let outcome = Client::over(&settings, Box::new(script)).and_then(|client| {
        let write = |_, line: &str| log.lock().unwrap().push_str(&format!("{line}\n"));
        let host = Host { clock: &SystemClock, log: Some(&write) };
        client.call_in(&host, vector["operation"].as_str().unwrap(), &object(&vector["fields"]))
    });
    let mut differences: Vec<String> =
        seen.lock().unwrap().iter().filter(|text| !text.is_empty()).cloned().collect();
    let sent = seen.lock().unwrap().len();
    if sent != count {
        differences.push(format!("{sent} exchanges, expected {count}"));
    }
    (differences, outcome.map_err(|error| error.to_fields()), log.into_inner().unwrap())
}

/// An error in a vector names only what matters: the fields that are not null, without the message.
fn telling(error: &Fields) -> Value {
    let keep = |(name, value): &(&String, &Value)| !value.is_null() && *name != "message";
    Value::Object(error.iter().filter(keep).map(|(n, v)| (n.clone(), v.clone())).collect())
}

#[test]
fn every_vector_gives_its_answer() {
    let bless = std::env::var_os("KOPECK_BLESS").is_some();
    let mut failures = Vec::new();
    for path in files() {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        let mut vector: Value = serde_json::from_str(&text).unwrap();
        let (differences, outcome, _) = run(&vector);
        failures.extend(differences.iter().map(|text| format!("{name}: {text}")));
        let (key, got) = match &outcome {
            Ok(reply) => ("reply", Value::Object(reply.clone())),
            Err(error) => ("error", telling(error)),
        };
        if bless {
            let fields = vector.as_object_mut().unwrap();
            fields.retain(|name, _| name != "reply" && name != "error");
            fields.insert(key.into(), got);
            let written = path.with_extension("new");
            std::fs::write(&written, format!("{vector:#}\n")).unwrap();
            std::fs::rename(&written, &path).unwrap();
        } else if vector[key] != got {
            failures.push(format!("{name}: expected {}, got {key} {got:#}", vector[key]));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Every secret of the settings, lists of them too.
fn secrets(settings: &Value) -> Vec<String> {
    let names = [
        "password",
        "token",
        "callback_key",
        "callback_public_key",
        "signing_key",
        "signing_key_password",
        "secret_key",
        "sign_secret_key",
        "bearer_token",
        "personal_password",
        "p2p_form_key",
        "application_token",
        "checkout_secret",
    ];
    let texts = |value: &Value| match value {
        Value::Array(list) => list.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        value => value.as_str().map(str::to_owned).into_iter().collect::<Vec<_>>(),
    };
    let all = names.iter().flat_map(|name| texts(&settings[*name]));
    let described = settings["secrets"].as_object().into_iter().flatten();
    let all = all.chain(described.flat_map(|(_, secret)| texts(secret)));
    let oauth = ["client_secret", "access_token", "refresh_token"];
    let all = all.chain(oauth.iter().flat_map(|name| texts(&settings["oauth"][*name])));
    // The last part of its path.
    let webhook = settings["webhook_url"].as_str().map(|url| url.trim_end_matches('/'));
    let all = all.chain(webhook.and_then(|url| url.rsplit('/').next()).map(str::to_owned));
    all.filter(|text| !text.is_empty()).collect()
}

/// What a caller gave that could pay: by the tables' guards, and by name in the common operations.
fn guarded(vector: &Value, tables: &[Value]) -> Vec<String> {
    fn by_table(table: &Value, given: &Value, found: &mut Vec<String>) {
        for row in table.as_array().into_iter().flatten() {
            let value = &given[row["name"].as_str().unwrap()];
            if row["guard"] != "open" {
                found.extend(value.as_str().map(str::to_owned));
            }
            let one = std::slice::from_ref(value);
            for value in value.as_array().map_or(one, Vec::as_slice) {
                by_table(&row["fields"], value, found);
            }
        }
    }
    let (operation, given) = (&vector["operation"], &vector["fields"]);
    let mut found = Vec::new();
    if let Some(native) =
        tables.iter().find(|row| row["path"].is_string() && row["name"] == *operation)
    {
        by_table(&native["fields"], given, &mut found);
    }
    for holder in [given, &given["create"], &given["charge"]] {
        found.extend(
            ["card_id", "wallet_token"]
                .iter()
                .filter_map(|name| holder[*name].as_str().map(str::to_owned)),
        );
    }
    // Shorter ones are words of the sample, and stand everywhere.
    found.retain(|text| text.len() > 6);
    found
}

/// The native operations of every gateway and dialect, and of the portal.
fn tables() -> Vec<Value> {
    let rbs = |dialect: &str| {
        json!({
            "gateway": "rbs", "base_url": "https://gateway.example/payment", "dialect": dialect,
            "user_name": "u", "password": "p",
        })
    };
    let intellectmoney = json!({
        "gateway": "intellectmoney", "eshop_id": "450001", "secret_key": "s", "bearer_token": "b",
        "sign_secret_key": "k",
    });
    let of = |settings: Value| {
        let client = Client::new(settings.as_object().unwrap()).unwrap();
        client.call("describe", &Fields::new()).unwrap()["operations"].as_array().unwrap().clone()
    };
    let bitrix24 = json!({
        "service": "bitrix24", "webhook_url": "https://portal.bitrix24.ru/rest/1/abcdef0123456789/",
    });
    [rbs("rbs"), rbs("sber_ecomm"), intellectmoney, bitrix24].map(of).concat()
}

#[test]
fn no_secret_reaches_a_log_a_reply_or_an_error() {
    let tables = tables();
    let personal = ["buyer@shop.test", "+79991234567", "IVAN IVANOV", "4111111111111111"];
    for path in files() {
        let vector: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let (_, outcome, log) = run(&vector);
        let reply = Value::Object(outcome.unwrap_or_else(|error| error)).to_string();
        for secret in secrets(&vector["settings"]) {
            assert!(!log.contains(&secret), "{}: {secret} in {log}", path.display());
            assert!(!reply.contains(&secret), "{}: {secret} in {reply}", path.display());
        }
        // Tokens that were handed out go to the caller alone.
        for token in ["access_token", "refresh_token"] {
            let given = vector["reply"][token].as_str();
            assert!(!given.is_some_and(|it| log.contains(it)), "{}: {log}", path.display());
        }
        for secret in guarded(&vector, &tables) {
            assert!(!log.contains(&secret), "{}: {secret} in {log}", path.display());
            let error = vector["error"].is_object() && reply.contains(&secret);
            assert!(!error, "{}: {secret} in {reply}", path.display());
        }
        for text in personal {
            assert!(!log.contains(text), "{}: {text} in {log}", path.display());
            assert!(!reply.contains(text), "{}: {text} in {reply}", path.display());
        }
        // A page can pay: it goes to the buyer, never into a log.
        assert!(!log.contains("mdOrder="), "{}: a page in {log}", path.display());
        let exchanges = vector["exchanges"].as_array().map_or(0, Vec::len);
        assert!(log.lines().count() >= 2 * exchanges, "{}: too little in {log}", path.display());
    }
}
