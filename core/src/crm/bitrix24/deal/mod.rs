//! The payment and its deal: `link_payment` before the money, `settle_deal` after it.

mod asked;
mod comment;
mod item;
mod kind;
mod link;
mod payment;
mod portal_deal;
mod rows;
mod settle;
mod stages;

pub use self::asked::{LinkPayment, SettleDeal};
pub use self::kind::Kinds;
pub use self::link::link_payment;
pub use self::settle::settle_deal;
