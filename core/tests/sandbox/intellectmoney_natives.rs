//! Every native operation of IntellectMoney is carried out by the sandbox, which checks fields and all
//! signatures apart from this library; as forms and as JSON.

use std::collections::BTreeSet;
use std::time::Duration;

use kopeck::Fields;
use kopeck::clock::{Clock, SystemClock};
use serde_json::{Value, json};

use crate::eshop::{Eshop, SITE_IP, press};
use crate::shop::{RETURN, browse, number, word};

/// What the sandbox does not play, and why.
const NOT_PLAYED: [&str; 1] = ["sberPayPushNotification"]; // only its name is documented

/// A shop and the operations that succeeded.
struct Story {
    shop: Eshop,
    done: BTreeSet<String>,
}

impl Story {
    fn call(&mut self, name: &str, fields: Value) -> Value {
        self.done.insert(name.to_owned());
        let reply = self.shop.native(name, fields);
        reply["Result"].clone()
    }

    fn order(&mut self, more: Value) -> (String, String) {
        let order = number();
        let fields = json!({
            "OrderId": order, "ServiceName": "Книга: «Ёж»", "RecipientAmount": "100.00",
            "RecipientCurrency": "RUB", "Email": "buyer@shop.example", "SuccessUrl": RETURN,
            "FailUrl": RETURN, "UserField_0": "1", "UserFieldName_0": "a",
        });
        let made = self.call("createInvoice", crate::shop::with(fields, more));
        (made["InvoiceId"].to_string(), order)
    }

    fn card(&mut self, id: &str, pan: &str) {
        let card = json!({
            "InvoiceId": id, "Pan": pan, "CardHolder": "IVAN IVANOV", "ExpiredMonth": "12",
            "ExpiredYear": "2034", "Cvv": "123", "ReturnUrl": RETURN, "IpAddress": SITE_IP,
        });
        self.call("bankCardPayment", card);
    }

    fn step(&mut self, id: &str) -> Value {
        self.call("getBankCardPaymentState", json!({ "InvoiceId": id }))["PaymentStep"].clone()
    }
}

/// As the gateway writes it; a few hours matter to nobody.
fn tomorrow() -> String {
    let now = SystemClock.now() + Duration::from_secs(86_400);
    kopeck::clock::print(now).replace('T', " ")[..19].to_owned()
}

fn play(body: &str) -> BTreeSet<String> {
    let switches = json!({
        "created_reads": 0, "in_process_reads": 0, "access_level": "pci_dss",
        "refuse_unknown_fields": true,
    });
    let plain = Eshop::new(json!({ "settings": switches }), json!({}));
    let mut settings = plain.personal();
    settings["body"] = json!(body);
    settings["p2p_form_key"] = plain.keys["p2p_form_key"].clone();
    let shop = Eshop::same(&plain, settings);
    let mut story = Story { shop, done: BTreeSet::new() };

    let (held, order) = story.order(json!({
        "HoldMode": 1, "HoldTime": "72", "ExpireDate": tomorrow(),
    }));
    story.card(&held, "4444555511113333");
    assert_eq!(story.step(&held), "OK");
    story.call("purchaseToPaid", json!({ "InvoiceId": held, "OrderId": order }));
    let info = story.call("getPurchaseInfo", json!({ "InvoiceId": held }));
    assert_eq!(info["PaymentStatus"], 5);
    story.call("purchaseToRefund", json!({ "InvoiceId": held, "OrderId": order }));

    let small = json!({ "ActivationAmount": "1.23" });
    let (id, _) = story.order(json!({}));
    story.card(&id, "2200000000000004");
    assert_eq!(story.step(&id), "ActivationPayment");
    story.call("activationPay", crate::shop::with(small, json!({ "InvoiceId": id })));
    assert_eq!(story.step(&id), "OK");

    for (name, button) in [
        ("bnplPayment", "approve"),
        ("sbpPayment", "pay"),
        ("gazpromPayPayment", "pay"),
        ("sberPayPayment", "pay"),
        ("mirPayGetLink", "pay"),
    ] {
        let (id, _) = story.order(json!({}));
        let start = json!({
            "InvoiceId": id, "SuccessUrl": format!("{RETURN}?a=1&b=2"), "FailUrl": RETURN,
            "IpAddress": SITE_IP,
        });
        story.call(name, start);
        press(&id, button);
        assert_eq!(story.step(&id), "OK", "{name}");
    }
    personal(&mut story);
    payouts(&mut story);
    transfer(&mut story);
    story.shop.call("intellectmoney.paymentForm", json!({ "InvoiceId": id }));
    story.done.insert("paymentForm".to_owned());
    story.done
}

fn personal(story: &mut Story) {
    let token = story.shop.call("intellectmoney.getUserToken", json!({}));
    story.done.insert("getUserToken".to_owned());
    let (id, order) = story.order(json!({ "RecurringType": "Activate" }));
    story.card(&id, "4444555511113333");
    let asked = json!({
        "UserToken": token["UserToken"], "Take": "5", "InvoiceId": id, "WithRefunds": 1,
        "IncludePaymentTransactions": 1, "DateFrom": "2020-01-01 00:00:00",
    });
    let list = story.call("getInvoicesHistory", asked)["InvoicesHistoryList"].clone();
    assert_eq!((list.as_array().unwrap().len(), &list[0]["PurchaseOrderId"]), (1, &json!(order)));
    let list =
        story.call("getPaymentsHistory", json!({ "Take": 100 }))["PaymentsHistoryList"].clone();
    assert!(list.as_array().unwrap().len() > 5, "{list}");
    let account = story.shop.keys["eshop_account"].clone();
    let data = story.call("getAccountData", json!({ "AccountId": account }));
    assert!(data["AccountInfoData"]["Balance"].is_object(), "{data}");
    let plan = json!({
        "ObjectId": id, "ObjectTypeVal": "1", "ParamsJson": { "Amount": 10 },
        "RepeatPlan": r#"{"StartAt": "2035-03-01T10:00:00", "PeriodLength": 1, "PeriodType": "Day"}"#,
        "IsSingle": 0, "State": 1, "EndExecDate": "31.12.2035",
    });
    let plan = story.call("setScheduledOperationData", plan)["Operation"].clone();
    let plans = json!({ "Take": 5, "Operation": plan });
    let found = story.call("getScheduledOperationData", plans);
    assert_eq!(found["ScheduledOperationDataList"][0]["Operation"], plan);
}

fn payouts(story: &mut Story) {
    let made = json!({
        "PreferenceType": "OutSbp", "Account": "79991234567", "BankId": "100000000004",
        "Amount": "10.00", "Currency": "RUB", "RecipientName": "Иван И.",
    });
    let made = story.call("createOperation", made);
    let payout = json!({ "PayoutOperationId": made["PayoutOperationData"]["PayoutOperationId"] });
    story.call("executeOperation", payout.clone());
    let state = story.call("getOperationState", payout);
    assert!(state["PayoutOperationData"]["State"].is_string(), "{state}");
}

fn transfer(story: &mut Story) {
    let form_id = story.shop.keys["p2p_form_id"].clone();
    let order = number();
    let asked = json!({
        "orderId": order, "amount": "100", "formId": form_id, "comment": "чай",
        "backUrl": RETURN, "language": "ru",
    });
    let page = story.call("GetFormUrl", asked);
    browse(word(&page, "Url"), &[("do", "pay")]);
    let paid = story.call("CheckPay", json!({ "orderId": order, "formId": form_id }));
    assert_eq!(paid["RcCode"], "00");
}

#[test]
fn every_native_operation_is_carried_out_as_form_and_as_json() {
    let done = play("form");
    assert_eq!(done, play("json"));
    let described = Eshop::plain().call("describe", json!({}));
    let natives = described["operations"].as_array().unwrap().iter();
    let names = natives.filter_map(|row| row["name"].as_str()?.strip_prefix("intellectmoney."));
    let expected: BTreeSet<String> =
        names.filter(|name| !NOT_PLAYED.contains(name)).map(str::to_owned).collect();
    assert_eq!(done, expected);
}

/// What checks the signatures is apart from what makes them: a key that is wrong is refused.
#[test]
fn a_wrong_key_is_refused() {
    let plain = Eshop::plain();
    let id = plain.created(json!({}));
    let fields = json!({ "InvoiceId": id });
    // A token stands in a header, and has no spaces.
    for (key, wrong) in
        [("secret_key", " wrong"), ("sign_secret_key", " wrong"), ("bearer_token", "wrong")]
    {
        let wrong = Fields::from_iter([(key.to_owned(), json!(wrong))]);
        let shop = Eshop::same(&plain, Value::Object(wrong));
        let error = shop.fails("intellectmoney.getBankCardPaymentState", fields.clone());
        assert_eq!(error.reason, "authentication_failed", "{key}: {error}");
    }
}
