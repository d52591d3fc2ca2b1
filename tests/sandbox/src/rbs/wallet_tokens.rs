//! Payment tokens of wallets (the gateway's documents). A real one is encrypted by a phone;
//! here the encrypted part is Base64 of its plain text, which may carry the outcome under `sandbox`.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::cards::{self, Behaviour};
use super::orders::CardEntry;
use super::refusals::Refusal;
use crate::base64;

/// What a token is made of, and what comes out of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// `apple`, `apple_direct`, `google`, `google_direct`, `samsung`, `samsung_direct`, `mir`,
    /// `yandex`.
    pub wallet: String,
    /// Number.
    pub pan: String,
    /// `YYYYMM`.
    pub expiration: String,
    /// Minor units.
    pub amount: Option<i64>,
    /// ISO 4217 numeric.
    pub currency: Option<String>,
    /// `success`, `decline`, `3ds`; absent: what the test card does.
    pub outcome: Option<String>,
    /// Of `decline`; 116 unless given.
    pub action_code: Option<i64>,
}

/// A token that was read.
#[derive(Clone, Debug)]
pub struct Token {
    /// Number and expiry.
    pub card: CardEntry,
    /// Minor units, where the token has them.
    pub amount: Option<i64>,
    /// ISO 4217 numeric, where the token has it.
    pub currency: Option<String>,
    /// What the bank says.
    pub behaviour: Behaviour,
    /// Whether 3-D Secure must come first, where the token tells.
    pub challenged: Option<bool>,
}

fn packed(value: &Value) -> String {
    base64::encode(value.to_string().as_bytes())
}

/// A token in the shape of its wallet; `None` for a wallet that there is not.
pub fn made(wanted: &Wanted) -> Option<String> {
    let mut plain = plain(wanted)?;
    if let Some(object) = plain.as_object_mut() {
        object.insert(
            "sandbox".into(),
            json!({"outcome": wanted.outcome, "action_code": wanted.action_code}),
        );
    }
    Some(match wanted.wallet.as_str() {
        // PKPaymentToken.paymentData.
        "apple" => packed(&json!({
            "version": "EC_v1",
            "data": packed(&plain),
            "signature": base64::encode(b"sandbox"),
            "header": {
                "ephemeralPublicKey": base64::encode(b"sandbox"),
                "publicKeyHash": base64::encode(b"sandbox"),
                "transactionId": uuid::Uuid::new_v4().simple().to_string(),
            },
        })),
        "google" => packed(&json!({
            "protocolVersion": "ECv1",
            "signature": base64::encode(b"sandbox"),
            "signedMessage": json!({
                "encryptedMessage": packed(&plain),
                "ephemeralPublicKey": base64::encode(b"sandbox"),
                "tag": base64::encode(b"sandbox"),
            }).to_string(),
        })),
        _ => packed(&plain),
    })
}

fn plain(wanted: &Wanted) -> Option<Value> {
    let Wanted { pan, expiration, amount, currency, .. } = wanted;
    let (year, month) = expiration.split_at_checked(4)?;
    let amount = amount.unwrap_or(0);
    let currency = currency.as_deref().unwrap_or("643");
    let short = year.get(2..)?;
    Some(match wanted.wallet.trim_end_matches("_direct") {
        "apple" => json!({
            "applicationPrimaryAccountNumber": pan,
            "applicationExpirationDate": format!("{short}{month}31"),
            "currencyCode": currency,
            "transactionAmount": amount,
            "deviceManufacturerIdentifier": "040010030273",
            "paymentDataType": "3DSecure",
            "paymentData": {"onlinePaymentCryptogram": base64::encode(b"cryptogram")},
        }),
        "google" => json!({
            "paymentMethod": "CARD",
            "paymentMethodDetails": {
                "pan": pan,
                "expirationMonth": month.parse::<u8>().ok()?,
                "expirationYear": year.parse::<u16>().ok()?,
            },
            "gatewayMerchantId": "sandbox",
            "messageId": uuid::Uuid::new_v4().to_string(),
            "messageExpiration": (crate::clock::now() + 7 * 24 * 3_600_000).to_string(),
        }),
        "samsung" => json!({
            "amount": amount.to_string(),
            "currency_code": currency,
            "utc": crate::clock::now().to_string(),
            "eci_indicator": "7",
            "tokenPAN": pan,
            "tokenPanExpiration": format!("{month}{short}"),
            "cryptogram": base64::encode(b"cryptogram"),
        }),
        "mir" | "yandex" => json!({
            "pan": pan, "expiration": expiration, "amount": amount, "currency": currency,
        }),
        _ => return None,
    })
}

/// Reads a token of a wallet: any other shape is a bad payment token.
pub fn read(wallet: &str, text: &str) -> Result<Token, Refusal> {
    let wrong = || Refusal::bad_value("paymentToken");
    let outer = unpacked(text).ok_or_else(wrong)?;
    let plain = match wallet {
        "apple" => unpacked(text_of(&outer, "data").ok_or_else(wrong)?),
        "google" => text_of(&outer, "signedMessage")
            .and_then(|message| serde_json::from_str::<Value>(message).ok())
            .and_then(|message| unpacked(text_of(&message, "encryptedMessage")?)),
        _ => Some(outer),
    };
    opened(wallet.trim_end_matches("_direct"), &plain.ok_or_else(wrong)?).ok_or_else(wrong)
}

fn unpacked(text: &str) -> Option<Value> {
    serde_json::from_slice(&base64::decode(text)?).ok()
}

fn text_of<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name)?.as_str()
}

fn opened(wallet: &str, plain: &Value) -> Option<Token> {
    let number = |value: &Value| match value {
        Value::String(text) => text.parse::<i64>().ok(),
        other => other.as_i64(),
    };
    let (pan, expiration, amount, currency) = match wallet {
        "apple" => {
            let date = text_of(plain, "applicationExpirationDate")?;
            // A cryptogram is what makes an Apple token one.
            text_of(plain.get("paymentData")?, "onlinePaymentCryptogram")?;
            let pan = text_of(plain, "applicationPrimaryAccountNumber")?;
            let amount = number(plain.get("transactionAmount")?)?;
            let currency = plain
                .get("currencyCode")
                .map(|code| code.as_str().map_or(code.to_string(), str::to_owned));
            (pan, format!("20{}", date.get(..4)?), Some(amount), currency)
        }
        "google" => {
            let details = plain.get("paymentMethodDetails")?;
            let expires = number(plain.get("messageExpiration")?)?;
            let (year, month) =
                (number(details.get("expirationYear")?)?, number(details.get("expirationMonth")?)?);
            if expires <= crate::clock::now() {
                return None;
            }
            (text_of(details, "pan")?, format!("{year}{month:02}"), None, None)
        }
        "samsung" => {
            let date = text_of(plain, "tokenPanExpiration")?;
            text_of(plain, "cryptogram")?;
            let amount = number(plain.get("amount")?)?;
            let currency = text_of(plain, "currency_code")?.to_owned();
            let (month, year) = date.split_at_checked(2)?;
            (text_of(plain, "tokenPAN")?, format!("20{year}{month}"), Some(amount), Some(currency))
        }
        _ => {
            let currency = text_of(plain, "currency").map(str::to_owned);
            let amount = plain.get("amount").and_then(number);
            (text_of(plain, "pan")?, text_of(plain, "expiration")?.to_owned(), amount, currency)
        }
    };
    let told = plain.get("sandbox");
    let outcome = told.and_then(|told| text_of(told, "outcome"));
    let code = told.and_then(|told| told.get("action_code")).and_then(Value::as_i64);
    let behaviour = match outcome {
        Some("success" | "3ds") => Behaviour::Accepted,
        Some("decline") => Behaviour::Refused(code.unwrap_or(116)),
        _ => cards::known_behaviour(pan),
    };
    let card = CardEntry { pan: pan.to_owned(), expiration, holder: String::new() };
    Some(Token { card, amount, currency, behaviour, challenged: outcome.map(|told| told == "3ds") })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(wallet: &str) -> Wanted {
        Wanted {
            wallet: wallet.into(),
            pan: "4000001111111118".into(),
            expiration: "203012".into(),
            amount: Some(5000),
            currency: Some("643".into()),
            outcome: Some("decline".into()),
            action_code: Some(51),
        }
    }

    #[test]
    fn every_wallets_token_is_read_back() {
        for wallet in [
            "apple",
            "apple_direct",
            "google",
            "google_direct",
            "samsung",
            "samsung_direct",
            "mir",
            "yandex",
        ] {
            let token = read(wallet, &made(&wanted(wallet)).unwrap()).unwrap();
            assert_eq!(token.card.expiration, "203012", "{wallet}");
            assert_eq!(token.card.pan, "4000001111111118", "{wallet}");
            assert_eq!(token.behaviour, Behaviour::Refused(51), "{wallet}");
            assert_eq!(token.amount.unwrap_or(5000), 5000, "{wallet}");
        }
        assert_eq!(made(&wanted("what")), None);
    }

    #[test]
    fn shapes_are_not_mixed_up() {
        let apple = made(&wanted("apple")).unwrap();
        for wallet in ["google", "samsung", "apple_direct", "mir"] {
            assert!(read(wallet, &apple).is_err(), "{wallet}");
        }
        assert!(read("apple", "e30=").is_err());
        assert!(read("apple", "not base64").is_err());
    }
}
