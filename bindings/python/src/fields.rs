//! A Python dict as the core's message, and back. Only what means one thing is taken: a float
//! could be any sum near it, and bytes could be any text.

use kopeck::{Error, Fields};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple, PyType};
use serde_json::Value;

/// Deeper messages come from a mistake (a list that holds itself), or from somebody's malice.
const DEPTH: usize = 64;
/// Digits on either side of the point: more is no sum, and could take all memory to write out.
const DIGITS: i64 = 64;

/// The name of an operation.
pub fn operation(name: &Bound<'_, PyAny>) -> Result<String, Error> {
    match name.cast::<PyString>() {
        Ok(name) => text(name, "operation"),
        Err(_) => Err(expected("operation", "text", name)),
    }
}

/// A message from a dict.
pub fn from_python(given: &Bound<'_, PyAny>) -> Result<Fields, Error> {
    match given.cast::<PyDict>() {
        Ok(fields) => object(fields, "", DEPTH),
        Err(_) => Err(expected("", "a dict of fields", given)),
    }
}

fn object(given: &Bound<'_, PyDict>, path: &str, depth: usize) -> Result<Fields, Error> {
    let mut fields = Fields::with_capacity(given.len());
    for (name, value) in given {
        let Ok(name) = name.cast::<PyString>() else {
            return Err(expected(path, "names of fields as text", &name));
        };
        let name = text(name, path)?;
        let value = read(&value, &below(path, &name), depth)?;
        fields.insert(name, value);
    }
    Ok(fields)
}

fn read(given: &Bound<'_, PyAny>, path: &str, depth: usize) -> Result<Value, Error> {
    if given.is_none() {
        return Ok(Value::Null);
    }
    if let Ok(given) = given.cast::<PyString>() {
        return text(given, path).map(Value::String);
    }
    // Before the integers: in Python a bool is one.
    if let Ok(flag) = given.cast::<PyBool>() {
        return Ok(Value::Bool(flag.is_true()));
    }
    if let Ok(number) = given.cast::<PyInt>() {
        return integer(number, path);
    }
    let Some(depth) = depth.checked_sub(1) else {
        return Err(Error::invalid(path, "nested too deeply"));
    };
    if let Ok(fields) = given.cast::<PyDict>() {
        return object(fields, path, depth).map(Value::Object);
    }
    let item = |(index, value): (usize, Bound<'_, PyAny>)| {
        read(&value, &below(path, &index.to_string()), depth)
    };
    if let Ok(list) = given.cast::<PyList>() {
        return list.iter().enumerate().map(item).collect();
    }
    if let Ok(tuple) = given.cast::<PyTuple>() {
        return tuple.iter().enumerate().map(item).collect();
    }
    if given.is_instance_of::<PyFloat>() {
        return Err(expected(path, "decimal text or Decimal", given));
    }
    decimal(given, path)
}

fn below(path: &str, name: &str) -> String {
    match path {
        "" => name.to_owned(),
        _ => format!("{path}.{name}"),
    }
}

fn expected(path: &str, what: &str, given: &Bound<'_, PyAny>) -> Error {
    let class = given.get_type().name();
    let class = class.map_or_else(|_| "something else".to_owned(), |name| name.to_string());
    Error::invalid(path, format!("expected {what}, got {class}"))
}

/// A str may hold halves of surrogate pairs, which no encoding can carry.
fn text(given: &Bound<'_, PyString>, path: &str) -> Result<String, Error> {
    match given.to_cow() {
        Ok(text) => Ok(text.into_owned()),
        Err(_) => {
            Err(Error::invalid(path, "expected text that UTF-8 can carry, got a lone surrogate"))
        }
    }
}

fn integer(given: &Bound<'_, PyInt>, path: &str) -> Result<Value, Error> {
    if let Ok(number) = given.extract::<i64>() {
        return Ok(number.into());
    }
    // By the type's own method: a subclass (an enum) may print itself differently.
    let digits = given.py().get_type::<PyInt>().call_method1("__repr__", (given,));
    let digits = digits.and_then(|digits| digits.extract::<String>());
    match digits.ok().and_then(|digits| digits.parse().ok()) {
        Some(number) => Ok(Value::Number(number)),
        None => Err(Error::invalid(path, "the number is too long")),
    }
}

/// A Decimal as the text of its digits, `1E+2` as `100`; the last of the types that are taken.
fn decimal(given: &Bound<'_, PyAny>, path: &str) -> Result<Value, Error> {
    let class = decimal_class(given.py());
    if !class.is_ok_and(|class| given.is_instance(class).unwrap_or(false)) {
        return Err(expected(path, "text, int, bool, Decimal, list or dict", given));
    }
    let written = plain(given);
    match written {
        Ok(Some(digits)) => Ok(Value::String(digits)),
        Ok(None) | Err(_) => Err(Error::invalid(path, "expected a finite Decimal of usual size")),
    }
}

fn plain(given: &Bound<'_, PyAny>) -> PyResult<Option<String>> {
    if !given.call_method0("is_finite")?.is_truthy()? {
        return Ok(None);
    }
    let (_, digits, exponent): (i64, Bound<'_, PyTuple>, i64) =
        given.call_method0("as_tuple")?.extract()?;
    let length = i64::try_from(digits.len()).unwrap_or(i64::MAX);
    if length > DIGITS || exponent.abs() > DIGITS {
        return Ok(None);
    }
    given.call_method1("__format__", ("f",))?.extract().map(Some)
}

fn decimal_class(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    static DECIMAL: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    DECIMAL.import(py, "decimal", "Decimal")
}

/// A message as a dict. A whole number is an int; another a Decimal with the digits it came with.
pub fn to_python<'py>(py: Python<'py>, fields: &Fields) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    for (name, value) in fields {
        dict.set_item(name, write(py, value)?)?;
    }
    Ok(dict)
}

fn write<'py>(py: Python<'py>, value: &Value) -> PyResult<Bound<'py, PyAny>> {
    Ok(match value {
        Value::Null => py.None().into_bound(py),
        Value::Bool(flag) => PyBool::new(py, *flag).to_owned().into_any(),
        Value::Number(number) => match number.as_i64() {
            Some(number) => number.into_pyobject(py)?.into_any(),
            None => long_number(py, &number.to_string())?,
        },
        Value::String(text) => PyString::new(py, text).into_any(),
        Value::Array(list) => {
            let items = PyList::empty(py);
            for item in list {
                items.append(write(py, item)?)?;
            }
            items.into_any()
        }
        Value::Object(fields) => to_python(py, fields)?.into_any(),
    })
}

/// What fits neither (thousands of digits, an exponent out of reach) stays text: a reply must not
/// be lost for a number in its `raw`.
fn long_number<'py>(py: Python<'py>, digits: &str) -> PyResult<Bound<'py, PyAny>> {
    let whole = !digits.contains(['.', 'e', 'E']);
    let number = match whole {
        true => py.get_type::<PyInt>().call1((digits,)),
        false => decimal_class(py)?.call1((digits,)),
    };
    Ok(number.unwrap_or_else(|_| PyString::new(py, digits).into_any()))
}
