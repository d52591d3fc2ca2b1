//! Gateways that are described as data: the descriptors that come with the library, and the guide by
//! which others are written. On the sandbox they are played in `core/tests/sandbox/declared`.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

mod creates_by_call;
mod creates_by_form;
mod creates_by_link;
mod gateway;
mod guide;
mod notifications;
mod notifications_listed;
mod order;
mod status;
mod vectors;
