//! Clients: settings in, then operations by name.

use std::borrow::Cow;
use std::ffi::{CString, c_char, c_void};

use kopeck_core::clock::SystemClock;
use kopeck_core::{Error, Fields, Host, Level};

use crate::boundary::{
    KOPECK_INTERNAL, KOPECK_LOG_INFO, KOPECK_LOG_WARNING, KOPECK_OK, Status, caught, free, guard,
    put, shown, text,
};
use crate::message::{Message, answer, given};

/// Takes a line of the log: `level` is KOPECK_LOG_INFO or KOPECK_LOG_WARNING, `line` is valid
/// during the call only and never holds secrets or card data. It runs on the thread that called
/// kopeck_call, only inside that call; it must return normally (no longjmp, no exception), must
/// not use the client, and must bear several threads at once if the client is shared.
pub type LogFn = Option<unsafe extern "C" fn(data: *mut c_void, level: i32, line: *const c_char)>;

/// Talks to one gateway with one set of settings. It never changes after it is made.
pub struct Client {
    client: kopeck_core::Client,
    log: LogFn,
    log_data: *mut c_void,
}

// Many threads may use one client. `log_data` is never looked into, only handed back; that the
// callback bears several threads is asked of the caller.
const _: fn() = || {
    fn shared<T: Send + Sync>() {}
    shared::<kopeck_core::Client>();
};

impl Client {
    fn call(&self, operation: &str, request: &Fields) -> Result<Fields, Error> {
        let line = |level: Level, line: &str| self.line(level, line);
        let host =
            Host { clock: &SystemClock, log: self.log.map(|_| &line as &dyn Fn(Level, &str)) };
        self.client.call_in(&host, operation, request)
    }

    fn line(&self, level: Level, line: &str) {
        let text = CString::new(line.replace('\0', "\u{fffd}")).unwrap_or_default();
        let level = match level {
            Level::Info => KOPECK_LOG_INFO,
            Level::Warning => KOPECK_LOG_WARNING,
        };
        if let Some(log) = self.log {
            // SAFETY: the caller gave a function of this type that takes this data.
            unsafe { log(self.log_data, level, text.as_ptr()) }
        }
    }
}

/// Makes a client from settings and sends nothing. `log` may be NULL; `log_data` is handed to it.
/// On success `*client` is the client and `*error` NULL, else `*client` is NULL and `*error` the
/// reason, in the same fields as a failed call's reply.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kopeck_client_new(
    settings: *const Message,
    log: LogFn,
    log_data: *mut c_void,
    client: *mut *mut Client,
    error: *mut *mut Message,
) -> Status {
    guard(KOPECK_INTERNAL, || {
        // SAFETY: the caller gives places to write to or NULL.
        unsafe {
            put(client, None);
            put(error, None);
        }
        let made = caught(false, || {
            // SAFETY: the caller gives a message that nobody changes now, or NULL.
            let settings = unsafe { given("settings", settings) }.and_then(Message::sound);
            settings.and_then(kopeck_core::Client::new)
        });
        match made {
            Ok(made) => {
                let made = Client { client: made, log, log_data };
                // SAFETY: the caller gives a place to write to or NULL.
                unsafe { put(client, Some(made)) };
                KOPECK_OK
            }
            // SAFETY: the caller gives a place to write to or NULL.
            Err(reason) => unsafe { answer(Err(reason), error) },
        }
    })
}

/// Carries out an operation ("create_payment", "payment_status" ...) and waits for its end.
/// `*reply` is always set, to the result or to the error; free it in either case. The request is
/// not changed and may be used again. A defect of the library ends as KOPECK_INTERNAL, and the
/// client stays usable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kopeck_call(
    client: *const Client,
    operation: *const c_char,
    request: *const Message,
    reply: *mut *mut Message,
) -> Status {
    guard(KOPECK_INTERNAL, || {
        // SAFETY: the caller gives a place to write to or NULL.
        unsafe { put(reply, None) };
        // The core contains its own panics: one that comes out may have come after a write.
        let outcome = caught(true, || {
            // SAFETY: the caller gives handles of ours that nobody changes or frees now, and a
            // NUL-terminated text, or NULL.
            let (client, operation, request) = unsafe {
                (
                    given("client", client),
                    text(operation).map_err(|says| Error::invalid("operation", says)),
                    given("request", request).and_then(Message::sound),
                )
            };
            client?.call(operation?, request?)
        });
        let outcome = outcome.map_err(|mut error| {
            if error.operation.is_none() {
                // SAFETY: as above.
                error.operation = unsafe { shown(operation) }.map(Cow::into_owned);
            }
            error
        });
        // SAFETY: the caller gives a place to write to or NULL.
        unsafe { answer(outcome, reply) }
    })
}

/// Frees a client that no thread uses any more. NULL is nothing to free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kopeck_client_free(client: *mut Client) {
    // SAFETY: the caller gives a client of ours that nobody uses any more, or NULL.
    unsafe { free(client) }
}
