//! The portal's pay-system handler: the portal posts, we read, create, answer; the buyer pays, and the
//! portal's payment is paid.

use std::sync::{Arc, Mutex};

use kopeck::{Error, Fields, Kind};
use serde_json::{Value, json};

use super::portal::Portal;
use crate::declared::Described;
use crate::listener::Listener;
use crate::shop::{GOOD, Shop, act, browse, control, fields, number, text, with};

const SECRET: &str = "checkout-secret-of-the-tests";
const BACK: &str = "https://p.test/pub/pay/1/";

/// A portal with a payment of 1700 RUB to pay, and our handler behind its pay system.
pub struct Handler {
    pub portal: Portal,
    pub payment_id: u64,
    pay_system_id: u64,
    listener: Listener,
    /// What `read_checkout` gave, each time.
    pub read: Arc<Mutex<Vec<Result<Fields, Error>>>>,
    /// What was created, each time.
    created: Arc<Mutex<Vec<Fields>>>,
}

fn settings() -> Value {
    json!({ "checkout_secret": SECRET, "portal_hosts": ["p.test"] })
}

/// A method of the portal's, as a person with the webhook calls it.
fn by_hand(portal: &Portal, method: &str, form: &[(&str, &str)]) -> Value {
    let told = browse(&format!("{}{method}", portal.made["webhook_url"].as_str().unwrap()), form);
    let told: Value = serde_json::from_str(&told).unwrap();
    assert!(told.get("error").is_none(), "{method}: {told}");
    told["result"].clone()
}

impl Handler {
    /// `create` is the shop's: it stores the numbers and calls `create_payment` of its gateway.
    pub fn new(create: impl Fn(&Fields) -> Result<Fields, Error> + Send + 'static) -> Handler {
        let made = json!({ "deals": [{ "title": "Order", "currencyId": "RUB" }] });
        let portal = Portal::new(made, settings());
        let deal = portal.made["deals"][0]["id"].to_string();
        let (read, created) = (Arc::default(), Arc::default());
        let listener = Handler::listen(&portal, create, Arc::clone(&read), Arc::clone(&created));
        let row = by_hand(
            &portal,
            "crm.item.productrow.add",
            &[
                ("fields[ownerId]", &deal),
                ("fields[ownerType]", "D"),
                ("fields[productName]", "Order"),
                ("fields[price]", "1700"),
                ("fields[quantity]", "1"),
            ],
        );
        let row = row["productRow"]["id"].to_string();
        let owner = [("entityId", deal.as_str()), ("entityTypeId", "2")];
        let payment = by_hand(&portal, "crm.item.payment.add", &owner).to_string();
        let product = [("paymentId", payment.as_str()), ("rowId", &row), ("quantity", "1")];
        by_hand(&portal, "crm.item.payment.product.add", &product);
        by_hand(
            &portal,
            "sale.paysystem.handler.add",
            &[
                ("NAME", "Kopeck"),
                ("CODE", "kopeck"),
                ("SETTINGS[CODES][KEY][NAME]", "Key"),
                ("SETTINGS[CHECKOUT_DATA][ACTION_URI]", &listener.url),
                ("SETTINGS[CHECKOUT_DATA][FIELDS][serviceKey][CODE]", "KEY"),
            ],
        );
        let system = by_hand(
            &portal,
            "sale.paysystem.add",
            &[
                ("NAME", "Card"),
                ("PERSON_TYPE_ID", "3"),
                ("BX_REST_HANDLER", "kopeck"),
                ("ENTITY_REGISTRY_TYPE", "ORDER"),
                ("SETTINGS[KEY][TYPE]", "VALUE"),
                ("SETTINGS[KEY][VALUE]", SECRET),
            ],
        );
        let system = system.to_string();
        let chosen = [("id", payment.as_str()), ("fields[paySystemId]", system.as_str())];
        by_hand(&portal, "crm.item.payment.update", &chosen);
        let (payment_id, pay_system_id) = (payment.parse().unwrap(), system.parse().unwrap());
        Handler { portal, payment_id, pay_system_id, listener, read, created }
    }

    /// Our side of the contract, as a shop writes it.
    fn listen(
        portal: &Portal,
        create: impl Fn(&Fields) -> Result<Fields, Error> + Send + 'static,
        read: Arc<Mutex<Vec<Result<Fields, Error>>>>,
        created: Arc<Mutex<Vec<Fields>>>,
    ) -> Listener {
        let ours = Portal::same(portal, settings());
        Listener::answering(move |request| {
            let asked = ours.client.call("read_checkout", &fields(request.clone()));
            let answer = match &asked {
                Err(error) => error.to_fields()["answer"].clone(),
                Ok(checkout) => {
                    let told = match create(checkout) {
                        Ok(payment) => {
                            created.lock().unwrap().push(payment.clone());
                            json!({ "payment": payment })
                        }
                        Err(error) => json!({ "error": error.to_fields() }),
                    };
                    ours.call("answer_checkout", told)["answer"].clone()
                }
            };
            read.lock().unwrap().push(asked);
            answer
        })
    }

    /// The portal sends its request: what it understood of the answer.
    pub fn checkout(&self, more: Value) -> Value {
        let wanted = json!({
            "portal": self.portal.name, "payment_id": self.payment_id, "return_url": BACK,
        });
        let told = control("bitrix24/checkout", with(wanted, more));
        self.listener.next();
        told["understood"].clone()
    }

    /// What the last request was read as.
    fn last(&self) -> Result<Fields, Error> {
        self.read.lock().unwrap().last().unwrap().clone()
    }

    pub fn created(&self) -> Vec<Fields> {
        self.created.lock().unwrap().clone()
    }

    pub fn asked(&self, payment: &Fields) -> Value {
        json!({ "payment_id": self.payment_id, "pay_system_id": self.pay_system_id, "payment": payment })
    }

    pub fn settle(&self, payment: &Fields, more: Value) -> Fields {
        self.portal.call("settle_checkout", with(self.asked(payment), more))
    }

    /// How the portal shows its payment.
    pub fn paid(&self) -> bool {
        let state = self.portal.state();
        let mut all = state["payments"].as_array().unwrap().iter();
        let payment = all.find(|one| one["id"] == self.payment_id).unwrap().clone();
        assert!(payment["paid"] == "Y" || payment["paid"] == "N", "{payment}");
        payment["paid"] == "Y"
    }

    /// How often the portal was told that it is paid.
    pub fn told(&self) -> usize {
        let state = self.portal.state();
        let all = state["calls"].as_array().unwrap().iter();
        all.filter(|call| call.to_string().contains("sale.paysystem.pay.payment")).count()
    }
}

/// What a shop asks of its gateway: the portal's sum, under a number of its own.
pub fn order(checkout: &Fields, number: &str) -> Fields {
    fields(with(checkout["create"].clone(), json!({ "order_number": number })))
}

/// A handler over RBS, with its shop.
pub fn over_rbs() -> (Handler, Arc<Shop>) {
    let shop = Arc::new(Shop::plain());
    let ours = Arc::clone(&shop);
    let create =
        move |checkout: &Fields| ours.client.call("create_payment", &order(checkout, &number()));
    (Handler::new(create), shop)
}

/// The buyer pays at RBS; what `confirm` says.
pub fn paid_at_rbs(shop: &Shop, created: &Fields) -> Fields {
    act(text(created, "id"), json!({ "do": "pay", "pan": GOOD }));
    let expect = json!({
        "order_number": created["order_number"], "amount": "1700.00", "currency": "RUB",
    });
    shop.call("confirm", json!({ "id": created["id"], "expect": expect }))
}

#[test]
fn a_portals_payment_is_paid_at_examplepay() {
    let mut gateway = Described::plain("examplepay");
    let (client, number) = (Arc::clone(&gateway.client), gateway.order["order_number"].clone());
    let create = move |checkout: &Fields| {
        client.call("create_payment", &order(checkout, number.as_str().unwrap()))
    };
    let handler = Handler::new(create);
    let understood = handler.checkout(json!({}));
    let read = handler.last().unwrap();
    assert_eq!((text(&read, "amount"), text(&read, "currency")), ("1700.00", "RUB"));
    assert_eq!((text(&read, "return_url"), &read["external_payment_id"]), (BACK, &Value::Null));
    assert_eq!(read["payment_id"], handler.payment_id);
    let created = handler.created().remove(0);
    assert_eq!(understood["PAYMENT_ID"], created["id"]);
    // The buyer goes there and pays; the gateway tells us.
    browse(understood["PAYMENT_URL"].as_str().unwrap(), &[("do", "pay")]);
    let notification = gateway.listener.next();
    gateway.id = text(&created, "id").to_owned();
    gateway.order = with(gateway.order.clone(), json!({ "amount": "1700.00" }));
    let payment = gateway.confirm(Some(&notification));
    assert_eq!(text(&payment, "status"), "paid");
    assert!(!handler.paid());
    let settled = handler.settle(&payment, json!({}));
    assert_eq!(
        json!([settled["paid"], settled["repeated"], settled["needs_attention"]]),
        json!([true, false, false])
    );
    assert!(handler.paid());
}

#[test]
fn a_portals_payment_is_paid_at_rbs_and_a_repeat_does_nothing() {
    let (handler, shop) = over_rbs();
    let understood = handler.checkout(json!({}));
    let created = handler.created().remove(0);
    let page = created["action"]["url"].clone();
    assert_eq!(understood, json!({ "PAYMENT_URL": page, "PAYMENT_ID": created["id"] }));
    // The buyer went back and presses the button again: the portal tells what it was told.
    handler.checkout(json!({}));
    assert_eq!(handler.last().unwrap()["external_payment_id"], created["id"]);

    let payment = paid_at_rbs(&shop, &created);
    assert_eq!(handler.settle(&payment, json!({}))["paid"], true);
    let again = handler.settle(&payment, json!({ "locked": true }));
    assert_eq!((&again["paid"], &again["repeated"]), (&json!(true), &json!(true)));
    assert_eq!(handler.told(), 1);

    // A refund changes nothing in the portal; a person is told.
    let before = json!({ "captured": "1700.00", "refunded": "0.00" });
    let refund = json!({ "id": created["id"], "amount": "1700.00", "currency": "RUB",
                         "refund_id": "r-1", "before": before });
    let back = handler.settle(&shop.call("refund", refund), json!({}));
    assert_eq!((&back["paid"], &back["attention"]), (&json!(true), &json!(["refunded"])));
    assert!(handler.paid());

    // What is paid is not created once more.
    let many = handler.created().len();
    let understood = handler.checkout(json!({}));
    assert_eq!(handler.last().unwrap_err().reason, "already_paid");
    assert!(understood["PAYMENT_ERRORS"][0].as_str().unwrap().contains("оплачен"), "{understood}");
    assert_eq!(handler.created().len(), many);
}

#[test]
fn a_forged_request_and_a_changed_sum_create_nothing() {
    let (handler, _shop) = over_rbs();
    for (more, kind, reason) in [
        (json!({ "fields": { "serviceKey": null } }), Kind::Untrusted, "signature_missing"),
        (json!({ "fields": { "serviceKey": "guess" } }), Kind::Untrusted, "signature_mismatch"),
        (json!({ "system_params": { "SUM": "17" } }), Kind::Mismatch, "amount"),
        (json!({ "system_params": { "CURRENCY": "KZT" } }), Kind::Mismatch, "currency"),
        (json!({ "system_params": { "PAYSYSTEM_ID": "999" } }), Kind::Mismatch, "pay_system"),
        (
            json!({ "system_params": { "PAYMENT_ID": "999999" } }),
            Kind::Refused,
            "payment_not_found",
        ),
        (json!({ "system_params": { "PAYMENT_ID": "x" } }), Kind::Untrusted, "unreadable"),
    ] {
        let calls = handler.portal.state()["calls"].as_array().unwrap().len();
        let understood = handler.checkout(more);
        let error = handler.last().unwrap_err();
        assert_eq!((error.kind, error.reason), (kind, reason), "{error}");
        let said = understood["PAYMENT_ERRORS"][0].as_str().unwrap();
        assert!(said.starts_with("Сейчас начать оплату не удалось"), "{said}");
        let asked = handler.portal.state()["calls"].as_array().unwrap().len() > calls;
        assert_eq!(asked, kind != Kind::Untrusted, "{reason}");
    }
    assert!(handler.created().is_empty());
    // The same as JSON, and without a return address.
    handler.checkout(json!({ "json": true, "return_url": "http://p.test/" }));
    let read = handler.last().unwrap();
    assert_eq!((&read["return_url"], &read["return_url_refused"]), (&Value::Null, &json!(true)));
}

#[test]
fn a_lost_answer_leaves_one_paid_payment() {
    for (fault, locked) in [
        ("drop_after", false),
        ("reset_after", true),
        ("garbage", false),
        ("internal_error_after", true),
        ("drop_before", true),
        ("status_502", true),
        ("query_limit", false),
    ] {
        let (handler, shop) = over_rbs();
        handler.checkout(json!({}));
        let payment = paid_at_rbs(&shop, &handler.created().remove(0));
        handler.portal.fault("sale.paysystem.pay.payment", fault, json!({}));
        let settled = handler.settle(&payment, json!({ "locked": locked }));
        assert_eq!(settled["paid"], true, "{fault}: {settled:?}");
        assert!(handler.paid(), "{fault}");
    }
    // Not carried out, and nobody says that we are alone: nothing is sent twice.
    let (handler, shop) = over_rbs();
    handler.checkout(json!({}));
    let payment = paid_at_rbs(&shop, &handler.created().remove(0));
    handler.portal.fault("sale.paysystem.pay.payment", "drop_before", json!({}));
    let error = handler.portal.fails("settle_checkout", handler.asked(&payment));
    assert_eq!((error.kind, handler.paid()), (Kind::OutcomeUnknown, false), "{error}");
    assert_eq!(handler.settle(&payment, json!({}))["paid"], true);
}

#[test]
fn less_money_or_another_currency_pays_nothing() {
    let (handler, shop) = over_rbs();
    handler.checkout(json!({}));
    let payment = paid_at_rbs(&shop, &handler.created().remove(0));
    for (changed, word) in [
        (json!({ "captured": "1699.99" }), "amount"),
        (json!({ "currency": "KZT" }), "currency"),
        (json!({ "status": "partially_paid", "captured": "1.00" }), "partially_paid"),
    ] {
        let other = fields(with(Value::Object(payment.clone()), changed));
        let settled = handler.settle(&other, json!({}));
        assert_eq!((&settled["paid"], &settled["attention"]), (&json!(false), &json!([word])));
    }
    assert_eq!((handler.paid(), handler.told()), (false, 0));
}

#[test]
fn many_settlements_at_once_end_in_one_paid_payment() {
    let (handler, shop) = over_rbs();
    handler.checkout(json!({}));
    let payment = paid_at_rbs(&shop, &handler.created().remove(0));
    let lock = Mutex::new(());
    let (portal, asked) = (&handler.portal, handler.asked(&payment));
    let all = |locked: bool| {
        std::thread::scope(|scope| {
            for _ in 0..25 {
                scope.spawn(|| {
                    let _alone = locked.then(|| lock.lock().unwrap());
                    let asked = with(asked.clone(), json!({ "locked": locked }));
                    let settled = portal.call("settle_checkout", asked);
                    assert_eq!(settled["paid"], true, "{settled:?}");
                });
            }
        });
    };
    all(true);
    assert_eq!((handler.paid(), handler.told()), (true, 1));
    by_hand(&handler.portal, "crm.item.payment.unpay", &[("id", &handler.payment_id.to_string())]);
    assert!(!handler.paid());
    all(false);
    assert!(handler.paid());
}
