//! Orders that the gateway registers itself: from a template, or for a recurring task.

use super::merchants::Merchant;
use super::operations::register::unused_number;
use super::orders::Terms;
use super::world::World;
use crate::clock;

/// Where the buyer is led when nobody gave a return URL.
pub const DONE: &str = "/payment/done.html";

/// Registers an order of the merchant under a number that the gateway makes up; says its `mdOrder`.
/// What `terms` leave empty is filled in.
pub fn register(world: &mut World, merchant: &Merchant, terms: Terms) -> String {
    let life = merchant.settings.session_timeout_secs.saturating_mul(1000);
    let number = unused_number(world, merchant);
    let return_url = format!("{}{DONE}", world.base_url);
    world.register(Terms {
        merchant: merchant.user_name.clone(),
        number,
        language: "ru".into(),
        return_url,
        expires_at: clock::now().saturating_add(life),
        attempts: merchant.settings.attempts,
        ..terms
    })
}
