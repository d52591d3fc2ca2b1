//! Items, deals, stages and timelines of a portal, in every way to ask.

#[cfg(test)]
mod portal;
#[cfg(test)]
mod started;

use portal::Portal;
use serde_json::{Value, json};
use started::{Sandbox, text};

/// The worked example: an item that belongs to deal 662, as JSON, as a form and as multipart.
#[test]
fn an_item_is_linked_in_every_encoding() {
    let sandbox = Sandbox::start(&[]);
    let portal = Portal::usual(&sandbox);
    let item = portal.call(
        "crm.item.add",
        &json!({"entityTypeId": 1220, "fields": {"title": "Оплата заказа 1001", "stageId": "DT1220_30:NEW",
            "opportunity": 1500.00, "currencyId": "RUB", "isManualOpportunity": "Y", "parentId2": 662,
            "xmlId": "shop1:order:1001"}}),
    )["item"].clone();
    for (name, value) in [
        ("id", json!(24)),
        ("xmlId", json!("shop1:order:1001")),
        ("title", json!("Оплата заказа 1001")),
        ("createdBy", json!(1)),
        ("categoryId", json!(30)),
        ("stageId", json!("DT1220_30:NEW")),
        ("previousStageId", json!("")),
        ("opened", json!("Y")),
        ("opportunity", json!(1500)),
        ("isManualOpportunity", json!("Y")),
        ("taxValue", json!(0)),
        ("currencyId", json!("RUB")),
        ("parentId2", json!(662)),
        ("entityTypeId", json!(1220)),
    ] {
        assert_eq!(item[name], value, "{name}");
    }
    assert!(text(&item, "createdTime").ends_with("+03:00"), "{item}");

    let form = "entityTypeId=1220&fields[title]=%D0%9E%D0%BF%D0%BB%D0%B0%D1%82%D0%B0+%D0%B7%D0%B0%D0%BA%D0%B0%D0%B7%D0%B0+1001&fields[stageId]=DT1220_30%3ANEW&fields[opportunity]=1500.00&fields[currencyId]=RUB&fields[isManualOpportunity]=Y&fields[parentId2]=662&fields[xmlId]=shop1%3Aorder%3A1001";
    let (status, answer) = portal.curl(&["--data", form], "crm.item.add");
    let same = |other: &Value, but: &[&str]| {
        for (name, value) in item.as_object().unwrap() {
            assert!(but.contains(&name.as_str()) || other[name] == *value, "{name}: {other}");
        }
    };
    assert_eq!(status, 200);
    let but = ["id", "createdTime", "updatedTime", "movedTime"];
    same(&answer["result"]["item"], &but);
    let parts = [
        "entityTypeId=1220",
        "fields[title]=Оплата заказа 1001",
        "fields[opportunity]=1500",
        "fields[isManualOpportunity]=Y",
        "fields[parentId2]=662",
        "fields[xmlId]=shop1:order:1001",
    ];
    let arguments: Vec<&str> = parts.iter().flat_map(|part| ["-F", part]).collect();
    same(&portal.curl(&arguments, "CRM.Item.Add.json").1["result"]["item"], &but);
    // By GET too, and ids as text.
    let (_, answer) = portal.curl(&["-G", "--data", "entityTypeId=1220&id=24"], "crm.item.get");
    assert_eq!(answer["result"]["item"], item);
}

#[test]
fn a_link_without_a_relation_is_dropped_without_a_word() {
    let sandbox = Sandbox::start(&[]);
    let portal = Portal::new(
        &sandbox,
        &json!({"types": [{"title": "Bare", "dealRelation": false, "stages": false, "products": false}],
            "deals": [{"title": "D"}]}),
    );
    let kind = portal.made["types"][0]["entityTypeId"].clone();
    let fields = json!({"parentId2": 662, "ufCrm5_unknown": "x", "stageId": "ANY", "xmlId": "k"});
    let item =
        &portal.call("crm.item.add", &json!({"entityTypeId": kind, "fields": fields}))["item"];
    for gone in ["parentId2", "ufCrm5_unknown", "stageId", "categoryId", "opportunity"] {
        assert!(item.get(gone).is_none(), "{gone}: {item}");
    }
    assert_eq!((text(item, "title"), text(item, "xmlId")), ("Bare #24", "k"));
    let row = portal.made["types"][0]["id"].clone();
    let linked =
        json!({"relations": {"parent": [{"entityTypeId": 2, "isChildrenListEnabled": "true"}]}});
    let kind_now = portal.call("crm.type.update", &json!({"id": row, "fields": linked}));
    assert_eq!(kind_now["type"]["relations"]["parent"][0]["isChildrenListEnabled"], "Y");
    let asked = json!({"entityTypeId": kind, "id": 24});
    let item = portal.call("crm.item.get", &asked);
    assert_eq!(item["item"].get("parentId2"), Some(&Value::Null));
    let fields = portal.call("crm.item.fields", &asked);
    assert_eq!(
        fields["fields"]["parentId2"],
        json!({"type": "crm_entity", "isRequired": false,
        "isReadOnly": false, "isImmutable": false, "isMultiple": false, "isDynamic": false, "title": "Deal",
        "upperName": "PARENT_ID_2", "settings": {"parentEntityTypeId": 2}})
    );
    // The block is replaced as a whole.
    portal.call("crm.type.update", &json!({"id": row, "fields": {"relations": {"parent": []}}}));
    assert!(portal.call("crm.item.get", &asked)["item"].get("parentId2").is_none());
}

#[test]
fn lists_are_paged_filtered_and_strict() {
    let sandbox = Sandbox::start(&[]);
    let portal = Portal::usual(&sandbox);
    for number in 0..53 {
        portal.control("items/1220", &json!({"xmlId": format!("Key:{number}"), "parentId2": 662}));
    }
    let ask = |more: Value| {
        let mut asked =
            json!({"entityTypeId": 1220, "order": {"id": "ASC"}, "select": ["id", "nonsense"]});
        asked.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        portal.whole("crm.item.list", &asked).1
    };
    let count = |answer: &Value| answer["result"]["items"].as_array().unwrap().len();
    let first = ask(json!({"filter": {"=parentId2": 662}}));
    assert_eq!((count(&first), &first["total"], &first["next"]), (50, &json!(53), &json!(50)));
    assert_eq!(first["result"]["items"][0], json!({"id": 24}));
    let second = ask(json!({"start": 50}));
    assert_eq!((count(&second), second.get("next")), (3, None));
    let fast = ask(json!({"start": -1, "filter": {">id": 73}}));
    assert_eq!((count(&fast), fast.get("total"), fast.get("next")), (3, None, None));
    assert_eq!(count(&ask(json!({"filter": {"=xmlId": "key:7"}}))), 1);
    assert_eq!(count(&ask(json!({"filter": {"xmlId": "key:1%"}}))), 11);
    assert_eq!(count(&ask(json!({"filter": {"@parentId2": [661, 663]}}))), 0);
    assert_eq!(count(&ask(json!({"filter": {"companyId": 5}}))), 0);
    let refused = ask(json!({"filter": {"=dealId": 1}}));
    assert_eq!(refused["error"], "INVALID_ARG_VALUE");
    assert_eq!(
        refused["error_description"],
        "Invalid filter: field 'dealId' is not allowed in filter"
    );
    for (asked, error) in [
        (json!({"entityTypeId": 0, "id": 1}), json!("ENTITY_TYPE_NOT_SUPPORTED")),
        (json!({"entityTypeId": 4444, "id": 1}), json!("NOT_FOUND")),
        (json!({"entityTypeId": "x", "id": 1}), json!(100)),
        (json!({"id": 1}), json!(100)),
        (json!({"entityTypeId": 1220, "id": 9}), json!("NOT_FOUND")),
    ] {
        assert_eq!(portal.refused("crm.item.get", &asked), (400, error), "{asked}");
    }
    assert_eq!(portal.refused("crm.item.foo", &json!({})), (404, json!("ERROR_METHOD_NOT_FOUND")));
    let wrong = portal.url("crm.item.get").replace("/rest/1/", "/rest/1/0");
    let (status, answer) = portal::read(&sandbox.curl(&["-w", "\n%{http_code}", &wrong]));
    assert_eq!((status, &answer["error"]), (401, &json!("NO_AUTH_FOUND")));
    assert_eq!(portal.call("crm.item.delete", &json!({"entityTypeId": 1220, "id": 24})), json!([]));
}

#[test]
fn a_deal_follows_its_stage() {
    let sandbox = Sandbox::start(&[]);
    let portal = Portal::new(
        &sandbox,
        &json!({"deals": [{"title": "D", "opportunity": "1500.50", "currencyId": "RUB"},
            {"title": "E", "categoryId": 9}], "deal_pipelines": [9], "deal_user_fields": ["ufCrm_act"],
            "deal_required": [["APOLOGY", "ufCrm_act"]]}),
    );
    let item = |asked: &Value| portal.call("crm.item.update", asked)["item"].clone();
    let deal = item(&json!({"entityTypeId": 2, "id": 662, "fields": {"stageId": "WON"}}));
    let told = (&deal["stageId"], &deal["stageSemanticId"], &deal["closed"], &deal["opportunity"]);
    assert_eq!(told, (&json!("WON"), &json!("S"), &json!("Y"), &json!(1500.5)));
    assert_eq!(deal["previousStageId"], "NEW");
    let deal = item(&json!({"entityTypeId": 2, "id": "662", "fields": {"stageId": "LOSE"}}));
    assert_eq!((&deal["stageSemanticId"], &deal["closed"]), (&json!("F"), &json!("Y")));
    let deal = item(&json!({"entityTypeId": 2, "id": 662, "fields": {"stageId": "EXECUTING"}}));
    assert_eq!((&deal["stageSemanticId"], &deal["closed"]), (&json!("P"), &json!("N")));
    // A stage may want a field; a stage of another pipeline is taken; one that nobody has is not.
    let stage = |id: &str| json!({"entityTypeId": 2, "id": 662, "fields": {"stageId": id}});
    let update = "crm.item.update";
    assert_eq!(portal.refused(update, &stage("APOLOGY")), (400, json!("CRM_FIELD_ERROR_REQUIRED")));
    let invalid = (400, json!("CRM_FIELD_ERROR_VALUE_NOT_VALID"));
    assert_eq!(portal.refused(update, &stage("NONE")), invalid);
    assert_eq!(item(&stage("C9:WON"))["categoryId"], 0);
    for asked in [
        json!({"entityTypeId": 2, "select": ["parentId2"]}),
        json!({"entityTypeId": 2, "filter": {"=parentId2": 1}}),
    ] {
        assert_eq!(portal.refused("crm.item.list", &asked).0, 400);
    }
    let asked = json!({"entityTypeId": 2, "id": 662, "fields": {"parentId2": 5}});
    assert_eq!(portal.refused(update, &asked).0, 400);
    // Stages are found by what they mean.
    let asked = json!({"filter": {"ENTITY_ID": "DEAL_STAGE_9"}, "order": {"SORT": "ASC"}});
    let stages = portal.call("crm.status.list", &asked);
    let won = stages.as_array().unwrap().iter().find(|row| row["SEMANTICS"] == "S").unwrap();
    assert_eq!((text(won, "STATUS_ID"), text(&won["EXTRA"], "SEMANTICS")), ("C9:WON", "success"));
    portal.control("", &json!({"semantics": "extra"}));
    let stages = portal.call("crm.status.list", &asked);
    assert!(stages[0].get("SEMANTICS").is_none() && stages[0]["EXTRA"]["SEMANTICS"] == "process");
    assert_eq!(portal.state()["deals"][1]["stageId"], "C9:NEW");
    // The old way has no code in its errors.
    let old = "crm.deal.update";
    assert_eq!(portal.call(old, &json!({"id": 662, "fields": {"STAGE_ID": "WON"}})), json!(true));
    for asked in [json!({"id": 1, "fields": {}}), json!({"fields": {}}), json!({"id": 662})] {
        assert_eq!(portal.refused(old, &asked), (400, json!("")));
    }
}

#[test]
fn nothing_is_saved_where_nothing_differs() {
    let sandbox = Sandbox::start(&[]);
    let portal = Portal::usual(&sandbox);
    let change = json!({"entityTypeId": 2, "id": 662, "fields": {"opportunity": "1500.00", "title": "Order"}});
    portal.call("crm.item.update", &change);
    assert_eq!(portal.state()["events"], json!([]));
    let change = json!({"entityTypeId": 2, "id": 662, "fields": {"opportunity": 1500.01}});
    portal.call("crm.item.update", &change);
    assert_eq!(portal.state()["events"][0]["event"], "ONCRMDEALUPDATE");
}

#[test]
fn timelines_keep_comments() {
    let sandbox = Sandbox::start(&[]);
    let portal = Portal::usual(&sandbox);
    portal.control("items/1220", &json!({"id": 77, "parentId2": 662}));
    let say = |id: i64, kind: &str, said: &str| json!({"fields": {"ENTITY_ID": id, "ENTITY_TYPE": kind, "COMMENT": said}});
    let add = "crm.timeline.comment.add";
    assert_eq!(portal.call(add, &say(662, "deal", "first")), json!(999));
    assert_eq!(portal.call(add, &say(77, "dynamic_1220", "of the item")), json!(1000));
    assert_eq!(portal.call(add, &say(662, "deal", "second")), json!(1001));
    assert_eq!(portal.refused(add, &say(1, "deal", "x")), (400, json!("OWNER_NOT_FOUND")));
    assert_eq!(portal.refused(add, &say(662, "deal", " ")), (400, json!("INVALID_ARG_VALUE")));
    let capitals = json!({"FIELDS": {"ENTITY_ID": 662, "ENTITY_TYPE": "deal", "COMMENT": "x"}});
    assert_eq!(portal.refused(add, &capitals), (400, json!(100)));
    let list = |more: Value| {
        let mut asked =
            json!({"filter": {"ENTITY_ID": 662, "ENTITY_TYPE": "deal"}, "order": {"ID": "DESC"}});
        asked.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        portal.whole("crm.timeline.comment.list", &asked).1
    };
    let told = list(json!({"select": ["ID", "COMMENT"]}));
    let rows = json!([{"ID": "1001", "COMMENT": "second"}, {"ID": "999", "COMMENT": "first"}]);
    assert_eq!((&told["result"], &told["total"]), (&rows, &json!(2)));
    assert_eq!(list(json!({"filter": {"ENTITY_ID": 662}}))["error"], "");
    let change = json!({"id": 999, "fields": {"COMMENT": "changed"}});
    assert_eq!(portal.call("crm.timeline.comment.update", &change), json!(true));
    assert_eq!(portal.call("crm.timeline.comment.get", &json!({"id": 999}))["COMMENT"], "changed");
    assert_eq!(portal.call("crm.timeline.comment.delete", &json!({"id": "999"})), Value::Null);
    let gone = portal.refused("crm.timeline.comment.delete", &json!({"id": 999}));
    assert_eq!(gone, (400, json!("NOT_FOUND")));
}

#[test]
fn types_are_made_and_found() {
    let sandbox = Sandbox::start(&[]);
    let portal = Portal::new(&sandbox, &json!({}));
    let fields = json!({"title": "SPA", "entityTypeId": 2024, "isStagesEnabled": "Y",
        "isLinkWithProductsEnabled": "Y", "isClientEnabled": "Y",
        "relations": {"parent": [{"entityTypeId": 2, "isChildrenListEnabled": "true"}]}});
    let made = portal.call("crm.type.add", &json!({"fields": fields}))["type"].clone();
    assert_eq!((&made["id"], &made["isPaymentsEnabled"]), (&json!(16), &json!("N")));
    assert_eq!(
        made["relations"]["parent"][2],
        json!({"entityTypeId": 2, "isChildrenListEnabled": "Y", "isPredefined": "N"})
    );
    for asked in [
        ("crm.type.get", json!({"id": 16})),
        ("crm.type.getByEntityTypeId", json!({"entityTypeId": "2024"})),
    ] {
        assert_eq!(portal.call(asked.0, &asked.1)["type"], made);
    }
    assert_eq!(portal.call("crm.type.list", &json!({}))["types"], json!([made]));
    for id in [2, 193, 1031, 2024] {
        let asked = json!({"fields": {"title": "x", "entityTypeId": id}});
        assert_eq!(
            portal.refused("crm.type.add", &asked),
            (400, json!("INVALID_ARG_VALUE")),
            "{id}"
        );
    }
    let item = portal
        .call("crm.item.add", &json!({"entityTypeId": 2024, "fields": {"contactIds": ["5"]}}));
    let item = &item["item"];
    assert_eq!((&item["companyId"], &item["contactIds"]), (&json!(0), &json!([5])));
    assert_eq!((&item["stageId"], &item["parentId2"]), (&json!("DT2024_30:NEW"), &Value::Null));
    assert_eq!(portal.refused("crm.type.delete", &json!({"id": 16})).0, 400);
    portal.call("crm.item.delete", &json!({"entityTypeId": 2024, "id": 24}));
    portal.call("crm.type.delete", &json!({"id": 16}));
    assert_eq!(portal.refused("crm.type.get", &json!({"id": 16})), (400, json!("NOT_FOUND")));
}
