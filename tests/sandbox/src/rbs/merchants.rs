//! Merchants of the installation and the switches that make it answer like one bank or another.

use serde::{Deserialize, Serialize};

use super::callbacks::extras;
use super::fiscal::receipts::Outcome;

/// How callbacks are signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallbackSignature {
    /// No checksum.
    None,
    /// HMAC-SHA256 with `callback_key`.
    Hmac,
    /// RSA PKCS#1 v1.5 with SHA-512.
    Rsa,
}

/// How `errorCode` is written in success replies and errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCodeAs {
    /// `"0"`.
    String,
    /// `0`.
    Integer,
    /// Left out of success replies.
    Absent,
}

/// Fidelity switches: where installations differ (the gateway's documents). Every one may be set
/// alone.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Shape of `errorCode`.
    pub error_code_as: ErrorCodeAs,
    /// Whether register says `errorCode` 0 on success instead of leaving it out.
    pub register_error_code: bool,
    /// `810` to answer roubles by their old code; anything else: as sent.
    pub currency_answer: String,
    /// Label of replies, without the charset.
    pub content_type: String,
    /// Whether `depositedAmount` goes down with refunds.
    pub deposited_is_net: bool,
    /// Whether an unknown order is answered without `orderStatus`; else it says 0.
    pub omit_status_on_unknown: bool,
    /// Names like `ErrorCode`, `OrderStatus`.
    pub capitalised: bool,
    /// How many status reads after a change still show the old state.
    pub status_lag: u32,
    /// Payment attempts on the page.
    pub attempts: u32,
    /// Name of the code's state in the reply that makes an SBP QR code: `qrStatus` or `status`.
    pub qr_status_name: String,
    /// A failed register says `errorCode` 0 beside its text.
    pub register_always_error_text: bool,
    /// Adds `amount` to callbacks.
    pub callback_extra_params: bool,
    /// Adds `operationRefundedAmount` and `externalRefundId` to callbacks of refunds.
    pub callback_refund_params: bool,
    /// Adds `callbackCreationDate` to callbacks.
    pub callback_creation_date: bool,
    /// Holds each callback back, so that the browser wins the race.
    pub callback_delay_ms: u64,
    /// Whether register makes up a missing `orderNumber`.
    pub generate_order_number: bool,
    /// Currency when none is sent.
    pub default_currency: String,
    /// Life of an order when none is sent.
    pub session_timeout_secs: i64,
    /// Whether a captured order may be reversed.
    pub reverse_deposited: bool,
    /// Whether several captures of one hold are enabled.
    pub multi_completion: bool,
    /// Whether AUTO_PAYMENT and VERIFY are permitted.
    pub special_payments: bool,
    /// Whether card data may be sent to the gateway (paymentorder, instantPayment, ...).
    pub direct_cards: bool,
    /// Whether card data may come without a security code.
    pub pay_without_cvc: bool,
    /// Whether instantRefund is permitted.
    pub instant_refunds: bool,
    /// Whether `bindingType` is mandatory where stored cards are listed.
    pub bindings_v2: bool,
    /// Refunds are taken in and stay in progress (1120) until the act `finish_refund`.
    pub slow_refunds: bool,
    /// Every method answers that the password must be changed.
    pub must_change_password: bool,
    /// Refuses parameters that the sandbox has not heard of (the gateway ignores them).
    pub refuse_unknown_parameters: bool,
    /// Hours that the installation's clock is ahead of UTC in dates without a zone.
    pub time_zone_hours: i64,
    /// `feeAmount` of the status reply, when not zero.
    pub fee_amount: i64,
    /// Newest version whose fields the status reply has, 0 to 46.
    pub status_version: u32,
    /// Bonuses that paid a part of each order, minor units, for `loyaltyInfo`.
    pub loyalty_bonus: i64,
    /// 54-FZ: carts are complete, add up to the amount, and lead to receipts.
    pub fiscal: bool,
    /// What becomes of a receipt: `queued`, `delivered` or `failed`.
    pub receipt_outcome: Outcome,
    /// `receipt_datetime` or `receipt_date_time`.
    pub receipt_date_name: String,
    /// Newest version whose fields the receipts have, 1 to 5.
    pub receipt_version: u32,
    /// Whether processRaw*Refund.do is permitted.
    pub raw_refunds: bool,
    /// Whether `feeInput` is permitted.
    pub fee_input: bool,
    /// Whether RSA signatures are made over SHA-256 instead of SHA-512.
    pub callback_sha256: bool,
    /// Whether `sign_alias` stands beside a checksum.
    pub callback_sign_alias: bool,
    /// Further parameters of callbacks, by their documented names.
    #[serde(deserialize_with = "extras::known")]
    pub callback_extras: Vec<String>,
    /// The browser is sent back only after the callback's first attempt.
    pub callback_first: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            error_code_as: ErrorCodeAs::String,
            register_error_code: false,
            currency_answer: "as_sent".into(),
            content_type: "application/json".into(),
            deposited_is_net: true,
            omit_status_on_unknown: true,
            capitalised: false,
            status_lag: 0,
            attempts: 3,
            qr_status_name: "qrStatus".into(),
            register_always_error_text: false,
            callback_extra_params: false,
            callback_refund_params: false,
            callback_creation_date: false,
            callback_delay_ms: 0,
            generate_order_number: false,
            default_currency: "643".into(),
            session_timeout_secs: 1200,
            reverse_deposited: false,
            multi_completion: true,
            special_payments: true,
            direct_cards: true,
            pay_without_cvc: false,
            instant_refunds: true,
            bindings_v2: false,
            slow_refunds: false,
            must_change_password: false,
            refuse_unknown_parameters: false,
            time_zone_hours: 0,
            fee_amount: 0,
            status_version: 46,
            loyalty_bonus: 0,
            fiscal: false,
            receipt_outcome: Outcome::Delivered,
            receipt_date_name: "receipt_datetime".into(),
            receipt_version: 5,
            raw_refunds: true,
            fee_input: true,
            callback_sha256: false,
            callback_sign_alias: true,
            callback_extras: Vec::new(),
            callback_first: false,
        }
    }
}

/// One shop with its credentials.
#[derive(Clone, Debug, Serialize)]
pub struct Merchant {
    /// Login.
    pub user_name: String,
    /// Password.
    pub password: String,
    /// Public open-ID token.
    pub token: String,
    /// HMAC key of callbacks.
    pub callback_key: String,
    /// Static callback URL.
    pub callback_url: Option<String>,
    /// GET or POST.
    pub callback_method: String,
    /// How callbacks are signed.
    pub callback_signature: CallbackSignature,
    /// Own pause between callback attempts.
    pub retry_pause_ms: Option<u64>,
    /// Public key or certificate (PEM): with one, every request must be signed.
    pub signing_key: Option<String>,
    /// Fidelity switches.
    pub settings: Settings,
}

impl Merchant {
    /// A merchant with GET callbacks and default switches.
    pub fn new(user_name: &str, password: &str, signature: CallbackSignature) -> Self {
        Self {
            user_name: user_name.into(),
            password: password.into(),
            token: format!("{user_name}_open_id_token"),
            callback_key: format!("{user_name}_callback_key"),
            callback_url: None,
            callback_method: "GET".into(),
            callback_signature: signature,
            retry_pause_ms: None,
            signing_key: None,
            settings: Settings::default(),
        }
    }
}

/// The merchants that stand ready.
pub fn standing() -> Vec<Merchant> {
    let mut sample = Merchant::new("test_user", "test_user_password", CallbackSignature::None);
    // The published sample registers without a number.
    sample.settings.generate_order_number = true;
    let mut post = Merchant::new("post_user", "post_user_password", CallbackSignature::Hmac);
    post.callback_method = "POST".into();
    vec![
        sample,
        Merchant::new("hmac_user", "hmac_user_password", CallbackSignature::Hmac),
        Merchant::new("rsa_user", "rsa_user_password", CallbackSignature::Rsa),
        post,
    ]
}
