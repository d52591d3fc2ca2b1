//! Methods that begin to pay an invoice without card data: instalments, SBP, wallets. They share
//! fields and template. Sources: docs/gateways/intellectmoney.md, "Instalments", "SBP", "Wallets".

use super::{ESHOP_ID, HASH, INVOICE_ID, Method, WRITE};
use crate::gateways::intellectmoney::signature::Hash;
use crate::native::Shape::{Ip, Text, Url};
use crate::native::{Field, Native, field, told};

pub const METHODS: &[&Method] = &[&BNPL_PAYMENT];

const FIELDS: &[Field] = &[
    ESHOP_ID,
    INVOICE_ID.required(),
    field("SuccessUrl", Url, 512, "where the buyer comes back to").required(),
    field("FailUrl", Url, 512, "where the buyer comes back to after a failure"),
    field("AdditionalParams", Text, 512, "reserved, unused"),
    field("IpAddress", Ip, 39, "of the site that bills, not of the buyer").required(),
    HASH,
];

const START: Method = Method {
    native: Native {
        serves: "create_payment",
        fields: FIELDS,
        reply: &[told("PaymentStep", "where it stands")],
        ..WRITE
    },
    template: "EshopId::InvoiceId::SuccessUrl::FailUrl::AdditionalParams::IpAddress",
    hash: Hash::Md5,
    in_test: false,
};

pub const BNPL_PAYMENT: Method = Method {
    native: Native {
        name: "bnplPayment",
        path: "merchant/bnplPayment",
        serves: "instalments",
        source: "SEED",
        doc: "Begins to pay in instalments through PayLate",
        ..START.native
    },
    ..START
};
