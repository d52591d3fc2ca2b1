//! Payouts of IntellectMoney, and transfers between people.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kopeck::Kind;
use serde_json::{Value, json};

use super::natives::equipped;
use crate::eshop::Eshop;
use crate::shop::{RETURN, browse, number, with, word};

/// The state of a payout in a reply.
fn state(reply: &Value) -> &str {
    word(&reply["Result"]["PayoutOperationData"], "State")
}

fn to_a_card() -> Value {
    json!({ "PreferenceType": "OutBankCard", "Pan": "4444555511113333", "Amount": "10.00",
            "Currency": "RUB", "RecipientName": "IVAN IVANOV" })
}

fn prepared(shop: &Eshop, fields: Value) -> Value {
    let reply = shop.native("createOperation", fields);
    assert_eq!(state(&reply), "Created");
    json!({ "PayoutOperationId": reply["Result"]["PayoutOperationData"]["PayoutOperationId"] })
}

/// Prepared, set off, and asked for until it is there.
fn ended(shop: &Eshop, payout: &Value) -> String {
    assert_eq!(state(&shop.native("executeOperation", payout.clone())), "InProcess");
    for _ in 0..10 {
        let reply = shop.native("getOperationState", payout.clone());
        if state(&reply) != "InProcess" {
            return state(&reply).to_owned();
        }
    }
    panic!("{payout} stays in process");
}

/// createOperation, executeOperation, getOperationState.
pub fn money_leaves_by_card_and_by_sbp(shop: &Eshop) {
    let sbp = json!({ "PreferenceType": "OutSbp", "Account": "79161234567",
                      "BankId": "100000000004", "Amount": "0.10", "Currency": "RUB" });
    let token = shop.call("intellectmoney.getUserToken", json!({}))["UserToken"].clone();
    for (fields, token) in [(to_a_card(), token), (sbp, Value::Null)] {
        let token = json!({ "UserToken": token });
        let payout = with(prepared(shop, with(fields, token.clone())), token);
        assert_eq!(state(&shop.native("getOperationState", payout.clone())), "Created");
        assert_eq!(ended(shop, &payout), "OK");
    }
}

/// GetFormUrl, the page, CheckPay.
pub fn a_transfer_between_people(shop: &Eshop) {
    let form = shop.keys["p2p_form_id"].clone();
    let number = number();
    let asked = json!({ "orderId": number, "formId": form });
    let whole = json!({
        "orderId": number, "amount": "100.50", "formId": form,
        "cardGuid": "0f8fad5b-d9cb-469f-a165-70867728950e", "comment": "За обед", "backUrl": RETURN,
        "language": "en",
    });
    let reply = shop.native("GetFormUrl", whole.clone());
    let url = word(&reply["Result"], "Url");
    let encoded = STANDARD.decode(word(&reply["Result"], "UrlBase64Encoded")).unwrap();
    assert_eq!(String::from_utf8(encoded).unwrap(), url);
    let open = shop.native("CheckPay", asked.clone());
    assert_eq!(open["Result"]["RcCode"], Value::Null);
    assert_eq!(browse(url, &[("do", "refuse")]), RETURN);
    assert_eq!(shop.native("CheckPay", asked.clone())["Result"]["RcCode"], "05");
    // The same once more leads to the same page.
    assert_eq!(word(&shop.native("GetFormUrl", whole)["Result"], "Url"), url);
    assert_eq!(browse(url, &[("do", "pay")]), RETURN);
    assert_eq!(shop.native("CheckPay", asked)["Result"]["RcCode"], "00");
}

#[test]
fn a_payout_is_set_off_once_and_may_fail() {
    let shop = equipped(json!({ "payout_fails": true }), json!({}));
    let payout = prepared(&shop, to_a_card());
    assert_eq!(ended(&shop, &payout), "Error");
    // No document explains the code, and money is at stake.
    let error = shop.fails("intellectmoney.executeOperation", payout);
    assert_eq!((error.kind, error.reason), (Kind::OutcomeUnknown, "code_unknown"));
}

#[test]
fn a_contract_without_card_data_pays_out_by_sbp_alone() {
    let shop = equipped(json!({ "access_level": "basic" }), json!({}));
    let error = shop.fails("intellectmoney.createOperation", to_a_card());
    assert_eq!((error.kind, error.code.as_deref()), (Kind::Refused, Some("107")));
    let sbp = json!({ "PreferenceType": "OutSbp", "Account": "79161234567",
                      "BankId": "100000000004", "Amount": "10.00", "Currency": "RUB" });
    let payout = prepared(&shop, sbp);
    assert_eq!(ended(&shop, &payout), "OK");
}
