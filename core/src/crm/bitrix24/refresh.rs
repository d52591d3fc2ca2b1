//! `bitrix24.refresh_token`: the next pair of tokens, for the caller to store before anything else is
//! done with it; then it makes a new client. Nothing is refreshed behind its back: two that refresh at
//! once would leave one of them with a dead pair.

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::{Map, Value};
use zeroize::Zeroize;

use super::reply::{number, unusable};
use super::settings::{Oauth, token_server};
use super::{Bitrix24, place, refusals};
use crate::clock::{self, Time};
use crate::error::{Error, Kind};
use crate::fields::{self, Fields};
use crate::form;
use crate::gateways::Step;
use crate::http::{Effect, HttpRequest, HttpResponse, Patience};
use crate::native::{Mark, Native, Wire, told};

/// Its row in the reference.
pub const ROW: Native = Native {
    name: "refresh_token",
    path: "/oauth/token/",
    wire: Wire::Form,
    effect: Effect::Write,
    patience: Patience::Long,
    repeat: "never: the old refresh token dies with the answer",
    token: false,
    serves: "",
    dialect: "",
    pci: "",
    mark: Mark::Confirmed,
    source: "DOC auto-renewal",
    fields: &[],
    reply: &[
        told("access_token", "goes with every call from now on").always(),
        told("refresh_token", "buys the pair after this one: store both at once").always(),
        told("expires_at", "when the access token ends, RFC 3339; null where it is not told"),
        told(
            "client_endpoint",
            "where methods stand; null where it is not told, or its host is not on portal_hosts",
        ),
        told("server_endpoint", "where tokens are given out; null like client_endpoint"),
        told("endpoint_allowed", "false where one of the two was left out for its host").always(),
        told("member_id", "the portal's id, whatever it is called"),
        told("scope", "what the application may do, words joined by commas"),
        told("user_id", "for whom it acts"),
    ],
    doc: "The next pair of tokens, in exchange for the old one. Store it, and make a new client",
};

/// The exchange with the token server.
pub fn start(portal: &Arc<Bitrix24>, given: &Fields, now: Time) -> Result<Step, Error> {
    if let Some(name) = given.keys().next() {
        return Err(Error::invalid(name, "no such field; expected none"));
    }
    let Some(oauth) = &portal.settings.oauth else {
        let says = "a webhook has no tokens to be refreshed: this is for clients with oauth";
        return Err(Error::refused("not_supported", says));
    };
    let request = request(oauth, portal.settings.assumptions.refresh_by_get);
    let portal = Arc::clone(portal);
    let next = move |mut response: HttpResponse| {
        let reply = portal.read(&response, |response| read(&portal, response, now));
        response.body.zeroize();
        reply.map(Step::Done)
    };
    Ok(Step::Send(request, Box::new(next)))
}

fn request(oauth: &Oauth, by_get: bool) -> HttpRequest {
    let parameters = [
        ("grant_type", "refresh_token"),
        ("client_id", oauth.client_id.as_str()),
        ("client_secret", oauth.client_secret.expose()),
        ("refresh_token", oauth.refresh_token.expose()),
    ];
    let field_names = parameters.map(|(name, _)| Cow::from(name)).into();
    let mut form = form::encode(&parameters.map(|(name, value)| (name, value.into())));
    let mut request = HttpRequest {
        method: "POST",
        url: oauth.token_url.clone(),
        shown: Some(oauth.token_url.clone()),
        headers: Vec::new(),
        body: Vec::new(),
        effect: Effect::Write,
        patience: Patience::Long,
        field_names,
    };
    if by_get {
        request.method = "GET";
        request.url = String::with_capacity(oauth.token_url.len() + 1 + form.len());
        request.url.push_str(&oauth.token_url);
        request.url.push('?');
        // It is ASCII: whatever is not was percent-encoded.
        request.url.extend(form.iter().copied().map(char::from));
        form.zeroize();
    } else {
        let content_type = "application/x-www-form-urlencoded".to_owned();
        request.headers.push(("content-type".into(), content_type));
        request.body = form;
    }
    request
}

fn read(portal: &Bitrix24, response: &HttpResponse, now: Time) -> Result<Fields, Error> {
    let effect = Effect::Write;
    let mut told = fields::parse(&response.body).map_err(|_| unusable(response, effect))?;
    let reply = match told.contains_key("error") {
        true => Err(refused(response, &told, now)),
        false => pair(portal, response, &told, now),
    };
    fields::wipe(&mut told);
    reply
}

/// Its errors come with HTTP 200, too.
fn refused(response: &HttpResponse, told: &Fields, now: Time) -> Error {
    let mut error = refusals::of(response, told, Effect::Write, now);
    if error.kind == Kind::Refused && matches!(error.reason, "token_expired" | "code_unknown") {
        // A refresh would be no help against this.
        (error.reason, error.advice) = ("authentication_failed", "fix_settings");
        error.message = "the token server says: wrong application, or a refresh token that is \
                         over or used: the portal's user must open the application again"
            .to_owned();
    }
    error
}

fn pair(
    portal: &Bitrix24,
    response: &HttpResponse,
    told: &Fields,
    now: Time,
) -> Result<Fields, Error> {
    let text = |name: &str| told.get(name).and_then(fields::text);
    let settings = &portal.settings;
    let (Some(access), Some(refresh), true) =
        (text("access_token"), text("refresh_token"), (200..300).contains(&response.status))
    else {
        return Err(unusable(response, Effect::Write));
    };
    let ends = told.get("expires").and_then(number).map(i128::from);
    let lives = told.get("expires_in").and_then(number).map(i128::from);
    let now = now.unix_timestamp_nanos() / 1_000_000_000;
    let ends = ends.or(lives.map(|seconds| now + seconds));
    let ends = ends.and_then(|seconds| clock::from_unix_ms(seconds * 1000)).map(clock::print);
    // An error has no place for the pair, and the old one is dead: so a foreign host is left out.
    let safe = |url: &String| crate::https::check_url(url, settings.allow_plain_http).is_ok();
    let client = text("client_endpoint");
    let server = text("server_endpoint");
    let client_kept =
        client.clone().filter(|url| safe(url) && place::allowed(url, &settings.portal_hosts));
    let server_kept =
        server.clone().filter(|url| safe(url) && token_server(url, &settings.portal_hosts));
    let endpoint_allowed = client == client_kept && server == server_kept;
    let or_null = |text: Option<String>| text.map_or(Value::Null, Value::String);
    Ok(Map::from_iter([
        ("access_token".to_owned(), Value::String(access)),
        ("refresh_token".to_owned(), Value::String(refresh)),
        ("expires_at".to_owned(), or_null(ends)),
        ("client_endpoint".to_owned(), or_null(client_kept)),
        ("server_endpoint".to_owned(), or_null(server_kept)),
        ("endpoint_allowed".to_owned(), endpoint_allowed.into()),
        ("member_id".to_owned(), or_null(text("member_id"))),
        ("scope".to_owned(), or_null(text("scope"))),
        ("user_id".to_owned(), told.get("user_id").and_then(number).into()),
    ]))
}
