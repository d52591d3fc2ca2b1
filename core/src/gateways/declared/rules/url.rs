//! Where a request goes, and where a buyer may be sent: https, and a host that the file or the shop's
//! settings name, never a message.

use crate::gateways::declared::template::Template;

/// Ends of names under which anybody may have one: as a redirect host each would allow a stranger's.
const SUFFIXES: &[&str] = &[
    "co.uk",
    "org.uk",
    "com.ua",
    "com.tr",
    "com.br",
    "com.au",
    "co.in",
    "co.jp",
    "com.kz",
    "com.by",
    "msk.ru",
    "spb.ru",
    "com.ru",
    "org.ru",
    "net.ru",
    "pp.ru",
    "github.io",
    "pages.dev",
    "workers.dev",
    "herokuapp.com",
    "web.app",
    "vercel.app",
    "netlify.app",
];

/// Where in a URL a value stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Before the path.
    Host,
    /// Between the host and `?`.
    Path,
    /// Behind `?`.
    Query,
}

/// The values of a URL with their places.
pub fn values(url: &Template) -> Vec<(Part, &str)> {
    let mut before = String::new();
    let mut values = Vec::new();
    for (text, is_value) in url.pieces() {
        if is_value {
            values.push((part(&before), text));
            before.push('v');
        } else {
            before.push_str(text);
        }
    }
    values
}

fn part(before: &str) -> Part {
    let behind = before.split_once("://").map_or("", |(_, behind)| behind);
    match (behind.contains(['?', '#']), behind.contains('/')) {
        (true, _) => Part::Query,
        (_, true) => Part::Path,
        _ => Part::Host,
    }
}

/// What is wrong with the URL of a request.
pub fn check(url: &Template) -> Result<(), String> {
    let shown = shown(url);
    let Some(rest) = shown.strip_prefix("https://") else {
        return Err("expected https://: nothing else is safe for money".into());
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        return Err("expected no user in it: use basic = { user = ..., password = ... }".into());
    }
    if rest.contains('#') {
        return Err("expected no #: what stands behind it is never sent".into());
    }
    for (part, name) in values(url) {
        if part == Part::Host && !name.starts_with("config.") {
            return Err(format!("{{{name}}} in the host: only config.* may name where money goes"));
        }
    }
    is_host(authority)
}

/// What is wrong with a redirect host.
pub fn host(host: &Template) -> Result<(), String> {
    let shown = shown(host);
    if shown.contains(['/', ':', '@', '?', '#', '*']) {
        return Err(
            "expected a host name alone, such as pay.example.com: what is below it is allowed too"
                .into(),
        );
    }
    // A setting alone is the shop's to fill: it is looked at when the settings are.
    if host.only().is_some() { Ok(()) } else { is_host(&shown) }
}

/// The text with `v` for each value.
fn shown(template: &Template) -> String {
    let piece = |(text, is_value)| if is_value { "v" } else { text };
    template.pieces().map(piece).collect()
}

/// A host name with a point in it that is not a suffix for everybody.
pub fn is_host(name: &str) -> Result<(), String> {
    let label = |label: &str| {
        let inner = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        inner && !label.is_empty() && !label.starts_with('-') && !label.ends_with('-')
    };
    if name != "v" && (!name.split('.').all(label) || !name.is_ascii()) {
        return Err(format!("{name:?} is no host name: expected one such as pay.example.com"));
    }
    let lower = name.to_ascii_lowercase();
    let number =
        lower.rsplit('.').next().is_some_and(|end| end.bytes().all(|b| b.is_ascii_digit()));
    if name != "v" && (!name.contains('.') || number || SUFFIXES.contains(&lower.as_str())) {
        return Err(format!(
            "{name:?} is no host of one owner: expected one such as pay.example.com"
        ));
    }
    Ok(())
}
