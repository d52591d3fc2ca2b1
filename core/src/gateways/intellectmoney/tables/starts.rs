//! Methods that begin to pay an invoice without card data: instalments, SBP, wallets. They share
//! fields and template. Sources: docs/gateways/intellectmoney.md, "Instalments", "SBP", "Wallets".

use super::{ESHOP_ID, HASH, INVOICE_ID, Method, WRITE};
use crate::gateways::intellectmoney::signature::Hash;
use crate::native::Shape::{Code, Ip, Text, Url};
use crate::native::{Field, Mark, Native, Told, field, told};

pub const METHODS: &[&Method] = &[
    &BNPL_PAYMENT,
    &SBP_PAYMENT,
    &GAZPROM_PAY_PAYMENT,
    &SBER_PAY_PAYMENT,
    &SBER_PAY_PUSH_NOTIFICATION,
    &MIR_PAY_GET_LINK,
];

const FIELDS: &[Field] = &[
    ESHOP_ID,
    INVOICE_ID.required(),
    field("SuccessUrl", Url, 512, "where the buyer comes back to").required(),
    field("FailUrl", Url, 512, "where the buyer comes back to after a failure"),
    field("AdditionalParams", Text, 512, "reserved, unused"),
    field("IpAddress", Ip, 39, "of the site that bills, not of the buyer").required(),
    HASH,
];

const TEMPLATE: &str = "EshopId::InvoiceId::SuccessUrl::FailUrl::AdditionalParams::IpAddress";

const STEP: Told = told("PaymentStep", "where it stands; what the buyer must do comes with a look");

/// The others are changes of it.
const START: Method = Method {
    native: Native { serves: "create_payment", fields: FIELDS, reply: &[STEP], ..WRITE },
    template: TEMPLATE,
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

pub const SBP_PAYMENT: Method = Method {
    native: Native {
        name: "sbpPayment",
        path: "merchant/sbpPayment",
        source: "D-sbp, AIM",
        doc: "Begins to pay by SBP; `Form3DS` of a later look holds the link and the QR code",
        ..START.native
    },
    ..START
};

pub const GAZPROM_PAY_PAYMENT: Method = Method {
    native: Native {
        name: "gazpromPayPayment",
        path: "merchant/gazpromPayPayment",
        mark: Mark::Inferred,
        source: "D-gpay",
        doc: "Begins to pay by Gazprom Pay; `Form3DS` of a later look is its link",
        ..START.native
    },
    ..START
};

pub const SBER_PAY_PAYMENT: Method = Method {
    native: Native {
        name: "sberPayPayment",
        path: "merchant/sberPayPayment",
        mark: Mark::Inferred,
        source: "D-sber",
        doc: "Begins to pay by SberPay; `Form3DS` of a later look holds the app's link and the QR code",
        ..START.native
    },
    ..START
};

/// Only its name is documented, and that it sends a push to a phone.
pub const SBER_PAY_PUSH_NOTIFICATION: Method = Method {
    native: Native {
        name: "sberPayPushNotification",
        path: "merchant/sberPayPushNotification",
        serves: "",
        mark: Mark::Inferred,
        source: "D-sber",
        fields: &[
            ESHOP_ID,
            INVOICE_ID.required(),
            field("Phone", Code, 15, "where SberPay's push goes, with the country's code")
                .required()
                .inferred(),
            HASH,
        ],
        reply: &[STEP.inferred()],
        doc: "Sends SberPay's push to the buyer's phone, after sberPayPayment. Only its name is \
              documented: the field, its place and what is signed are our guess, and the gateway \
              may refuse it",
        ..START.native
    },
    template: "EshopId::InvoiceId::Phone",
    ..START
};

pub const MIR_PAY_GET_LINK: Method = Method {
    native: Native {
        name: "mirPayGetLink",
        path: "merchant/mirpay/getlink",
        mark: Mark::Inferred,
        source: "D-mir",
        reply: &[
            told("UniversalLink", "to open in the browser, 50 ms after the other").always(),
            told("DeepLink", "to open first: the app of Android 7.0 or later").always(),
        ],
        doc: "Begins to pay by Mir Pay, and answers its links at once",
        ..START.native
    },
    ..START
};
