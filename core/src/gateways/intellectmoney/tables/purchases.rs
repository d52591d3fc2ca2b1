//! What becomes of an invoice's money, by the shop's word, and what is known of it. Sources:
//! docs/gateways/intellectmoney.md, "Capture, cancel, refund" and "Invoices".

use super::{ESHOP_ID, HASH, INVOICE_ID, MERCHANT_RECEIPT, Method, READ, WRITE};
use crate::gateways::intellectmoney::signature::Hash;
use crate::native::Shape::Text;
use crate::native::{Field, Native, field, told};

pub const METHODS: &[&Method] = &[&PURCHASE_TO_PAID, &PURCHASE_TO_REFUND, &PURCHASE_INFO];

const FIELDS: &[Field] = &[
    ESHOP_ID,
    INVOICE_ID.one_of(),
    field("OrderId", Text, 50, "the merchant's own number: give it, since it is what is signed")
        .one_of(),
    MERCHANT_RECEIPT.inferred(),
    HASH,
];

pub const PURCHASE_TO_PAID: Method = Method {
    native: Native {
        name: "purchaseToPaid",
        path: "merchant/purchaseToPaid",
        serves: "capture",
        source: "D-paid, SUV",
        fields: FIELDS,
        doc: "Takes the money of a held invoice, all of it",
        ..WRITE
    },
    template: "EshopId::OrderId::'ToPaid'",
    hash: Hash::Md5,
    in_test: false,
};

pub const PURCHASE_TO_REFUND: Method = Method {
    native: Native {
        name: "purchaseToRefund",
        path: "merchant/purchaseToRefund",
        serves: "cancel, refund",
        source: "D-ref",
        fields: FIELDS,
        doc: "Cancels an unpaid invoice, releases a hold, gives back what was paid, or makes any of \
              them smaller. The name of the amount is not known: what support told you goes into \
              `extra`; without it all of the money moves",
        ..WRITE
    },
    template: "EshopId::OrderId::'Refund'",
    hash: Hash::Md5,
    in_test: false,
};

pub const PURCHASE_INFO: Method = Method {
    native: Native {
        name: "getPurchaseInfo",
        path: "merchant/getPurchaseInfo",
        source: "D-info",
        fields: &[ESHOP_ID, INVOICE_ID.required(), HASH],
        reply: &[
            told("OrderId", "the merchant's own number").inferred(),
            told("RecipientAmount", "what is to be paid").inferred(),
            told("RecipientCurrency", "letters").inferred(),
            told("PaymentStatus", "3 to 8, as in webhooks").inferred(),
        ],
        doc: "What is known of an invoice. No document shows its reply or what is signed: the \
              template is that of getBankCardPaymentState",
        ..READ
    },
    template: "EshopId::InvoiceId",
    hash: Hash::Md5,
    in_test: true,
};
