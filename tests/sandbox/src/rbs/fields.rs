//! Parameters of a call: read strictly, checked against the documented lengths and formats.

use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::refusals::Refusal;
use crate::exchange::Call;

mod cards;
mod json;
mod sbp;

/// Longest value of each parameter that the sandbox knows, in characters (the gateway's documents;
/// `docs/gateways/rbs.md`, Orders).
const LIMITS: &[(&str, usize)] = &[
    ("userName", 100),
    ("password", 200),
    ("token", 256),
    ("orderNumber", 36),
    ("amount", 12),
    ("currency", 3),
    ("returnUrl", 512),
    ("failUrl", 512),
    ("dynamicCallbackUrl", 512),
    ("description", 598),
    ("language", 2),
    ("ip", 39),
    ("pageView", 20),
    ("clientId", 255),
    ("merchantLogin", 255),
    ("cardholderName", 150),
    ("jsonParams", 65_536),
    ("sessionTimeoutSecs", 9),
    ("expirationDate", 19),
    ("bindingId", 255),
    ("features", 255),
    ("autocompletionDate", 19),
    ("autoReverseDate", 19),
    ("postAddress", 598),
    ("orderBundle", 262_144),
    ("additionalOfdParams", 65_536),
    ("taxSystem", 2),
    ("feeInput", 8),
    ("email", 40),
    ("phone", 16),
    ("merchantInn", 16),
    ("prepaymentMdOrder", 36),
    ("mcc", 4),
    ("mvv", 10),
    ("paymentFacilitator", 65_536),
    ("billingPayerData", 65_536),
    ("shippingPayerData", 65_536),
    ("preOrderPayerData", 65_536),
    ("orderPayerData", 65_536),
    ("billingAndShippingAddressMatchIndicator", 1),
    ("clientBrowserInfo", 65_536),
    ("tii", 3),
    ("originalPaymentNetRefNum", 36),
    ("originalPaymentDate", 13),
    ("orderId", 36),
    ("depositItems", 262_144),
    ("depositType", 1),
    ("multipleCompletionOrderDescription", 598),
    ("refundItems", 262_144),
    ("agent", 65_536),
    ("supplierPhones", 1024),
    ("expectedDepositedAmount", 12),
    ("externalRefundId", 36),
    // Receipts, reports and free-sum refunds.
    ("mdOrder", 36),
    ("uuid", 32),
    ("receipt", 65_536),
    ("positionId", 12),
    ("ofdParams", 65_536),
    ("params", 65_536),
    ("size", 9),
    ("page", 9),
    ("from", 14),
    ("to", 14),
    ("transactionStates", 255),
    ("merchants", 1024),
    ("searchByCreatedDate", 5),
];

/// Parameters of one call. An empty value counts as absent, as the gateway sees it.
#[derive(Clone, Debug, Default)]
pub struct Fields {
    pairs: Vec<(String, String)>,
}

impl Fields {
    /// Query and form body together, as a servlet reads them. A body of another kind is not read.
    pub fn of(call: &Call) -> Result<Self, Refusal> {
        let mut pairs = Vec::new();
        if let Some(query) = &call.query {
            read(query.as_bytes(), &mut pairs)?;
        }
        // The published call of this method labels its form as JSON.
        if call.is_form() || call.path.ends_with("/sbp/c2b/qr/dynamic/reject.do") {
            read(&call.body, &mut pairs)?;
        }
        let fields = Self { pairs };
        fields.check()?;
        Ok(fields)
    }

    /// The same parameters from a body of another dialect, which has been checked there.
    pub fn translated(pairs: Vec<(String, String)>) -> Self {
        Self { pairs }
    }

    fn check(&self) -> Result<(), Refusal> {
        for (index, (name, value)) in self.pairs.iter().enumerate() {
            let repeated = self.pairs.iter().take(index).any(|(earlier, _)| earlier == name);
            // A servlet would take the first and drop the rest: no client can mean that.
            if repeated && name != "features" {
                return Err(Refusal::bad_value(name));
            }
            if looks_like_code(value) {
                return Err(Refusal::bad_value(name));
            }
            let limit = known(name);
            if limit.is_some_and(|limit| value.chars().count() > limit) {
                return Err(match name.as_str() {
                    "orderNumber" => Refusal::bad_number(),
                    "currency" => Refusal::unknown_currency(),
                    "returnUrl" | "failUrl" => Refusal::bad_return_url(),
                    _ => Refusal::bad_value(name),
                });
            }
        }
        Ok(())
    }

    /// A value, when it is there and not empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.pairs
            .iter()
            .find(|(known, value)| known == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }

    /// Whether the parameter is there, empty or not: a mandatory one without a value comes empty.
    pub fn has(&self, name: &str) -> bool {
        self.pairs.iter().any(|(known, _)| known == name)
    }

    /// The same parameters with one more, in place of what stood under its name.
    pub fn with(&self, name: &str, value: impl Into<String>) -> Self {
        let mut pairs = self.pairs.clone();
        pairs.retain(|(known, _)| known != name);
        pairs.push((name.to_owned(), value.into()));
        Self { pairs }
    }

    /// The same parameters, one of them under another method's name for it.
    pub fn renamed(&self, from: &str, to: &str) -> Self {
        match self.get(from).filter(|_| self.get(to).is_none()) {
            Some(value) => self.with(to, value),
            None => self.clone(),
        }
    }

    /// `true` or `false`; absent is `false`.
    pub fn flag(&self, name: &str) -> Result<bool, Refusal> {
        match self.get(name) {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(Refusal::bad_value(name)),
        }
    }

    /// The same as an owned text.
    pub fn owned(&self, name: &str) -> Option<String> {
        self.get(name).map(str::to_owned)
    }

    /// Every value of a parameter that may be repeated.
    pub fn all(&self, name: &str) -> Vec<String> {
        let given = self.pairs.iter().filter(|(known, value)| known == name && !value.is_empty());
        given.map(|(_, value)| value.clone()).collect()
    }

    /// The language for texts.
    pub fn language(&self) -> &str {
        self.get("language").unwrap_or("ru")
    }

    /// Minor units: digits only, twelve at most. `None` when absent.
    pub fn minor_units(&self, name: &str) -> Result<Option<i64>, Refusal> {
        let Some(text) = self.get(name) else {
            return Ok(None);
        };
        let good = text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse().ok().filter(|_| good).map(Some).ok_or_else(|| Refusal::bad_value(name))
    }

    /// A parameter that holds JSON text.
    pub fn json(&self, name: &str) -> Result<Option<Value>, Refusal> {
        let Some(text) = self.get(name) else {
            return Ok(None);
        };
        serde_json::from_str(text).map(Some).map_err(|_| Refusal::bad_value(name))
    }

    /// A parameter that the sandbox has never heard of.
    pub fn unknown(&self) -> Option<&str> {
        self.pairs.iter().find(|(name, _)| known(name).is_none()).map(|(name, _)| name.as_str())
    }
}

/// The longest value of a parameter, when the sandbox knows it.
fn known(name: &str) -> Option<usize> {
    let mut rows = LIMITS.iter().chain(cards::LIMITS).chain(sbp::LIMITS);
    rows.find(|(known, _)| *known == name).map(|(_, limit)| *limit)
}

fn read(bytes: &[u8], pairs: &mut Vec<(String, String)>) -> Result<(), Refusal> {
    let text = std::str::from_utf8(bytes).map_err(|_| Refusal::bad_value("body"))?;
    for piece in text.split('&').filter(|piece| !piece.is_empty()) {
        let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
        let name = decoded(name).ok_or_else(|| Refusal::bad_value("body"))?;
        let value = decoded(value).ok_or_else(|| Refusal::bad_value(&name))?;
        pairs.push((name, value));
    }
    Ok(())
}

fn decoded(text: &str) -> Option<String> {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8().ok().map(|text| text.into_owned())
}

/// The gateway declines values with markup or script (its documents).
pub fn looks_like_code(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let tag = lower.as_bytes().windows(2).any(|pair| {
        matches!(pair, [b'<', next] if next.is_ascii_alphabetic() || matches!(next, b'/' | b'!' | b'?'))
    });
    tag || lower.trim_start().starts_with("javascript:")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(body: &str) -> Result<Fields, Refusal> {
        let mut pairs = Vec::new();
        read(body.as_bytes(), &mut pairs)?;
        let fields = Fields { pairs };
        fields.check()?;
        Ok(fields)
    }

    #[test]
    fn limits_are_kept() {
        for (name, limit) in LIMITS {
            assert!(fields(&format!("{name}={}", "1".repeat(*limit))).is_ok(), "{name}");
            assert!(fields(&format!("{name}={}", "1".repeat(limit + 1))).is_err(), "{name}");
        }
        assert!(fields(&format!("description={}", "я".repeat(598))).is_ok());
        assert_eq!(fields(&format!("orderNumber={}", "1".repeat(37))).unwrap_err().code, 1);
    }

    #[test]
    fn values_are_decoded_and_suspected() {
        let read = fields("description=a%2Bb+c&features=A&features=B&email=").unwrap();
        assert_eq!(read.get("description"), Some("a+b c"));
        assert_eq!(read.all("features"), ["A", "B"]);
        assert_eq!(read.get("email"), None);
        for body in ["a=%FF", "description=%3Cscript%3E", "amount=1&amount=2", "x=javascript:1"] {
            assert!(fields(body).is_err(), "{body}");
        }
        assert!(fields("description=1%20%3C%202").is_ok());
    }

    #[test]
    fn amounts_are_digits() {
        assert_eq!(fields("amount=0100").unwrap().minor_units("amount"), Ok(Some(100)));
        for body in ["amount=-1", "amount=1.5", "amount=%2B1", "amount=1e3", "amount=%D9%A1"] {
            assert!(fields(body).unwrap().minor_units("amount").is_err(), "{body}");
        }
    }
}
