//! Facts that the documents leave open. Each may be corrected in the setting `assumptions`, and
//! `describe` lists it (docs/gateways/intellectmoney.md, "Assumptions").

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::receipt::POSITION;
use crate::error::Error;
use crate::gateways::assumptions::{self, Fact};
use crate::settings::Common;

/// The facts, as the settings have them.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Assumptions {
    /// Whether createInvoice signs `FailUrl`; the portal's page prints an empty slot in its place.
    pub fail_url_signed: bool,
    /// The cabinet's "only unique OrderId".
    pub unique_order_id: bool,
    /// How long an invoice lives where `expires_in` is not given, in seconds.
    pub invoice_life_s: u64,
    /// Hosts, and all below them, to which a buyer may be sent beside the gateway's own.
    pub link_hosts: Vec<String>,
    /// The name of a supplier's taxpayer number in a receipt.
    pub receipt_supplier_inn: String,
    /// How long a token of the Personal API is used again, in seconds.
    pub user_token_kept_s: u32,
}

impl Default for Assumptions {
    fn default() -> Assumptions {
        let hosts = ["paylate.ru", "qr.nspk.ru", "gpay.online.gpb.ru", "pay.mironline.ru"];
        Assumptions {
            fail_url_signed: true,
            unique_order_id: true,
            invoice_life_s: 86_400,
            link_hosts: hosts.map(str::to_owned).into(),
            receipt_supplier_inn: "supplierINN".into(),
            user_token_kept_s: 300,
        }
    }
}

/// Name, mark, and section of docs/gateways/intellectmoney.md.
const ROWS: [Fact; 6] = [
    ("fail_url_signed", "confirmed in two sources, contradicted in a third", "Invoices"),
    ("unique_order_id", "confirmed as the cabinet's default", "Invoices"),
    ("invoice_life_s", "ours: the gateway's own default is half a year", "Invoices"),
    ("link_hosts", "confirmed in samples but for PayLate's, which is inferred", "Actions"),
    ("receipt_supplier_inn", "confirmed in one source, another spells supplierInn", "Receipts"),
    ("user_token_kept_s", "ours: no document says how long a token lives", "Personal API"),
];

/// What is inferred and cannot be set, since another value would be another program: name, value,
/// and section.
const FIXED: &[Fact] = &[
    (
        "names_in_any_case",
        "methods and fields: a name in another case is the same name",
        "Transport",
    ),
    (
        "json_numbers",
        "with body json numbers stand without quotes, sums and other signed values as texts",
        "Transport",
    ),
    (
        "signatures_alike",
        "Hash and Sign cover the same, also of activationPay and purchaseToRefund",
        "Signatures",
    ),
    ("xml_root", "Response, with the names that JSON has", "Replies"),
    (
        "envelope_first",
        "a refusal is one under any HTTP status, a success under 2xx alone",
        "Replies",
    ),
    (
        "complaint_of_number",
        "of InvoiceId or OrderId, but in createInvoice: there is no such invoice",
        "Codes",
    ),
    (
        "settings_accepted",
        "check_settings takes any code but 2, and any complaint but of hash, as accepted",
        "Status",
    ),
    ("purchase_info_signs", "what getBankCardPaymentState signs", "Invoices"),
    (
        "begins_sign",
        "gazpromPayPayment, sberPayPayment, mirPayGetLink: what bnplPayment signs",
        "Wallets",
    ),
    ("push_notification_signs", "EshopId, InvoiceId, Phone", "Unconfirmed"),
    ("payout_state_signs", "what executeOperation signs", "Payouts"),
    ("payout_prepared", "no money moves before executeOperation", "Payouts"),
    (
        "schedules_sign",
        "one template of sixteen slots, each method with its own empty ones",
        "Recurring payments",
    ),
    ("user_tokens", "an older one lives on when another is given", "Personal API"),
    ("personal_dates", "in gateway_time_zone", "Personal API"),
    ("instalments_link", "Form3DS of the step SendTo3DS is the lender's page", "Instalments"),
    ("instalments_begin_twice", "may begin two payments: never sent twice", "Instalments"),
    ("instalments_hold", "refused: nobody says that a lender can hold money", "Instalments"),
    ("wallet_hold", "an invoice with HoldMode 1 holds what a wallet pays", "Wallets"),
    ("sber_pay_preference", "none: the invoice is not limited to it", "Wallets"),
    ("form_3ds", "one form that posts itself, with hidden fields", "Actions"),
    (
        "webhook_charset",
        "as labelled, else UTF-8, else windows-1251; its Hash over the bytes, or over the text in either",
        "Webhooks",
    ),
    ("webhook_sha256", "a Hash of 64 digits is SHA-256 of the same text and key", "Webhooks"),
    ("webhook_answer_type", "text/plain; charset=utf-8", "Webhooks"),
    ("webhook_senders", "any: the Hash proves who sent it, not the address", "Webhooks"),
    ("webhook_unknown_status", "kept, as the event unknown, which proves nothing", "Webhooks"),
    ("webhook_dates", "PaymentData is in gateway_time_zone", "Webhooks"),
    ("step_ok", "paid or held: the state tells neither which nor how much", "Status"),
    (
        "history_sums",
        "confirmed movements by PaymentAmount; what went back before the first Purchase was released",
        "Status",
    ),
    ("history_current_amount", "CurrentAmount and SurchargeAmount are not read", "Status"),
    (
        "refund_amount_name",
        "unknown: a part is refused until refund_amount_field names it",
        "Capture, cancel, refund",
    ),
    (
        "codes_of_writes",
        "a code that names nothing proves nothing, where money moves",
        "Capture, cancel, refund",
    ),
    ("refund_receipt", "MerchantReceipt of type 2 beside purchaseToRefund", "Receipts"),
    ("receipt_sum", "the positions come to the sum, with skipAmountCheck 0", "Receipts"),
    (
        "capture_receipt",
        "none: no document has one beside purchaseToPaid",
        "Capture, cancel, refund",
    ),
];

impl Assumptions {
    pub fn read(common: &Common) -> Result<Assumptions, Error> {
        let given: Assumptions = assumptions::read(common)?;
        if !given.link_hosts.iter().all(|host| is_host(host)) {
            let says = "expected names of hosts, like \"paylate.ru\", in lower case";
            return Err(Error::invalid("assumptions.link_hosts", says));
        }
        let name = &given.receipt_supplier_inn;
        if name.is_empty() || POSITION.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            let says = "expected a name of its own, like \"supplierInn\"";
            return Err(Error::invalid("assumptions.receipt_supplier_inn", says));
        }
        Ok(given)
    }

    /// What `describe` lists.
    pub fn describe(&self) -> Value {
        assumptions::describe("docs/gateways/intellectmoney.md", &ROWS, self, FIXED)
    }
}

/// Two labels or more: a whole country is no host.
fn is_host(name: &str) -> bool {
    let sign = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    let label = |label: &str| !label.is_empty() && label.bytes().all(sign);
    name.contains('.') && name.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fact_is_listed_with_its_default() {
        let settings = crate::fields::parse(b"{}").unwrap();
        let (common, _) = Common::split(&settings).unwrap();
        let described = Assumptions::read(&common).unwrap().describe();
        for row in described.as_array().unwrap() {
            assert_eq!(row["value"], row["default"], "{row}");
            assert!(!row["value"].is_null(), "{row}");
        }
        assert_eq!(crate::fields::names::<Assumptions>(), ROWS.map(|(name, _, _)| name));
    }

    #[test]
    fn hosts_are_names_and_no_whole_country() {
        for good in ["paylate.ru", "pay-1.bank.example"] {
            assert!(is_host(good), "{good}");
        }
        for odd in ["", "ru", ".ru", "PayLate.ru", "https://paylate.ru", "paylate.ru/", "*.ru"] {
            assert!(!is_host(odd), "{odd}");
        }
    }
}
