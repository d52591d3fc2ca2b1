//! The payment and its deal: `link_payment` before the money, `settle_deal` after it.

mod asked;
mod link;
mod payment;
mod settle;

pub use self::asked::{LinkPayment, SettleDeal};
pub use self::link::link_payment;
pub use self::payment::Told;
pub use self::settle::settle_deal;
