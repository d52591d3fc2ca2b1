//! IntellectMoney: instalments, the SBP, wallets and cards, from the first call to the last look.

#[cfg(test)]
mod browser;
#[cfg(test)]
mod eshop;
#[cfg(test)]
mod started;

use browser::Page;
use eshop::{Pairs, Shop, md5, verdict};
use serde_json::{Value, json};
use started::{Sandbox, text};

const WAITING: &[&str] = &["Created", "InProcess"];

#[test]
fn instalments_from_the_invoice_to_the_lenders_yes() {
    let sandbox = Sandbox::start(&[]);
    let shop = Shop::new(&sandbox, "450001", json!({}));
    let id = shop.invoice("A-1", "RUB", &[]);
    assert_eq!(shop.state(&id)["PaymentStep"], "Created");
    let begun = shop.start("bnplPayment", &id);
    assert_eq!((verdict(&begun), &begun["Result"]["PaymentStep"]), ((0, ""), &json!("Created")));
    let steps: Vec<Value> = (0..3).map(|_| shop.state(&id)["PaymentStep"].clone()).collect();
    assert_eq!(steps, ["Created", "InProcess", "SendTo3DS"]);
    let link = text(&shop.state(&id), "Form3DS").to_owned();
    assert!(link.starts_with(&format!("{}/intellectmoney/paylate/", sandbox.origin)), "{link}");

    let page = Page::open(&sandbox, &link);
    assert!(page.html.contains("10.00 RUB") && page.html.contains("A-1"), "{}", page.html);
    // Who leaves has decided nothing and may come back.
    assert_eq!(page.press(&[], "leave"), "302 http://s.test/fail");
    assert_eq!(shop.state(&id)["PaymentStep"], "SendTo3DS");
    // A second application beside the first could be approved too.
    assert_eq!(verdict(&shop.start("bnplPayment", &id)), (105, ""));
    assert_eq!(page.press(&[], "approve"), "302 http://s.test/ok");
    let state = shop.state(&id);
    assert_eq!(state["PaymentStep"], "OK");
    assert!(state["Rrn"].is_string() && state["Form3DS"].is_null(), "{state}");
    assert_eq!(shop.shown(&id)["status"], 5);
    assert!(page.press(&[], "approve").starts_with("410"));
    assert_eq!(verdict(&shop.start("bnplPayment", &id)), (105, ""));
}

#[test]
fn a_refusal_leaves_the_invoice_open_for_another_way() {
    let sandbox = Sandbox::start(&[]);
    let shop = Shop::new(&sandbox, "450001", json!({"step_as": "client", "created_reads": 0}));
    let id = shop.invoice("A-1", "RUB", &[]);
    shop.start("bnplPayment", &id);
    let link = shop.state_past(&id, WAITING)["Form3DS"].clone();
    let page = Page::open(&sandbox, link.as_str().unwrap());
    assert_eq!(page.press(&[], "refuse"), "302 http://s.test/fail");
    let state = shop.state(&id);
    assert_eq!((&state["PaymentStep"], state["RcCodeId"].as_i64()), (&json!("Error"), Some(116)));
    assert!(state["Message"].is_string(), "{state}");
    assert_eq!(shop.shown(&id)["status"], 3);
    assert!(page.press(&[], "approve").starts_with("410"), "a refusal is final");

    assert_eq!(verdict(&shop.start("sbpPayment", &id)), (0, ""));
    let code = shop.state_past(&id, WAITING)["Form3DS"].clone();
    let code: Value = serde_json::from_str(code.as_str().unwrap()).unwrap();
    let token = text(&code, "SbpQrCodeUrl").strip_prefix("https://qr.nspk.ru/").unwrap();
    assert!(text(&code, "SbpQrCodeImage").starts_with("iVBORw0KGgo"), "{code}");
    let page = Page::open(&sandbox, &shop.url(&format!("sbp/{token}")));
    assert_eq!(page.press(&[], "pay"), "302 http://s.test/ok");
    assert_eq!(shop.state(&id)["PaymentStep"], "Ok");
}

#[test]
fn a_cancelled_invoice_takes_no_money_from_an_open_page() {
    let sandbox = Sandbox::start(&[]);
    let shop = Shop::new(&sandbox, "450001", json!({"step_as": "number"}));
    let id = shop.invoice("A-1", "RUB", &[]);
    shop.start("bnplPayment", &id);
    let page = text(&shop.shown(&id)["payment"], "page").to_owned();
    let page = Page::open(&sandbox, &page);
    assert_eq!(verdict(&shop.purchase("Refund", "A-1", &[])), (0, ""));
    assert!(page.press(&[], "approve").starts_with("410"));
    assert_eq!((&shop.shown(&id)["status"], &shop.shown(&id)["paid"]), (&json!(4), &json!("0.00")));
    let steps: Vec<_> = (0..3).map(|_| shop.state(&id)["PaymentStep"].as_i64().unwrap()).collect();
    assert_eq!(steps, [1, 2, 10]);
}

#[test]
fn wallets_have_their_own_links() {
    let sandbox = Sandbox::start(&[]);
    let shop = Shop::new(&sandbox, "450001", json!({"form3ds_object": true}));
    let gazprom = shop.invoice("A-1", "RUB", &[]);
    shop.start("gazpromPayPayment", &gazprom);
    let state = shop.state_past(&gazprom, WAITING);
    let page = Page::open(&sandbox, text(&state, "Form3DS"));
    assert_eq!(page.press(&[], "pay"), "302 http://s.test/ok");
    let sber = shop.invoice("A-2", "RUB", &[]);
    shop.start("sberPayPayment", &sber);
    let state = shop.state_past(&sber, WAITING);
    assert!(text(&state["Form3DS"], "SberPayQrCodeUrl").starts_with("sberpay://"), "{state}");
    assert_eq!(state["Form3DS"]["PayByPhoneEnabled"], true);
    let mir = shop.invoice("A-3", "RUB", &[]);
    let links = shop.start("mirpay/getlink", &mir)["Result"].clone();
    assert!(text(&links, "DeepLink").starts_with("mirpay://"), "{links}");
    Page::open(&sandbox, text(&links, "UniversalLink")).press(&[], "pay");
    for (id, status) in [(&gazprom, 5), (&sber, 3), (&mir, 5)] {
        assert_eq!(shop.shown(id)["status"], status, "{id}");
    }
}

#[cfg(test)]
fn card(shop: &Shop, invoice: &str, pan: &str, year: &str) -> Value {
    let signed = [
        ("EshopId", shop.its("eshop_id")),
        ("InvoiceId", invoice),
        ("Pan", pan),
        ("CardHolder", "TEST CARD"),
        ("ExpiredMonth", "12"),
        ("ExpiredYear", year),
        ("Cvv", "123"),
        ("ReturnUrl", "http://s.test/return"),
        ("IpAddress", "127.0.0.1"),
    ];
    shop.call("bankCardPayment", &signed, &[])
}

#[test]
fn cards_pay_are_declined_or_ask_for_a_code() {
    let sandbox = Sandbox::start(&[]);
    let shop = Shop::new(&sandbox, "450001", json!({}));
    let id = shop.invoice("A-1", "RUB", &[]);
    assert_eq!(verdict(&card(&shop, &id, "4999000001160000", "34")), (0, ""));
    let state = shop.state_past(&id, WAITING);
    assert_eq!((&state["PaymentStep"], state["RcCodeId"].as_i64()), (&json!("Error"), Some(116)));
    // The invoice lives on.
    for (code, step, to) in [("1", "Error", "return"), ("12345678", "OK", "return")] {
        card(&shop, &id, "5555555555555599", "2034");
        let form = shop.state_past(&id, WAITING)["Form3DS"].clone();
        let sent = Page::of(&sandbox, form.as_str().unwrap());
        let question = sent.next(&[], "");
        assert!(question.html.contains("555555**5599"), "{}", question.html);
        let led = question.press(&[&format!("code={code}")], "confirm");
        assert_eq!(led, format!("302 http://s.test/{to}"));
        assert_eq!(shop.state(&id)["PaymentStep"], step);
    }
    assert_eq!(verdict(&card(&shop, &id, "4444555511113333", "34")), (105, ""));
    assert_eq!(shop.shown(&id)["status"], 5);

    Shop::new(&sandbox, "450001", json!({"access_level": "basic"}));
    let id = shop.invoice("A-2", "RUB", &[]);
    assert_eq!(verdict(&card(&shop, &id, "4444555511113333", "34")), (107, ""));
    let test = shop.invoice("A-3", "TST", &[]);
    assert_eq!(verdict(&card(&shop, &test, "4444555511113333", "34")), (0, ""));
    assert_eq!(verdict(&card(&shop, &test, "4444-5555", "34")), (101, "pan"));
}

#[test]
fn an_activation_is_guessed_once() {
    let sandbox = Sandbox::start(&[]);
    let shop = Shop::new(&sandbox, "450001", json!({}));
    for (amount, step) in [("1.24", "Error"), ("1.23", "OK")] {
        let id = shop.invoice(amount, "RUB", &[]);
        let signed = [
            ("EshopId", "450001"),
            ("InvoiceId", id.as_str()),
            ("ActivationAmount", amount),
            ("Cvv", ""),
        ];
        assert_eq!(verdict(&shop.call("activationPay", &signed, &[])), (105, ""));
        card(&shop, &id, "2200000000000004", "34");
        assert_eq!(shop.state_past(&id, WAITING)["PaymentStep"], "ActivationPayment");
        assert_eq!(verdict(&shop.call("activationPay", &signed, &[])), (0, ""));
        assert_eq!(shop.state(&id)["PaymentStep"], step);
        assert_eq!(verdict(&shop.call("activationPay", &signed, &[])), (105, ""));
    }
}

#[test]
fn the_form_makes_an_invoice_when_its_hash_fits() {
    let sandbox = Sandbox::start(&[]);
    let shop = Shop::new(&sandbox, "450001", json!({}));
    let signed: Pairs = &[
        ("EshopId", "450001"),
        ("OrderId", "F-1"),
        ("ServiceName", "Книга"),
        ("RecipientAmount", "10.00"),
        ("RecipientCurrency", "TST"),
    ];
    let hash = md5(&format!("450001::F-1::Книга::10.00::TST::{}", shop.its("secret_key")));
    let post = |hash: &str, email: &str| {
        let mut form: Vec<String> =
            signed.iter().map(|(name, value)| format!("{name}={value}")).collect();
        form.extend([
            email.to_owned(),
            "SuccessUrl=http://s.test/ok".into(),
            "BackUrl=http://s.test/back".into(),
            format!("Hash={hash}"),
        ]);
        let form: Vec<&str> = form.iter().map(String::as_str).collect();
        sandbox.post_page(&shop.url("ru/"), &form)
    };
    assert!(post("d41d8cd98f00b204e9800998ecf8427e", "Email=a@b.ru").starts_with("400"));
    assert!(post(&hash, "Email=nobody").starts_with("400"));
    let led = post(&hash, "user_email=a@b.ru");
    let url = led.strip_prefix("302 ").unwrap();
    assert!(url.contains("/v2/ru/process/3") && url.ends_with("/acquiring"), "{url}");
    assert_eq!(post(&hash, "userEmail=a@b.ru"), led, "the same form finds the same invoice");

    let page = Page::open(&sandbox, url);
    assert!(page.html.contains("10.00 TST") && page.html.contains("Книга"), "{}", page.html);
    assert_eq!(page.press(&[], "leave"), "302 http://s.test/back");
    let typed = |pan| [format!("$PAN={pan}"), "MM=12".into(), "YYYY=34".into(), "$CVC=123".into()];
    let declined = typed("4999000001160000");
    let declined: Vec<&str> = declined.iter().map(String::as_str).collect();
    let again = page.next(&declined, "pay");
    assert!(again.html.contains("Not enough funds"), "{}", again.html);
    let challenged = typed("5555 5555 5555 5599");
    let challenged: Vec<&str> = challenged.iter().map(String::as_str).collect();
    let question = again.next(&challenged, "pay");
    assert_eq!(question.press(&["code=12345678"], "confirm"), "302 http://s.test/ok");
    assert!(page.press(&[], "leave").starts_with("410"));

    // A form that agrees to later charges signs that too.
    let link = |hash: &str| {
        let form = "en/?EshopId=450001&OrderId=F-4&RecipientAmount=10.00&RecipientCurrency=RUB";
        let url = shop.url(&format!("{form}&Email=a@b.ru&RecurringType=Activate&Hash={hash}"));
        sandbox.curl(&["-o", "/dev/null", "-w", "%{http_code}", &url])
    };
    let (form, key) = ("450001::F-4::::10.00::RUB", shop.its("secret_key"));
    assert_eq!(link(&md5(&format!("{form}::{key}"))), "400");
    assert_eq!(link(&md5(&format!("{form}::Activate::{key}"))), "302");

    Shop::new(&sandbox, "450001", json!({"require_form_hash": false}));
    let link =
        "en/?EshopId=450001&OrderId=F-2&RecipientAmount=10.00&RecipientCurrency=TST&Email=a@b.ru";
    let page = Page::open(&sandbox, &shop.url(link));
    assert!(page.html.contains("F-2"), "{}", page.html);
    let id = shop.invoice("F-3", "TST", &[]);
    let page = Page::open(&sandbox, &shop.url(&format!("?InvoiceId={id}")));
    assert!(page.html.contains("F-3"), "{}", page.html);
}

#[test]
fn faults_strike_here_too() {
    let sandbox = Sandbox::start(&[]);
    let shop = Shop::new(&sandbox, "450001", json!({}));
    let fault = json!({"match": "createInvoice", "body": "A-1", "fault": "drop_after"});
    sandbox.control("faults", &fault.to_string());
    let signed = shop.invoice_fields("A-1", "TST", &[]);
    let body = json!({"EshopId": "450001", "OrderId": "A-1", "RecipientAmount": "10.00",
        "RecipientCurrency": "TST", "Email": "a@b.ru", "Hash": shop.hash(&signed)})
    .to_string();
    let url = shop.url("merchant/createInvoice");
    let (code, _) = sandbox.try_curl(&["-H", "content-type: application/json", "-d", &body, &url]);
    assert_ne!(code, 0);
    // Carried out all the same: the number is taken.
    assert_eq!(verdict(&shop.call_bare("createInvoice", &signed, &[])), (106, "orderId"));
}
