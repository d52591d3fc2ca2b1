//! How a portal is called: batches, limits, OAuth.

#[cfg(test)]
mod portal;
#[cfg(test)]
mod started;

use std::time::{Duration, Instant};

use portal::{Portal, read};
use serde_json::{Value, json};
use started::{Sandbox, text};

#[test]
fn batches_have_php_s_habits() {
    let sandbox = Sandbox::start(&[]);
    let portal = Portal::usual(&sandbox);
    portal.control("items/1220", &json!({"parentId2": 662}));
    let batch =
        |commands: Value, halt: i64| portal.call("batch", &json!({"halt": halt, "cmd": commands}));
    // The worked example.
    let told = batch(
        json!({"find": "crm.item.list?entityTypeId=1220&filter[%3DparentId2]=662&select[]=id",
            "won": "crm.item.update?entityTypeId=2&id=662&fields[stageId]=WON"}),
        1,
    );
    assert_eq!(told["result"]["find"], json!({"items": [{"id": 24}]}));
    assert_eq!(told["result"]["won"]["item"]["closed"], "Y");
    assert_eq!((&told["result_error"], &told["result_next"]), (&json!([]), &json!([])));
    assert_eq!(told["result_total"], json!({"find": 1}));
    assert!(told["result_time"]["won"]["start"].is_f64());
    let told = batch(
        json!({"find": "crm.item.list?entityTypeId=1220&select[]=id",
            "say": "crm.timeline.comment.add?fields[ENTITY_TYPE]=dynamic_1220&fields[COMMENT]=a%26b&fields[ENTITY_ID]=$result[find][items][0][id]"}),
        1,
    );
    assert_eq!(told["result"]["say"], 999);
    assert_eq!(portal.state()["comments"][0]["COMMENT"], "a&b");
    // What cannot be resolved is empty, and the call still runs.
    let told = batch(json!({"a": "crm.item.get?entityTypeId=1220&id=$result[none][id]"}), 1);
    assert_eq!((&told["result"], &told["result_error"]["a"]["error"]), (&json!([]), &json!(100)));
    // Names that are numbers are lost with the errors.
    let failing = "crm.item.get?entityTypeId=1220&id=1";
    let told = batch(json!({"5": failing, "7": "server.time", "9": failing}), 0);
    let errors = told["result_error"].as_array().unwrap();
    assert_eq!((errors.len(), &errors[0]["error"]), (2, &json!("NOT_FOUND")));
    let told = batch(json!({"5": failing, "x": failing}), 0);
    assert_eq!(told["result_error"]["x"]["error"], "NOT_FOUND");
    let told = batch(json!({"x": failing, "y": "server.time"}), 1);
    assert_eq!(told["result"], json!([]));
    let told = batch(json!([failing, "server.time"]), 0);
    assert!(told["result_error"].is_array() && told["result"]["1"].is_string(), "{told}");
    for refused in ["batch?cmd[a]=server.time", "crm.item.payment.list?entityId=662&entityTypeId=2"]
    {
        let told = batch(json!({"x": refused}), 0);
        assert_eq!(told["result_error"]["x"]["error"], "ERROR_BATCH_METHOD_NOT_ALLOWED");
    }
    // A form encodes its commands once more.
    let form = "cmd[add]=crm.item.add%3FentityTypeId%3D1220%26fields%5Btitle%5D%3DA%2526B%2B%253D%2B100%2525%26fields%5BparentId2%5D%3D662";
    let (_, answer) = portal.curl(&["--data", form], "batch");
    let item = &answer["result"]["result"]["add"]["item"];
    assert_eq!((text(item, "title"), &item["parentId2"]), ("A&B = 100%", &json!(662)));
    let many: Vec<&str> = vec!["server.time"; 51];
    assert_eq!(
        portal.refused("batch", &json!({"cmd": many})),
        (400, json!("ERROR_BATCH_LENGTH_EXCEEDED"))
    );
    let told = batch(json!(vec!["server.time"; 50]), 0);
    assert_eq!(told["result"].as_array().unwrap().len(), 50);
}

#[test]
fn limits_refuse_and_do_nothing() {
    let sandbox = Sandbox::start(&[]);
    let described = json!({"types": [{"entityTypeId": 1220, "title": "SPA"}], "deals": [{}],
        "limits": {"requests": 3, "per_second": 0.001}});
    let portal = Portal::new(&sandbox, &described);
    let add = json!({"entityTypeId": 1220, "fields": {}});
    for _ in 0..3 {
        portal.call("crm.item.add", &add);
    }
    assert_eq!(portal.refused("crm.item.add", &add), (503, json!("QUERY_LIMIT_EXCEEDED")));
    assert_eq!(portal.state()["items"]["1220"].as_array().unwrap().len(), 3);
    portal.control(
        "",
        &json!({"limits": {"operating_seconds": 1.0, "call_seconds": 0.6, "window_seconds": 2.0}}),
    );
    for _ in 0..2 {
        portal.call("crm.item.add", &add);
    }
    let (status, answer) = portal.whole("crm.item.add", &add);
    assert_eq!(
        (status, answer),
        (
            429,
            json!({"error": "OPERATION_TIME_LIMIT",
        "error_description": "Method is blocked due to operation time limit."})
        )
    );
    portal.call("crm.item.list", &json!({"entityTypeId": 1220}));
    let told = portal.call("batch", &json!({"cmd": {"a": "crm.item.add?entityTypeId=1220&fields[title]=x", "b": "server.time"}}));
    assert_eq!(told["result_error"]["a"]["error"], "OPERATION_TIME_LIMIT");
    assert!(told["result"]["b"].is_string());
    assert_eq!(portal.state()["items"]["1220"].as_array().unwrap().len(), 5);
    let end = Instant::now() + Duration::from_secs(8);
    while portal.whole("crm.item.add", &add).0 == 429 {
        assert!(Instant::now() < end, "blocked for ever");
        std::thread::sleep(Duration::from_millis(100));
    }
    portal.control("", &json!({"limits": {"on_premise": true}}));
    let (_, answer) = portal.whole("server.time", &json!({}));
    assert!(answer["time"].get("operating").is_none() && answer["result"].is_string());
}

#[test]
fn tokens_live_an_hour_and_rotate() {
    let sandbox = Sandbox::start(&[]);
    let portal = Portal::new(&sandbox, &json!({"deals": [{}], "oauth": true}));
    let oauth = &portal.made["oauth"];
    let get = json!({"entityTypeId": 2, "id": 662});
    let call = |token: &str, in_query: bool| {
        let mut asked = get.clone();
        let mut url = format!("{}crm.item.get", text(oauth, "client_endpoint"));
        match in_query {
            true => url.push_str(&format!("?auth={token}")),
            false => drop(asked.as_object_mut().unwrap().insert("auth".into(), token.into())),
        }
        let body = asked.to_string();
        read(&sandbox.curl(&[
            "-w",
            "\n%{http_code}",
            "-H",
            "content-type: application/json",
            "-d",
            &body,
            &url,
        ]))
    };
    for in_query in [true, false] {
        assert_eq!(call(text(oauth, "access_token"), in_query).0, 200);
    }
    assert_eq!(call("nobody", true).1["error"], "NO_AUTH_FOUND");
    portal.control("oauth", &json!({"expire": true}));
    let (status, answer) = call(text(oauth, "access_token"), false);
    assert_eq!((status, &answer["error"]), (401, &json!("expired_token")));
    let (id, secret) = (text(oauth, "client_id"), text(oauth, "client_secret"));
    let ask = |secret: &str, more: &str, form: bool| {
        let fields = format!("client_id={id}&client_secret={secret}&{more}");
        let url = text(oauth, "token_url").to_owned();
        let query = format!("{url}?{fields}");
        let told = match form {
            true => sandbox.curl(&["-w", "\n%{http_code}", "-d", &fields, &url]),
            false => sandbox.curl(&["-w", "\n%{http_code}", &query]),
        };
        read(&told)
    };
    let refresh = |token: &str| format!("grant_type=refresh_token&refresh_token={token}");
    let first = text(oauth, "refresh_token");
    assert_eq!(
        ask("wrong", &refresh(first), true),
        (
            401,
            json!({"error": "invalid_client", "error_description": "Invalid client credentials"})
        )
    );
    portal.control("oauth", &json!({"wrong_client": 1}));
    assert_eq!(ask(secret, &refresh(first), true), (200, json!({"error": "wrong_client"})));
    let (_, pair) = ask(secret, &refresh(first), true);
    assert_eq!((&pair["expires_in"], &pair["user_id"]), (&json!(3600), &json!(1)));
    assert_eq!(call(text(&pair, "access_token"), true).0, 200);
    // The old one is spent; by GET it is the same.
    let (status, answer) = ask(secret, &refresh(first), false);
    assert_eq!((status, &answer["error"]), (400, &json!("invalid_grant")));
    let (status, again) = ask(secret, &refresh(text(&pair, "refresh_token")), false);
    assert!(status == 200 && again["refresh_token"] != pair["refresh_token"]);
    let code = portal.control("oauth", &json!({"code": true}));
    let grant = format!("grant_type=authorization_code&code={}", text(&code, "code"));
    assert_eq!(ask(secret, &grant, false).0, 200);
    assert_eq!(ask(secret, &grant, false).0, 400);
    let code = portal.control("oauth", &json!({"code": true, "expire_codes": true}));
    let grant = format!("grant_type=authorization_code&code={}", text(&code, "code"));
    assert_eq!(ask(secret, &grant, true).1["error"], "invalid_grant");
    // Nothing of this may be read afterwards.
    portal.call("crm.item.get", &get);
    drop(sandbox.curl(&[&portal.url("x").replace("/rest/1/", "/rest/1/other")]));
    let seen = sandbox.get("/control/requests").to_string();
    let webhook = text(&portal.made, "webhook_url").to_owned();
    let webhook = webhook.trim_end_matches('/').rsplit('/').next().unwrap();
    for hidden in [
        webhook,
        secret,
        first,
        text(oauth, "access_token"),
        text(&pair, "access_token"),
        text(&pair, "refresh_token"),
    ] {
        assert!(!seen.contains(hidden), "{hidden}");
    }
    assert!(seen.contains("/bitrix24/rest/1/***/crm.item.get"));
}
