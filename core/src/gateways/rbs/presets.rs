//! Banks that are known to run the family: where they are and in what they differ
//! (docs/gateways/rbs.md, "Hosts").

use super::dialect::{self, Dialect};

/// One installation.
pub struct Preset {
    /// As the setting `preset` says it.
    pub name: &'static str,
    /// The installation's root.
    pub base_url: &'static str,
    pub dialect: &'static Dialect,
    /// The zone of dates that are sent without one, where the documents say; else the setting
    /// `gateway_time_zone` must.
    pub time_zone: Option<&'static str>,
    /// Whether its certificate is of the Russian national authority, which stock trust stores lack.
    pub russian_root: bool,
    /// Names that differ from the tables': `method.field` or, for a path, `method`.
    pub spellings: &'static [(&'static str, &'static str)],
}

const fn preset(name: &'static str, base_url: &'static str) -> Preset {
    Preset {
        name,
        base_url,
        dialect: &dialect::RBS,
        time_zone: None,
        russian_root: false,
        spellings: &[],
    }
}

/// UTC, as BPC's documents say of dates.
const fn bpc(name: &'static str, base_url: &'static str) -> Preset {
    Preset { time_zone: Some("+00:00"), ..preset(name, base_url) }
}

/// UTC+3 and spellings of its own, as the tables of Alfa's documents say; an example there sends
/// `returnUrl` to instantPayment all the same.
const fn alfa(name: &'static str, base_url: &'static str, russian_root: bool) -> Preset {
    Preset {
        time_zone: Some("+03:00"),
        russian_root,
        spellings: &[
            ("instantPayment.returnUrl", "backUrl"),
            ("instantPayment.cardholderName", "cardHolderName"),
            ("verifyCard.cardholderName", "cardHolderName"),
            ("instantRefund.cardholderName", "cardHolderName"),
        ],
        ..preset(name, base_url)
    }
}

const fn sber(name: &'static str, base_url: &'static str) -> Preset {
    Preset { russian_root: true, ..preset(name, base_url) }
}

/// Sberbank's new interface.
const fn ecomm(name: &'static str, base_url: &'static str) -> Preset {
    Preset { dialect: &dialect::ECOMM, ..sber(name, base_url) }
}

/// Every one is a host named in a document or in a bank's published client; a bank whose address is
/// not published has no row.
pub const PRESETS: &[Preset] = &[
    bpc("bpsprocessing-test", "https://dev.bpsprocessing.ru/payment"),
    bpc("bpc-test", "https://dev.bpcbt.com/payment"),
    bpc("radarpayments", "https://ecommerce.radarpayments.com/payment"),
    alfa("alfabank", "https://payment.alfabank.ru/payment", true),
    alfa("alfabank-pay", "https://pay.alfabank.ru/payment", true),
    alfa("alfabank-test", "https://alfa.rbsuat.com/payment", false),
    preset("alfabank-by", "https://ecom.alfabank.by/payment"),
    preset("alfabank-by-test", "https://abby.rbsuat.com/payment"),
    sber("sberbank-legacy", "https://securepayments.sberbank.ru/payment"),
    sber("sberbank-legacy-test", "https://3dsec.sberbank.ru/payment"),
    ecomm("sberbank", "https://ecommerce.sberbank.ru/ecomm/gw/partner/api"),
    ecomm("sberbank-epay", "https://epay.sberbank.ru/ecomm/gw/partner/api"),
    ecomm("sberbank-test", "https://ecomtest.sberbank.ru/ecomm/gw/partner/api"),
    ecomm("sberbank-ift", "https://ecomift.sberbank.ru/ecomm/gw/partner/api"),
    preset("yookassa-sberbank", "https://3dsec-payments.yookassa.ru/payment"),
    preset("mtsbank", "https://oplata.mtsbank.ru/payment"),
    preset("mtsbank-test", "https://mts.rbsuat.com/payment"),
    preset("rshb", "https://rshb.rbsgate.com/payment"),
    preset("rshb-test", "https://web.rbsuat.com/rshb/payment"),
    preset("gazprombank-test", "https://web.rbsuat.com/gpb"),
    preset("vtb", "https://platezh.vtb24.ru/payment"),
    preset("vtb-test", "https://vtb.rbsuat.com/payment"),
    preset("vtb-kz", "https://payment.vtb.kz/payment"),
    preset("vtb-kz-test", "https://vtbkz.rbsuat.com/payment"),
    preset("ucs", "https://ucs.rbsgate.com/payment"),
    preset("ucs-test", "https://web.rbsuat.com/ucs/payment"),
    preset("sgb-test", "https://web.rbsuat.com/sgb"),
    preset("credibanco", "https://eco.credibanco.com/payment"),
    preset("credibanco-test", "https://ecouat.credibanco.com/payment"),
    preset("satim", "https://cib.satim.dz/payment"),
    preset("satim-test", "https://test.satim.dz/payment"),
];

/// The preset of that name.
pub fn named(name: &str) -> Option<&'static Preset> {
    PRESETS.iter().find(|preset| preset.name == name)
}

/// What to do when the certificate of such a bank is not trusted.
pub const RUSSIAN_ROOT: &str = "this bank's certificate is of the Russian national authority, which stock trust stores lack: \
     give its root (\"Russian Trusted Root CA\") in tls.ca_file or tls.ca_pem";
