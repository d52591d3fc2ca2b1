//! IntellectMoney's Personal API: the token, histories with every filter, the account.

use serde_json::{Value, json};

use super::invoices::{hold, made, plain};
use super::natives::{moment, zone};
use crate::eshop::{Eshop, act, pay_by_card};
use crate::shop::{number, sent, text, with, word};

fn history(shop: &Eshop, more: Value) -> Vec<Value> {
    let fields = with(json!({ "Take": "100" }), more);
    let reply = shop.native("getInvoicesHistory", fields);
    reply["Result"]["InvoicesHistoryList"].as_array().unwrap().clone()
}

/// The numbers of the invoices that a filter finds, oldest first.
fn found(shop: &Eshop, filter: Value) -> Vec<String> {
    let mut ids: Vec<_> = history(shop, filter).iter().map(|row| plain(&row["Id"])).collect();
    ids.reverse();
    ids
}

/// How often a token was fetched for this shop.
fn fetched(shop: &Eshop) -> usize {
    sent("getUserToken", word(&shop.keys, "login")).len()
}

/// Once for many calls; by hand; and a token that is given is not fetched.
pub fn a_token_is_fetched_once_or_given(shop: &Eshop) {
    for _ in 0..3 {
        history(shop, json!({}));
    }
    assert_eq!(fetched(shop), 1);
    let reply = shop.call("intellectmoney.getUserToken", json!({}));
    let token = text(&reply, "UserToken");
    assert_eq!(token.len(), 32);
    assert!(!reply["raw"].to_string().contains(token), "{reply:?}");
    let account = json!({ "AccountId": shop.keys["eshop_account"] });
    let given = json!({ "UserToken": token, "Take": 10 });
    // Without login and password a token by hand opens it as well.
    let bare = Eshop::same(shop, json!({}));
    for shop in [shop, &bare] {
        shop.native("getInvoicesHistory", given.clone());
        shop.native("getPaymentsHistory", given.clone());
        shop.native("getScheduledOperationData", given.clone());
        shop.native("getAccountData", with(account.clone(), json!({ "UserToken": token })));
    }
    assert_eq!(fetched(shop), 2);
}

/// getInvoicesHistory: four invoices, and what finds which.
pub fn invoices_are_found_by_every_filter(shop: &Eshop) {
    let unpaid = made(shop, json!({ "Email": "other@shop.example", "RecipientAmount": "10.00" }));
    let paid = made(shop, json!({ "RecipientAmount": "400.00" }));
    let held = made(shop, with(hold(shop), json!({ "RecipientAmount": "20.00" })));
    let number = number();
    let back = made(shop, json!({ "OrderId": number, "ServiceName": "Книга" }));
    for id in [&paid, &held, &back] {
        pay_by_card(id);
    }
    act(&back, json!({ "do": "refund" }));
    let all = [&unpaid, &paid, &held, &back].map(String::clone);
    let zone = zone(shop);
    let (before, after) = (moment(zone, -3600), moment(zone, 3600));
    for (filter, expected) in [
        (json!({}), &all[..]),
        (json!({ "OrganizationId": 1 }), &all[..]),
        (json!({ "InvoiceId": paid }), &all[1..2]),
        (json!({ "OwnerEmail": "other@shop.example" }), &all[..1]),
        (json!({ "IsHoldingSearch": "1" }), &all[2..3]),
        (json!({ "WithRefunds": "0" }), &all[..3]),
        (json!({ "WithRefunds": 1 }), &all[..]),
        (json!({ "State": "Held" }), &all[2..3]),
        (json!({ "State": "Refund" }), &all[3..]),
        (json!({ "Skip": 1, "Take": 2 }), &all[1..3]),
        (json!({ "Skip": "4" }), &[]),
        (json!({ "Take": "1" }), &all[3..]),
        (json!({ "DateFrom": before, "DateTo": after }), &all[..]),
        (json!({ "DateFrom": after }), &[]),
        (json!({ "DateTo": before }), &[]),
        (json!({ "ChangeDateFrom": before, "ChangeDateTo": after }), &all[..]),
        (json!({ "ChangeDateTo": before }), &[]),
    ] {
        assert_eq!(found(shop, filter.clone()), expected, "{filter}");
    }
    let by_amount = history(shop, json!({ "SortOrder": "4" }));
    assert_eq!(plain(&by_amount[0]["Amount"]["Amount"]), "10.00");
    let row = &history(shop, json!({ "InvoiceId": back, "IncludePaymentTransactions": "1" }))[0];
    assert_eq!(row["PurchaseOrderId"], json!(number));
    // What a payer wrote is nobody's to see.
    assert_eq!((&row["Comment"], plain(&row["EShopId"])), (&json!("***"), shop.id.clone()));
    let kinds = row["HistoryList"].as_array().unwrap().iter();
    let kinds: Vec<_> = kinds.map(|moved| word(moved, "InvoicePaymentType")).collect();
    assert_eq!(kinds, ["Entry", "Purchase", "Refund"]);
}

/// getPaymentsHistory, and getAccountData, which is their sum.
pub fn movements_are_listed_and_add_up(shop: &Eshop) {
    let ids = [made(shop, json!({})), made(shop, json!({ "RecipientAmount": "50.50" }))];
    ids.iter().for_each(|id| pay_by_card(id));
    act(&ids[0], json!({ "do": "refund", "amount": "30.00" }));
    let movements = |more: Value| {
        let reply = shop.native("getPaymentsHistory", with(json!({ "Take": 100 }), more));
        reply["Result"]["PaymentsHistoryList"].as_array().unwrap().clone()
    };
    let zone = zone(shop);
    let (before, after) = (moment(zone, -3600), moment(zone, 3600));
    let all = movements(json!({}));
    assert_eq!(all.len(), 5);
    assert_eq!(movements(json!({ "DateFrom": before, "DateTo": after })), all);
    assert!(movements(json!({ "DateTo": before })).is_empty());
    assert_eq!(movements(json!({ "Skip": 1, "Take": 2 })), all[1..3]);
    let one = &all[2];
    let only = movements(json!({ "PaymentTransactionId": one["PaymentNumber"] }));
    assert_eq!(only, std::slice::from_ref(one));

    let balance = |date: Value| {
        let fields = json!({ "AccountId": shop.keys["eshop_account"], "BalanceOnDate": date });
        let reply = shop.native("getAccountData", fields);
        plain(&reply["Result"]["AccountInfoData"]["Balance"]["Amount"])
    };
    assert_eq!(balance(Value::Null), "120.50");
    assert_eq!(balance(json!(after)), "120.50");
    assert_eq!(balance(json!(before)), "0.00");
}
