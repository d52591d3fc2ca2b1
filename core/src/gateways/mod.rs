//! What a gateway is: a folder of pure functions and tables, and a line in [`open`]. Time is handed
//! in; the network is not seen. Adding a gateway: CONTRIBUTING.md.

pub(crate) mod assumptions;
pub mod declared;
pub mod intellectmoney;
#[cfg(test)]
pub(crate) mod page;
pub mod rbs;

use std::sync::Arc;

use serde_json::Value;

use crate::clock::Time;
use crate::error::Error;
use crate::expect::Expected;
use crate::fields::Fields;
use crate::http::{HttpRequest, HttpResponse};
use crate::native::Native;
use crate::notification::{Notification, Received};
use crate::operation::{Common, Request};
use crate::settings::Common as Settings;

/// What comes next in an operation.
pub enum Step {
    /// Send this, and go on with the answer.
    Send(HttpRequest, Next),
    /// Send this, and go on with the answer; if there is none, the third part is the truth. For what
    /// follows a write that is known to be done (or to be in doubt): the look at its payment, or a second
    /// write, whose failure must not hide the first.
    Look(HttpRequest, Next, Box<Result<Fields, Error>>),
    /// The reply.
    Done(Fields),
}

/// Goes on with the answer to what was sent.
pub type Next = Box<dyn FnOnce(HttpResponse) -> Result<Step, Error> + Send>;

/// What a gateway is handed beside the request.
pub struct Context<'a> {
    /// The time of day.
    pub now: Time,
    /// Fresh randomness, for the few that need it; the setting `clock` fixes it too.
    pub seed: &'a dyn Fn() -> Result<[u8; 32], Error>,
}

/// A gateway with its settings, checked.
pub trait Gateway: Send + Sync {
    /// Its name: that of the settings, or its descriptor's.
    fn name(&self) -> &str;
    /// The common operations that it serves with these settings.
    fn operations(&self) -> Vec<&'static Common>;
    /// Its native operations.
    fn natives(&self) -> Vec<&'static Native>;
    /// The facts that its documents leave open, each `{name, value, default, mark, source}`.
    fn assumptions(&self) -> Value;
    /// Begins an operation other than a flow.
    fn start(&self, request: Request, context: &Context<'_>) -> Result<Step, Error>;
    /// Reads a notification: authenticity, signed fields only, no network.
    fn notification(
        &self,
        received: &Received,
        expect: &Expected,
        now: Time,
    ) -> Result<Notification, Error>;
    /// What a notification is answered that cannot even be read, as
    /// [`Answer`](crate::notification::Answer) prints it.
    fn answer(&self) -> Value;
    /// An id in the gateway's form that no payment has, for `check_settings`.
    fn no_such_id(&self) -> &'static str;
    /// What to do where the machine does not trust the gateway's certificate, if that is to be
    /// expected of it.
    fn on_untrusted_certificate(&self) -> Option<&'static str>;
}

/// Opens the gateway of that name.
pub(crate) fn open(name: &str, common: &Settings, own: &Fields) -> Result<Arc<dyn Gateway>, Error> {
    match name {
        // For the tests of the boundary: a panic outside any call.
        #[cfg(feature = "provoke-panic")]
        #[allow(clippy::panic)]
        "provoke_panic" => panic!("provoked"),
        "rbs" => Ok(Arc::new(rbs::Rbs::open(common, own)?)),
        "intellectmoney" => Ok(Arc::new(intellectmoney::IntellectMoney::open(common, own)?)),
        "declared" => Ok(Arc::new(declared::Declared::open(common, own)?)),
        _ => Err(Error::invalid("gateway", "expected one of rbs, intellectmoney, declared")),
    }
}
