//! The tables as `describe` prints them.

use serde_json::{Value, json};

use super::{Field, Guard, Mark, Native, Need, Shape, Told, Wire};

impl Native {
    /// The row as `operations` prints it. Its whole table is not made for that: programs ask often.
    pub fn listed(&self, gateway: &str) -> Value {
        json!({
            "name": format!("{gateway}.{}", self.name),
            "effect": self.effect.name(),
            "repeat": self.repeat,
        })
    }

    /// The row as `describe` prints it.
    pub fn describe(&self, gateway: &str) -> Value {
        json!({
            "name": format!("{gateway}.{}", self.name),
            "effect": self.effect.name(),
            "repeat": self.repeat,
            "path": self.path,
            "wire": self.wire.name(),
            "serves": self.serves,
            "dialect": self.dialect,
            "pci": self.pci,
            "mark": self.mark.name(),
            "source": self.source,
            "doc": self.doc,
            "fields": self.fields.iter().map(Field::describe).collect::<Vec<_>>(),
            "reply": self.reply.iter().map(Told::describe).collect::<Vec<_>>(),
        })
    }
}

impl Field {
    fn describe(&self) -> Value {
        let mut row = json!({
            "name": self.name,
            "shape": self.shape.name(),
            "min": self.min,
            "max": self.max,
            "need": self.need.name(),
            "guard": self.guard.name(),
            "mark": self.mark.name(),
            "doc": self.doc,
        });
        if let (Shape::Joined(sign), Some(row)) = (self.shape, row.as_object_mut()) {
            row.insert("joined".into(), sign.into());
        }
        if let (Shape::Object(table) | Shape::List(table), Some(row)) =
            (self.shape, row.as_object_mut())
        {
            let inner = table.iter().map(Field::describe).collect();
            row.insert("fields".into(), Value::Array(inner));
        }
        row
    }
}

impl Told {
    fn describe(&self) -> Value {
        json!({
            "name": self.name, "always": self.always, "mark": self.mark.name(), "doc": self.doc,
        })
    }
}

impl Shape {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Shape::Text => "text",
            Shape::Digits => "digits",
            Shape::Whole => "whole",
            Shape::Code => "code",
            Shape::Decimal => "decimal",
            Shape::Currency => "currency",
            Shape::Money => "money",
            Shape::Date => "date",
            Shape::Moment => "moment",
            Shape::DottedDay => "dotted_day",
            Shape::Day => "day",
            Shape::Stamp => "stamp",
            Shape::Month => "month",
            Shape::Language => "language",
            Shape::Flag => "flag",
            Shape::Bit => "bit",
            Shape::YesNo => "yes_no",
            Shape::Url => "url",
            Shape::Ip => "ip",
            Shape::Id => "id",
            Shape::Json => "json",
            Shape::JsonText => "json_text",
            Shape::Words | Shape::Joined(_) => "words",
            Shape::Object(_) => "object",
            Shape::List(_) => "list",
        }
    }
}

impl Wire {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Wire::Form => "form",
            Wire::Json => "json",
            Wire::Query => "query",
        }
    }
}

impl Need {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Need::Required => "required",
            Need::Optional => "optional",
            Need::OneOf => "oneof",
            Need::Settings => "settings",
        }
    }
}

impl Guard {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Guard::Open => "open",
            Guard::Secret => "secret",
            Guard::Card => "card",
        }
    }
}

impl Mark {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Mark::Confirmed => "confirmed",
            Mark::Inferred => "inferred",
        }
    }
}
