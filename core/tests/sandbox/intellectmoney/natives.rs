//! Every method of IntellectMoney by its own name, with every field, as a form and as JSON; and the
//! same stories at shops whose replies are odd. What the sandbox does not play stands here.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{begun, cards, common, invoices, page, payouts, personal, schedules};
use crate::eshop::Eshop;
use crate::shop::{look, succeeded, with, word};

/// A test that is told by a shop of any kind.
pub type Story = fn(&Eshop);

/// Each calls operations by their own names, at a shop of its own.
const STORIES: &[Story] = &[
    invoices::an_invoice_with_every_field,
    invoices::a_hold_is_taken_by_either_number,
    invoices::money_goes_back_in_four_ways,
    cards::a_card_pays_behind_three_d_secure,
    cards::a_small_sum_proves_a_card,
    cards::a_refused_card_leaves_the_invoice_payable,
    begun::every_way_is_begun_and_paid,
    begun::a_refused_way_leaves_the_invoice_payable,
    page::a_form_makes_an_invoice,
    page::a_link_makes_an_invoice,
    page::an_invoice_has_its_own_page,
    personal::a_token_is_fetched_once_or_given,
    personal::invoices_are_found_by_every_filter,
    personal::movements_are_listed_and_add_up,
    schedules::a_card_is_charged_by_a_plan,
    payouts::money_leaves_by_card_and_by_sbp,
    payouts::a_transfer_between_people,
    common::a_payment_by_card_and_back,
    common::a_hold_and_a_wallet,
];

/// Name, the word for it in the sandbox's README, and why it is not played.
const NOT_PLAYED: &[(&str, &str, &str)] = &[(
    "intellectmoney.sberPayPushNotification",
    "sberPayPushNotification",
    "no document shows its fields",
)];

/// Shops whose replies are odd: switches, and the settings that go with them.
fn odd_shops() -> Vec<(Value, Value)> {
    let mut odd: Vec<(Value, Value)> = [
        json!({ "success_code": 1 }),
        json!({ "invoice_id_as_text": true }),
        json!({ "step_as": "client" }),
        json!({ "step_as": "number" }),
        json!({ "form3ds_object": true }),
        json!({ "operation_id": false }),
        json!({ "time_zone_hours": 0 }),
        json!({ "cvv_required": true, "require_bearer": false }),
        json!({ "fail_url_signed": false }),
    ]
    .map(|switches| (switches, json!({})))
    .into();
    odd.push((
        json!({ "success_code": 1, "invoice_id_as_text": true, "step_as": "number",
                "form3ds_object": true, "operation_id": false, "fail_url_signed": false,
                "time_zone_hours": 7, "created_reads": 2, "in_process_reads": 2,
                "payout_reads": 3 }),
        json!({ "body": "json" }),
    ));
    for (switches, settings) in &mut odd {
        if switches["fail_url_signed"] == false {
            settings["assumptions"] = json!({ "fail_url_signed": false });
        }
        if let Some(hours) = switches["time_zone_hours"].as_i64() {
            settings["gateway_time_zone"] = json!(format!("+{hours:02}:00"));
        }
    }
    odd
}

/// A shop with these switches that refuses fields which the method does not have, and a client with
/// every key and these settings beside.
pub fn equipped(switches: Value, settings: Value) -> Eshop {
    let shop = Eshop::with(with(json!({ "refuse_unknown_fields": true }), switches));
    let keys = with(shop.personal(), json!({ "p2p_form_key": shop.keys["p2p_form_key"] }));
    Eshop::same(&shop, with(keys, settings))
}

/// Tells a story at a shop whose requests are forms, and at one whose requests are JSON.
pub fn in_both_forms(story: Story) {
    for body in ["form", "json"] {
        story(&equipped(json!({}), json!({ "body": body })));
    }
}

/// The names of the fields in the newest request to that method with `needle` in it.
pub fn names_sent(method: &str, needle: &str) -> BTreeSet<String> {
    let requests = look("requests")["requests"].as_array().cloned().unwrap();
    let body = requests.iter().rfind(|one| {
        word(one, "path").ends_with(method) && one["body"].to_string().contains(needle)
    });
    let body = &body.unwrap_or_else(|| panic!("no {method} with {needle}"))["body"];
    let text = body.as_str().map(str::to_owned).unwrap_or_else(|| body.to_string());
    match serde_json::from_str::<Value>(&text) {
        Ok(Value::Object(fields)) => fields.keys().cloned().collect(),
        _ => text.split('&').filter_map(|pair| pair.split('=').next()).map(str::to_owned).collect(),
    }
}

/// A moment that many seconds from now, as the gateway's clock `hours` east of UTC writes it.
pub fn moment(hours: i64, seconds: i64) -> String {
    let format = time::macros::format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");
    let now = time::OffsetDateTime::now_utc() + time::Duration::seconds(hours * 3600 + seconds);
    now.format(format).unwrap()
}

/// Hours that the shop's gateway is east of UTC.
pub fn zone(shop: &Eshop) -> i64 {
    shop.keys["settings"]["time_zone_hours"].as_i64().unwrap()
}

#[test]
fn every_native_operation_that_the_sandbox_plays_succeeds_with_every_field() {
    STORIES.iter().copied().for_each(in_both_forms);
    let all = Eshop::plain().call("describe", json!({}))["operations"].clone();
    let mut described = BTreeSet::new();
    for row in all.as_array().unwrap() {
        let Some(name) = row["name"].as_str().filter(|name| name.starts_with("intellectmoney."))
        else {
            continue;
        };
        described.insert(name.to_owned());
        let own = row["fields"].as_array().unwrap().iter();
        let given = own.filter(|field| field["need"] != "settings");
        described.extend(given.map(|field| format!("{name}.{}", word(field, "name"))));
    }
    assert!(described.len() > 150, "{}", described.len());
    let readme = include_str!("../../../../tests/sandbox/README.md");
    for (name, word, why) in NOT_PLAYED {
        assert!(readme.contains(word), "{name} ({why}): the sandbox's README does not say so");
        assert!(described.contains(*name), "no such operation: {name}");
    }
    let not_played = |name: &str| {
        NOT_PLAYED.iter().any(|row| name == row.0 || name.starts_with(&format!("{}.", row.0)))
    };
    let done = succeeded();
    let missing: Vec<_> = described.difference(&done).filter(|name| !not_played(name)).collect();
    assert!(missing.is_empty(), "never carried out, or never sent: {missing:?}");
    let played: Vec<_> = done.iter().filter(|name| not_played(name)).collect();
    assert!(played.is_empty(), "carried out, and yet listed as not played: {played:?}");
}

#[test]
fn replies_of_every_kind_are_read_the_same() {
    std::thread::scope(|scope| {
        for (switches, settings) in odd_shops() {
            scope.spawn(move || {
                for story in STORIES {
                    story(&equipped(switches.clone(), settings.clone()));
                }
            });
        }
    });
}
