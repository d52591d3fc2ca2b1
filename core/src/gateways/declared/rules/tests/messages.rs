//! How a payment begins, and what comes back.

use super::*;

const CREATE: &[Row] = &[
    (
        "order = \"{order.id}\"",
        "order = \"{order.id}\"\nx = \"{order.id|lower}\"\n\"y.z\" = \"{nobody.x}\"",
        "create.request.fields.y.z",
        33,
        "there is none here",
    ),
    ("idempotency = { field = \"order\" }", "", "create", 15, "unsettleable = true"),
    (
        "idempotency = { field = \"order\" }",
        "idempotency = {}",
        "create.idempotency",
        17,
        "one of field and header",
    ),
    (
        "idempotency = { field = \"order\" }",
        "idempotency = { field = \"number\" }",
        "create.idempotency.field",
        17,
        "no field \"number\"",
    ),
    (
        "idempotency = { field = \"order\" }",
        "idempotency = { field = \"shop\" }",
        "create.idempotency",
        17,
        "{order.id} and nothing else",
    ),
    (
        "idempotency = { field = \"order\" }",
        "idempotency = { header = \"Authorization\" }",
        "create.idempotency",
        17,
        "{order.id} and nothing else",
    ),
    (
        "idempotency = { field = \"order\" }",
        "idempotency = { field = \"order\" }\nlink = true",
        "create.link",
        18,
        "belongs to a browser",
    ),
    (
        "redirect_hosts = [\"pay.example.com\"]",
        "",
        "create.response",
        39,
        "must not send the buyer anywhere",
    ),
    (
        "fields = { payment_id = \"id\", url = \"page\" }",
        "fields = { url = \"page\" }",
        "create.response.fields",
        40,
        "add payment_id",
    ),
    (
        "fields = { payment_id = \"id\", url = \"page\" }",
        "fields = { payment_id = \"id\" }",
        "create.response.fields",
        40,
        "add url",
    ),
    ("amount = \"{order.amount}\"", "", "create.request", 27, "nothing carries the amount"),
    (
        "https://api.example.com/create",
        "http://api.example.com/create",
        "create.request.url",
        29,
        "expected https://",
    ),
    (
        "https://api.example.com/create",
        "https://u:p@api.example.com/create",
        "create.request.url",
        29,
        "no user in it",
    ),
    (
        "https://api.example.com/create",
        "https://{order.id}.example.com/create",
        "create.request.url",
        29,
        "only config.* may name",
    ),
    (
        "https://api.example.com/create",
        "https://api/create",
        "create.request.url",
        29,
        "no host of one owner",
    ),
    (
        "https://api.example.com/create",
        "https://api.example.com/create#x",
        "create.request.url",
        29,
        "no #",
    ),
    (
        "status/{payment.id}",
        "status/{payment.id}?key={secret.api}",
        "status.0.request.url",
        70,
        "secret_in_url = true",
    ),
    (
        "status/{payment.id}\"",
        "status/{secret.api}/{payment.id}\"\nsecret_in_url = true",
        "status.0.request.url",
        70,
        "only behind ?",
    ),
    (
        "status/{payment.id}\"",
        "status/{payment.id}\"\nfields = { key = \"{secret.api}\" }",
        "status.0.request.fields.key",
        71,
        "secret_in_url = true",
    ),
    (
        "status/{payment.id}\"",
        "status/{payment.id}\"\nbody = \"json\"",
        "status.0.request.body",
        71,
        "GET has no body",
    ),
    (
        "status/{payment.id}\"",
        "status/{payment.id}\"\nenvelope = \"x\"",
        "status.0.request.envelope",
        71,
        "belongs to body",
    ),
    (
        "status/{payment.id}\"",
        "status/{payment.id}\"\nsecret_in_urls = true",
        "status.0.request.secret_in_urls",
        71,
        "no such field",
    ),
    ("name = \"login\"", "name = \"log in\"", "create.before.0.name", 20, "letters, digits"),
    (
        "values = { token = \"/token\" }",
        "values = {}",
        "create.before.0.values",
        21,
        "for which it is asked",
    ),
];

const REPLIES: &[Row] = &[
    (
        "when = [{ at = \"error\", exists = true }]",
        "when = []",
        "create.response.error.when",
        41,
        "never holds",
    ),
    (
        "when = [{ at = \"error\", exists = true }]",
        "when = [{ at = \"error\", header = \"x\", exists = true }]",
        "create.response.error.when.0",
        41,
        "two places at once",
    ),
    (
        "when = [{ at = \"error\", exists = true }]",
        "when = [{ exists = true }]",
        "create.response.error.when.0",
        41,
        "not where to look",
    ),
    (
        "when = [{ at = \"error\", exists = true }]",
        "when = [{ at = \"error\" }]",
        "create.response.error.when.0",
        41,
        "asks nothing",
    ),
    (
        "when = [{ at = \"error\", exists = true }]",
        "when = [{ at = \"error\", is = \"1\", not = \"2\" }]",
        "create.response.error.when.0",
        41,
        "two things at once",
    ),
    (
        "when = [{ at = \"error\", exists = true }]",
        "when = [{ query = \"error\", is = \"1\" }]",
        "create.response.error.when.0",
        41,
        "a reply has no query",
    ),
    (
        "7 = \"wrong_state\"",
        "7 = \"whatever\"",
        "create.response.error.reasons.7",
        41,
        "expected one of authentication_failed",
    ),
    ("code = \"error\", ", "", "create.response.error.reasons", 41, "no code to look them up by"),
    (
        "fields = { status = \"status\" }",
        "fields = { amount = \"amount\" }",
        "status.0.response.fields",
        73,
        "tells no status",
    ),
    (
        "paid = \"paid\"",
        "",
        "status.0.response.fields.status",
        73,
        "every word of the gateway would be unknown",
    ),
    (
        "paid = \"paid\"",
        "paid = \"payed\"",
        "status_map.paid",
        77,
        "expected one of created, pending",
    ),
    (
        "not_found = [{ http = true, is = \"404\" }]",
        "status_map = { asks = \"check\" }",
        "status.0.response.status_map.asks",
        74,
        "a word of notifications",
    ),
    (
        "fields = { status = \"status\" }",
        "fields = { status = { value = \"paid!\" } }",
        "status.0.response.fields.status",
        73,
        "no word of [status_map]",
    ),
];

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

const DOUBTFUL: &[Row] = &[
    ("[recipe.hook]\nmark = \"ours\"", "[recipe.hook]", "recipe.hook", 49, "add mark"),
    ("event_id = [\"order\", \"status\"]\n", "", "notify.0", 55, "event_id is null"),
    (
        "idempotency = { field = \"order\" }",
        "idempotency = { field = \"order\" }\nunsettleable = true",
        "create.unsettleable",
        18,
        "can be settled",
    ),
    (
        "hook = \"the key of notifications\"",
        "hook = \"the key of notifications\"\nspare = \"of nothing\"",
        "secrets.spare",
        14,
        "nothing uses it",
    ),
    (
        "[config]",
        "[config]\nspare = { doc = \"of nothing\" }",
        "config.spare",
        9,
        "nothing uses it",
    ),
    (
        "[recipe.hook]",
        "[recipe.spare]\nmark = \"ours\"\ndigest = \"md5\"\nparts = [{ secret = \"api\" }]\n\n[recipe.hook]",
        "recipe.spare",
        49,
        "nothing uses it",
    ),
    (
        "hmac = \"{secret.hook}\"",
        "hmac = \"{secret.hook}{secret.api}\"",
        "secrets.api",
        12,
        "or, where the gateway has only one, add it to shared_secrets",
    ),
    (
        "redirect_hosts",
        "shared_secrets = [\"api\"]\nredirect_hosts",
        "shared_secrets.0",
        6,
        "does not sign requests and notifications",
    ),
    (
        "status/{payment.id}\"",
        "status/{payment.id}\"\nsecret_in_url = true",
        "status.0.request.secret_in_url",
        71,
        "no secret leaves in the URL",
    ),
    (
        "[config]",
        "[order]\nnumber = \"^[0-9]+$\"\n\n[config]",
        "order.number",
        9,
        "add number_says",
    ),
];

const DOUBTFUL_IN_BROWSER: &[Row] = &[
    (
        "link = true",
        "link = true\nunsettleable = true",
        "create.unsettleable",
        18,
        "whose answer could be lost",
    ),
    (
        "link = true",
        "link = true\nidempotency = { header = \"X\" }",
        "create.idempotency",
        18,
        "nothing is called that could be repeated",
    ),
    ("method = \"POST\"", "method = \"GET\"", "create.link", 17, "GET is a link already"),
];

#[test]
fn a_call_can_be_settled_and_keeps_its_secrets() {
    problems(CALLED, CREATE);
}

#[test]
fn replies_can_be_told_apart() {
    problems(CALLED, REPLIES);
}

#[test]
fn only_what_is_signed_decides() {
    problems(CALLED, NOTIFY);
}

#[test]
fn a_browser_carries_no_secret_and_no_constant_is_reached_unsigned() {
    problems(BROWSER, IN_BROWSER);
}

#[test]
fn what_is_seldom_meant_is_a_warning() {
    warnings(CALLED, DOUBTFUL);
    warnings(BROWSER, DOUBTFUL_IN_BROWSER);
}

#[test]
fn each_of_the_three_ways_settles_a_call() {
    let without = |with: &str| changed(CALLED, "idempotency = { field = \"order\" }", with);
    let by_number = without("").replace("status/{payment.id}", "status/{order.id}");
    let by_header = without("idempotency = { header = \"Idempotency-Key\" }");
    for good in [without("unsettleable = true"), by_number, by_header] {
        assert_eq!(told(&good), (Vec::new(), Vec::new()));
    }
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
