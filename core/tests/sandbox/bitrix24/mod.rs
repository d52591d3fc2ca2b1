//! Bitrix24: a portal of its own in each test, opened by `portal.rs`.

mod exchange;
mod limits;
mod portal;
mod tokens;
