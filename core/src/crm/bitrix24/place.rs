//! Where methods stand: the webhook's URL, whose path is its secret, or the application's endpoint. And
//! where a portal moved to: it answers 302 once it has another name.

use std::sync::{Mutex, PoisonError};

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
    /// Of a webhook: what its URL must be kept from logs for.
    secret: Option<Secret>,
    /// What the log shows for it.
    shown: String,
}

impl Place {
    /// From `https://portal/rest/{user}/{secret}/`.
    pub fn of_webhook(common: &Common, url: &Secret) -> Result<Place, Error> {
        let field = "webhook_url";
        let says = "expected a URL like \"https://portal.bitrix24.ru/rest/1/SECRET/\"";
        let given = url.expose().trim_end_matches('/');
        // The reason is left out: it could quote what was given.
        common.root_url(field, given).map_err(|_| {
            Error::invalid(field, format!("{says}, with https unless it is on this machine"))
        })?;
        let path = given.get(origin(given).len()..).unwrap_or_default();
        let mut parts = path.rsplitn(4, '/');
        let (secret, user, rest) = (parts.next(), parts.next(), parts.next());
        let above = parts.next();
        let plain = |part: Option<&str>, kind: fn(&char) -> bool| {
            part.is_some_and(|part| !part.is_empty() && part.chars().all(|c| kind(&c)))
        };
        match (secret, above) {
            (Some(secret), Some(above))
                if plain(Some(secret), char::is_ascii_alphanumeric)
                    && plain(user, char::is_ascii_digit)
                    && rest == Some("rest")
                    && host(given).is_some() =>
            {
                Ok(Place {
                    root: joined(&[given, "/"]),
                    secret: Some(Secret::new(secret.to_owned())),
                    shown: format!("{}{above}/rest/***/", origin(given)),
                })
            }
            _ => Err(Error::invalid(field, says)),
        }
    }

    /// From `https://portal/rest/`.
    pub fn of_application(common: &Common, field: &str, url: &str) -> Result<Place, Error> {
        let root = common.root_url(field, url)?;
        match root.ends_with("/rest") && host(&root).is_some() {
            true => {
                let root = format!("{root}/");
                Ok(Place { root: Secret::new(root.clone()), secret: None, shown: root })
            }
            false => Err(Error::invalid(field, "expected a URL that ends in /rest/")),
        }
    }

    /// The URL of a method, and what the log shows for it; `moved` is where the portal went.
    pub fn url(&self, method: &str, moved: Option<&str>) -> (Secret, String) {
        let at = |root: &str| match moved {
            Some(moved) => {
                joined(&[moved, root.get(origin(root).len()..).unwrap_or_default(), method])
            }
            None => joined(&[root, method]),
        };
        (at(self.root.expose()), at(&self.shown).expose().to_owned())
    }

    /// Scheme, host and port.
    pub fn origin(&self) -> &str {
        origin(self.root.expose())
    }

    /// The part of a webhook's path that is its secret.
    pub fn secret(&self) -> Option<&Secret> {
        self.secret.as_ref()
    }
}

/// Put together in one piece of memory: one that grew would leave the secret behind.
fn joined(parts: &[&str]) -> Secret {
    let mut text = String::with_capacity(parts.iter().map(|part| part.len()).sum());
    parts.iter().for_each(|part| text.push_str(part));
    Secret::new(text)
}

/// The URL, if every reader finds the same host in it.
fn host(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let nobody = url.username().is_empty() && url.password().is_none();
    let written = origin(text).split_once("://")?.1;
    let written = written.strip_suffix(&format!(":{}", url.port_or_known_default()?));
    let written = written.unwrap_or(origin(text).split_once("://")?.1);
    (nobody && url.host_str()?.eq_ignore_ascii_case(written)).then_some(url)
}

/// Whether the URL's host is on the list, or below a host that is. A name without a dot has nothing
/// below it: `ru` would be half the world.
pub fn allowed(url: &str, portal_hosts: &[String]) -> bool {
    let on = |url: &Url, listed: &String| match listed.contains('.') {
        true => hosts::is_below(url, listed),
        false => url.host_str() == Some(listed),
    };
    host(url).is_some_and(|url| portal_hosts.iter().any(|listed| on(&url, listed)))
}

/// Where the portal went: kept by each process for itself, and lost without harm, since the old name
/// goes on leading there.
pub struct Moved(PerProcess<Mutex<Option<String>>>);

impl Default for Moved {
    fn default() -> Moved {
        Moved(PerProcess::new(Mutex::default()))
    }
}

impl Moved {
    /// The new scheme, host and port, if it went.
    pub fn get(&self) -> Option<String> {
        self.0.get(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Goes by the old name again: who answers there now may be nobody.
    pub fn forget(&self) {
        *self.0.get(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Remembers it.
    pub fn set(&self, origin: String) {
        let mut moved = self.0.get(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner);
        *moved = Some(origin);
    }
}

/// The new scheme, host and port that an answer names; none where it is no redirect of that kind. 303
/// is none: it stands for something that was done.
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
    if !matches!(response.status, 301 | 302 | 307 | 308) {
        return Ok(None);
    }
    let refused = |says: &str| {
        let mut error =
            Error::not_done("redirected", format!("the portal answers with a redirect {says}"));
        error.http_status = Some(response.status);
        error
    };
    let Some(target) = response.header("location") else {
        return Err(refused("that names no place"));
    };
    let Some(target) = host(target) else {
        return Err(refused("to no URL that could be followed"));
    };
    if Some(target.path()) != asked.get(origin(asked).len()..) {
        return Err(refused("to another method"));
    }
    let text = target.as_str();
    if crate::https::check_url(text, allow_plain_http).is_err() {
        return Err(refused("to a place without https"));
    }
    let downgraded = asked.starts_with("https:") && target.scheme() != "https";
    let known = hosts::same_site(&target, home) || allowed(text, portal_hosts);
    if downgraded || !known {
        return Err(refused("to a host that the setting portal_hosts does not list"));
    }
    match origin(text) == origin(asked) {
        true => Err(refused("to where it stands")),
        false => Ok(Some(origin(text).to_owned())),
    }
}
