//! Notifications changed after they were signed.

use serde_json::Value;

use super::conditions::Around;
use super::envelope::{Written, bytes_of, form_of};
use super::file::{items, pairs, text};
use super::message::{self, Message};
use super::orders::Notification;
use super::recipe;
use super::reply::{self, is_amount};
use super::shops::Shop;

/// The text with another sign in the middle.
pub fn broken(text: &str) -> String {
    let middle = text.len() / 2;
    text.char_indices()
        .map(|(at, sign)| match sign {
            '0' if at == middle => '1',
            _ if at == middle => '0',
            other => other,
        })
        .collect()
}

/// The notification changed after it was signed: `amount`, `order_id`, `currency`, `status`,
/// `payment_id` (where the kind reads them), `signature`, `unsigned`.
pub fn tampered(shop: &Shop, sent: &Notification, what: &str) -> Option<Notification> {
    let kind = items(&shop.descriptor, "notify").get(sent.kind)?;
    let mut forged = sent.clone();
    let mut places: Vec<String> = Vec::new();
    match what {
        "signature" | "unsigned" => {
            let listed = items(kind, "signature");
            if what == "unsigned" {
                forged.headers.retain(|(name, _)| {
                    !listed.iter().any(|place| text(place, "header") == Some(name))
                });
            } else {
                for (_, value) in &mut forged.headers {
                    *value = broken(value);
                }
            }
            places
                .extend(listed.iter().filter_map(|place| text(place, "field")).map(str::to_owned));
            // Two recipes may stand in one field, and a sign broken twice can come out genuine.
            places.sort_unstable();
            places.dedup();
        }
        reading => {
            let spot = kind.get("fields")?.get(reading)?;
            places.push(reply::pick(spot).at?.to_owned());
        }
    }
    if kind.get("base64_field").is_some() {
        return None;
    }
    for place in places {
        let Some(before) =
            (Message { fields: forged.fields.clone(), body: Vec::new() }).text(&place)
        else {
            continue;
        };
        let flat = matches!(form_of(kind), Written::Form | Written::Query);
        let around = Around::of(200, flat);
        let after = match what {
            "unsigned" => {
                let name = if flat { recipe::flat_name(&place) } else { place.clone() };
                message::remove(&mut forged.fields, &name);
                continue;
            }
            "signature" => broken(&before),
            "status" => other_word(shop, kind, &before)?,
            name if is_amount(name) => format!("9{before}"),
            "currency" => if before == "USD" { "EUR" } else { "USD" }.to_owned(),
            _ => format!("{before}1"),
        };
        around.put(&mut forged.fields, &place, Value::from(after));
    }
    let body = bytes_of(kind, &forged.fields).ok()?;
    if form_of(kind) == Written::Query {
        let (root, _) = forged.url.split_once('?')?;
        forged.url = format!("{root}?{body}");
    } else {
        forged.body = body;
    }
    Some(forged)
}

fn other_word(shop: &Shop, kind: &Value, word: &str) -> Option<String> {
    let paid = shop.word(&[kind], "paid").filter(|paid| paid != word);
    paid.or_else(|| {
        let mut all = pairs(kind, "status_map").chain(pairs(&shop.descriptor, "status_map"));
        all.find(|(other, _)| *other != word).map(|(other, _)| other.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::declared::switches::Switches;

    #[test]
    fn a_signature_that_two_recipes_may_have_made_is_broken_all_the_same() {
        let twice = json!([{"recipe": "one", "field": "sign"}, {"recipe": "two", "field": "sign"}]);
        let shop = Shop {
            id: "shop".into(),
            descriptor: json!({"notify": [{"accept": "form", "signature": twice}]}),
            config: [].into(),
            secrets: [].into(),
            notification_url: None,
            currency: "RUB".into(),
            switches: Switches::default(),
        };
        for sign in ["000", "010", "020"] {
            let fields = json!({"amount": "1.00", "sign": sign});
            let sent = Notification {
                status: "paid".into(),
                kind: 0,
                method: "POST",
                url: "http://127.0.0.1:9/".into(),
                content_type: "application/x-www-form-urlencoded".into(),
                headers: Vec::new(),
                body: String::new(),
                fields: fields.as_object().unwrap().clone(),
                delivered: true,
                attempts: Vec::new(),
            };
            let forged = tampered(&shop, &sent, "signature").unwrap();
            assert_ne!(forged.fields["sign"], sign);
            assert!(forged.body.starts_with("amount=1.00&sign="), "{}", forged.body);
        }
    }
}
