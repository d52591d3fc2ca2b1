//! include/kopeck.h is what cbindgen makes of ffi/src, and C99 and C++11 compilers like it.
//! `KOPECK_BLESS=1 cargo test -p kopeck-ffi --test header` writes it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test throughout

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use kopeck_core::Kind;

fn ffi() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn include() -> PathBuf {
    ffi().join("../include")
}

fn header() -> String {
    std::fs::read_to_string(include().join("kopeck.h")).expect("include/kopeck.h")
}

#[test]
fn the_header_is_up_to_date() {
    let config = cbindgen::Config::from_file(ffi().join("cbindgen.toml")).unwrap();
    let sources = ["boundary", "message", "client"].map(|name| format!("src/{name}.rs"));
    let mut builder = cbindgen::Builder::new().with_config(config);
    for source in sources {
        builder = builder.with_src(ffi().join(source));
    }
    let mut made = Vec::new();
    builder.generate().unwrap().write(&mut made);
    let made = String::from_utf8(made).unwrap();
    if std::env::var_os("KOPECK_BLESS").is_some() {
        std::fs::write(include().join("kopeck.h"), &made).unwrap();
    }
    assert!(
        made == header(),
        "include/kopeck.h is out of date: KOPECK_BLESS=1 cargo test -p kopeck-ffi --test header"
    );
}

#[test]
fn the_header_compiles_alone_and_twice() {
    let compilers = [("cc", "-std=c99", "c"), ("c++", "-std=c++11", "c++")];
    for (compiler, standard, language) in compilers {
        for text in ["#include <kopeck.h>\n", "#include <kopeck.h>\n#include <kopeck.h>\n"] {
            let text = format!(
                "{text}typedef char status_is_32_bits[sizeof(kopeck_status) == 4 ? 1 : -1];\n"
            );
            compile(compiler, standard, language, &text);
        }
    }
}

fn compile(compiler: &str, standard: &str, language: &str, text: &str) {
    let source = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("header.{language}.txt"));
    std::fs::write(&source, text).unwrap();
    let output = Command::new(compiler)
        .args([standard, "-Wall", "-Wextra", "-Wpedantic", "-Werror"])
        .args(["-fsyntax-only", "-x", language, "-I"])
        .arg(include())
        .arg(&source)
        .output()
        .unwrap_or_else(|error| panic!("{compiler}: {error}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{compiler} {standard}: {said}");
}

#[test]
fn the_numbers_are_the_cores() {
    let header = header();
    let numbers: BTreeMap<i32, String> = header
        .lines()
        .filter_map(|line| line.strip_prefix("#define KOPECK_")?.split_once(' '))
        .filter(|(name, _)| !name.starts_with("LOG_") && *name != "ABI_VERSION")
        .map(|(name, number)| (number.parse().unwrap(), name.to_owned()))
        .collect();
    let shouted = |name: &str| {
        let mut text = String::new();
        for letter in name.chars() {
            if letter.is_uppercase() && !text.is_empty() {
                text.push('_');
            }
            text.push(letter.to_ascii_uppercase());
        }
        text
    };
    let mut expected: BTreeMap<i32, String> =
        Kind::ALL.map(|kind| (kind.number(), shouted(kind.name()))).into();
    expected.insert(0, "OK".into());
    assert_eq!(numbers, expected);
}

#[test]
fn the_header_declares_what_is_exported() {
    let exports = std::fs::read_to_string(ffi().join("exports.txt")).unwrap();
    let exports: Vec<&str> = exports.lines().collect();
    assert!(exports.is_sorted(), "exports.txt is not sorted");
    let header = header();
    let mut declared: Vec<&str> = header
        .lines()
        .filter(|line| !line.starts_with([' ', '#', '/']) && !line.starts_with("typedef"))
        .filter_map(|line| line.split_once('('))
        .filter_map(|(before, _)| before.rsplit([' ', '*']).next())
        .collect();
    declared.sort_unstable();
    assert_eq!(declared, exports);
}
