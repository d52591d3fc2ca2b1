//! What crosses: status numbers, texts coming in, handles going out, and panics, which do not.

use std::borrow::Cow;
use std::ffi::{CStr, c_char};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

use kopeck_core::{Error, Kind};

/// The ABI that this header describes; compare it with `kopeck_abi_version()`.
pub const KOPECK_ABI_VERSION: u32 = 1;

/// What became of a call: `KOPECK_OK`, or the kind of the error.
pub type Status = i32;

/// Done; the reply is the result.
pub const KOPECK_OK: Status = 0;
/// Refused before anything was sent; `field` names the place.
pub const KOPECK_INVALID_REQUEST: Status = 1;
/// Certainly not carried out.
pub const KOPECK_NOT_DONE: Status = 2;
/// A write that may have been carried out: ask (`settle`) before doing anything else.
pub const KOPECK_OUTCOME_UNKNOWN: Status = 3;
/// The bank or the buyer said no to this payment.
pub const KOPECK_DECLINED: Status = 4;
/// Authenticity failed: of a notification, or of the reply to a write.
pub const KOPECK_UNTRUSTED: Status = 5;
/// The gateway refused this call (not the payment).
pub const KOPECK_REFUSED: Status = 6;
/// Authentic, but not what was expected.
pub const KOPECK_MISMATCH: Status = 7;
/// A defect of the library; `may_have_happened` says how far it got.
pub const KOPECK_INTERNAL: Status = 99;

/// Level of a log line: a request or an answer.
pub const KOPECK_LOG_INFO: i32 = 1;
/// Level of a log line: an exchange that failed.
pub const KOPECK_LOG_WARNING: i32 = 2;

// cbindgen needs literals; the core has the numbers.
const _: () = {
    assert!(KOPECK_INVALID_REQUEST == Kind::InvalidRequest.number());
    assert!(KOPECK_NOT_DONE == Kind::NotDone.number());
    assert!(KOPECK_OUTCOME_UNKNOWN == Kind::OutcomeUnknown.number());
    assert!(KOPECK_DECLINED == Kind::Declined.number());
    assert!(KOPECK_UNTRUSTED == Kind::Untrusted.number());
    assert!(KOPECK_REFUSED == Kind::Refused.number());
    assert!(KOPECK_MISMATCH == Kind::Mismatch.number());
    assert!(KOPECK_INTERNAL == Kind::Internal.number());
};

/// The library's version, such as "0.1.0". Never NULL; never freed.
#[unsafe(no_mangle)]
pub extern "C" fn kopeck_version() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}

/// The ABI of the library at hand. If it is not KOPECK_ABI_VERSION, the program was compiled
/// against another header and must be compiled again.
#[unsafe(no_mangle)]
pub extern "C" fn kopeck_abi_version() -> u32 {
    KOPECK_ABI_VERSION
}

/// The name of a status, the same word in every language: "OK", "InvalidRequest", "NotDone" ...;
/// "unknown" for other numbers. Never NULL; never freed.
#[unsafe(no_mangle)]
pub extern "C" fn kopeck_status_name(status: i32) -> *const c_char {
    name(status).as_ptr()
}

fn name(status: Status) -> &'static CStr {
    match status {
        KOPECK_OK => c"OK",
        KOPECK_INVALID_REQUEST => c"InvalidRequest",
        KOPECK_NOT_DONE => c"NotDone",
        KOPECK_OUTCOME_UNKNOWN => c"OutcomeUnknown",
        KOPECK_DECLINED => c"Declined",
        KOPECK_UNTRUSTED => c"Untrusted",
        KOPECK_REFUSED => c"Refused",
        KOPECK_MISMATCH => c"Mismatch",
        KOPECK_INTERNAL => c"Internal",
        _ => c"unknown",
    }
}

/// Runs the body of an exported function. A panic must not unwind into C: it ends in `otherwise`.
pub(crate) fn guard<T>(otherwise: T, body: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(body)).unwrap_or(otherwise)
}

/// Turns a panic into the error that the caller is then given.
pub(crate) fn caught<T>(
    may_have_happened: bool,
    body: impl FnOnce() -> Result<T, Error>,
) -> Result<T, Error> {
    guard(Err(()), || Ok(body())).unwrap_or_else(|()| {
        Err(Error::internal(may_have_happened, "a defect in kopeck: please report it"))
    })
}

/// Why an argument cannot be used; completes "`name`: ...".
pub(crate) const NULL: &str = "required, got NULL";
const NOT_UTF8: &str = "expected UTF-8";

/// A text of the caller's.
///
/// # Safety
/// `pointer` is NULL or a NUL-terminated text that outlives `'a` and does not change meanwhile.
pub(crate) unsafe fn text<'a>(pointer: *const c_char) -> Result<&'a str, &'static str> {
    if pointer.is_null() {
        return Err(NULL);
    }
    // SAFETY: not NULL, and NUL-terminated by this function's contract.
    let text = unsafe { CStr::from_ptr(pointer) };
    text.to_str().map_err(|_| NOT_UTF8)
}

/// The same for an error to show, whatever it holds; none for NULL.
///
/// # Safety
/// As [`text`].
pub(crate) unsafe fn shown<'a>(pointer: *const c_char) -> Option<Cow<'a, str>> {
    // SAFETY: not NULL, and NUL-terminated by this function's contract.
    (!pointer.is_null()).then(|| unsafe { CStr::from_ptr(pointer) }.to_string_lossy())
}

/// Bytes of the caller's.
///
/// # Safety
/// `pointer` is NULL or holds `length` bytes that outlive `'a` and do not change meanwhile.
pub(crate) unsafe fn bytes<'a>(
    pointer: *const u8,
    length: usize,
) -> Result<&'a [u8], &'static str> {
    if pointer.is_null() {
        return Err(NULL);
    }
    if isize::try_from(length).is_err() {
        return Err("expected a length, got a negative number");
    }
    // SAFETY: not NULL, `length` bytes by this function's contract, and no more than isize::MAX.
    Ok(unsafe { std::slice::from_raw_parts(pointer, length) })
}

/// Hands a new handle to the caller, who frees it; NULL where there is none.
///
/// # Safety
/// `place` is NULL (nobody wants it) or may be written to.
pub(crate) unsafe fn put<T>(place: *mut *mut T, value: Option<T>) {
    if place.is_null() {
        return;
    }
    let handle = value.map_or(ptr::null_mut(), |value| Box::into_raw(Box::new(value)));
    // SAFETY: not NULL, and writable by this function's contract.
    unsafe { place.write(handle) }
}

/// Takes a handle back and drops it.
///
/// # Safety
/// `handle` is NULL or came from [`put`] or `Box::into_raw`, and nobody uses it any more.
pub(crate) unsafe fn free<T>(handle: *mut T) {
    if !handle.is_null() {
        // SAFETY: it came from a box and is given up, by this function's contract.
        guard((), || drop(unsafe { Box::from_raw(handle) }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kopeck_core::Level;

    #[test]
    fn names_and_numbers_are_the_cores() {
        for kind in Kind::ALL {
            assert_eq!(name(kind.number()).to_str(), Ok(kind.name()));
        }
        assert_eq!(name(KOPECK_OK), c"OK");
        assert_eq!(name(42), c"unknown");
        assert_eq!(env!("CARGO_PKG_VERSION"), kopeck_core::VERSION);
        assert_eq!(KOPECK_LOG_INFO, Level::Info.number());
        assert_eq!(KOPECK_LOG_WARNING, Level::Warning.number());
    }

    #[test]
    fn a_panic_stays_here() {
        assert_eq!(guard(KOPECK_INTERNAL, || panic!("on purpose")), 99);
    }

    #[test]
    fn a_panic_ends_as_an_error() {
        for may_have_happened in [false, true] {
            let outcome = caught::<()>(may_have_happened, || panic!("on purpose"));
            let error = outcome.unwrap_err();
            assert_eq!(error.kind, Kind::Internal);
            assert_eq!(error.may_have_happened, may_have_happened);
        }
        assert_eq!(caught(true, || Ok(1)).unwrap(), 1);
    }
}
