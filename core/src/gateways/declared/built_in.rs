//! The descriptors that come with the library, by their ids.

/// Each with its text.
const ALL: &[(&str, &str)] = &[
    ("cloudpayments", include_str!("descriptors/cloudpayments.toml")),
    ("examplepay", include_str!("descriptors/examplepay.toml")),
    ("fondy", include_str!("descriptors/fondy.toml")),
    ("interkassa", include_str!("descriptors/interkassa.toml")),
    ("liqpay", include_str!("descriptors/liqpay.toml")),
    ("liqpay-v3", include_str!("descriptors/liqpay-v3.toml")),
    ("paykeeper", include_str!("descriptors/paykeeper.toml")),
    ("paymaster", include_str!("descriptors/paymaster.toml")),
    ("prodamus", include_str!("descriptors/prodamus.toml")),
    ("wayforpay", include_str!("descriptors/wayforpay.toml")),
];

/// The descriptor of that id.
pub fn find(id: &str) -> Option<&'static str> {
    ALL.iter().find(|(name, _)| *name == id).map(|(_, text)| *text)
}

/// Their ids, in the order of their names.
pub fn names() -> impl Iterator<Item = &'static str> {
    ALL.iter().map(|(name, _)| *name)
}
