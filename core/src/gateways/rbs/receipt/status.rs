//! What became of the receipts of an order: the replies of getReceiptStatus in both dialects, and
//! what an order's status says of them.

use serde_json::Value;

use super::super::reply::Reply;
use crate::clock;
use crate::receipt::{Fiscal, Issued, Kind, Progress};
use crate::redact;

/// From getReceiptStatus of the form API (D1).
pub fn of_receipts(reply: &Reply) -> Fiscal {
    Fiscal::of(reply.blocks("receipt").iter().map(of_row).collect())
}

/// From getReceiptStatus of Sberbank (D4). Its codes mean something else, whatever the list is called:
/// no document names it.
pub fn of_ecomm_receipts(reply: &Reply) -> Fiscal {
    let lists = ["receipts", "receipt"].into_iter().flat_map(|name| reply.blocks(name));
    Fiscal::of(lists.map(|row| of_ecomm_row(&row)).collect())
}

/// From getOrderStatusExtended: only whether there is a cart for receipts. Its absence proves
/// nothing, since the field comes with the merchant's version of the reply.
pub fn of_order(reply: &Reply) -> Option<Fiscal> {
    let there = match reply.get("ofdOrderBundle") {
        Some(Value::Array(list)) => !list.is_empty(),
        Some(Value::Object(fields)) => !fields.is_empty(),
        _ => false,
    };
    there.then(|| Fiscal { requested: Some(true), ..Fiscal::default() })
}

fn of_row(row: &Reply) -> Issued {
    let code = row.text("receiptStatus");
    let (status, kind) = match code.as_deref() {
        Some("0") => (Progress::Pending, Some(Kind::Payment)),
        Some("1") => (Progress::Done, Some(Kind::Payment)),
        Some("2") => (Progress::Failed, Some(Kind::Payment)),
        Some("3") => (Progress::Pending, Some(Kind::Refund)),
        Some("4") => (Progress::Done, Some(Kind::Refund)),
        Some("5") => (Progress::Failed, Some(Kind::Refund)),
        Some("6") => (Progress::Pending, Some(Kind::Correction)),
        Some("7") => (Progress::Done, Some(Kind::Correction)),
        Some("8") => (Progress::Failed, Some(Kind::Correction)),
        _ => (Progress::Unknown, None),
    };
    let closes = row.text("receiptType").is_some_and(|word| word.eq_ignore_ascii_case("close"));
    let kind = match kind {
        Some(Kind::Payment) if closes => Some(Kind::Closing),
        kind => kind,
    };
    let issued_at = row.moment("receipt_datetime").or_else(|| row.moment("receipt_date_time"));
    Issued {
        status,
        kind,
        uuid: row.text("uuid"),
        original_uuid: row.text("original_ofd_uuid"),
        url: row.text("ofd_receipt_url"),
        fiscal_document_number: row.text("fiscal_document_number"),
        fiscal_document_attribute: row.text("fiscal_document_attribute"),
        fiscal_drive_number: row.text("fn_number"),
        register_number: row.text("ecr_registration_number"),
        shift_number: row.text("shift_number"),
        number_in_shift: row.text("fiscal_receipt_number"),
        issued_at: issued_at.map(clock::print),
        code,
        text: None,
        remedy: None,
    }
}

fn of_ecomm_row(row: &Reply) -> Issued {
    let code = row.text("receiptStatus");
    let status = match code.as_deref() {
        Some("1" | "2") => Progress::Pending,
        Some("3") => Progress::Done,
        Some("4" | "5" | "6") => Progress::Failed,
        // 0 is "not determined".
        _ => Progress::Unknown,
    };
    let kind = match row.text("receiptType").map(|word| word.to_uppercase()).as_deref() {
        Some("SELL") => Some(Kind::Payment),
        Some("SELL_REFUND") => Some(Kind::Refund),
        _ => None,
    };
    let (printed, error) = (row.block("payload"), row.block("error"));
    let remedy = match error.text("recommendation").as_deref() {
        Some("1") => Some("retry"),
        Some("2") => Some("fix_receipt"),
        Some("3") => Some("fix_cash_register"),
        _ => None,
    };
    // No document shows a whole reply: in the printed part, or beside it as the form API has them.
    let told = |inside: &str, beside: &str| printed.text(inside).or_else(|| row.text(beside));
    Issued {
        status,
        kind,
        uuid: row.text("receiptId"),
        original_uuid: row.text("origReceiptId"),
        url: told("ofdReceiptUrl", "ofd_receipt_url"),
        fiscal_document_number: told("fiscalDocumentNumber", "fiscal_document_number"),
        fiscal_document_attribute: told("fiscalDocumentAttribute", "fiscal_document_attribute"),
        fiscal_drive_number: told("fnNumber", "fn_number"),
        register_number: told("ecrRegistrationNumber", "ecr_registration_number"),
        shift_number: told("shiftNumber", "shift_number"),
        number_in_shift: told("fiscalReceiptNumber", "fiscal_receipt_number"),
        // `dd.mm.yyyy HH:MM:SS` in a zone that nobody names.
        issued_at: None,
        code,
        text: error.text("text").map(|text| redact::text(&text)),
        remedy,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::gateways::rbs::tables;
    use crate::http::HttpResponse;

    fn reply(value: Value) -> Reply {
        let body = value.to_string().into_bytes();
        let response = HttpResponse { status: 200, headers: Vec::new(), body };
        Reply::read(&response, &tables::orders::STATUS).unwrap()
    }

    #[test]
    fn receipts_of_the_form_api() {
        let fiscal = of_receipts(&reply(json!({"errorCode": "0", "receipt": [
            {"receiptStatus": 1, "uuid": "a", "receipt_date_time": 1767225600000u64,
             "fiscal_document_number": 12, "shift_number": "3", "fn_number": "9999",
             "ofd_receipt_url": "https://ofd.example/a"},
            {"receiptStatus": "0", "receiptType": "close", "uuid": "b",
             "receipt_datetime": "1767225600000"},
            {"receiptStatus": 4, "uuid": "c"},
        ]})));
        assert_eq!(fiscal.status, Some(Progress::Pending));
        assert_eq!(fiscal.requested, Some(true));
        let [paid, closing, refund] = &fiscal.receipts[..] else { panic!() };
        assert_eq!((paid.status, paid.kind), (Progress::Done, Some(Kind::Payment)));
        assert_eq!(paid.fiscal_document_number.as_deref(), Some("12"));
        assert_eq!(paid.url.as_deref(), Some("https://ofd.example/a"));
        assert_eq!(paid.issued_at.as_deref(), Some("2026-01-01T00:00:00Z"));
        assert_eq!((closing.status, closing.kind), (Progress::Pending, Some(Kind::Closing)));
        assert_eq!(closing.issued_at, paid.issued_at);
        assert_eq!((refund.status, refund.kind), (Progress::Done, Some(Kind::Refund)));
    }

    #[test]
    fn every_code_of_the_form_api_has_its_word() {
        use Progress::*;
        for (code, status, kind) in [
            (json!(0), Pending, Some(Kind::Payment)),
            (json!(1), Done, Some(Kind::Payment)),
            (json!(2), Failed, Some(Kind::Payment)),
            (json!(3), Pending, Some(Kind::Refund)),
            (json!(4), Done, Some(Kind::Refund)),
            (json!(5), Failed, Some(Kind::Refund)),
            (json!("6"), Pending, Some(Kind::Correction)),
            (json!("7"), Done, Some(Kind::Correction)),
            (json!("8"), Failed, Some(Kind::Correction)),
            (json!("9"), Unknown, None),
            (json!(null), Unknown, None),
        ] {
            let rows = reply(json!({"errorCode": 0, "receipt": [{"receiptStatus": code}]}));
            let fiscal = of_receipts(&rows);
            assert_eq!(fiscal.status, Some(status), "{code}");
            assert_eq!(fiscal.receipts[0].kind, kind, "{code}");
        }
        assert_eq!(of_receipts(&reply(json!({"errorCode": 0}))).status, None);
    }

    #[test]
    fn receipts_of_sberbank() {
        let row = |code: u8| {
            json!({"receiptId": "r", "receiptType": "SELL", "receiptStatus": code,
            "payload": {"fiscalDocumentNumber": 12, "receiptDatetime": "01.01.2026 00:00:00"},
            "error": {"text": "mail buyer@mail.example", "recommendation": 2}})
        };
        use Progress::*;
        for (code, status) in [
            (0, Unknown),
            (1, Pending),
            (2, Pending),
            (3, Done),
            (4, Failed),
            (5, Failed),
            (6, Failed),
            (7, Unknown),
        ] {
            let fiscal =
                of_ecomm_receipts(&reply(json!({"orderId": "o", "receipts": [row(code)]})));
            let receipt = &fiscal.receipts[0];
            assert_eq!((receipt.status, receipt.kind), (status, Some(Kind::Payment)), "{code}");
            let mut small = row(code);
            small["receiptType"] = json!("sell");
            let other = of_ecomm_receipts(&reply(json!({"orderId": "o", "receipt": [small]})));
            let other = &other.receipts[0];
            assert_eq!((other.status, other.kind), (status, Some(Kind::Payment)), "{code}");
            assert_eq!(receipt.fiscal_document_number.as_deref(), Some("12"));
            assert_eq!((receipt.remedy, &receipt.issued_at), (Some("fix_receipt"), &None));
            assert_eq!(receipt.text.as_deref(), Some("mail ***"));
        }
    }

    #[test]
    fn an_orders_status_says_only_that_a_receipt_was_asked_for() {
        let asked = of_order(&reply(json!({"errorCode": 0, "ofdOrderBundle": [{"name": "Tea"}]})));
        let asked = asked.unwrap();
        assert_eq!((asked.requested, asked.status), (Some(true), None));
        for none in [json!({"errorCode": 0}), json!({"errorCode": 0, "ofdOrderBundle": []})] {
            assert!(of_order(&reply(none)).is_none());
        }
    }
}
