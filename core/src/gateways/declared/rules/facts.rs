//! What a descriptor says of itself: its id, its date, its settings.

use super::{Findings, is_simple, url};
use crate::gateways::declared::schema::Descriptor;

pub fn check(descriptor: &Descriptor, found: &mut Findings) {
    let small = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let id = descriptor.id.as_bytes();
    let inner = id.iter().all(|&byte| small(byte) || byte == b'-' || byte == b'_');
    if !inner || !id.first().is_some_and(|&byte| small(byte)) || id.len() > 60 {
        found.problem("id", "expected small letters, digits, - and _, such as my-gateway");
    }
    if descriptor.title.trim().is_empty() {
        found.problem("title", "expected the gateway's name for people");
    }
    if !is_date(&descriptor.date) {
        found.problem(
            "date",
            "expected a day such as 2026-11-22: when it was compared with its sources",
        );
    }
    if descriptor.sources.is_empty() {
        found.problem(
            "sources",
            "expected where the facts come from: the manual's address at least",
        );
    }
    for (table, names) in
        [("config", descriptor.config.names()), ("secrets", descriptor.secrets.names())]
    {
        for name in names.into_iter().filter(|name| !is_simple(name)) {
            found.problem(
                format!("{table}.{name}"),
                "expected a name of letters, digits, _ and -: it stands in templates",
            );
        }
    }
    for (name, config) in descriptor.config.iter() {
        let default = config.default.as_ref();
        let listed =
            default.is_none_or(|value| config.one_of.is_empty() || config.one_of.contains(value));
        let fits = default.is_none_or(|value| {
            config.pattern.as_ref().is_none_or(|pattern| pattern.matches(value))
        });
        if !listed || !fits {
            let says = "is none of the values that the setting may have: correct one of the two";
            found.problem(format!("config.{name}.default"), says);
        }
    }
    if descriptor.order.number.is_some() && descriptor.order.number_says.is_none() {
        found
            .warning("order.number", "says nothing to people: add number_says, \"1 to 32 digits\"");
    }
    for (at, host) in descriptor.redirect_hosts.iter().enumerate() {
        if let Err(says) = url::host(host) {
            found.problem(format!("redirect_hosts.{at}"), says);
        }
    }
}

fn is_date(text: &str) -> bool {
    let number = |from: usize, to: usize| {
        let digits = text.get(from..to).filter(|part| part.bytes().all(|b| b.is_ascii_digit()))?;
        digits.parse::<u32>().ok()
    };
    let dashes = text.len() == 10 && text.get(4..5) == Some("-") && text.get(7..8) == Some("-");
    let month = number(5, 7).is_some_and(|month| (1..=12).contains(&month));
    let day = number(8, 10).is_some_and(|day| (1..=31).contains(&day));
    dashes && number(0, 4).is_some() && month && day
}
