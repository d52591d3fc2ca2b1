//! Mir Pay. Sources and marks: docs/gateways/rbs.md, "Wallets".

use super::card_fields::{DECRYPTED_TOKEN, PAYMENT_TOKEN};
use super::wallets::{MERCHANT, REPEAT, WALLET_ORDER};
use super::{COMMON_REPLY, D2, ORDER_NUMBER, PASSWORD, USERNAME};
use crate::native::Shape::Text;
use crate::native::{Field, Mark, Native, Told, field, rows, told};

pub const MIR_PAY: Native = Native {
    name: "mirPayment",
    path: "mir/payment.do",
    repeat: REPEAT,
    serves: "create_payment",
    source: "ALFA-SWG",
    doc: "registers an order and pays it by Mir Pay",
    fields: &FIELDS,
    reply: REPLY,
    ..D2
};

pub const MIR_PAY_DIRECT: Native = Native {
    name: "mirPaymentDirect",
    path: "mir/paymentDirect.do",
    serves: "",
    pci: "SAQ D (inferred)",
    doc: "the same, with a token that the shop decrypted",
    fields: &DIRECT_FIELDS,
    ..MIR_PAY
};

const FIELDS: [Field; 28] =
    rows([USERNAME, PASSWORD, MERCHANT, ORDER_NUMBER.required(), PAYMENT_TOKEN], WALLET_ORDER);

const DIRECT_FIELDS: [Field; 28] =
    rows([USERNAME, PASSWORD, MERCHANT, ORDER_NUMBER.required(), DECRYPTED_TOKEN], WALLET_ORDER);

const REPLY: &[Told] = &[
    told("success", "boolean: the call was accepted"),
    told("data.orderId", "the gateway's id").always(),
    told("data.bindingId", "the card that was stored or used"),
    told("data.product", "the card's product"),
    told("error.code", "1: the bank refused; 10: number already registered, or bad credentials"),
    told("error.description", "technical"),
    told("error.message", "for the buyer"),
];

/// What Mir Pay tells the gateway of a token; the documents describe it by halves.
const HOOK: Native = Native {
    repeat: "never: not documented",
    mark: Mark::Inferred,
    source: "ALFA-SWG",
    fields: &[
        field("merchantId", Text, 255, "in the path").required(),
        field("orderId", Text, 255, "in the path").required(),
        field("cryptogram", Text, 8192, "of the token; it can pay").secret(),
        field("error", Text, 4096, "what went wrong in the app"),
    ],
    reply: COMMON_REPLY,
    ..D2
};

pub const MIR_CALLBACK: Native = Native {
    name: "mirCallback",
    path: "mir/{merchantId}/{orderId}/callback.do",
    doc: "hands over the cryptogram of a Mir Pay token, or says why there is none",
    ..HOOK
};

pub const MIR_CERTIFICATE: Native = Native {
    name: "mirCertificate",
    path: "mir/{merchantId}/{orderId}/certificate.do",
    doc: "token hook beside mirCallback; the documents do not say what it does",
    ..HOOK
};

/// All of them.
pub const NATIVES: &[&Native] = &[&MIR_PAY, &MIR_PAY_DIRECT, &MIR_CALLBACK, &MIR_CERTIFICATE];
