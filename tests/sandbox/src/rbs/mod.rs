//! The RBS/BPC "eCommerce API V1" gateway (`docs/gateways/rbs.md`).

pub mod callbacks;
pub mod cards;
pub mod ecomm;
mod fields;
mod fiscal;
pub mod gateway;
pub mod merchants;
mod operations;
pub mod orders;
pub mod page;
pub mod race;
mod refusals;
mod reply;
pub mod signature;
pub mod transitions;
pub mod world;
