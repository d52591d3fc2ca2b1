//! What a buyer typed into the payment page.

use super::super::orders::CardEntry;
use super::posted;
use crate::exchange::Call;

pub struct Entered {
    pan: String,
    month: String,
    year: String,
    pub cvc: String,
    holder: String,
    /// Whether the buyer ticked that the card shall be stored.
    pub store: bool,
}

impl Entered {
    pub fn of(call: &Call) -> Self {
        let field = |name: &str| posted(call, name).unwrap_or_default();
        let pan = field("$PAN").chars().filter(|sign| !matches!(sign, ' ' | '-')).collect();
        Self {
            pan,
            month: field("MM").trim().to_owned(),
            year: field("YYYY").trim().to_owned(),
            cvc: field("$CVC").trim().to_owned(),
            holder: field("TEXT").trim().to_owned(),
            store: field("createBinding") == "true",
        }
    }

    /// The field that is not filled in well; that is no attempt to pay. A stored card needs its
    /// code alone.
    pub fn fault(&self, stored: bool) -> Option<&'static str> {
        let digits =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !stored && (!digits(&self.pan) || !(12..=19).contains(&self.pan.len())) {
            return Some("pan");
        }
        let month = self.month.parse::<u8>().is_ok_and(|month| (1..=12).contains(&month));
        if !stored && (!month || !digits(&self.year) || !matches!(self.year.len(), 2 | 4)) {
            return Some("expiry");
        }
        if !digits(&self.cvc) || !matches!(self.cvc.len(), 3 | 4) {
            return Some("cvc");
        }
        None
    }

    pub fn card(&self) -> CardEntry {
        let century = if self.year.len() == 2 { "20" } else { "" };
        CardEntry {
            pan: self.pan.clone(),
            expiration: format!("{century}{}{:0>2}", self.year, self.month),
            holder: self.holder.clone(),
        }
    }
}
