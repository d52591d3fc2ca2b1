//! The token of the Personal API: fetched with login and password when a call needs it, and kept for a
//! short time (docs/gateways/intellectmoney.md, "Personal API").

use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::merchant::Merchant;
use super::reply::Reply;
use super::tables::{Method, USER_TOKEN};
use super::{Step, refusals};
use crate::clock::Time;
use crate::error::Error;
use crate::fields::Fields;
use crate::gateways::Next;
use crate::http::HttpRequest;
use crate::native::in_common_words;
use crate::secret::Secret;

/// The last token, for a while: it may be lost at any time. A lock that is taken (by another thread,
/// or for ever in a forked child) is passed by, and a token is asked for again.
#[derive(Default)]
pub struct KeptToken(Mutex<Option<(Secret, Time)>>);

impl KeptToken {
    fn get(&self, now: Time) -> Option<Secret> {
        let kept = self.0.try_lock().ok()?;
        kept.as_ref().filter(|(_, until)| now < *until).map(|(token, _)| token.clone())
    }

    fn keep(&self, token: &Secret, now: Time, most: Duration) {
        let until = now.checked_add(most.try_into().unwrap_or_default()).unwrap_or(now);
        if let Ok(mut kept) = self.0.try_lock() {
            *kept = Some((token.clone(), until));
        }
    }

    fn forget(&self) {
        if let Ok(mut kept) = self.0.try_lock() {
            *kept = None;
        }
    }
}

/// getUserToken, signed.
fn request(merchant: &Merchant) -> Result<HttpRequest, Error> {
    let names = [("Login", "login"), ("Password", "personal_password")];
    let request = merchant.request(&USER_TOKEN, &Fields::new());
    request.map_err(|error| in_common_words(error, &names))
}

/// Goes on with a token: the kept one, or a fresh one for the settings' login and password. A refusal
/// of whatever comes next drops it, so that the next call asks anew.
pub fn with_token(
    merchant: Arc<Merchant>,
    now: Time,
    then: impl FnOnce(Arc<Merchant>, Secret) -> Result<Step, Error> + Send + 'static,
) -> Result<Step, Error> {
    if let Some(token) = merchant.user_token.get(now) {
        return watched(&merchant, then(Arc::clone(&merchant), token));
    }
    let request = request(&merchant)?;
    let next = move |response| {
        let reply = Reply::read(&response, USER_TOKEN.native.effect)?;
        refusals::check(&USER_TOKEN, &reply)?;
        let says = "the reply reports success, but holds no UserToken";
        let token = reply.text("UserToken").map(Secret::new);
        let token = token.ok_or_else(|| Error::not_done("reply_incomplete", says))?;
        let most = Duration::from_secs(merchant.settings.assumptions.user_token_kept_s.into());
        merchant.user_token.keep(&token, now, most);
        watched(&merchant, then(Arc::clone(&merchant), token))
    };
    Ok(Step::Send(request, Box::new(next)))
}

/// Reads with a token: `held`, the kept one, or a fresh one. A token that has died since is fetched
/// again, once: nobody knows how long one lives.
pub fn read(
    merchant: Arc<Merchant>,
    now: Time,
    held: Option<Secret>,
    method: &'static Method,
    ask: impl Fn(&Merchant, &Secret) -> Result<HttpRequest, Error> + Send + 'static,
    then: impl FnOnce(Arc<Merchant>, Secret, Reply) -> Result<Step, Error> + Send + 'static,
) -> Result<Step, Error> {
    let Some(token) = held.or_else(|| merchant.user_token.get(now)) else {
        return with_token(merchant, now, move |merchant, token| {
            let http = ask(&merchant, &token)?;
            let next = move |response| {
                let reply = Reply::read(&response, method.native.effect)?;
                refusals::check(method, &reply)?;
                then(merchant, token, reply)
            };
            Ok(Step::Send(http, Box::new(next)))
        });
    };
    let http = ask(&merchant, &token)?;
    let next = move |response| {
        let reply = Reply::read(&response, method.native.effect)?;
        match refusals::check(method, &reply) {
            Ok(()) => then(merchant, token, reply),
            Err(error) if error.reason == "authentication_failed" => {
                merchant.user_token.forget();
                read(merchant, now, None, method, ask, then)
            }
            Err(error) => Err(error),
        }
    };
    Ok(Step::Send(http, Box::new(next)))
}

/// Drops the token where a step ends in a refusal of who called.
fn watched(merchant: &Arc<Merchant>, step: Result<Step, Error>) -> Result<Step, Error> {
    let watching = |next: Next| -> Next {
        let merchant = Arc::clone(merchant);
        Box::new(move |response| watched(&merchant, next(response)))
    };
    match step {
        Ok(Step::Send(request, next)) => Ok(Step::Send(request, watching(next))),
        Ok(Step::Look(request, next, otherwise)) => {
            Ok(Step::Look(request, watching(next), otherwise))
        }
        Ok(done) => Ok(done),
        Err(error) => {
            if error.reason == "authentication_failed" {
                merchant.user_token.forget();
            }
            Err(error)
        }
    }
}
