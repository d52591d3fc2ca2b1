//! The dialects of the family: which methods there are and which of them the common operations use.
//! The only place that knows them apart; operations go by what stands here.

use super::tables::{self, ecomm, orders};
use crate::native::Native;

/// One dialect.
pub struct Dialect {
    /// As the setting `dialect` and the presets say it.
    pub name: &'static str,
    /// All its methods, by family.
    pub families: &'static [&'static [&'static Native]],
    pub register: &'static Native,
    pub register_pre_auth: &'static Native,
    pub status: &'static Native,
    pub deposit: &'static Native,
    pub reverse: &'static Native,
    pub refund: &'static Native,
    pub decline: &'static Native,
}

impl Dialect {
    /// Its methods.
    pub fn natives(&self) -> impl Iterator<Item = &'static Native> {
        self.families.iter().flat_map(|family| family.iter().copied())
    }
}

/// Forms and JSON below one root, at almost every bank (D1, D2, D3).
pub static RBS: Dialect = Dialect {
    name: "rbs",
    families: tables::FAMILIES,
    register: &orders::REGISTER,
    register_pre_auth: &orders::REGISTER_PRE_AUTH,
    status: &orders::STATUS,
    deposit: &orders::DEPOSIT,
    reverse: &orders::REVERSE,
    refund: &orders::REFUND,
    decline: &orders::DECLINE,
};

/// Sberbank's new interface: JSON alone (D4).
pub static ECOMM: Dialect = Dialect {
    name: "sber_ecomm",
    families: ecomm::FAMILIES,
    register: &ecomm::orders::REGISTER,
    register_pre_auth: &ecomm::orders::REGISTER_PRE_AUTH,
    status: &ecomm::orders::STATUS,
    deposit: &ecomm::orders::DEPOSIT,
    reverse: &ecomm::orders::REVERSE,
    refund: &ecomm::orders::REFUND,
    decline: &ecomm::orders::DECLINE,
};

/// Every dialect.
pub const ALL: &[&Dialect] = &[&RBS, &ECOMM];

/// The dialect of that name.
pub fn named(name: &str) -> Option<&'static Dialect> {
    ALL.iter().copied().find(|dialect| dialect.name == name)
}
