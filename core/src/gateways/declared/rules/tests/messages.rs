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
        "not_found = [{ at = \"error\", is = \"none\" }]",
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
    (
        "fields = { payment_id = \"id\"",
        "each = \"list\"\nfields = { payment_id = \"id\"",
        "create.response.each",
        40,
        "read of a status call alone",
    ),
    (
        "fields = { status = \"status\" }",
        "each = \"list\"\nkind = \"xml\"\nfields = { status = \"status\" }",
        "status.0.response.each",
        73,
        "lists are read in JSON alone",
    ),
    (
        "fields = { status = \"status\" }",
        "fields = { status = { at = \"status\", whole = true } }",
        "status.0.response.fields.status",
        73,
        "leave whole out",
    ),
    (
        "card = \"card\" }",
        "card = { at = \"card\", whole = true } }",
        "notify.0.fields.card",
        57,
        "leave whole out",
    ),
    (
        "idempotency = { field = \"order\" }",
        "idempotency = { field = \"order\", valid_s = 0 }",
        "create.idempotency.valid_s",
        17,
        "how many seconds",
    ),
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
fn each_of_the_three_ways_settles_a_call() {
    let without = |with: &str| changed(CALLED, "idempotency = { field = \"order\" }", with);
    let by_number = without("").replace("status/{payment.id}", "status/{order.id}");
    let by_header = without("idempotency = { header = \"Idempotency-Key\" }");
    for good in [without("unsettleable = true"), by_number, by_header] {
        assert_eq!(told(&good), (Vec::new(), Vec::new()));
    }
}
