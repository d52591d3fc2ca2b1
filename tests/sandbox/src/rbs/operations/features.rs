//! `features` of a registration (the gateway's documents).

use super::super::fields::Fields;
use super::super::merchants::Merchant;
use super::super::refusals::Refusal;

const KNOWN: &[&str] = &[
    "FIXED_BINDING",
    "BINDING_NOT_NEEDED",
    "FIXED_BONUS_AMOUNT",
    "FORCE_TDS",
    "FORCE_SSL",
    "FRAUD_FORCE_TDS",
    "FRAUD_FORCE_SSL",
    "PAYMENT_WAY_FORCE_TDS",
    "PAYMENT_WAY_FORCE_SSL",
    "AUTO_PAYMENT",
    "FORCE_NO_CVC",
    "FORCE_FULL_TDS",
    "VERIFY",
    "SKIP_VERIFY",
    "SKIP_PAYER_EMAIL_NOTIFY",
    "SKIP_PAYER_PHONE_NOTIFY",
    "SKIP_PAYER_CREATE_NOTIFY",
    "FORCE_GENERATE_ORDERNUMBER",
    "ORDER_NUMBER_EXPLICIT_INDICATION",
    "PAY_BY_CLIENT",
    "WITHOUT_FROM_CARD",
    "WITHOUT_TO_CARD",
    "REVERSE_AFTER_RECURRENT_INITIALIZE",
    "NEW_TRANSPORT_CARD",
    "SBOL_PAYMENT",
    "SBOL_OTP_PAYMENT",
    "FORCE_PSE",
    "FORCE_EFECTY",
    "FORCE_QR",
    "FORCE_P2P_DEBIT",
    "FIXED_TIPS",
    "BNPL",
    "FORCE_REDIRECT_TO_URL",
    "FORCE_CREATE_BINDING",
    "FORCE_PAYMENT_WAY",
    "SKIP_UNSUCCESSFUL_PAYMENT_CALLBACK",
    "OVERRIDE_CLIENT_ID",
    "RECURRENT_PAYMENT",
    "ACS_IN_IFRAME",
    "SBP_BINDING",
];

/// The features of the call, or why they cannot stand together.
pub fn read(fields: &Fields, merchant: &Merchant) -> Result<Vec<String>, Refusal> {
    let features = fields.all("features");
    let has = |name: &str| features.iter().any(|feature| feature == name);
    if features.iter().any(|feature| !KNOWN.contains(&feature.as_str())) {
        return Err(Refusal::bad_features());
    }
    if has("FORCE_TDS") && has("FORCE_SSL") {
        return Err(Refusal::bad_features());
    }
    let alone = fields.get("clientId").is_none()
        || fields.get("bindingId").is_some()
        || fields.get("bindingNotNeeded") == Some("true");
    if has("FORCE_CREATE_BINDING") && alone {
        return Err(Refusal::bad_features());
    }
    if has("AUTO_PAYMENT") && (has("FORCE_TDS") || has("FORCE_SSL")) {
        return Err(Refusal::no_privilege());
    }
    if (has("AUTO_PAYMENT") || has("VERIFY")) && !merchant.settings.special_payments {
        return Err(Refusal::no_privilege());
    }
    Ok(features)
}
