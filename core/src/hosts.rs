//! Where a buyer may be sent: https, on the gateway's own site or on a host that the settings list.

use url::Url;

/// An https URL that every reader reads alike: no white space, no backslash, no user in it.
pub fn https(text: &str) -> Option<Url> {
    if text.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\') {
        return None;
    }
    let url = Url::parse(text).ok()?;
    let nobody = url.username().is_empty() && url.password().is_none();
    (url.scheme() == "https" && url.host_str().is_some() && nobody).then_some(url)
}

/// Whether both stand on one site: `pay.bank.ru` and `api.bank.ru`.
pub fn same_site(one: &Url, other: &str) -> bool {
    let other = Url::parse(other).ok();
    let other = other.as_ref().and_then(Url::host_str);
    one.host_str().is_some_and(|host| other.is_some_and(|other| site(host) == site(other)))
}

/// Whether the URL's host is this one, or below it.
pub fn is_below(url: &Url, host: &str) -> bool {
    let Some(above) = url.host_str().and_then(|given| given.strip_suffix(host)) else {
        return false;
    };
    !host.is_empty() && (above.is_empty() || above.ends_with('.'))
}

/// The last two labels of a name, three below `co.uk` and its like; an address is its own site.
fn site(host: &str) -> &str {
    if host.starts_with('[') || host.split('.').all(|label| label.parse::<u8>().is_ok()) {
        return host;
    }
    let mut labels = host.rsplit('.');
    let (country, second) = (labels.next().unwrap_or_default(), labels.next().unwrap_or_default());
    let shared = ["co", "com", "net", "org", "gov", "edu", "ac", "or", "ne", "go"];
    let below = if country.len() == 2 && shared.contains(&second) { 2 } else { 1 };
    match host.rmatch_indices('.').nth(below) {
        Some((dot, _)) => host.get(dot + 1..).unwrap_or(host),
        None => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bank_is_one_site_and_an_address_its_own() {
        assert_eq!(site("pay.alfabank.ru"), site("payment.alfabank.ru"));
        assert_ne!(site("pay.alfabank.ru.evil.example"), site("payment.alfabank.ru"));
        assert_eq!(site("pay.bci.co.ck"), site("securepayments.bci.co.ck"));
        assert_ne!(site("evil.co.uk"), site("bank.co.uk"));
        assert_ne!(site("evil.com.tr"), site("bank.com.tr"));
        assert_ne!(site("192.0.2.1"), site("198.51.2.1"));
        assert_eq!(site("localhost"), "localhost");
    }

    #[test]
    fn a_url_that_two_readers_would_read_differently_is_none() {
        assert!(https("https://pay.bank.ru/?a=1").is_some());
        for odd in [
            "http://pay.bank.ru/",
            "https://evil.example\\@pay.bank.ru/",
            "https://pay.bank.ru@evil.example/",
            "https://pay.bank.ru/\n",
            " https://pay.bank.ru/",
            "javascript:alert(1)",
            "https://",
        ] {
            assert!(https(odd).is_none(), "{odd:?}");
        }
    }

    #[test]
    fn a_host_is_itself_or_below() {
        let below = |url: &str, host| is_below(&https(url).unwrap(), host);
        assert!(below("https://paylate.ru/x", "paylate.ru"));
        assert!(below("https://Online.PayLate.ru", "paylate.ru"));
        assert!(!below("https://notpaylate.ru", "paylate.ru"));
        assert!(!below("https://paylate.ru.evil.example", "paylate.ru"));
        assert!(!below("https://paylate.ru", ""));
    }
}
