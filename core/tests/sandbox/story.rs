//! A payment from its registration to its refund, a hold, and the words of refusals: the whole story,
//! which C and Python tell too.

use kopeck::{Client, Error, Fields, Kind};
use serde_json::json;

use crate::card_payments::CHALLENGED;
use crate::shop::{GOOD, RETURN, Shop, act, browse, fields, number, order, text, with};

fn create(client: &Client, number: &str) -> Result<Fields, Error> {
    client.call("create_payment", &fields(order(json!({ "order_number": number }))))
}

#[test]
fn a_payment_from_registration_to_refund() {
    // Most merchants have one login and no need to name it.
    let shop = Shop::new(json!({}), json!({ "merchant_login": null }));
    let number = number();
    let created = shop.create(json!({ "order_number": number }));
    let id = text(&created, "id").to_owned();
    assert!(created["action"]["url"].as_str().unwrap().contains(&id));

    let expect = json!({ "order_number": number, "amount": "100.00", "currency": "RUB" });
    let confirm = json!({ "id": id, "expect": expect });
    assert_eq!(shop.call("confirm", confirm.clone())["status"], "created");
    act(&id, json!({ "do": "pay", "pan": GOOD }));
    let paid = shop.call("confirm", confirm);
    assert_eq!((text(&paid, "status"), text(&paid, "captured")), ("paid", "100.00"));
    assert_eq!(paid["checked"], json!(["order_number", "currency", "amount"]));

    let refund = |refund_id: &str, amount: &str| {
        let before = json!({ "captured": "100.00", "refunded": "0.00" });
        shop.client.call(
            "refund",
            &fields(json!({ "id": id, "amount": amount, "currency": "RUB",
                            "refund_id": refund_id, "before": before })),
        )
    };
    let back = refund("r-1", "30.00").unwrap();
    assert_eq!((text(&back, "status"), text(&back, "refunded")), ("partially_refunded", "30.00"));
    assert_eq!((text(&back, "captured"), &back["refunds"][0]["id"]), ("100.00", &json!("r-1")));
    // The same refund again gives nothing back again; another one on stale amounts is refused.
    assert_eq!(refund("r-1", "30.00").unwrap()["refunded"], "30.00");
    let stale = refund("r-2", "30.00").unwrap_err();
    assert_eq!((stale.kind, stale.code.as_deref()), (Kind::OutcomeUnknown, Some("7")));
    assert_eq!(text(&shop.status(&id), "refunded"), "30.00");
}

#[test]
fn a_buyer_pays_on_the_page() {
    let shop = Shop::plain();
    let number = number();
    let created = shop.create(json!({ "order_number": number }));
    let page = created["action"]["url"].as_str().unwrap();
    let card = |cvc| {
        [("$PAN", CHALLENGED), ("MM", "12"), ("YYYY", "2034"), ("$CVC", cvc), ("TEXT", "A B")]
    };
    // A wrong code, then the right one, and the issuer's question.
    browse(page, &card("999"));
    let expect = json!({ "order_number": number, "amount": "100.00", "currency": "RUB" });
    let confirm = json!({ "id": created["id"], "expect": expect });
    let tried = shop.call("confirm", confirm.clone());
    assert_eq!((text(&tried, "status"), tried["last_attempt"].is_object()), ("created", true));
    let acs = browse(page, &card("123"));
    assert_eq!(text(&shop.call("confirm", confirm.clone()), "status"), "action_required");
    let back = browse(&acs, &[("code", "00000")]);
    assert!(back.starts_with(RETURN) && back.contains(text(&created, "id")), "{back}");
    assert_eq!(text(&shop.call("confirm", confirm), "status"), "paid");
}

#[test]
fn a_hold_is_captured_in_part_or_released() {
    let shop = Shop::plain();
    let id = shop.paid(json!({ "hold": true }));
    let status = shop.status(&id);
    assert_eq!((text(&status, "status"), text(&status, "authorized")), ("authorized", "100.00"));
    let capture = |amount: &str| json!({ "id": id, "amount": amount, "currency": "RUB" });
    let error = shop.fails("capture", capture("200.00"));
    assert_eq!((error.kind, error.reason), (Kind::Refused, "amount_exceeded"));
    let taken = shop.call("capture", capture("60.00"));
    assert_eq!((text(&taken, "status"), text(&taken, "captured")), ("paid", "60.00"));
    let error = shop.fails("capture", capture("10.00"));
    assert_eq!((error.kind, error.reason), (Kind::Refused, "wrong_state"));

    let id = shop.paid(json!({ "hold": true }));
    assert_eq!(text(&shop.call("cancel", json!({ "id": id })), "status"), "cancelled");
}

#[test]
fn refusals_have_their_words() {
    let shop = Shop::plain();
    let number = number();
    let id = text(&create(&shop.client, &number).unwrap(), "id").to_owned();
    let error = create(&shop.client, &number).unwrap_err();
    assert_eq!((error.kind, error.reason), (Kind::Refused, "duplicate_order"));
    assert_eq!((error.code.as_deref(), error.advice), (Some("1"), "ask_status"));

    let stranger = Shop::new(json!({}), json!({ "password": "wrong" }));
    let error = stranger.fails("payment_status", json!({ "id": id }));
    assert_eq!((error.kind, error.reason), (Kind::Refused, "authentication_failed"));
    assert_eq!(stranger.call("check_settings", json!({}))["ok"], false);
    assert_eq!(shop.call("check_settings", json!({}))["ok"], true);

    let nobody = "00000000-0000-0000-0000-000000000001";
    let capture = json!({ "id": nobody, "amount": "1.00", "currency": "RUB" });
    let error = shop.fails("capture", capture);
    assert_eq!((error.kind, error.reason), (Kind::Refused, "order_not_found"));
    assert_eq!(text(&shop.status(nobody), "status"), "not_found");
    let by_number = shop.call("payment_status", json!({ "order_number": "nobody's" }));
    assert_eq!(text(&by_number, "status"), "not_found");

    act(&id, json!({ "do": "pay", "pan": "5168494895055780" })); // refused: a status, not an error
    let status = shop.status(&id);
    assert_eq!(text(&status, "status"), "created");
    assert_eq!(status["last_attempt"]["reason"], "three_ds_failed");
}

#[test]
fn one_client_serves_many_threads() {
    let shop = Shop::plain();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..10 {
                    let number = number();
                    let created = create(&shop.client, &number).unwrap();
                    assert_eq!(created["order_number"], json!(number));
                }
            });
        }
    });
}

#[test]
fn a_public_token_registers_and_reads_and_nothing_else() {
    let own =
        json!({ "user_name": null, "password": null, "token": "t-0k3n", "merchant_login": null });
    let shop = Shop::new(json!({ "token": "t-0k3n" }), own);
    let number = number();
    let id = shop.created(json!({ "order_number": number }));
    act(&id, json!({ "do": "pay", "pan": GOOD }));
    let expect = json!({ "order_number": number, "amount": "100.00", "currency": "RUB" });
    let paid = shop.call("confirm", json!({ "id": id, "expect": expect }));
    assert_eq!(text(&paid, "status"), "paid");
    let by_number = shop.fails("payment_status", json!({ "order_number": number }));
    assert_eq!(by_number.kind, Kind::InvalidRequest);
    let refund = json!({ "id": id, "amount": "1.00", "currency": "RUB", "refund_id": "r-1" });
    for (operation, fields) in [
        ("refund", refund),
        ("capture", json!({ "id": id, "amount": "1.00", "currency": "RUB" })),
        ("cancel", json!({ "id": id })),
        ("saved_cards", json!({ "customer_id": "c-1" })),
        ("rbs.getBindings", json!({ "clientId": "c-1" })),
    ] {
        let error = shop.fails(operation, fields);
        assert_eq!((error.kind, error.reason), (Kind::Refused, "not_supported"), "{operation}");
    }
}

#[test]
fn waiting_ends_with_a_hold_or_at_the_deadline() {
    let shop = Shop::plain();
    // This client's clock stands still but for what is slept.
    let quick = Shop::same(&shop, json!({ "clock": "2026-06-01T12:00:00Z" }));
    let number = number();
    let id = shop.created(json!({ "order_number": number, "hold": true }));
    let expect =
        json!({ "order_number": number, "amount": "100.00", "currency": "RUB", "hold": true });
    let wait = json!({ "id": id, "timeout_ms": 60_000, "until": "authorized", "expect": expect });
    let waited = quick.call("wait", wait.clone());
    assert_eq!((text(&waited, "status"), waited["final"] == false), ("created", true));
    act(&id, json!({ "do": "pay", "pan": GOOD }));
    assert_eq!(text(&quick.call("wait", wait.clone()), "status"), "authorized");
    // One expected another sum: it is not shipped, and a person must look.
    let other = json!({ "order_number": number, "amount": "99.00", "currency": "RUB" });
    let error = quick.fails("wait", with(wait, json!({ "expect": other })));
    assert_eq!((error.kind, error.reason), (Kind::Mismatch, "amount"));
}
