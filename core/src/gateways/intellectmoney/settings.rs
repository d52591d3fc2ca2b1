//! The gateway's own settings. What is missing is told when the client is made, with the page of the
//! cabinet where it is found.

use serde::Deserialize;
use zeroize::Zeroizing;

use super::assumptions::Assumptions;
use super::receipt::ReceiptSettings;
use super::signature::is_unambiguous;
use super::tables::PURCHASE_TO_REFUND;
use crate::error::Error;
use crate::fields::{self, Fields};
use crate::native::{Wire, origin};
use crate::secret::Secret;
use crate::settings::{CardData, Common, time_zone};

const API: &str = "https://api.intellectmoney.ru";
const PAGE: &str = "https://merchant.intellectmoney.ru";

/// Where the keys are found.
const SHOP_TAB: &str = "cabinet, the shop's tab \"Подключение магазина\"";
const API_PAGE: &str = "lk.intellectmoney.ru/profile/security/api, once the contract is signed";
const PROFILE: &str = "the login and password of lk.intellectmoney.ru";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    base_url: Option<String>,
    page_url: Option<String>,
    eshop_id: Option<String>,
    secret_key: Option<Secret>,
    bearer_token: Option<Secret>,
    sign_secret_key: Option<Secret>,
    login: Option<String>,
    personal_password: Option<Secret>,
    p2p_form_key: Option<Secret>,
    site_ip: Option<String>,
    #[serde(default)]
    body: Body,
    hold_hours: Option<u64>,
    refund_amount_field: Option<String>,
    card_data: Option<CardData>,
    gateway_time_zone: Option<String>,
    #[serde(default)]
    receipt: ReceiptSettings,
}

/// How requests are written; the gateway takes both.
#[derive(Deserialize, Default)]
#[serde(rename_all = "snake_case")]
enum Body {
    /// Every value is text, as it is signed.
    #[default]
    Form,
    Json,
}

/// The settings, checked.
pub struct Settings {
    /// What methods stand below, without a slash at the end.
    pub base_url: String,
    /// Scheme, host and port of it.
    pub origin: String,
    /// What payment pages stand below, without a slash at the end.
    pub page_url: String,
    pub eshop_id: String,
    /// Signs bodies, forms and webhooks. As given: spaces may belong to it.
    pub secret_key: Secret,
    /// Token and key of the API; none where only test money is meant.
    pub api: Option<ApiKeys>,
    /// Login and password of the Personal API.
    pub personal: Option<(String, Secret)>,
    pub p2p_form_key: Option<Secret>,
    /// The address of the shop's own server, which some methods must name.
    pub site_ip: Option<String>,
    pub wire: Wire,
    /// How long money is held.
    pub hold_hours: u64,
    /// The amount's name in purchaseToRefund, which no document shows.
    pub refund_amount_field: Option<String>,
    pub cards_allowed: bool,
    /// The zone of dates that leave or come without one.
    pub time_zone: time::UtcOffset,
    /// What the seller would repeat in each receipt.
    pub receipt: ReceiptSettings,
    pub assumptions: Assumptions,
}

/// What a live call must bring along.
pub struct ApiKeys {
    pub bearer_token: Secret,
    pub sign_secret_key: Secret,
}

impl Settings {
    pub fn read(common: &Common, own: &Fields) -> Result<Settings, Error> {
        let given: Given = fields::read(own).map_err(with_place)?;
        let base_url = common.root_url("base_url", given.base_url.as_deref().unwrap_or(API))?;
        let page = given.page_url.as_deref().or(given.base_url.as_deref()).unwrap_or(PAGE);
        let page_url = common.root_url("page_url", page)?;
        let api = api_keys(common, given.bearer_token, given.sign_secret_key)?;
        let hold_hours = given.hold_hours.unwrap_or(LONGEST_HOLD);
        if hold_hours > LONGEST_HOLD {
            return Err(Error::invalid("hold_hours", "expected 0 to 119"));
        }
        if let Some(ip) = &given.site_ip
            && (ip.parse::<std::net::IpAddr>().is_err() || !is_unambiguous(ip))
        {
            let says =
                "expected an address like \"192.0.2.1\"; of IPv6 all eight groups: it is signed";
            return Err(Error::invalid("site_ip", says));
        }
        if given.refund_amount_field.as_deref().is_some_and(|name| !is_amounts_name(name)) {
            let says = "expected the field's name, as the gateway's support told it: a name of its \
                        own, in letters, digits and _";
            return Err(Error::invalid("refund_amount_field", says));
        }
        given.receipt.check()?;
        Ok(Settings {
            origin: origin(&base_url).to_owned(),
            base_url,
            page_url,
            eshop_id: eshop_id(given.eshop_id)?,
            secret_key: given.secret_key.ok_or_else(|| missing("secret_key", SHOP_TAB))?,
            api,
            personal: personal(given.login, given.personal_password)?,
            p2p_form_key: given.p2p_form_key,
            site_ip: given.site_ip,
            wire: match given.body {
                Body::Form => Wire::Form,
                Body::Json => Wire::Json,
            },
            hold_hours,
            refund_amount_field: given.refund_amount_field,
            cards_allowed: matches!(given.card_data, Some(CardData::Allowed)),
            time_zone: time_zone(given.gateway_time_zone.as_deref().unwrap_or(TIME_ZONE))?,
            receipt: given.receipt,
            assumptions: Assumptions::read(common)?,
        })
    }

    /// The value of a parameter that the tables mark as filled from the settings.
    pub fn parameter(&self, name: &str) -> Option<Zeroizing<String>> {
        let personal = self.personal.as_ref();
        match name {
            "EshopId" => Some(Zeroizing::new(self.eshop_id.clone())),
            "Login" => personal.map(|(login, _)| Zeroizing::new(login.clone())),
            "Password" => personal.map(|(_, password)| Zeroizing::new(password.expose().into())),
            _ => None,
        }
    }
}

/// docs/gateways/intellectmoney.md, "Invoices".
pub const LONGEST_HOLD: u64 = 119;

/// The error of a key that is not there.
fn missing(setting: &str, place: &str) -> Error {
    Error::invalid(setting, format!("required; found in {place}"))
}

/// What is wrong with a key or a number, with where it is found: a shop's `SecretKey` is empty at first.
fn with_place(error: Error) -> Error {
    let place = match error.field.as_deref() {
        Some("eshop_id" | "secret_key") => SHOP_TAB,
        Some("bearer_token" | "sign_secret_key") => API_PAGE,
        Some("login" | "personal_password") => PROFILE,
        _ => return error,
    };
    let setting = error.field.clone().unwrap_or_default();
    let says = error.message.strip_prefix(&format!("{setting}: ")).unwrap_or(&error.message);
    Error::invalid(&setting, format!("{says}; found in {place}"))
}

impl Settings {
    /// The keys of the API, for a call that cannot do without.
    pub fn api_keys(&self) -> Result<&ApiKeys, Error> {
        self.api.as_ref().ok_or_else(|| missing("bearer_token", API_PAGE))
    }

    /// Login and password, for a call that cannot do without.
    pub fn personal(&self) -> Result<&(String, Secret), Error> {
        self.personal.as_ref().ok_or_else(|| missing("login", PROFILE))
    }

    /// The key of the P2P form, for a call that cannot do without.
    pub fn p2p_form_key(&self) -> Result<&Secret, Error> {
        self.p2p_form_key.as_ref().ok_or_else(|| missing("p2p_form_key", "the form's own settings"))
    }
}

/// Six digits today, five in the oldest shops.
fn eshop_id(given: Option<String>) -> Result<String, Error> {
    let id = given.ok_or_else(|| missing("eshop_id", SHOP_TAB))?;
    let fine = (5..=6).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_digit());
    match fine && !id.starts_with('0') {
        true => Ok(id),
        false => {
            let says = format!("expected the shop's number, six digits; found in {SHOP_TAB}");
            Err(Error::invalid("eshop_id", says))
        }
    }
}

/// A name that the method has already would be read in place of the amount, in whatever case.
fn is_amounts_name(name: &str) -> bool {
    let sign = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let mut known = PURCHASE_TO_REFUND.native.fields.iter();
    !name.is_empty()
        && name.bytes().all(sign)
        && !known.any(|field| field.name.eq_ignore_ascii_case(name))
}

/// Both or none; none only where the settings say that test money is meant.
fn api_keys(
    common: &Common,
    token: Option<Secret>,
    key: Option<Secret>,
) -> Result<Option<ApiKeys>, Error> {
    match (token, key) {
        // It stands in a header, which a line break would end.
        (Some(token), _) if !token.expose().bytes().all(|byte| byte.is_ascii_graphic()) => {
            let says = "expected the token alone, without spaces or line breaks: see ";
            Err(Error::invalid("bearer_token", format!("{says}{API_PAGE}")))
        }
        (Some(bearer_token), Some(sign_secret_key)) => {
            Ok(Some(ApiKeys { bearer_token, sign_secret_key }))
        }
        (None, None) if common.test_mode == Some(true) => Ok(None),
        (None, _) => Err(missing("bearer_token", API_PAGE)),
        (Some(_), None) => Err(missing("sign_secret_key", API_PAGE)),
    }
}

fn personal(
    login: Option<String>,
    password: Option<Secret>,
) -> Result<Option<(String, Secret)>, Error> {
    match (login, password) {
        (Some(login), Some(password)) if !login.is_empty() => Ok(Some((login, password))),
        (None, None) => Ok(None),
        (Some(login), _) if login.is_empty() => Err(missing("login", PROFILE)),
        (None, Some(_)) => Err(missing("login", PROFILE)),
        (Some(_), _) => Err(missing("personal_password", PROFILE)),
    }
}

/// Moscow's: the documents name none.
const TIME_ZONE: &str = "+03:00";

impl Settings {
    /// A moment as the gateway writes it, in its own zone.
    pub fn written(&self, moment: crate::clock::Time) -> String {
        let format =
            time::macros::format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");
        moment.to_offset(self.time_zone).format(format).unwrap_or_default()
    }

    /// The address of the shop's server, for a method that must name it.
    pub fn site_ip(&self) -> Result<&str, Error> {
        let says = "required in the settings: the address of the shop's own server";
        self.site_ip.as_deref().ok_or_else(|| Error::invalid("site_ip", says))
    }
}
