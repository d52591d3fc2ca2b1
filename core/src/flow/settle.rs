//! `settle`: what became of a write whose outcome is unknown. The gateway has the recipe; here it is
//! asked again, with pauses, until there is a verdict or the time is over.

use std::time::Duration;

use serde_json::Value;

use super::Pauses;
use crate::client::Call;
use crate::error::{Error, Kind};
use crate::fields::Fields;
use crate::operation::{Request, Settle};

/// What is known of the write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// It was carried out; the payment says where it stands.
    Done,
    /// It was not carried out and will not be: it may be called again.
    NotDone,
    /// The attempt is dead: the shop allocates the next number and registers that.
    NeedNewNumber,
    /// Nobody can say yet: settle again later.
    Pending,
    /// A person must look.
    Review,
}

impl Answer {
    fn name(self) -> &'static str {
        match self {
            Answer::Done => "done",
            Answer::NotDone => "not_done",
            Answer::NeedNewNumber => "need_new_number",
            Answer::Pending => "pending",
            Answer::Review => "review",
        }
    }
}

/// The reply: `{verdict, why, payment}`.
pub(crate) fn verdict(answer: Answer, why: &str, payment: Fields) -> Fields {
    let mut reply = Fields::new();
    reply.insert("verdict".into(), answer.name().into());
    reply.insert("why".into(), why.into());
    reply.insert("payment".into(), Value::Object(payment));
    reply
}

pub(crate) fn run(call: &Call<'_>, request: Settle) -> Result<Fields, Error> {
    let deadline = call.clock.now() + Duration::from_millis(request.timeout_ms);
    let mut pauses = Pauses::new();
    loop {
        let asked = call.ask(Request::Settle(Box::new(request.clone())));
        let mut rest = None;
        let last = match asked {
            Ok(reply) if reply.get("verdict").and_then(Value::as_str) == Some("pending") => {
                Ok(reply)
            }
            Err(error)
                if matches!(error.kind, Kind::NotDone | Kind::OutcomeUnknown)
                    && error.advice != "fix_settings" =>
            {
                rest = error.retry_after_ms;
                Err(error)
            }
            other => return other,
        };
        let left = deadline - call.clock.now();
        if !left.is_positive() {
            return last;
        }
        call.clock.sleep(pauses.next(left.unsigned_abs(), rest))?;
    }
}
