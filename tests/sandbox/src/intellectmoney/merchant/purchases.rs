//! purchaseToPaid, purchaseToRefund and getPurchaseInfo.

use serde_json::{Map, json};

use super::{by_id, receipt};
use crate::intellectmoney::eshops::Eshop;
use crate::intellectmoney::fields::{Field, Fields, Kind, amount, decimal, moment_text};
use crate::intellectmoney::installation::Installation;
use crate::intellectmoney::invoices::Invoice;
use crate::intellectmoney::reply::{Refusal, Reply, number};

/// Fields of purchaseToPaid and purchaseToRefund.
pub const TABLE: &[Field] = &[
    Field::needed("EshopId", Kind::Number, 6),
    Field::optional("InvoiceId", Kind::Number, 10),
    Field::optional("OrderId", Kind::Text, 50),
    Field::optional("MerchantReceipt", Kind::Json, 65_536),
    Field::needed("Hash", Kind::Text, 32),
];

/// purchaseToPaid: the hold becomes a payment.
pub fn to_paid(installation: &mut Installation, eshop: &Eshop, fields: &Fields) -> Reply {
    let invoice = named(installation, eshop, fields)?;
    installation.change(&invoice.id, "purchaseToPaid", |invoice, now| invoice.capture(now))?;
    Ok(Map::new())
}

/// purchaseToRefund: cancels, releases, refunds, or reduces. The documents' name of the amount is
/// not known: without the switch every call means all there is.
pub fn to_refund(installation: &mut Installation, eshop: &Eshop, fields: &Fields) -> Reply {
    let invoice = named(installation, eshop, fields)?;
    let name = eshop.settings.refund_amount_field.as_str();
    let wanted = match fields.given(name).filter(|_| !name.is_empty()) {
        None => None,
        Some(text) => Some(amount(text).ok_or_else(|| Refusal::field(name, "is malformed"))?),
    };
    // Of a paid invoice; what else a receipt could say here is not known.
    if let Some(receipt) = fields.given("MerchantReceipt").filter(|_| invoice.is_paid()) {
        receipt::check(receipt, wanted.unwrap_or(invoice.left()), receipt::Kind::Refund)?;
    }
    installation.change(&invoice.id, "purchaseToRefund", |invoice, now| {
        invoice.give_back(wanted, name, now)
    })?;
    Ok(Map::new())
}

/// The invoice by either number; both must agree. `InvoiceId` is not signed.
fn named(installation: &Installation, eshop: &Eshop, fields: &Fields) -> Result<Invoice, Refusal> {
    match (fields.given("InvoiceId"), fields.given("OrderId")) {
        (None, None) => Err(Refusal::field("OrderId", "is missing")),
        (None, Some(order)) => installation
            .by_order(&eshop.eshop_id, order)
            .cloned()
            .ok_or_else(|| Refusal::not_found("OrderId")),
        (Some(_), order) => {
            let invoice = by_id(installation, eshop, fields)?;
            match order {
                Some(order) if order != invoice.terms.order_id => {
                    Err(Refusal::not_found("OrderId"))
                }
                _ => Ok(invoice),
            }
        }
    }
}

/// getPurchaseInfo. No page shows its reply; the names are those of webhooks.
pub fn info(installation: &mut Installation, eshop: &Eshop, fields: &Fields) -> Reply {
    let invoice = by_id(installation, eshop, fields)?;
    let terms = &invoice.terms;
    let reply = json!({
        "InvoiceId": number(&invoice.id),
        "OrderId": terms.order_id,
        "ServiceName": terms.service_name,
        "RecipientOriginalAmount": number(&decimal(terms.amount)),
        "RecipientAmount": number(&decimal(invoice.asked)),
        "PaidAmount": number(&decimal(invoice.paid)),
        "RefundAmount": number(&decimal(invoice.refunded)),
        "RecipientCurrency": terms.currency,
        "PaymentStatus": invoice.state.number(),
        "PayMethod": invoice.payment.as_ref().map(|payment| payment.means.pay_method(&terms.currency)),
        "PaymentData": moment_text(invoice.changed_at, eshop.settings.time_zone_hours),
    });
    Ok(reply.as_object().cloned().unwrap_or_default())
}
