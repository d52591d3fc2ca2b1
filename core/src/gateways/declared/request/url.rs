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

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    fn url(base: Option<&str>, id: Option<&str>) -> Result<String, String> {
        let shop = Shop::sample(base);
        let mut values = Values::of(&shop);
        values.set_given("payment.id", id);
        let request = json!({
            "method": "GET", "url": "https://api.sample.example/p/{payment.id}/x?a={payment.id}",
        });
        let built = build(&shop, &Request::deserialize(request).unwrap(), &values);
        built.map_err(|error| error.field.clone().unwrap())
    }

    #[test]
    fn a_value_stays_one_part() {
        for (id, part) in
            [("sp_1", "sp_1"), ("a/../b?c#d%", "a%2F..%2Fb%3Fc%23d%25"), ("Ж", "%D0%96")]
        {
            let expected = format!("https://api.sample.example/p/{part}/x?a={part}");
            assert_eq!(url(None, Some(id)), Ok(expected));
        }
        for id in [Some(""), Some("."), Some(".."), None] {
            assert_eq!(url(None, id), Err("id".to_owned()), "{id:?}");
        }
        let behind = url(Some("http://127.0.0.1:9/out"), Some("1")).unwrap();
        assert_eq!(behind, "http://127.0.0.1:9/out/api.sample.example/p/1/x?a=1");
    }

    #[test]
    fn a_query_is_added_to_one_that_is_there() {
        let mut plain = "https://a.example/".to_owned();
        add(&mut plain, b"");
        assert_eq!(plain, "https://a.example/");
        add(&mut plain, b"a=1");
        add(&mut plain, b"b=2");
        assert_eq!(plain, "https://a.example/?a=1&b=2");
    }
}
