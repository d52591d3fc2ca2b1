//! What `settle` finds out about a write: a verdict, why, and where the payment stands.

use std::time::Duration;

use serde_json::Value;

use crate::clock::Time;
use crate::fields::Fields;

/// Whether a write sent then has arrived by now or never will: twice the time that it may take, and
/// 120 s at the least.
pub fn is_over(sent_at: Time, now: Time, write_limit: Duration) -> bool {
    now - sent_at >= (write_limit * 2).max(Duration::from_secs(120))
}

/// What is known of the write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
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

impl Settled {
    /// The word, as every language sees it.
    pub fn name(self) -> &'static str {
        match self {
            Settled::Done => "done",
            Settled::NotDone => "not_done",
            Settled::NeedNewNumber => "need_new_number",
            Settled::Pending => "pending",
            Settled::Review => "review",
        }
    }

    /// The reply: `{verdict, why, payment}`.
    pub fn reply(self, why: &str, payment: Fields) -> Fields {
        let mut reply = Fields::new();
        reply.insert("verdict".into(), self.name().into());
        reply.insert("why".into(), why.into());
        reply.insert("payment".into(), Value::Object(payment));
        reply
    }
}
