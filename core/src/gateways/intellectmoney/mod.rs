//! IntellectMoney: invoices, cards, SBP, wallets, instalments, holds, payouts. The methods are tables
//! with the template of their signature beside them ([`tables`]); a common operation has a file.
//! Facts, marks and sources: docs/gateways/intellectmoney.md.

mod action;
mod assumptions;
mod cancel;
mod capture;
mod create_payment;
mod currency;
#[cfg(test)]
mod documented;
mod history;
mod html;
mod merchant;
mod native;
mod payment_form;
mod payment_status;
mod raw;
mod receipt;
mod refund;
mod refusals;
mod reply;
mod settings;
mod settle;
mod signature;
mod step;
mod tables;
mod told;
mod user_token;
mod webhook;
mod write;

use std::sync::Arc;

use serde_json::Value;

use self::merchant::Merchant;
use self::settings::Settings;
use self::user_token::KeptToken;
use super::{Context, Gateway, Step};
use crate::clock::Time;
use crate::error::Error;
use crate::expect::Expected;
use crate::fields::{self, Fields};
use crate::native::Native;
use crate::notification::{Notification, Received};
use crate::operation::{COMMON, Common, Request};
use crate::settings::Common as CommonSettings;

/// The name in the settings and in every reply.
const NAME: &str = "intellectmoney";

/// A number of the shape that invoices have, the lowest: no shop has this one.
const NO_SUCH_ID: &str = "3000000000";

/// The gateway with its settings.
pub struct IntellectMoney {
    shared: Arc<Merchant>,
}

impl IntellectMoney {
    /// Checks the settings.
    pub(crate) fn open(common: &CommonSettings, own: &Fields) -> Result<IntellectMoney, Error> {
        let settings = Settings::read(common, own)?;
        let merchant = Merchant {
            settings,
            user_token: KeptToken::default(),
            test_mode: common.test_mode,
            write_limit: common.write_limit(),
        };
        Ok(IntellectMoney { shared: Arc::new(merchant) })
    }
}

impl Gateway for IntellectMoney {
    fn name(&self) -> &str {
        NAME
    }

    fn operations(&self) -> Vec<&'static Common> {
        COMMON.iter().filter(|common| serves(common.name)).collect()
    }

    fn natives(&self) -> Vec<&'static Native> {
        tables::methods().map(|method| &method.native).collect()
    }

    fn assumptions(&self) -> Value {
        self.shared.settings.assumptions.describe()
    }

    fn start(&self, request: Request, context: &Context<'_>) -> Result<Step, Error> {
        let merchant = Arc::clone(&self.shared);
        match request {
            Request::CreatePayment(request) => create_payment::start(merchant, *request, context),
            Request::PaymentStatus(request) => {
                payment_status::start(merchant, request, context.now)
            }
            Request::Capture(request) => capture::start(merchant, request, context.now),
            Request::Cancel(request) => cancel::start(merchant, request, context.now),
            Request::Refund(request) => refund::start(merchant, request, context.now),
            Request::Settle(request) => settle::start(merchant, *request, context),
            Request::BeginInstalments(request) => create_payment::instalments(merchant, &request),
            Request::Native(name, mut given) => {
                let step = native::start(merchant, &name, &given, context);
                fields::wipe(&mut given);
                step
            }
            Request::ParseNotification(_)
            | Request::Instalments(_)
            | Request::Wait(_)
            | Request::Confirm(_)
            | Request::CheckSettings => Err(Error::internal(false, "a flow reached the gateway")),
            _ => Err(Error::refused("not_supported", "this gateway has nothing that does this")),
        }
    }

    fn notification(
        &self,
        received: &Received,
        expect: &Expected,
        _: Time,
    ) -> Result<Notification, Error> {
        webhook::read(&self.shared, received, expect)
    }

    fn answer(&self) -> Value {
        webhook::ANSWER.to_value()
    }

    fn no_such_id(&self) -> &'static str {
        NO_SUCH_ID
    }

    fn on_untrusted_certificate(&self) -> Option<&'static str> {
        None
    }
}

/// The common operations that this gateway has; it lists no stored cards, and a charge without the
/// buyer is a schedule of the Personal API.
fn serves(operation: &str) -> bool {
    !matches!(operation, "saved_cards" | "charge_saved_card" | "forget_card" | "list_payments")
}
