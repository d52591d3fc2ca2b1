//! The descriptors that come with the library, by their ids.

/// Each with its text.
const ALL: &[(&str, &str)] = &[
    ("cloudpayments", include_str!("descriptors/cloudpayments.toml")),
    ("enot", include_str!("descriptors/enot.toml")),
    ("examplepay", include_str!("descriptors/examplepay.toml")),
    ("fondy", include_str!("descriptors/fondy.toml")),
    ("freekassa", include_str!("descriptors/freekassa.toml")),
    ("interkassa", include_str!("descriptors/interkassa.toml")),
    ("liqpay", include_str!("descriptors/liqpay.toml")),
    ("liqpay-v3", include_str!("descriptors/liqpay-v3.toml")),
    ("moneta", include_str!("descriptors/moneta.toml")),
    ("payeer", include_str!("descriptors/payeer.toml")),
    ("paykeeper", include_str!("descriptors/paykeeper.toml")),
    ("paymaster", include_str!("descriptors/paymaster.toml")),
    ("prodamus", include_str!("descriptors/prodamus.toml")),
    ("robokassa", include_str!("descriptors/robokassa.toml")),
    ("tbank", include_str!("descriptors/tbank.toml")),
    ("unitpay", include_str!("descriptors/unitpay.toml")),
    ("wayforpay", include_str!("descriptors/wayforpay.toml")),
    ("webmoney", include_str!("descriptors/webmoney.toml")),
    ("yoomoney", include_str!("descriptors/yoomoney.toml")),
];

/// The descriptor of that id.
pub fn find(id: &str) -> Option<&'static str> {
    ALL.iter().find(|(name, _)| *name == id).map(|(_, text)| *text)
}

/// Their ids, in the order of their names.
pub fn names() -> impl Iterator<Item = &'static str> {
    ALL.iter().map(|(name, _)| *name)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::gateways::declared::load::Source;
    use crate::gateways::declared::message::Message;
    use crate::gateways::declared::recipe;
    use crate::gateways::declared::schema::{Descriptor, Vector};
    use crate::gateways::declared::values::Values;

    fn all() -> Vec<Descriptor> {
        let read = |id: &str| Source::find(&Value::from(id)).unwrap().read();
        names().map(|id| read(id).unwrap_or_else(|fault| panic!("{id}: {fault:?}"))).collect()
    }

    fn message(vector: &Vector) -> Message {
        let body = vector.body.clone().unwrap_or_default().into_bytes();
        match vector.fields.is_empty() && !body.is_empty() {
            true if body.starts_with(b"{") => Message::json(&body).unwrap(),
            true => Message::form(&body, Default::default()).unwrap(),
            false => {
                let mut message = Message::of(vector.fields.clone());
                message.body = body;
                message
            }
        }
    }

    #[test]
    fn each_stands_under_its_id_in_their_order() {
        let ids: Vec<String> = all().into_iter().map(|descriptor| descriptor.id).collect();
        assert_eq!(ids, names().collect::<Vec<_>>());
        assert!(ids.is_sorted());
    }

    #[test]
    fn each_vector_comes_out() {
        for descriptor in all() {
            let id = &descriptor.id;
            assert!(!descriptor.vector.is_empty(), "{id} proves nothing");
            for vector in &descriptor.vector {
                let name = format!("{id} {}", vector.id);
                let mut values = Values::default();
                vector
                    .config
                    .iter()
                    .for_each(|(key, text)| values.set(&format!("config.{key}"), text));
                vector
                    .secrets
                    .iter()
                    .for_each(|(key, text)| values.set(&format!("secret.{key}"), text));
                let recipe =
                    descriptor.recipe.get(&vector.recipe).unwrap_or_else(|| panic!("{name}"));
                let message = message(vector);
                if let Some(text) = &vector.message {
                    let hashed = recipe::bytes(recipe, &message, &values).unwrap();
                    assert_eq!(String::from_utf8_lossy(&hashed), text.as_str(), "{name}");
                }
                let made = recipe::sign(recipe, &message, &values).unwrap();
                assert_eq!(made.as_str(), vector.expected, "{name}");
                assert!(
                    recipe::matches(recipe, &message, &values, &vector.expected).unwrap(),
                    "{name}"
                );
            }
        }
    }

    #[test]
    fn each_recipe_that_a_descriptor_names_is_there() {
        for descriptor in all() {
            let calls =
                descriptor.status.iter().chain(&descriptor.cancel).chain(&descriptor.refund);
            let sent = calls.map(|call| &call.request).chain([&descriptor.create.request]);
            let places = sent.flat_map(|request| &request.sign);
            let places = places.chain(descriptor.notify.iter().flat_map(|kind| &kind.signature));
            for place in places {
                let recipe = &place.recipe;
                assert!(descriptor.recipe.get(recipe).is_some(), "{} {recipe}", descriptor.id);
            }
        }
    }
}
