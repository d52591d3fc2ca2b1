//! What the stages say: whether the deal moved, and where it cannot.

use serde_json::{Value, json};

use super::register::ready;
use super::{deal_of, settle};

/// What the reply says of the moves.
fn said(reply: &Value) -> Value {
    json!([reply["attention"], reply["deal"]["moved"], reply["item"]["moved"]])
}

#[test]
fn a_portals_payment_whose_sum_is_set_right_wins_the_deal_with_the_next_call() {
    for (wrong, right, word) in [
        (json!({ "sum": 1501 }), json!({ "sum": 1500 }), "payment_amount"),
        (json!({ "currency": "KZT" }), json!({ "currency": "RUB" }), "payment_currency"),
    ] {
        let (portal, given) = ready("pay_system");
        let path = format!("payments/{}", given["register"]["payment_id"]);
        portal.by_hand(&path, wrong);
        assert_eq!(said(&settle(&portal, given.clone())), json!([[word], false, true]));
        portal.by_hand(&path, right);
        assert_eq!(said(&settle(&portal, given.clone())), json!([[], true, false]), "{word}");
        assert_eq!(deal_of(&portal)["stageId"], "WON", "{word}");
        assert_eq!(settle(&portal, given)["repeated"], true, "{word}");
    }
}
