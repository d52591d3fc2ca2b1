//! The gateway's own settings.

use serde::Deserialize;
use zeroize::Zeroizing;

use super::assumptions::Assumptions;
use super::dialect::{self, Dialect};
use super::presets::{self, Preset};
use super::receipt::ReceiptSettings;
use crate::error::Error;
use crate::fields::{self, Fields};
use crate::native;
use crate::secret::{Secret, Secrets};
use crate::settings::{self, CardData, Common};
use crate::sign::rsa::{Digest, PrivateKey, PublicKey};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    base_url: Option<String>,
    preset: Option<String>,
    dialect: Option<String>,
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
    #[serde(default)]
    receipt: ReceiptSettings,
    signing_key: Option<Secret>,
    signing_key_password: Option<Secret>,
    card_data: Option<CardData>,
    gateway_time_zone: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "snake_case")]
enum DigestName {
    /// What both published examples use, whatever their `sign_alias` says.
    #[default]
    Sha512,
    Sha256,
}

/// How the merchant shows who it is.
pub enum Auth {
    /// The API user.
    Password { user_name: String, password: Secret },
    /// The public token: may register and read a status by id, nothing else.
    Token(Secret),
}

/// The settings, checked.
pub struct Settings {
    /// The installation's root, without a slash at the end.
    pub base_url: String,
    /// What methods outside the root stand below.
    pub origin: String,
    pub dialect: &'static Dialect,
    pub auth: Auth,
    pub merchant_login: Option<String>,
    pub callback_keys: Option<Secrets>,
    pub callback_public_keys: Vec<PublicKey>,
    pub callback_digest: Digest,
    /// What the shop itself put on its callback URL.
    pub callback_own_parameters: Vec<String>,
    pub assumptions: Assumptions,
    /// How receipts are written.
    pub receipt: ReceiptSettings,
    /// Signs requests, where the bank asks for it.
    pub signing_key: Option<PrivateKey>,
    /// Whether card data may pass.
    pub cards_allowed: bool,
    /// The zone of dates that leave or come without one.
    pub time_zone: Option<time::UtcOffset>,
    /// Whether the bank's certificate is one that stock trust stores lack.
    pub russian_root: bool,
    /// Who sells: part of every `state_id`.
    pub shop: String,
}

impl Settings {
    pub fn read(common: &Common, own: &Fields) -> Result<Settings, Error> {
        let given: Given = fields::read(own)?;
        let preset = given.preset.as_deref().map(preset).transpose()?;
        let base_url = base_url(common, given.base_url, preset)?;
        let dialect = dialect(given.dialect.as_deref(), preset)?;
        let time_zone = given.gateway_time_zone.as_deref();
        let time_zone = time_zone.or(preset.and_then(|preset| preset.time_zone));
        let time_zone = time_zone.map(settings::time_zone).transpose()?;
        let auth = auth(given.user_name, given.password, given.token)?;
        if matches!(auth, Auth::Token(_)) && !dialect.status.token {
            return Err(Error::invalid(
                "token",
                "not taken by this dialect: user_name and password",
            ));
        }
        let assumptions = Assumptions::read(common, preset)?;
        if let Some(name) = assumptions.spellings.keys().find(|name| !dialect.has(name)) {
            let says = "no such method or parameter; expected a name like instantPayment.returnUrl";
            return Err(Error::invalid(format!("assumptions.spellings.{name}"), says));
        }
        let origin = match &assumptions.origin {
            Some(origin) => origin.trim_end_matches('/').to_owned(),
            None => native::origin(&base_url).to_owned(),
        };
        if given.merchant_login.as_deref() == Some("") {
            return Err(Error::invalid("merchant_login", "expected a login, got an empty text"));
        }
        let mut callback_public_keys = Vec::new();
        for pem in given.callback_public_key.iter().flat_map(Secrets::iter) {
            let key = PublicKey::from_pem(pem.expose());
            callback_public_keys
                .push(key.map_err(|says| Error::invalid("callback_public_key", says))?);
        }
        if dialect.json_notifications
            && (given.callback_key.is_some() || !callback_public_keys.is_empty())
        {
            let field =
                if given.callback_key.is_some() { "callback_key" } else { "callback_public_key" };
            let says = "this dialect's notifications carry no checksum: leave it out, and confirm by the status";
            return Err(Error::invalid(field, says));
        }
        given.receipt.check()?;
        let shop = match (&given.merchant_login, &auth) {
            (Some(login), _) => login.clone(),
            (None, Auth::Password { user_name, .. }) => user_name.clone(),
            (None, Auth::Token(token)) => crate::sign::sha256_hex(token.expose().as_bytes()),
        };
        Ok(Settings {
            base_url,
            origin,
            dialect,
            auth,
            merchant_login: given.merchant_login,
            callback_keys: given.callback_key,
            callback_public_keys,
            callback_digest: match given.callback_digest {
                DigestName::Sha512 => Digest::Sha512,
                DigestName::Sha256 => Digest::Sha256,
            },
            callback_own_parameters: given.callback_own_parameters,
            assumptions,
            receipt: given.receipt,
            signing_key: signing_key(given.signing_key, given.signing_key_password)?,
            cards_allowed: matches!(given.card_data, Some(CardData::Allowed)),
            time_zone,
            russian_root: preset.is_some_and(|preset| preset.russian_root),
            shop,
        })
    }

    /// The value of a parameter that the tables mark as filled from the settings.
    pub fn parameter(&self, name: &str) -> Option<Zeroizing<String>> {
        match (name, &self.auth) {
            ("userName" | "username", Auth::Password { user_name, .. }) => Some(user_name.as_str()),
            ("password", Auth::Password { password, .. }) => Some(password.expose()),
            ("token", Auth::Token(token)) => Some(token.expose()),
            _ => None,
        }
        .map(|text| Zeroizing::new(text.to_owned()))
    }
}

fn signing_key(pem: Option<Secret>, password: Option<Secret>) -> Result<Option<PrivateKey>, Error> {
    match (pem, password) {
        (Some(pem), password) => PrivateKey::from_pem(pem.expose(), password.as_ref())
            .map(Some)
            .map_err(|says| Error::invalid("signing_key", says)),
        (None, Some(_)) => {
            Err(Error::invalid("signing_key_password", "expected only beside signing_key"))
        }
        (None, None) => Ok(None),
    }
}

fn preset(name: &str) -> Result<&'static Preset, Error> {
    presets::named(name).ok_or_else(|| {
        let names = presets::PRESETS.iter().map(|preset| preset.name).collect::<Vec<_>>();
        Error::invalid("preset", format!("expected one of {}", names.join(", ")))
    })
}

fn base_url(
    common: &Common,
    given: Option<String>,
    preset: Option<&Preset>,
) -> Result<String, Error> {
    let base_url = match (given, preset) {
        (Some(given), _) => given,
        (None, Some(preset)) => preset.base_url.to_owned(),
        (None, None) => return Err(Error::invalid("base_url", "required, or preset")),
    };
    let base_url = common.root_url("base_url", &base_url)?;
    if base_url.ends_with("/rest") || base_url.ends_with(".do") {
        let says = "expected the installation's root like \"https://host/payment\", without /rest";
        return Err(Error::invalid("base_url", says));
    }
    Ok(base_url)
}

fn dialect(given: Option<&str>, preset: Option<&Preset>) -> Result<&'static Dialect, Error> {
    match (given, preset) {
        (Some(name), _) => dialect::named(name).ok_or_else(|| {
            let names = dialect::ALL.iter().map(|dialect| dialect.name).collect::<Vec<_>>();
            Error::invalid("dialect", format!("expected one of {}", names.join(", ")))
        }),
        (None, Some(preset)) => Ok(preset.dialect),
        (None, None) => Ok(&dialect::RBS),
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
