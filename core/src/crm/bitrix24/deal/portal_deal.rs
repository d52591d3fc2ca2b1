//! The deal as the portal tells it.

use serde_json::json;

use super::rows::unreadable;
use super::stages::{self, Meaning};
use crate::crm::bitrix24::method::Method;
use crate::crm::bitrix24::reply::number;
use crate::crm::bitrix24::session::Session;
use crate::error::{Error, Kind};
use crate::fields::{self, Fields};
use crate::money::{Amount, Currency};
use crate::sum;

/// The deal's `entityTypeId`.
pub const DEAL: u64 = 2;

/// A deal.
#[derive(Clone, Debug)]
pub struct PortalDeal {
    /// Its id.
    pub id: u64,
    /// Its pipeline, by its own word or its stage's; 0 is the first.
    pub category_id: Option<u64>,
    /// `NEW`, `C9:WON`
    pub stage_id: Option<String>,
    /// Whether it is under way, won or lost.
    pub meaning: Meaning,
    /// Its sum, where it can be read in its currency.
    pub amount: Option<Amount>,
    /// Its currency, where there is such a one.
    pub currency: Option<Currency>,
    /// Its sum as told.
    pub opportunity: String,
}

/// The deal; none where there is none of this id.
pub fn find(session: &Session<'_>, deal_id: u64) -> Result<Option<PortalDeal>, Error> {
    let ask = json!({ "entityTypeId": DEAL, "id": deal_id });
    let reply = match session.ask(&Method::read("crm.item.get", ask)) {
        Ok(reply) => reply,
        Err(error) if is_missing(&error) => return Ok(None),
        Err(error) => return Err(error),
    };
    let row = reply.object("item").ok_or_else(|| unreadable("it has no deal"))?;
    let mut deal = read(row).filter(|deal| deal.id == deal_id);
    let deal = deal.as_mut().ok_or_else(|| unreadable("it is not the deal asked for"))?;
    let silent = row.get("stageSemanticId").and_then(fields::text).is_none()
        && row.get("closed").and_then(fields::text).is_none();
    if let (true, Some(stage), Some(pipeline)) = (silent, &deal.stage_id, deal.category_id) {
        let stages = stages::of_deal(session, pipeline)?;
        deal.meaning = stages::meaning(&stages, stage);
    }
    Ok(Some(deal.clone()))
}

/// Whether the portal says that there is no such object.
pub fn is_missing(error: &Error) -> bool {
    error.kind == Kind::Refused && error.reason == "not_found"
}

/// A sum as a row tells it: a number, or text.
pub fn money(row: &Fields) -> (Option<Amount>, Option<Currency>) {
    let currency = row.get("currencyId").and_then(fields::text);
    let currency = currency.and_then(|code| Currency::from_code(&code));
    let told = row.get("opportunity").and_then(fields::text);
    let amount = currency.and_then(|currency| sum::exact(&told?, currency));
    (amount, currency)
}

fn read(row: &Fields) -> Option<PortalDeal> {
    let word = |name: &str| row.get(name).and_then(fields::text);
    let (amount, currency) = money(row);
    let stage_id = word("stageId");
    let pipeline = || stages::pipeline_of(stage_id.as_deref()?);
    Some(PortalDeal {
        id: row.get("id").and_then(number)?,
        category_id: row.get("categoryId").and_then(number).or_else(pipeline),
        stage_id,
        meaning: meaning(word("stageSemanticId").as_deref(), word("closed").as_deref()),
        amount,
        currency,
        opportunity: word("opportunity").unwrap_or_default(),
    })
}

/// From `stageSemanticId` P, S, F and `closed` Y, N. Two that contradict each other mean nothing.
fn meaning(semantic: Option<&str>, closed: Option<&str>) -> Meaning {
    match (semantic, closed) {
        (Some("S"), Some("Y") | None) => Meaning::Won,
        (Some("F"), Some("Y") | None) => Meaning::Lost,
        (Some("P") | None, Some("N")) | (Some("P"), None) => Meaning::Open,
        _ => Meaning::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_deal_stands_is_told_by_its_semantics_and_by_closed() {
        for (semantic, closed, expected) in [
            (Some("P"), Some("N"), Meaning::Open),
            (Some("P"), None, Meaning::Open),
            (None, Some("N"), Meaning::Open),
            (Some("S"), Some("Y"), Meaning::Won),
            (Some("F"), Some("Y"), Meaning::Lost),
            (Some("F"), None, Meaning::Lost),
            (Some("P"), Some("Y"), Meaning::Unknown),
            (Some("S"), Some("N"), Meaning::Unknown),
            (None, Some("Y"), Meaning::Unknown),
            (None, None, Meaning::Unknown),
            (Some("X"), Some("N"), Meaning::Unknown),
        ] {
            assert_eq!(meaning(semantic, closed), expected, "{semantic:?} {closed:?}");
        }
    }

    #[test]
    fn a_pipeline_is_never_guessed() {
        let of = |text: &str| read(&fields::parse(text.as_bytes()).unwrap()).unwrap().category_id;
        assert_eq!(of(r#"{"id":1,"categoryId":0,"stageId":"NEW"}"#), Some(0));
        assert_eq!(of(r#"{"id":1,"categoryId":"9","stageId":"C9:NEW"}"#), Some(9));
        assert_eq!(of(r#"{"id":1,"stageId":"C9:NEW"}"#), Some(9));
        assert_eq!(of(r#"{"id":1,"stageId":"NEW"}"#), Some(0));
        assert_eq!(of(r#"{"id":1,"categoryId":null,"stageId":"X9:NEW"}"#), None);
        assert_eq!(of(r#"{"id":1}"#), None);
    }

    #[test]
    fn a_sum_is_read_exactly_or_not_at_all() {
        let of = |text: &str| money(&fields::parse(text.as_bytes()).unwrap());
        let minor = |text: &str| of(text).0.map(|amount| amount.minor);
        assert_eq!(minor(r#"{"opportunity":1500,"currencyId":"RUB"}"#), Some(150_000));
        assert_eq!(minor(r#"{"opportunity":1500.5,"currencyId":"RUB"}"#), Some(150_050));
        assert_eq!(minor(r#"{"opportunity":"1500.00","currencyId":"RUB"}"#), Some(150_000));
        assert_eq!(minor(r#"{"opportunity":1.5e3,"currencyId":"RUR"}"#), Some(150_000));
        assert_eq!(minor(r#"{"currencyId":"RUB"}"#), None);
        assert_eq!(of(r#"{"opportunity":1,"currencyId":"RUR"}"#).1, Currency::from_code("RUB"));
        assert_eq!(minor(r#"{"opportunity":1500.001,"currencyId":"RUB"}"#), None);
        assert_eq!(minor(r#"{"opportunity":-1,"currencyId":"RUB"}"#), None);
        assert_eq!(minor(r#"{"opportunity":null,"currencyId":"RUB"}"#), None);
        assert_eq!(minor(r#"{"opportunity":true,"currencyId":"RUB"}"#), None);
        assert!(of(r#"{"opportunity":1500,"currencyId":""}"#).1.is_none());
        assert!(of(r#"{"opportunity":1500,"currencyId":"XXQ"}"#).1.is_none());
    }
}
