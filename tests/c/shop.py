#!/usr/bin/env python3
"""Runs examples/c/shop.c against the sandbox, with a buyer, a forger and a line that breaks.

tests/c/shop.py --library target/release/libkopeck.so --sandbox target/debug/kopeck-sandbox
"""

import argparse
import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import urllib.error
import urllib.parse
import urllib.request

from toolbox import ROOT, compile_program, sandbox, stage

SUCCESS = ["notified: paid, stored", "refunded 30.00 RUB, the payment is now partially_refunded"]
FORGED = "not confirmed: Untrusted: the checksum is not the gateway's"
WRONG = "WRONG: "
UNKNOWN = "no clear answer ("
# What breaks, and the lines that the shop must say.
CASES = {
    "all goes well": ({}, [FORGED, *SUCCESS]),
    "the registration's answer is lost": ({"register.do": "drop_after"}, [UNKNOWN, *SUCCESS]),
    "the registration is lost": ({"register.do": "drop_before"}, [UNKNOWN, *SUCCESS]),
    "the refund's answer is lost": ({"refund.do": "drop_after"}, [SUCCESS[0], UNKNOWN, SUCCESS[1]]),
    "the status fails, the gateway notifies again": (
        {"getOrderStatusExtended.do": "status_503"},
        ["not confirmed: NotDone", *SUCCESS],
    ),
}


def post(url, body):
    data = json.dumps(body).encode()
    urllib.request.urlopen(urllib.request.Request(url, data=data, method="POST"), timeout=10)


def forge(port, order):
    query = f"mdOrder={order}&operation=deposited&status=1&checksum=00"
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/notify?{query}", timeout=10)
    except urllib.error.HTTPError as refused:
        return refused.code
    return 200


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def raw(port, request, whole=False):
    """The status that a request gets which no HTTP library would send; `whole`: all of it."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(request)
        answer = line.makefile("rb").read().decode()
    return answer if whole else answer.split(" ")[1]


# What strangers send, and the status that it gets: bytes that are no text are a forgery.
STRANGERS = {
    "a query of bytes": (b"GET /notify?mdOrder=\xcf\xf0 HTTP/1.1\r\n\r\n", "403"),
    "a body of bytes": (
        b"POST /notify HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        b"Content-Length: 10\r\n\r\nmdOrder=\xcf\xf0",
        "403",
    ),
    "headers of bytes": (
        b"GET /notify?mdOrder=1 HTTP/1.1\r\nX..Y: \xff\r\n\xcf: 1\r\nContent-Type: \xf0\r\n\r\n",
        "403",
    ),
    "a method of bytes": (b"\xcf\xf0 /notify HTTP/1.1\r\n\r\n", "400"),
    "no whole request": (b"POST /notify HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n", "400"),
    "a page": (b"GET /return?orderId=\xff HTTP/1.1\r\n\r\n", "200"),
}


def shop(program, url, folder, faults):
    """What the shop says and its exit status, once the buyer has paid."""
    port = free_port()
    for match, fault in faults.items():
        # A read may be asked twice before it fails.
        times = 2 if "Status" in match else 1
        post(f"{url}/sandbox/faults", {"match": match, "fault": fault, "times": times})
    command = [program, "--base-url", f"{url}/payment", "--listen", str(port)]
    command += ["--store", str(folder / "orders.txt")]
    said = []
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as run:
        for line in run.stdout:
            said.append(line.rstrip("\n"))
            if line.startswith("pay at: "):
                page = urllib.parse.urlsplit(line.split()[-1])
                order = urllib.parse.parse_qs(page.query)["mdOrder"][0]
                if (code := forge(port, order)) != 403:
                    said.append(f"{WRONG}a forged notification was answered {code}")
                for what, (request, expected) in STRANGERS.items():
                    if (code := raw(port, request)) != expected:
                        said.append(f"{WRONG}{what}: expected {expected}, got {code}")
                post(f"{url}/sandbox/orders/{order}/act", {"do": "pay"})
    return said, run.returncode


def in_order(expected, said):
    lines = iter(said)
    return all(any(line.startswith(start) for line in lines) for start in expected)


def ends(title, command, code, says):
    """Whether the shop, run so, ends by itself with that status and says so."""
    print(f"  {title} ...", end=" ", flush=True)
    clean = {name: value for name, value in os.environ.items() if not name.startswith("KOPECK_")}
    command = [str(part) for part in command]
    try:
        run = subprocess.run(command, capture_output=True, text=True, timeout=30, env=clean)
        outcome, said = run.returncode, run.stdout + run.stderr
    except subprocess.TimeoutExpired:
        outcome, said = "no end", ""
    good = outcome == code and says in said
    print("ok" if good else f"FAILED ({outcome})\n{said}", flush=True)
    return good


def ends_early(libraries, folder, program, binary):
    """Used wrongly, and where no visitor can be let in: accept() is replaced by one that fails."""
    stub = folder / "deaf.c"
    stub.write_text(
        "#include <errno.h>\nint __wrap_accept(int, void *, void *);\n"
        "int __wrap_accept(int a, void *b, void *c) {\n"
        "    (void)a, (void)b, (void)c;\n    errno = EMFILE;\n    return -1;\n}\n"
    )
    sources = [ROOT / "examples/c/shop.c", stub]
    deaf = compile_program(sources, libraries, folder / "deaf", ["-Wl,--wrap=accept"])
    store = ["--store", folder / "early.txt"]
    with sandbox(binary) as url:
        base = ["--base-url", f"{url}/payment", *store, "--listen"]
        return [
            ends("run bare it says its usage", [program], 2, "--base-url"),
            ends("a port in letters", [program, *base, "abc"], 1, "--listen: expected a port: abc"),
            ends("a port too high", [program, *base, "65536"], 1, "--listen: expected a port"),
            ends("a failing accept() stops it", [deaf, *base, free_port()], 1, "accept: "),
        ]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--library", type=pathlib.Path, required=True)
    parser.add_argument("--sandbox", type=pathlib.Path, required=True)
    given = parser.parse_args()
    failed = 0
    with tempfile.TemporaryDirectory(prefix="kopeck-shop-") as name:
        folder = pathlib.Path(name)
        libraries = stage(given.library, folder / "lib")
        program = compile_program([ROOT / "examples/c/shop.c"], libraries, folder / "shop")
        for title, (faults, expected) in CASES.items():
            print(f"  {title} ...", end=" ", flush=True)
            with sandbox(given.sandbox, "--retry-pause-ms", "200") as url:
                said, outcome = shop(program, url, folder, faults)
            good = outcome == 0 and in_order(expected, said)
            good = good and not any(line.startswith(WRONG) for line in said)
            failed += not good
            print("ok" if good else f"FAILED ({outcome})\n    " + "\n    ".join(said), flush=True)
        early = ends_early(libraries, folder, program, given.sandbox)
    failed += early.count(False)
    print(f"{len(CASES) + len(early) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
