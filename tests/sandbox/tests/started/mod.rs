//! A sandbox of one's own, spoken to with curl.

#![allow(dead_code, reason = "each test program uses its part of it")]

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

/// A running sandbox. It ends with its standard input, that is with this value.
pub struct Sandbox {
    child: Child,
    /// `http://127.0.0.1:PORT`.
    pub origin: String,
}

impl Sandbox {
    /// Starts one on a free port.
    pub fn start(options: &[&str]) -> Self {
        Self::start_saying(options, 1).0
    }

    /// The same, and the first lines that it prints.
    pub fn start_saying(options: &[&str], lines: usize) -> (Self, Vec<String>) {
        let mut child = Command::new(env!("CARGO_BIN_EXE_kopeck-sandbox"))
            .args(["--listen", "127.0.0.1:0", "--until-stdin-closes", "--retry-pause-ms", "50"])
            .args(options)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let said = BufReader::new(child.stdout.take().unwrap()).lines();
        let said: Vec<String> = said.take(lines).map(Result::unwrap).collect();
        let origin = said[0].strip_prefix("listening on ").unwrap().to_owned();
        (Self { child, origin }, said)
    }

    /// curl's standard output; its exit code must be 0.
    pub fn curl(&self, arguments: &[&str]) -> String {
        let (code, text) = self.try_curl(arguments);
        assert_eq!(code, 0, "curl {arguments:?}: {text}");
        text
    }

    /// curl's exit code and standard output.
    pub fn try_curl(&self, arguments: &[&str]) -> (i32, String) {
        let output = Command::new("curl")
            .args(["--silent", "--max-time", "10", "--noproxy", "*"])
            .args(arguments)
            .output()
            .unwrap();
        (output.status.code().unwrap_or(-1), String::from_utf8(output.stdout).unwrap())
    }

    /// A method of the gateway with a form body.
    pub fn rest(&self, method: &str, form: &str) -> Value {
        let url = format!("{}/payment/rest/{method}", self.origin);
        serde_json::from_str(&self.curl(&["--data", form, &url])).unwrap()
    }

    /// A method with a JSON body, below `/payment/`.
    pub fn json(&self, path: &str, body: &Value) -> Value {
        let url = format!("{}/payment/{path}", self.origin);
        let (label, body) = ("content-type: application/json", body.to_string());
        serde_json::from_str(&self.curl(&["--header", label, "--data", &body, &url])).unwrap()
    }

    /// A POST to the control interface.
    pub fn control(&self, path: &str, body: &str) -> Value {
        let url = format!("{}/sandbox/{path}", self.origin);
        serde_json::from_str(&self.curl(&["--data", body, &url])).unwrap()
    }

    /// A GET of JSON.
    pub fn get(&self, path: &str) -> Value {
        serde_json::from_str(&self.curl(&[&format!("{}{path}", self.origin)])).unwrap()
    }

    /// A POST of JSON to a path of the gateway.
    pub fn post_json(&self, path: &str, body: &Value) -> Value {
        let (url, body) = (format!("{}{path}", self.origin), body.to_string());
        let label = "content-type: application/json";
        serde_json::from_str(&self.curl(&["-H", label, "--data-binary", &body, &url])).unwrap()
    }

    /// Status and `Location` after posting a form to a page.
    pub fn post_page(&self, url: &str, form: &[&str]) -> String {
        let mut arguments =
            vec!["--output", "/dev/null", "--write-out", "%{http_code} %{redirect_url}"];
        for field in form {
            arguments.extend(["--data-urlencode", field]);
        }
        arguments.push(url);
        self.curl(&arguments)
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// The value of a text field.
pub fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("{name} in {value}"))
}
