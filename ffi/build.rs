//! Gives the shared library its SONAME: `libkopeck.so.0.MINOR` before 1.0, where a minor version
//! may break the ABI, and `libkopeck.so.MAJOR` from then on.

use std::env::var;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let part = |name: &str| var(format!("CARGO_PKG_VERSION_{name}")).unwrap_or_default();
    let abi = match part("MAJOR").as_str() {
        "0" => format!("0.{}", part("MINOR")),
        major => major.to_owned(),
    };
    let argument = match var("CARGO_CFG_TARGET_OS").unwrap_or_default().as_str() {
        "macos" => format!("-Wl,-install_name,@rpath/libkopeck.{abi}.dylib"),
        "windows" => return,
        _ => format!("-Wl,-soname,libkopeck.so.{abi}"),
    };
    println!("cargo::rustc-cdylib-link-arg={argument}");
}
