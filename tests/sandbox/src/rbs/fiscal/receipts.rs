//! Receipts: one for each movement of money and one for each closing.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::merchants::Settings;
use super::super::orders::Order;
use super::cart::Line;
use super::positions::{Direction, left};
use crate::clock::digits;

/// The operator of fiscal data refuses longer names.
const LONGEST_NAME: usize = 128;

/// What a receipt is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Money came.
    Payment,
    /// Money went back.
    Refund,
    /// A capture was undone.
    Reversal,
    /// closeOfdReceipt.do.
    Close,
    /// Made by the shop's own cash register.
    External,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Sent; the first look finds it so, the next finds it delivered.
    Queued,
    /// Delivered.
    Delivered,
    /// Refused by the cash register or the operator.
    Failed,
}

/// A receipt.
#[derive(Clone, Debug)]
pub struct Receipt {
    /// 32 hex digits.
    pub uuid: String,
    /// What it is for.
    pub kind: Kind,
    /// Whether money goes back by it.
    pub returns: bool,
    /// Unix milliseconds.
    pub at: i64,
    /// Minor units.
    pub amount: i64,
    /// Positions, where they are known.
    pub lines: Vec<Line>,
    /// What became of it.
    pub outcome: Outcome,
    /// `uuid` of the receipt that this one closes or gives back.
    pub original: Option<String>,
    /// Number within the shift.
    pub number: usize,
    /// Number of the fiscal storage.
    pub storage: String,
    /// Number of the fiscal document.
    pub document: String,
    /// Ten digits.
    pub attribute: String,
}

/// Adds a receipt to the order.
pub fn issue(order: &mut Order, kind: Kind, amount: i64, lines: Vec<Line>, planned: Outcome) {
    let too_long = lines.iter().any(|line| line.name.chars().count() > LONGEST_NAME);
    let receipts = &mut order.fiscal.receipts;
    let first = receipts.iter().find(|receipt| receipt.kind == Kind::Payment);
    let original = first.filter(|_| kind != Kind::Payment).map(|receipt| receipt.uuid.clone());
    let receipt = Receipt {
        uuid: Uuid::new_v4().simple().to_string(),
        kind,
        returns: matches!(kind, Kind::Refund | Kind::Reversal),
        at: crate::clock::now(),
        amount,
        lines,
        outcome: if too_long { Outcome::Failed } else { planned },
        original,
        number: receipts.len().saturating_add(1),
        storage: digits(16),
        document: digits(6),
        attribute: digits(10),
    };
    receipts.push(receipt);
}

/// Makes the receipts that follow from a transition.
pub fn follow(before: &Order, order: &mut Order, settings: &Settings) {
    let captured = order.captured.saturating_sub(before.captured);
    let refunded = order.refunded.saturating_sub(before.refunded);
    let (kind, amount, direction) = if captured > 0 {
        (Kind::Payment, captured, Direction::Capture)
    } else if refunded > 0 {
        (Kind::Refund, refunded, Direction::Refund)
    } else if captured < 0 {
        (Kind::Reversal, captured.saturating_neg(), Direction::Refund)
    } else {
        return;
    };
    let lines = order.fiscal.chosen.take().unwrap_or_else(|| {
        let rest = left(before, direction);
        let sum: i64 = rest.iter().map(|line| line.amount).sum();
        if sum == amount { rest } else { Vec::new() }
    });
    issue(order, kind, amount, lines, settings.receipt_outcome);
}

/// One entry of `receipt[]` in getReceiptStatus.do.
pub fn shown(receipt: &Receipt, settings: &Settings) -> Value {
    let step = match receipt.outcome {
        Outcome::Queued => 0,
        Outcome::Delivered => 1,
        Outcome::Failed => 2,
    };
    let status = if receipt.returns { step + 3 } else { step };
    let close = (receipt.kind == Kind::Close).then_some("close");
    let mut shown = json!({
        "receiptStatus": status,
        "receiptType": close,
        "uuid": receipt.uuid,
        "original_ofd_uuid": receipt.original,
        "shift_number": "1",
        "fiscal_receipt_number": receipt.number.to_string(),
        "fn_number": receipt.storage,
        "ecr_registration_number": "00000000000000000001",
        "fiscal_document_number": receipt.document,
        "fiscal_document_attribute": receipt.attribute,
        "amount_total": receipt.amount.to_string(),
        "serial_number": "1",
        "ofd_receipt_url": format!("https://ofd.test/{}", receipt.uuid),
        "OFD": {"inn": "7700000000", "name": "TEST OFD", "website": "ofd.test"},
        "ofdReceiptParams": {
            "ofdReceiptStatus": {"queuedDoc": 0, "ffdVersion": "1.2", "internetSign": 1},
        },
        "ofdOrderBundle": ofd_lines(&receipt.lines),
    });
    if let Some(object) = shown.as_object_mut() {
        object.insert(settings.receipt_date_name.clone(), json!(receipt.at));
    }
    shown
}

/// Positions as the operator of fiscal data was told them.
pub fn ofd_lines(lines: &[Line]) -> Value {
    let lines = lines.iter().map(|line| {
        let pairs: Vec<Value> = line
            .attributes
            .iter()
            .map(|(name, value)| json!({"name": name, "value": value}))
            .collect();
        json!({
            "name": line.name,
            "itemAmount": line.amount,
            "itemPrice": line.price,
            "taxType": vat(line.tax),
            "quantity": quantity(line.quantity),
            "itemAttributes": pairs,
        })
    });
    lines.collect()
}

/// Thousandths as the shortest decimal text.
fn quantity(thousandths: i64) -> String {
    let text = format!("{}.{:03}", thousandths / 1000, thousandths % 1000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The report's name of a `taxType`.
fn vat(tax: i64) -> &'static str {
    match tax {
        1 => "VAT_0",
        2 => "VAT_10",
        3 => "VAT_18",
        4 => "VAT_110",
        5 => "VAT_118",
        6 => "VAT_20",
        7 => "VAT_120",
        10 => "VAT_5",
        11 => "VAT_105",
        12 => "VAT_7",
        13 => "VAT_107",
        14 => "VAT_22",
        15 => "VAT_122",
        _ => "NONE",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_short() {
        assert_eq!((quantity(1500), quantity(2000)), ("1.5".into(), "2".into()));
    }
}
