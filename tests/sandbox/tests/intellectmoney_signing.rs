//! IntellectMoney: who may call, with which signatures, in which form.

#[cfg(test)]
mod eshop;
#[cfg(test)]
mod started;

use eshop::{Shop, verdict};
use serde_json::{Value, json};
use started::Sandbox;

#[test]
fn a_live_currency_needs_all_three_proofs_and_each_is_checked_alone() {
    let sandbox = Sandbox::start(&[]);
    let shop = Shop::new(&sandbox, "450001", json!({}));
    let signed = shop.invoice_fields("A-1", "RUB", &[]);
    let hash = shop.hash(&signed);
    let good = shop.headers(&signed);
    let call = |hash: &str, headers: &[String]| {
        shop.post("merchant/createInvoice", &signed, &[("Hash", hash)], headers)
    };
    let other_bearer = [format!("Authorization: Bearer {}", "0".repeat(32)), good[1].clone()];
    let other_sign = [good[0].clone(), format!("Sign: {}", "0".repeat(64))];
    for headers in [&[] as &[String], &good[..1], &good[1..], &other_bearer, &other_sign] {
        assert_eq!(verdict(&call(&hash, headers)), (2, ""), "{headers:?}");
    }
    for wrong in ["", "d41d8cd98f00b204e9800998ecf8427e", &hash.to_uppercase()] {
        assert_eq!(verdict(&call(wrong, &good)), (102, "hash"), "{wrong}");
    }
    assert_eq!(sandbox.get("/sandbox/invoices")["invoices"], json!([]));
    let made = call(&hash, &good);
    assert_eq!(verdict(&made), (0, ""));
    assert_eq!(made["EshopId"].to_string(), "450001");
    assert!(made["OperationId"].is_string(), "{made}");
    let id = made["Result"]["InvoiceId"].to_string();
    assert!(id.len() == 10 && id.starts_with('3'), "{id}");

    // The invoice's own currency counts: a field beside it opens nothing.
    let state = [("EshopId", "450001"), ("InvoiceId", id.as_str())];
    let reply = shop.call_bare("getBankCardPaymentState", &state, &[("RecipientCurrency", "TST")]);
    assert_eq!(verdict(&reply), (2, ""));

    Shop::new(&sandbox, "450001", json!({"unauthorised_status": 401}));
    let url = shop.url("merchant/createInvoice");
    let status =
        sandbox.curl(&["-o", "/dev/null", "-w", "%{http_code}", "-d", "EshopId=450001", &url]);
    assert_eq!(status, "401");
}

#[test]
fn the_test_currency_needs_the_hash_alone() {
    let sandbox = Sandbox::start(&[]);
    let shop = Shop::new(&sandbox, "450003", json!({}));
    let signed = shop.invoice_fields("A-1", "TST", &[]);
    let made = shop.call_bare("createInvoice", &signed, &[]);
    let id = made["Result"]["InvoiceId"].to_string();
    let state = [("EshopId", "450003"), ("InvoiceId", id.as_str())];
    for method in ["getBankCardPaymentState", "GETPURCHASEINFO"] {
        assert_eq!(verdict(&shop.call_bare(method, &state, &[])), (0, ""), "{method}");
    }
    let reply = shop.post("merchant/createInvoice", &signed, &[("Hash", "what")], &[]);
    assert_eq!(verdict(&reply), (102, "hash"));
    // A contract for tests reaches no further.
    assert_eq!(verdict(&shop.start("bnplPayment", &id)), (107, ""));
    let live = shop.invoice_fields("A-2", "RUB", &[]);
    assert_eq!(verdict(&shop.call("createInvoice", &live, &[])), (107, ""));
}

#[test]
fn a_body_must_be_what_its_label_says() {
    let sandbox = Sandbox::start(&[]);
    let shop = Shop::new(&sandbox, "450001", json!({}));
    let id = shop.invoice("A-1", "TST", &[]);
    let signed = [
        ("EshopId", "450001"),
        ("InvoiceId", id.as_str()),
        ("SuccessUrl", "https://shop.ru"),
        ("FailUrl", ""),
        ("AdditionalParams", ""),
        ("IpAddress", "127.0.0.1"),
    ];
    let hash = shop.hash(&signed);
    let form = format!(
        "EshopId=450001&InvoiceId={id}&SuccessUrl=https://shop.ru&IpAddress=127.0.0.1&Hash={hash}"
    );
    let json = json!({"eshopId": 450_001, "invoiceId": id, "successUrl": "https://shop.ru",
        "ipAddress": "127.0.0.1", "hash": hash})
    .to_string();
    let form_label = "application/x-www-form-urlencoded";
    let send = |label: &str, body: &str| -> Value {
        serde_json::from_str(&shop.raw("merchant/bnplPayment", label, body, &[])).unwrap()
    };
    // The portal's own sample: a form under the label of JSON.
    for (label, body) in [
        ("application/json", form.as_str()),
        (form_label, &json),
        ("application/xml", "<EshopId>450001</EshopId>"),
        ("text/plain", &form),
        ("application/json", "{\"EshopId\":"),
        ("application/json", "[]"),
    ] {
        let reply = send(label, body);
        assert_eq!(reply["OperationState"]["Code"], 2, "{label} {body}: {reply}");
        assert_eq!(reply["Result"], Value::Null, "{label} {body}: {reply}");
    }
    Shop::new(&sandbox, "450001", json!({"accept_mislabelled_body": true}));
    assert_eq!(verdict(&send("application/json", &form)), (0, ""));
    Shop::new(&sandbox, "450001", json!({"accept_mislabelled_body": false}));
    // Both forms are understood; the payment that runs is in the way of the next.
    assert_eq!(verdict(&send(form_label, &form)), (105, ""));
    assert_eq!(verdict(&send("application/json; charset=utf-8", &json)), (105, ""));
}

#[test]
fn replies_are_xml_unless_json_is_asked_for() {
    let sandbox = Sandbox::start(&[]);
    let shop = Shop::new(&sandbox, "450001", json!({}));
    let signed = shop.invoice_fields("A-1", "TST", &[]);
    let body = format!(
        "EshopId=450001&OrderId=A-1&RecipientAmount=10.00&RecipientCurrency=TST&Email=a@b.ru&Hash={}",
        shop.hash(&signed)
    );
    let label = "application/x-www-form-urlencoded";
    let ask = |accept: &str| {
        shop.raw("merchant/createInvoice", label, &body, &[format!("Accept: {accept}")])
    };
    let xml = ask("*/*");
    assert!(xml.contains("<Response><OperationState><Code>0</Code>"), "{xml}");
    assert!(xml.contains("<Amount>10.00</Amount><Currency>TST</Currency>"), "{xml}");
    let again: Value = serde_json::from_str(&ask("text/json")).unwrap();
    assert_eq!(verdict(&again), (106, "orderId"));
    assert_eq!(ask("application/xml").matches("<ErrorSourceParam>orderId<").count(), 1);
}

#[test]
fn switches_change_the_envelope() {
    let sandbox = Sandbox::start(&[]);
    let settings = json!({"success_code": 1, "operation_id": false, "invoice_id_as_text": true});
    let shop = Shop::new(&sandbox, "450001", settings);
    let signed = shop.invoice_fields("A-1", "TST", &[("FailUrl", "http://s.test/f")]);
    let reply = shop.call_bare("createInvoice", &signed, &[]);
    assert_eq!(verdict(&reply), (1, ""));
    assert!(reply["OperationId"].is_null() && reply["Result"]["InvoiceId"].is_string(), "{reply}");
    // 1: carried out and told later; 2: not carried out.
    for (code, left) in [(2, 1), (1, 2)] {
        Shop::new(&sandbox, "450001", json!({"operation_state": code}));
        let signed = shop.invoice_fields("A-2", "TST", &[]);
        let reply = shop.call_bare("createInvoice", &signed, &[]);
        assert_eq!(
            (&reply["OperationState"]["Code"], &reply["Result"]),
            (&json!(code), &Value::Null)
        );
        assert_eq!(sandbox.get("/sandbox/invoices")["invoices"].as_array().unwrap().len(), left);
    }
    // The portal's template has no FailUrl.
    Shop::new(&sandbox, "450001", json!({"operation_state": 0, "fail_url_signed": false}));
    let mut signed = shop.invoice_fields("A-3", "TST", &[("FailUrl", "http://s.test/f")]);
    assert_eq!(verdict(&shop.call_bare("createInvoice", &signed, &[])), (102, "hash"));
    signed[8] = ("", "");
    let reply = shop.call_bare("createInvoice", &signed, &[("FailUrl", "http://s.test/f")]);
    assert_eq!(verdict(&reply), (1, ""));
}

#[test]
fn nothing_secret_is_remembered() {
    let sandbox = Sandbox::start(&[]);
    let shop = Shop::new(&sandbox, "450001", json!({}));
    let id = shop.invoice("A-1", "TST", &[]);
    let signed = [
        ("EshopId", "450001"),
        ("InvoiceId", id.as_str()),
        ("Pan", "4444555511113333"),
        ("CardHolder", "IVAN IVANOV"),
        ("ExpiredMonth", "12"),
        ("ExpiredYear", "34"),
        ("Cvv", "123"),
        ("ReturnUrl", "http://s.test/r"),
        ("IpAddress", "127.0.0.1"),
    ];
    assert_eq!(verdict(&shop.call_bare("bankCardPayment", &signed, &[])), (0, ""));
    let login =
        [("", ""), ("Login", shop.its("login")), ("Password", shop.its("password")), ("", "")];
    let token = shop.personal("user/getUserToken", &login, &[])["Result"]["UserToken"].clone();
    let token = token.as_str().unwrap();
    let account = shop.its("eshop_account");
    let data = [("UserToken", token), ("AccountId", account), ("BalanceOnDate", ""), ("", "")];
    assert_eq!(verdict(&shop.personal("payment/getAccountData", &data, &[])), (0, ""));
    let shown = sandbox.curl(&[&format!("{}/sandbox/requests", sandbox.origin)]);
    assert!(shown.contains(&id) && shown.contains(account), "{shown}");
    for gone in ["4444555511113333", "IVANOV", "\"123\"", shop.its("password"), token] {
        assert!(!shown.contains(gone), "{gone} in {shown}");
    }
    for key in ["secret_key", "sign_secret_key", "bearer_token"] {
        assert!(!shown.contains(shop.its(key)), "{key} in {shown}");
    }
}
