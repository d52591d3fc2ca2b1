#!/usr/bin/env python3
"""Runs examples/c/shop.c against the sandbox, with a buyer, a forger and a line that breaks.

tests/c/shop.py --library target/release/libkopeck.so --sandbox target/debug/kopeck-sandbox
"""

import argparse
import json
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


def shop(program, url, folder, faults):
    """What the shop says and its exit status, once the buyer has paid."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
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
                    said.append(f"a forged notification was answered {code}")
                post(f"{url}/sandbox/orders/{order}/act", {"do": "pay"})
    return said, run.returncode


def in_order(expected, said):
    lines = iter(said)
    return all(any(line.startswith(start) for line in lines) for start in expected)


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
            failed += not good
            print("ok" if good else f"FAILED ({outcome})\n    " + "\n    ".join(said), flush=True)
    print(f"{len(CASES) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
