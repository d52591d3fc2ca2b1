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
pub mod own_orders;
pub mod page;
pub mod podeli;
pub mod race;
pub mod refusals;
mod reply;
pub mod sbp;
pub mod service_gateway;
pub mod signature;
pub mod tasks;
pub mod templates;
pub mod transitions;
pub mod world;
