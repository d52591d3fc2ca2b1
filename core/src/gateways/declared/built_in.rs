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
    use crate::gateways::declared::schema::Descriptor;

    fn all() -> Vec<Descriptor> {
        let read = |id| Source::find(&Value::from(id)).unwrap().read();
        names().map(|id| read(id).unwrap_or_else(|fault| panic!("{id}: {}", fault.says))).collect()
    }

    #[test]
    fn each_stands_under_its_id_in_their_order() {
        let ids: Vec<String> = all().into_iter().map(|descriptor| descriptor.id).collect();
        assert_eq!(ids, names().collect::<Vec<_>>());
        assert!(ids.is_sorted());
    }
}
