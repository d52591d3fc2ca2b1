//! What is around the methods of a portal: events, faults, races, and people.

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
