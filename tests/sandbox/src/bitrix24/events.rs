//! Outgoing webhooks: a form, once, some time later, and never again.

use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use super::kinds::DEAL;
use super::portal::Portal;
use crate::clock;
use crate::courier::Parcel;
use crate::sandbox::Sandbox;

/// Who hears of changes.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Hook {
    /// Names of events, in any case; per-type names too; none is all.
    pub events: Vec<String>,
    /// Where they go; empty is nowhere.
    pub url: String,
    /// How late they leave.
    pub delay_ms: u64,
    /// Each so many times.
    pub copies: Option<u32>,
    /// Readers see a change so much later than its event leaves; the writer's answer waits for that.
    pub visible_after_ms: u64,
    /// What is wrong with `application_token`: `absent`, or another value.
    pub token: Option<String>,
    /// Every event of this portal: `{event, fields, body, result}`.
    #[serde(skip)]
    pub sent: Vec<Value>,
    /// Places of events that did not leave yet.
    #[serde(skip)]
    pub due: Vec<usize>,
}

/// The names of every event that is played.
pub const NAMES: [&str; 8] = [
    "ONCRMDEALADD",
    "ONCRMDEALUPDATE",
    "ONCRMDEALDELETE",
    "ONCRMDYNAMICITEMADD",
    "ONCRMDYNAMICITEMUPDATE",
    "ONCRMDYNAMICITEMDELETE",
    "ONCRMTIMELINECOMMENTADD",
    "ONPAYMENTENTITYSAVED",
];

impl Portal {
    /// An item was added, changed or deleted.
    pub fn tell_of_item(&mut self, what: &str, entity_type: i64, id: i64) {
        if entity_type == DEAL {
            return self.tell(&format!("ONCRMDEAL{what}"), &[("ID", id.to_string())]);
        }
        let fields = [("ID", id.to_string()), ("ENTITY_TYPE_ID", entity_type.to_string())];
        let name = format!("ONCRMDYNAMICITEM{what}");
        self.tell(&name, &fields);
        // The names of one type are heard by those alone who asked for them.
        let own = format!("{name}_{entity_type}");
        if self.hook.events.iter().any(|one| one.eq_ignore_ascii_case(&own)) {
            self.tell(&own, &fields);
        }
    }

    /// Something happened.
    pub fn tell(&mut self, event: &str, fields: &[(&str, String)]) {
        let hook = &self.hook;
        let heard =
            hook.events.is_empty() || hook.events.iter().any(|one| one.eq_ignore_ascii_case(event));
        let body = self.event_body(event, fields);
        let record = json!({
            "event": event,
            "fields": fields.iter().map(|(name, value)| ((*name).to_owned(), Value::from(value.clone()))).collect::<serde_json::Map<_, _>>(),
            "body": body,
            "result": null,
        });
        if heard && !hook.url.is_empty() {
            for _ in 0..hook.copies.unwrap_or(1).clamp(1, 20) {
                self.hook.due.push(self.hook.sent.len());
                self.hook.sent.push(record.clone());
            }
        } else {
            self.hook.sent.push(record);
        }
    }

    /// The form of an event. Every value is text.
    pub fn event_body(&self, event: &str, fields: &[(&str, String)]) -> String {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("event", event).append_pair("event_handler_id", "5");
        for (name, value) in fields {
            form.append_pair(&format!("data[FIELDS][{name}]"), value);
        }
        form.append_pair("ts", &(clock::now() / 1000).to_string());
        form.append_pair("auth[domain]", self.host());
        let rest = format!("{}/bitrix24/rest/", self.origin);
        form.append_pair("auth[client_endpoint]", &rest);
        form.append_pair("auth[server_endpoint]", &rest);
        form.append_pair("auth[member_id]", &self.member);
        match self.hook.token.as_deref() {
            Some("absent") => {}
            Some(other) => drop(form.append_pair("auth[application_token]", other)),
            None => drop(form.append_pair("auth[application_token]", &self.application_token)),
        }
        form.finish()
    }
}

/// Sends what is due, each at its time, without waiting.
pub fn send(sandbox: &Arc<Sandbox>, portal: &mut Portal) {
    let url = portal.hook.url.clone();
    let delay = match portal.hook.visible_after_ms {
        0 => Duration::from_millis(portal.hook.delay_ms),
        _ => Duration::ZERO,
    };
    for place in std::mem::take(&mut portal.hook.due) {
        let body = portal.hook.sent.get(place).and_then(|one| one.get("body")?.as_str());
        let Some(body) = body.map(str::to_owned) else { continue };
        let (sandbox, name, url) = (Arc::clone(sandbox), portal.name.clone(), url.clone());
        tokio::spawn(async move {
            tokio::time::sleep(delay).await;
            let post = Some(("application/x-www-form-urlencoded", body.as_str()));
            let parcel =
                Parcel { url: &url, post, headers: &[], user_agent: "Bitrix24 Webhook Engine" };
            let result = match sandbox.courier.deliver(parcel).await {
                Ok(receipt) => format!("HTTP {}", receipt.status),
                Err(why) => why,
            };
            let mut installation = sandbox.bitrix24();
            let portal = installation.portals.get_mut(&name);
            let record = portal.and_then(|portal| portal.hook.sent.get_mut(place));
            if let Some(record) = record.and_then(Value::as_object_mut) {
                record.insert("result".into(), result.into());
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The worked example of an outgoing webhook, but for the path and the moment.
    #[test]
    fn the_form_is_the_documented_one() {
        let mut portal = Portal::new("p", "http://some-domain.bitrix24.com");
        portal.member = "a223c6b3710f85df22e9377d6c4f7553".to_owned();
        portal.application_token = "51856fefc120afa4b628cc82d3935cce".to_owned();
        let fields = [("ID", "24".to_owned()), ("ENTITY_TYPE_ID", "1220".to_owned())];
        let body = portal.event_body("ONCRMDYNAMICITEMUPDATE", &fields);
        let (before, rest) = body.split_once("&ts=").unwrap();
        let (ts, behind) = rest.split_once('&').unwrap();
        assert!(ts.parse::<i64>().unwrap() > 1_723_538_517);
        assert_eq!(
            before,
            "event=ONCRMDYNAMICITEMUPDATE&event_handler_id=5&data%5BFIELDS%5D%5BID%5D=24\
             &data%5BFIELDS%5D%5BENTITY_TYPE_ID%5D=1220"
        );
        assert_eq!(
            behind.replace("%2Fbitrix24%2Frest", "%2Frest"),
            "auth%5Bdomain%5D=some-domain.bitrix24.com\
             &auth%5Bclient_endpoint%5D=http%3A%2F%2Fsome-domain.bitrix24.com%2Frest%2F\
             &auth%5Bserver_endpoint%5D=http%3A%2F%2Fsome-domain.bitrix24.com%2Frest%2F\
             &auth%5Bmember_id%5D=a223c6b3710f85df22e9377d6c4f7553\
             &auth%5Bapplication_token%5D=51856fefc120afa4b628cc82d3935cce"
        );
    }
}
