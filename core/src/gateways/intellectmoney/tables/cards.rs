//! Payments with card data from the shop's own server. Source: docs/gateways/intellectmoney.md,
//! "Cards".

use super::{ESHOP_ID, HASH, INVOICE_ID, Method, WRITE};
use crate::gateways::intellectmoney::signature::Hash;
use crate::native::Shape::{Code, Ip, Money, Text, Url};
use crate::native::{Field, Native, field, told};

pub const METHODS: &[&Method] = &[&BANK_CARD_PAYMENT, &ACTIVATION_PAY];

/// What the gateway asks of a shop before it takes card data.
pub const PCI: &str = "SAQ, ASV scan";

const CVV: Field = field("Cvv", Code, 4, "the code on the card").at_least(3).card();

const BANK_CARD_PAYMENT: Method = Method {
    native: Native {
        name: "bankCardPayment",
        path: "merchant/bankCardPayment",
        pci: PCI,
        source: "D-card, SDK, MIL",
        fields: &[
            ESHOP_ID,
            INVOICE_ID.required(),
            field("Pan", Code, 19, "card number").at_least(12).required().card(),
            field("CardHolder", Text, 255, "as on the card; one client always sends it"),
            field("ExpiredMonth", Code, 2, "01 to 12").at_least(2).required().card(),
            field("ExpiredYear", Code, 4, "two or four digits: no document says which")
                .at_least(2)
                .required()
                .card(),
            CVV,
            field("ReturnUrl", Url, 512, "where the buyer comes back to from 3-D Secure"),
            field("IpAddress", Ip, 39, "of the site that bills, not of the buyer").required(),
            HASH,
        ],
        reply: &[told("PaymentStep", "where it stands; ask for the state").inferred()],
        doc: "Pays an invoice with a card's data",
        ..WRITE
    },
    template: "EshopId::InvoiceId::Pan::CardHolder::ExpiredMonth::ExpiredYear::Cvv::ReturnUrl::\
               IpAddress",
    hash: Hash::Md5,
    in_test: true,
};

/// For the step ActivationPayment: a small sum was charged, and the buyer must name it.
const ACTIVATION_PAY: Method = Method {
    native: Native {
        name: "activationPay",
        path: "merchant/activationPay",
        pci: PCI,
        source: "D-act, MIL",
        fields: &[
            ESHOP_ID,
            INVOICE_ID.required(),
            field("ActivationAmount", Money, 13, "the sum that the buyer saw").required(),
            CVV,
            HASH,
        ],
        reply: &[told("PaymentStep", "where it stands; ask for the state").inferred()],
        doc: "Names the small sum that was charged to prove the card (step ActivationPayment)",
        ..WRITE
    },
    template: "EshopId::InvoiceId::ActivationAmount::Cvv",
    hash: Hash::Md5,
    in_test: false,
};
