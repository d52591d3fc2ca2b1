//! Messages: JSON objects that C, COBOL and Pascal fill and read by dotted names.

use std::borrow::Cow;
use std::ffi::{CStr, CString, c_char, c_void};
use std::ptr;
use std::sync::OnceLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kopeck_core::{Error, Fields};
use serde_json::Value;
use zeroize::Zeroize;

use crate::boundary::{
    KOPECK_INTERNAL, KOPECK_INVALID_REQUEST, KOPECK_OK, NULL, Status, bytes, caught, free, guard,
    put, shown, text,
};
use crate::path;

/// A JSON object: settings, a request, a reply or an error.
#[derive(Default)]
pub struct Message {
    fields: Fields,
    /// The first `set` that failed.
    mark: Option<Error>,
    json: OnceLock<CString>,
}

// A const handle may be used by many threads at once.
const _: fn() = || {
    fn shared<T: Send + Sync>() {}
    shared::<Message>();
};

impl From<Fields> for Message {
    fn from(fields: Fields) -> Message {
        let mut message = Message::default();
        message.fields = fields;
        message
    }
}

impl Message {
    /// The fields, unless a `set` failed.
    pub(crate) fn sound(&self) -> Result<&Fields, Error> {
        self.mark.clone().map_or(Ok(&self.fields), Err)
    }

    fn set(&mut self, name: Result<&str, Error>, value: Result<Cow<'_, str>, &str>) -> Status {
        let outcome = name.and_then(|name| {
            value
                .and_then(|value| path::set(&mut self.fields, name, &value))
                .map_err(|says| Error::invalid(name, says))
        });
        // Only now: the name or the value may be a piece of that very text.
        self.forget_json();
        match outcome {
            Ok(()) => KOPECK_OK,
            Err(error) => {
                self.mark.get_or_insert(error);
                KOPECK_INVALID_REQUEST
            }
        }
    }

    fn get(&self, name: &str) -> Option<Cow<'_, str>> {
        match path::get(&self.fields, name)? {
            Value::Null => None,
            Value::String(text) => Some(text.into()),
            other => Some(other.to_string().into()),
        }
    }

    fn json(&self) -> &CStr {
        if let Some(json) = self.json.get() {
            return json;
        }
        // Made outside the lock: a process that forks meanwhile leaves no child waiting.
        let json = serde_json::to_vec(&self.fields).unwrap_or_default();
        // JSON escapes NUL, so there is none in it.
        let json = CString::new(json).unwrap_or_default();
        self.json.get_or_init(|| json)
    }

    fn forget_json(&mut self) {
        if let Some(json) = self.json.take() {
            json.into_bytes().zeroize();
        }
    }
}

impl Drop for Message {
    fn drop(&mut self) {
        self.forget_json();
        self.fields.values_mut().for_each(path::wipe);
    }
}

/// A field's name, or the error that says which one was meant.
///
/// # Safety
/// As [`text`].
unsafe fn field_name<'a>(name: *const c_char) -> Result<&'a str, Error> {
    // SAFETY: by this function's contract.
    unsafe { text(name) }.map_err(|says| {
        // SAFETY: by this function's contract.
        let shown = unsafe { shown(name) }.unwrap_or_else(|| "name".into());
        Error::invalid(shown, format!("the field's name: {says}"))
    })
}

/// A new, empty message.
#[unsafe(no_mangle)]
pub extern "C" fn kopeck_message_new() -> *mut Message {
    guard(ptr::null_mut(), || Box::into_raw(Box::default()))
}

/// Reads a message from `length` bytes of JSON: an object, in UTF-8, no key twice. If it cannot be
/// read, `*message` is set all the same: to the error, whose field "message" says why.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kopeck_message_parse(
    json: *const c_char,
    length: usize,
    message: *mut *mut Message,
) -> Status {
    guard(KOPECK_INTERNAL, || {
        let outcome = caught(false, || {
            // SAFETY: the caller gives `length` bytes or NULL.
            let json = unsafe { bytes(json.cast(), length) };
            json.map_err(|says| Error::invalid("json", says)).and_then(kopeck_core::parse)
        });
        // SAFETY: the caller gives a place to write to or NULL.
        unsafe { answer(outcome, message) }
    })
}

/// Gives a field its value, as text: "100.00", "true", "42" serve for every kind of scalar. The
/// value is copied. Lists and objects on the way are made; an index one past the end appends. A
/// set that fails changes nothing but marks the message, and the call that is then given it fails
/// with KOPECK_INVALID_REQUEST and names this field: nobody needs to check twenty sets.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kopeck_message_set(
    message: *mut Message,
    name: *const c_char,
    value: *const c_char,
) -> Status {
    guard(KOPECK_INTERNAL, || {
        // SAFETY: the caller gives a message that nobody else uses now, or NULL.
        let Some(message) = (unsafe { message.as_mut() }) else {
            return KOPECK_INVALID_REQUEST;
        };
        // SAFETY: the caller gives NUL-terminated texts or NULL.
        let (name, value) = unsafe { (field_name(name), text(value)) };
        message.set(name, value.map(Cow::Borrowed))
    })
}

/// The same for bytes of a given length. A name that ends in "_base64" takes any bytes and holds
/// their base64 ("body_base64": the body of a notification, as it came). Every other name takes
/// text that has no NUL at its end, as in COBOL: UTF-8, kept as it is, trailing spaces too.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kopeck_message_set_bytes(
    message: *mut Message,
    name: *const c_char,
    data: *const c_void,
    length: usize,
) -> Status {
    guard(KOPECK_INTERNAL, || {
        // SAFETY: the caller gives a message that nobody else uses now, or NULL.
        let Some(message) = (unsafe { message.as_mut() }) else {
            return KOPECK_INVALID_REQUEST;
        };
        // SAFETY: the caller gives a NUL-terminated name or NULL, and `length` bytes or NULL.
        let (name, data) = unsafe { (field_name(name), bytes(data.cast(), length)) };
        // An empty body may well be a NULL of length 0.
        let data = if length == 0 { Ok(&[][..]) } else { data };
        let coded = name.as_ref().is_ok_and(|name| name.ends_with("_base64"));
        let value = data.and_then(|data| if coded { Ok(encoded(data)) } else { plain(data) });
        message.set(name, value)
    })
}

fn encoded(data: &[u8]) -> Cow<'_, str> {
    STANDARD.encode(data).into()
}

fn plain(data: &[u8]) -> Result<Cow<'_, str>, &'static str> {
    let text = std::str::from_utf8(data).map_err(|_| "expected UTF-8")?;
    if text.contains('\0') {
        return Err("expected text, got a NUL in it");
    }
    Ok(text.into())
}

/// Copies a field's text to `buffer`, like snprintf: at most `size` bytes, the NUL at the end
/// included, never half a character; returns the whole length without the NUL. -1 (and an empty
/// text) when there is no such field or it is null. Numbers come digit for digit, an exponent as
/// e+2 or e-2; booleans as true or false, lists and objects as JSON. `buffer` may be NULL if `size`
/// is 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kopeck_message_get(
    message: *const Message,
    name: *const c_char,
    buffer: *mut c_char,
    size: usize,
) -> i64 {
    guard(-1, || {
        // SAFETY: the caller gives a message that nobody changes now, or NULL.
        let message = unsafe { message.as_ref() };
        // SAFETY: the caller gives a NUL-terminated name or NULL.
        let name = unsafe { text(name) };
        let value = message.zip(name.ok()).and_then(|(message, name)| message.get(name));
        let text = value.as_deref().unwrap_or_default();
        if !buffer.is_null() && size > 0 {
            let fits = beginning(text, size - 1);
            // SAFETY: `buffer` has room for `size` bytes, more than `fits` has; it is the caller's
            // own, so it does not overlap the message.
            unsafe {
                ptr::copy_nonoverlapping(fits.as_ptr(), buffer.cast(), fits.len());
                buffer.add(fits.len()).write(0);
            }
        }
        match &value {
            Some(text) => i64::try_from(text.len()).unwrap_or(i64::MAX),
            None => -1,
        }
    })
}

/// What of a text fits, whole characters only.
fn beginning(text: &str, size: usize) -> &str {
    let mut end = size.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

/// The whole message as JSON. Valid until the message is changed or freed; never freed by itself.
/// NULL only for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kopeck_message_json(message: *const Message) -> *const c_char {
    guard(ptr::null(), || {
        // SAFETY: the caller gives a message that nobody changes now, or NULL.
        unsafe { message.as_ref() }.map_or(ptr::null(), |message| message.json().as_ptr())
    })
}

/// Frees a message and overwrites what it held. NULL is nothing to free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kopeck_message_free(message: *mut Message) {
    // SAFETY: the caller gives a message of ours that nobody uses any more, or NULL.
    unsafe { free(message) }
}

/// Hands a result or an error to the caller.
///
/// # Safety
/// As [`put`].
pub(crate) unsafe fn answer(outcome: Result<Fields, Error>, place: *mut *mut Message) -> Status {
    let (status, fields) = match outcome {
        Ok(fields) => (KOPECK_OK, fields),
        Err(error) => (error.kind.number(), error.to_fields()),
    };
    // SAFETY: by this function's contract.
    unsafe { put(place, Some(Message::from(fields))) };
    status
}

/// A handle that the call needs.
///
/// # Safety
/// `handle` is NULL or one of ours that nobody changes or frees during `'a`.
pub(crate) unsafe fn given<'a, T>(name: &str, handle: *const T) -> Result<&'a T, Error> {
    // SAFETY: by this function's contract.
    unsafe { handle.as_ref() }.ok_or_else(|| Error::invalid(name, NULL))
}
