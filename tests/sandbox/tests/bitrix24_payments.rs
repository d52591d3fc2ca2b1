//! Payments of deals, orders of the shop, pay systems, and CHECKOUT.

#[cfg(test)]
mod listener;
#[cfg(test)]
mod portal;
#[cfg(test)]
mod started;

use listener::Listener;
use portal::Portal;
use serde_json::{Value, json};
use started::{Sandbox, text};

#[cfg(test)]
fn handler(uri: &str) -> Value {
    json!({"NAME": "Ours", "CODE": "ours", "SETTINGS": {
        "CODES": {"SERVICE_ID": {"NAME": "Shop"}, "SERVICE_KEY": {"NAME": "Key"},
            "NUMBER": {"NAME": "Number", "DEFAULT": {"PROVIDER_KEY": "PAYMENT", "PROVIDER_VALUE": "ACCOUNT_NUMBER"}}},
        "CHECKOUT_DATA": {"ACTION_URI": uri, "FIELDS": {"serviceid": {"CODE": "SERVICE_ID"},
            "serviceKey": {"CODE": "SERVICE_KEY"}, "number": {"CODE": "NUMBER"}}}}})
}

#[cfg(test)]
fn pay_system() -> Value {
    json!({"NAME": "Card", "PERSON_TYPE_ID": 3, "BX_REST_HANDLER": "ours", "ENTITY_REGISTRY_TYPE": "ORDER",
        "SETTINGS": {"SERVICE_ID": {"TYPE": "VALUE", "VALUE": "42"}, "SERVICE_KEY": {"TYPE": "VALUE", "VALUE": "s3cret"}}})
}

/// A payment of everything that a deal sells.
#[cfg(test)]
fn payment(portal: &Portal) -> Value {
    let row = json!({"fields": {"ownerId": 662, "ownerType": "D", "productName": "Order", "price": 850, "quantity": 2}});
    let row = portal.call("crm.item.productrow.add", &row)["productRow"].clone();
    assert_eq!((&row["id"], &row["quantity"]), (&json!(11), &json!(2)));
    let id = portal.call("crm.item.payment.add", &json!({"entityId": 662, "entityTypeId": 2}));
    let product = json!({"paymentId": id, "rowId": 11, "quantity": 2});
    assert_eq!(portal.call("crm.item.payment.product.add", &product), json!(1193));
    id
}

#[test]
fn a_payment_of_a_deal_is_made_and_paid() {
    let sandbox = Sandbox::start(&[]);
    let portal = Portal::usual(&sandbox);
    let id = payment(&portal);
    assert_eq!(id, 1033);
    // The deal's sum follows its rows.
    let deal = portal.call("crm.item.get", &json!({"entityTypeId": 2, "id": 662}));
    assert_eq!(deal["item"]["opportunity"], 1700);
    let list = json!({"entityId": 662, "entityTypeId": 2, "filter": {"@id": [id]}});
    let (_, answer) = portal.whole("crm.item.payment.list", &list);
    assert_eq!(
        answer["result"],
        json!([{"id": 1033, "accountNumber": "3653/1", "paid": "N", "datePaid": null,
        "empPaidId": null, "paySystemId": 0, "sum": 1700, "currency": "RUB", "paySystemName": ""}])
    );
    assert!(answer.get("total").is_none());
    portal.call("sale.paysystem.handler.add", &handler("http://127.0.0.1:9/"));
    let system = portal.call("sale.paysystem.add", &pay_system());
    let update = json!({"id": id, "fields": {"paySystemId": system}});
    assert_eq!(portal.call("crm.item.payment.update", &update), json!(true));
    assert_eq!(portal.call("crm.item.payment.pay", &json!({"id": "1033"})), json!(true));
    let paid = portal.call("crm.item.payment.get", &json!({"id": id}));
    assert_eq!(
        (&paid["paid"], &paid["empPaidId"], &paid["paySystemName"]),
        (&json!("Y"), &json!(1), &json!("Card"))
    );
    assert!(paid["datePaid"].is_string() && paid.get("orderId").is_none());
    // Everything that is refused has the number 0.
    let zero = (400, json!(0));
    assert_eq!(portal.refused("crm.item.payment.delete", &json!({"id": id})), zero);
    assert_eq!(portal.refused("crm.item.payment.get", &json!({"id": 5})), zero);
    assert_eq!(portal.refused("crm.item.payment.pay", &json!({})), (400, json!(100)));
    let product = json!({"paymentId": id, "rowId": 11, "quantity": 1});
    assert_eq!(portal.refused("crm.item.payment.product.add", &product), zero);
    for (kind, owner) in [(1220, 24), (2, 1)] {
        let asked = json!({"entityId": owner, "entityTypeId": kind});
        assert_eq!(portal.refused("crm.item.payment.add", &asked), zero);
        assert_eq!(portal.call("crm.item.payment.list", &asked), json!([]));
    }
    portal.call("crm.item.payment.unpay", &json!({"id": id}));
    assert_eq!(portal.call("crm.item.payment.get", &json!({"id": id}))["datePaid"], Value::Null);
    assert_eq!(
        portal.call("crm.item.payment.product.list", &json!({"paymentId": id}))[0]["rowId"],
        11
    );
    portal.call("crm.item.payment.product.delete", &json!({"id": 1193}));
    assert_eq!(portal.call("crm.item.payment.get", &json!({"id": id}))["sum"], 0);
    assert_eq!(portal.call("crm.item.payment.delete", &json!({"id": id})), json!(true));
    assert_eq!(portal.call("crm.item.productrow.delete", &json!({"id": 11})), Value::Null);
}

#[test]
fn rows_are_set_and_listed() {
    let sandbox = Sandbox::start(&[]);
    let portal = Portal::usual(&sandbox);
    portal.control("items/1220", &json!({"id": 24}));
    let set = json!({"ownerId": 24, "ownerType": "T4c4", "productRows": [{"productName": "a", "price": "10.5"},
        {"productName": "b", "price": 1, "quantity": 3}]});
    let rows = portal.call("crm.item.productrow.set", &set);
    assert_eq!(rows["productRows"].as_array().unwrap().len(), 2);
    let item = portal.call("crm.item.get", &json!({"entityTypeId": 1220, "id": 24}));
    assert_eq!(item["item"]["opportunity"], 13.5);
    let list = json!({"filter": {"=ownerType": "T4c4", "=ownerId": 24}});
    let (_, answer) = portal.whole("crm.item.productrow.list", &list);
    assert_eq!(
        (&answer["total"], &answer["result"]["productRows"][1]["productName"]),
        (&json!(2), &json!("b"))
    );
    let update = json!({"id": 12, "fields": {"quantity": 1}});
    assert_eq!(portal.call("crm.item.productrow.update", &update)["productRow"]["quantity"], 1);
    let add = json!({"fields": {"ownerId": 1, "ownerType": "D"}});
    assert_eq!(portal.refused("crm.item.productrow.add", &add), (400, json!("OWNER_NOT_FOUND")));
    assert_eq!(
        portal.refused("crm.item.productrow.get", &json!({"id": 99})),
        (400, json!("NOT_FOUND"))
    );
}

#[test]
fn payments_of_orders_are_found_by_their_key() {
    let sandbox = Sandbox::start(&[]);
    let portal = Portal::usual(&sandbox);
    portal.call("sale.paysystem.handler.add", &handler("http://127.0.0.1:9/"));
    portal.call("sale.paysystem.add", &pay_system());
    portal.control("orders", &json!({"id": 200, "currency": "RUB"}));
    let link = json!({"fields": {"orderId": 200, "ownerId": 662, "ownerTypeId": 2}});
    let linked = portal.call("crm.orderentity.add", &link);
    assert_eq!(linked["dealOrder"], link["fields"]);
    assert_eq!(portal.refused("crm.orderentity.add", &link), (400, json!("201650000001")));
    let other = json!({"fields": {"orderId": 200, "ownerId": 663, "ownerTypeId": 2}});
    portal.call("crm.orderentity.add", &other);
    assert_eq!(
        portal.call("crm.orderentity.list", &json!({}))["orderEntity"],
        json!([other["fields"]])
    );
    let fields = json!({"orderId": 200, "paySystemId": 1, "sum": 1500, "paid": "Y", "psStatus": "Y",
        "psSum": 1500, "psCurrency": "RUB", "psInvoiceId": "7f3a", "xmlId": "shop1:pay:7f3a"});
    let made = portal.call("sale.payment.add", &json!({"fields": fields}))["payment"].clone();
    for name in ["orderId", "sum", "paid", "psInvoiceId", "xmlId", "psSum"] {
        assert_eq!(made[name], fields[name], "{name}");
    }
    assert_eq!((text(&made, "accountNumber"), text(&made, "currency")), ("200/1", "RUB"));
    let find = |filter: Value| {
        portal.call("sale.payment.list", &json!({"filter": filter}))["payments"].clone()
    };
    assert_eq!(find(json!({"xmlId": "shop1:pay:7f3a"})), json!([made]));
    assert_eq!(find(json!({"xmlId": "other"})), json!([]));
    // An unknown field is ignored: everything is found.
    assert_eq!(find(json!({"nonsense": 1})), json!([made]));
    let update = json!({"id": made["id"], "fields": {"orderId": 201, "comments": "x"}});
    let changed = portal.call("sale.payment.update", &update)["payment"].clone();
    assert_eq!((&changed["orderId"], &changed["comments"]), (&json!(200), &json!("x")));
    assert_eq!(
        portal.refused("sale.payment.get", &json!({"id": 5})),
        (400, json!(200_040_400_001_i64))
    );
    let bad = json!({"fields": {"orderId": 200}});
    assert_eq!(portal.refused("sale.payment.add", &bad), (400, json!(0)));
    portal.control(
        "",
        &json!({"refusals": [{"method": "sale.payment.add", "status": 403,
        "error": 200_040_300_020_i64, "description": "Access Denied"}]}),
    );
    assert_eq!(portal.refused("sale.payment.add", &bad), (403, json!(200_040_300_020_i64)));
}

#[test]
fn pay_systems_have_handlers_and_settings() {
    let sandbox = Sandbox::start(&[]);
    let portal = Portal::usual(&sandbox);
    let failure = (400, json!("ERROR_CHECK_FAILURE"));
    let add = "sale.paysystem.handler.add";
    assert_eq!(portal.refused(add, &json!({"NAME": "x", "CODE": "ours"})), failure);
    assert_eq!(
        portal.refused("sale.paysystem.add", &pay_system()),
        (400, json!("ERROR_HANDLER_NOT_FOUND"))
    );
    assert_eq!(portal.call(add, &handler("http://127.0.0.1:9/")), json!(1));
    assert_eq!(
        portal.refused(add, &handler("http://127.0.0.1:9/")),
        (400, json!("ERROR_HANDLER_ALREADY_EXIST"))
    );
    let mut wrong = pay_system();
    wrong["PERSON_TYPE_ID"] = json!(99);
    assert_eq!(
        portal.refused("sale.paysystem.add", &wrong),
        (400, json!("ERROR_PERSON_TYPE_NOT_FOUND"))
    );
    let persons = portal.call("sale.persontype.list", &json!({}));
    assert_eq!(persons["personTypes"][0]["id"], pay_system()["PERSON_TYPE_ID"]);
    assert_eq!(portal.call("sale.paysystem.add", &pay_system()), json!(1));
    let listed = portal.call(
        "sale.paysystem.list",
        &json!({"FILTER": {"ACTION_FILE": "ours"}, "SELECT": ["ID", "NAME"]}),
    );
    assert_eq!(listed, json!([{"NAME": "Card", "ID": 1}]));
    let asked = json!({"ID": 1, "PERSON_TYPE_ID": 0});
    let told = portal.call("sale.paysystem.settings.get", &asked);
    assert_eq!(told, json!({"SERVICE_ID": "42", "SERVICE_KEY": "s3cret"}));
    let change = json!({"ID": 1, "PERSON_TYPE_ID": 0, "SETTINGS": {"SERVICE_ID": {"TYPE": "VALUE", "VALUE": "43"}}});
    assert_eq!(portal.call("sale.paysystem.settings.update", &change), json!(true));
    assert_eq!(portal.call("sale.paysystem.settings.get", &asked)["SERVICE_ID"], "43");
    assert_eq!(
        portal.call("sale.paysystem.update", &json!({"ID": 1, "FIELDS": {"NAME": "Cards"}})),
        json!(true)
    );
    portal.call("sale.paysystem.handler.update", &json!({"ID": 1, "FIELDS": {"NAME": "Renamed"}}));
    let handlers = portal.call("sale.paysystem.handler.list", &json!({}));
    assert_eq!((text(&handlers[0], "ID"), text(&handlers[0], "NAME")), ("1", "Renamed"));
    assert_eq!(portal.refused("sale.paysystem.handler.delete", &json!({"ID": 1})).0, 400);
    let pay = "sale.paysystem.pay.payment";
    let id = payment(&portal);
    assert_eq!(portal.refused(pay, &json!({"PAYMENT_ID": 15, "PAY_SYSTEM_ID": 1})), failure);
    assert_eq!(portal.refused(pay, &json!({"PAYMENT_ID": id, "PAY_SYSTEM_ID": 9})), failure);
    assert_eq!(portal.refused(pay, &json!({"PAYMENT_ID": id})), failure);
    let paid = json!({"PAYMENT_ID": id, "PAY_SYSTEM_ID": 1, "PS_INVOICE_ID": "ext-1"});
    for _ in 0..2 {
        assert_eq!(portal.call(pay, &paid), json!(true));
    }
    let state = portal.state();
    let row = &state["payments"][0];
    assert_eq!(
        (&row["paid"], &row["psStatus"], &row["psInvoiceId"]),
        (&json!("Y"), &json!("Y"), &json!("ext-1"))
    );
    let saved = state["events"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["event"] == "ONPAYMENTENTITYSAVED");
    assert_eq!(saved.count(), 3, "made, its product, and paid once");
    portal.call("sale.paysystem.delete", &json!({"ID": 1}));
    portal.call("sale.paysystem.handler.delete", &json!({"ID": 1}));
}

#[test]
fn the_portal_checks_out() {
    let sandbox = Sandbox::start(&[]);
    let portal = Portal::usual(&sandbox);
    let ours = Listener::new(&[
        r#"200 {"payment_url":"https://pay.test/1","payment_id":"ext-1"}"#,
        r#"200 {"PAYMENT_ERRORS":["no"]}"#,
        "200 {}",
        "500 {}",
    ]);
    portal.call("sale.paysystem.handler.add", &handler(&ours.url));
    portal.call("sale.paysystem.add", &pay_system());
    let id = payment(&portal);
    portal.call("crm.item.payment.update", &json!({"id": id, "fields": {"paySystemId": 1}}));
    let check = |more: Value| {
        let mut wanted =
            json!({"portal": portal.name, "payment_id": id, "return_url": "https://p.test/back"});
        wanted.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        sandbox.control("bitrix24/checkout", &wanted.to_string())
    };
    let told = check(json!({}));
    assert_eq!(
        told["understood"],
        json!({"PAYMENT_URL": "https://pay.test/1", "PAYMENT_ID": "ext-1"})
    );
    assert_eq!(told["error"], Value::Null);
    let heard = ours.next();
    for (name, value) in [
        ("serviceid", "42"),
        ("serviceKey", "s3cret"),
        ("number", "3653/1"),
        ("BX_SYSTEM_PARAMS[RETURN_URL]", "https://p.test/back"),
        ("BX_SYSTEM_PARAMS[PAYSYSTEM_ID]", "1"),
        ("BX_SYSTEM_PARAMS[PAYMENT_ID]", "1033"),
        ("BX_SYSTEM_PARAMS[SUM]", "1700"),
        ("BX_SYSTEM_PARAMS[CURRENCY]", "RUB"),
        ("BX_SYSTEM_PARAMS[EXTERNAL_PAYMENT_ID]", ""),
    ] {
        assert_eq!(heard.get(name), value, "{name}");
    }
    let told = check(
        json!({"fields": {"serviceKey": "wrong", "number": null}, "system_params": {"SUM": "1"}}),
    );
    assert_eq!(
        (&told["understood"]["PAYMENT_ERRORS"], told["error"].is_string()),
        (&json!(["no"]), true)
    );
    let heard = ours.next();
    assert_eq!(
        (heard.get("serviceKey"), heard.get("BX_SYSTEM_PARAMS[SUM]")),
        ("wrong".into(), "1".into())
    );
    assert_eq!(heard.get("BX_SYSTEM_PARAMS[EXTERNAL_PAYMENT_ID]"), "ext-1");
    for _ in 0..2 {
        let told = check(json!({}));
        assert_eq!((&told["understood"], told["error"].is_string()), (&json!({}), true));
        ours.next();
    }
    // An impatient buyer: the same request three times at once.
    let told = check(json!({"copies": 3}));
    assert_eq!(told["others"].as_array().unwrap().len(), 2);
    let numbers: Vec<String> =
        (0..3).map(|_| ours.next().get("BX_SYSTEM_PARAMS[PAYMENT_ID]")).collect();
    assert_eq!(numbers, ["1033"; 3]);
}
