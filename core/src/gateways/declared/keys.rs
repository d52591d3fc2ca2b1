//! Settings of a shop that recipes need in one form: public keys and names of digests. What is wrong
//! with them is told when the client is made, not by a signature that is never right.

use super::recipe::{self, PublicKey};
use super::schema::{Descriptor, DigestName, Recipe};
use super::template::Template;
use super::values::Values;
use crate::error::Error;

/// Checks them for every recipe.
pub fn check(descriptor: &Descriptor, values: &Values<'_>) -> Result<(), Error> {
    descriptor.recipe.iter().try_for_each(|(_, recipe)| one(recipe, values))
}

fn one(recipe: &Recipe, values: &Values<'_>) -> Result<(), Error> {
    if let Some(field) = setting(&recipe.digest) {
        let name = recipe::named(&recipe.digest.text(values)?);
        let name = name.map_err(|says| Error::invalid(field.as_str(), says))?;
        if recipe.rsa.is_some() && !matches!(name, DigestName::Sha256 | DigestName::Sha512) {
            return Err(Error::invalid(field, "RSA is checked with sha256 or sha512"));
        }
    }
    if let Some(key) = &recipe.rsa {
        let field = setting(key).unwrap_or_else(|| "descriptor".to_owned());
        PublicKey::from_pem(&key.text(values)?).map_err(|says| Error::invalid(field, says))?;
    }
    let nested = recipe.parts.iter().filter_map(|part| part.nested.as_deref());
    nested.into_iter().try_for_each(|nested| one(nested, values))
}

/// The setting that a template takes its value from.
fn setting(template: &Template) -> Option<String> {
    let name = template.names().next()?;
    Some(match name.strip_prefix("secret.") {
        Some(name) => format!("secrets.{name}"),
        None => name.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::gateways::declared::shop::Shop;
    use crate::settings::Common;

    /// What the settings are refused for: the field.
    fn refused(recipe: Value, config: Value) -> Option<String> {
        let doc = json!({ "doc": "from the cabinet" });
        let descriptor = json!({
            "schema": 1, "id": "sample", "title": "Sample", "date": "2026-01-31",
            "sources": ["invented"], "config": { "key": doc, "digest": doc },
            "create": { "mark": "ours", "request": {
                "method": "POST", "url": "https://pay.sample.example/",
                "fields": { "order": "{order.id}", "sum": "{order.amount}" },
            } },
            "recipe": { "told": recipe },
        });
        let settings = json!({ "gateway": "declared", "descriptor": descriptor, "config": config });
        let (common, own) = Common::split(settings.as_object().unwrap()).unwrap();
        Shop::unruled(&common, &own).err().map(|error| error.field.clone().unwrap())
    }

    /// 2048 bits.
    const KEY: &str = "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAob2ltI3mauo89UsKaTOZ\nE6/7lp5/VNev3w9b4NKsKctN1/96tTBizBfSX7w1XySaNT4dpnMYRV0ylv18Cbd8\nAUb/cQaJEMl4olhTT20RdT4qzy3H2kjKNJp6CtJSkW61O4YdwsAjKY0hYGE0JCeE\nAnomrjJNJ6BfVDLfmpDtfs6k2zzQabXe37kE8h/NptWk9kip9lhxCMQItTgF+xmn\nzt/6XKL+jQYaJgUnxTr58j1RTCznyMlT8rNQE79GK8K5mX5EQqFTOBFtiES/VviO\n3a3RagxRAhUWj7V4JbUZoeDKvROocPAjmBODmG9sc/QFPQr/lTO7cOnERC0DdYub\n9QIDAQAB\n-----END PUBLIC KEY-----";

    #[test]
    fn a_key_and_a_digest_are_read_when_the_client_is_made() {
        let parts = json!([{ "field": "order" }]);
        let rsa = json!({ "digest": "{config.digest}", "rsa": "{config.key}", "parts": parts });
        let plain = json!({ "digest": "{config.digest}", "parts": parts });
        let within = json!({ "digest": "md5", "parts": [{ "nested": plain }] });
        for (recipe, key, digest, field) in [
            (&rsa, KEY, "sha256", None),
            (&rsa, KEY, "sha512", None),
            (&rsa, &KEY[..200], "sha256", Some("config.key")),
            (&rsa, "", "sha256", Some("config.key")),
            (&rsa, KEY, "md5", Some("config.digest")),
            (&plain, "", "sha3-256", None),
            (&plain, "", "sha3", Some("config.digest")),
            (&within, "", "SHA256", Some("config.digest")),
            (&within, "", "sha256", None),
        ] {
            let config = json!({ "key": key, "digest": digest });
            assert_eq!(refused(recipe.clone(), config).as_deref(), field, "{digest} {key:.20}");
        }
    }
}
