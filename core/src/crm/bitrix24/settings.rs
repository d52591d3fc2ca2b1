//! The portal's settings. What is missing is told when the client is made.

use serde::Deserialize;

use super::place::{Place, allowed};
use crate::error::Error;
use crate::fields::{self, Fields};
use crate::secret::{Secret, Secrets};
use crate::settings::Common;

/// The default of `oauth.server_endpoint`: the documented server. The portal's own answer is better,
/// since there are others (docs/gateways/bitrix24.md, "OAuth").
const OAUTH_SERVER: &str = "https://oauth.bitrix.info/rest/";

/// The name of the field in the CHECKOUT request that carries the shared secret.
const CHECKOUT_FIELD: &str = "serviceKey";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    webhook_url: Option<Secret>,
    oauth: Option<GivenOauth>,
    #[serde(default)]
    portal_hosts: Vec<String>,
    application_token: Option<Secrets>,
    checkout_secret: Option<Secrets>,
    checkout_secret_field: Option<String>,
    #[serde(default)]
    body: Body,
    #[serde(default)]
    request_limit: RequestLimit,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GivenOauth {
    client_id: String,
    client_secret: Secret,
    access_token: Secret,
    refresh_token: Secret,
    client_endpoint: String,
    server_endpoint: Option<String>,
}

/// How requests are written; the portal takes both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Body {
    /// JSON.
    #[default]
    Json,
    /// A form with PHP's brackets.
    Form,
}

/// How many requests the portal takes: so many at once, and so many a second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestLimit {
    /// 50 at once, 2 a second: the cloud.
    #[default]
    Standard,
    /// 250 at once, 5 a second: the cloud's Enterprise plan.
    Enterprise,
    /// No limit: on-premise, where it is off by default.
    None,
}

/// An application's part in OAuth.
pub struct Oauth {
    /// Its id.
    pub client_id: String,
    /// Its secret.
    pub client_secret: Secret,
    /// Goes with every call; lives an hour.
    pub access_token: Secret,
    /// Buys the next pair, once; lives 180 days.
    pub refresh_token: Secret,
    /// The token server's address, `https://host/oauth/token/`.
    pub token_url: String,
}

/// The settings, checked.
pub struct Settings {
    /// Where methods stand; none where the client only reads what the portal sends.
    pub place: Option<Place>,
    /// Of an application.
    pub oauth: Option<Oauth>,
    /// The allow-list: these hosts, and what stands below them.
    pub portal_hosts: Vec<String>,
    /// What proves an event.
    pub application_token: Option<Secrets>,
    /// What proves a CHECKOUT request.
    pub checkout_secret: Option<Secrets>,
    /// Its field there.
    pub checkout_secret_field: String,
    /// How requests are written.
    pub body: Body,
    /// How many leave.
    pub request_limit: RequestLimit,
    /// Whether plain HTTP may be spoken to other hosts than this one.
    pub allow_plain_http: bool,
}

impl Settings {
    /// Checks what was given.
    pub fn read(common: &Common, own: &Fields) -> Result<Settings, Error> {
        let given: Given = fields::read(own)?;
        if let Some(name) = common.assumptions.keys().next() {
            let says = "no such assumption; this service has none that can be set";
            return Err(Error::invalid(format!("assumptions.{name}"), says));
        }
        for (index, host) in given.portal_hosts.iter().enumerate() {
            let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
            if host.is_empty() || !host.chars().all(plain) || host.starts_with('.') {
                let says = "expected a host like \"shop.bitrix24.ru\" or \"bitrix24.ru\"";
                return Err(Error::invalid(format!("portal_hosts.{index}"), says));
            }
        }
        let (place, oauth) = match (given.webhook_url, given.oauth) {
            (Some(_), Some(_)) => {
                return Err(Error::invalid("oauth", "expected webhook_url or oauth, not both"));
            }
            (Some(url), None) => (Some(Place::of_webhook(common, &url)?), None),
            (None, Some(oauth)) => {
                let (place, oauth) = application(common, oauth, &given.portal_hosts)?;
                (Some(place), Some(oauth))
            }
            (None, None) if given.application_token.is_none() => {
                return Err(Error::invalid("webhook_url", "expected webhook_url or oauth"));
            }
            (None, None) => (None, None),
        };
        Ok(Settings {
            place,
            oauth,
            portal_hosts: given.portal_hosts,
            application_token: given.application_token,
            checkout_secret: given.checkout_secret,
            checkout_secret_field: given
                .checkout_secret_field
                .unwrap_or_else(|| CHECKOUT_FIELD.to_owned()),
            body: given.body,
            request_limit: given.request_limit,
            allow_plain_http: common.allow_plain_http,
        })
    }

    /// Where methods stand; a client that only reads what the portal sends calls none.
    pub fn place(&self) -> Result<&Place, Error> {
        let says = "required in the settings for this operation: webhook_url or oauth";
        self.place.as_ref().ok_or_else(|| Error::invalid("webhook_url", says))
    }
}

fn application(
    common: &Common,
    given: GivenOauth,
    hosts: &[String],
) -> Result<(Place, Oauth), Error> {
    let field = "oauth.client_endpoint";
    let place = Place::of_application(common, field, &given.client_endpoint)?;
    // It came with an install event, which anybody can send.
    if !allowed(&given.client_endpoint, hosts) {
        let says = "expected a URL on a host that the setting portal_hosts lists";
        return Err(Error::invalid(field, says));
    }
    let field = "oauth.server_endpoint";
    let server = given.server_endpoint.as_deref().unwrap_or(OAUTH_SERVER);
    let root = common.root_url(field, server)?;
    let known = ["oauth.bitrix.info", "oauth.bitrix24.tech"].map(str::to_owned);
    if !allowed(server, &known) && !allowed(server, hosts) {
        let says = "expected oauth.bitrix.info, oauth.bitrix24.tech, or a host of portal_hosts";
        return Err(Error::invalid(field, says));
    }
    let Some(root) = root.strip_suffix("/rest") else {
        return Err(Error::invalid(field, "expected a URL that ends in /rest/"));
    };
    let oauth = Oauth {
        client_id: given.client_id,
        client_secret: given.client_secret,
        access_token: given.access_token,
        refresh_token: given.refresh_token,
        token_url: format!("{root}/oauth/token/"),
    };
    Ok((place, oauth))
}
