//! The descriptors that come with the library, by their ids.

/// Each with its text.
const ALL: &[(&str, &str)] = &[
    ("cloudpayments", include_str!("descriptors/cloudpayments.toml")),
    ("examplepay", include_str!("descriptors/examplepay.toml")),
    ("paykeeper", include_str!("descriptors/paykeeper.toml")),
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
