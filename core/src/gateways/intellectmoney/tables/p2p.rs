//! P2P: transfers between people by a form of the gateway. SHA-1 with the form's key in the body.
//! Source: docs/gateways/intellectmoney.md, "P2P".

use super::{Method, READ, WRITE};
use crate::gateways::intellectmoney::signature::Hash;
use crate::native::Shape::{Decimal, Digits, Language, Text, Url};
use crate::native::{Field, Native, field, told};

pub const METHODS: &[&Method] = &[&FORM_URL, &CHECK_PAY];

const ORDER_ID: Field = field("orderId", Text, 50, "the merchant's own number").required();
const FORM_ID: Field = field("formId", Digits, 10, "of the form, in the cabinet").required();
const HASH: Field = field("hash", Text, 40, "SHA-1 over the signed fields").settings();

const FORM_URL: Method = Method {
    native: Native {
        name: "GetFormUrl",
        path: "p2p/GetFormUrl",
        repeat: "never: after a lost answer ask for CheckPay",
        dialect: "p2p",
        source: "P2P",
        fields: &[
            ORDER_ID,
            field("amount", Decimal, 13, "major units").required(),
            FORM_ID,
            field("cardGuid", Text, 36, "a card that the form knows"),
            field("comment", Text, 1024, "what for"),
            field("backUrl", Url, 512, "where the payer comes back to"),
            field("language", Language, 2, "ru or en"),
            HASH,
        ],
        reply: &[
            told("Url", "where the payer types the cards").always(),
            told("UrlBase64Encoded", "the same, in Base64"),
        ],
        doc: "Gives the page of a transfer",
        ..WRITE
    },
    template: "orderId::amount::formId::cardGuid::comment::backUrl::language",
    hash: Hash::Sha1,
    in_test: false,
};

const CHECK_PAY: Method = Method {
    native: Native {
        name: "CheckPay",
        path: "p2p/CheckPay",
        dialect: "p2p",
        source: "P2P",
        fields: &[ORDER_ID, FORM_ID, HASH],
        reply: &[told("RcCode", "00: paid")],
        doc: "Whether a transfer was paid",
        ..READ
    },
    template: "orderId::formId",
    hash: Hash::Sha1,
    in_test: false,
};
