//! Going on after 3-D Secure in D4.

use super::{D4, ERROR_CODE, ERROR_MESSAGE, MD_ORDER, PASSWORD, USER_NAME};
use crate::native::Shape::Text;
use crate::native::{Native, field, told};

const FINISH_3DS_METHOD: Native = Native {
    name: "finish3dsMethod",
    path: "v1/finish3dsMethod.do",
    doc: "tells that the browser's check is done, and goes on with the payment",
    fields: &[
        USER_NAME,
        PASSWORD,
        MD_ORDER.required(),
        field("threeDSServerTransId", Text, 36, "of the payment's reply").required(),
        field("threeDSCompInd", Text, 1, "Y done, N not done, U not there").required(),
    ],
    reply: &[
        ERROR_CODE,
        ERROR_MESSAGE,
        told("acsUrl", "where the buyer proves who he is").inferred(),
        told("cReq", "for the acsUrl"),
        told("redirect", "where the buyer goes next").inferred(),
    ],
    ..D4
};

const FINISH_3DS_PAYMENT: Native = Native {
    name: "finish3dsPayment",
    path: "v1/finish3dsPayment.do",
    doc: "completes a payment with what came back from the acsUrl",
    fields: &[
        USER_NAME,
        PASSWORD,
        MD_ORDER.required(),
        field("paRes", Text, 65536, "3-D Secure 1").one_of().secret(),
        field("cRes", Text, 65536, "3-D Secure 2").one_of().secret(),
    ],
    reply: &[
        ERROR_CODE,
        ERROR_MESSAGE,
        told("error", "for people, in some refusals"),
        told("redirect", "where the buyer goes next"),
    ],
    ..D4
};

/// All of them.
pub const NATIVES: &[&Native] = &[&FINISH_3DS_METHOD, &FINISH_3DS_PAYMENT];
