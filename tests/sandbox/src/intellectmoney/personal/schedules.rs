//! setScheduledOperationData and getScheduledOperationData: later charges of a card that agreed.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::page;
use crate::clock;
use crate::intellectmoney::eshops::Eshop;
use crate::intellectmoney::fields::{Field, Fields, Kind, amount, moment_text};
use crate::intellectmoney::installation::Installation;
use crate::intellectmoney::invoices::{Means, State, Terms};
use crate::intellectmoney::merchant::starts::begun;
use crate::intellectmoney::reply::{Refusal, Reply};

/// Fields of setScheduledOperationData.
pub const SET: &[Field] = &[
    Field::needed("UserToken", Kind::Text, 64),
    Field::optional("Operation", Kind::Text, 36),
    Field::needed("ObjectId", Kind::Number, 10),
    Field::needed("ObjectTypeVal", Kind::Number, 1),
    Field::needed("ParamsJson", Kind::Json, 1024),
    Field::needed("RepeatPlan", Kind::Text, 1024),
    Field::optional("RetryOnFailPlan", Kind::Text, 1024),
    Field::optional("RetryOnFailCount", Kind::Number, 3),
    Field::optional("IsSingle", Kind::Flag, 1),
    Field::optional("FireOnSkip", Kind::Flag, 1),
    Field::optional("State", Kind::Flag, 1),
    Field::optional("EndExecDate", Kind::Text, 10),
];

/// Fields of getScheduledOperationData.
pub const GET: &[Field] = &[
    Field::needed("UserToken", Kind::Text, 64),
    Field::optional("Skip", Kind::Number, 9),
    Field::needed("Take", Kind::Number, 9),
    Field::optional("Operation", Kind::Text, 36),
    Field::optional("ObjectId", Kind::Number, 10),
    Field::optional("ObjectTypeVal", Kind::Number, 1),
    Field::optional("ParamsJson", Kind::Text, 1024),
    Field::optional("RepeatPlan", Kind::Text, 1024),
    Field::optional("RetryOnFailPlan", Kind::Text, 1024),
    Field::optional("RetryOnFailCount", Kind::Number, 3),
    Field::optional("IsSingle", Kind::Flag, 1),
    Field::optional("FireOnSkip", Kind::Flag, 1),
    Field::optional("State", Kind::Flag, 1),
    Field::optional("DateFrom", Kind::Text, 19),
    Field::optional("DateTo", Kind::Text, 19),
];

/// Fields that are kept and shown as they were sent.
const KEPT: &[&str] = &[
    "ObjectId",
    "ObjectTypeVal",
    "ParamsJson",
    "RepeatPlan",
    "RetryOnFailPlan",
    "RetryOnFailCount",
    "IsSingle",
    "FireOnSkip",
    "State",
    "EndExecDate",
];

/// A plan to charge a card again. It never runs by the clock: an act does it.
#[derive(Clone, Debug)]
pub struct Schedule {
    /// Login of its owner.
    pub login: String,
    /// The invoice whose card is charged.
    pub source: String,
    /// Minor units of each charge.
    pub amount: i64,
    /// Whether it is switched on.
    pub active: bool,
    /// Unix milliseconds.
    pub created_at: i64,
    /// As sent.
    pub fields: Map<String, Value>,
}

/// setScheduledOperationData: a new plan, or a known one changed by its `Operation`.
pub fn set(installation: &mut Installation, caller: &Eshop, fields: &Fields) -> Reply {
    let source = fields.text("ObjectId");
    if fields.text("ObjectTypeVal") != "1" {
        return Err(Refusal::field("ObjectTypeVal", "is not known"));
    }
    let invoice = super::own(installation, caller).find(|invoice| invoice.id == source);
    let invoice = invoice.ok_or_else(|| Refusal::not_found("ObjectId"))?;
    if !invoice.terms.recurring || !matches!(invoice.state, State::Paid | State::Held) {
        return Err(Refusal::wrong_state());
    }
    let amount = charge_of(fields.text("ParamsJson"))
        .ok_or_else(|| Refusal::field("ParamsJson", "has no Amount"))?;
    let id = match fields.given("Operation") {
        None => Uuid::new_v4().to_string(),
        Some(known) => {
            let plan = installation.schedules.get(known).filter(|plan| plan.login == caller.login);
            plan.ok_or_else(|| Refusal::not_found("Operation"))?;
            known.to_owned()
        }
    };
    let kept =
        KEPT.iter().filter_map(|name| Some(((*name).to_owned(), json!(fields.given(name)?))));
    let plan = Schedule {
        login: caller.login.clone(),
        source: source.to_owned(),
        amount,
        active: fields.text("State") != "0",
        created_at: clock::now(),
        fields: kept.collect(),
    };
    installation.schedules.insert(id.clone(), plan);
    Ok(Map::from_iter([("Operation".to_owned(), json!(id))]))
}

/// Minor units of `{"Amount": 10}`, whose number may have no decimals.
fn charge_of(params: &str) -> Option<i64> {
    let params: Value = serde_json::from_str(params).ok()?;
    let text = params.get("Amount").filter(|value| value.is_number())?.to_string();
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    amount(&format!("{whole}.{part:0<2}")).filter(|amount| *amount > 0)
}

/// getScheduledOperationData.
pub fn get(installation: &mut Installation, caller: &Eshop, fields: &Fields) -> Reply {
    let (skip, take) = page(fields);
    let equals = |name: &str, value: &str| fields.given(name).is_none_or(|given| given == value);
    let found = installation.schedules.iter().filter(|(id, plan)| {
        plan.login == caller.login && equals("Operation", id) && equals("ObjectId", &plan.source)
    });
    let zone = caller.settings.time_zone_hours;
    let list: Value = found
        .skip(skip)
        .take(take)
        .map(|(id, plan)| {
            let mut shown = plan.fields.clone();
            shown.insert("Operation".into(), json!(id));
            shown.insert("CreationDate".into(), json!(moment_text(plan.created_at, zone)));
            Value::Object(shown)
        })
        .collect();
    Ok(Map::from_iter([("ScheduledOperationDataList".to_owned(), list)]))
}

/// Charges the card of a plan once more: a new invoice, paid at once, or refused and cancelled.
pub fn charge(installation: &mut Installation, id: &str, pays: bool) -> Result<String, Refusal> {
    let plan = installation.schedules.get(id).filter(|plan| plan.active).cloned();
    let plan = plan.ok_or_else(|| Refusal::not_found("Operation"))?;
    let source = installation.invoices.get(&plan.source);
    let source = source.ok_or_else(|| Refusal::not_found("ObjectId"))?.terms.clone();
    let terms = Terms {
        order_id: format!("{}-{}", source.order_id, clock::digits(6)),
        amount: plan.amount,
        expires_at: i64::MAX,
        hold: false,
        recurring: false,
        source: Some(plan.source),
        ..source
    };
    let invoice = installation.create(terms);
    let payment = begun(Means::BankCard, "127.0.0.1");
    installation.change(&invoice, "recurring charge", |invoice, now| {
        invoice.begin(payment)?;
        if pays {
            return invoice.pay(None, now);
        }
        invoice.fail("The payment was declined", Some(116))?;
        invoice.cancel()
    })?;
    Ok(invoice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_charge_is_a_number_with_or_without_decimals() {
        assert_eq!(charge_of(r#"{"Amount": 10}"#), Some(1000));
        assert_eq!(charge_of(r#"{"Amount": 10.5}"#), Some(1050));
        for params in [r#"{"Amount": "10"}"#, r#"{"Amount": -1}"#, r#"{"Amount": 0}"#, "{}", "[]"] {
            assert_eq!(charge_of(params), None, "{params}");
        }
    }
}
