//! The portal's settings. What is missing is told when the client is made.

use serde::Deserialize;

use super::assumptions::Assumptions;
use super::place::{Place, allowed};
use crate::error::Error;
use crate::fields::{self, Fields};
use crate::gateways::assumptions;
use crate::secret::{Secret, Secrets};
use crate::settings::Common;

/// The default of `oauth.server_endpoint`: the documented server. The portal's own answer is better,
/// since there are others (docs/gateways/bitrix24.md, "OAuth").
const OAUTH_SERVER: &str = "https://oauth.bitrix.info/rest/";

/// The name of the field in the CHECKOUT request that carries the shared secret.
const CHECKOUT_FIELD: &str = "serviceKey";

/// Of a secret in the CHECKOUT request.
const SHORTEST: usize = 12;

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

/// How many requests the portal takes: so many at once, and so many a second. We send a little less.
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
    /// Facts that the documents leave open.
    pub assumptions: Assumptions,
}

impl Settings {
    /// Checks what was given.
    pub fn read(common: &Common, own: &Fields) -> Result<Settings, Error> {
        let mut given: Given = fields::read(own)?;
        for (index, host) in given.portal_hosts.iter_mut().enumerate() {
            let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
            if !host.split('.').all(|label| !label.is_empty() && label.chars().all(plain)) {
                let says = "expected a host like \"shop.bitrix24.ru\" or \"bitrix24.ru\"";
                return Err(Error::invalid(format!("portal_hosts.{index}"), says));
            }
            host.make_ascii_lowercase();
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
            (None, None)
                if given.application_token.is_none() && given.checkout_secret.is_none() =>
            {
                return Err(Error::invalid("webhook_url", "expected webhook_url or oauth"));
            }
            (None, None) => (None, None),
        };
        // Anybody may try as many as he likes, and shorter ones are not kept out of texts.
        let short = |secrets: &Secrets| secrets.iter().any(|one| one.expose().len() < SHORTEST);
        if given.checkout_secret.as_ref().is_some_and(short) {
            let says = format!("expected at least {SHORTEST} characters, made at random");
            return Err(Error::invalid("checkout_secret", says));
        }
        let name = given.checkout_secret_field.as_deref().unwrap_or(CHECKOUT_FIELD);
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if name.is_empty() || !name.chars().all(plain) || name == "BX_SYSTEM_PARAMS" {
            let says = "expected the name of a field of its own: letters, digits, underscores";
            return Err(Error::invalid("checkout_secret_field", says));
        }
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
            assumptions: assumptions::read(common)?,
        })
    }

    /// The text without any secret of these settings: pages and texts of others may quote a URL.
    pub fn hide(&self, text: &str) -> String {
        let oauth = self
            .oauth
            .iter()
            .flat_map(|oauth| [&oauth.access_token, &oauth.refresh_token, &oauth.client_secret]);
        let lists = [&self.application_token, &self.checkout_secret].into_iter().flatten();
        let all = self.place.iter().filter_map(Place::secret).chain(oauth);
        let all = all.chain(lists.flat_map(Secrets::iter)).map(Secret::expose);
        // Shorter ones are words of the language.
        let all = all.filter(|secret| secret.len() > 5);
        all.fold(text.to_owned(), |text, secret| text.replace(secret, "***"))
    }

    /// Where methods stand; a client that only reads what the portal sends calls none.
    pub fn place(&self) -> Result<&Place, Error> {
        let says = "required in the settings for this operation: webhook_url or oauth";
        self.place.as_ref().ok_or_else(|| Error::invalid("webhook_url", says))
    }
}

/// Whether the application's secret may go to this server: one of the documented two, or one of the
/// allow-list.
pub fn token_server(url: &str, portal_hosts: &[String]) -> bool {
    let known = ["oauth.bitrix.info", "oauth.bitrix24.tech"].map(str::to_owned);
    allowed(url, &known) || allowed(url, portal_hosts)
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
    if !token_server(server, hosts) {
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
