//! Payments, orders, product rows and pay systems of a portal.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// A row of a table, as its methods show it.
pub type Row = Map<String, Value>;

/// What a portal sells and how it is paid.
#[derive(Debug, Default)]
pub struct Shop {
    /// `crm.item.productrow`: `{id, ownerId, ownerType, productName, price, quantity}`.
    pub rows: BTreeMap<i64, Row>,
    /// Payments, as `sale.payment.get` shows them.
    pub payments: BTreeMap<i64, Row>,
    /// `crm.item.payment.product`: `{id, paymentId, rowId, quantity}`.
    pub products: BTreeMap<i64, Row>,
    /// Orders: `{id, currency}`.
    pub orders: BTreeMap<i64, Row>,
    /// The one owner of an order: `(ownerTypeId, ownerId)`.
    pub owners: BTreeMap<i64, (i64, i64)>,
    /// `sale.paysystem.handler`.
    pub handlers: BTreeMap<i64, Row>,
    /// `sale.paysystem`.
    pub pay_systems: BTreeMap<i64, Row>,
}
