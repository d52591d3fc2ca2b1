//! What the portal is documented, or measured, to refuse or to drop without a word, told before anything is
//! sent. Source: docs/gateways/bitrix24.md, "Linking" and "Payments".

use serde_json::Value;

use crate::error::Error;
use crate::fields::{self, Fields};

/// Looks for them in a method's parameters. `path` is where these stand: empty, or with a dot at its end.
/// What is a reference of a batch is not known yet, and passes.
pub fn look(method: &str, parameters: &Fields, path: &str) -> Result<(), Error> {
    let look = Look { parameters, path };
    if let Some(name) = parameters.keys().find(|name| name.eq_ignore_ascii_case("auth")) {
        return Err(look.wrong(name, "not given here: the settings have it"));
    }
    match method.to_ascii_lowercase().as_str() {
        "crm.item.add" | "crm.item.update" | "crm.item.list" | "crm.item.get"
        | "crm.item.delete" | "crm.item.fields" => look.item(),
        "crm.item.payment.add" => look.payment_add(),
        "crm.item.payment.product.add" | "crm.item.payment.product.setquantity" => {
            look.quantity(&["quantity"])
        }
        "crm.item.productrow.add" => {
            look.owner(&["fields", "ownerType"])?;
            look.quantity(&["fields", "quantity"])
        }
        "crm.item.productrow.update" => look.quantity(&["fields", "quantity"]),
        "crm.item.productrow.set" | "crm.item.productrow.getavailableforpayment" => {
            look.owner(&["ownerType"])
        }
        "crm.item.productrow.list" => {
            look.needed(&["filter", "=ownerType"])?;
            look.needed(&["filter", "=ownerId"])?;
            look.owner(&["filter", "=ownerType"])
        }
        "crm.timeline.comment.list" => {
            look.needed(&["filter", "ENTITY_ID"])?;
            look.needed(&["filter", "ENTITY_TYPE"])
        }
        "crm.type.add" | "crm.type.update" => look.type_(),
        "sale.paysystem.handler.add" => look.handler(),
        "sale.paysystem.settings.update" => look.settings(),
        "sale.paysystem.add" => look.registry(),
        _ => Ok(()),
    }
}

struct Look<'a> {
    parameters: &'a Fields,
    path: &'a str,
}

impl Look<'_> {
    fn wrong(&self, field: &str, expected: &str) -> Error {
        Error::invalid(format!("{}{field}", self.path), expected)
    }

    /// A value by its path; null is absent.
    fn at(&self, path: &[&str]) -> Option<&Value> {
        let (first, rest) = path.split_first()?;
        let start = self.parameters.get(*first)?;
        rest.iter().try_fold(start, |value, name| value.get(*name)).filter(|it| !it.is_null())
    }

    /// A text or number that is known now.
    fn text(&self, path: &[&str]) -> Option<String> {
        self.at(path).and_then(fields::scalar).filter(|text| !text.starts_with("$result["))
    }

    fn needed(&self, path: &[&str]) -> Result<(), Error> {
        match self.at(path) {
            Some(_) => Ok(()),
            None => Err(self.wrong(&path.join("."), "required, but not given")),
        }
    }

    /// No type is its own parent, type 0 is none, and smart processes have no originId.
    fn item(&self) -> Result<(), Error> {
        let Some(ty) = self.text(&["entityTypeId"]).and_then(|it| it.parse::<u64>().ok()) else {
            return Ok(());
        };
        if ty == 0 {
            return Err(self.wrong("entityTypeId", "expected a type: 2 for deals"));
        }
        let own = format!("parentId{ty}");
        let upper = format!("PARENT_ID_{ty}");
        let names = |holder: &str| -> Vec<&str> {
            match self.at(&[holder]) {
                Some(Value::Object(fields)) => fields.keys().map(String::as_str).collect(),
                Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
                Some(Value::String(name)) => vec![name],
                _ => Vec::new(),
            }
        };
        for holder in ["fields", "select", "filter"] {
            for name in names(holder) {
                let plain = name.trim_start_matches(['=', '!', '@', '%', '>', '<']);
                if plain == own || plain == upper {
                    let says = "no type is its own parent: the portal refuses this";
                    return Err(self.wrong(&format!("{holder}.{name}"), says));
                }
                if ty >= 128 && holder == "fields" && matches!(plain, "originId" | "originatorId") {
                    let says = "smart processes have none, and the portal drops it: use xmlId";
                    return Err(self.wrong(&format!("{holder}.{name}"), says));
                }
            }
        }
        Ok(())
    }

    fn payment_add(&self) -> Result<(), Error> {
        match self.text(&["entityTypeId"]).as_deref() {
            None | Some("2" | "31") => Ok(()),
            Some(_) => {
                let says = "expected 2 (deals) or 31 (smart invoices): nothing else has payments";
                Err(self.wrong("entityTypeId", says))
            }
        }
    }

    fn quantity(&self, path: &[&str]) -> Result<(), Error> {
        let zero = |text: &str| text.trim_matches(['0', '.']).is_empty();
        match self.text(path) {
            Some(text) if text.starts_with('-') || zero(&text) => {
                Err(self.wrong(&path.join("."), "expected more than 0"))
            }
            _ => Ok(()),
        }
    }

    fn owner(&self, path: &[&str]) -> Result<(), Error> {
        let Some(code) = self.text(path) else { return Ok(()) };
        let item = code.strip_prefix('T').is_some_and(|hex| {
            !hex.is_empty() && hex.len() <= 8 && hex.bytes().all(|byte| byte.is_ascii_hexdigit())
        });
        if item || matches!(code.as_str(), "L" | "D" | "Q" | "SI") {
            return Ok(());
        }
        let says = "expected L, D, Q, SI, or T and the entityTypeId in hexadecimal (1220 is T4c4)";
        Err(self.wrong(&path.join("."), says))
    }

    fn type_(&self) -> Result<(), Error> {
        if let Some(text) = self.text(&["fields", "entityTypeId"]) {
            let number = text.parse::<u64>().unwrap_or_default();
            if !(128..=192).contains(&number) && (number < 1030 || number % 2 != 0) {
                let says = "expected 128 to 192, or an even number from 1030";
                return Err(self.wrong("fields.entityTypeId", says));
            }
        }
        for side in ["parent", "child"] {
            let Some(Value::Array(relations)) = self.at(&["fields", "relations", side]) else {
                continue;
            };
            for (index, relation) in relations.iter().enumerate() {
                let shown = relation.get("isChildrenListEnabled").filter(|it| !it.is_null());
                if shown.is_some_and(|it| !matches!(it.as_str(), Some("true" | "false"))) {
                    let field = format!("fields.relations.{side}.{index}.isChildrenListEnabled");
                    let says = "expected \"true\" or \"false\" as text: Y and N do nothing here";
                    return Err(self.wrong(&field, says));
                }
            }
        }
        Ok(())
    }

    fn handler(&self) -> Result<(), Error> {
        let Some(Value::Object(settings)) = self.at(&["SETTINGS"]) else { return Ok(()) };
        let modes = ["CHECKOUT_DATA", "FORM_DATA", "IFRAME_DATA"];
        match modes.iter().any(|mode| settings.contains_key(*mode)) {
            true => Ok(()),
            false => Err(self.wrong("SETTINGS", &format!("expected one of {}", modes.join(", ")))),
        }
    }

    fn settings(&self) -> Result<(), Error> {
        match self.at(&["SETTINGS"]) {
            Some(Value::Object(settings)) if !settings.is_empty() => Ok(()),
            _ => Err(self.wrong("SETTINGS", "expected an object with at least one code")),
        }
    }

    fn registry(&self) -> Result<(), Error> {
        match self.text(&["ENTITY_REGISTRY_TYPE"]).as_deref() {
            None | Some("ORDER" | "CRM_INVOICE" | "CRM_QUOTE") => Ok(()),
            Some(_) => {
                Err(self.wrong("ENTITY_REGISTRY_TYPE", "expected ORDER, CRM_INVOICE or CRM_QUOTE"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn field_of(method: &str, parameters: Value) -> Option<String> {
        look(method, parameters.as_object().unwrap(), "").err().map(|it| it.field.clone().unwrap())
    }

    #[test]
    fn what_the_portal_would_refuse_is_told_by_its_place() {
        for (method, parameters, field) in [
            ("crm.item.payment.add", json!({"entityId": 1, "entityTypeId": 1220}), "entityTypeId"),
            ("crm.item.add", json!({"entityTypeId": 0, "fields": {}}), "entityTypeId"),
            (
                "crm.item.update",
                json!({"entityTypeId": 2, "id": 5, "fields": {"parentId2": 6}}),
                "fields.parentId2",
            ),
            (
                "crm.item.list",
                json!({"entityTypeId": "2", "select": ["id", "parentId2"]}),
                "select.parentId2",
            ),
            (
                "CRM.item.list",
                json!({"entityTypeId": 2, "filter": {"!=PARENT_ID_2": 1}}),
                "filter.!=PARENT_ID_2",
            ),
            (
                "crm.item.add",
                json!({"entityTypeId": 1220, "fields": {"originId": "A-1"}}),
                "fields.originId",
            ),
            ("crm.item.payment.product.add", json!({"quantity": "0.00"}), "quantity"),
            ("crm.item.payment.product.setQuantity", json!({"quantity": -1}), "quantity"),
            ("crm.item.productrow.list", json!({"filter": {"=ownerType": "D"}}), "filter.=ownerId"),
            ("crm.item.productrow.add", json!({"fields": {"ownerType": "Tz"}}), "fields.ownerType"),
            ("crm.item.productrow.set", json!({"ownerType": "deal"}), "ownerType"),
            (
                "crm.timeline.comment.list",
                json!({"filter": {"ENTITY_ID": 2}}),
                "filter.ENTITY_TYPE",
            ),
            ("crm.type.add", json!({"fields": {"entityTypeId": 1031}}), "fields.entityTypeId"),
            (
                "crm.type.update",
                json!({"fields": {"relations": {"parent": [{"isChildrenListEnabled": "Y"}]}}}),
                "fields.relations.parent.0.isChildrenListEnabled",
            ),
            ("sale.paysystem.handler.add", json!({"SETTINGS": {"CODES": {}}}), "SETTINGS"),
            ("sale.paysystem.settings.update", json!({"SETTINGS": {}}), "SETTINGS"),
            ("sale.paysystem.add", json!({"ENTITY_REGISTRY_TYPE": "DEAL"}), "ENTITY_REGISTRY_TYPE"),
            ("user.get", json!({"AUTH": "x"}), "AUTH"),
        ] {
            assert_eq!(field_of(method, parameters).as_deref(), Some(field), "{method}");
        }
    }

    #[test]
    fn what_is_right_or_not_known_yet_passes() {
        for (method, parameters) in [
            ("crm.item.payment.add", json!({"entityId": 1, "entityTypeId": "31"})),
            ("crm.item.payment.add", json!({"entityTypeId": "$result[a][item][entityTypeId]"})),
            (
                "crm.item.add",
                json!({"entityTypeId": 1220, "fields": {"parentId2": 6, "xmlId": "a"}}),
            ),
            (
                "crm.item.update",
                json!({"entityTypeId": 2, "fields": {"originId": "a", "parentId1220": 4}}),
            ),
            ("crm.item.productrow.set", json!({"ownerType": "T4c4"})),
            (
                "crm.type.add",
                json!({"fields": {"entityTypeId": 192, "relations": {"parent":
                [{"entityTypeId": 2, "isChildrenListEnabled": "true"}, {"entityTypeId": 1}]}}}),
            ),
            ("crm.item.payment.product.add", json!({"quantity": "0.5"})),
        ] {
            assert_eq!(field_of(method, parameters.clone()), None, "{method} {parameters}");
        }
    }
}
