//! The C ABI: thirteen functions over [`kopeck_core::Client`]. All unsafe code of the workspace is
//! here. What callers must keep to stands once, at the top of `include/kopeck.h` (cbindgen.toml):
//! it is the safety contract of every function, so they have no `# Safety` sections of their own.
#![deny(clippy::undocumented_unsafe_blocks)]
#![allow(clippy::missing_safety_doc)]

mod boundary;
mod client;
mod message;
mod path;
