//! What stands in the comment, for the people at the portal.

use super::heard::{Heard, Outcome};
use super::judgement as word;
use super::payment::Told;

/// How much of a foreign word is shown.
const LONGEST: usize = 255;

/// A foreign text in one line, cut where it is too long.
pub fn short(text: &str, longest: usize) -> String {
    let plain = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    plain.take(longest).collect()
}

/// Two lines at the most: what became of the payment, and what a person must look at.
pub fn comment(told: &Told, heard: &Heard, xml_id: &str, attention: &[String]) -> String {
    let number = told.order_number.as_deref().filter(|number| !number.is_empty()).unwrap_or(xml_id);
    let by: Vec<String> = [&told.gateway, &told.id]
        .into_iter()
        .filter_map(|it| it.as_deref().map(|it| short(it, LONGEST)))
        .collect();
    let number = short(number, LONGEST);
    let mut text =
        format!("Payment {number} ({}): {}", by.join(", "), heard.word.replace('_', " "));
    let code = heard.amount.currency.code;
    match (heard.outcome, heard.captured, heard.refunded) {
        (Outcome::Paid, Some(captured), _) => {
            text.push_str(&format!(", {captured} {code}"));
            if heard.is_short() {
                text.push_str(&format!(" of {} {code}", heard.amount));
            }
        }
        (Outcome::Refunded, _, Some(refunded)) => {
            text.push_str(&format!(", {refunded} {code} of {} {code} went back", heard.amount));
        }
        _ => text.push_str(&format!(", {} {code}", heard.amount)),
    }
    text.push('.');
    if heard.test {
        text.push_str(" Test money.");
    }
    if !attention.is_empty() {
        let why: Vec<&str> = attention.iter().map(|word| explain(word)).collect();
        text.push_str(&format!("\nNeeds attention: {}.", why.join("; ")));
    }
    text
}

/// A word of the attention for a person.
fn explain(attention: &str) -> &str {
    match attention {
        word::DEAL_MISSING => "there is no such deal",
        word::DEAL_CLOSED => "the deal is closed, or does not say that it is open",
        word::DEAL_AMOUNT => "the deal has another sum",
        word::DEAL_CURRENCY => "the deal has another currency",
        word::ITEM_AMOUNT => "the item has another sum or currency",
        word::ITEM_DEAL => "the item is linked to another deal",
        word::ANOTHER_PAYMENT => "the item stands for another payment: was it paid twice?",
        word::NO_DEAL_RELATION => {
            "the smart process has no relation with deals, so nothing links the item"
        }
        word::AMOUNT => "less was taken than was asked for",
        word::TEST => "test money wins no deal",
        word::ALREADY_REFUNDED => "money of this payment went back, or is disputed, already",
        word::ALREADY_PAID => "the payment was told to be paid before",
        word::CONTRADICTION => {
            "the status says that no money was taken, and the sums say that some was"
        }
        word::DISPUTED => "the buyer's bank disputes the payment",
        word::NO_STAGE => "the pipeline has no stage to move to",
        word::NO_ORDER => "the deal has no order to register the payment on",
        word::PAYMENT_AMOUNT => "the portal's own payment has another sum",
        word::PAYMENT_CURRENCY => "the portal's own payment has another currency",
        word::PAYMENT_UNCLEAR => "which of the portal's own payments is this one cannot be told",
        word::PAYMENT_MISSING => "the portal has no payment of this id",
        word::PAYMENT_SYSTEM => "the portal's own payment is to be paid by another pay system",
        word::STILL_UNPAID => "the portal took its payment for paid, and still shows it unpaid",
        word::PAID_BEFORE => "the portal's own payment was paid before this money came",
        word::REGISTER_REFUSED => "the portal refused to register the payment",
        other => other,
    }
}
