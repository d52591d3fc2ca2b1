//! The settings common to all gateways. They are split off by name; the rest is the gateway's.

use std::time::Duration;

use serde::Deserialize;
use time::UtcOffset;
use time::macros::format_description;
use zeroize::Zeroizing;

use crate::clock::{self, Time};
use crate::error::Error;
use crate::fields::{self, Fields};
use crate::http::Patience;
use crate::https::{self, Https, ProxySetting, TransportSettings};
use crate::secret::Secret;
use crate::tls::{Roots, TlsSettings};

/// Names that are not the gateway's.
const COMMON: &[&str] = &[
    "gateway",
    "service",
    "timeouts",
    "max_response_bytes",
    "clock",
    "tls",
    "proxy",
    "keep_alive",
    "allow_plain_http",
    "test_mode",
    "assumptions",
];

/// What every client has.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Common {
    /// `rbs`, ...: where money is taken.
    pub gateway: Option<String>,
    /// `bitrix24`: where the deal stands that is paid. A client with neither serves `operations`,
    /// `describe` and `descriptor_check` alone.
    pub service: Option<String>,
    #[serde(default)]
    timeouts: Timeouts,
    max_response_bytes: Option<u64>,
    clock: Option<String>,
    #[serde(default)]
    tls: Tls,
    proxy: Option<Secret>,
    #[serde(default = "yes")]
    keep_alive: bool,
    #[serde(default)]
    pub allow_plain_http: bool,
    pub test_mode: Option<bool>,
    /// Corrections of facts that the documents leave open; `describe` lists them.
    #[serde(default)]
    pub assumptions: Fields,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Timeouts {
    connect_ms: Option<u64>,
    total_ms: Option<u64>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Tls {
    #[serde(default)]
    roots: RootsName,
    ca_file: Option<String>,
    ca_pem: Option<String>,
    client_cert_pem: Option<String>,
    client_key_pem: Option<Secret>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "snake_case")]
enum RootsName {
    #[default]
    Mozilla,
    System,
}

/// Consent to card data passing through the shop's program.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CardData {
    Allowed,
    Refused,
}

fn yes() -> bool {
    true
}

/// The setting `gateway_time_zone`.
pub(crate) fn time_zone(text: &str) -> Result<UtcOffset, Error> {
    let format = format_description!("[offset_hour sign:mandatory]:[offset_minute]");
    let offset = UtcOffset::parse(text, format).ok();
    offset.filter(|offset| offset.whole_hours().abs() <= 14).ok_or_else(|| {
        Error::invalid("gateway_time_zone", "expected an offset from UTC like \"+03:00\"")
    })
}

impl Common {
    /// Splits the settings into the common ones and the gateway's.
    pub(crate) fn split(settings: &Fields) -> Result<(Common, Fields), Error> {
        let (common, own): (Fields, Fields) = settings
            .iter()
            .map(|(name, value)| (name.clone(), value.clone()))
            .partition(|(name, _)| COMMON.contains(&name.as_str()));
        let mut given = common;
        let common: Result<Common, Error> = fields::read(&given);
        fields::wipe(&mut given);
        let common = common?;
        for (field, value) in [
            ("timeouts.connect_ms", common.timeouts.connect_ms),
            ("timeouts.total_ms", common.timeouts.total_ms),
            ("max_response_bytes", common.max_response_bytes),
        ] {
            if value == Some(0) {
                return Err(Error::invalid(field, "expected more than 0"));
            }
        }
        Ok((common, own))
    }

    /// The moment that the setting `clock` fixes, if it is given.
    pub(crate) fn fixed_time(&self) -> Result<Option<Time>, Error> {
        let parse =
            |text: &String| clock::parse(text).map_err(|says| Error::invalid("clock", says));
        self.clock.as_ref().map(parse).transpose()
    }

    /// The longest that a write may take.
    pub(crate) fn write_limit(&self) -> Duration {
        let given = self.timeouts.total_ms.map(Duration::from_millis);
        given.unwrap_or_default().max(Patience::Long.limit())
    }

    /// The transport over the network.
    pub(crate) fn https(&self) -> Result<Https, Error> {
        let defaults = TransportSettings::default();
        let ms = |value: Option<u64>| value.map(Duration::from_millis);
        let settings = TransportSettings {
            connect: ms(self.timeouts.connect_ms).unwrap_or(defaults.connect),
            total: ms(self.timeouts.total_ms),
            max_response_bytes: self.max_response_bytes.unwrap_or(defaults.max_response_bytes),
            keep_alive: self.keep_alive,
            allow_plain_http: self.allow_plain_http,
            proxy: match self.proxy.as_ref().map(Secret::expose) {
                None => ProxySetting::None,
                Some("environment") => ProxySetting::Environment,
                Some(url) => ProxySetting::Url(url.to_owned()),
            },
            tls: TlsSettings {
                roots: match self.tls.roots {
                    RootsName::Mozilla => Roots::Mozilla,
                    RootsName::System => Roots::System,
                },
                ca_file: self.tls.ca_file.clone().map(Into::into),
                ca_pem: self.tls.ca_pem.clone(),
                client_cert_pem: self.tls.client_cert_pem.clone(),
                client_key_pem: self
                    .tls
                    .client_key_pem
                    .as_ref()
                    .map(|key| Zeroizing::new(key.expose().to_owned())),
            },
        };
        Https::new(settings).map_err(|problem| Error::invalid(problem.field, problem.message))
    }

    /// Checks a URL of the settings: https, or plain to this machine (or where allowed).
    pub(crate) fn check_url(&self, field: &str, url: &str) -> Result<(), Error> {
        https::check_url(url, self.allow_plain_http).map_err(|says| Error::invalid(field, says))
    }

    /// A URL of the settings that others stand below, without a slash at the end.
    pub(crate) fn root_url(&self, field: &str, given: &str) -> Result<String, Error> {
        let url = given.trim_end_matches('/').to_owned();
        self.check_url(field, &url)?;
        match url.contains(['?', '#']) {
            true => Err(Error::invalid(field, "expected a URL without a query or a fragment")),
            false => Ok(url),
        }
    }
}
