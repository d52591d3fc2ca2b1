//! Payouts: createOperation, executeOperation, getOperationState.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::intellectmoney::eshops::{Eshop, Level};
use crate::intellectmoney::fields::{Field, Fields, Kind, decimal};
use crate::intellectmoney::installation::Installation;
use crate::intellectmoney::reply::{Refusal, Reply, number};

/// Fields of createOperation.
pub const CREATE: &[Field] = &[
    Field::needed("UserToken", Kind::Text, 64),
    Field::needed("PreferenceType", Kind::Text, 11),
    Field::optional("Pan", Kind::Number, 20),
    Field::optional("Account", Kind::Text, 20),
    Field::optional("BankId", Kind::Text, 20),
    Field::needed("Amount", Kind::Amount, 13),
    Field::needed("Currency", Kind::Text, 3),
    Field::optional("RecipientName", Kind::Text, 255),
    Field::needed("EshopId", Kind::Number, 6),
];

/// Fields of the two others.
pub const BY_ID: &[Field] = &[
    Field::needed("UserToken", Kind::Text, 64),
    Field::needed("PayoutOperationId", Kind::Text, 36),
];

/// Money that leaves a shop.
#[derive(Clone, Debug)]
pub struct Payout {
    /// Login of its owner.
    pub login: String,
    /// Minor units.
    pub amount: i64,
    /// Letters.
    pub currency: String,
    /// Whether executeOperation was called.
    pub ordered: bool,
    /// Looks since then.
    pub looks: u32,
    /// Whether it fails.
    pub fails: bool,
}

/// createOperation: nothing moves yet.
pub fn create(installation: &mut Installation, caller: &Eshop, fields: &Fields) -> Reply {
    let eshop = installation.eshop(fields.text("EshopId"));
    if eshop.is_none_or(|eshop| eshop.login != caller.login) {
        return Err(Refusal::not_found("EshopId"));
    }
    let needed: &[&str] = match fields.text("PreferenceType") {
        "OutBankCard" if caller.settings.access_level < Level::PciDss => {
            return Err(Refusal::not_permitted());
        }
        "OutBankCard" => &["Pan"],
        "OutSbp" => &["Account", "BankId"],
        _ => return Err(Refusal::field("PreferenceType", "is not known")),
    };
    if let Some(name) = needed.iter().find(|name| fields.given(name).is_none()) {
        return Err(Refusal::field(name, "is missing"));
    }
    let amount = crate::intellectmoney::amount(fields.text("Amount")).filter(|amount| *amount > 0);
    let payout = Payout {
        login: caller.login.clone(),
        amount: amount.ok_or_else(|| Refusal::field("Amount", "is nothing"))?,
        currency: fields.text("Currency").to_owned(),
        ordered: false,
        looks: 0,
        fails: caller.settings.payout_fails,
    };
    let id = Uuid::new_v4().to_string();
    let reply = written(&id, &payout, "Created");
    installation.payouts.insert(id, payout);
    Ok(reply)
}

/// executeOperation: once.
pub fn execute(installation: &mut Installation, caller: &Eshop, fields: &Fields) -> Reply {
    let (id, payout) = named(installation, caller, fields)?;
    if payout.ordered {
        return Err(Refusal::wrong_state());
    }
    payout.ordered = true;
    Ok(written(id, payout, "InProcess"))
}

/// getOperationState.
pub fn state(installation: &mut Installation, caller: &Eshop, fields: &Fields) -> Reply {
    let reads = caller.settings.payout_reads;
    let (id, payout) = named(installation, caller, fields)?;
    let state = match (payout.ordered, payout.looks < reads, payout.fails) {
        (false, ..) => "Created",
        (true, true, _) => "InProcess",
        (true, false, true) => "Error",
        (true, false, false) => "OK",
    };
    payout.looks = payout.looks.saturating_add(u32::from(payout.ordered));
    Ok(written(id, payout, state))
}

fn named<'a>(
    installation: &'a mut Installation,
    caller: &Eshop,
    fields: &'a Fields,
) -> Result<(&'a str, &'a mut Payout), Refusal> {
    let id = fields.text("PayoutOperationId");
    let found = installation.payouts.get_mut(id).filter(|payout| payout.login == caller.login);
    Ok((id, found.ok_or_else(|| Refusal::not_found("PayoutOperationId"))?))
}

/// `PayoutOperationData`; the names inside are the sandbox's own but for the id.
fn written(id: &str, payout: &Payout, state: &str) -> Map<String, Value> {
    let data = json!({
        "PayoutOperationId": id,
        "State": state,
        "Amount": {"Amount": number(&decimal(payout.amount)), "Currency": payout.currency},
    });
    Map::from_iter([("PayoutOperationData".to_owned(), data)])
}
