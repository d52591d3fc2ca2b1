//! Types of CRM objects: deals, smart invoices and smart processes, with their relations, stages and fields.

use serde_json::{Map, Value, json};

use super::filter::Class;

/// `entityTypeId` of a deal.
pub const DEAL: i64 = 2;
/// `entityTypeId` of a smart invoice.
pub const INVOICE: i64 = 31;

/// A type.
#[derive(Clone, Debug)]
pub struct Kind {
    /// Its row, which is not its `entityTypeId`.
    pub row: i64,
    /// What items are named by.
    pub entity_type: i64,
    /// Its title.
    pub title: String,
    /// `isStagesEnabled` and so on, `Y` or `N`.
    pub flags: Map<String, Value>,
    /// Types whose items may be parents.
    pub parents: Vec<i64>,
    /// Types whose items may be children.
    pub children: Vec<i64>,
    /// Pipelines, the default one first.
    pub categories: Vec<Category>,
    /// Fields of the portal's own.
    pub user_fields: Vec<UserField>,
    /// Fields that a stage demands.
    pub required: Vec<(String, String)>,
}

/// A pipeline.
#[derive(Clone, Debug)]
pub struct Category {
    /// Its number: 0 is the deals' first alone.
    pub id: i64,
    /// Its stages in their order.
    pub stages: Vec<Stage>,
}

/// A stage.
#[derive(Clone, Debug)]
pub struct Stage {
    /// `DT1220_30:NEW`.
    pub id: String,
    /// What people see.
    pub name: String,
    /// `S`, `F` or nothing.
    pub semantics: Option<String>,
}

/// A field of the portal's own.
#[derive(Clone, Debug)]
pub struct UserField {
    /// `ufCrm5_payment`.
    pub name: String,
    /// `string`, `double`, `integer`, `boolean`, ...
    pub kind: String,
    /// Whether it holds a list.
    pub multiple: bool,
}

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    Integer,
    Text,
    Double,
    Flag,
    Moment,
    Integers,
    /// The id of a parent.
    Parent(i64),
    Stage,
    Category,
    Currency,
    /// A user field of a type that is not looked into.
    Any,
    /// Anything, several times.
    Several,
}

/// A field of a type.
#[derive(Clone, Debug)]
pub struct Field {
    /// `stageId`.
    pub name: String,
    /// What it holds.
    pub holds: Holds,
    /// Whether writing is ignored.
    pub read_only: bool,
}

impl Field {
    fn new(name: &str, holds: Holds, read_only: bool) -> Self {
        Self { name: name.to_owned(), holds, read_only }
    }

    /// How it is compared.
    pub fn class(&self) -> Class {
        match self.holds {
            Holds::Integer | Holds::Double | Holds::Integers | Holds::Parent(_) => Class::Number,
            Holds::Category => Class::Number,
            Holds::Moment => Class::Moment,
            _ => Class::Text,
        }
    }

    /// As `crm.item.fields` tells it.
    pub fn shown(&self) -> Value {
        let kind = match self.holds {
            Holds::Integer | Holds::Integers => "integer",
            Holds::Double => "double",
            Holds::Flag => "boolean",
            Holds::Moment => "datetime",
            Holds::Parent(_) => "crm_entity",
            Holds::Stage => "crm_status",
            Holds::Category => "crm_category",
            Holds::Currency => "crm_currency",
            Holds::Text | Holds::Any | Holds::Several => "string",
        };
        let dynamic = self.name.starts_with("uf");
        let mut shown = json!({
            "type": kind,
            "isRequired": false,
            "isReadOnly": self.read_only,
            "isImmutable": false,
            "isMultiple": matches!(self.holds, Holds::Integers | Holds::Several),
            "isDynamic": dynamic,
            "title": self.name,
            "upperName": upper(&self.name),
        });
        if let (Holds::Parent(parent), Some(shown)) = (self.holds, shown.as_object_mut()) {
            shown.insert("settings".into(), json!({"parentEntityTypeId": parent}));
            if parent == DEAL {
                shown.insert("title".into(), "Deal".into());
            }
        }
        shown
    }
}

/// `parentId2` is `PARENT_ID_2`.
pub fn upper(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    let mut last = ' ';
    for letter in name.chars() {
        let turns =
            letter.is_ascii_uppercase() || (letter.is_ascii_digit() && !last.is_ascii_digit());
        if turns && last != '_' && !out.is_empty() {
            out.push('_');
        }
        out.push(letter.to_ascii_uppercase());
        last = letter;
    }
    out
}

impl Kind {
    /// A type with options, and nothing else yet.
    pub fn new(row: i64, entity_type: i64, title: &str) -> Self {
        Self {
            row,
            entity_type,
            title: title.to_owned(),
            flags: Map::new(),
            parents: Vec::new(),
            children: Vec::new(),
            categories: Vec::new(),
            user_fields: Vec::new(),
            required: Vec::new(),
        }
    }

    /// Whether an option is on.
    pub fn has(&self, flag: &str) -> bool {
        self.flags.get(flag).is_some_and(|value| value == "Y")
    }

    /// Whether its items have stages.
    pub fn staged(&self) -> bool {
        matches!(self.entity_type, DEAL | INVOICE) || self.has("isStagesEnabled")
    }

    /// `ENTITY_ID` of a pipeline's stages.
    pub fn stage_entity(&self, category: i64) -> String {
        match (self.entity_type, category) {
            (DEAL, 0) => "DEAL_STAGE".to_owned(),
            (DEAL, other) => format!("DEAL_STAGE_{other}"),
            (INVOICE, other) => format!("SMART_INVOICE_STAGE_{other}"),
            (kind, other) => format!("DYNAMIC_{kind}_STAGE_{other}"),
        }
    }

    /// Short code: `D`, `SI`, `T4c4`.
    pub fn short_code(&self) -> String {
        match self.entity_type {
            DEAL => "D".to_owned(),
            INVOICE => "SI".to_owned(),
            other => format!("T{other:x}"),
        }
    }

    /// What stands before the colon of its stages.
    fn stage_prefix(&self, category: i64) -> String {
        match (self.entity_type, category) {
            (DEAL, 0) => String::new(),
            (DEAL, other) => format!("C{other}:"),
            (kind, other) => format!("DT{kind}_{other}:"),
        }
    }

    /// A pipeline with the stages that the portal has by itself, or with given ones: `{id, name?, semantics?}`.
    pub fn add_category(&mut self, id: i64, given: Option<&[Value]>) {
        let own: &[(&str, &str)] = match self.entity_type {
            DEAL => &[
                ("NEW", ""),
                ("PREPARATION", ""),
                ("PREPAYMENT_INVOICE", ""),
                ("EXECUTING", ""),
                ("FINAL_INVOICE", ""),
                ("WON", "S"),
                ("LOSE", "F"),
                ("APOLOGY", "F"),
            ],
            INVOICE => &[("N", ""), ("S", ""), ("P", "S"), ("D", "F")],
            _ => {
                &[("NEW", ""), ("PREPARATION", ""), ("CLIENT", ""), ("SUCCESS", "S"), ("FAIL", "F")]
            }
        };
        let prefix = self.stage_prefix(id);
        let stage = |code: &str, name: &str, semantics: &str| Stage {
            id: format!("{prefix}{code}"),
            name: name.to_owned(),
            semantics: Some(semantics.to_owned()).filter(|letter| !letter.is_empty()),
        };
        let text = |value: &Value, name: &str| {
            value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        let stages = match given {
            None => own.iter().map(|(code, semantics)| stage(code, code, semantics)).collect(),
            Some(given) => given
                .iter()
                .map(|one| stage(&text(one, "id"), &text(one, "name"), &text(one, "semantics")))
                .collect(),
        };
        self.categories.push(Category { id, stages });
    }

    /// A stage of any pipeline.
    pub fn stage(&self, id: &str) -> Option<&Stage> {
        self.categories.iter().flat_map(|one| &one.stages).find(|stage| stage.id == id)
    }

    /// The fields, in the order in which items show them.
    pub fn fields(&self) -> Vec<Field> {
        use Holds::{
            Category as InCategory, Currency, Double, Flag, Integer, Integers, Moment, Stage, Text,
        };
        let deal = self.entity_type == DEAL;
        let mut fields = vec![Field::new("id", Integer, true)];
        if !deal {
            fields.push(Field::new("xmlId", Text, false));
        }
        fields.push(Field::new("title", Text, false));
        for name in ["createdBy", "updatedBy", "movedBy"] {
            fields.push(Field::new(name, Integer, true));
        }
        for name in ["createdTime", "updatedTime", "movedTime"] {
            fields.push(Field::new(name, Moment, true));
        }
        if self.staged() {
            fields.push(Field::new("categoryId", InCategory, false));
            fields.push(Field::new("stageId", Stage, false));
            fields.push(Field::new("previousStageId", Text, true));
        }
        if deal {
            fields.push(Field::new("stageSemanticId", Text, true));
            fields.push(Field::new("closed", Flag, true));
            fields.push(Field::new("comments", Text, false));
            fields.push(Field::new("originatorId", Text, false));
            fields.push(Field::new("originId", Text, false));
        }
        fields.push(Field::new("opened", Flag, false));
        fields.push(Field::new("assignedById", Integer, false));
        if deal || self.entity_type == INVOICE || self.has("isLinkWithProductsEnabled") {
            fields.push(Field::new("opportunity", Double, false));
            fields.push(Field::new("isManualOpportunity", Flag, false));
            fields.push(Field::new("taxValue", Double, false));
            fields.push(Field::new("currencyId", Currency, false));
        }
        for parent in &self.parents {
            fields.push(Field::new(&format!("parentId{parent}"), Holds::Parent(*parent), false));
        }
        if deal || self.has("isClientEnabled") {
            fields.push(Field::new("companyId", Integer, false));
            fields.push(Field::new("contactId", Integer, false));
            fields.push(Field::new("contactIds", Integers, false));
        }
        if self.has("isObserversEnabled") {
            fields.push(Field::new("observers", Integers, false));
        }
        for field in &self.user_fields {
            let holds = match (field.multiple, field.kind.as_str()) {
                (true, _) => Holds::Several,
                (_, "double" | "money_number") => Double,
                (_, "integer") => Integer,
                (_, "boolean") => Flag,
                (_, "datetime") => Moment,
                (_, "string") => Text,
                _ => Holds::Any,
            };
            fields.push(Field::new(&field.name, holds, false));
        }
        fields.push(Field::new("entityTypeId", Integer, true));
        fields
    }

    /// A field by its name in either spelling.
    pub fn field(&self, name: &str) -> Option<Field> {
        self.fields().into_iter().find(|field| field.name == name || upper(&field.name) == name)
    }

    /// As `crm.type.get` tells it.
    pub fn shown(&self) -> Value {
        let relation = |other: &i64, predefined: &str| json!({"entityTypeId": other, "isChildrenListEnabled": "Y", "isPredefined": predefined});
        let mut parents = Vec::new();
        if self.has("isClientEnabled") {
            parents.extend([3, 4].iter().map(|one| relation(one, "Y")));
        }
        parents.extend(self.parents.iter().map(|one| relation(one, "N")));
        let children: Vec<Value> = self.children.iter().map(|one| relation(one, "N")).collect();
        let mut shown =
            json!({"id": self.row, "entityTypeId": self.entity_type, "title": self.title});
        if let Some(shown) = shown.as_object_mut() {
            for (flag, value) in &self.flags {
                shown.insert(flag.clone(), value.clone());
            }
            shown.insert("isPaymentsEnabled".into(), "N".into());
            shown.insert("relations".into(), json!({"parent": parents, "child": children}));
        }
        shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_codes_are_the_portal_s() {
        for (name, written) in [
            ("parentId2", "PARENT_ID_2"),
            ("parentId1220", "PARENT_ID_1220"),
            ("xmlId", "XML_ID"),
            ("id", "ID"),
            ("stageSemanticId", "STAGE_SEMANTIC_ID"),
        ] {
            assert_eq!(upper(name), written);
        }
        assert_eq!(Kind::new(1, 128, "x").short_code(), "T80");
        assert_eq!(Kind::new(1, 156, "x").short_code(), "T9c");
        let mut deal = Kind::new(0, DEAL, "Deal");
        deal.add_category(0, None);
        deal.add_category(9, None);
        assert!(deal.stage("WON").is_some() && deal.stage("C9:WON").is_some());
        assert_eq!(deal.stage_entity(9), "DEAL_STAGE_9");
        let mut own = Kind::new(1, 1220, "x");
        own.add_category(30, None);
        assert_eq!(own.stage("DT1220_30:FAIL").unwrap().semantics.as_deref(), Some("F"));
        own.parents.push(DEAL);
        let shown = own.field("parentId2").unwrap().shown();
        assert_eq!(shown["upperName"], "PARENT_ID_2");
        assert_eq!(shown["settings"]["parentEntityTypeId"], 2);
    }
}
