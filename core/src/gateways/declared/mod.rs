//! A gateway that is described as data: one file instead of code (docs/describe-a-gateway.md). The
//! engine reads a descriptor ([`schema`]), refuses one that is not safe ([`rules`]), and serves the
//! common operations from it. No gateway's name occurs here; the built-in files stand in `descriptors/`.
//!
//! A file comes in: [`load`] finds it (in the set of [`built_in`] ones, by a path, or in the settings)
//! and puts the [`line`] to each error, [`schema`] is its format, [`rules`] refuse it, [`check`] tells
//! its author everything at once, [`shop`] is the file with the settings, [`assumptions`] what of it the
//! shop vouches for, and [`trust`] what of it counts.
//!
//! What it is made of: a [`template`] is filled with [`values`], each written in its [`format`]; a
//! [`message`] is read in its [`charset`], with the brackets of [`php`] opened; a [`condition`] holds for
//! it or not; a [`recipe`] signs it; a [`reading`] tells what it says of the payment, [`raw`] what of it
//! may be shown; a [`pattern`] is a regular expression.
//!
//! What it does: an [`order`] is taken; of all that is then [`known`] a [`request`] is made; a [`call`]
//! sends it after those before it; a [`response`] is what came back. The operations are
//! [`create_payment`], [`payment_status`] (with [`tries`], several under one number, and a notification
//! [`beside`] it), [`cancel`] and [`refund`] (their common part is [`write`]), [`settle`] and
//! [`notification`].

mod assumptions;
mod beside;
mod built_in;
mod call;
mod cancel;
mod charset;
pub(crate) mod check;
mod condition;
mod create_payment;
mod format;
mod keys;
mod known;
mod line;
mod load;
mod message;
mod notification;
mod order;
mod pattern;
mod payment_status;
mod php;
mod raw;
mod reading;
mod recipe;
mod refund;
mod request;
mod response;
mod rules;
mod schema;
mod settle;
mod shop;
mod template;
mod tries;
mod trust;
mod values;
mod write;

pub use built_in::names as built_in_ids;

use std::sync::Arc;

use serde_json::Value;

use self::shop::Shop;
use super::{Context, Gateway, Step};
use crate::clock::Time;
use crate::error::Error;
use crate::expect::Expected;
use crate::fields::Fields;
use crate::native::Native;
use crate::notification::{Notification, Received};
use crate::operation::{COMMON, Common, Request};
use crate::settings::Common as CommonSettings;

/// The gateway with its descriptor and settings.
pub struct Declared {
    shop: Arc<Shop>,
}

impl Declared {
    /// Reads the descriptor, checks it, and checks the settings against it.
    pub(crate) fn open(common: &CommonSettings, own: &Fields) -> Result<Declared, Error> {
        Ok(Declared { shop: Arc::new(Shop::open(common, own)?) })
    }
}

impl Gateway for Declared {
    fn name(&self) -> &str {
        &self.shop.descriptor.id
    }

    fn operations(&self) -> Vec<&'static Common> {
        COMMON.iter().filter(|common| self.shop.serves(common.name)).collect()
    }

    fn natives(&self) -> Vec<&'static Native> {
        Vec::new()
    }

    fn assumptions(&self) -> Value {
        self.shop.describe_assumptions()
    }

    fn start(&self, request: Request, context: &Context<'_>) -> Result<Step, Error> {
        let shop = Arc::clone(&self.shop);
        match request {
            Request::CreatePayment(order) => create_payment::start(shop, &order, context),
            Request::PaymentStatus(request) => payment_status::start(shop, request, context),
            Request::Cancel(request) => cancel::start(shop, request, context),
            Request::Refund(request) => refund::start(shop, request, context),
            Request::Settle(request) => settle::start(shop, *request, context),
            _ => Err(Error::refused("not_supported", "this descriptor has nothing that does this")),
        }
    }

    fn notification(
        &self,
        received: &Received,
        expect: &Expected,
        now: Time,
    ) -> Result<Notification, Error> {
        notification::read(&self.shop, received, expect, now)
    }

    fn answer(&self) -> Value {
        notification::unread(&self.shop)
    }

    fn no_such_id(&self) -> &'static str {
        "0"
    }

    fn on_untrusted_certificate(&self) -> Option<&'static str> {
        None
    }
}
