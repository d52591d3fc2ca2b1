//! The Personal API: what the owner of shops may see and order with a `UserToken`. Where no page
//! shows a reply, its names are the sandbox's own.

pub mod accounts;
pub mod histories;
pub mod payouts;
pub mod schedules;
pub mod tokens;

use super::eshops::Eshop;
use super::fields::Fields;
use super::installation::Installation;
use super::invoices::Invoice;

/// Invoices of every shop under the caller's login, newest first.
fn own<'a>(installation: &'a Installation, caller: &'a Eshop) -> impl Iterator<Item = &'a Invoice> {
    let belongs = |invoice: &&Invoice| {
        let eshop = installation.eshop(&invoice.terms.eshop_id);
        eshop.is_some_and(|eshop| eshop.login == caller.login)
    };
    installation.invoices.values().rev().filter(belongs)
}

/// `Skip` and `Take`.
fn page(fields: &Fields) -> (usize, usize) {
    let number = |name: &str| fields.text(name).parse().ok();
    (number("Skip").unwrap_or(0), number("Take").unwrap_or(usize::MAX))
}
