//! IntellectMoney: a shop of its own in each test, opened by `eshop.rs`.

mod begun;
mod cards;
mod common;
mod confirm;
mod faults;
mod forms;
mod instalments;
mod invoices;
mod keys;
mod money;
mod natives;
mod page;
mod payouts;
mod personal;
mod privacy;
mod queued;
mod receipts;
mod schedules;
mod settle;
mod ways;
mod webhooks;
