//! The RBS/BPC "eCommerce API V1" gateway (`docs/gateways/rbs.md`).

pub mod bindings;
pub mod callbacks;
pub mod cards;
mod fields;
pub mod gateway;
pub mod json_gateway;
pub mod merchants;
mod operations;
pub mod orders;
pub mod page;
pub mod payments;
mod refusals;
mod reply;
pub mod request_signature;
mod se_token;
pub mod signature;
pub mod transitions;
pub mod wallet_tokens;
pub mod world;
