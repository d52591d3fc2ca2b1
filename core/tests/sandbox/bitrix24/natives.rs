//! The portal's methods by their tables, many at once, and whole lists, against a portal.

use kopeck::Kind;
use serde_json::{Value, json};

use super::portal::{PAYMENTS, Portal};

/// A result's number.
fn number(value: &Value) -> u64 {
    value.as_u64().or_else(|| value.as_str()?.parse().ok()).unwrap()
}

#[test]
fn an_item_is_made_changed_told_of_and_deleted() {
    for body in ["json", "form"] {
        let (made, deal) = Portal::with_deal();
        let portal = Portal::same(&made, json!({ "body": body }));
        let fields = portal.call("bitrix24.crm.item.fields", json!({ "entityTypeId": PAYMENTS }));
        assert_eq!(fields["result"]["fields"]["parentId2"]["settings"]["parentEntityTypeId"], 2);
        let asked = json!({ "entityTypeId": PAYMENTS, "fields": {
            "title": "A&B = 100% [x]", "parentId2": deal, "xmlId": "shop:1001",
        }});
        let item = portal.call("bitrix24.crm.item.add", asked)["result"]["item"].clone();
        assert_eq!(number(&item["parentId2"]), deal, "{body}");
        assert_eq!(item["title"], "A&B = 100% [x]", "{body}");
        let id = number(&item["id"]);
        let found = portal.call(
            "bitrix24.crm.item.list",
            json!({
                "entityTypeId": PAYMENTS, "filter": { "=xmlId": "shop:1001" }, "select": ["id", "xmlId"],
            }),
        );
        assert_eq!(found["result"]["items"].as_array().unwrap().len(), 1, "{body}");
        let changed = json!({ "entityTypeId": PAYMENTS, "id": id, "fields": { "title": "Б" } });
        let changed = portal.call("bitrix24.crm.item.update", changed);
        assert_eq!(changed["result"]["item"]["title"], "Б", "{body}");
        let noted = portal.call(
            "bitrix24.crm.timeline.comment.add",
            json!({ "fields": { "ENTITY_ID": deal, "ENTITY_TYPE": "deal", "COMMENT": "Оплачено" } }),
        );
        let comments = portal.call(
            "bitrix24.crm.timeline.comment.list",
            json!({ "filter": { "ENTITY_ID": deal, "ENTITY_TYPE": "deal" }, "order": { "ID": "ASC" } }),
        );
        assert_eq!(number(&comments["result"][0]["ID"]), number(&noted["result"]), "{body}");
        assert_eq!(comments["result"][0]["COMMENT"], "Оплачено", "{body}");
        portal.call("bitrix24.crm.timeline.comment.delete", json!({ "id": noted["result"] }));
        let one = json!({ "entityTypeId": PAYMENTS, "id": id });
        portal.call("bitrix24.crm.item.delete", one.clone());
        assert_eq!(portal.fails("bitrix24.crm.item.get", one).reason, "not_found", "{body}");
    }
}

#[test]
fn a_deal_is_paid_by_its_product() {
    let (portal, deal) = Portal::with_deal();
    let row = json!({ "fields": {
        "ownerId": deal, "ownerType": "D", "productName": "Заказ 1001", "price": "1500.00", "quantity": 1,
    }});
    let row = portal.call("bitrix24.crm.item.productrow.add", row);
    let row = row["result"]["productRow"]["id"].clone();
    let owner = json!({ "entityId": deal, "entityTypeId": 2 });
    let payment = portal.call("bitrix24.crm.item.payment.add", owner.clone())["result"].clone();
    let product = json!({ "paymentId": payment, "rowId": row, "quantity": 1 });
    portal.call("bitrix24.crm.item.payment.product.add", product);
    let one = json!({ "id": payment });
    portal.call("bitrix24.crm.item.payment.pay", one.clone());
    let told = portal.call("bitrix24.crm.item.payment.get", one);
    assert_eq!(told["result"]["paid"], "Y");
    assert_eq!(told["result"]["sum"].to_string().trim_end_matches(".00"), "1500");
    let all = portal.call("bitrix24.crm.item.payment.list", owner);
    assert_eq!(all["result"].as_array().unwrap().len(), 1);
    // A payment that is not there: code 0, and the caller's text is not branched on.
    let error = portal.fails("bitrix24.crm.item.payment.get", json!({ "id": 999_999 }));
    assert_eq!((error.kind, error.code.as_deref()), (Kind::Refused, Some("0")));
}

#[test]
fn what_the_portal_would_refuse_never_reaches_it() {
    let (portal, _) = Portal::with_deal();
    let calls = portal.state()["calls"].clone();
    let error = portal
        .fails("bitrix24.crm.item.payment.add", json!({ "entityId": 1, "entityTypeId": PAYMENTS }));
    assert_eq!((error.kind, error.field.as_deref()), (Kind::InvalidRequest, Some("entityTypeId")));
    assert_eq!(portal.state()["calls"], calls);
    // The portal's own answer to the same, through the door that checks no table.
    let error = portal.fails("bitrix24.call", json!({ "method": "no.such.method" }));
    assert_eq!((error.kind, error.reason), (Kind::Refused, "not_supported"));
}

fn add(title: &str) -> Value {
    json!({ "method": "crm.item.add",
        "parameters": { "entityTypeId": PAYMENTS, "fields": { "title": title } } })
}

/// A hundred and twenty items, in batches.
fn with_many(body: &str) -> Portal {
    let (portal, _) = Portal::with_deal();
    let portal = Portal::same(&portal, json!({ "body": body }));
    for count in [50, 50, 20] {
        let commands = (0..count).map(|at| (format!("c{at}"), add(&format!("Оплата & {at}"))));
        let commands = Value::Object(commands.collect());
        let reply = portal.call("bitrix24.batch", json!({ "commands": commands }));
        assert_eq!(reply["results"].as_object().unwrap().len(), count);
        assert_eq!(reply["errors"], json!({}));
        assert_eq!(reply["results"]["c7"]["item"]["title"], "Оплата & 7", "{body}");
    }
    portal
}

#[test]
fn whole_lists_are_read_by_pages_and_by_id() {
    for body in ["json", "form"] {
        let portal = with_many(body);
        for mode in ["pages", "fast"] {
            let asked = |most: u64, parameters: Value| json!({ "method": "crm.item.list", "mode": mode, "max_rows": most, "parameters": parameters });
            let kind = json!({ "entityTypeId": PAYMENTS });
            let all = portal.call("bitrix24.list", asked(5000, kind.clone()));
            assert_eq!(all["rows"].as_array().unwrap().len(), 120, "{body} {mode}");
            assert_eq!((&all["complete"], &all["next"]), (&json!(true), &Value::Null));
            let first = portal.call("bitrix24.list", asked(100, kind));
            assert_eq!(first["rows"].as_array().unwrap().len(), 100, "{body} {mode}");
            assert_eq!(first["complete"], false);
            let on = match mode {
                "pages" => json!({ "entityTypeId": PAYMENTS, "start": first["next"] }),
                _ => json!({ "entityTypeId": PAYMENTS, "filter": { ">id": first["next"] } }),
            };
            let rest = portal.call("bitrix24.list", asked(5000, on));
            assert_eq!(rest["rows"].as_array().unwrap().len(), 20, "{body} {mode}");
            assert_eq!(rest["complete"], true);
        }
    }
}

#[test]
fn a_batch_takes_from_above_and_ends_at_its_failure() {
    for body in ["json", "form"] {
        let (portal, deal) = Portal::with_deal();
        let portal = Portal::same(&portal, json!({ "body": body }));
        let update = |id: Value, title: &str| {
            json!({ "method": "crm.item.update", "parameters": {
                "entityTypeId": PAYMENTS, "id": id, "fields": { "title": title } } })
        };
        let commands = json!({
            "new": add("До"), "later": update(json!("$result[new][item][id]"), "После"),
        });
        let reply = portal.call("bitrix24.batch", json!({ "commands": commands }));
        assert_eq!(reply["results"]["later"]["item"]["title"], "После", "{body}");

        let commands = json!({
            "deal": { "method": "crm.item.get", "parameters": { "entityTypeId": 2, "id": deal } },
            "none": update(json!(999_999), "x"), "new": add("y"),
        });
        let halted = portal.call("bitrix24.batch", json!({ "commands": commands }));
        assert_eq!(halted["errors"]["none"]["reason"], "not_found", "{body}");
        assert_eq!(halted["not_run"], json!(["new"]), "{body}");
        assert_eq!(halted["unknown"], json!([]), "{body}");
        let on = portal.call("bitrix24.batch", json!({ "commands": commands, "halt": false }));
        assert_eq!(on["not_run"], json!([]), "{body}");
        assert_eq!(on["results"]["new"]["item"]["title"], "y", "{body}");
    }
}

#[test]
fn a_batch_with_a_write_leaves_once_and_one_that_reads_is_not_done() {
    let (portal, deal) = Portal::with_deal();
    portal.fault("batch", "drop_after", json!({}));
    let error = portal.fails("bitrix24.batch", json!({ "commands": { "new": add("once") } }));
    assert_eq!(error.kind, Kind::OutcomeUnknown);
    let items = portal.call(
        "bitrix24.list",
        json!({ "method": "crm.item.list",
        "parameters": { "entityTypeId": PAYMENTS } }),
    );
    assert_eq!(items["rows"].as_array().unwrap().len(), 1);
    // A connection that was kept may have died by itself: there a read is sent again.
    let portal = Portal::same(&portal, json!({ "keep_alive": false }));
    portal.fault("batch", "drop_after", json!({}));
    let read = json!({ "method": "crm.item.get", "parameters": { "entityTypeId": 2, "id": deal } });
    let error = portal.fails("bitrix24.batch", json!({ "commands": { "deal": read } }));
    assert_eq!(error.kind, Kind::NotDone);
}

#[test]
fn a_list_waits_for_a_busy_portal() {
    let portal = with_many("json");
    portal.fault("crm.item.list", "query_limit", json!({}));
    let asked = json!({ "method": "crm.item.list", "parameters": { "entityTypeId": PAYMENTS } });
    let all = portal.call("bitrix24.list", asked);
    assert_eq!(all["rows"].as_array().unwrap().len(), 120);
}
