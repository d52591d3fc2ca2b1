//! Rows that the ways to pay by card share: card data, 3-D Secure, who began the payment, and what
//! a payment form answers. Sources and marks: docs/gateways/rbs.md, "Cards".

use crate::native::Shape::{Code, Date, Digits, Flag, Json, List, Month, Text, Url};
use crate::native::{Field, Told, field, told};

// The card.

pub const PAN: Field = field("pan", Code, 19, "card number").card();
pub const CVC: Field = field("cvc", Code, 4, "card verification code").card();
pub const EXPIRY: Field = field("expiry", Month, 6, "card expiry, yyyyMM").card();
pub const CARDHOLDER_NAME: Field =
    field("cardholderName", Text, 45, "Latin letters, as on the card").at_least(2);
pub const SE_TOKEN: Field =
    field("seToken", Text, 8192, "encrypted card data, instead of the card fields").secret();

// The order that is registered together with its payment.

pub const DESCRIPTION: Field = field("description", Text, 598, "no personal or card data");
pub const RETURN_URL: Field = field("returnUrl", Url, 512, "where the buyer comes back to");
pub const FAIL_URL: Field =
    field("failUrl", Url, 512, "where the buyer comes back to after a failure");
pub const CALLBACK_URL: Field =
    field("dynamicCallbackUrl", Url, 512, "notifications of this order, payment events only");
pub const PRE_AUTH: Field =
    field("preAuth", Flag, 5, "true: the sum is held, to be completed by deposit");
pub const AUTOCOMPLETION_DATE: Field =
    field("autocompletionDate", Date, 19, "hold only; UTC at BPC, UTC+3 at Alfa");
pub const AUTO_REVERSE_DATE: Field =
    field("autoReverseDate", Date, 19, "hold only; never beside autocompletionDate");
pub const POST_ADDRESS: Field = field("postAddress", Text, 598, "delivery address");
pub const PHONE: Field = field("phone", Text, 17, "the buyer's, 7 to 15 digits with country code");
pub const FEE_INPUT: Field = field("feeInput", Digits, 8, "fee in minor units; needs permission");
pub const ADDITIONAL_PARAMETERS: Field = field(
    "additionalParameters",
    Json,
    65536,
    "free names and values, what jsonParams is to forms",
);

// What wallets take, in JSON.

pub const PAYMENT_TOKEN: Field =
    field("paymentToken", Text, 8192, "what the wallet gave, base64; it can pay")
        .secret()
        .required();
pub const DECRYPTED_TOKEN: Field =
    field("paymentToken", Text, 8192, "what the wallet gave, decrypted by the shop, base64")
        .card()
        .required();
pub const OFD_PAIRS: Field =
    field("additionalOfdParams", List(NAME_VALUE), 100, "fiscal parameters with dotted names");
pub const TAX_SYSTEM: Field = field("taxSystem", Digits, 1, "0 to 5");

const NAME_VALUE: &[Field] = &[
    field("name", Text, 255, "like client.email").required(),
    field("value", Text, 1024, "as text").required(),
];

// Who began the payment.

pub const TII: Field = field(
    "tii",
    Text,
    3,
    "who began it: CI, F, U, RI, R, II, I; none is an ordinary payment of the buyer",
);
pub const ORIGINAL_REF: Field = field(
    "originalPaymentNetRefNum",
    Text,
    36,
    "the first payment's network reference; with tii R, U or F",
);
pub const ORIGINAL_DATE: Field = field(
    "originalPaymentDate",
    Digits,
    20,
    "the first payment's date, Unix milliseconds; with tii R, U or F",
);
pub const SCA_EXEMPTION: Field = field(
    "externalScaExemptionIndicator",
    Text,
    4,
    "LVP or TRA: why no strong authentication is needed",
);

// 3-D Secure.

pub const SERVER_TRANS_ID: Field = field(
    "threeDSServerTransId",
    Text,
    36,
    "second leg of 3-D Secure 2: as the first answered; an example spells it threeDSServerTransID",
);
pub const FINISH_URL: Field = field(
    "threeDSVer2FinishUrl",
    Url,
    2048,
    "where the buyer lands after the challenge; then finish3dsVer2Payment",
);
pub const METHOD_NOTIFICATION_URL: Field =
    field("threeDSMethodNotificationUrl", Url, 2048, "told when the 3-D Secure method is done");
pub const FIRST_LEG_ORDER: Field = field(
    "threeDSVer2MdOrder",
    Text,
    36,
    "second leg of 3-D Secure 2: the order that the first one registered",
);
pub const SDK: Field =
    field("threeDSSDK", Flag, 5, "true: the payment comes from an app's 3-D Secure SDK");
pub const SDK_APP_ID: Field = field("threeDSSDKAppId", Text, 36, "the application, from its SDK");
pub const SDK_DATA: Field =
    field("threeDSSDKEncData", Text, 65536, "the device, encrypted by the SDK");
pub const SDK_KEY: Field =
    field("threeDSSDKEphemPubKey", Text, 1024, "the SDK's key for the challenge");
pub const SDK_REFERENCE: Field = field("threeDSSDKReferenceNumber", Text, 32, "of the SDK itself");
pub const SDK_TRANS_ID: Field = field("threeDSSDKTransId", Text, 36, "of the payment in the SDK");
pub const PROTOCOL_VERSION: Field =
    field("threeDSProtocolVersion", Text, 8, "2.1.0, 2.2.0; 1.0.2 at Alfa");

/// What a payment form answers (`PaymentFormResult`): the end, or a way into 3-D Secure.
pub const PAYMENT_FORM_REPLY: &[Told] = &[
    told("errorCode", "0: the call was accepted; number"),
    told("errorMessage", "for people"),
    told("error", "for people; beside code 0 it is a refusal"),
    INFO,
    REDIRECT,
    ACS_URL,
    PA_REQ,
    TERM_URL,
    IS_3DS2,
    TRANS_ID,
    METHOD_URL,
    METHOD_URL_SERVER,
    METHOD_DATA,
    METHOD_URL_DIRECT,
    PACKED_CREQ,
    told("threeDSSDKKey", "for the SDK"),
    told("threeDSAcsTransactionId", "for the SDK"),
    told("threeDSAcsRefNumber", "for the SDK"),
    told("threeDSAcsSignedContent", "for the SDK"),
    told("threeDSDsTransID", "for the SDK"),
    told("threeDSSessionData", "3-D Secure 1 and 2"),
    told("acsInIFrame", "boolean: the ACS page may stand in a frame"),
    told("bindingId", "the card that was stored or used"),
    PROCESSING_ERROR,
    ERROR_TYPE,
    told("displayErrorMessage", "for the buyer"),
    told("sbpC2bInfo", "object, for SBP"),
    told("sbpC2bInfo.qrId", "the QR code's id"),
    told("sbpC2bInfo.renderedQr", "picture, base64"),
    told("sbpC2bInfo.payload", "what the QR code says"),
    told("sbpC2bInfo.status", "STARTED, CONFIRMED, REJECTED, REJECTED_BY_USER, ACCEPTED"),
];

pub const INFO: Told = told("info", "the outcome for people, in the language asked for");
pub const REDIRECT: Told =
    told("redirect", "no 3-D Secure, or done: where the buyer goes; proves no payment");
pub const ACS_URL: Told = told("acsUrl", "3-D Secure: where the buyer's browser posts the form to");
pub const PA_REQ: Told = told("paReq", "3-D Secure 1: the form's PaReq");
pub const TERM_URL: Told = told("termUrl", "3-D Secure 1: the form's TermUrl");
pub const IS_3DS2: Told = told("is3DSVer2", "boolean: 3-D Secure 2");
pub const TRANS_ID: Told =
    told("threeDSServerTransId", "3-D Secure 2, first leg: give it to the second");
pub const METHOD_URL: Told =
    told("threeDSMethodURL", "3-D Secure 2: the issuer's method; tables spell it threeDSMethodUrl");
pub const METHOD_URL_SERVER: Told =
    told("threeDSMethodURLServer", "3-D Secure 2: the gateway's method");
pub const METHOD_DATA: Told =
    told("threeDSMethodDataPacked", "3-D Secure 2: what the browser posts to the issuer's method");
pub const METHOD_URL_DIRECT: Told =
    told("threeDSMethodURLServerDirect", "3-D Secure 2: the gateway's method, directly");
pub const PACKED_CREQ: Told =
    told("packedCReq", "3-D Secure 2, second leg: the form's creq, posted to acsUrl");
pub const PROCESSING_ERROR: Told =
    told("processingErrorType", "MANDATORY_3DSECURE, CLIENT_ERROR, NO_ERROR, ...");
pub const ERROR_TYPE: Told =
    told("errorTypeName", "TDS_UNKNOWN_ARES_STATUS, DATA_INPUT_ERROR, ...: a refusal");
