//! What a shop reconciles by: lists of a period, and the reads and writes beside the common ones.

use std::collections::BTreeSet;

use kopeck::Kind;
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};

use crate::shop::{RETURN, Shop, act, number, text, with, word};

fn at(offset: Duration) -> String {
    kopeck::clock::print(OffsetDateTime::now_utc() + offset)
}

fn period(more: Value) -> Value {
    with(json!({ "from": at(-Duration::hours(1)), "to": at(Duration::hours(1)) }), more)
}

fn ids(list: &kopeck::Fields) -> Vec<String> {
    let payments = list["payments"].as_array().unwrap();
    payments.iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn payments_of_a_period_come_page_by_page() {
    let shop = Shop::new(json!({}), json!({ "gateway_time_zone": "+00:00" }));
    let made: BTreeSet<String> = (0..5).map(|_| shop.created(json!({}))).collect();
    let first = made.iter().next().unwrap().clone();
    act(&first, json!({ "do": "pay" }));
    let mut seen = BTreeSet::new();
    for page in 0..3 {
        let list = shop.call("list_payments", period(json!({ "page": page, "page_size": 2 })));
        assert_eq!(
            (&list["total"], &list["page"], &list["page_size"]),
            (&json!(5), &json!(page), &json!(2))
        );
        assert_eq!(ids(&list).len(), if page == 2 { 1 } else { 2 });
        seen.extend(ids(&list));
    }
    assert_eq!(seen, made);
    let past_the_end = shop.call("list_payments", period(json!({ "page": 3, "page_size": 2 })));
    assert_eq!(ids(&past_the_end), [""; 0]);
    let paid = shop.call("list_payments", period(json!({ "statuses": ["paid"], "by": "paid" })));
    assert_eq!(ids(&paid), [first]);
    let one = &paid["payments"][0];
    assert_eq!(
        (&one["status"], &one["captured"], &one["currency"]),
        (&json!("paid"), &json!("100.00"), &json!("RUB"))
    );
    // Another merchant's are not among them.
    let other = Shop::new(json!({}), json!({ "gateway_time_zone": "+00:00" }));
    assert_eq!(ids(&other.call("list_payments", period(json!({})))), [""; 0]);
}

#[test]
fn dates_are_the_gateways_own() {
    // The same hours by a clock that is three hours ahead.
    let shop = Shop::new(
        json!({ "settings": { "time_zone_hours": 3 } }),
        json!({ "gateway_time_zone": "+03:00" }),
    );
    let id = shop.created(json!({}));
    assert_eq!(ids(&shop.call("list_payments", period(json!({})))), [id]);
    let wrong = Shop::same(&shop, json!({ "gateway_time_zone": "+00:00" }));
    assert_eq!(ids(&wrong.call("list_payments", period(json!({})))), [""; 0]);
    // Without a zone nothing is asked: an hour off is another day's money.
    let error = Shop::same(&shop, json!({})).fails("list_payments", period(json!({})));
    assert_eq!(
        (error.kind, error.field.as_deref()),
        (Kind::InvalidRequest, Some("gateway_time_zone"))
    );
}

#[test]
fn a_hold_ends_by_the_gateways_clock_across_midnight() {
    // An hour from now in UTC is over at a gateway that reads it as Moscow's time.
    let format = time::macros::format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]");
    let soon = (OffsetDateTime::now_utc() + Duration::hours(1)).format(&format).unwrap();
    let moscow = (OffsetDateTime::now_utc() + Duration::hours(4)).format(&format).unwrap();
    for (zone, date, status) in [
        (0, &soon, "authorized"),
        (3, &soon, "paid"),
        (3, &moscow, "authorized"),
        (0, &moscow, "authorized"),
    ] {
        let shop = Shop::with(json!({ "time_zone_hours": zone }));
        let id = shop.paid(json!({ "hold": true, "extra": { "autocompletionDate": date } }));
        assert_eq!(shop.stands(&id).0, status, "{zone} {date}");
    }
}

#[test]
pub fn orders_are_registered_read_and_closed_by_their_own_methods() {
    let shop = Shop::plain();
    let fields = |number: &str| json!({ "orderNumber": number, "amount": "10000", "currency": "643", "returnUrl": RETURN });
    let number = number();
    let id = word(&shop.native("register", fields(&number)), "orderId").to_owned();
    shop.native("addParams", json!({ "orderId": id, "params": { "a": "1" } }));
    let found = shop.native("getOrderStatusExtended", json!({ "orderId": id }));
    assert_eq!(found["merchantOrderParams"], json!([{ "name": "a", "value": "1" }]));
    let short = shop.native("getOrderStatus", json!({ "orderId": id }));
    assert_eq!(short["OrderStatus"], 0, "{short}");
    shop.native("decline", json!({ "orderId": id, "orderNumber": number }));
    assert_eq!(shop.stands(&id).0, "cancelled");
    let late = shop.fails("rbs.addParams", json!({ "orderId": id, "params": { "b": "1" } }));
    assert_eq!(late.code.as_deref(), Some("7"));

    let held =
        word(&shop.native("registerPreAuth", fields(&crate::shop::number())), "orderId").to_owned();
    act(&held, json!({ "do": "pay" }));
    shop.native("deposit", json!({ "orderId": held, "amount": "0" }));
    shop.native("refund", json!({ "orderId": held, "amount": "2500", "externalRefundId": "r-1" }));
    assert_eq!(shop.stands(&held), ("partially_refunded".into(), json!("100.00"), json!("25.00")));
    let released = shop.paid(json!({ "hold": true }));
    shop.native("reverse", json!({ "orderId": released }));
    let stamp = |offset: Duration| {
        let format = time::macros::format_description!("[year][month][day][hour][minute][second]");
        (OffsetDateTime::now_utc() + offset).format(&format).unwrap()
    };
    let list = json!({ "size": "100", "from": stamp(-Duration::hours(1)), "to": stamp(Duration::hours(1)),
                       "transactionStates": ["REVERSED"], "merchants": "", "searchByCreatedDate": true });
    let list = shop.native("getLastOrdersForMerchants", list);
    assert_eq!(list["totalCount"], 1, "{list}");
    assert_eq!(text(&shop.status(&released), "status"), "cancelled");
}
