//! The payment and its deal: `link_payment` before the money, `settle_deal` after it.

mod asked;
mod comment;
mod heard;
mod item;
mod judgement;
mod kind;
mod link;
mod moves;
mod payment;
mod portal_deal;
pub mod register;
mod rows;
mod settle;
mod stages;
mod wording;

pub use self::asked::{LinkPayment, SettleDeal};
pub use self::kind::Kinds;
pub use self::link::link_payment;
pub use self::settle::settle_deal;
