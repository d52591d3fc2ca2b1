//! The gateway's own settings.

use serde::Deserialize;
use zeroize::Zeroizing;

use crate::error::Error;
use crate::fields::{self, Fields};
use crate::secret::{Secret, Secrets};
use crate::settings::Common;
use crate::sign::rsa::{Digest, PublicKey};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    base_url: String,
    user_name: Option<String>,
    password: Option<Secret>,
    token: Option<Secret>,
    merchant_login: Option<String>,
    callback_key: Option<Secrets>,
    callback_public_key: Option<Secrets>,
    #[serde(default)]
    callback_digest: DigestName,
    #[serde(default)]
    callback_own_parameters: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "snake_case")]
enum DigestName {
    /// What both published examples use, whatever their `sign_alias` says.
    #[default]
    Sha512,
    Sha256,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GivenAssumptions {
    #[serde(default = "yes")]
    deposited_is_net: bool,
    page_template: Option<String>,
    #[serde(default)]
    page_hosts: Vec<String>,
}

fn yes() -> bool {
    true
}

/// How the merchant shows who it is.
pub enum Auth {
    /// The API user.
    Password { user_name: String, password: Secret },
    /// The public token: may register and read a status by id, nothing else.
    Token(Secret),
}

/// Facts that the documents leave open (docs/gateways/rbs.md, "Assumptions").
pub struct Assumptions {
    /// `depositedAmount` goes down with refunds.
    pub deposited_is_net: bool,
    /// The payment page's URL with `{id}`, for an order whose formUrl was lost.
    pub page_template: Option<String>,
    /// Hosts of payment pages beside those of the gateway's own site.
    pub page_hosts: Vec<String>,
}

/// The settings, checked.
pub struct Settings {
    /// The installation's root, without a slash at the end.
    pub base_url: String,
    pub auth: Auth,
    pub merchant_login: Option<String>,
    pub callback_keys: Option<Secrets>,
    pub callback_public_keys: Vec<PublicKey>,
    pub callback_digest: Digest,
    /// What the shop itself put on its callback URL.
    pub callback_own_parameters: Vec<String>,
    pub assumptions: Assumptions,
    /// Who sells: part of every `state_id`.
    pub shop: String,
}

impl Settings {
    pub fn read(common: &Common, own: &Fields) -> Result<Settings, Error> {
        let given: Given = fields::read(own)?;
        let base_url = given.base_url.trim_end_matches('/').to_owned();
        common.check_url("base_url", &base_url)?;
        if base_url.contains(['?', '#']) {
            return Err(Error::invalid("base_url", "expected a URL without a query or a fragment"));
        }
        if base_url.ends_with("/rest") || base_url.ends_with(".do") {
            let says =
                "expected the installation's root like \"https://host/payment\", without /rest";
            return Err(Error::invalid("base_url", says));
        }
        let auth = auth(given.user_name, given.password, given.token)?;
        let assumptions: GivenAssumptions = fields::read(&common.assumptions).map_err(|error| {
            let name = error.field.clone().unwrap_or_default();
            let says = error.message.strip_prefix(&format!("{name}: ")).unwrap_or(&error.message);
            Error::invalid(format!("assumptions.{name}"), says)
        })?;
        if assumptions.page_template.as_ref().is_some_and(|text| !text.contains("{id}")) {
            return Err(Error::invalid(
                "assumptions.page_template",
                "expected a URL with {id} in it",
            ));
        }
        if given.merchant_login.as_deref() == Some("") {
            return Err(Error::invalid("merchant_login", "expected a login, got an empty text"));
        }
        let mut callback_public_keys = Vec::new();
        for pem in given.callback_public_key.iter().flat_map(Secrets::iter) {
            let key = PublicKey::from_pem(pem.expose());
            callback_public_keys
                .push(key.map_err(|says| Error::invalid("callback_public_key", says))?);
        }
        let shop = match (&given.merchant_login, &auth) {
            (Some(login), _) => login.clone(),
            (None, Auth::Password { user_name, .. }) => user_name.clone(),
            (None, Auth::Token(token)) => crate::sign::sha256_hex(token.expose().as_bytes()),
        };
        Ok(Settings {
            base_url,
            auth,
            merchant_login: given.merchant_login,
            callback_keys: given.callback_key,
            callback_public_keys,
            callback_digest: match given.callback_digest {
                DigestName::Sha512 => Digest::Sha512,
                DigestName::Sha256 => Digest::Sha256,
            },
            callback_own_parameters: given.callback_own_parameters,
            assumptions: Assumptions {
                deposited_is_net: assumptions.deposited_is_net,
                page_template: assumptions.page_template,
                page_hosts: assumptions.page_hosts,
            },
            shop,
        })
    }

    /// The value of a parameter that the tables mark as filled from the settings.
    pub fn parameter(&self, name: &str) -> Option<Zeroizing<String>> {
        match (name, &self.auth) {
            ("userName", Auth::Password { user_name, .. }) => Some(user_name.as_str()),
            ("password", Auth::Password { password, .. }) => Some(password.expose()),
            ("token", Auth::Token(token)) => Some(token.expose()),
            _ => None,
        }
        .map(|text| Zeroizing::new(text.to_owned()))
    }
}

fn auth(
    user_name: Option<String>,
    password: Option<Secret>,
    token: Option<Secret>,
) -> Result<Auth, Error> {
    match (user_name, password, token) {
        (Some(user_name), Some(password), None) if !user_name.is_empty() => {
            Ok(Auth::Password { user_name, password })
        }
        (None, None, Some(token)) => Ok(Auth::Token(token)),
        (None, None, None) => {
            Err(Error::invalid("user_name", "required (with password), or token"))
        }
        (_, _, Some(_)) => {
            Err(Error::invalid("token", "expected token, or user_name and password"))
        }
        (Some(_), None, None) => Err(Error::invalid("password", "required beside user_name")),
        (_, Some(_), None) => Err(Error::invalid("user_name", "required beside password")),
    }
}
