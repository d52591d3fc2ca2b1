//! Which event a notification tells of, by the word for where the payment stands, and by which name the
//! event is known again.

use crate::gateways::declared::message::Message;
use crate::gateways::declared::schema::Word;
use crate::payment::{Payment, Status};
use crate::sign;

/// The event, and whether it worked. Money that may not be believed is no event.
pub fn event(word: Option<Word>, payment: &Payment) -> (&'static str, Option<bool>) {
    match payment.status {
        Status::Unknown => ("unknown", None),
        // The sums decide, whatever the word is.
        Status::Refunded | Status::PartiallyRefunded => named(Some(Word::Refunded)),
        _ => named(word),
    }
}

/// The event by the word alone.
pub fn named(word: Option<Word>) -> (&'static str, Option<bool>) {
    let Some(word) = word else { return ("unknown", None) };
    match word {
        Word::Check => ("check", None),
        Word::Created => ("created", Some(true)),
        Word::Authorized => ("held", Some(true)),
        Word::Paid => ("paid", Some(true)),
        Word::Failed | Word::Declined => ("declined", Some(false)),
        Word::Expired => ("expired", Some(true)),
        Word::Cancelled => ("cancelled", Some(true)),
        Word::Refunded | Word::PartiallyRefunded => ("refunded", Some(true)),
        Word::Disputed => ("disputed", Some(true)),
        // Somebody still decides: there is no event of that name.
        Word::Pending | Word::Unknown => ("unknown", None),
    }
}

/// Equal for two deliveries of one event; none where one of the fields is not told.
pub fn id(
    gateway: &str,
    names: &[String],
    message: &Message,
    believed: &dyn Fn(&str) -> bool,
) -> Option<String> {
    if names.is_empty() {
        return None;
    }
    let mut text = gateway.to_owned();
    for name in names {
        let value = message.text(name).filter(|value| believed(name) && !value.is_empty())?;
        // The length keeps two lists of values from reading alike.
        text.push_str(&format!("\n{}:{value}", value.len()));
    }
    sign::sha256_hex(text.as_bytes()).get(..32).map(str::to_owned)
}
