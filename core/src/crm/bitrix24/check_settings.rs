//! `check_settings`: connection, credentials, clock, and which secrets of incoming requests are set, in
//! plain words. It reads the stages of deals, which changes nothing.

use serde_json::json;

use super::method::Method;
use super::session::Session;
use crate::error::{Error, Kind};
use crate::fields::Fields;
use crate::flow::check_settings::{self as checks, Check, failed, passed, unknown};

/// The reply has the shape of every gateway's: `{ok, checks [{name, ok, says}]}`.
pub fn run(session: &Session<'_>, given: &Fields) -> Result<Fields, Error> {
    if let Some(name) = given.keys().next() {
        return Err(Error::invalid(name, "no such field; expected none"));
    }
    let settings = &session.portal().settings;
    let (connection, credentials, clock) = match settings.place {
        Some(_) => {
            let stages = json!({ "filter": { "ENTITY_ID": "DEAL_STAGE" } });
            let asked = session.ask(&Method::read("crm.status.list", stages)).map(|_| ());
            let (connection, credentials) = told(asked);
            (connection, credentials, checks::clock(session.call()))
        }
        None => {
            let says = "neither webhook_url nor oauth: this client calls nobody";
            (unknown(says), unknown(says), unknown(says))
        }
    };
    let set = |secret: bool, with: &str, without: &str| match secret {
        true => passed(with),
        false => unknown(without),
    };
    let application_token = set(
        settings.application_token.is_some(),
        "set: events are compared with it",
        "not set: parse_event believes nobody",
    );
    let checkout_secret = set(
        settings.checkout_secret.is_some(),
        "set: the portal's requests for a payment are compared with it",
        "not set: read_checkout believes nobody",
    );
    Ok(checks::reply(&[
        ("connection", connection),
        ("credentials", credentials),
        ("clock", clock),
        ("application_token", application_token),
        ("checkout_secret", checkout_secret),
    ]))
}

/// What a read's outcome says of the connection and of the credentials.
fn told(asked: Result<(), Error>) -> (Check, Check) {
    let answers = || passed("the portal answers");
    let error = match asked {
        Ok(()) => return (answers(), passed("accepted, and may read the CRM")),
        Err(error) => error,
    };
    match (error.kind, error.reason) {
        (
            Kind::Refused,
            "authentication_failed" | "token_expired" | "not_permitted" | "not_supported",
        ) => (answers(), failed(&error)),
        _ if error.code.is_some() => (answers(), unknown(&error.message)),
        // Not the portal's own words: there is a server, and perhaps no portal.
        _ => (failed(&error), unknown("not reached")),
    }
}
