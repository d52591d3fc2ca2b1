//! Kopeck takes payments from inside other people's software: it signs requests, calls payment
//! gateways, verifies what they send back, and says honestly what became of the money.
//!
//! A call goes one way: [`Client::call`] checks the fields into a typed [`operation`], a
//! [`gateway`](gateways) turns it into Steps (requests, and what to do with their answers), the
//! client carries them over a [`Transport`](http::Transport), and the last step's [`payment`]
//! goes back as [`Fields`]. Flows ([`operation::Wait`], [`operation::Confirm`],
//! [`operation::Settle`]) are the only part that waits.
#![forbid(unsafe_code)]

mod client;
pub mod crm;
mod fields;
mod flow;
mod settings;

pub mod clock;
pub mod decline;
pub mod error;
pub mod expect;
pub mod form;
pub mod gateways;
mod hosts;
pub mod http;
pub mod https;
pub mod money;
mod names;
pub mod native;
pub mod notification;
pub mod operation;
pub mod payment;
mod per_process;
#[cfg(feature = "provoke-panic")]
mod provoke;
pub mod receipt;
pub mod redact;
pub mod secret;
pub mod settled;
pub mod sign;
mod sum;
pub mod tls;
mod xml;

pub use client::{Client, Host, Level, Log};
pub use error::{Error, Kind};
pub use fields::{Fields, parse};

/// The version of the library, the same in every language.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
