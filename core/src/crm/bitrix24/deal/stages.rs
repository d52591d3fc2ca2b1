//! Stages, by what they mean: never by their name, which every portal writes as it likes.

use serde_json::{Value, json};

use super::rows;
use crate::crm::bitrix24::method::Method;
use crate::crm::bitrix24::session::Session;
use crate::error::Error;
use crate::fields::{self, Fields};

/// The smart invoice's `entityTypeId`; its stages have a name of their own.
pub const SMART_INVOICE: u64 = 31;

/// What a stage, or a deal, stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// Under way.
    Open,
    /// Ended well.
    Won,
    /// Ended badly.
    Lost,
    /// Not told, or told in two ways: never taken for any of the others.
    Unknown,
}

impl Meaning {
    /// Whether nothing more is to come.
    pub fn is_final(self) -> bool {
        matches!(self, Meaning::Won | Meaning::Lost)
    }
}

/// A stage of a pipeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// `WON`, `C9:WON`, `DT1220_30:SUCCESS`
    pub id: String,
    /// What it means.
    pub meaning: Meaning,
    /// Ended badly, but not for want of the buyer: no payment sends a deal there by itself.
    pub apology: bool,
}

/// The stages of a smart process's pipeline, in the portal's order.
pub fn of_type(
    session: &Session<'_>,
    entity_type_id: u64,
    category_id: u64,
) -> Result<Vec<Stage>, Error> {
    let entity = match entity_type_id {
        SMART_INVOICE => format!("SMART_INVOICE_STAGE_{category_id}"),
        _ => format!("DYNAMIC_{entity_type_id}_STAGE_{category_id}"),
    };
    read(session, &entity)
}

/// The stages of a deal's pipeline, in the portal's order.
pub fn of_deal(session: &Session<'_>, category_id: u64) -> Result<Vec<Stage>, Error> {
    let entity = match category_id {
        0 => "DEAL_STAGE".to_owned(),
        _ => format!("DEAL_STAGE_{category_id}"),
    };
    read(session, &entity)
}

/// What the stage of this id means.
pub fn meaning(stages: &[Stage], id: &str) -> Meaning {
    let mut found = stages.iter().filter(|stage| stage.id == id).map(|stage| stage.meaning);
    let first = found.next().unwrap_or(Meaning::Unknown);
    if found.all(|other| other == first) { first } else { Meaning::Unknown }
}

/// The stage to go to: the one that the caller named, which must mean just that, or the first of that
/// meaning. None where the pipeline has none.
pub fn pick(
    stages: &[Stage],
    wanted: Meaning,
    named: Option<(&str, &str)>,
) -> Result<Option<String>, Error> {
    let Some((field, named)) = named else {
        let mut fitting = stages.iter().filter(|stage| stage.meaning == wanted && !stage.apology);
        return Ok(fitting
            .find(|stage| meaning(stages, &stage.id) == wanted)
            .map(|stage| stage.id.clone()));
    };
    match meaning(stages, named) == wanted {
        true => Ok(Some(named.to_owned())),
        false => {
            let says = match wanted {
                Meaning::Won => "expected a stage of this pipeline that means success",
                _ => "expected a stage of this pipeline that means failure",
            };
            Err(Error::invalid(field, says))
        }
    }
}

/// The pipeline that a smart process's stage names: `DT1220_30:NEW` is of 30. A type without pipelines
/// has one too.
pub fn category_of(stage_id: &str) -> Option<u64> {
    let (pipeline, _) = stage_id.split_once(':')?;
    let (kind, category) = pipeline.rsplit_once('_')?;
    kind.starts_with("DT").then(|| category.parse().ok()).flatten()
}

/// The pipeline that a deal's stage names: `C9:NEW` is of 9, `NEW` of the first, which is 0.
pub fn pipeline_of(stage_id: &str) -> Option<u64> {
    match stage_id.split_once(':') {
        None => Some(0),
        Some((pipeline, _)) => pipeline.strip_prefix('C')?.parse().ok(),
    }
}

fn read(session: &Session<'_>, entity: &str) -> Result<Vec<Stage>, Error> {
    let ask = json!({ "filter": { "ENTITY_ID": entity }, "order": { "SORT": "ASC" } });
    let list = rows::by_page(session, &Method::read("crm.status.list", ask), "")?;
    // The filter is asked for, the rows are believed.
    let of = |row: &&Fields| row.get("ENTITY_ID").and_then(Value::as_str) == Some(entity);
    Ok(list.iter().filter(of).filter_map(stage).collect())
}

fn stage(row: &Fields) -> Option<Stage> {
    let id = row.get("STATUS_ID").and_then(fields::text)?;
    let word = |value: Option<&Value>| value.and_then(fields::text);
    let short = word(row.get("SEMANTICS")).map(|word| match word.as_str() {
        "S" => Meaning::Won,
        "F" => Meaning::Lost,
        "P" => Meaning::Open,
        _ => Meaning::Unknown,
    });
    let extra = row.get("EXTRA").and_then(|extra| extra.get("SEMANTICS"));
    let long = word(extra).map(|word| match word.as_str() {
        "success" => Meaning::Won,
        "failure" | "apology" => Meaning::Lost,
        "process" => Meaning::Open,
        _ => Meaning::Unknown,
    });
    let meaning = match (short, long) {
        (Some(short), Some(long)) if short != long => Meaning::Unknown,
        (Some(one), _) | (None, Some(one)) => one,
        // Null where it is under way; no word at all tells nothing.
        (None, None) if row.contains_key("SEMANTICS") => Meaning::Open,
        (None, None) => Meaning::Unknown,
    };
    let apology = word(extra).as_deref() == Some("apology");
    Some(Stage { id, meaning, apology })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meaning_in(row: Value) -> Meaning {
        stage(row.as_object().unwrap()).unwrap().meaning
    }

    #[test]
    fn both_words_for_a_meaning_are_read() {
        for (row, expected) in [
            (json!({ "STATUS_ID": "A", "SEMANTICS": "S" }), Meaning::Won),
            (json!({ "STATUS_ID": "A", "SEMANTICS": "F" }), Meaning::Lost),
            (json!({ "STATUS_ID": "A", "SEMANTICS": null }), Meaning::Open),
            (json!({ "STATUS_ID": "A", "SEMANTICS": "" }), Meaning::Open),
            (json!({ "STATUS_ID": "A" }), Meaning::Unknown),
            (json!({ "STATUS_ID": "A", "SEMANTICS": "X" }), Meaning::Unknown),
            (json!({ "STATUS_ID": "A", "EXTRA": { "SEMANTICS": "success" } }), Meaning::Won),
            (json!({ "STATUS_ID": "A", "EXTRA": { "SEMANTICS": "apology" } }), Meaning::Lost),
            (
                json!({ "STATUS_ID": "A", "SEMANTICS": null, "EXTRA": { "SEMANTICS": "process" } }),
                Meaning::Open,
            ),
            (
                json!({ "STATUS_ID": "A", "SEMANTICS": "S", "EXTRA": { "SEMANTICS": "failure" } }),
                Meaning::Unknown,
            ),
        ] {
            assert_eq!(meaning_in(row.clone()), expected, "{row}");
        }
    }

    #[test]
    fn the_first_stage_of_a_meaning_is_taken_and_a_named_one_must_have_it() {
        let stage = |id: &str, meaning, apology| Stage { id: id.into(), meaning, apology };
        let stages = [
            stage("NEW", Meaning::Open, false),
            stage("C9:APOLOGY", Meaning::Lost, true),
            stage("C9:WON", Meaning::Won, false),
            stage("C9:LOSE", Meaning::Lost, false),
            stage("C9:LATER", Meaning::Lost, false),
        ];
        let picked = |wanted| pick(&stages, wanted, None).unwrap();
        assert_eq!(picked(Meaning::Won).as_deref(), Some("C9:WON"));
        assert_eq!(picked(Meaning::Lost).as_deref(), Some("C9:LOSE"));
        assert_eq!(pick(&stages[..2], Meaning::Lost, None).unwrap(), None);
        let named = |wanted, id| pick(&stages, wanted, Some(("stages.deal_failure", id)));
        assert_eq!(named(Meaning::Lost, "C9:APOLOGY").unwrap().as_deref(), Some("C9:APOLOGY"));
        for (wanted, id) in
            [(Meaning::Lost, "C9:WON"), (Meaning::Won, "NEW"), (Meaning::Won, "WON")]
        {
            let error = named(wanted, id).unwrap_err();
            assert_eq!(error.field.as_deref(), Some("stages.deal_failure"), "{id}");
        }
    }

    #[test]
    fn a_stage_names_its_pipeline() {
        assert_eq!(category_of("DT1220_30:NEW"), Some(30));
        assert_eq!(category_of("DT31_5:P"), Some(5));
        for other in ["C9:WON", "WON", "", "DT1220:NEW", "DT1220_x:NEW"] {
            assert_eq!(category_of(other), None, "{other}");
        }
    }

    #[test]
    fn a_deals_stage_names_its_pipeline() {
        assert_eq!(pipeline_of("NEW"), Some(0));
        assert_eq!(pipeline_of("C9:WON"), Some(9));
        for other in ["9:WON", "C:WON", "CX:WON", ":"] {
            assert_eq!(pipeline_of(other), None, "{other}");
        }
    }

    #[test]
    fn a_stage_that_stands_twice_means_nothing() {
        let stage = |meaning| Stage { id: "A".into(), meaning, apology: false };
        assert_eq!(meaning(&[stage(Meaning::Won), stage(Meaning::Lost)], "A"), Meaning::Unknown);
        assert_eq!(meaning(&[stage(Meaning::Won)], "A"), Meaning::Won);
        assert_eq!(meaning(&[stage(Meaning::Won)], "B"), Meaning::Unknown);
    }
}
