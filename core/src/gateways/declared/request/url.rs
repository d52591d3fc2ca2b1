//! The URL of a request: values behind the host stay what they are, one part of the path or one value
//! of the query.

use std::cell::Cell;

use crate::error::Error;
use crate::form;
use crate::gateways::declared::schema::Request;
use crate::gateways::declared::shop::Shop;
use crate::gateways::declared::values::Values;
use crate::hosts;

/// The URL, led to what stands before the gateway where the settings say so.
pub fn build(shop: &Shop, request: &Request, values: &Values<'_>) -> Result<String, Error> {
    let odd = Cell::new(false);
    let filled = request.url.fill_with(values, |before, value| {
        let behind_host = before.split_once("://").is_some_and(|(_, rest)| rest.contains('/'));
        // An empty part, `.` and `..` would lead to another place.
        odd.set(odd.get() || (behind_host && matches!(value, "" | "." | "..")));
        if behind_host { form::component(value) } else { value.to_owned() }
    })?;
    let lacking = || request.url.names().find(|name| !values.has(name));
    let Some(url) = filled else {
        let from = lacking().map_or_else(|| "descriptor".to_owned(), |name| values.field_of(name));
        return Err(Error::invalid(from, "required by this gateway"));
    };
    let is_odd = |name: &&str| {
        let value = values.get(name).ok().flatten();
        value.is_some_and(|value| matches!(value.as_str(), "" | "." | ".."))
    };
    let from = request.url.names().find(is_odd).or_else(|| request.url.names().next());
    let from = || from.map_or_else(|| "descriptor".to_owned(), |name| values.field_of(name));
    if odd.get() {
        return Err(Error::invalid(from(), "it cannot stand in a URL"));
    }
    if hosts::https(&url).is_none() {
        return Err(Error::invalid(from(), "expected what makes an https URL"));
    }
    Ok(rewritten(shop, &url))
}

/// A URL of the descriptor as it is called: below `base_url` where that is set.
pub fn rewritten(shop: &Shop, url: &str) -> String {
    match (&shop.base_url, url.strip_prefix("https://")) {
        (Some(base), Some(rest)) => format!("{base}/{rest}"),
        _ => url.to_owned(),
    }
}

/// Adds a query.
pub fn add(url: &mut String, query: &[u8]) {
    if query.is_empty() {
        return;
    }
    url.push(if url.contains('?') { '&' } else { '?' });
    url.push_str(&String::from_utf8_lossy(query));
}
