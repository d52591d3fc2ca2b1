//! What is around the methods of a portal: batches, limits, OAuth, events, faults, and races.

#[cfg(test)]
mod listener;
#[cfg(test)]
mod portal;
#[cfg(test)]
mod started;

use std::time::{Duration, Instant};

use listener::Listener;
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

#[test]
fn events_leave_once_as_a_form() {
    let sandbox = Sandbox::start(&[]);
    let ours = Listener::new(&["500 x"]);
    let hook = json!({"events": ["OnCrmDynamicItemUpdate", "ONCRMDEALADD"], "url": ours.url, "delay_ms": 50});
    let portal = Portal::new(
        &sandbox,
        &json!({"types": [{"entityTypeId": 1220, "title": "SPA"}], "webhook": hook}),
    );
    portal.control("items/1220", &json!({"id": 24}));
    let change = json!({"entityTypeId": 1220, "id": 24, "fields": {"title": "New"}});
    portal.call("crm.item.update", &change);
    portal.call("crm.item.update", &change);
    let heard = ours.next();
    let origin = sandbox.origin.trim_start_matches("http://");
    for (name, value) in [
        ("event", "ONCRMDYNAMICITEMUPDATE"),
        ("data[FIELDS][ID]", "24"),
        ("data[FIELDS][ENTITY_TYPE_ID]", "1220"),
        ("auth[domain]", origin),
        ("auth[client_endpoint]", &format!("http://{origin}/bitrix24/rest/")),
        ("auth[member_id]", text(&portal.made, "member_id")),
        ("auth[application_token]", text(&portal.made, "application_token")),
    ] {
        assert_eq!(heard.get(name), value, "{name}");
    }
    assert!(heard.body.starts_with("event=ONCRMDYNAMICITEMUPDATE&event_handler_id=5&data%5BFIELDS%5D%5BID%5D=24&data%5BFIELDS%5D%5BENTITY_TYPE_ID%5D=1220&ts="), "{}", heard.body);
    assert!(ours.is_quiet(), "status 500 is no reason to repeat, nor is a change of nothing");
    let sent = portal.state()["events"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(sent["result"], "HTTP 500");
    // Twice on demand, under the name of one type, and with a token of somebody else.
    let hook = json!({"events": ["ONCRMDYNAMICITEMUPDATE_1220"], "url": ours.url, "copies": 2, "token": "other"});
    portal.control("", &json!({"webhook": hook}));
    portal.control("items/1220/24", &json!({"title": "By hand"}));
    for _ in 0..2 {
        let heard = ours.next();
        assert_eq!(heard.get("event"), "ONCRMDYNAMICITEMUPDATE_1220");
        assert_eq!(heard.get("auth[application_token]"), "other");
    }
    assert!(
        portal
            .call("events", &json!({}))
            .as_array()
            .unwrap()
            .contains(&json!("ONCRMDYNAMICITEMUPDATE_1220"))
    );
}

#[test]
fn an_event_may_come_before_what_it_tells_of() {
    let sandbox = Sandbox::start(&[]);
    let portal = Portal::new(&sandbox, &json!({"deals": [{"title": "Old"}]}));
    let name = portal.url("crm.item.get");
    let seen = Listener::answering(move |_, _| {
        let told = std::process::Command::new("curl")
            .args(["-s", "--noproxy", "*", "-d", "entityTypeId=2&id=662", &name])
            .output()
            .unwrap();
        let told: Value = serde_json::from_slice(&told.stdout).unwrap();
        assert_eq!(told["result"]["item"]["title"], "Old", "seen too early");
        "200 ok".to_owned()
    });
    portal.control("", &json!({"webhook": {"url": seen.url, "visible_after_ms": 600}}));
    let change = json!({"entityTypeId": 2, "id": 662, "fields": {"title": "New"}});
    assert_eq!(portal.call("crm.item.update", &change)["item"]["title"], "New");
    assert_eq!(seen.next().get("event"), "ONCRMDEALUPDATE");
    let asked = json!({"entityTypeId": 2, "id": 662});
    assert_eq!(portal.call("crm.item.get", &asked)["item"]["title"], "New");
    let sent = seen.until(|| portal.state()["events"][0]["result"].as_str().map(str::to_owned));
    assert_eq!(sent, "HTTP 200");
}

#[test]
fn faults_strike_one_portal() {
    let sandbox = Sandbox::start(&[]);
    let portal = Portal::usual(&sandbox);
    let secret = portal.url("").trim_end_matches('/').rsplit('/').next().unwrap().to_owned();
    let arm = |fault: Value| {
        let mut armed = json!({"match": format!("{secret}/crm.item.add")});
        armed.as_object_mut().unwrap().extend(fault.as_object().unwrap().clone());
        sandbox.control("faults", &armed.to_string());
    };
    let add = json!({"entityTypeId": 1220, "fields": {"title": "Ж 1", "xmlId": "k"}});
    let body = add.to_string();
    let label = "content-type: application/json";
    let told = |method: &str| {
        let url = portal.url(method);
        sandbox.try_curl(&["-H", label, "-d", &body, "-w", "\n%{http_code} %{redirect_url}", &url])
    };
    let count = || portal.state()["items"]["1220"].as_array().map_or(0, Vec::len);
    for (fault, exit, status, code, made) in [
        ("query_limit", 0, "503", "QUERY_LIMIT_EXCEEDED", 0),
        ("operation_limit", 0, "429", "OPERATION_TIME_LIMIT", 0),
        ("status_503", 0, "503", "<html>", 0),
        ("internal_error_after", 0, "500", "INTERNAL_SERVER_ERROR", 1),
        ("drop_after", 52, "000", "", 2),
        ("garbage", 0, "200", "<html>", 3),
    ] {
        arm(json!({"fault": fault, "body": "\"xmlId\":\"k\""}));
        let (got, text) = told("crm.item.add");
        assert_eq!((got, count()), (exit, made), "{fault}");
        assert!(text.contains(code) && text.contains(&format!("\n{status} ")), "{fault}: {text}");
    }
    // The portal has moved: the same path elsewhere, where it answers.
    for (to, starts) in [
        (Value::Null, "http://localhost:"),
        (json!("/moved/a/b"), "http://localhost:"),
        (json!("http://evil.test/x?t={target}"), "http://evil.test/x?t=/bitrix24/rest/1/"),
    ] {
        arm(json!({"fault": "moved", "to": to}));
        let (_, text) = told("crm.item.add");
        let (head, location) = text.trim_end().rsplit_once("\n302 ").unwrap();
        assert!(head.is_empty() && location.starts_with(starts), "{text}");
        if !location.contains("evil") {
            let answer = sandbox.curl(&[
                "-H",
                label,
                "-d",
                &body,
                &location.replace("localhost", "127.0.0.1"),
            ]);
            assert!(answer.contains("\"xmlId\":\"k\""), "{answer}");
        }
    }
    assert_eq!(count(), 5);
    // Carried out long after the caller gave up.
    arm(json!({"fault": "commit_late", "hang_ms": 300}));
    assert_eq!((told("crm.item.add").0, count()), (52, 5));
    let end = Instant::now() + Duration::from_secs(5);
    while count() == 5 {
        assert!(Instant::now() < end, "never carried out");
        std::thread::sleep(Duration::from_millis(20));
    }
    let seen = sandbox.get("/control/requests").to_string();
    assert!(!seen.contains(&secret));
}

#[test]
fn calls_may_overtake_each_other() {
    let sandbox = Sandbox::start(&[]);
    let portal = Portal::usual(&sandbox);
    portal.control("", &json!({"pause_ms": 20, "pauses": {"crm.item.ADD": 400}}));
    let begun = Instant::now();
    let add = json!({"entityTypeId": 1220, "fields": {"xmlId": "k"}});
    let find = json!({"entityTypeId": 1220, "filter": {"=xmlId": "k"}});
    std::thread::scope(|scope| {
        let adding: Vec<_> =
            (0..4).map(|_| scope.spawn(|| portal.call("crm.item.add", &add))).collect();
        std::thread::sleep(Duration::from_millis(100));
        assert_eq!(portal.call("crm.item.list", &find)["items"], json!([]));
        let ids: std::collections::BTreeSet<i64> = adding
            .into_iter()
            .map(|one| one.join().unwrap()["item"]["id"].as_i64().unwrap())
            .collect();
        assert_eq!(ids.len(), 4);
    });
    assert!(begun.elapsed() < Duration::from_millis(1500), "the pauses stood in a line");
    // A caller who hangs up does not stop it.
    let url = portal.url("crm.item.add");
    sandbox.try_curl(&["--max-time", "0.1", "-d", "entityTypeId=1220&fields[xmlId]=k", &url]);
    let end = Instant::now() + Duration::from_secs(5);
    while portal.state()["items"]["1220"].as_array().unwrap().len() < 5 {
        assert!(Instant::now() < end, "given up with its caller");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn what_happens_by_hand() {
    let sandbox = Sandbox::start(&[]);
    let portal = Portal::usual(&sandbox);
    let deal = portal.control("deals", &json!({"id": 700, "title": "Another", "stageId": "LOSE"}));
    assert_eq!((&deal["id"], &deal["closed"]), (&json!(700), &json!("Y")));
    assert_eq!(portal.control("deals/700", &json!({"stageId": "NEW"}))["closed"], "N");
    let hand = |path: &str| {
        let url = format!("{}/control/bitrix24/portals/{}/{path}", sandbox.origin, portal.name);
        read(&sandbox.curl(&["-X", "DELETE", "-w", "\n%{http_code}", &url])).0
    };
    assert_eq!((hand("deals/700"), hand("deals/700")), (200, 400));
    portal.control("comments/2/662", &json!({"COMMENT": "from a person"}));
    let state = portal.state();
    assert_eq!(state["comments"][0]["COMMENT"], "from a person");
    assert_eq!(hand("comments/999"), 200);
    portal.control("orders", &json!({"id": 5, "ownerId": 662}));
    let payment = portal.control("payments", &json!({"orderId": 5, "sum": 10, "paid": "Y"}));
    assert_eq!((&payment["paid"], &payment["sum"]), (&json!("Y"), &json!(10)));
    let list = json!({"entityId": 662, "entityTypeId": 2});
    assert_eq!(portal.call("crm.item.payment.list", &list)[0]["accountNumber"], "5/1");
    let calls = portal.state()["calls"].clone();
    assert_eq!((text(&calls[0], "method"), &calls[0]["params"]), ("crm.item.payment.list", &list));
    assert_eq!((hand("payments/1033"), hand("orders/5"), hand("calls")), (200, 200, 200));
    let state = portal.state();
    assert_eq!(
        (&state["calls"], &state["payments"], &state["orders"]),
        (&json!([]), &json!([]), &json!([]))
    );
    portal.control("", &json!({"refusals": [{"method": "*", "status": 500, "error": "ERROR_UNEXPECTED_ANSWER", "after": true}]}));
    let add = json!({"entityTypeId": 1220, "fields": {}});
    assert_eq!(portal.refused("crm.item.add", &add), (500, json!("ERROR_UNEXPECTED_ANSWER")));
    assert_eq!(portal.state()["items"]["1220"].as_array().unwrap().len(), 1);
    assert_eq!(portal.call("profile", &json!({}))["ID"], "1");
    assert_eq!(hand(""), 200);
    assert_eq!(portal.whole("profile", &json!({})).0, 401);
}
