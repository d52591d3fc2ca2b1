//! Versions of replies: which field appears from which version on (the gateway's documents).

use serde_json::{Map, Value};

/// Fields of getOrderStatusExtended.do that version 0 has not got.
pub const STATUS: &[(&str, u32)] = &[
    ("orderBundle", 1),
    ("authDateTime", 2),
    ("terminalId", 2),
    ("authRefNum", 2),
    ("paymentAmountInfo", 3),
    ("bankInfo", 3),
    ("loyaltyInfo", 4),
    ("refunds", 5),
    ("chargeback", 6),
    ("cardAuthInfo.secureAuthInfo.paResStatus", 7),
    ("cardAuthInfo.secureAuthInfo.veResStatus", 7),
    ("cardAuthInfo.secureAuthInfo.paResCheckStatus", 7),
    ("cardAuthInfo.paymentSystem", 8),
    ("cardAuthInfo.product", 8),
    ("paymentWay", 9),
    ("depositedDate", 10),
    ("refundedDate", 12),
    ("reversedDate", 12),
    ("payerData", 13),
    ("transactionAttributes", 14),
    ("prepaymentMdOrder", 15),
    ("partpaymentMdOrders", 15),
    ("feUtrnno", 16),
    ("cardAuthInfo.productCategory", 17),
    ("totalAmount", 18),
    ("avsCode", 19),
    ("bindingInfo.externalCreated", 20),
    ("refunds.externalRefundId", 21),
    ("efectyOrderInfo", 23),
    ("ofdOrderBundle", 24),
    ("refunds.approvalCode", 26),
    ("pluginInfo", 28),
    ("cardAuthInfo.secureAuthInfo.aresTransStatus", 30),
    ("cardAuthInfo.secureAuthInfo.rreqTransStatus", 30),
    ("cardAuthInfo.secureAuthInfo.threeDSProtocolVersion", 30),
    ("orderBundle.loyalties", 32),
    ("displayErrorMessage", 33),
    ("orderBundle.cartItems.items.depositedItemAmount", 34),
    ("orderBundle.cartItems.items.itemPrice", 34),
    ("cardAuthInfo.corporateCard", 35),
    ("tii", 37),
    ("usedPsdIndicatorValue", 37),
    ("payerData.paymentAccountReference", 38),
    ("detokenizedPanRepresentation", 39),
    ("detokenizedPanExpiryDate", 39),
    ("partialAuthorization", 41),
    ("cardAuthInfo.secureAuthInfo.authTypeIndicator", 43),
    ("tokenizationInfo", 45),
    ("mcc", 46),
    ("mvv", 46),
    ("paymentFacilitator", 46),
];

/// Fields of getReceiptStatus.do that version 1 has not got.
pub const RECEIPT: &[(&str, u32)] = &[
    ("receipt.original_ofd_uuid", 2),
    ("receipt.receiptType", 3),
    ("receipt.ofdReceiptParams", 4),
    ("receipt.ofdOrderBundle", 5),
];

/// Takes out what came after `version`.
pub fn prune(reply: &mut Map<String, Value>, table: &[(&str, u32)], version: u32) {
    for (path, since) in table {
        if *since > version {
            remove(reply, path);
        }
    }
}

fn remove(object: &mut Map<String, Value>, path: &str) {
    let Some((first, rest)) = path.split_once('.') else {
        object.shift_remove(path);
        return;
    };
    match object.get_mut(first) {
        Some(Value::Object(inner)) => remove(inner, rest),
        Some(Value::Array(rows)) => {
            rows.iter_mut().filter_map(Value::as_object_mut).for_each(|row| remove(row, rest));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_appear_from_their_version_on() {
        let whole = json!({"tii": "F", "cardAuthInfo": {"pan": "1", "product": "x"},
            "refunds": [{"amount": 1, "externalRefundId": "r"}]});
        let at = |version: u32| {
            let mut reply = whole.as_object().unwrap().clone();
            prune(&mut reply, STATUS, version);
            Value::Object(reply)
        };
        assert_eq!(at(0), json!({"cardAuthInfo": {"pan": "1"}}));
        let eight =
            json!({"cardAuthInfo": {"pan": "1", "product": "x"}, "refunds": [{"amount": 1}]});
        assert_eq!(at(8), eight);
        assert_eq!(at(46), whole);
    }
}
