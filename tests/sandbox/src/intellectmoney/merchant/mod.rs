//! Methods of a shop about its invoices.

pub mod cards;
pub mod create_invoice;
pub mod purchases;
mod receipt;
pub mod starts;
pub mod state;

pub use create_invoice::form_template;

use super::eshops::Eshop;
use super::fields::Fields;
use super::installation::Installation;
use super::invoices::Invoice;
use super::reply::Refusal;

/// The invoice that `InvoiceId` names.
fn by_id(installation: &Installation, eshop: &Eshop, fields: &Fields) -> Result<Invoice, Refusal> {
    let found = installation.invoice(&eshop.eshop_id, fields.text("InvoiceId"));
    found.cloned().ok_or_else(|| Refusal::not_found("InvoiceId"))
}
