//! The core against the sandbox over real HTTP: what the gateway does, told through the client. Each
//! test has a merchant and orders of its own.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod bitrix24;
mod card_payments;
mod declared;
mod encrypted;
mod eshop;
mod every_native;
mod faults;
mod intellectmoney;
mod listener;
mod lost;
mod notifications;
mod plans;
mod receipts;
mod reports;
mod sber_ecomm;
mod sbp;
mod shop;
mod states;
mod stored_cards;
mod story;
mod tls;
mod wallets;
mod wire_forms;
