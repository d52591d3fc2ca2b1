//! Stored cards: listed, switched, made, paid with.

pub mod activity;
pub mod create;
pub mod list;
pub mod merchant_initiated;
pub mod payment;
