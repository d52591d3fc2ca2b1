//! instantPayment.do, motoPayment.do, verifyCard.do: an order and its payment in one call.

use serde_json::{Map, Value, json};

use super::super::super::cards::action_text;
use super::super::super::fields::Fields;
use super::super::super::merchants::Merchant;
use super::super::super::orders::State;
use super::super::super::payments::card_data::{self, Names, PLAIN};
use super::super::super::payments::{self, Instrument, Outcome, form, short_status};
use super::super::super::refusals::Refusal;
use super::super::super::reply;
use super::super::super::templates::static_codes;
use super::super::super::world::World;
use super::super::find;
use super::{numbered, placed, storing};

type Reply = Result<Map<String, Value>, Refusal>;

const MOTO: Names = Names { pan: "pan", cvc: "cvc", expiry: "expiry", holder: &["cardholder"] };

/// instantPayment.do. `pan` wins over `bindingId`; the second leg names the order of the first.
pub fn pay(world: &mut World, merchant: &Merchant, fields: &Fields) -> Reply {
    if let Some(template) = fields.get("sbpTemplateId") {
        return by_cash_link(world, merchant, fields, template);
    }
    let (id, outcome) = match second_leg(world, merchant, fields)? {
        Some(done) => done,
        None => first_leg(world, merchant, &fields.renamed("backUrl", "returnUrl"))?,
    };
    let mut shown = reply::success(&merchant.settings, fields.language());
    let order = world.orders.get(&id).ok_or_else(Refusal::unknown_order)?;
    shown.insert("orderId".into(), json!(id));
    shown.insert("orderNumber".into(), json!(order.terms.number));
    shown.extend(form::next(&world.base_url, order, outcome, fields.language()));
    shown.insert("orderStatus".into(), short_status::block(order));
    Ok(shown)
}

/// The order waits on a cash link for its buyer.
fn by_cash_link(world: &mut World, merchant: &Merchant, fields: &Fields, template: &str) -> Reply {
    static_codes::usable(world, merchant, template)?;
    let id = placed(world, merchant, &fields.renamed("backUrl", "returnUrl"), false)?;
    let info = static_codes::offer(world, merchant, template, &id)?;
    let mut shown = reply::success(&merchant.settings, fields.language());
    let order = world.orders.get(&id).ok_or_else(Refusal::unknown_order)?;
    shown.insert("orderId".into(), json!(id));
    shown.insert("orderNumber".into(), json!(order.terms.number));
    shown.insert("sbpC2bInfo".into(), info);
    shown.insert("orderStatus".into(), short_status::block(order));
    Ok(shown)
}

fn first_leg(
    world: &mut World,
    merchant: &Merchant,
    fields: &Fields,
) -> Result<(String, Outcome), Refusal> {
    if fields.get("returnUrl").is_none() {
        return Err(Refusal::bad_value("returnUrl"));
    }
    let fields = card_data::opened(world, fields, &PLAIN, None)?;
    let tii = card_data::tii(&fields)?;
    let leg = card_data::leg(&fields)?;
    let two_phase = fields.flag("preAuth")?;
    let by_number = fields.get("pan").is_some();
    let (mut instrument, fields) = if by_number || fields.get("bindingId").is_none() {
        (card_data::typed(merchant, &fields, &PLAIN, "CARD")?, fields.with("bindingId", ""))
    } else {
        (by_binding(world, merchant, &fields)?, fields)
    };
    instrument.tii = tii;
    if card_data::mit(&fields) && two_phase {
        return Err(Refusal::bad_value("preAuth"));
    }
    if card_data::refers_back(&fields) || (!by_number && card_data::mit(&fields)) {
        instrument = instrument.unasked();
    }
    let id = placed(world, merchant, &fields, two_phase)?;
    if by_number {
        storing(world, &id, &fields, &mut instrument)?;
    }
    let outcome = payments::pay(world, &id, &instrument, &leg)?;
    Ok((id, outcome))
}

fn by_binding(world: &World, merchant: &Merchant, fields: &Fields) -> Result<Instrument, Refusal> {
    let id = fields.get("bindingId").unwrap_or_default();
    let binding = world.usable_binding(&merchant.user_name, id)?;
    let cvc = card_data::code(fields, "cvc")?;
    if cvc.is_none() && !card_data::mit(fields) && !merchant.settings.pay_without_cvc {
        return Err(Refusal::bad_value("cvc"));
    }
    Ok(Instrument::stored(binding, cvc))
}

/// The order of the first leg and what became of it, when the request is a second one.
pub fn second_leg(
    world: &mut World,
    merchant: &Merchant,
    fields: &Fields,
) -> Result<Option<(String, Outcome)>, Refusal> {
    let Some(id) = fields.get("threeDSVer2MdOrder") else {
        return Ok(None);
    };
    let id = find(world, merchant, &fields.with("orderId", id), Refusal::unknown_order())?;
    let leg = card_data::leg(fields)?;
    if leg.trans_id.is_none() {
        return Err(Refusal::bad_value("threeDSServerTransId"));
    }
    let outcome = payments::go_on(world, &id, &leg)?;
    Ok(Some((id, outcome)))
}

/// motoPayment.do: an order by mail or telephone; nobody can be asked. `success` tells the outcome.
pub fn moto(world: &mut World, merchant: &Merchant, fields: &Fields) -> Reply {
    for name in ["amount", "returnUrl", "cardholder"] {
        if fields.get(name).is_none() {
            return Err(Refusal::bad_value(name));
        }
    }
    let instrument = card_data::typed(merchant, fields, &MOTO, "CARD_MOTO")?.unasked();
    let fields = numbered(world, merchant, fields);
    let id = placed(world, merchant, &fields, fields.flag("preAuth")?)?;
    let outcome = payments::pay(world, &id, &instrument, &card_data::leg(&fields)?)?;
    let order = world.orders.get(&id).ok_or_else(Refusal::unknown_order)?;
    let text = action_text(order.action_code);
    let mut shown = match outcome {
        Outcome::Paid => reply::success(&merchant.settings, fields.language()),
        _ => reply::refused(&merchant.settings, &Refusal::new(2, text, text), fields.language()),
    };
    shown.insert("success".into(), json!(outcome == Outcome::Paid));
    shown.insert("mdOrder".into(), json!(id));
    shown.insert("orderNumber".into(), json!(order.terms.number));
    shown.insert("userMessage".into(), json!(text));
    shown.insert("payerData".into(), json!({"email": order.terms.email}));
    Ok(shown)
}

/// verifyCard.do: nothing is charged, the order goes straight to REVERSED.
pub fn verify(world: &mut World, merchant: &Merchant, fields: &Fields) -> Reply {
    let (id, outcome) = match second_leg(world, merchant, fields)? {
        Some(done) => done,
        None => {
            let amount = fields.minor_units("amount")?;
            if amount.is_none_or(|amount| amount > 100) {
                return Err(Refusal::bad_value("amount"));
            }
            let instrument = card_data::typed(merchant, fields, &PLAIN, "CARD")?;
            let fields = fields.renamed("backUrl", "returnUrl").with("amount", "0");
            let fields = numbered(world, merchant, &fields.with("features", "VERIFY"));
            let id = placed(world, merchant, &fields, false)?;
            let outcome = payments::pay(world, &id, &instrument, &card_data::leg(&fields)?)?;
            (id, outcome)
        }
    };
    let order = world.orders.get(&id).ok_or_else(Refusal::unknown_order)?;
    let mut shown = reply::success(&merchant.settings, fields.language());
    let mut put = |name: &str, value: Value| {
        shown.insert(name.to_owned(), value);
    };
    put("orderId", json!(id));
    put("orderNumber", json!(order.terms.number));
    if let Some(authorization) = &order.authorization {
        put("rrn", json!(authorization.reference));
        put("authCode", json!(authorization.approval_code));
        put("time", json!(authorization.at));
    }
    put("actionCode", json!(order.action_code));
    put("actionCodeDescription", json!(action_text(order.action_code)));
    put("eci", json!(format!("{:02}", order.eci)));
    put("amount", json!(0));
    put("currency", json!(order.terms.currency));
    let closed = matches!(order.state, State::Reversed | State::Declined);
    if !closed {
        shown.extend(form::next(&world.base_url, order, outcome, fields.language()));
    }
    Ok(shown)
}
