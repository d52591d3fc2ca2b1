//! The portal's pay-system handler: its CHECKOUT request read, answered, and its payment marked paid once
//! the money is in (docs/gateways/bitrix24.md, "Pay-system handler").

mod answer;
pub mod number;
pub mod portal_payment;
mod read;
pub mod settle;
mod settle_checkout;
mod taken;
#[cfg(test)]
mod tests;

pub use self::answer::{AnswerCheckout, answer_checkout};
pub use self::read::{ReadCheckout, read_checkout};
pub use self::settle_checkout::{SettleCheckout, settle_checkout};
