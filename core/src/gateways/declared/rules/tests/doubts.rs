//! What is allowed, but seldom meant.

use super::*;

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
        "not_found = [{ at = \"error\", is = \"none\" }]",
        "not_found = [{ at = \"error\", is = \"none\" }, { http = true, is = \"404\" }]",
        "status.0.response.not_found.1",
        74,
        "a proxy or a firewall may answer so too",
    ),
    (
        "answer = { ok",
        "sample = { card = \"4111\", amount = \"1\" }\nanswer = { ok",
        "notify.0.sample.amount",
        62,
        "leave it out of the sample",
    ),
    (
        "answer = { ok",
        "sample = { sign = \"00\" }\nanswer = { ok",
        "notify.0.sample.sign",
        62,
        "leave it out of the sample",
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
fn what_is_seldom_meant_is_a_warning() {
    warnings(CALLED, DOUBTFUL);
    warnings(BROWSER, DOUBTFUL_IN_BROWSER);
}

#[test]
fn a_note_may_say_why_nothing_tells_one_event_from_another() {
    let event = "event_id = [\"order\", \"status\"]\n";
    let said = changed(CALLED, event, "note = \"There is no event_id: the gateway signs none.\"\n");
    assert_eq!(told(&said), (Vec::new(), Vec::new()));
    let other = changed(CALLED, event, "note = \"By POST.\"\n");
    assert_eq!(told(&other).1.len(), 1);
}
