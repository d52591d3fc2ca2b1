//! Bitrix24: a portal of its own in each test, opened by `portal.rs`.

mod checkout;
mod checkout_cut;
mod checkout_once;
mod events;
mod exchange;
mod limits;
mod link;
mod link_again;
mod link_late;
mod link_lost;
mod link_rivals;
mod natives;
mod portal;
mod settle;
mod tokens;
