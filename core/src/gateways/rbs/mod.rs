//! RBS / BPC eCommerce API V1 in its dialects, at every bank that runs it. The methods are tables
//! ([`tables`]); a common operation has a file; `dialect` and `presets` say in what banks differ.
//! Facts, marks and sources: docs/gateways/rbs.md.

mod assumptions;
mod callback;
mod cancel;
mod capture;
mod charge_saved_card;
mod codes;
mod create_payment;
mod dialect;
#[cfg(test)]
mod documented;
mod list_payments;
mod merchant;
mod native;
mod paying;
mod payment_status;
mod presets;
mod raw;
mod receipt;
mod refund;
mod refusals;
mod reply;
mod request_signature;
mod saved_cards;
mod se_token;
mod settings;
mod settle;
mod tables;
mod write;

use std::sync::Arc;

use serde_json::Value;

use self::merchant::Merchant;
use self::se_token::CardKey;
use self::settings::Settings;
use super::{Context, Gateway, Step};
use crate::clock::Time;
use crate::error::Error;
use crate::expect::{self, Expected};
use crate::fields::{self, Fields};
use crate::money::{Amount, Currency};
use crate::native::{Native, add_extra, in_common_words};
use crate::notification::{Notification, Received};
use crate::operation::{COMMON, Common, Request};
use crate::settings::Common as CommonSettings;

/// The gateway with its settings.
pub struct Rbs {
    shared: Arc<Merchant>,
}

impl Rbs {
    /// Checks the settings.
    pub(crate) fn open(common: &CommonSettings, own: &Fields) -> Result<Rbs, Error> {
        let settings = Settings::read(common, own)?;
        let write_limit = common.write_limit();
        Ok(Rbs {
            shared: Arc::new(Merchant {
                settings,
                test_mode: common.test_mode,
                write_limit,
                card_key: CardKey::default(),
            }),
        })
    }
}

impl Gateway for Rbs {
    fn name(&self) -> &str {
        NAME
    }

    fn operations(&self) -> Vec<&'static Common> {
        COMMON.iter().filter(|common| self.shared.may(common.name)).collect()
    }

    fn natives(&self) -> Vec<&'static Native> {
        let natives = self.shared.dialect().natives();
        natives.filter(|native| self.shared.may_native(native)).collect()
    }

    fn assumptions(&self) -> Value {
        self.shared.settings.assumptions.describe()
    }

    fn start(&self, request: Request, context: &Context<'_>) -> Result<Step, Error> {
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
            Request::SavedCards(request) => {
                merchant.if_allowed("saved_cards", |m| saved_cards::list(m, request))
            }
            Request::ChargeSavedCard(request) => {
                let charge = |m| charge_saved_card::start(m, &request, context);
                merchant.if_allowed("charge_saved_card", charge)
            }
            Request::ForgetCard(request) => {
                merchant.if_allowed("forget_card", |m| saved_cards::forget(m, request))
            }
            Request::ListPayments(request) => {
                merchant.if_allowed("list_payments", |m| list_payments::start(m, request))
            }
            Request::Settle(request) => {
                merchant.if_allowed("settle", |m| settle::start(m, *request, context))
            }
            Request::Native(name, mut given) => {
                let step = native::start(merchant, &name, &given, context);
                fields::wipe(&mut given);
                step
            }
            Request::BeginInstalments(_) => Err(not_in_dialect()),
            Request::ParseNotification(_)
            | Request::Instalments(_)
            | Request::Wait(_)
            | Request::Confirm(_)
            | Request::CheckSettings => Err(Error::internal(false, "a flow reached the gateway")),
        }
    }

    fn notification(
        &self,
        received: &Received,
        expect: &Expected,
        _: Time,
    ) -> Result<Notification, Error> {
        callback::read(&self.shared, received, expect)
    }

    fn answer(&self) -> Value {
        callback::ANSWER.to_value()
    }

    fn no_such_id(&self) -> &'static str {
        "00000000-0000-0000-0000-000000000000"
    }

    fn on_untrusted_certificate(&self) -> Option<&'static str> {
        self.shared.settings.russian_root.then_some(presets::RUSSIAN_ROOT)
    }
}

/// The name in the settings and in every reply.
const NAME: &str = "rbs";

/// Reads the amount of a common request.
fn positive(amount: &str, currency: &str) -> Result<Amount, Error> {
    expect::positive(amount, iso(currency)?)
}

/// Reads the currency of a common request; one without a number cannot be sent.
fn iso(code: &str) -> Result<Currency, Error> {
    match expect::currency("currency", code)? {
        Currency::TEST => {
            Err(Error::invalid("currency", "expected letters of ISO 4217 like \"RUB\""))
        }
        currency => Ok(currency),
    }
}

/// An amount of the gateway's, where both parts are known.
fn amount(minor: Option<u64>, currency: Option<Currency>) -> Option<Amount> {
    Some(Amount { minor: minor?, currency: currency? })
}

/// What an operation answers that `operations` does not list.
fn not_in_dialect() -> Error {
    Error::refused("not_supported", "this dialect of the gateway has nothing that does this")
}
