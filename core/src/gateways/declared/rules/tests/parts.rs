//! What a descriptor says of itself, its templates, its recipes, its requests.

use super::*;

const FACTS: &[Row] = &[
    ("schema = 1", "schema = 2", "schema", 1, "expected 1"),
    (
        "title = \"Called\"",
        "titel = \"Called\"",
        "titel",
        3,
        "no such field; expected one of schema, id, title",
    ),
    ("id = \"called\"", "id = \"Called\"", "id", 2, "expected small letters"),
    ("title = \"Called\"", "title = \" \"", "title", 3, "name for people"),
    ("date = 2026-11-22", "date = \"2026-13-22\"", "date", 4, "a day such as 2026-11-22"),
    (
        "sources = [\"https://docs.example/api\"]",
        "sources = []",
        "sources",
        5,
        "where the facts come from",
    ),
    (
        "shop = { doc = \"the shop's number\" }",
        "shop = { doc = \"x\", default = \"1\", one_of = [\"2\"] }",
        "config.shop.default",
        9,
        "none of the values",
    ),
    (
        "shop = { doc = \"the shop's number\" }",
        "shop = { doc = \"x\", default = \"1\", pattern = \"^a$\" }",
        "config.shop.default",
        9,
        "none of the values",
    ),
    (
        "shop = { doc = \"the shop's number\" }",
        "shop = { doc = \"x\" }\n\"a b\" = { doc = \"y\" }",
        "config.a b",
        10,
        "it stands in templates",
    ),
    (
        "shop = { doc = \"the shop's number\" }",
        "shop = { doc = \"x\", pattern = \"(\" }",
        "config.shop.pattern",
        9,
        "expected a regular expression",
    ),
    (
        "shop = { doc = \"the shop's number\" }",
        "shop = { doc = \"x\", pattern = \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\" }",
        "config.shop.pattern",
        9,
        "at most 1000 bytes",
    ),
    (
        "\"pay.example.com\"",
        "\"https://pay.example.com\"",
        "redirect_hosts.0",
        6,
        "a host name alone",
    ),
    ("\"pay.example.com\"", "\"com\"", "redirect_hosts.0", 6, "no host of one owner"),
    ("\"pay.example.com\"", "\"co.uk\"", "redirect_hosts.0", 6, "no host of one owner"),
    ("\"pay.example.com\"", "\"pay..com\"", "redirect_hosts.0", 6, "no host name"),
    ("\"pay.example.com\"", "\"10.0.0.1\"", "redirect_hosts.0", 6, "no host of one owner"),
    (
        "\"pay.example.com\"",
        "\"{order.id}.example.com\"",
        "redirect_hosts.0",
        6,
        "{order.id}: there is none here; there are config.*",
    ),
];

const SCOPE: &[Row] = &[
    (
        "token = \"{prev.login.token}\"",
        "token = \"{prev.logout.token}\"",
        "create.request.fields.token",
        37,
        "no call of this name before; there are login",
    ),
    (
        "token = \"{prev.login.token}\"",
        "token = \"{prev.login.key}\"",
        "create.request.fields.token",
        37,
        "expected one of token",
    ),
    (
        "token = \"{prev.login.token}\"",
        "token = \"{order.colour}\"",
        "create.request.fields.token",
        37,
        "no such value here; expected one of id, amount",
    ),
    (
        "token = \"{prev.login.token}\"",
        "token = \"{config.colour}\"",
        "create.request.fields.token",
        37,
        "add it to [config], which has shop",
    ),
    (
        "token = \"{prev.login.token}\"",
        "token = \"{secret.colour}\"",
        "create.request.fields.token",
        37,
        "add it to [secrets], which has api, hook",
    ),
    (
        "token = \"{prev.login.token}\"",
        "token = \"{gen.colour}\"",
        "create.request.fields.token",
        37,
        "unix, unix_ms, uuid, random",
    ),
    (
        "token = \"{prev.login.token}\"",
        "token = \"{payment.id}\"",
        "create.request.fields.token",
        37,
        "there is none here; there are config.*, secret.*, order.*, extra.*, gen.*, prev.*",
    ),
    (
        "token = \"{prev.login.token}\"",
        "token = \"{sign.request}\"",
        "create.request.fields.token",
        37,
        "there is none here",
    ),
    (
        "token = \"{prev.login.token}\"",
        "token = \"{order.id|loud}\"",
        "create.request.fields.token",
        37,
        "no format",
    ),
    (
        "Bearer {secret.api}",
        "{sign.nobody}",
        "create.request.headers.Authorization",
        30,
        "add it to [recipe], which has request, hook",
    ),
    (
        "url = \"https://api.example.com/login\"",
        "url = \"https://api.example.com/{prev.login.token}\"",
        "create.before.0.request.url",
        25,
        "there is none here",
    ),
    (
        "status/{payment.id}",
        "status/{refund.id}",
        "status.0.request.url",
        70,
        "there is none here; there are config.*, secret.*, order.*, payment.*, gen.*",
    ),
    ("status/{payment.id}", "status/{extra.id}", "status.0.request.url", 70, "there is none here"),
    (
        "status/{payment.id}",
        "status/{order.amount}",
        "status.0.request.url",
        70,
        "no such value here; expected one of id",
    ),
    (
        "body = \"OK\"",
        "body = \"OK{secret.hook}\"",
        "notify.0.answer.ok.body",
        62,
        "there is none here; there are config.*, gen.*, field.*, sign.*",
    ),
    (
        "equals = { shop = \"{config.shop}\" }",
        "equals = { shop = \"{field.x}\" }",
        "notify.0.equals.shop",
        59,
        "there is none here; there are config.*",
    ),
    (
        "hmac = \"{secret.hook}\"",
        "hmac = \"{secret.hook}{order.id}\"",
        "recipe.hook.hmac",
        52,
        "there is none here; there are config.*, secret.*",
    ),
];

const RECIPES: &[Row] = &[
    (
        "parts = [{ group = \"sorted\", exclude = [\"sign\"] }]",
        "parts = []",
        "recipe.hook.parts",
        53,
        "nothing is signed",
    ),
    (
        "{ field = \"amount\" }",
        "{ field = \"amount\", lit = \"x\" }",
        "recipe.request.parts.1",
        47,
        "is two things at once",
    ),
    (
        "{ field = \"amount\" }",
        "{ optional = \"empty\" }",
        "recipe.request.parts.1",
        47,
        "is nothing",
    ),
    (
        "{ field = \"amount\" }",
        "{ field = \"amount\", include = \"a\" }",
        "recipe.request.parts.1",
        47,
        "belong to a group",
    ),
    (
        "{ field = \"amount\" }",
        "{ field = \"amount\", join = \"a\" }",
        "recipe.request.parts.1",
        47,
        "belong to a group",
    ),
    (
        "{ field = \"amount\" }",
        "{ field = \"amount\", spaces = true }",
        "recipe.request.parts.1",
        47,
        "belong to json",
    ),
    (
        "{ field = \"amount\" }",
        "{ json = \"as-is\", optional = \"empty\" }",
        "recipe.request.parts.1",
        47,
        "optional belongs to a field",
    ),
    (
        "{ secret = \"api\" }",
        "{ secret = \"api\", format = \"upper\" }",
        "recipe.request.parts.2",
        47,
        "format belongs to",
    ),
    (
        "exclude = [\"sign\"]",
        "exclude = [\"sign\"], element = \"{k}\"",
        "recipe.hook.parts.0",
        53,
        "has no {v}",
    ),
    (
        "{ secret = \"api\" }",
        "{ secret = \"apy\" }",
        "recipe.request.parts.2",
        47,
        "no secret \"apy\"",
    ),
    ("{ secret = \"api\" }", "{ lit = \"api\" }", "recipe.request", 43, "holds no secret"),
    ("hmac = \"{secret.hook}\"", "hmac = \"key\"", "recipe.hook", 49, "holds no secret"),
    (
        "hmac = \"{secret.hook}\"",
        "hmac_key_digest = \"md5\"",
        "recipe.hook.hmac_key_digest",
        52,
        "add hmac",
    ),
    (
        "hmac = \"{secret.hook}\"",
        "hmac = \"{secret.hook}\"\nrsa = \"{config.shop}\"",
        "recipe.hook.rsa",
        53,
        "hmac or rsa",
    ),
    (
        "digest = \"sha256\"\nhmac",
        "digest = \"sha255\"\nhmac",
        "recipe.hook.digest",
        51,
        "no digest \"sha255\"",
    ),
    (
        "digest = \"sha256\"\nhmac",
        "digest = \"{config.shop}\"\nhmac",
        "recipe.hook.digest",
        51,
        "add one_of to config.shop",
    ),
    (
        "digest = \"sha256\"\nhmac",
        "digest = \"sha{config.shop}\"\nhmac",
        "recipe.hook.digest",
        51,
        "the name of a digest",
    ),
    (
        "digest = \"sha256\"\nhmac = \"{secret.hook}\"",
        "digest = \"md5\"\nrsa = \"{config.shop}\"",
        "recipe.hook.digest",
        51,
        "RSA is checked with sha256 or sha512",
    ),
    (
        "digest = \"sha256\"\njoin = \":\"",
        "digest = \"sha256\"\nrsa = \"{config.shop}\"",
        "create.request.sign.0.recipe",
        31,
        "a recipe with rsa only checks",
    ),
    (
        "hmac = \"{secret.hook}\"",
        "hmac = \"{secret.hook}\"\ndigest_by_length = { 33 = \"md5\" }",
        "recipe.hook.digest_by_length.33",
        53,
        "32 hexadecimal digits",
    ),
    (
        "hmac = \"{secret.hook}\"",
        "hmac = \"{secret.hook}\"\nencode = \"base64\"\ncompare = \"ci\"",
        "recipe.hook.compare",
        54,
        "differ by their case",
    ),
    (
        "{ field = \"amount\" }",
        "{ nested = { digest = \"md5\", parts = [{ nested = { digest = \"md5\", parts = [{ field = \"amount\" }] } }] } }",
        "recipe.request.parts.1.nested.parts.0",
        47,
        "a nested recipe is one digest",
    ),
    (
        "sign = [{ recipe = \"request\", field = \"sign\" }]",
        "sign = [{ recipe = \"nobody\", field = \"sign\" }]",
        "create.request.sign.0.recipe",
        31,
        "no recipe \"nobody\": add [recipe.nobody]; there are request, hook",
    ),
    (
        "sign = [{ recipe = \"request\", field = \"sign\" }]",
        "sign = [{ recipe = \"request\" }]",
        "create.request.sign.0",
        31,
        "one of field and header",
    ),
    (
        "sign = [{ recipe = \"request\", field = \"sign\" }]",
        "sign = [{ recipe = \"request\", field = \"sign\", header = \"X\" }]",
        "create.request.sign.0",
        31,
        "one of field and header",
    ),
    (
        "sign = [{ recipe = \"request\", field = \"sign\" }]",
        "sign = [{ recipe = \"request\", field = \"sign\", alternatives = \",\" }]",
        "create.request.sign.0.alternatives",
        31,
        "that are received",
    ),
    ("[recipe.hook]", "[recipe.\"ho ok\"]", "recipe.ho ok", 49, "it stands in templates"),
];

#[test]
fn a_descriptor_says_who_it_is() {
    problems(CALLED, FACTS);
}

#[test]
fn templates_name_what_there_is() {
    problems(CALLED, SCOPE);
}

#[test]
fn recipes_are_whole() {
    problems(CALLED, RECIPES);
}
