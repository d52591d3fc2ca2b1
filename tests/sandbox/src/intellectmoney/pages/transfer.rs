//! The page of a P2P transfer: `pay` or `refuse`.

use serde_json::json;

use super::{buttons, sent, unknown};
use crate::exchange::{Answer, Call};
use crate::html::render;
use crate::intellectmoney::installation::Installation;
use crate::rbs::page::words::words;

/// `/intellectmoney/transfer/<token>`.
pub fn answer(installation: &mut Installation, token: &str, call: &Call) -> Answer {
    let found = installation.transfers.iter_mut().find(|(_, transfer)| transfer.token == token);
    let Some(((_, order), transfer)) = found else {
        return unknown();
    };
    let words = words(&transfer.language);
    let pressed = sent(call);
    let code = match pressed.text("do") {
        "pay" => Some("00"),
        "refuse" => Some("05"),
        _ => None,
    };
    // Who has paid cannot take it back here.
    if call.method == "POST" && code.is_some() && transfer.rc_code != Some("00") {
        transfer.rc_code = code;
        if let Some(url) = &transfer.back_url {
            return Answer::redirect(url);
        }
    }
    let open = transfer.rc_code != Some("00");
    let names: &[&str] = if open { &["pay", "refuse"] } else { &[] };
    render(
        "choice.html",
        &json!({"title": words.get("transfer"),
"language": transfer.language,
"amount": transfer.amount,
"number": order,
"description": transfer.comment,
"problem": (!open).then(|| words.get("done")),
"buttons": buttons(names, &transfer.language),
"words": words}),
    )
}
