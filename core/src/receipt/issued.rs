//! What became of a receipt: a payment that is paid is not yet fiscalised.

use serde::Serialize;

/// The `receipt` of a payment.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Fiscal {
    /// Of all its receipts together; null where the gateway does not say.
    pub status: Option<Progress>,
    /// Whether a cart for receipts stands with the order; null where that is not known.
    pub requested: Option<bool>,
    /// Each receipt that the gateway lists.
    pub receipts: Vec<Issued>,
}

/// How far a receipt is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Progress {
    /// On its way to the cash register.
    Pending,
    /// Issued and delivered.
    Done,
    /// Not issued: the shop must see to it.
    Failed,
    /// The gateway said a word that we don't know.
    Unknown,
}

/// What a receipt is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A payment.
    Payment,
    /// The handing over of what was prepaid.
    Closing,
    /// A refund.
    Refund,
    /// A correction.
    Correction,
}

/// One receipt. Numbers are text, since gateways differ in their types.
#[derive(Clone, Debug, Serialize)]
pub struct Issued {
    /// How far it is.
    pub status: Progress,
    /// What it is of; null where the gateway does not say.
    pub kind: Option<Kind>,
    /// The gateway's id of the receipt.
    pub uuid: Option<String>,
    /// The receipt that this one repeats or corrects.
    pub original_uuid: Option<String>,
    /// Where the buyer can see it.
    pub url: Option<String>,
    /// Number in the fiscal drive (tag 1040).
    pub fiscal_document_number: Option<String>,
    /// Fiscal sign (tag 1077).
    pub fiscal_document_attribute: Option<String>,
    /// Number of the fiscal drive (tag 1041).
    pub fiscal_drive_number: Option<String>,
    /// Registration number of the cash register (tag 1037).
    pub register_number: Option<String>,
    /// Number of the shift (tag 1038).
    pub shift_number: Option<String>,
    /// Number in the shift (tag 1042).
    pub number_in_shift: Option<String>,
    /// RFC 3339, UTC; null where the gateway does not say the zone.
    pub issued_at: Option<String>,
    /// The gateway's own code of its status.
    pub code: Option<String>,
    /// The gateway's words for a failure.
    pub text: Option<String>,
    /// What to do about a failure: `retry`, `fix_receipt` or `fix_cash_register`.
    pub remedy: Option<&'static str>,
}

impl Fiscal {
    /// The receipts together. One that another repeats no longer counts.
    pub fn of(receipts: Vec<Issued>) -> Fiscal {
        let repeats = |other: &Issued, receipt: &Issued| {
            let same = other.uuid == receipt.uuid;
            !same && other.original_uuid == receipt.uuid && other.kind == receipt.kind
        };
        let counts = |receipt: &&Issued| {
            receipt.uuid.is_none() || !receipts.iter().any(|other| repeats(other, receipt))
        };
        let counted: Vec<_> = receipts.iter().filter(counts).map(|one| one.status).collect();
        let worst_first = [Progress::Failed, Progress::Unknown, Progress::Pending, Progress::Done];
        let status = worst_first.into_iter().find(|status| counted.contains(status));
        let requested = (!receipts.is_empty()).then_some(true);
        Fiscal { status, requested, receipts }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn receipt(uuid: &str, repeats: Option<&str>, status: Progress, kind: Kind) -> Issued {
        Issued {
            status,
            kind: Some(kind),
            uuid: Some(uuid.to_owned()),
            original_uuid: repeats.map(str::to_owned),
            url: None,
            fiscal_document_number: None,
            fiscal_document_attribute: None,
            fiscal_drive_number: None,
            register_number: None,
            shift_number: None,
            number_in_shift: None,
            issued_at: None,
            code: None,
            text: None,
            remedy: None,
        }
    }

    #[test]
    fn the_worst_of_all_receipts_counts_but_for_those_that_were_repeated() {
        use Progress::*;
        let status = |receipts: &[(&str, Option<&str>, Progress, Kind)]| {
            Fiscal::of(receipts.iter().map(|&(a, b, c, d)| receipt(a, b, c, d)).collect()).status
        };
        let (pay, back) = (Kind::Payment, Kind::Refund);
        assert_eq!(status(&[]), None);
        assert_eq!(status(&[("a", None, Done, pay)]), Some(Done));
        assert_eq!(status(&[("a", None, Done, pay), ("b", None, Pending, back)]), Some(Pending));
        assert_eq!(status(&[("a", None, Failed, pay), ("b", None, Done, pay)]), Some(Failed));
        assert_eq!(status(&[("a", None, Failed, pay), ("b", Some("a"), Done, pay)]), Some(Done));
        // A refund that names the receipt of its payment does not repeat it.
        assert_eq!(status(&[("a", None, Failed, pay), ("b", Some("a"), Done, back)]), Some(Failed));
        assert_eq!(status(&[("a", Some("a"), Failed, pay)]), Some(Failed));
    }
}
