//! The core against the sandbox over real HTTP: what the gateway does, told through the client. Each
//! test has a merchant and orders of its own.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod card_payments;
mod encrypted;
mod eshop;
mod every_native;
mod faults;
mod intellectmoney_begun;
mod intellectmoney_cards;
mod intellectmoney_common;
mod intellectmoney_confirm;
mod intellectmoney_faults;
mod intellectmoney_forms;
mod intellectmoney_instalments;
mod intellectmoney_invoices;
mod intellectmoney_keys;
mod intellectmoney_money;
mod intellectmoney_natives;
mod intellectmoney_page;
mod intellectmoney_payouts;
mod intellectmoney_personal;
mod intellectmoney_privacy;
mod intellectmoney_queued;
mod intellectmoney_receipts;
mod intellectmoney_schedules;
mod intellectmoney_settle;
mod intellectmoney_ways;
mod intellectmoney_webhooks;
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
mod wallets;
mod wire_forms;
