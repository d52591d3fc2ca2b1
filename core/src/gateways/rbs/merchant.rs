//! What every step of an operation needs to know: the settings, and how a request is made of them.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use super::dialect::Dialect;
use super::request_signature;
use super::se_token::CardKey;
use super::settings::{Auth, Settings};
use super::{Step, not_in_dialect};
use crate::error::Error;
use crate::fields::{self, Fields};
use crate::http::HttpRequest;
use crate::native::Native;

/// The merchant, as one client knows it.
pub struct Merchant {
    pub settings: Settings,
    pub test_mode: Option<bool>,
    /// How long a write may be on its way.
    pub write_limit: Duration,
    /// The gateway's key for card data, once it was asked for.
    pub card_key: CardKey,
}

impl Merchant {
    pub fn dialect(&self) -> &'static Dialect {
        self.settings.dialect
    }

    /// The token may register and read a status by id.
    pub fn may(&self, operation: &str) -> bool {
        let by_token = matches!(
            operation,
            "create_payment"
                | "payment_status"
                | "parse_notification"
                | "wait"
                | "confirm"
                | "check_settings"
        );
        let allowed = by_token || matches!(self.settings.auth, Auth::Password { .. });
        allowed && self.dialect().serves(operation)
    }

    pub fn may_native(&self, native: &Native) -> bool {
        native.token || matches!(self.settings.auth, Auth::Password { .. })
    }

    pub fn if_allowed(
        self: Arc<Self>,
        operation: &str,
        start: impl FnOnce(Arc<Self>) -> Result<Step, Error>,
    ) -> Result<Step, Error> {
        if self.may(operation) {
            return start(self);
        }
        match self.dialect().serves(operation) {
            true => Err(not_by_token()),
            false => Err(not_in_dialect()),
        }
    }

    /// A request of that method, checked by its table.
    pub fn request(&self, native: &'static Native, given: &Fields) -> Result<HttpRequest, Error> {
        let wants_login = native.fields.iter().any(|field| field.name == "password");
        if wants_login && !self.may_native(native) {
            return Err(not_by_token());
        }
        let given = self.for_merchant(native, given);
        let settings = &self.settings;
        let checked =
            native.check(&given, settings.cards_allowed, &|name| settings.parameter(name));
        if let Cow::Owned(mut given) = given {
            fields::wipe(&mut given);
        }
        let mut checked = checked?;
        let mut path = native.path;
        let spellings = &settings.assumptions.spellings;
        if !spellings.is_empty() {
            path = spellings.get(native.name).map_or(path, String::as_str);
            checked.respell(|name| spellings.get(&format!("{}.{name}", native.name)).cloned());
        }
        let mut request = native.request(&settings.base_url, &settings.origin, path, checked)?;
        if let Some(key) = settings.signing_key.as_ref().filter(|_| request.method == "POST") {
            let signed = request_signature::headers(key, &request.body)?;
            request.headers.extend(signed.map(|(name, value)| (name.into(), value)));
        }
        Ok(request)
    }

    /// Refuses a method that pays to the API user's own shop, where another merchant was meant.
    pub fn check_acts(&self, native: &Native) -> Result<(), Error> {
        if self.is_own() || native.fields.iter().any(|field| field.name == "merchantLogin") {
            return Ok(());
        }
        let says = "this cannot be done on behalf of another merchant: use a client without";
        Err(Error::invalid("merchant_login", says))
    }

    /// Whether the merchant of the settings is the API user's own.
    fn is_own(&self) -> bool {
        match (&self.settings.merchant_login, &self.settings.auth) {
            (None, _) => true,
            (Some(login), Auth::Password { user_name, .. }) => {
                let suffix = &self.settings.assumptions.api_login_suffix;
                user_name
                    .strip_prefix(login.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest == suffix)
            }
            (Some(_), Auth::Token(_)) => false,
        }
    }

    /// The status request for an order's number.
    pub fn status_by_number(&self, number: &str) -> Result<HttpRequest, Error> {
        let given = Fields::from_iter([("orderNumber".to_owned(), number.into())]);
        self.request(self.dialect().status, &given)
    }

    /// The status request for an order's id.
    pub fn status_of(&self, id: &str) -> Result<HttpRequest, Error> {
        let given = Fields::from_iter([("orderId".to_owned(), id.into())]);
        self.request(self.dialect().status, &given)
    }

    /// Adds the merchant on whose behalf we act, where the method knows such a thing.
    fn for_merchant<'a>(&self, native: &Native, given: &'a Fields) -> Cow<'a, Fields> {
        let Some(login) = &self.settings.merchant_login else { return Cow::Borrowed(given) };
        let takes = |name: &&str| {
            native.fields.iter().any(|field| field.name == *name) && !given.contains_key(*name)
        };
        let Some(name) = ["merchantLogin", "merchant"].into_iter().find(takes) else {
            return Cow::Borrowed(given);
        };
        let mut given = given.clone();
        given.insert(name.into(), login.as_str().into());
        Cow::Owned(given)
    }

    /// A payment as the message that crosses the boundary.
    pub fn reply(&self, payment: crate::payment::Payment, hold: bool) -> Fields {
        payment.into_fields(&self.settings.shop, hold)
    }
}

/// What the token is answered where it may not act.
fn not_by_token() -> Error {
    let says = "the public token may not do this; use user_name and password";
    Error::refused("not_supported", says)
}
