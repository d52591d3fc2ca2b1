//! What `settle` finds out about a write: a verdict, why, and where the payment stands.

use serde_json::Value;

use crate::fields::Fields;

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
