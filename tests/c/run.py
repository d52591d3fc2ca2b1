#!/usr/bin/env python3
"""Compiles the C tests and runs them plainly, under valgrind, and under ASan and UBSan.

    tests/c/run.py --library target/release/libkopeck.so --provoked PATH/libkopeck.so \
        --sandbox target/debug/kopeck-sandbox [NAME ...]

`--provoked` is a library with the feature provoke-panic; only panic.c uses it.
"""

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile
import time

from toolbox import HERE, compile_program, sandbox, stage

PROGRAMS = ["message", "notification", "call", "faults", "threads", "fork", "panic"]
PROGRAMS += ["nineteen", "portal"]
SANITIZE = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-O1"]
VALGRIND = ["valgrind", "--quiet", "--leak-check=full", "--error-exitcode=9"]
VALGRIND += ["--errors-for-leak-kinds=definite,indirect", "--show-leak-kinds=definite,indirect"]
# Archive members need these; `cargo rustc -p kopeck-ffi -- --print native-static-libs` lists them.
PRIVATE_LIBRARIES = ["-lgcc_s", "-lpthread", "-ldl", "-lm"]
PATIENCE = 300


class Runner:
    def __init__(self, url):
        self.url, self.passed, self.failed = url, 0, 0

    def run(self, name, way, command):
        print(f"  {name} ({way}) ...", end=" ", flush=True)
        start = time.monotonic()
        environment = {**os.environ, "ASAN_OPTIONS": "detect_leaks=1", "RUST_BACKTRACE": "0"}
        try:
            done = subprocess.run(
                [str(part) for part in [*command, self.url]],
                capture_output=True,
                text=True,
                errors="replace",
                timeout=PATIENCE,
                env=environment,
            )
            outcome, said = done.returncode, done.stdout + done.stderr
        except subprocess.TimeoutExpired:
            outcome, said = f"no end after {PATIENCE} s", ""
        spent = f"{time.monotonic() - start:.1f} s"
        self.count(outcome == 0, spent if outcome == 0 else f"FAILED ({outcome})\n{said}")

    def check(self, name, holds, says):
        print(f"  {name} ...", end=" ", flush=True)
        self.count(holds, "" if holds else f"FAILED: {says}")

    def count(self, holds, text):
        print("ok" if holds else "", text, flush=True)
        self.passed += bool(holds)
        self.failed += not holds


def build(name, libraries, folder, flags=(), helpers=("check.c", "sandbox.c")):
    sources = [HERE / f"{name}.c", *(HERE / helper for helper in helpers)]
    return compile_program(sources, libraries, folder / name, flags)


def has_asan(program):
    symbols = subprocess.run(["nm", "-a", program], capture_output=True, text=True, check=True)
    return "__asan_init" in symbols.stdout


def static_program(archive, target):
    """The same test against the archive: its private libraries are the documented ones."""
    sources = [HERE / "message.c", HERE / "check.c"]
    command = ["cc", "-std=c99", "-I", HERE.parent.parent / "include", *sources, archive]
    command += [*PRIVATE_LIBRARIES, "-o", target]
    subprocess.run([str(part) for part in command], check=True)
    return target


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for option in ("library", "provoked", "sandbox"):
        parser.add_argument(f"--{option}", type=pathlib.Path, required=True)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(PROGRAMS))
    given = parser.parse_args()
    for path in (given.library, given.provoked, given.sandbox):
        if not path.is_file():
            parser.error(f"{path}: not there; build it first")
    if unknown := set(given.names) - set(PROGRAMS):
        parser.error(f"no such program: {', '.join(sorted(unknown))}")
    return given


def main():
    given = arguments()
    with tempfile.TemporaryDirectory(prefix="kopeck-c-") as name:
        folder = pathlib.Path(name)
        released = stage(given.library, folder / "lib")
        provoked = stage(given.provoked, folder / "provoked")
        plain, sanitized = folder / "plain", folder / "sanitized"
        plain.mkdir()
        sanitized.mkdir()
        with sandbox(given.sandbox) as url:
            print(f"C tests against {url}")
            runner = Runner(url)
            for program in given.names or PROGRAMS:
                libraries = provoked if program == "panic" else released
                binary = build(program, libraries, plain)
                runner.run(program, "plain", [binary])
                runner.run(program, "valgrind", [*VALGRIND, binary])
                binary = build(program, libraries, sanitized, SANITIZE)
                runner.check(f"{program} has ASan in it", has_asan(binary), "no __asan_init")
                runner.run(program, "ASan, UBSan", [binary])
            archive = given.library.with_suffix(".a")
            if not given.names and archive.is_file():
                runner.run("message", "static", [static_program(archive, folder / "static")])
    print(f"{runner.passed} passed, {runner.failed} failed")
    return 1 if runner.failed else 0


if __name__ == "__main__":
    sys.exit(main())
