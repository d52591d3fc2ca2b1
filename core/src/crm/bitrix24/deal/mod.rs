//! The payment and its deal: `link_payment` before the money, `settle_deal` after it.

mod asked;
mod checked;
mod comment;
mod guards;
mod heard;
mod item;
mod judgement;
mod kind;
mod link;
mod moves;
mod payment;
mod portal_deal;
mod register;
mod rivals;
mod rows;
mod settle;
mod stages;
mod tie;
mod wording;
mod written;

pub use self::asked::{LinkPayment, SettleDeal};
pub use self::kind::Kinds;
pub use self::link::link_payment;
pub use self::payment::{Told, is_some, is_sure};
pub use self::settle::settle_deal;
