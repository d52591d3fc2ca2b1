//! IntellectMoney (the gateway's documents): the Merchant, Personal, payout and P2P methods,
//! the payment page, the pages of lenders and banks, and the webhooks, all below `/intellectmoney`.

pub mod eshops;
mod fields;
pub mod gateway;
pub mod installation;
pub mod invoices;
mod merchant;
mod p2p;
pub mod pages;
mod personal;
mod reply;
mod signature;
mod transitions;
pub mod webhooks;
mod xml;

pub use fields::{amount, decimal};
pub use merchant::cards::{ACTIVATION_AMOUNT, ACTIVATION_CARD};
pub use personal::schedules::charge as charge_again;
pub use transitions::HoldEnd;

/// What stands before every path: the hosts `api.`, `merchant.` and `p2p.` in one.
pub const ROOT: &str = "/intellectmoney/";
