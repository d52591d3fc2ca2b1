//! Shops, and the switches that settle what the documents leave open.

use serde::{Deserialize, Serialize};

use super::transitions::HoldEnd;

/// How far a shop's contract reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Test currency only.
    Test,
    /// Everything that carries no card data.
    Basic,
    /// Everything.
    PciDss,
}

/// A charset of webhooks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Charset {
    /// UTF-8.
    #[serde(rename = "utf-8")]
    Utf8,
    /// The charset of old Windows.
    #[serde(rename = "windows-1251")]
    Windows1251,
}

/// Names of a webhook's fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Names {
    /// `EshopId`, as the portal prints.
    Pascal,
    /// `eshopId`, as old bodies have it.
    Camel,
}

/// Digest of a webhook's `Hash`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WebhookHash {
    /// The only one that was ever seen.
    Md5,
    /// What a stricter installation would send.
    Sha256,
}

/// Which answers to a webhook count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OkAs {
    /// `OK`, two letters and nothing else.
    Exact,
    /// In any case, with white space around it.
    Loose,
}

/// How `PaymentStep` is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepAs {
    /// `OK`, as the documents print.
    Documented,
    /// `Ok`, as the official client knows it.
    Client,
    /// The client's number.
    Number,
}

/// Fidelity switches. Every one may be set alone.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The contract.
    pub access_level: Level,
    /// Whether live currencies need `Authorization` and `Sign`; `TST` never does.
    pub require_bearer: bool,
    /// HTTP status of a failed authentication.
    pub unauthorised_status: u16,
    /// Accepts a form under a JSON label and the other way round, as the portal's samples send it.
    pub accept_mislabelled_body: bool,
    /// Refuses fields that the method does not have (the gateway is taken to ignore them).
    pub refuse_unknown_fields: bool,
    /// Whether createInvoice signs `FailUrl`; the portal prints an empty slot in its place.
    pub fail_url_signed: bool,
    /// Whether replies have `OperationId`.
    pub operation_id: bool,
    /// 1: calls are carried out and answered as queued; 2: not carried out, answered as unprocessed.
    pub operation_state: u8,
    /// `Result.State.Code` of success: 0, or 1 (with warnings).
    pub success_code: u8,
    /// Whether `InvoiceId` is a text instead of a number.
    pub invoice_id_as_text: bool,
    /// How `PaymentStep` is written.
    pub step_as: StepAs,
    /// Whether the JSON in `Form3DS` (SBP, SberPay) is an object instead of a text.
    pub form3ds_object: bool,
    /// The cabinet's "only unique OrderId". Holds need it.
    pub unique_order_id: bool,
    /// The cabinet's "Требовать HASH": the payment page's form must be signed.
    pub require_form_hash: bool,
    /// The cabinet's default where `HoldMode` is not sent.
    pub hold_by_default: bool,
    /// What becomes of a hold after `HoldTime`; the documents do not say.
    pub hold_end: HoldEnd,
    /// Name of the amount in purchaseToRefund. Empty: there is none, and what is sent is ignored.
    pub refund_amount_field: String,
    /// How many looks at a new payment still show `Created`.
    pub created_reads: u32,
    /// How many looks after those show `InProcess`.
    pub in_process_reads: u32,
    /// Whether card data need a `Cvv`.
    pub cvv_required: bool,
    /// Whether the shop has a terminal for recurring charges.
    pub recurring: bool,
    /// Hours that the gateway's clock is ahead of UTC.
    pub time_zone_hours: i64,
    /// Life of a `UserToken`.
    pub user_token_seconds: i64,
    /// How many looks at a payout show `InProcess`.
    pub payout_reads: u32,
    /// Whether payouts fail.
    pub payout_fails: bool,
    /// The cabinet's list of events that are told.
    pub webhook_statuses: Vec<u8>,
    /// Charset of the body.
    pub webhook_charset: Charset,
    /// Charset of the hashed text; as the body's when not set.
    pub webhook_hash_charset: Option<Charset>,
    /// Whether `Content-Type` names the body's charset.
    pub webhook_charset_told: bool,
    /// Names of the fields.
    pub webhook_names: Names,
    /// Digest of `Hash`.
    pub webhook_hash: WebhookHash,
    /// Which answers count.
    pub webhook_ok: OkAs,
    /// Attempts until an answer counts.
    pub webhook_attempts: u32,
    /// Holds each webhook back, so that the browser wins the race.
    pub webhook_delay_ms: u64,
    /// Whether `RecipientAmount` of a refund is what is left instead of what was paid.
    pub webhook_net_amount: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            access_level: Level::PciDss,
            require_bearer: true,
            unauthorised_status: 200,
            accept_mislabelled_body: false,
            refuse_unknown_fields: false,
            fail_url_signed: true,
            operation_id: true,
            operation_state: 0,
            success_code: 0,
            invoice_id_as_text: false,
            step_as: StepAs::Documented,
            form3ds_object: false,
            unique_order_id: true,
            require_form_hash: true,
            hold_by_default: false,
            hold_end: HoldEnd::Stays,
            refund_amount_field: String::new(),
            created_reads: 1,
            in_process_reads: 1,
            cvv_required: false,
            recurring: true,
            time_zone_hours: 3,
            user_token_seconds: 3600,
            payout_reads: 1,
            payout_fails: false,
            webhook_statuses: (3..=8).collect(),
            webhook_charset: Charset::Utf8,
            webhook_hash_charset: None,
            webhook_charset_told: true,
            webhook_names: Names::Pascal,
            webhook_hash: WebhookHash::Md5,
            webhook_ok: OkAs::Exact,
            webhook_attempts: 3,
            webhook_delay_ms: 0,
            webhook_net_amount: false,
        }
    }
}

/// One shop with its credentials.
#[derive(Clone, Debug, Serialize)]
pub struct Eshop {
    /// Six digits, the first a 4.
    pub eshop_id: String,
    /// The shop's account, ten digits.
    pub eshop_account: String,
    /// Key of `Hash`.
    pub secret_key: String,
    /// Key of `Sign`.
    pub sign_secret_key: String,
    /// Of `Authorization`.
    pub bearer_token: String,
    /// Of the Personal API; shops with one login belong together.
    pub login: String,
    /// Of the Personal API.
    pub password: String,
    /// Number of the P2P form.
    pub p2p_form_id: String,
    /// Key of the P2P form's `hash`.
    pub p2p_form_key: String,
    /// The cabinet's Result URL.
    pub result_url: Option<String>,
    /// Own pause between attempts of a webhook.
    pub retry_pause_ms: Option<u64>,
    /// Fidelity switches.
    pub settings: Settings,
}

impl Eshop {
    /// A shop with keys that follow from its number, and default switches.
    pub fn new(eshop_id: &str) -> Self {
        let hex = |stem: &str| super::signature::md5(format!("{stem} {eshop_id}").as_bytes());
        Self {
            eshop_id: eshop_id.into(),
            eshop_account: format!("4000{eshop_id}"),
            secret_key: format!("secret-{eshop_id}"),
            sign_secret_key: hex("sign"),
            bearer_token: hex("bearer"),
            login: format!("owner-{eshop_id}"),
            password: format!("password-{eshop_id}"),
            p2p_form_id: format!("7{}", eshop_id.chars().skip(1).collect::<String>()),
            p2p_form_key: hex("form"),
            result_url: None,
            retry_pause_ms: None,
            settings: Settings::default(),
        }
    }
}

/// The shops that stand ready.
pub fn standing() -> Vec<Eshop> {
    let mut old = Eshop::new("450002");
    old.settings.webhook_charset = Charset::Windows1251;
    old.settings.webhook_charset_told = false;
    old.settings.webhook_names = Names::Camel;
    let mut test = Eshop::new("450003");
    test.settings.access_level = Level::Test;
    vec![Eshop::new("450001"), old, test]
}
