//! getAccountData.

use serde_json::json;

use super::own;
use crate::clock;
use crate::intellectmoney::eshops::Eshop;
use crate::intellectmoney::fields::{Field, Fields, Kind, decimal, moment, moment_text};
use crate::intellectmoney::installation::Installation;
use crate::intellectmoney::reply::{Refusal, Reply, number};

/// Its fields.
pub const TABLE: &[Field] = &[
    Field::needed("UserToken", Kind::Text, 64),
    Field::needed("AccountId", Kind::Number, 10),
    Field::optional("BalanceOnDate", Kind::Moment, 19),
];

/// getAccountData: what a shop's account held at a moment. Roubles and test money are one.
pub fn read(installation: &mut Installation, caller: &Eshop, fields: &Fields) -> Reply {
    let account = fields.text("AccountId");
    let eshop = installation
        .eshops
        .iter()
        .find(|eshop| eshop.eshop_account == account && eshop.login == caller.login)
        .ok_or_else(|| Refusal::not_found("AccountId"))?;
    let zone = eshop.settings.time_zone_hours;
    let at = moment(fields.text("BalanceOnDate"), zone).unwrap_or_else(clock::now);
    let of_shop = own(installation, caller).filter(|known| known.terms.eshop_id == eshop.eshop_id);
    let movements = of_shop.flat_map(|invoice| {
        let bought = invoice.movements.iter().any(|movement| movement.kind == "Purchase");
        invoice.movements.iter().filter(move |_| bought)
    });
    let balance: i64 = movements
        .filter(|movement| movement.at <= at)
        .map(|movement| match movement.kind {
            "Purchase" => movement.amount,
            "Refund" => -movement.amount,
            _ => 0,
        })
        .sum();
    let sign = if balance < 0 { "-" } else { "" };
    let data = json!({
        "AccountId": number(account),
        "Balance": {
            "Amount": number(&format!("{sign}{}", decimal(balance.abs()))),
            "Currency": "RUB",
        },
        "BalanceOnDate": moment_text(at, zone),
    });
    Ok(json!({"AccountInfoData": data}).as_object().cloned().unwrap_or_default())
}
