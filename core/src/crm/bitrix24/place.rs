//! Where methods stand: the webhook's URL, whose path is its secret, or the application's endpoint. And
//! where a portal moved to: it answers 302 once it has another name.

use std::sync::OnceLock;

use url::Url;

use crate::error::Error;
use crate::hosts;
use crate::http::HttpResponse;
use crate::native::origin;
use crate::per_process::PerProcess;
use crate::secret::Secret;
use crate::settings::Common;

/// The address below which methods stand, ending in a slash.
pub struct Place {
    root: Secret,
    /// What the log shows for it.
    shown: String,
}

impl Place {
    /// From `https://portal/rest/{user}/{secret}/`.
    pub fn of_webhook(common: &Common, url: &Secret) -> Result<Place, Error> {
        let field = "webhook_url";
        let says = "expected a URL like \"https://portal.bitrix24.ru/rest/1/SECRET/\"";
        let given = url.expose().trim_end_matches('/');
        common.root_url(field, given).map_err(|_| {
            Error::invalid(field, format!("{says}, with https unless it is on this machine"))
        })?;
        let mut parts = given.rsplitn(4, '/');
        let (secret, user, rest) = (parts.next(), parts.next(), parts.next());
        let plain = |part: Option<&str>, kind: fn(&char) -> bool| {
            part.is_some_and(|part| !part.is_empty() && part.chars().all(|c| kind(&c)))
        };
        let above = parts.next().unwrap_or_default();
        match plain(secret, char::is_ascii_alphanumeric)
            && plain(user, char::is_ascii_digit)
            && rest == Some("rest")
        {
            true => Ok(Place {
                root: Secret::new(format!("{given}/")),
                shown: format!("{above}/rest/***/"),
            }),
            false => Err(Error::invalid(field, says)),
        }
    }

    /// From `https://portal/rest/`.
    pub fn of_application(common: &Common, field: &str, url: &str) -> Result<Place, Error> {
        let root = common.root_url(field, url)?;
        match root.ends_with("/rest") {
            true => Ok(Place { root: Secret::new(format!("{root}/")), shown: format!("{root}/") }),
            false => Err(Error::invalid(field, "expected a URL that ends in /rest/")),
        }
    }

    /// The URL of a method, and what the log shows for it; `moved` is where the portal went.
    pub fn url(&self, method: &str, moved: Option<&str>) -> (String, String) {
        let at = |root: &str| match moved {
            Some(moved) => {
                format!("{moved}{}{method}", root.get(origin(root).len()..).unwrap_or_default())
            }
            None => format!("{root}{method}"),
        };
        (at(self.root.expose()), at(&self.shown))
    }

    /// Scheme, host and port.
    pub fn origin(&self) -> &str {
        origin(self.root.expose())
    }
}

/// Whether the URL's host is on the list, or below a host that is.
pub fn allowed(url: &str, portal_hosts: &[String]) -> bool {
    Url::parse(url).is_ok_and(|url| portal_hosts.iter().any(|host| hosts::is_below(&url, host)))
}

/// Where the portal went: kept by each process for itself, and lost without harm.
pub struct Moved(PerProcess<OnceLock<String>>);

impl Default for Moved {
    fn default() -> Moved {
        Moved(PerProcess::new(OnceLock::new()))
    }
}

impl Moved {
    /// The new scheme, host and port, if it went.
    pub fn get(&self) -> Option<&str> {
        self.0.get(OnceLock::new).get().map(String::as_str)
    }

    /// Remembers it.
    pub fn set(&self, origin: &str) {
        // Whoever was first: a second move is followed each time.
        let _ = self.0.get(OnceLock::new).set(origin.to_owned());
    }
}

/// The new scheme, host and port that an answer names; none where it is no redirect.
///
/// # Errors
///
/// `NotDone` where nobody allowed us to go there: the webhook's secret would go along.
pub fn new_origin(
    response: &HttpResponse,
    asked: &str,
    home: &str,
    portal_hosts: &[String],
    allow_plain_http: bool,
) -> Result<Option<String>, Error> {
    if !matches!(response.status, 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let refused = |says: &str| {
        let mut error =
            Error::not_done("redirected", format!("the portal answers with a redirect {says}"));
        error.http_status = Some(response.status);
        error
    };
    let Some(Ok(target)) = response.header("location").map(Url::parse) else {
        return Err(refused("that names no place"));
    };
    let old = Url::parse(asked).map_err(|_| refused("from no place"))?;
    if target.path() != old.path() {
        return Err(refused("to another method"));
    }
    let nobody = target.username().is_empty() && target.password().is_none();
    let text = target.as_str();
    if !nobody || crate::https::check_url(text, allow_plain_http).is_err() {
        return Err(refused("to a place without https"));
    }
    let downgraded = old.scheme() == "https" && target.scheme() != "https";
    let known = hosts::same_site(&target, home) || allowed(text, portal_hosts);
    if downgraded || !known {
        return Err(refused("to a host that the setting portal_hosts does not list"));
    }
    Ok(Some(origin(text).to_owned()))
}
