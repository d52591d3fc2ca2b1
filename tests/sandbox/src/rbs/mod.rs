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
pub mod own_orders;
pub mod page;
pub mod payments;
pub mod podeli;
pub mod refusals;
mod reply;
pub mod request_signature;
pub mod sbp;
mod se_token;
pub mod service_gateway;
pub mod signature;
pub mod tasks;
pub mod templates;
pub mod transitions;
pub mod wallet_tokens;
pub mod world;
