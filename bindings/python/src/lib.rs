//! The native module of the Python package: `kopeck._kopeck`. What a Python programmer sees is
//! written in Python (`python/kopeck/`); here a message goes over and comes back.

mod clock;
mod errors;
mod fields;

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};

use kopeck::{Client, Error, Fields, Host, Kind, Level};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use clock::SignalClock;

/// One client of the core. It never changes, so threads may share it, with or without a GIL.
#[pyclass(frozen, module = "kopeck._kopeck")]
struct NativeClient {
    client: Client,
}

#[pymethods]
impl NativeClient {
    #[new]
    fn new(py: Python<'_>, settings: &Bound<'_, PyAny>) -> PyResult<NativeClient> {
        guarded(settings, &Cell::new(false), || {
            let settings =
                fields::from_python(settings).map_err(|error| errors::raise(py, &error))?;
            match py.detach(|| Client::new(&settings)) {
                Ok(client) => Ok(NativeClient { client }),
                Err(error) => Err(errors::raise(py, &error)),
            }
        })
    }

    /// Carries out an operation. Lines for the log are appended to `log` as (level, line), also
    /// when the call fails.
    #[pyo3(signature = (operation, fields, log=None))]
    fn call<'py>(
        &self,
        py: Python<'py>,
        operation: &Bound<'py, PyAny>,
        fields: &Bound<'py, PyAny>,
        log: Option<&Bound<'py, PyList>>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let sent = Cell::new(false);
        guarded(operation, &sent, || {
            let (operation, fields) = fields::operation(operation)
                .and_then(|operation| match fields::from_python(fields) {
                    Ok(fields) => Ok((operation, fields)),
                    Err(mut error) => {
                        error.operation = Some(operation);
                        Err(error)
                    }
                })
                .map_err(|error| errors::raise(py, &error))?;
            sent.set(true);
            let logged = log.is_some();
            let (outcome, lines, raised) = py.detach(|| self.ask(&operation, &fields, logged));
            if let Some(log) = log {
                for (level, line) in lines {
                    log.append((level.number(), line))?;
                }
            }
            // A signal's exception (KeyboardInterrupt) ended a flow: it is what the caller must see.
            if let Some(raised) = raised {
                return Err(raised);
            }
            #[cfg(feature = "provoke-panic")]
            provoke_outside(&fields);
            match outcome {
                Ok(reply) => fields::to_python(py, &reply),
                Err(error) => {
                    sent.set(error.may_have_happened);
                    Err(errors::raise(py, &error))
                }
            }
        })
    }
}

type Asked = (Result<Fields, Error>, Vec<(Level, String)>, Option<PyErr>);

impl NativeClient {
    /// The call itself, without the interpreter.
    fn ask(&self, operation: &str, fields: &Fields, logged: bool) -> Asked {
        let clock = SignalClock::default();
        let lines = RefCell::new(Vec::new());
        let keep = |level: Level, line: &str| lines.borrow_mut().push((level, line.to_owned()));
        let host = Host { clock: &clock, log: logged.then_some(&keep) };
        let outcome = self.client.call_in(&host, operation, fields);
        (outcome, lines.into_inner(), clock.into_raised())
    }
}

/// A panic becomes `InternalError`: PyO3's own `PanicException` is no `Exception`, so a web worker's
/// `except Exception` would miss it. The core catches its own; this is for what stands around it.
/// `operation` is its name, where there is one.
fn guarded<T>(
    operation: &Bound<'_, PyAny>,
    sent: &Cell<bool>,
    body: impl FnOnce() -> PyResult<T>,
) -> PyResult<T> {
    catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|_| {
        let mut error = Error::internal(sent.get(), "a defect in kopeck: please report it");
        error.operation = fields::operation(operation).ok();
        Err(errors::raise(operation.py(), &error))
    })
}

#[cfg(feature = "provoke-panic")]
#[allow(clippy::panic)]
fn provoke_outside(fields: &Fields) {
    if fields.contains_key("provoke_panic_outside") {
        panic!("provoked outside the core")
    }
}

#[pymodule(gil_used = false)]
fn _kopeck(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let kinds = PyDict::new(module.py());
    for kind in Kind::ALL {
        kinds.set_item(kind.number(), kind.name())?;
    }
    module.add("KINDS", kinds)?;
    module.add("VERSION", kopeck::VERSION)?;
    module.add_class::<NativeClient>()
}
