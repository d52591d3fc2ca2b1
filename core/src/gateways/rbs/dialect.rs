//! The dialects of the family: which methods there are and which of them the common operations use.
//! The only place that knows them apart; operations go by what stands here.

use super::receipt;
use super::tables::{
    self, binding_payments, bindings, ecomm, fiscal, google_pay, mir_pay, orders, reports, sbp,
    wallets, yandex_pay,
};
use crate::native::Native;
use crate::operation::Method;

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
    /// Says what became of receipts.
    pub receipt_status: &'static Native,
    /// Whether it is known that a number is taken once, so that a registration may be repeated.
    pub refuses_known_numbers: bool,
    /// Where receipts stand in its requests.
    pub receipts: receipt::Places,
    /// Whether a status lists every refund with its id.
    pub names_refunds: bool,
    /// Whether its notifications are JSON, and never signed.
    pub json_notifications: bool,
    /// How an order is paid by SBP.
    pub sbp: Sbp,
    /// Registers and pays with the token of a wallet.
    pub wallet: fn(Method) -> Option<&'static Native>,
    /// Registers and pays with a stored card.
    pub recurrent: Option<&'static Native>,
    /// Lists stored cards.
    pub bindings: Option<&'static Native>,
    /// Forgets a stored card.
    pub unbind: Option<&'static Native>,
    /// Lists orders of a period.
    pub last_orders: Option<&'static Native>,
}

/// How an order is paid by SBP.
pub enum Sbp {
    /// A method makes the code of a registered order.
    Method(&'static Native),
    /// It is asked for with the registration, and the link comes with its reply.
    AtRegistration,
}

impl Dialect {
    /// Whether it has what this common operation needs.
    pub fn serves(&self, operation: &str) -> bool {
        match operation {
            "instalments" => false,
            "saved_cards" => self.bindings.is_some(),
            "charge_saved_card" => self.recurrent.is_some(),
            "forget_card" => self.unbind.is_some(),
            "list_payments" => self.last_orders.is_some(),
            _ => true,
        }
    }

    /// Whether there is such a method, or such a parameter of one: `register.returnUrl`.
    pub fn has(&self, name: &str) -> bool {
        let (method, field) = name.split_once('.').map_or((name, None), |(a, b)| (a, Some(b)));
        self.natives().filter(|native| native.name == method).any(|native| {
            field.is_none_or(|field| native.fields.iter().any(|row| row.name == field))
        })
    }

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
    receipt_status: &fiscal::GET_RECEIPT_STATUS,
    refuses_known_numbers: true,
    receipts: receipt::RBS,
    names_refunds: false,
    json_notifications: false,
    sbp: Sbp::Method(&sbp::C2B_QR_DYNAMIC_GET),
    wallet: |method| match method {
        Method::ApplePay => Some(&wallets::APPLE_PAY),
        Method::GooglePay => Some(&google_pay::GOOGLE_PAY),
        Method::SamsungPay => Some(&wallets::SAMSUNG_PAY),
        Method::MirPay => Some(&mir_pay::MIR_PAY),
        Method::YandexPay => Some(&yandex_pay::YANDEX_INSTANT_PAYMENT),
        _ => None,
    },
    recurrent: Some(&binding_payments::RECURRENT_PAYMENT),
    bindings: Some(&bindings::GET_BINDINGS),
    unbind: Some(&bindings::UNBIND_CARD),
    last_orders: Some(&reports::GET_LAST_ORDERS_FOR_MERCHANTS),
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
    receipt_status: &ecomm::receipts::GET_RECEIPT_STATUS,
    refuses_known_numbers: false,
    receipts: receipt::ECOMM,
    names_refunds: true,
    json_notifications: true,
    sbp: Sbp::AtRegistration,
    wallet: |_| None,
    recurrent: Some(&ecomm::payments::RECURRENT_PAYMENT),
    bindings: Some(&ecomm::cards::GET_BINDINGS),
    unbind: Some(&ecomm::cards::UNBIND_CARD),
    last_orders: None,
};

/// Every dialect.
pub const ALL: &[&Dialect] = &[&RBS, &ECOMM];

/// The dialect of that name.
pub fn named(name: &str) -> Option<&'static Dialect> {
    ALL.iter().copied().find(|dialect| dialect.name == name)
}
