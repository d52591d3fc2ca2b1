//! Cards that the gateway keeps for a customer.

use serde::Deserialize;

use super::Customer;
use crate::fields::Fields;
use crate::receipt::Receipt;
use crate::secret::Secret;

/// Which cards the gateway keeps for a customer.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedCards {
    /// The shop's id of the customer, as given in `customer.id` when the card was stored.
    pub customer_id: String,
    /// Parameters of the gateway's own.
    #[serde(default)]
    pub extra: Fields,
}

/// Takes money from a stored card without the buyer: a subscription, an instalment, a late fee. The
/// buyer must have agreed to it when the card was stored.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChargeSavedCard {
    /// One attempt, unique for ever. Store it before the call: it keeps the card from being charged
    /// twice.
    pub order_number: String,
    /// Decimal text, more than zero.
    pub amount: String,
    /// Letters of ISO 4217.
    pub currency: String,
    /// The card, as `saved_cards` names it. It can pay: a secret.
    pub card_id: Secret,
    /// What the bank statement may say. No personal data.
    pub description: Option<String>,
    /// Where the gateway notifies, if not where its cabinet says.
    pub notification_url: Option<String>,
    /// Two letters: of the gateway's texts.
    pub language: Option<String>,
    /// Whose card it is.
    #[serde(default)]
    pub customer: Customer,
    /// Hold now, capture later.
    #[serde(default)]
    pub hold: bool,
    /// What the cash register prints (54-FZ).
    pub receipt: Option<Box<Receipt>>,
    /// Parameters of the gateway's own, under its own names.
    #[serde(default)]
    pub extra: Fields,
}

/// Makes the gateway forget a card.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForgetCard {
    /// The card, as `saved_cards` names it.
    pub card_id: Secret,
    /// Parameters of the gateway's own.
    #[serde(default)]
    pub extra: Fields,
}
