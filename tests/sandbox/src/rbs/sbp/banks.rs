//! sbp/c2b/getBankListSBP.do: banks whose applications pay by SBP.

use serde_json::{Map, Value, json};

use crate::clock;
use crate::rbs::fields::Fields;
use crate::rbs::merchants::Merchant;
use crate::rbs::refusals::Refusal;
use crate::rbs::reply;
use crate::rbs::world::World;

/// A bank of the list.
pub struct Bank {
    /// `bankId`, also `memberId`.
    pub id: &'static str,
    /// Its name in Russian.
    pub russian: &'static str,
    /// Its name in English.
    pub english: &'static str,
}

/// The bank of every buyer here.
pub const BUYERS_BANK: Bank =
    Bank { id: "100000000901", russian: "Банк песочницы", english: "Sandbox Bank" };

const BANKS: &[Bank] = &[
    BUYERS_BANK,
    Bank { id: "100000000902", russian: "Второй банк", english: "Second Bank" },
    Bank { id: "100000000903", russian: "Третий банк", english: "Third Bank" },
];

/// Every bank, whatever the scenario.
pub fn list(
    _world: &mut World,
    merchant: &Merchant,
    fields: &Fields,
) -> Result<Map<String, Value>, Refusal> {
    let banks = BANKS.iter().map(
        |bank| json!({"bankId": bank.id, "bankNameRus": bank.russian, "bankNameEng": bank.english}),
    );
    let mut reply = reply::success(&merchant.settings, fields.language());
    reply.insert("banks".into(), banks.collect());
    reply.insert("effectiveDate".into(), json!(clock::now()));
    Ok(reply)
}
