//! RBS / BPC eCommerce API V1, dialect D1: form in, JSON out. Facts, marks and sources:
//! docs/gateways/rbs.md.

mod callback;
mod cancel;
mod capture;
mod create_payment;
mod orders;
mod payment_status;
mod raw;
mod receipt;
mod refund;
mod refusals;
mod reply;
mod settings;
mod settle;
mod write;

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use self::reply::Reply;
use self::settings::{Auth, Settings};
use super::{Context, Gateway, Step};
use crate::error::Error;
use crate::expect::Expected;
use crate::fields::Fields;
use crate::http::{Effect, HttpRequest, Patience};
use crate::money::{Amount, Currency};
use crate::native::{Native, Need};
use crate::notification::{Answer, Notification, Received};
use crate::operation::{COMMON, Common, Request};
use crate::settings::Common as CommonSettings;
use crate::{expect, form};

/// The gateway with its settings.
pub struct Rbs {
    shared: Arc<Merchant>,
}

/// What every step of an operation needs to know.
struct Merchant {
    settings: Settings,
    test_mode: Option<bool>,
    /// How long a write may be on its way.
    write_limit: Duration,
}

impl Rbs {
    /// Checks the settings.
    pub(crate) fn open(common: &CommonSettings, own: &Fields) -> Result<Rbs, Error> {
        let settings = Settings::read(common, own)?;
        let write_limit = common.write_limit();
        Ok(Rbs {
            shared: Arc::new(Merchant { settings, test_mode: common.test_mode, write_limit }),
        })
    }
}

impl Gateway for Rbs {
    fn name(&self) -> &'static str {
        NAME
    }

    fn operations(&self) -> Vec<&'static Common> {
        COMMON.iter().filter(|common| self.shared.may(common.name)).collect()
    }

    fn natives(&self) -> Vec<&'static Native> {
        orders::NATIVES.iter().copied().filter(|native| self.shared.may_native(native)).collect()
    }

    fn assumptions(&self) -> Value {
        let given = &self.shared.settings.assumptions;
        json!([
            {
                "name": "deposited_is_net",
                "value": given.deposited_is_net,
                "default": true,
                "mark": "confirmed at BPC, contradicted elsewhere",
                "source": "docs/gateways/rbs.md, Amounts",
            },
            {
                "name": "page_hosts",
                "value": given.page_hosts,
                "default": [],
                "mark": "inferred",
                "source": "docs/gateways/rbs.md, Payment page",
            },
            {
                "name": "page_template",
                "value": given.page_template,
                "default": null,
                "mark": "inferred",
                "source": "docs/gateways/rbs.md, Payment page",
            },
        ])
    }

    fn start(&self, request: Request, context: &Context) -> Result<Step, Error> {
        let merchant = Arc::clone(&self.shared);
        match request {
            Request::CreatePayment(request) => create_payment::start(merchant, &request, context),
            Request::PaymentStatus(request) => payment_status::start(merchant, request),
            Request::Capture(request) => {
                merchant.if_allowed("capture", |m| capture::start(m, request))
            }
            Request::Cancel(request) => {
                merchant.if_allowed("cancel", |m| cancel::start(m, request))
            }
            Request::Refund(request) => {
                merchant.if_allowed("refund", |m| refund::start(m, request))
            }
            Request::Settle(request) => {
                merchant.if_allowed("settle", |m| settle::start(m, *request, context))
            }
            Request::Native(name, fields) => native(merchant, &name, &fields),
            Request::ParseNotification(_)
            | Request::Wait(_)
            | Request::Confirm(_)
            | Request::CheckSettings => Err(Error::internal(false, "a flow reached the gateway")),
        }
    }

    fn notification(&self, received: &Received, expect: &Expected) -> Result<Notification, Error> {
        callback::read(&self.shared, received, expect)
    }

    fn answer(&self) -> Answer {
        callback::ANSWER
    }
}

/// The name in the settings and in every reply.
const NAME: &str = "rbs";

impl Merchant {
    /// The token may register and read a status by id.
    fn may(&self, operation: &str) -> bool {
        match self.settings.auth {
            Auth::Password { .. } => true,
            Auth::Token(_) => !matches!(operation, "capture" | "cancel" | "refund" | "settle"),
        }
    }

    fn may_native(&self, native: &Native) -> bool {
        native.token || matches!(self.settings.auth, Auth::Password { .. })
    }

    fn if_allowed(
        self: Arc<Self>,
        operation: &str,
        start: impl FnOnce(Arc<Self>) -> Result<Step, Error>,
    ) -> Result<Step, Error> {
        if self.may(operation) {
            return start(self);
        }
        Err(Error::refused(
            "not_supported",
            "the public token may not do this; use user_name and password",
        ))
    }

    /// A request of that method, checked by its table.
    fn request(
        &self,
        native: &'static Native,
        given: &Fields,
        patience: Patience,
    ) -> Result<HttpRequest, Error> {
        let given = self.for_merchant(native, given);
        let parameters = native.check(&given, &|name| self.settings.parameter(name))?;
        Ok(HttpRequest {
            method: "POST",
            url: format!("{}/{}", self.settings.base_url, native.path),
            headers: vec![("content-type", "application/x-www-form-urlencoded".to_owned())],
            body: form::encode(&parameters),
            effect: native.effect,
            patience,
            field_names: parameters.into_iter().map(|(name, _)| name).collect(),
        })
    }

    /// The status request for an order's id.
    fn status_of(&self, id: &str) -> Result<HttpRequest, Error> {
        let given = Fields::from_iter([("orderId".to_owned(), id.into())]);
        self.request(&orders::STATUS, &given, Patience::Usual)
    }

    /// Adds the merchant on whose behalf we act, where the method knows such a thing.
    fn for_merchant<'a>(&self, native: &Native, given: &'a Fields) -> Cow<'a, Fields> {
        let Some(login) = &self.settings.merchant_login else { return Cow::Borrowed(given) };
        let takes = native.fields.iter().any(|field| field.name == "merchantLogin");
        if !takes || given.contains_key("merchantLogin") {
            return Cow::Borrowed(given);
        }
        let mut given = given.clone();
        given.insert("merchantLogin".into(), login.as_str().into());
        Cow::Owned(given)
    }
}

/// A native operation: the gateway's own reply in `raw`.
fn native(merchant: Arc<Merchant>, name: &str, fields: &Fields) -> Result<Step, Error> {
    let Some(native) = orders::NATIVES.iter().copied().find(|native| native.name == name) else {
        return Err(crate::operation::unknown(&format!("{NAME}.{name}")));
    };
    if !merchant.may_native(native) {
        return Err(Error::refused("not_supported", "the public token may not do this"));
    }
    let patience = match native.token {
        true => Patience::Usual,
        false => Patience::Long,
    };
    let request = merchant.request(native, fields, patience)?;
    let next = move |response| {
        let reply = Reply::read(&response, native.effect)?;
        refusals::check(native, &reply)?;
        if native.token && native.effect == Effect::Write {
            create_payment::complete(&reply)?;
        }
        let mut fields = Fields::new();
        fields.extend(reply.order_id().map(|id| ("id".to_owned(), id.into())));
        fields.extend(reply.text("orderNumber").map(|n| ("order_number".to_owned(), n.into())));
        fields.insert("raw".into(), reply.raw());
        Ok(Step::Done(fields))
    };
    Ok(Step::Send(request, Box::new(next)))
}

/// Puts the caller's `extra` among the gateway's parameters: those that a table knows are checked
/// by it, the others leave as they are; those that we fill ourselves are refused.
fn add_extra(native: &Native, given: &mut Fields, extra: Fields) -> Result<(), Error> {
    let mut unknown = Fields::new();
    for (name, value) in extra.into_iter().filter(|(_, value)| !value.is_null()) {
        let wrong = |says: &str| Error::invalid(format!("extra.{name}"), says);
        match native.fields.iter().find(|field| field.name == name) {
            _ if given.contains_key(&name) => return Err(wrong("filled from the common fields")),
            Some(field) if field.need == Need::Settings => {
                return Err(wrong("filled from the settings"));
            }
            Some(field) => {
                field.accepts(&value).map_err(|error| {
                    wrong(
                        error.message.strip_prefix(&format!("{name}: ")).unwrap_or(&error.message),
                    )
                })?;
                given.insert(name, value);
            }
            None => {
                unknown.insert(name, value);
            }
        }
    }
    if !unknown.is_empty() {
        given.insert("extra".into(), Value::Object(unknown));
    }
    Ok(())
}

/// Reads the amount of a common request; zero, which the gateway takes for "all", is refused.
fn positive(amount: &str, currency: &str) -> Result<Amount, Error> {
    let currency = expect::currency("currency", currency)?;
    let amount = Amount::parse(amount, currency).map_err(|says| Error::invalid("amount", says))?;
    if amount.minor == 0 {
        return Err(Error::invalid("amount", "expected more than zero"));
    }
    Ok(amount)
}

/// Says an error of a table in the words of the common request.
fn in_common_words(error: Error, names: &[(&str, &str)]) -> Error {
    let Some(native) = error.field.clone() else {
        return error;
    };
    let Some((_, common)) = names.iter().find(|(name, _)| *name == native) else {
        return error;
    };
    let says =
        error.message.strip_prefix(&format!("{native}: ")).unwrap_or(&error.message).to_owned();
    Error::invalid(*common, says)
}

/// An amount of the gateway's, where both parts are known.
fn amount(minor: Option<u64>, currency: Option<Currency>) -> Option<Amount> {
    Some(Amount { minor: minor?, currency: currency? })
}

impl Merchant {
    /// A payment as the message that crosses the boundary.
    fn reply(&self, payment: crate::payment::Payment, hold: bool) -> Fields {
        payment.into_fields(&self.settings.shop, hold)
    }
}
