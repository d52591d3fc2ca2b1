//! The portal's pay-system handler: its CHECKOUT request read, answered, and its payment marked paid once
//! the money is in (docs/gateways/bitrix24.md, "Pay-system handler").

mod portal_payment;
pub mod settle;
mod settle_checkout;
mod taken;

pub use self::settle_checkout::{SettleCheckout, settle_checkout};
