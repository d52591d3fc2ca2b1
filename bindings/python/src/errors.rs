//! The exceptions are written in Python (`kopeck/errors.py`); here stands only which is which.

use kopeck::{Error, Kind};
use pyo3::prelude::*;
use pyo3::{PyTypeInfo, import_exception};

use crate::fields;

import_exception!(kopeck.errors, InvalidRequestError);
import_exception!(kopeck.errors, NotDoneError);
import_exception!(kopeck.errors, OutcomeUnknownError);
import_exception!(kopeck.errors, DeclinedError);
import_exception!(kopeck.errors, UntrustedError);
import_exception!(kopeck.errors, RefusedError);
import_exception!(kopeck.errors, MismatchError);
import_exception!(kopeck.errors, InternalError);

/// The exception for an error of the core, with all its fields.
pub fn raise(py: Python<'_>, error: &Error) -> PyErr {
    let class = match error.kind {
        Kind::InvalidRequest => InvalidRequestError::type_object(py),
        Kind::NotDone => NotDoneError::type_object(py),
        Kind::OutcomeUnknown => OutcomeUnknownError::type_object(py),
        Kind::Declined => DeclinedError::type_object(py),
        Kind::Untrusted => UntrustedError::type_object(py),
        Kind::Refused => RefusedError::type_object(py),
        Kind::Mismatch => MismatchError::type_object(py),
        Kind::Internal => InternalError::type_object(py),
    };
    let made = fields::to_python(py, &error.to_fields())
        .and_then(|fields| class.call1((error.message.as_str(), fields)));
    match made {
        Ok(exception) => PyErr::from_value(exception),
        Err(problem) => problem,
    }
}
