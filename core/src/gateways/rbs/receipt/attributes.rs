//! D1: the attributes of a position, a flat list of names and values. Banks differ in how they
//! spell what is nested.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{at_position, nomenclature, put, put_object, put_phones, supplier};
use crate::error::Error;
use crate::fields::{self, Fields};
use crate::receipt::{Agent, Line};

/// How a bank spells the attributes of agents and suppliers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgentSpelling {
    /// `agent_info.paying.phones`, as in the server's own example.
    #[default]
    Dotted,
    /// `agent_info` with an object, as the reference of Alfa draws it.
    Nested,
    /// `agentInfo.paying.phones`, as a large aggregator sends it.
    Camel,
}

/// The list, in the order of the documents.
pub fn list(line: &Line, index: usize, spelling: AgentSpelling) -> Result<Vec<Value>, Error> {
    let position = &line.position;
    let mut tree = Fields::new();
    put(&mut tree, "paymentMethod", position.payment_method.map(|m| m.code().to_string()));
    put(&mut tree, "paymentObject", position.payment_object.map(|o| o.code().to_string()));
    put(&mut tree, "nomenclature", nomenclature(line, index)?);
    if let Some(part) = position.marking.as_ref().and_then(|marking| marking.fraction) {
        let part = json!({
            "numerator": part.numerator.to_string(),
            "denominator": part.denominator.to_string(),
        });
        put(&mut tree, "markQuantity", Some(part));
    }
    put(&mut tree, "userData", position.user_data.clone());
    let (agent_name, supplier_name) = match spelling {
        AgentSpelling::Camel => ("agentInfo", "supplierInfo"),
        AgentSpelling::Dotted | AgentSpelling::Nested => ("agent_info", "supplier_info"),
    };
    put(&mut tree, agent_name, position.agent.as_ref().map(|given| agent(given, spelling)));
    put_object(
        &mut tree,
        supplier_name,
        position.supplier.as_ref().map(supplier).unwrap_or_default(),
    );

    let mut attributes = Fields::new();
    for (name, value) in tree {
        match spelling {
            AgentSpelling::Nested => put(&mut attributes, &name, Some(value)),
            AgentSpelling::Dotted | AgentSpelling::Camel => flatten(&mut attributes, name, value),
        }
    }
    for (name, value) in position.attributes.iter().filter(|(_, value)| !value.is_null()) {
        let at = format!("attributes.{name}");
        if attributes.contains_key(name) {
            return Err(at_position(index, &at, "filled from the common fields"));
        }
        let Some(text) = fields::scalar(value) else {
            return Err(at_position(index, &at, "expected text"));
        };
        put(&mut attributes, name, Some(text));
    }
    let pair = |(name, value)| json!({ "name": name, "value": value });
    Ok(attributes.into_iter().map(pair).collect())
}

fn agent(given: &Agent, spelling: AgentSpelling) -> Fields {
    let mut paying = Fields::new();
    put(&mut paying, "operation", given.operation.clone());
    put_phones(&mut paying, &given.phones);
    let mut operator = Fields::new();
    put_phones(&mut operator, &given.operator_phones);
    let mut transfer = Fields::new();
    if let Some(given) = &given.transfer_operator {
        put(&mut transfer, "name", given.name.clone());
        put(&mut transfer, "address", given.address.clone());
        put(&mut transfer, "inn", given.inn.clone());
        put_phones(&mut transfer, &given.phones);
    }
    let r#type = if spelling == AgentSpelling::Camel { "agentType" } else { "type" };
    let mut agent = Fields::new();
    put(&mut agent, r#type, Some(given.r#type.code().to_string()));
    put_object(&mut agent, "paying", paying);
    put_object(&mut agent, "paymentsOperator", operator);
    put_object(&mut agent, "MTOperator", transfer);
    agent
}

/// Dotted names; a list of phones becomes one text with commas.
fn flatten(target: &mut Fields, name: String, value: Value) {
    match value {
        Value::Object(fields) => {
            for (part, value) in fields {
                flatten(target, format!("{name}.{part}"), value);
            }
        }
        Value::Array(list) => {
            let texts: Vec<_> = list.iter().filter_map(Value::as_str).collect();
            put(target, &name, Some(texts.join(",")));
        }
        value => put(target, &name, Some(value)),
    }
}
