//! Keys and passwords of an API user in D4: below `/accounts`, not below `/v1`.

use super::{D4, ERROR_CODE, ERROR_MESSAGE, MERCHANT_LOGIN, PASSWORD, USER_NAME};
use crate::http::Patience;
use crate::native::Shape::Text;
use crate::native::{Native, field, told};

const APIKEY_GENERATE: Native = Native {
    name: "apikeyGenerate",
    path: "accounts/v1/apikey/generate",
    patience: Patience::Usual,
    repeat: "never: each call makes a key",
    doc: "makes a key for the bank's mobile SDK",
    fields: &[
        USER_NAME,
        PASSWORD,
        field("description", Text, 512, "what the key is for"),
        MERCHANT_LOGIN,
    ],
    reply: &[
        told("id", "the key's id"),
        told("apiKey", "the key; a secret").always(),
        told("message", "for people"),
        ERROR_CODE,
        ERROR_MESSAGE,
    ],
    ..D4
};

/// The setting `password` is the old one afterwards.
const SET_PERMANENT_PASSWORD: Native = Native {
    name: "setPermanentPassword",
    path: "accounts/v1/set-permanent-password",
    patience: Patience::Usual,
    repeat: "never: the temporary password works once (inferred)",
    doc: "changes the temporary password of an API user into a lasting one",
    fields: &[
        field("login", Text, 30, "of the API user").required(),
        field("tmpPassword", Text, 30, "the temporary password").required().secret(),
        field("password", Text, 30, "the new password; the bank makes one if not given").secret(),
    ],
    reply: &[ERROR_CODE, ERROR_MESSAGE],
    ..D4
};

/// All of them.
pub const NATIVES: &[&Native] = &[&APIKEY_GENERATE, &SET_PERMANENT_PASSWORD];
