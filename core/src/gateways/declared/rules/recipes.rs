//! A recipe is whole: it has a secret, a digest that there is, and parts that say one thing each.

use super::{Findings, is_simple};
use crate::gateways::declared::recipe::named;
use crate::gateways::declared::schema::{
    Compare, Descriptor, DigestName, Encoding, Part, Place, Recipe,
};

pub fn check(descriptor: &Descriptor, found: &mut Findings) {
    for (name, recipe) in descriptor.recipe.iter() {
        let path = format!("recipe.{name}");
        if !is_simple(name) {
            found.problem(
                &path,
                "expected a name of letters, digits, _ and -: it stands in templates",
            );
        }
        if recipe.mark.is_none() {
            found.warning(&path, "add mark: \"confirmed\", \"third\", \"inferred\" or \"ours\"");
        }
        one(descriptor, &path, recipe, false, found);
        if !has_secret(recipe) {
            let says = "holds no secret, so anybody can make it: add hmac, rsa or a part { secret = \"...\" }";
            found.problem(&path, says);
        }
    }
}

/// Whether only who knows a secret can make it.
fn has_secret(recipe: &Recipe) -> bool {
    let keyed = |key: &crate::gateways::declared::template::Template| {
        key.names().any(|name| name.starts_with("secret."))
    };
    let inside = |part: &Part| {
        part.secret.is_some()
            || !part.insert.is_empty()
            || part.nested.as_deref().is_some_and(has_secret)
    };
    recipe.rsa.is_some()
        || recipe.hmac.as_ref().is_some_and(keyed)
        || recipe.parts.iter().any(inside)
}

fn one(descriptor: &Descriptor, path: &str, recipe: &Recipe, inner: bool, found: &mut Findings) {
    digests(descriptor, path, recipe, found);
    if recipe.hmac_key_digest.is_some() && recipe.hmac.is_none() {
        found.problem(format!("{path}.hmac_key_digest"), "there is no key to hash: add hmac");
    }
    if recipe.rsa.is_some() && recipe.hmac.is_some() {
        found.problem(format!("{path}.rsa"), "a signature has one key: hmac or rsa");
    }
    let base64 = matches!(recipe.encode, Encoding::Base64 | Encoding::Base64Url);
    if recipe.compare == Compare::IgnoreCase && base64 {
        found.problem(
            format!("{path}.compare"),
            "letters of base64 differ by their case: leave it out",
        );
    }
    if recipe.parts.is_empty() {
        found.problem(format!("{path}.parts"), "nothing is signed: add parts");
    }
    for (at, part) in recipe.parts.iter().enumerate() {
        let path = format!("{path}.parts.{at}");
        if let Err(says) = kinds(part).and_then(|()| options(part)) {
            found.problem(&path, says);
        }
        let secrets = part.secret.iter().chain(part.insert.iter().map(|(_, secret)| secret));
        for secret in secrets.filter(|secret| descriptor.secrets.get(secret).is_none()) {
            found.problem(&path, format!("no secret {secret:?}: add it to [secrets]"));
        }
        let Some(nested) = &part.nested else { continue };
        if inner || nested.rsa.is_some() {
            found.problem(
                &path,
                "a nested recipe is one digest: without rsa, and without another in it",
            );
            continue;
        }
        one(descriptor, &format!("{path}.nested"), nested, true, found);
    }
}

/// The digest, or those that the shop's settings may name.
fn digests(descriptor: &Descriptor, path: &str, recipe: &Recipe, found: &mut Findings) {
    let config = recipe.digest.only().and_then(|name| name.strip_prefix("config."));
    let digests: Vec<&str> = match (recipe.digest.constant(), config) {
        (Some(text), _) => vec![text],
        (None, Some(name)) => match descriptor.config.get(name) {
            Some(config) if !config.one_of.is_empty() => {
                config.one_of.iter().map(String::as_str).collect()
            }
            _ => {
                let says = format!("add one_of to config.{name}: the digests that it may name");
                return found.problem(format!("{path}.digest"), says);
            }
        },
        (None, None) => {
            let says = "expected the name of a digest, or {config.<name>} alone";
            return found.problem(format!("{path}.digest"), says);
        }
    };
    for text in digests {
        match named(text) {
            Err(says) => found.problem(format!("{path}.digest"), says),
            Ok(name) if recipe.rsa.is_some() && !is_for_rsa(name) => {
                found.problem(format!("{path}.digest"), "RSA is checked with sha256 or sha512");
            }
            Ok(_) => {}
        }
    }
    for (length, name) in recipe.digest_by_length.iter() {
        if length.parse() != Ok(2 * bytes(*name)) {
            let says = format!("this digest has {} hexadecimal digits", 2 * bytes(*name));
            found.problem(format!("{path}.digest_by_length.{length}"), says);
        }
    }
}

fn is_for_rsa(name: DigestName) -> bool {
    matches!(name, DigestName::Sha256 | DigestName::Sha512)
}

/// How many bytes it has.
fn bytes(name: DigestName) -> usize {
    match name {
        DigestName::Md5 => 16,
        DigestName::Sha1 | DigestName::Ripemd160 => 20,
        DigestName::Sha224 => 28,
        DigestName::Sha256 | DigestName::Sha3_256 => 32,
        DigestName::Sha384 => 48,
        DigestName::Sha512 => 64,
    }
}

fn kinds(part: &Part) -> Result<(), &'static str> {
    let kinds = [
        part.field.is_some(),
        part.secret.is_some(),
        part.lit.is_some(),
        part.group.is_some(),
        part.raw.is_some(),
        part.json.is_some(),
        part.nested.is_some(),
    ];
    match kinds.iter().filter(|it| **it).count() {
        1 => Ok(()),
        0 => Err("is nothing: add one of field, secret, lit, group, raw, json, nested"),
        _ => Err("is two things at once: write two parts"),
    }
}

/// Options stand with the kind that they belong to.
fn options(part: &Part) -> Result<(), &'static str> {
    let of_group = part.over.is_some()
        || part.include.is_some()
        || !part.exclude.is_empty()
        || part.drop_empty
        || part.scalars_only
        || !part.insert.is_empty()
        || part.element.is_some()
        || part.join.is_some();
    let of_json = !part.without.is_empty()
        || part.stringify
        || part.escape_slash
        || part.escape_unicode
        || part.spaces;
    let formatted = part.field.is_some() || part.json.is_some() || part.group.is_some();
    if part.group.is_none() && of_group {
        return Err(
            "over, include, exclude, drop_empty, scalars_only, insert, element and join belong to a group",
        );
    }
    if part.json.is_none() && of_json {
        return Err("without, stringify, escape_slash, escape_unicode and spaces belong to json");
    }
    if part.field.is_none() && part.optional.is_some() {
        return Err("optional belongs to a field");
    }
    if !formatted && !part.format.is_empty() {
        return Err("format belongs to field, json and group");
    }
    match part.element.as_deref() {
        Some(element) if !element.contains("{v}") => {
            Err("element has no {v}: the values themselves would not be signed")
        }
        _ => Ok(()),
    }
}

/// What a place is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// A signature that is made.
    Made,
    /// One that is checked.
    Checked,
}

/// Where signatures stand.
pub fn places(
    descriptor: &Descriptor,
    path: &str,
    places: &[Place],
    made: Use,
    found: &mut Findings,
) {
    for (at, place) in places.iter().enumerate() {
        let path = format!("{path}.{at}");
        if place.field.is_some() == place.header.is_some() {
            found.problem(&path, "expected one of field and header: where the signature stands");
        }
        if let Some(between) = &place.alternatives
            && (made == Use::Made || between.is_empty())
        {
            let says = "expected what stands between several signatures that are received";
            found.problem(format!("{path}.alternatives"), says);
        }
        match descriptor.recipe.get(&place.recipe) {
            None => {
                let names = descriptor.recipe.names().join(", ");
                let says = format!(
                    "no recipe {:?}: add [recipe.{}]; there are {names}",
                    place.recipe, place.recipe
                );
                found.problem(format!("{path}.recipe"), says);
            }
            Some(recipe) if recipe.rsa.is_some() && made == Use::Made => {
                let says = "a recipe with rsa only checks: the key that makes it is the gateway's";
                found.problem(format!("{path}.recipe"), says);
            }
            Some(_) => {}
        }
    }
}
