//! `kopeck-bench serve` answers every request with the same JSON, on loopback with keep-alive.
//! `kopeck-bench run` calls it with Kopeck and with a bare ureq agent, in interleaved rounds, and
//! prints medians and ratios. The figures are of one machine on one day; only ratios hold.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::expect_used)]

mod serve;

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use kopeck::{Client, Fields};
use serde_json::json;

const CALLS: usize = 3000;
const ROUNDS: usize = 7;

fn main() {
    match std::env::args().nth(1).as_deref() {
        Some("serve") => serve::run(),
        Some("run") | None => compare(),
        Some(other) => {
            eprintln!("kopeck-bench: expected serve or run, got {other:?}");
            std::process::exit(2);
        }
    }
}

/// The server in a process of its own, so that only the client's work is counted.
struct Server(Child, String);

impl Server {
    fn start() -> Server {
        let program = std::env::current_exe().unwrap();
        let mut child =
            Command::new(program).arg("serve").stdout(Stdio::piped()).spawn().expect("the server");
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Server(child, line.trim().to_owned())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn fields(value: serde_json::Value) -> Fields {
    value.as_object().cloned().unwrap()
}

fn compare() {
    let server = Server::start();
    let base_url = format!("{}/payment", server.1);
    let client = Client::new(&fields(json!({
        "gateway": "rbs", "base_url": base_url, "user_name": "u", "password": "p",
    })))
    .unwrap();
    let payment = fields(json!({
        "order_number": "A-1", "amount": "100.00", "currency": "RUB",
        "return_url": "https://shop.example/return", "description": "an order",
    }));
    let portal = Client::new(&fields(json!({
        "service": "bitrix24", "webhook_url": format!("{}/rest/1/abcdef0123456789/", server.1),
        "request_limit": "none",
    })))
    .unwrap();
    let item = fields(json!({ "entityTypeId": 1220, "fields": {
        "title": "an order", "opportunity": "100.00", "currencyId": "RUB", "parentId2": 662,
        "xmlId": "kopeck:rbs:A-1",
    } }));
    let agent = ureq::Agent::config_builder().proxy(None).build().new_agent();
    let url = format!("{base_url}/rest/register.do");
    let body = "amount=10000&currency=643&userName=u&password=p&\
                returnUrl=https://shop.example/return&description=an%20order&orderNumber=A-1";
    let mut kopeck = || {
        client.call("create_payment", &payment).unwrap();
    };
    let mut bitrix24 = || {
        portal.call("bitrix24.crm.item.add", &item).unwrap();
    };
    let mut bare = || {
        let mut response = agent
            .post(&url)
            .header("content-type", "application/x-www-form-urlencoded")
            .send(body)
            .unwrap();
        let text = response.body_mut().read_to_string().unwrap();
        let reply: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert!(reply["orderId"].is_string());
    };
    round(&mut kopeck, 300);
    round(&mut bitrix24, 300);
    round(&mut bare, 300);
    let (mut ours, mut portals, mut theirs) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        theirs.push(round(&mut bare, CALLS));
        ours.push(round(&mut kopeck, CALLS));
        portals.push(round(&mut bitrix24, CALLS));
    }
    let floor = median(&theirs);
    println!(
        "{:<35} {:>9} {:>9} {:>7} {:>7}",
        "one thread, keep-alive, loopback", "wall us", "cpu us", "wall x", "cpu x"
    );
    for (name, measured) in [
        ("bare ureq + serde_json", floor),
        ("kopeck create_payment (Rust)", median(&ours)),
        ("kopeck bitrix24.crm.item.add (Rust)", median(&portals)),
    ] {
        println!(
            "{name:<35} {:>9.1} {:>9.1} {:>7.2} {:>7.2}",
            measured.0,
            measured.1,
            measured.0 / floor.0,
            measured.1 / floor.1
        );
    }
}

/// Microseconds per call: wall, and processor time of this process.
fn round(call: &mut dyn FnMut(), calls: usize) -> (f64, f64) {
    let (wall, cpu) = (Instant::now(), processor_time());
    for _ in 0..calls {
        call();
    }
    let per_call = |time: Duration| time.as_secs_f64() * 1e6 / calls as f64;
    (per_call(wall.elapsed()), per_call(processor_time() - cpu))
}

/// Of this process's main thread, in nanoseconds, from the scheduler.
fn processor_time() -> Duration {
    let text = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    Duration::from_nanos(text.split(' ').next().and_then(|ns| ns.parse().ok()).unwrap_or(0))
}

fn median(rounds: &[(f64, f64)]) -> (f64, f64) {
    let middle = |pick: fn(&(f64, f64)) -> f64| {
        let mut values: Vec<f64> = rounds.iter().map(pick).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    (middle(|round| round.0), middle(|round| round.1))
}
