//! Host names to addresses, remembered for a minute.
//!
//! ureq's own resolver asks the system on every call, pooled connection or not, and starts a thread
//! to do so under a time limit. This one starts none: the wait is bounded by the system's resolver,
//! and mostly there is none.

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{NextTimeout, time};

/// How long an answer is used without asking again, and how long a failure is let rest.
const FRESH: Duration = Duration::from_secs(60);
/// How old an answer may be when the system has none: gateways seldom move, resolvers often fail.
const STALE: Duration = Duration::from_secs(24 * 60 * 60);
const MOST_NAMES: usize = 64;
/// What ureq's address list holds; it panics beyond that.
const MOST_ADDRESSES: usize = 16;

/// A cache of name look-ups, one to a client and process.
pub(crate) struct Names {
    known: Mutex<HashMap<String, Known>>,
}

struct Known {
    addresses: Vec<SocketAddr>,
    looked_up: Instant,
    ask_again: Instant,
}

/// The system knows no address for a name; tells the proxy's name from the gateway's.
#[derive(Debug)]
pub(crate) struct NameNotFound {
    pub(crate) host: String,
    pub(crate) cause: String,
}

impl std::error::Error for NameNotFound {}

impl fmt::Display for NameNotFound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.host, self.cause)
    }
}

impl Names {
    pub(crate) fn new() -> Self {
        Names { known: Mutex::new(HashMap::new()) }
    }

    /// Addresses with port 0, in the system's order. The lock is not held while the system is asked.
    fn addresses(
        &self,
        host: &str,
        now: impl Fn() -> Instant,
        look_up: impl Fn(&str) -> io::Result<Vec<SocketAddr>>,
    ) -> Result<Vec<SocketAddr>, NameNotFound> {
        let host = host.to_ascii_lowercase();
        if let Some(known) = self.lock().get(&host)
            && now() < known.ask_again
        {
            return Ok(known.addresses.clone());
        }
        let cause = match look_up(&host) {
            Ok(addresses) if !addresses.is_empty() => {
                self.remember(host, addresses.clone(), now());
                return Ok(addresses);
            }
            Ok(_) => "the name has no address".to_owned(),
            Err(failure) => failure.to_string(),
        };
        let now = now();
        if let Some(known) = self.lock().get_mut(&host)
            && now.saturating_duration_since(known.looked_up) < STALE
        {
            known.ask_again = now + FRESH;
            return Ok(known.addresses.clone());
        }
        Err(NameNotFound { host, cause })
    }

    fn remember(&self, host: String, addresses: Vec<SocketAddr>, now: Instant) {
        let mut known = self.lock();
        if known.len() >= MOST_NAMES && !known.contains_key(&host) {
            let oldest = known.iter().min_by_key(|(_, entry)| entry.looked_up);
            if let Some(oldest) = oldest.map(|(host, _)| host.clone()) {
                known.remove(&oldest);
            }
        }
        known.insert(host, Known { addresses, looked_up: now, ask_again: now + FRESH });
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Resolver for Names {
    fn resolve(
        &self,
        uri: &Uri,
        _config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let started = Instant::now();
        let host = bare_host(uri);
        let port = uri.port_u16().unwrap_or(match uri.scheme_str() {
            Some("https") => 443,
            Some("http") => 80,
            _ => 1080,
        });
        let mut resolved = self.empty();
        if let Ok(address) = host.parse::<IpAddr>() {
            resolved.push(SocketAddr::new(address, port));
            return Ok(resolved);
        }
        let addresses = self
            .addresses(host, Instant::now, ask_the_system)
            .map_err(|not_found| ureq::Error::Other(Box::new(not_found)))?;
        if let time::Duration::Exact(limit) = timeout.after
            && started.elapsed() >= limit
        {
            return Err(ureq::Error::Timeout(timeout.reason));
        }
        for mut address in addresses.into_iter().take(MOST_ADDRESSES) {
            address.set_port(port);
            resolved.push(address);
        }
        Ok(resolved)
    }
}

/// The host of an address, an IPv6 one without its brackets; empty if there is none.
pub(crate) fn bare_host(uri: &Uri) -> &str {
    let host = uri.host().unwrap_or_default();
    host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host)
}

fn ask_the_system(host: &str) -> io::Result<Vec<SocketAddr>> {
    (host, 0).to_socket_addrs().map(Iterator::collect)
}

impl fmt::Debug for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Names")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    const ADDRESS: &str = "192.0.2.7:0";

    fn answer(_: &str) -> io::Result<Vec<SocketAddr>> {
        Ok(vec![ADDRESS.parse().unwrap()])
    }

    fn failure(_: &str) -> io::Result<Vec<SocketAddr>> {
        Err(io::Error::other("no resolver"))
    }

    #[test]
    fn an_answer_is_used_for_a_minute_whatever_the_case_of_the_name() {
        let (names, start, asked) = (Names::new(), Instant::now(), Cell::new(0));
        let look_up = |host: &str| {
            asked.set(asked.get() + 1);
            answer(host)
        };
        for (host, after, asked_so_far) in
            [("Gate.example", 0, 1), ("gate.example", 59, 1), ("gate.example", 60, 2)]
        {
            let now = || start + Duration::from_secs(after);
            let found = names.addresses(host, now, look_up).unwrap();
            assert_eq!(found, [ADDRESS.parse().unwrap()]);
            assert_eq!(asked.get(), asked_so_far);
        }
    }

    #[test]
    fn a_stale_answer_serves_when_the_system_fails_and_it_is_left_in_peace() {
        let (names, start) = (Names::new(), Instant::now());
        names.addresses("gate.example", || start, answer).unwrap();
        let later = start + Duration::from_secs(3600);
        assert!(names.addresses("gate.example", || later, failure).is_ok());
        let at_once = |_: &str| panic!("asked again at once");
        assert!(names.addresses("gate.example", || later, at_once).is_ok());
        let too_late = start + STALE;
        assert!(names.addresses("gate.example", || too_late, failure).is_err());
    }

    #[test]
    fn an_unknown_name_is_not_remembered() {
        let names = Names::new();
        let missing = names.addresses("gate.example", Instant::now, failure).unwrap_err();
        assert_eq!(missing.to_string(), "gate.example: no resolver");
        let empty = names.addresses("gate.example", Instant::now, |_| Ok(vec![])).unwrap_err();
        assert_eq!(empty.cause, "the name has no address");
        assert!(names.addresses("gate.example", Instant::now, answer).is_ok());
    }

    #[test]
    fn the_cache_is_bounded_and_the_oldest_goes_first() {
        let (names, start) = (Names::new(), Instant::now());
        for index in 0..=MOST_NAMES as u64 {
            let now = || start + Duration::from_millis(index);
            names.addresses(&format!("gate{index}.example"), now, answer).unwrap();
        }
        assert_eq!(names.lock().len(), MOST_NAMES);
        assert!(!names.lock().contains_key("gate0.example"));
    }

    #[test]
    fn literal_addresses_are_never_looked_up() {
        let (names, config) = (Names::new(), Config::default());
        for (uri, expected) in [
            ("https://127.0.0.1/a", "127.0.0.1:443"),
            ("http://[::1]/a", "[::1]:80"),
            ("https://[::1]:8443/a", "[::1]:8443"),
            ("socks5://192.0.2.1", "192.0.2.1:1080"),
        ] {
            let uri = uri.parse().unwrap();
            let found = names.resolve(&uri, &config, NextTimeout::default()).unwrap();
            assert_eq!(found.iter().map(ToString::to_string).collect::<Vec<_>>(), [expected]);
        }
        assert!(names.lock().is_empty());
    }
}
