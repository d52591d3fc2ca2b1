//! What of a reply or a webhook may be shown, by field name.

use serde_json::Value;

use crate::fields::Fields;
use crate::redact::{self, Mask};

/// The reply with personal data masked and secrets left out.
pub fn shown(fields: &Fields) -> Value {
    let mut value = Value::Object(fields.clone());
    redact::mask(&mut value, &mask_of);
    value
}

/// Whether a field of that name is masked or left out.
pub fn is_masked(name: &str) -> bool {
    mask_of(&name.to_ascii_lowercase()).is_some()
}

fn mask_of(name: &str) -> Option<Mask> {
    Some(match name {
        "hash" | "purchasehash" | "sign" | "secretkey" | "signsecretkey" | "bearertoken"
        | "usertoken" | "password" | "cvv" | "expiredmonth" | "expiredyear"
        | "activationamount" => Mask::Drop,
        "pan" | "shortpan" | "maskedpan" => Mask::Card,
        // Accounts of the Personal API are numbers of wallets, those of payouts are phones.
        "username" | "cardholder" | "recipientname" | "ipaddress" | "account" | "accountid"
        | "paymentaccount" | "recipientaccount" | "customercontact" => Mask::All,
        // Free words, of which nobody knows what stands in them.
        "comment" | "description" => Mask::All,
        _ if name.starts_with("userfield_") => Mask::All,
        _ if name.ends_with("email") => Mask::Email,
        _ if name.ends_with("phone") || name.ends_with("phonenumbers") => Mask::Tail,
        "login" => Mask::Email,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn masked(value: Value) -> Value {
        shown(value.as_object().unwrap())
    }

    #[test]
    fn a_webhook_shows_what_happened_and_to_nobody() {
        let told = masked(json!({
            "EshopId": "450001", "PaymentId": "3000000017", "OrderId": "A-17", "ServiceName": "Tea",
            "EshopAccount": "4000450001", "RecipientAmount": "10.00", "PaymentStatus": "5",
            "UserName": "Иван Иванов", "UserEmail": "ivan@mail.example", "IpAddress": "192.0.2.7",
            "ShortPan": "444455XXXXXX3333", "Country": "RUS", "Bank": "Sandbox",
            "UserField_1": "+79991234567", "UserFieldName_1": "phone", "SecretKey": "mySecret",
            "Hash": "51f6bca36bf9a0c68c63fea6ab2f2c79", "rrn": "123456789012",
        }));
        let expected = json!({
            "EshopId": "450001", "PaymentId": "3000000017", "OrderId": "A-17", "ServiceName": "Tea",
            "EshopAccount": "4000450001", "RecipientAmount": "10.00", "PaymentStatus": "5",
            "UserName": "***", "UserEmail": "i***@mail.example", "IpAddress": "***",
            "ShortPan": "444455**3333", "Country": "RUS", "Bank": "Sandbox", "UserField_1": "***",
            "UserFieldName_1": "phone", "rrn": "123456789012",
        });
        assert_eq!(told, expected);
    }

    #[test]
    fn histories_payouts_and_receipts_are_masked_in_either_case_and_at_any_depth() {
        let history = masked(json!({ "Result": { "InvoicesHistoryList": [{
            "Id": 3_000_000_017_u64, "State": "Paid", "OwnerEmail": "ivan@mail.example",
            "Comment": "for Иван", "HistoryList": [{ "Description": "from Иван", "PaymentAccount": 9_161_234_567_u64, "RecipientAccount": "4000450001",
                "PaymentAmount": 10 }],
        }] } }));
        let invoice = &history["Result"]["InvoicesHistoryList"][0];
        assert_eq!(invoice["OwnerEmail"], "i***@mail.example");
        assert_eq!(invoice["Comment"], "***");
        let line = json!({
            "Description": "***", "PaymentAccount": "***", "RecipientAccount": "***", "PaymentAmount": 10,
        });
        assert_eq!(invoice["HistoryList"][0], line);
        let payout = masked(json!({
            "pan": "4444555511113333", "account": "79991234567", "recipientName": "Иван",
            "userToken": "5f2c", "cvv": "123", "user_email": "ivan@mail.example",
        }));
        let expected = json!({
            "pan": "444455**3333", "account": "***", "recipientName": "***",
            "user_email": "i***@mail.example",
        });
        assert_eq!(payout, expected);
        let receipt = r#"{"inn":"7700000000","content":{"customerContact":"+79991234567","positions":[{"supplierInfo":{"phoneNumbers":["+74950000001"]}}]}}"#;
        let shown = masked(json!({ "MerchantReceipt": receipt }))["MerchantReceipt"].to_string();
        assert!(shown.contains("7700000000") && shown.contains("***0001"), "{shown}");
        assert!(!shown.contains("79991234567"), "{shown}");
    }
}
