//! Where a receipt stands in a request: one cart in the older dialects, another in the newer one.

use serde_json::{Value, json};

use super::ecomm::ReceiptType;
use super::{ReceiptSettings, bundle, ecomm, items, status};
use crate::error::Error;
use crate::gateways::rbs::create_payment::Given;
use crate::gateways::rbs::reply::Reply;
use crate::native::Wire;
use crate::receipt::{Checked, Fiscal};

/// How a dialect takes a receipt with a registration, a capture and a refund, and tells of it.
pub struct Places {
    pub registration: Place,
    pub capture: Place,
    pub refund: Place,
    pub status: fn(&Reply) -> Fiscal,
}

/// Puts a receipt into a request.
pub type Place = fn(&mut Given, &Checked, &ReceiptSettings) -> Result<(), Error>;

/// `orderBundle` at registration, `depositItems` and `refundItems` after it.
pub const RBS: Places = Places {
    registration: |given, receipt, settings| {
        let cart = bundle::order_bundle(receipt, settings.agent_spelling)?;
        given.put("orderBundle", Some(cart))?;
        given.put("additionalOfdParams", beside(given, receipt)?)?;
        given.put("taxSystem", bundle::tax_system(receipt, settings))
    },
    capture: |given, receipt, settings| {
        let cart = items::deposit_items(receipt, settings.items_shape)?;
        given.put("depositItems", Some(cart))
    },
    refund: |given, receipt, settings| {
        let cart = items::refund_items(receipt, settings.items_shape);
        given.put("refundItems", Some(cart))?;
        given.put("additionalOfdParams", beside(given, receipt)?)
    },
    status: status::of_receipts,
};

/// The same cart at each step, saying what it sells or takes back.
pub const ECOMM: Places = Places {
    registration: |given, receipt, settings| {
        let cart = ecomm::order_bundle(receipt, ReceiptType::Sell, settings)?;
        let customer = &receipt.receipt.customer;
        given.hint("email", customer.email.as_deref());
        given.hint("phone", customer.phone.as_deref());
        given.put("orderBundle", Some(cart))
    },
    capture: |given, receipt, settings| {
        let cart = ecomm::order_bundle(receipt, ReceiptType::Sell, settings)?;
        given.put("orderBundle", Some(cart))
    },
    refund: |given, receipt, settings| {
        let cart = ecomm::order_bundle(receipt, ReceiptType::SellRefund, settings)?;
        given.put("orderBundle", Some(cart))
    },
    status: status::of_ecomm_receipts,
};

/// Flat with dotted names in a form; a list of pairs in JSON.
fn beside(given: &Given, receipt: &Checked) -> Result<Option<Value>, Error> {
    let params = bundle::additional_ofd_params(receipt)?;
    Ok(match params {
        Some(Value::Object(params)) if given.native.wire == Wire::Json => Some(
            params
                .into_iter()
                .map(|(name, value)| json!({ "name": name, "value": value }))
                .collect(),
        ),
        other => other,
    })
}
