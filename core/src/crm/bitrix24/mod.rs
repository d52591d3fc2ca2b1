//! Bitrix24: a payment tied to a deal through a smart process, and the deal moved on when the money
//! arrives. Its methods are tables ([`tables`]); what one exchange is stands in [`method`], what waits
//! and repeats in [`session`], and each flow has a folder or a file of its own.
//! Facts, marks and sources: docs/gateways/bitrix24.md.

mod assumptions;
mod batch;
mod brackets;
mod call;
mod check_settings;
mod checkout;
mod deal;
#[cfg(test)]
mod documented;
mod event;
mod limit;
mod list;
mod method;
mod native;
mod place;
mod received;
mod refresh;
mod refusals;
mod reply;
mod session;
mod settings;
mod tables;

use std::sync::Arc;

use serde_json::Value;

use self::deal::Kinds;
use self::limit::Bucket;
use self::place::Moved;
use self::session::Session;
use self::settings::Settings;
use crate::client::Call;
use crate::error::Error;
use crate::fields::{self, Fields};
use crate::http::{Effect, HttpResponse};
use crate::native::Native;
use crate::operation::{self, Common};
use crate::settings::Common as CommonSettings;

/// The name in the settings and in every error.
const NAME: &str = "bitrix24";

/// The operations of our own.
const OPERATIONS: &[Common] = &[
    Common { name: "link_payment", effect: Effect::Write, repeat: "always" },
    Common { name: "settle_deal", effect: Effect::Write, repeat: "always" },
    Common { name: "read_checkout", effect: Effect::Read, repeat: "always" },
    Common { name: "answer_checkout", effect: Effect::Read, repeat: "always" },
    Common { name: "settle_checkout", effect: Effect::Write, repeat: "always" },
    Common { name: "parse_event", effect: Effect::Read, repeat: "always" },
    Common { name: "check_settings", effect: Effect::Read, repeat: "always" },
];

/// A portal with its settings.
pub struct Bitrix24 {
    settings: Settings,
    bucket: Arc<Bucket>,
    /// Whether its clock goes on between two calls.
    paced: bool,
    moved: Moved,
    kinds: Kinds,
}

impl Bitrix24 {
    /// Checks the settings. Nothing is sent.
    pub(crate) fn open(common: &CommonSettings, own: &Fields) -> Result<Bitrix24, Error> {
        let settings = Settings::read(common, own)?;
        let bucket = Arc::new(Bucket::new(settings.request_limit));
        let paced = common.fixed_time()?.is_none();
        Ok(Bitrix24 { settings, bucket, paced, moved: Moved::default(), kinds: Kinds::default() })
    }

    /// Its name in the settings.
    pub fn name(&self) -> &str {
        NAME
    }

    /// The operations that it serves beside the portal's own methods.
    pub fn operations(&self) -> Vec<&'static Common> {
        OPERATIONS.iter().collect()
    }

    /// The names of an operation's fields, in the order in which they are documented.
    pub fn fields(&self, operation: &str) -> &'static [&'static str] {
        match operation {
            "link_payment" => fields::names::<deal::LinkPayment>(),
            "settle_deal" => fields::names::<deal::SettleDeal>(),
            "read_checkout" => fields::names::<checkout::ReadCheckout>(),
            "answer_checkout" => fields::names::<checkout::AnswerCheckout>(),
            "settle_checkout" => fields::names::<checkout::SettleCheckout>(),
            "parse_event" => fields::names::<received::Posted>(),
            _ => &[],
        }
    }

    /// The portal's own methods.
    pub fn natives(&self) -> Vec<&'static Native> {
        tables::methods().chain([&refresh::ROW]).collect()
    }

    /// The facts that its documents leave open, each `{name, value, default, mark, source}`.
    pub fn assumptions(&self) -> Value {
        assumptions::describe(&self.settings.assumptions)
    }

    /// Carries out an operation.
    pub(crate) fn perform(
        self: &Arc<Self>,
        call: &Call<'_>,
        operation: &str,
        fields: &Fields,
    ) -> Result<Fields, Error> {
        let session = Session::new(call, self);
        self.served(&session, operation, fields).map_err(|error| self.without_secrets(error))
    }

    /// Reads an answer. A failure is read once more without our secrets: others may quote the request,
    /// and an excerpt may cut a secret in two.
    fn read<T>(
        &self,
        response: &HttpResponse,
        read: impl Fn(&HttpResponse) -> Result<T, Error>,
    ) -> Result<T, Error> {
        read(response).map_err(|error| {
            let hidden = |text: &str| self.settings.hide(text);
            let headers = response.headers.iter();
            let masked = HttpResponse {
                status: response.status,
                headers: headers.map(|(name, value)| (name.clone(), hidden(value))).collect(),
                body: hidden(&String::from_utf8_lossy(&response.body)).into_bytes(),
            };
            read(&masked).err().unwrap_or(error)
        })
    }

    /// What others say may quote the URL, whose path is the webhook's secret.
    fn without_secrets(&self, mut error: Error) -> Error {
        error.message = self.settings.hide(&error.message);
        error.code = error.code.take().map(|told| self.settings.hide(&told));
        error.text = error.text.take().map(|told| self.settings.hide(&told));
        error.body = error.body.take().map(|told| self.settings.hide(&told));
        error
    }

    fn served(
        self: &Arc<Self>,
        session: &Session<'_>,
        operation: &str,
        fields: &Fields,
    ) -> Result<Fields, Error> {
        match operation {
            "link_payment" => deal::link_payment(session, fields),
            "settle_deal" => deal::settle_deal(session, fields),
            "read_checkout" => checkout::read_checkout(session, fields),
            "answer_checkout" => checkout::answer_checkout(self, fields),
            "settle_checkout" => checkout::settle_checkout(session, fields),
            "parse_event" => event::parse_event(self, fields),
            "check_settings" => check_settings::run(session, fields),
            "bitrix24.refresh_token" => {
                let call = session.call();
                call.carry(refresh::start(self, fields, call.clock.now())?)
            }
            _ => match operation.split_once('.') {
                Some((NAME, method)) => native::perform(session, method, fields),
                _ => Err(operation::unknown(operation)),
            },
        }
    }
}
