//! paymentorder.do and both versions of 3-D Secure, leg by leg, as a merchant's server and a browser
//! go through them.

#[cfg(test)]
mod started;

use serde_json::{Value, json};
use started::{Sandbox, text};

const USER: &str = "userName=test_user&password=test_user_password";

fn registered(sandbox: &Sandbox, extra: &str) -> String {
    let form = format!(
        "{USER}&amount=1000&currency=643&returnUrl=http://s.test/ok&failUrl=http://s.test/no&{extra}"
    );
    text(&sandbox.rest("register.do", &form), "orderId").to_owned()
}

fn card(id: &str, pan: &str, expiry: &str, cvc: &str) -> String {
    format!(
        "{USER}&MDORDER={id}&%24PAN={pan}&%24CVC={cvc}&%24EXPIRY={expiry}&TEXT=JOHN+DOE&language=en"
    )
}

fn status(sandbox: &Sandbox, id: &str) -> Value {
    sandbox.rest("getOrderStatusExtended.do", &format!("{USER}&orderId={id}"))
}

fn code(sandbox: &Sandbox, form: &[&str]) -> String {
    sandbox.post_page(&format!("{}/payment/acs/challenge", sandbox.origin), form)
}

#[cfg(test)]
fn paid(sandbox: &Sandbox, id: &str) -> bool {
    status(sandbox, id)["orderStatus"] == 2
}

#[test]
fn a_card_without_3ds_pays_at_once() {
    let sandbox = Sandbox::start(&[]);
    let id = registered(&sandbox, "");
    let form = card(&id, "4444555511113333", "202612", "123");
    let reply = sandbox.rest("paymentorder.do", &form);
    assert_eq!(reply["errorCode"], 0, "{reply}");
    assert_eq!(text(&reply, "redirect"), format!("http://s.test/ok?orderId={id}&lang=ru"));
    assert!(reply.get("acsUrl").is_none());
    let found = status(&sandbox, &id);
    assert_eq!((&found["orderStatus"], &found["paymentWay"]), (&json!(2), &json!("CARD")));
    // The same order cannot be paid twice, and the code is a number here.
    let again = sandbox.rest("paymentorder.do", &form);
    assert_eq!((&again["errorCode"], again["error"].is_string()), (&json!(7), true));
}

#[test]
fn a_decline_is_dressed_as_success() {
    let sandbox = Sandbox::start(&[]);
    let id = registered(&sandbox, "");
    let wrong = sandbox.rest("paymentorder.do", &card(&id, "4444555511113333", "202612", "999"));
    assert_eq!(
        (&wrong["errorCode"], &wrong["errorTypeName"]),
        (&json!(0), &json!("DATA_INPUT_ERROR"))
    );
    assert!(text(&wrong, "redirect").starts_with("http://s.test/no?"), "{wrong}");
    assert!(text(&wrong, "error").contains("Wrong card data"));
    let any = sandbox.rest("paymentorder.do", &card(&id, "4999000009110000", "203012", "123"));
    assert_eq!(any["errorCode"], 0);
    let found = status(&sandbox, &id);
    assert_eq!((&found["orderStatus"], &found["actionCode"]), (&json!(0), &json!(911)));
}

#[test]
fn what_is_not_a_payment_is_refused() {
    let sandbox = Sandbox::start(&[]);
    let id = registered(&sandbox, "");
    let good = card(&id, "4444555511113333", "202612", "123");
    for (from, to, code) in [
        ("&TEXT=JOHN+DOE", "", 5),
        ("&language=en", "", 5),
        ("%24CVC=123", "%24CVC=12", 5),
        ("%24CVC=123", "%24CVC=", 5),
        ("%24EXPIRY=202612", "%24EXPIRY=202613", 5),
        ("%24PAN=4444555511113333", "%24PAN=4444", 5),
        (id.as_str(), "00000000-0000-0000-0000-000000000000", 6),
        ("MDORDER=", "mdOrder=", 5),
        ("test_user_password", "wrong", 5),
    ] {
        let reply = sandbox.rest("paymentorder.do", &good.replace(from, to));
        // Wrong credentials are met before the method.
        let code = if to == "wrong" { json!("5") } else { json!(code) };
        assert_eq!(reply["errorCode"], code, "{from} -> {to}: {reply}");
    }
    assert_eq!(status(&sandbox, &id)["actionCode"], -100);
    sandbox.control("merchants", r#"{"user_name":"test_user","settings":{"direct_cards":false}}"#);
    assert_eq!(sandbox.rest("paymentorder.do", &good)["errorCode"], 5);
}

#[test]
fn version_2_challenge_with_the_gateway_finishing() {
    let sandbox = Sandbox::start(&[]);
    let id = registered(&sandbox, "");
    let form = card(&id, "5555555555555599", "203412", "123");
    let first = sandbox.rest("paymentorder.do", &form);
    assert_eq!(first["is3DSVer2"], true, "{first}");
    assert!(first.get("acsUrl").is_none());
    for name in ["threeDSMethodURL", "threeDSMethodURLServer"] {
        let data = format!("threeDSMethodData={}", text(&first, "threeDSMethodDataPacked"));
        assert!(sandbox.curl(&["--data-urlencode", &data, text(&first, name)]).contains("3-D"));
    }
    assert_eq!(status(&sandbox, &id)["orderStatus"], 0);
    let trans = text(&first, "threeDSServerTransId");
    let other = sandbox.rest("paymentorder.do", &format!("{form}&threeDSServerTransId=x"));
    assert_eq!(other["errorCode"], 5);
    let second = sandbox.rest("paymentorder.do", &format!("{form}&threeDSServerTransId={trans}"));
    assert_eq!(status(&sandbox, &id)["orderStatus"], 5);
    let (acs, creq) = (text(&second, "acsUrl"), text(&second, "packedCReq"));
    let page = sandbox.curl(&["--data-urlencode", &format!("creq={creq}"), acs]);
    assert!(page.contains("name=\"code\"") && page.contains("555555**5599"), "{page}");
    let creq = format!("creq={creq}");
    let back = code(&sandbox, &[&creq, "code=12345678"]);
    assert_eq!(back, format!("302 http://s.test/ok?orderId={id}&lang=ru"));
    let found = status(&sandbox, &id);
    assert_eq!(
        (&found["orderStatus"], &found["cardAuthInfo"]["secureAuthInfo"]["eci"]),
        (&json!(2), &json!(2))
    );
    assert!(code(&sandbox, &[&creq, "code=12345678"]).starts_with("404"));
}

#[test]
fn version_2_with_the_merchants_own_finish() {
    let sandbox = Sandbox::start(&[]);
    for (typed, done) in [("code=12345678", 2), ("code=no", 0), ("cancel=1", 0)] {
        let id = registered(&sandbox, "");
        let form = card(&id, "5555555555555599", "203412", "123");
        let first = sandbox.rest("paymentorder.do", &form);
        let trans = text(&first, "threeDSServerTransId");
        let form = format!(
            "{form}&threeDSServerTransId={trans}&threeDSVer2FinishUrl=http://s.test/3ds?me=1"
        );
        let second = sandbox.rest("paymentorder.do", &form);
        let finish = format!("{USER}&threeDSServerTransId={trans}");
        let early = sandbox.rest("finish3dsVer2Payment.do", &finish);
        assert_eq!(early["errorCode"], 7, "{early}");
        let creq = format!("creq={}", text(&second, "packedCReq"));
        assert_eq!(code(&sandbox, &[&creq, typed]), "302 http://s.test/3ds?me=1");
        // Nothing is charged until the merchant finishes.
        assert_eq!(status(&sandbox, &id)["orderStatus"], 5);
        let last = sandbox.rest("finish3dsVer2Payment.do", &finish);
        assert_eq!((&last["errorCode"], &last["is3DSVer2"]), (&json!(0), &json!(true)), "{last}");
        let found = status(&sandbox, &id);
        assert_eq!(found["orderStatus"], done, "{typed}");
        assert_eq!(found["actionCode"], if done == 2 { 0 } else { -2006 });
        assert_eq!(sandbox.rest("finish3dsVer2Payment.do", &finish)["errorCode"], 5);
    }
}

#[test]
fn version_2_without_questions_and_continue() {
    let sandbox = Sandbox::start(&[]);
    for (pan, year, ends, eci) in [
        ("4111111111111111", "202612", 2, 5),
        ("4000001111111118", "203012", 2, 6),
        ("5168494895055780", "202612", 0, 7),
        ("5555555555555557", "202412", 6, 7),
    ] {
        let id = registered(&sandbox, "");
        let first = sandbox.rest("paymentorder.do", &card(&id, pan, year, "123"));
        assert_eq!(first["is3DSVer2"], true, "{pan}: {first}");
        let ask = format!("token=test_user_open_id_token&mdOrder={id}");
        let next = sandbox.rest("3ds/continue.do", &ask);
        assert_eq!(next["errorCode"], 0, "{pan}: {next}");
        assert_eq!(next.get("error").is_some(), ends != 2, "{pan}: {next}");
        let found = status(&sandbox, &id);
        assert_eq!(found["orderStatus"], ends, "{pan}");
        assert_eq!(found["cardAuthInfo"]["secureAuthInfo"]["eci"], eci, "{pan}");
        assert_eq!(sandbox.rest("3ds/continue.do", &ask)["errorCode"], 7, "{pan}");
    }
    let id = registered(&sandbox, "features=FORCE_FULL_TDS");
    sandbox.rest("paymentorder.do", &card(&id, "4000001111111118", "203012", "123"));
    let next = sandbox.rest("3ds/continue.do", &format!("{USER}&mdOrder={id}"));
    assert_eq!(next["errorTypeName"], "TDS_UNKNOWN_ARES_STATUS");
    assert_eq!(status(&sandbox, &id)["actionCode"], 4032);
}

#[test]
fn features_force_and_forbid_3ds() {
    let sandbox = Sandbox::start(&[]);
    let id = registered(&sandbox, "features=FORCE_SSL");
    sandbox.rest("paymentorder.do", &card(&id, "5555555555555599", "203412", "123"));
    assert!(paid(&sandbox, &id));
    let id = registered(&sandbox, "features=FORCE_TDS");
    sandbox.rest("paymentorder.do", &card(&id, "4444555511113333", "202612", "123"));
    assert_eq!(status(&sandbox, &id)["actionCode"], 2003);
    // A merchant with a 3-D Secure server of its own brings the result.
    let id = registered(&sandbox, "");
    let own = "jsonParams=%7B%22eci%22%3A%2205%22%2C%22cavv%22%3A%22AAAB%22%7D";
    let form = format!("{}&{own}", card(&id, "5555555555555599", "203412", "123"));
    assert!(sandbox.rest("paymentorder.do", &form)["redirect"].is_string());
    assert_eq!(status(&sandbox, &id)["cardAuthInfo"]["secureAuthInfo"]["eci"], 5);
}

#[test]
fn version_1_by_either_end() {
    let sandbox = Sandbox::start(&[]);
    let start = |id: &str| {
        let reply = sandbox.rest("paymentorder.do", &card(id, "4012888888881881", "203012", "123"));
        (text(&reply, "paReq").to_owned(), text(&reply, "termUrl").to_owned())
    };
    let pares = |page: &str| {
        let (_, rest) = page.split_once("name=\"PaRes\" value=\"").unwrap();
        rest.split('"').next().unwrap().replace("&#x2f;", "/").replace("&#x2b;", "+")
    };
    let acs = format!("{}/payment/acs/challenge", sandbox.origin);
    for own in [false, true] {
        let id = registered(&sandbox, "");
        let (request, gateways) = start(&id);
        assert_eq!(gateways, format!("{}/payment/rest/finish3ds.do", sandbox.origin));
        let term = if own { "http://s.test/term".into() } else { gateways };
        let (md, request, term_field) =
            (format!("MD={id}"), format!("PaReq={request}"), format!("TermUrl={term}"));
        let mut arguments = Vec::new();
        for field in [&md, &request, &term_field] {
            arguments.extend(["--data-urlencode", field.as_str()]);
        }
        arguments.push(&acs);
        assert!(sandbox.curl(&arguments).contains("name=\"code\""));
        arguments.extend(["--data-urlencode", "code=12345678"]);
        let answer = pares(&sandbox.curl(&arguments));
        assert!(!paid(&sandbox, &id));
        if own {
            let forged =
                sandbox.rest("finish3dsPayment.do", &format!("{USER}&mdOrder={id}&paRes=x"));
            assert_eq!(forged["errorCode"], 5);
            let form = form_urlencoded::Serializer::new(format!("{USER}&mdOrder={id}&"))
                .append_pair("paRes", &answer)
                .finish();
            let done = sandbox.rest("finish3dsPayment.do", &form);
            assert!(text(&done, "redirect").starts_with("http://s.test/ok?"), "{done}");
        } else {
            let back = sandbox.post_page(&term, &[&md, &format!("PaRes={answer}")]);
            assert_eq!(back, format!("302 http://s.test/ok?orderId={id}&lang=ru"));
        }
        assert!(paid(&sandbox, &id), "own: {own}");
    }
}

#[test]
fn the_browser_may_be_redirected_instead() {
    let sandbox = Sandbox::start(&[]);
    let go = |id: &str| format!("{}/payment/acsRedirect.do?orderId={id}", sandbox.origin);
    let id = registered(&sandbox, "");
    sandbox.rest("paymentorder.do", &card(&id, "5555555555555599", "203412", "123"));
    let page = sandbox.curl(&[&go(&id)]);
    assert!(
        page.contains("name=\"creq\"")
            && page.contains("action=\"&#x2f;payment&#x2f;acs&#x2f;challenge\""),
        "{page}"
    );
    assert_eq!(status(&sandbox, &id)["orderStatus"], 5);
    let id = registered(&sandbox, "");
    sandbox.rest("paymentorder.do", &card(&id, "4000001111111118", "203012", "123"));
    let arguments = ["-o", "/dev/null", "-w", "%{http_code} %{redirect_url}", &go(&id)];
    assert_eq!(sandbox.curl(&arguments), format!("302 http://s.test/ok?orderId={id}&lang=ru"));
    assert!(sandbox.curl(&[&go("unknown")]).contains("no such order"));
}

#[test]
fn an_sdk_asks_by_itself() {
    let sandbox = Sandbox::start(&[]);
    let id = registered(&sandbox, "");
    let form = format!("{}&threeDSSDK=true", card(&id, "5555555555555599", "203412", "123"));
    let first = sandbox.rest("paymentorder.do", &form);
    assert!(first["threeDSSDKKey"].is_string(), "{first}");
    let trans = text(&first, "threeDSServerTransId");
    // The documents' own sample spells it like this.
    let second = sandbox.rest("paymentorder.do", &format!("{form}&threeDSServerTransID={trans}"));
    assert!(second["threeDSAcsSignedContent"].is_string() && second.get("acsUrl").is_none());
    sandbox.rest("finish3dsVer2Payment.do", &format!("{USER}&threeDSServerTransId={trans}"));
    assert!(paid(&sandbox, &id));
}
