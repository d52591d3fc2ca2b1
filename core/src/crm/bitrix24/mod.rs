//! Bitrix24: a payment tied to a deal through a smart process, and the deal moved on when the money
//! arrives. Its methods are tables ([`tables`]); what one exchange is stands in [`method`], what waits
//! and repeats in [`session`], and each flow has a folder or a file of its own.
//! Facts, marks and sources: docs/gateways/bitrix24.md.

mod brackets;
mod deal;
mod limit;
mod method;
mod native;
mod place;
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
use crate::fields::Fields;
use crate::http::Effect;
use crate::native::Native;
use crate::operation::{self, Common};
use crate::settings::Common as CommonSettings;

/// The name in the settings and in every error.
const NAME: &str = "bitrix24";

/// The operations of our own.
const OPERATIONS: &[Common] = &[
    Common { name: "link_payment", effect: Effect::Write, repeat: "always" },
    Common { name: "settle_deal", effect: Effect::Write, repeat: "always" },
];

/// A portal with its settings.
pub struct Bitrix24 {
    settings: Settings,
    bucket: Bucket,
    moved: Moved,
    kinds: Kinds,
}

impl Bitrix24 {
    /// Checks the settings. Nothing is sent.
    pub(crate) fn open(common: &CommonSettings, own: &Fields) -> Result<Bitrix24, Error> {
        let settings = Settings::read(common, own)?;
        let bucket = Bucket::new(settings.request_limit);
        Ok(Bitrix24 { settings, bucket, moved: Moved::default(), kinds: Kinds::default() })
    }

    /// Its name in the settings.
    pub fn name(&self) -> &str {
        NAME
    }

    /// The operations that it serves beside the portal's own methods.
    pub fn operations(&self) -> Vec<&'static Common> {
        OPERATIONS.iter().collect()
    }

    /// The portal's own methods.
    pub fn natives(&self) -> Vec<&'static Native> {
        tables::methods().collect()
    }

    /// The facts that its documents leave open, each `{name, value, default, mark, source}`.
    pub fn assumptions(&self) -> Value {
        Value::Array(Vec::new())
    }

    /// Carries out an operation.
    pub(crate) fn perform(
        self: &Arc<Self>,
        call: &Call<'_>,
        operation: &str,
        fields: &Fields,
    ) -> Result<Fields, Error> {
        let session = Session::new(call, self);
        match operation {
            "link_payment" => deal::link_payment(&session, fields),
            "settle_deal" => deal::settle_deal(&session, fields),
            _ => match operation.split_once('.') {
                Some((NAME, method)) => native::perform(&session, method, fields),
                _ => Err(operation::unknown(operation)),
            },
        }
    }
}
