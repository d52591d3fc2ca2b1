use super::outcome::{Outcome, done};
use super::params::Params;
use super::portal::Portal;
pub fn answer(_p: &mut Portal, _w: &str, _a: &Params) -> Option<Outcome> {
    None
}
pub fn person_types() -> Outcome {
    done(serde_json::json!({}))
}
