//! What a notification may decide, and what a browser may carry.

use super::*;

const NOTIFY: &[Row] = &[
    (
        "fields = { order_id = \"order\", amount = \"amount\", currency = \"currency\", status = \"status\", card = \"card\" }\nmust_match = [\"order_id\", \"amount\"]",
        "verify = \"status-call\"\nfields = { status = \"status\" }",
        "notify.0.fields",
        58,
        "which payment to ask for",
    ),
    (
        "fields = { order_id = \"order\", amount = \"amount\", currency = \"currency\", status = \"status\", card = \"card\" }\nmust_match = [\"order_id\", \"amount\"]",
        "fields = { order_id = \"order\", amount = \"amount\", status = \"status\", card = \"card\" }\nmust_match = [\"order_id\", \"amount\", \"currency\"]",
        "notify.0.must_match.2",
        58,
        "where currency stands",
    ),
    (
        "order_id = \"order\", amount",
        "amount",
        "notify.0.must_match.0",
        58,
        "where order_id stands",
    ),
    (
        "fields = { order_id = \"order\", amount = \"amount\", currency = \"currency\", status = \"status\", card = \"card\" }\nmust_match = [\"order_id\", \"amount\"]",
        "fields = { order_id = \"order\", status = \"status\" }",
        "notify.0.fields",
        57,
        "must tell the amount that was paid",
    ),
    (
        "signature = [{ recipe = \"hook\", field = \"sign\" }]\n",
        "",
        "notify.0",
        55,
        "anybody could send it",
    ),
    (
        "exclude = [\"sign\"]",
        "include = \"^order$\"",
        "notify.0.fields.amount",
        57,
        "does not cover \"amount\"",
    ),
    (
        "exclude = [\"sign\"]",
        "include = \"^(amount|currency|status|shop|held)$\"",
        "notify.0.fields.order_id",
        57,
        "does not cover \"order\"",
    ),
    (
        "exclude = [\"sign\"]",
        "include = \"^(amount|order|status|shop|held)$\"",
        "notify.0.fields.currency",
        57,
        "does not cover \"currency\"",
    ),
    (
        "exclude = [\"sign\"]",
        "exclude = [\"sign\", \"status\"]",
        "notify.0.fields.status",
        57,
        "anybody could change status",
    ),
    (
        "exclude = [\"sign\"]",
        "exclude = [\"sign\", \"shop\"]",
        "notify.0.equals.shop",
        59,
        "does not cover \"shop\"",
    ),
    (
        "exclude = [\"sign\"]",
        "exclude = [\"sign\", \"held\"]",
        "notify.0.case.0.when.0",
        63,
        "does not cover \"held\"",
    ),
    ("exclude = [\"sign\"]", "exclude = []", "notify.0.signature.0", 60, "exclude it there"),
    (
        "event_id = [\"order\", \"status\"]",
        "event_id = [\"order\", \"sign\"]",
        "notify.0.event_id.1",
        61,
        "which event it is",
    ),
    (
        "status = \"status\", card",
        "payment_id = \"a[b]\", status = { value = \"{field./x/y}\" }, card",
        "notify.0.fields.status",
        57,
        "does not cover \"/x/y\"",
    ),
    (
        "when = [{ at = \"held\", is = \"1\" }]",
        "when = [{ header = \"held\", is = \"1\" }]",
        "notify.0.case.0.when.0",
        63,
        "is not signed",
    ),
    (
        "when = [{ at = \"held\", is = \"1\" }]",
        "when = [{ query = \"held\", is = \"1\" }]",
        "notify.0.case.0.when.0",
        63,
        "is not signed",
    ),
    (
        "when = [{ at = \"held\", is = \"1\" }]",
        "when = [{ http = true, is = \"1\" }]",
        "notify.0.case.0.when.0",
        63,
        "has no HTTP status",
    ),
    ("when = [{ at = \"held\", is = \"1\" }]", "when = []", "notify.0.case.0", 63, "always holds"),
    (
        "must_match = [\"order_id\", \"amount\"]",
        "must_match = [\"order_id\", \"sum\"]",
        "notify.0.must_match.1",
        58,
        "no value \"sum\"",
    ),
    (
        "must_match = [\"order_id\", \"amount\"]",
        "must_match = [\"order_id\"]",
        "notify.0.fields",
        57,
        "must tell the amount that was paid",
    ),
    (
        "must_match = [\"order_id\", \"amount\"]",
        "must_match = [\"amount\"]",
        "notify.0.fields",
        57,
        "must tell the order",
    ),
    (
        "answer = { ok = { body = \"OK\" } }",
        "answer = { ok = { body = \"OK\", status = 100 } }",
        "notify.0.answer.ok.status",
        62,
        "from 200 to 599",
    ),
    (
        "answer = { ok = { body = \"OK\" } }",
        "answer = { ok = { body = \"OK\" }, reject = { body = \"{sign.hook}\" } }",
        "notify.0.answer.reject.body",
        62,
        "would sign what a stranger sends",
    ),
];

const IN_BROWSER: &[Row] = &[
    (
        "when = [{ at = \"ask\", is = \"1\" }]",
        "when = [{ at = \"ask\", is = \"1\" }]\nverify = \"status-call\"",
        "notify.0.verify",
        39,
        "add a [[status]]",
    ),
    (
        "{ id = \"{order.id}\", sum = \"{order.amount|dec(2)}\" }",
        "{ id = \"{order.id}\", sum = \"{order.amount|dec(2)}\", key = \"{secret.first}\" }",
        "create.request.fields.key",
        22,
        "browser would carry this secret",
    ),
    (
        ".example.com/pay\"",
        ".example.com/pay?key={secret.first}\"",
        "create.request.url",
        21,
        "browser would carry this secret",
    ),
    (
        ".example.com/pay\"",
        ".example.com/pay\"\nsecret_in_url = true",
        "create.request.secret_in_url",
        22,
        "never carries a secret",
    ),
    (
        ".example.com/pay\"",
        ".example.com/pay\"\nheaders = { A = \"b\" }",
        "create.request.headers",
        22,
        "a browser sends no header",
    ),
    (
        ".example.com/pay\"",
        ".example.com/pay\"\nbasic = { user = \"a\", password = \"b\" }",
        "create.request.basic",
        22,
        "a browser sends no header",
    ),
    (
        ".example.com/pay\"",
        ".example.com/pay\"\nbody = \"json\"",
        "create.request.body",
        22,
        "a browser's form is",
    ),
    (
        "sign = [{ recipe = \"form\", field = \"hash\" }]",
        "sign = [{ recipe = \"form\", header = \"hash\" }]",
        "create.request.sign.0",
        23,
        "a browser sends no header",
    ),
    ("method = \"POST\"", "method = \"PUT\"", "create.request.method", 20, "by GET or POST"),
    (
        "link = true",
        "before = [{ name = \"a\", values = { b = \"c\" }, request = { method = \"GET\", url = \"https://a.example.com/\" } }]",
        "create.before",
        17,
        "nothing is called",
    ),
    (
        "one_of = [\"md5\", \"sha256\"]",
        "one_of = [\"md5\", \"sha3\"]",
        "recipe.form.digest",
        27,
        "no digest \"sha3\"",
    ),
    (
        "when = [{ at = \"kind\", is = \"fail\" }]",
        "when = [{ query = \"kind\", is = \"fail\" }]",
        "notify.2",
        50,
        "nothing signed tells it from notify.1",
    ),
    (
        "when = [{ at = \"kind\", is = \"fail\" }]",
        "when = [{ at = \"other\", is = \"fail\" }]",
        "notify.2",
        50,
        "nothing signed tells it from notify.1",
    ),
    (
        "when = [{ at = \"ask\", is = \"1\" }]",
        "when = []",
        "notify.0",
        36,
        "takes every notification",
    ),
    ("asks = \"check\"", "asks = \"created\"", "notify.0", 36, "anybody could send it"),
    (
        "body = \"YES\"",
        "body = \"{sign.result}\"",
        "notify.0.answer.ok.body",
        40,
        "would sign what a stranger sends",
    ),
    (
        "status = { value = \"asks\" }",
        "status = { value = \"begs\" }",
        "notify.0.fields.status",
        39,
        "add begs = \"paid\"",
    ),
    (
        "status = { value = \"fail\" }",
        "card = \"card\"",
        "notify.1.fields",
        45,
        "not where the payment stands",
    ),
    (
        "{ field = \"kind\" }",
        "{ field = \"kind\", format = \"lower\" }",
        "notify.1.event_id.1",
        47,
        "does not cover \"kind\"",
    ),
    (
        "{ field = \"sum\" }, { field = \"id\" }, { field",
        "{ field = \"sum\", format = \"trunc(3)\" }, { field = \"id\" }, { field",
        "notify.1.fields.amount",
        45,
        "anybody could change amount",
    ),
];

#[test]
fn only_what_is_signed_decides() {
    problems(CALLED, NOTIFY);
}

#[test]
fn a_browser_carries_no_secret_and_no_constant_is_reached_unsigned() {
    problems(BROWSER, IN_BROWSER);
}

#[test]
fn an_unsigned_notification_is_a_hint_where_there_is_a_call_to_ask_by() {
    let signature = "signature = [{ recipe = \"hook\", field = \"sign\" }]";
    let hint = changed(CALLED, signature, "verify = \"status-call\"");
    let (problems, warnings) = told(&hint);
    assert_eq!(problems, []);
    let unused: Vec<&str> = warnings.iter().map(|fault| fault.path.as_str()).collect();
    assert_eq!(unused, ["recipe.hook"]);
}

#[test]
fn a_form_cannot_be_sent_back_as_its_own_proof() {
    let one_secret = changed(BROWSER, "{ secret = \"second\" }", "{ secret = \"first\" }");
    let says = "the form could be sent back as this notification";
    let told_of = |text: &str| -> Vec<String> {
        let (problems, _) = told(text);
        problems.iter().filter(|it| it.says.contains(says)).map(|it| it.path.clone()).collect()
    };
    assert_eq!(told_of(BROWSER), [""; 0]);
    assert_eq!(told_of(&one_secret), ["notify.2"]);
    // A case that holds for every message is a constant too.
    let always = "case = [{ when = [{ at = \"sum\", exists = true }], status = \"paid\" }]";
    let constant = "status = { value = \"done\" } }";
    let by_case = changed(&one_secret, &format!(", {constant}"), &format!(" }}\n{always}"));
    assert_eq!(told_of(&by_case), ["notify.2"]);
    for (when, is_told) in [
        ("{ at = \"kind\", matches = \"^[0-9]+$\" }", false),
        ("{ at = \"kind\", is = \"paid\" }", false),
        ("{ at = \"kind\", one_of = [\"\", \"paid\"] }", true),
        ("{ at = \"kind\", matches = \"^[0-9]*$\" }", true),
        ("{ at = \"kind\", exists = true }", true),
        ("{ at = \"sum\", is = \"1\" }", true),
        ("{ at = \"other\", is = \"1\" }", true),
    ] {
        let last =
            "fields = { order_id = \"id\", amount = \"sum\", status = { value = \"done\" } }";
        let text = changed(&one_secret, last, &format!("when = [{when}]\n{last}"));
        assert_eq!(!told_of(&text).is_empty(), is_told, "{when}");
    }
}

#[test]
fn a_kind_that_may_be_passed_by_tells_no_constant_apart() {
    let fields = "fields = { order_id = \"order\", amount = \"amount\", currency = \"currency\", status = \"status\"";
    let first = changed(
        CALLED,
        fields,
        &format!("when = [{{ at = \"status\", is = \"failed\" }}]\n{fields}"),
    );
    let two = |when: &str| {
        format!(
            "{first}\n[[notify]]\nmark = \"ours\"\nwhen = [{when}]\nevent_id = [\"order\"]\n\
             fields = {{ order_id = \"order\", amount = \"amount\", status = {{ value = \"paid\" }} }}\n\
             signature = [{{ recipe = \"hook\", field = \"sign\" }}]\nanswer = {{ ok = {{ body = \"OK\" }} }}\n"
        )
    };
    let parts = "parts = [{ group = \"sorted\", exclude = [\"sign\"] }]";
    let with = |new: &str, when: &str| told(&changed(&two(when), parts, new)).0;
    let named = |element: &str, format: &str| {
        format!(
            "parts = [{{ group = \"sorted\", exclude = [\"sign\"], element = \"{element}\"{format} }}]"
        )
    };
    let escaped = named("{k}={v}", ", format = \"url\"");
    let listed = |join: &str| {
        let names = ["order", "amount", "currency", "status", "shop", "held"];
        let fields: Vec<String> =
            names.iter().map(|name| format!("{{ field = \"{name}\" }}")).collect();
        format!("{join}parts = [{}]", fields.join(", "))
    };
    // The status could be renamed, or run into the value before it: a failed payment would be a paid one.
    for (parts, when, is_told) in [
        (parts, "", true),
        (named("{k}={v}", "").as_str(), "", true),
        (escaped.as_str(), "", false),
        (&listed("join = \":\"\n"), "", false),
        (&listed(""), "", true),
        ("parts = [{ json = \"as-is\", without = [\"sign\"] }]", "", false),
        (parts, "{ at = \"held\", exists = false }", true),
        (parts, "{ at = \"held\", exists = true }", true),
        (parts, "{ at = \"status\", is = \"paid\" }", false),
    ] {
        let problems = with(parts, when);
        let says = "could be sent again as this one";
        assert_eq!(problems.iter().any(|it| it.says.contains(says)), is_told, "{parts} {when}");
        assert_eq!(problems.len(), usize::from(is_told), "{problems:?}");
    }
}
