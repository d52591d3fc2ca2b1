//! IntellectMoney: the Personal API, payouts and P2P.

#[cfg(test)]
mod browser;
#[cfg(test)]
mod eshop;
#[cfg(test)]
mod started;

use browser::Page;
use eshop::{Shop, verdict};
use serde_json::{Value, json};
use sha1::{Digest, Sha1};
use started::{Sandbox, text};

#[cfg(test)]
fn token_of(shop: &Shop, password: &str) -> Value {
    let signed = [("", ""), ("Login", shop.its("login")), ("Password", password), ("", "")];
    shop.personal("user/getUserToken", &signed, &[])
}

#[cfg(test)]
fn token(shop: &Shop) -> String {
    text(&token_of(shop, shop.its("password"))["Result"], "UserToken").to_owned()
}

const HISTORY: &str = "UserToken Skip Take EshopId InvoiceId DateFrom DateTo ChangeDateFrom \
                       ChangeDateTo IncludePaymentTransactions IsHoldingSearch OrganizationId \
                       OwnerEmail WithRefunds";

#[cfg(test)]
fn history(shop: &Shop, token: &str, wanted: &[(&str, &str)], more: &[(&str, &str)]) -> Value {
    let slot = |name: &'static str| {
        let given = wanted.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
        (name, if name == "UserToken" { token } else { given.unwrap_or_default() })
    };
    let signed: Vec<_> = HISTORY.split(' ').map(slot).collect();
    shop.personal("payment/getInvoicesHistory", &signed, more)
}

#[test]
fn a_user_token_opens_the_personal_methods_until_its_end() {
    let sandbox = Sandbox::start(&[]);
    let shop = Shop::new(&sandbox, "450001", json!({}));
    assert_eq!(verdict(&token_of(&shop, "what")), (2, ""));
    let fresh = token(&shop);
    let take = [("Take", "9")];
    assert_eq!(verdict(&history(&shop, &fresh, &take, &[])), (0, ""));
    // A login beside a bad token proves nothing.
    let login = [("Login", shop.its("login"))];
    assert_eq!(verdict(&history(&shop, "what", &take, &login)), (2, ""));
    assert_eq!(verdict(&history(&shop, "", &take, &login)), (101, "userToken"));
    let signed =
        [("UserToken", fresh.as_str()), ("AccountId", "1"), ("BalanceOnDate", ""), ("", "")];
    let unsigned = shop.post("personal/payment/getAccountData", &signed, &[], &[]);
    assert_eq!(verdict(&unsigned), (2, ""));
    Shop::new(&sandbox, "450001", json!({"user_token_seconds": 0}));
    assert_eq!(verdict(&history(&shop, &token(&shop), &take, &[])), (2, ""));
}

#[test]
fn the_history_tells_what_became_of_every_invoice() {
    let sandbox = Sandbox::start(&[]);
    let shop = Shop::new(&sandbox, "450001", json!({}));
    let other = Shop::new(&sandbox, "450002", json!({}));
    other.invoice("B-1", "RUB", &[]);
    let open = shop.invoice("A-1", "RUB", &[("ServiceName", "Книга")]);
    let paid = shop.invoice("A-2", "RUB", &[("Email", "c@d.ru")]);
    shop.act(&paid, json!({"do": "pay"}));
    let token = token(&shop);
    let list = |wanted: &[(&str, &str)], more: &[(&str, &str)]| -> Vec<Value> {
        let reply = history(&shop, &token, wanted, more);
        reply["Result"]["InvoicesHistoryList"]
            .as_array()
            .unwrap_or_else(|| panic!("{reply}"))
            .clone()
    };
    let ids = |list: &[Value]| list.iter().map(|one| one["Id"].to_string()).collect::<Vec<_>>();
    let all = list(&[("Take", "9"), ("IncludePaymentTransactions", "1")], &[]);
    assert_eq!(ids(&all), [paid.clone(), open.clone()]);
    assert_eq!((&all[0]["State"], &all[0]["PurchaseOrderId"]), (&json!("Paid"), &json!("A-2")));
    assert_eq!(all[1]["Comment"], "Книга");
    let kinds: Vec<_> = all[0]["HistoryList"].as_array().unwrap().iter().collect();
    assert_eq!(kinds.len(), 2);
    assert_eq!(kinds[0]["InvoicePaymentType"], "Entry");
    assert_eq!(kinds[1]["RecipientAmount"]["Amount"].as_f64(), Some(10.0));
    assert_eq!(ids(&list(&[("Take", "1"), ("Skip", "1")], &[])), [open.as_str()]);
    assert_eq!(ids(&list(&[("Take", "9"), ("OwnerEmail", "c@d.ru")], &[])), [paid.as_str()]);
    assert_eq!(ids(&list(&[("Take", "9"), ("InvoiceId", &open)], &[])), [open.as_str()]);
    assert_eq!(ids(&list(&[("Take", "9")], &[("State", "Created")])), [open]);
    assert!(list(&[("Take", "9"), ("DateTo", "2020-01-01 00:00:00")], &[]).is_empty());
    assert_eq!(verdict(&history(&shop, &token, &[], &[])), (101, "take"));

    let payments = |id: &str| {
        let signed = [
            ("UserToken", token.as_str()),
            ("Skip", ""),
            ("Take", "9"),
            ("EshopId", "450001"),
            ("DateFrom", ""),
            ("DateTo", ""),
            ("PaymentTransactionId", id),
        ];
        shop.personal("payment/getPaymentsHistory", &signed, &[])["Result"]["PaymentsHistoryList"]
            .as_array()
            .unwrap()
            .clone()
    };
    assert_eq!(payments("").len(), 2);
    assert_eq!(payments(kinds[1]["PaymentNumber"].as_str().unwrap()).len(), 1);

    let balance = |at: &str| {
        let account = shop.its("eshop_account");
        let signed = [
            ("UserToken", token.as_str()),
            ("AccountId", account),
            ("BalanceOnDate", at),
            ("", ""),
        ];
        let reply = shop.personal("payment/getAccountData", &signed, &[]);
        reply["Result"]["AccountInfoData"]["Balance"]["Amount"].as_f64().unwrap()
    };
    assert_eq!((balance(""), balance("2020-01-01 00:00:00")), (10.0, 0.0));
}

#[test]
fn a_payout_leaves_once() {
    let sandbox = Sandbox::start(&[]);
    let shop = Shop::new(&sandbox, "450001", json!({}));
    let token = token(&shop);
    let create = |kind: &str, pan: &str, phone: &str, amount: &str| {
        let signed = [
            ("UserToken", token.as_str()),
            ("PreferenceType", kind),
            ("Pan", pan),
            ("Account", phone),
            ("BankId", if phone.is_empty() { "" } else { "100000000111" }),
            ("Amount", amount),
            ("Currency", "RUB"),
            ("RecipientName", "Иван"),
            ("EshopId", "450001"),
        ];
        shop.personal("payout/createOperation", &signed, &[])
    };
    assert_eq!(verdict(&create("OutBankCard", "", "", "10.00")), (101, "pan"));
    assert_eq!(verdict(&create("OutSbp", "", "", "10.00")), (101, "account"));
    assert_eq!(verdict(&create("OutCash", "", "", "10.00")), (101, "preferenceType"));
    assert_eq!(verdict(&create("OutSbp", "", "79000000000", "0.00")), (101, "amount"));
    let made = create("OutSbp", "", "79000000000", "10.00");
    let id = text(&made["Result"]["PayoutOperationData"], "PayoutOperationId").to_owned();
    let ask = |method: &str, id: &str| {
        let signed = [("UserToken", token.as_str()), ("PayoutOperationId", id)];
        shop.personal(&format!("payout/{method}"), &signed, &[])
    };
    let state = || ask("getOperationState", &id)["Result"]["PayoutOperationData"]["State"].clone();
    assert_eq!(state(), "Created");
    assert_eq!(verdict(&ask("executeOperation", &id)), (0, ""));
    assert_eq!(verdict(&ask("executeOperation", &id)), (105, ""));
    assert_eq!([state(), state()], ["InProcess", "OK"]);
    assert_eq!(verdict(&ask("executeOperation", "what")), (104, "payoutOperationId"));
    Shop::new(&sandbox, "450001", json!({"access_level": "basic"}));
    assert_eq!(verdict(&create("OutBankCard", "4444555511113333", "", "10.00")), (107, ""));
}

#[test]
fn plans_are_listed_and_changed_by_their_owner() {
    let sandbox = Sandbox::start(&[]);
    let shop = Shop::new(&sandbox, "450001", json!({}));
    let token = token(&shop);
    let id = shop.invoice("A-1", "RUB", &[("RecurringType", "Activate")]);
    shop.act(&id, json!({"do": "pay"}));
    let set = |operation: &str, params: &str, state: &str| {
        let signed = [
            ("UserToken", token.as_str()),
            ("", ""),
            ("", ""),
            ("Operation", operation),
            ("ObjectId", id.as_str()),
            ("ObjectTypeVal", "1"),
            ("ParamsJson", params),
            ("RepeatPlan", "0 0 12 1 * ?"),
            ("RetryOnFailPlan", ""),
            ("RetryOnFailCount", ""),
            ("IsSingle", ""),
            ("FireOnSkip", ""),
            ("State", state),
            ("", ""),
            ("", ""),
            ("EndExecDate", ""),
        ];
        shop.personal("scheduler/setScheduledOperationData", &signed, &[])
    };
    assert_eq!(verdict(&set("", "{}", "1")), (101, "paramsJson"));
    assert_eq!(verdict(&set("what", r#"{"Amount":1}"#, "1")), (104, "operation"));
    let made = set("", r#"{"Amount":1}"#, "1")["Result"].clone();
    let operation = text(&made, "Operation").to_owned();
    assert_eq!(set(&operation, r#"{"Amount":2}"#, "0")["Result"]["Operation"], operation.as_str());
    let mut signed = vec![("UserToken", token.as_str()), ("Skip", ""), ("Take", "9")];
    signed.extend([("", ""); 13]);
    let listed =
        shop.personal("scheduler/getScheduledOperationData", &signed, &[])["Result"].clone();
    let plans = listed["ScheduledOperationDataList"].as_array().unwrap();
    assert_eq!((plans.len(), &plans[0]["ParamsJson"]), (1, &json!(r#"{"Amount":2}"#)));
    // Switched off, it charges nothing.
    let refused = sandbox.control(&format!("schedules/{operation}/act"), r#"{"do":"charge"}"#);
    assert!(refused["error"].is_string(), "{refused}");
}

#[test]
fn a_transfer_between_people_is_signed_with_sha_1() {
    let sandbox = Sandbox::start(&[]);
    let shop = Shop::new(&sandbox, "450001", json!({}));
    let form = shop.its("p2p_form_id");
    let ask = |method: &str, signed: &[(&str, &str)], key: &str| {
        let values: Vec<_> = signed.iter().map(|(_, value)| *value).collect();
        let hash = hex::encode(Sha1::digest(format!("{}::{key}", values.join("::")).as_bytes()));
        shop.post(&format!("p2p/{method}"), signed, &[("hash", &hash)], &shop.headers(signed))
    };
    let key = shop.its("p2p_form_key");
    let signed = [
        ("orderId", "T-1"),
        ("amount", "100"),
        ("formId", form),
        ("cardGuid", ""),
        ("comment", "test"),
        ("backUrl", "http://s.test/b"),
        ("language", "ru"),
    ];
    assert_eq!(verdict(&ask("GetFormUrl", &signed, shop.its("secret_key"))), (102, "hash"));
    let reply = ask("GetFormUrl", &signed, key);
    assert_eq!(reply["FormId"].to_string(), form);
    let check = [("orderId", "T-1"), ("formId", form)];
    let code = || ask("CheckPay", &check, key)["Result"]["RcCode"].clone();
    assert_eq!(code(), Value::Null);
    let page = Page::open(&sandbox, text(&reply["Result"], "Url"));
    assert_eq!(page.press(&[], "refuse"), "302 http://s.test/b");
    assert_eq!(code(), "05");
    assert_eq!(page.press(&[], "pay"), "302 http://s.test/b");
    assert_eq!(code(), "00");
    assert_eq!(page.press(&[], "refuse"), "200 ");
    assert_eq!(code(), "00");
    let unknown = [("orderId", "T-2"), ("formId", form)];
    assert_eq!(verdict(&ask("CheckPay", &unknown, key)), (104, "orderId"));
}

#[test]
fn shops_are_made_and_changed_in_parts() {
    let sandbox = Sandbox::start(&[]);
    let config = sandbox.get("/sandbox/config");
    let ours = &config["intellectmoney"];
    assert_eq!(ours["base_url"], format!("{}/intellectmoney", sandbox.origin));
    assert_eq!(ours["eshops"].as_array().unwrap().len(), 3);
    let change = |body: Value| sandbox.control("eshops", &body.to_string());
    let made = change(json!({"eshop_id": "451111", "secret_key": "k::ey &<"}));
    assert_eq!(
        (&made["secret_key"], &made["settings"]["created_reads"]),
        (&json!("k::ey &<"), &json!(1))
    );
    let shop = Shop::new(&sandbox, "451111", json!({"created_reads": 2}));
    assert_eq!(shop.its("secret_key"), "k::ey &<");
    shop.invoice("A-1", "TST", &[]);
    for wrong in [
        json!({"eshop_id": "350000"}),
        json!({"eshop_id": "4500011"}),
        json!({"eshop_id": "450001", "settings": {"created_read": 1}}),
        json!({"eshop_id": "450001", "colour": "red"}),
    ] {
        assert!(change(wrong.clone())["error"].is_string(), "{wrong}");
    }
    sandbox.curl(&["-X", "DELETE", &format!("{}/sandbox/invoices", sandbox.origin)]);
    assert_eq!(sandbox.get("/sandbox/invoices")["invoices"], json!([]));
}
