#!/usr/bin/env python3
"""Runs examples/c/declared.c against the sandbox, which plays ExamplePay: plainly, under valgrind,
and under ASan and UBSan; with a forger, a buyer who only comes back, and files that are wrong.

tests/c/declared.py --library target/release/libkopeck.so --sandbox target/debug/kopeck-sandbox
"""

import argparse
import pathlib
import re
import subprocess
import sys
import tempfile

from run import SANITIZE, VALGRIND
from toolbox import ROOT, compile_program, sandbox, stage

from shop import WRONG, ends, free_port, in_order, post, raw

EXAMPLEPAY = ROOT / "core/src/gateways/declared/descriptors/examplepay.toml"
SECRETS = {"api_key": "the key", "webhook_secret": "the secret"}
PAID = "paid: 100.00 RUB"
FORGED = "not confirmed: Untrusted: "
# What breaks once the payment is there, and the lines that the shop must say.
CASES = {
    "all goes well": ([], [FORGED, PAID]),
    "the state cannot be asked at first, the gateway notifies again": (
        ["status_503"],
        [FORGED, "not confirmed: NotDone: ", PAID],
    ),
}


def forge(port, order):
    """What a forged notification is answered, headers and all."""
    body = f"id={order}&deal_id=D-1&amount=100.00&currency=RUB&status=paid&sign={'0' * 64}"
    head = "POST /notify HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    request = f"{head}Content-Length: {len(body)}\r\n\r\n{body}"
    return raw(port, request.encode(), whole=True)


def refused(answer):
    """ExamplePay's file says `reject = { status = 400, body = "ERROR" }`, in plain text."""
    head, _, text = answer.partition("\r\n\r\n")
    plain = re.search(r"(?im)^content-type: text/plain\b", head)
    return head.startswith("HTTP/1.1 400 ") and text == "ERROR" and plain is not None


def shop(command, url, faults):
    """What the shop says and its exit status, once the buyer has paid."""
    port = free_port()
    notify = f"http://127.0.0.1:{port}/notify"
    given = {"id": "c", "descriptor": EXAMPLEPAY.read_text(), "secrets": SECRETS}
    post(f"{url}/sandbox/declared/shops", {**given, "notification_url": notify})
    command = [*command, "--base-url", f"{url}/declared", "--listen", port]
    for pair in SECRETS.items():
        command += ["--secret", "=".join(pair)]
    said, command = [], [str(part) for part in command]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as run:
        for line in run.stdout:
            said.append(line.rstrip("\n"))
            if not line.startswith("pay at: "):
                continue
            order = line.rstrip("\n").rpartition("/")[2]
            if (code := raw(port, b"GET /thanks HTTP/1.1\r\n\r\n")) != "200":
                said.append(f"{WRONG}the buyer who came back was answered {code}")
            if not refused(answer := forge(port, order)):
                said.append(f"{WRONG}a forged notification was answered {answer!r}")
            for fault in faults:
                strikes = {"match": "/smart-process/", "fault": fault, "times": 2}
                post(f"{url}/sandbox/faults", strikes)
            post(f"{url}/sandbox/declared/orders/{order}/act", {"do": "pay"})
    return said, run.returncode


def played(title, command, binary, faults, expected):
    """Whether the shop says what it must, and the gateway hears the words that it waits for."""
    print(f"  {title} ...", end=" ", flush=True)
    with sandbox(binary, "--retry-pause-ms", "200") as url:
        said, outcome = shop(command, url, faults)
    good = outcome == 0 and in_order(["ExamplePay", *expected], said)
    good = good and not any(line.startswith(WRONG) for line in said)
    print("ok" if good else f"FAILED ({outcome})\n    " + "\n    ".join(said), flush=True)
    return good


def ends_early(program, folder):
    """Files and words that are wrong, before anything is sent."""
    text = EXAMPLEPAY.read_text()
    wrong, vector = folder / "wrong.toml", folder / "vector.toml"
    wrong.write_text(text.replace('digest = "sha256"', 'digest = "sha257"'))
    line = text[: text.index('digest = "sha256"')].count("\n") + 1
    vector.write_text(text.replace('expected = "958f', 'expected = "058f'))
    run = [program, "--descriptor"]
    return [
        ends("run with half an option it says its usage", [program, "--secret"], 2, "usage: "),
        ends("a secret without a name", [program, "--secret", "x"], 1, "expected NAME=VALUE: x"),
        ends("a port too high", [program, "--listen", "65536"], 1, "--listen: expected a port"),
        ends("a file with a mistake", [*run, wrong], 1, f"line {line}, recipe.webhook.digest: "),
        ends("a file whose vector does not match", [*run, vector], 1, "not to be used as it is"),
        ends("a secret that was forgotten", [program, "--secret", "api_key=x"], 1,
             "settings: secrets.webhook_secret: "),
    ]  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--library", type=pathlib.Path, required=True)
    parser.add_argument("--sandbox", type=pathlib.Path, required=True)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kopeck-declared-") as name:
        folder = pathlib.Path(name)
        libraries = stage(given.library, folder / "lib")
        source = [ROOT / "examples/c/declared.c"]
        program = compile_program(source, libraries, folder / "declared")
        careful = compile_program(source, libraries, folder / "careful", SANITIZE)
        plain, done = [program], []
        for title, (faults, expected) in CASES.items():
            done.append(played(title, plain, given.sandbox, faults, expected))
        for title, command in {
            "under valgrind": [*VALGRIND, program],
            "under ASan and UBSan": [careful],
        }.items():
            done.append(played(title, command, given.sandbox, *CASES["all goes well"]))
        done += ends_early(program, folder)
    print(f"{done.count(True)} passed, {done.count(False)} failed")
    return 0 if all(done) else 1


if __name__ == "__main__":
    sys.exit(main())
