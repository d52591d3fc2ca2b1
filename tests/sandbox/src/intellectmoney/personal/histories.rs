//! getInvoicesHistory and getPaymentsHistory.

use serde_json::{Map, Value, json};

use super::{own, page};
use crate::intellectmoney::eshops::Eshop;
use crate::intellectmoney::fields::{Field, Fields, Kind, decimal, moment, moment_text};
use crate::intellectmoney::installation::Installation;
use crate::intellectmoney::invoices::{Invoice, Movement, State};
use crate::intellectmoney::reply::{Reply, number};

/// Fields of getInvoicesHistory.
pub const INVOICES: &[Field] = &[
    Field::needed("UserToken", Kind::Text, 64),
    Field::optional("Skip", Kind::Number, 9),
    Field::needed("Take", Kind::Number, 9),
    Field::optional("EshopId", Kind::Number, 6),
    Field::optional("InvoiceId", Kind::Number, 10),
    Field::optional("DateFrom", Kind::Moment, 19),
    Field::optional("DateTo", Kind::Moment, 19),
    Field::optional("ChangeDateFrom", Kind::Moment, 19),
    Field::optional("ChangeDateTo", Kind::Moment, 19),
    Field::optional("IncludePaymentTransactions", Kind::Flag, 1),
    Field::optional("IsHoldingSearch", Kind::Flag, 1),
    Field::optional("OrganizationId", Kind::Number, 19),
    Field::optional("OwnerEmail", Kind::Text, 100),
    Field::optional("WithRefunds", Kind::Flag, 1),
    Field::optional("State", Kind::Text, 10),
    Field::optional("SortOrder", Kind::Number, 1),
];

/// Fields of getPaymentsHistory.
pub const PAYMENTS: &[Field] = &[
    Field::needed("UserToken", Kind::Text, 64),
    Field::optional("Skip", Kind::Number, 9),
    Field::needed("Take", Kind::Number, 9),
    Field::optional("EshopId", Kind::Number, 6),
    Field::optional("DateFrom", Kind::Moment, 19),
    Field::optional("DateTo", Kind::Moment, 19),
    Field::optional("PaymentTransactionId", Kind::Number, 19),
];

/// getInvoicesHistory: newest first, or by `SortOrder` (created, changed, state, amount).
pub fn invoices(installation: &mut Installation, caller: &Eshop, fields: &Fields) -> Reply {
    let mut found: Vec<&Invoice> =
        own(installation, caller).filter(|invoice| wanted(invoice, caller, fields)).collect();
    match fields.text("SortOrder") {
        "2" => found.sort_by_key(|invoice| std::cmp::Reverse(invoice.changed_at)),
        "3" => found.sort_by_key(|invoice| invoice.state.number()),
        "4" => found.sort_by_key(|invoice| invoice.asked),
        _ => {}
    }
    let (skip, take) = page(fields);
    let shown =
        found.into_iter().skip(skip).take(take).map(|invoice| written(invoice, caller, fields));
    let list: Value = shown.collect();
    Ok(Map::from_iter([("InvoicesHistoryList".to_owned(), list)]))
}

fn wanted(invoice: &Invoice, caller: &Eshop, fields: &Fields) -> bool {
    let equals = |name: &str, value: &str| fields.given(name).is_none_or(|given| given == value);
    equals("EshopId", &invoice.terms.eshop_id)
        && equals("InvoiceId", &invoice.id)
        && equals("OwnerEmail", &invoice.terms.email)
        && equals("State", invoice.state.word())
        && (fields.text("IsHoldingSearch") != "1" || invoice.state == State::Held)
        && (fields.text("WithRefunds") != "0" || invoice.refunded == 0)
        && between(fields, ("DateFrom", "DateTo"), invoice.created_at, caller)
        && between(fields, ("ChangeDateFrom", "ChangeDateTo"), invoice.changed_at, caller)
}

fn between(fields: &Fields, names: (&str, &str), at: i64, caller: &Eshop) -> bool {
    let bound = |name: &str| moment(fields.text(name), caller.settings.time_zone_hours);
    // Bounds are whole seconds, so the second of the upper one belongs to it.
    bound(names.0).is_none_or(|from| at >= from) && bound(names.1).is_none_or(|to| at < to + 1000)
}

fn written(invoice: &Invoice, caller: &Eshop, fields: &Fields) -> Value {
    let terms = &invoice.terms;
    let money =
        |amount: i64| json!({"Amount": number(&decimal(amount)), "Currency": terms.currency});
    let zone = caller.settings.time_zone_hours;
    let history: Value = if fields.text("IncludePaymentTransactions") == "1" {
        invoice.movements.iter().map(|moved| transaction(moved, invoice, zone)).collect()
    } else {
        json!([])
    };
    json!({
        "Id": number(&invoice.id),
        "State": invoice.state.word(),
        "CreationDate": moment_text(invoice.created_at, zone),
        "ChangeDate": moment_text(invoice.changed_at, zone),
        "Amount": money(terms.amount),
        "CurrentAmount": money(invoice.left()),
        "SurchargeAmount": money(invoice.asked.saturating_sub(invoice.paid)),
        "Comment": terms.service_name,
        "EShopId": number(&terms.eshop_id),
        "PurchaseOrderId": terms.order_id,
        "HistoryList": history,
    })
}

fn transaction(moved: &Movement, invoice: &Invoice, zone: i64) -> Value {
    let currency = &invoice.terms.currency;
    let money = json!({"Amount": number(&decimal(moved.amount)), "Currency": currency});
    json!({
        "Id": number(&invoice.id),
        "PaymentNumber": moved.id,
        "State": "Confirm",
        "CreationDate": moment_text(moved.at, zone),
        "PaymentAmount": money,
        "RecipientAmount": money,
        "PaymentAccount": null,
        "RecipientAccount": null,
        "Description": invoice.terms.service_name,
        "InvoicePaymentType": moved.kind,
    })
}

/// getPaymentsHistory: transactions of every invoice, newest invoice first.
pub fn payments(installation: &mut Installation, caller: &Eshop, fields: &Fields) -> Reply {
    let equals = |name: &str, value: &str| fields.given(name).is_none_or(|given| given == value);
    let invoices =
        own(installation, caller).filter(|invoice| equals("EshopId", &invoice.terms.eshop_id));
    let all =
        invoices.flat_map(|invoice| invoice.movements.iter().map(move |moved| (moved, invoice)));
    let found = all.filter(|(moved, _)| {
        equals("PaymentTransactionId", &moved.id)
            && between(fields, ("DateFrom", "DateTo"), moved.at, caller)
    });
    let (skip, take) = page(fields);
    let zone = caller.settings.time_zone_hours;
    let shown =
        found.skip(skip).take(take).map(|(moved, invoice)| transaction(moved, invoice, zone));
    let list: Value = shown.collect();
    Ok(Map::from_iter([("PaymentsHistoryList".to_owned(), list)]))
}
