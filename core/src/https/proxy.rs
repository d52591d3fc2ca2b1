//! The way out: straight, or through the proxy that the settings name.

use std::env;

use ureq::Proxy;

use super::SettingError;

/// Whether requests go through a proxy: the setting `proxy`.
#[derive(Clone, Default)]
pub enum ProxySetting {
    /// Straight to the gateway, whatever the environment says.
    #[default]
    None,
    /// What `ALL_PROXY`, `HTTPS_PROXY` and `HTTP_PROXY` say, except for hosts in `NO_PROXY`.
    Environment,
    /// `http://`, `https://` (both by CONNECT), `socks4://`, `socks4a://`, `socks5://` or
    /// `socks5h://`, with `user:password@` where the proxy asks for it.
    Url(String),
}

/// In the order in which ureq looks.
const VARIABLES: [&str; 6] =
    ["ALL_PROXY", "all_proxy", "HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"];

impl ProxySetting {
    pub(super) fn proxy(&self) -> Result<Option<Proxy>, SettingError> {
        match self {
            ProxySetting::None => Ok(None),
            ProxySetting::Url(url) => read("it", url).map(Some),
            ProxySetting::Environment => from_environment(),
        }
    }
}

fn from_environment() -> Result<Option<Proxy>, SettingError> {
    let Some((variable, url)) = VARIABLES
        .into_iter()
        .filter_map(|name| env::var(name).ok().map(|value| (name, value)))
        .find(|(_, value)| !value.is_empty())
    else {
        return Ok(None);
    };
    // A CGI server puts the request's own header `Proxy` there: anybody could redirect payments.
    if variable.eq_ignore_ascii_case("http_proxy") && env::var_os("REQUEST_METHOD").is_some() {
        return Ok(None);
    }
    // ureq would pass over what it cannot read, and go on without a proxy.
    read(variable, &url)?;
    Ok(Proxy::try_from_env())
}

/// The message never holds the URL: it may bear a password.
fn read(name: &str, url: &str) -> Result<Proxy, SettingError> {
    let readable = Proxy::new(url).ok().filter(|proxy| !proxy.host().is_empty());
    readable.ok_or_else(|| {
        let message = format!(
            "expected http, https, socks4, socks4a, socks5 or socks5h and a host, {name} has not"
        );
        SettingError::new("proxy", message)
    })
}

#[cfg(test)]
mod tests {
    use super::ProxySetting;

    #[test]
    fn proxies_that_ureq_knows_are_taken() {
        for url in ["http://p:3128", "p:3128", "socks5://u:w@p", "socks5h://[::1]:1080"] {
            assert!(ProxySetting::Url(url.to_owned()).proxy().unwrap().is_some(), "{url}");
        }
        assert!(ProxySetting::None.proxy().unwrap().is_none());
    }

    #[test]
    fn a_bad_proxy_is_an_error_that_does_not_repeat_it() {
        for url in ["", "ftp://user:hunter2@p", "http://user:hunter2@", "not a url hunter2"] {
            let error = ProxySetting::Url(url.to_owned()).proxy().unwrap_err();
            assert_eq!(error.field, "proxy", "{url}");
            assert!(!error.message.contains("hunter2"), "{}", error.message);
        }
    }
}
