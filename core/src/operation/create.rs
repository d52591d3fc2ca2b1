//! Registering a payment.

use serde::Deserialize;

use crate::expect::Purpose;
use crate::fields::Fields;
use crate::receipt::Receipt;
use crate::secret::Secret;

/// Registers a payment and says where the buyer must go.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreatePayment {
    /// One attempt at one gateway, unique for ever. Store it before the call.
    pub order_number: String,
    /// Decimal text in major units with exactly the currency's digits: `100.00`.
    pub amount: String,
    /// Letters of ISO 4217: `RUB`.
    pub currency: String,
    /// What the buyer reads on the payment page. No personal data.
    pub description: Option<String>,
    /// Where the buyer comes back to; absolute.
    pub return_url: String,
    /// Where the buyer comes back to after a failure; `return_url` if not given.
    pub fail_url: Option<String>,
    /// Where the gateway notifies, if not where its cabinet says.
    pub notification_url: Option<String>,
    /// Two letters: of the page, and of the gateway's texts.
    pub language: Option<String>,
    /// Who pays.
    #[serde(default)]
    pub customer: Customer,
    /// Seconds until the page closes.
    pub expires_in: Option<u64>,
    /// Hold now, capture later.
    #[serde(default)]
    pub hold: bool,
    /// How to pay.
    #[serde(default)]
    pub method: Method,
    /// For `stored_card`: which one, as `saved_cards` names it. It can pay: a secret.
    pub card_id: Option<Secret>,
    /// For a wallet: the payment token that its own library gave, in Base64.
    pub wallet_token: Option<Secret>,
    /// `verification`: check the card, take nothing.
    pub purpose: Option<Purpose>,
    /// What the cash register prints (54-FZ).
    pub receipt: Option<Box<Receipt>>,
    /// Parameters of the gateway's own, under its own names.
    #[serde(default)]
    pub extra: Fields,
}

/// How a payment is to be made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// On the gateway's own page.
    #[default]
    Page,
    /// On the gateway's page with a card that it keeps: it asks for the CVC alone.
    StoredCard,
    /// By the Faster Payments System: a QR code, or its link on a phone.
    Sbp,
    /// In instalments, by a lender.
    Instalments,
    /// With Gazprom Pay, on its own page.
    GazpromPay,
    /// With SberPay: a QR code, or its link on a phone.
    SberPay,
    /// With a token of Apple Pay.
    ApplePay,
    /// With a token of Google Pay.
    GooglePay,
    /// With a token of Samsung Pay.
    SamsungPay,
    /// With a token of Mir Pay; at IntellectMoney by its link, without a token.
    MirPay,
    /// With a token of Yandex Pay.
    YandexPay,
}

impl Method {
    /// Whether it pays with a token of a wallet.
    pub fn is_wallet(self) -> bool {
        matches!(
            self,
            Method::ApplePay
                | Method::GooglePay
                | Method::SamsungPay
                | Method::MirPay
                | Method::YandexPay
        )
    }
}

/// Who pays. All of it is personal data and is masked in replies.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Customer {
    /// The shop's id of the customer: lets gateways keep cards.
    pub id: Option<String>,
    /// For the receipt and for 3-D Secure.
    pub email: Option<String>,
    /// Digits with country code.
    pub phone: Option<String>,
    /// As on the card.
    pub name: Option<String>,
    /// The buyer's address, IPv4 or IPv6.
    pub ip: Option<String>,
}
