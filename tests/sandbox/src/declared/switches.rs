//! How a gateway may differ from its own descriptor: switches of a shop, each for one order too.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// When the notification of a payment leaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// At once, and the buyer returns meanwhile.
    #[default]
    With,
    /// The buyer returns when the shop has answered the first attempt.
    Before,
    /// Half a second after the buyer's return.
    After,
    /// Never.
    Never,
}

/// The switches; all off by default.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Switches {
    /// How amounts are written: `dec(6)` is 100.000000, `number` is 100.
    pub amount: Option<String>,
    /// The content type that notifications claim.
    pub content_type: Option<String>,
    /// `upper` or `lower`: the digits of hexadecimal signatures.
    pub hex: Option<String>,
    /// How often each notification is sent, whatever the shop answers.
    pub times: usize,
    /// A status word of the format (`authorized`, `pending`) that is told in the same moment as `paid`.
    pub twin: Option<String>,
    /// The twin leaves after the other.
    pub twin_last: bool,
    /// When the notification leaves.
    pub notify: When,
    /// Which of the kind's signatures is made, from 0: the others are withdrawn.
    pub signature: usize,
    /// Notifications have no signature.
    pub unsigned: bool,
    /// Notifications have a signature that is wrong by its last sign.
    pub wrong_signature: bool,
    /// Fields that no document knows, in notifications and JSON replies.
    pub extra_fields: Map<String, Value>,
    /// Notifications have the fields that the descriptor reads and signs, and no others.
    pub omit_optional: bool,
    /// Before the money moves the shop is asked (status word `check`); refused, nothing moves.
    pub check_first: bool,
    /// Sign with the recipe whose secret's name has `test` in it.
    pub test_key: bool,
    /// Payments are tests where the gateway tells that.
    pub test: bool,
    /// Amounts are JSON numbers where they are not minor units.
    pub json_numbers: bool,
    /// Attempts of a notification.
    pub attempts: u32,
    /// Pause between attempts; the sandbox's own if not given.
    pub retry_pause_ms: Option<u64>,
    /// A number used twice, without a key: `refuse`, `same`, `new`. `refuse` of calls, `same` of forms if
    /// not given.
    pub used_number: Option<String>,
    /// Neither authentication nor an idempotency key is asked for, and unknown fields are let be.
    pub bare: bool,
    /// The HTTP status of a documented error.
    pub error_status: Option<u16>,
    /// Where other payments under the same number stand (words of the format): a status that lists
    /// them has them before the order's own.
    pub tries: Vec<String>,
}

impl Default for Switches {
    fn default() -> Self {
        Self {
            amount: None,
            content_type: None,
            hex: None,
            times: 1,
            twin: None,
            twin_last: false,
            notify: When::With,
            signature: 0,
            unsigned: false,
            wrong_signature: false,
            extra_fields: Map::new(),
            omit_optional: false,
            check_first: false,
            test_key: false,
            test: false,
            json_numbers: false,
            attempts: 3,
            retry_pause_ms: None,
            used_number: None,
            bare: false,
            error_status: None,
            tries: Vec::new(),
        }
    }
}

impl Switches {
    /// The same with some of them changed.
    pub fn with(&self, changes: &Map<String, Value>) -> Result<Self, String> {
        let mut all = serde_json::to_value(self).map_err(|fault| fault.to_string())?;
        if let Some(all) = all.as_object_mut() {
            all.extend(changes.clone());
        }
        serde_json::from_value(all).map_err(|fault| format!("switches: {fault}"))
    }
}
