#!/usr/bin/env python3
"""Runs examples/c/instalments.c against the sandbox: the lender says yes, no or nothing, a line
breaks, and the program dies between any two calls, or in one, and goes on from what it stored.

tests/c/instalments.py --library target/release/libkopeck.so --sandbox target/debug/kopeck-sandbox
"""

import argparse
import http.client
import itertools
import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request

from toolbox import ROOT, compile_program, sandbox, stage

PATIENCE = 60
PAID, REFUSED, UNDECIDED = 0, 3, 4
YES = "paid: 30000.00 RUB for order "
NO = "the lender refused. The order stays open"
UNKNOWN = "no clear answer ("
PAGE = "pay at: "
CREATE, BEGIN, STATE = "createInvoice", "bnplPayment", "getBankCardPaymentState"
SHORT = ["--timeout-ms", "2000"]
# Up to where it comes before it is killed: a fact of its file.
MOMENTS = ["create", "id", "stage beginning", "stage begun", "page"]
FAULTS = {
    "the invoice is lost": (CREATE, "drop_before"),
    "the gateway is down for the invoice": (CREATE, "status_503"),
    "the beginning is lost": (BEGIN, "drop_before"),
    "the beginning's answer is lost": (BEGIN, "drop_after"),
    "a look's answer is lost": (STATE, "drop_after"),
}
SHOPS = itertools.count(470_001)


def ask(url, body=None):
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(url, data=data, timeout=10) as reply:
        return json.load(reply)


def press(page, button):
    """What a buyer presses on the lender's page. The way back to the shop is not followed."""
    parts = urllib.parse.urlsplit(page)
    line = http.client.HTTPConnection(parts.hostname, parts.port, timeout=10)
    kind = {"content-type": "application/x-www-form-urlencoded"}
    line.request("POST", parts.path, f"do={button}", kind)
    status = line.getresponse().status
    line.close()
    if status not in (302, 303):
        raise SystemExit(f"instalments.py: the lender's page answers {status} to {button}")


class Program:
    """The example with a shop, a file and a port of its own, which it keeps through restarts."""

    def __init__(self, path, url, folder):
        self.url = url
        number = str(next(SHOPS))
        self.keys = ask(f"{url}/sandbox/eshops", {"eshop_id": number, "retry_pause_ms": 300})
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.store = folder / f"orders-{number}.txt"
        self.command = [path, "--base-url", f"{url}/intellectmoney", "--listen", str(port)]
        for name in ("eshop_id", "secret_key", "bearer_token", "sign_secret_key"):
            self.command += [f"--{name.replace('_', '-')}", self.keys[name]]
        self.command += ["--store", self.store, "--pause-ms", "200", "--init-grace-ms", "500"]
        self.said = []

    def log_in(self):
        """From here on it asks the history too."""
        self.command += ["--login", self.keys["login"]]
        self.command += ["--personal-password", self.keys["password"]]

    def start(self, *more):
        clean = {key: value for key, value in os.environ.items() if not key.startswith("KOPECK_")}
        # What comes first counts.
        command = [str(part) for part in [*self.command, *more, "--timeout-ms", "20000"]]
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        return subprocess.Popen(command, **streams, text=True, env=clean)

    def run(self, *more, button=None):
        """Its exit status, once the buyer has pressed a button on the lender's page."""
        with self.start(*more) as run:
            watchdog = threading.Timer(PATIENCE, run.kill)
            watchdog.start()
            for line in run.stdout:
                self.said.append(line.rstrip("\n"))
                if line.startswith(PAGE) and button:
                    press(line.removeprefix(PAGE).strip(), button)
            watchdog.cancel()
        self.said.append(f"ended with {run.returncode}")
        return run.returncode

    def killed(self, when):
        """SIGKILL as soon as something is so."""
        deadline = time.monotonic() + 20
        with self.start() as run:
            while not when() and time.monotonic() < deadline:
                time.sleep(0.005)
            run.kill()
        self.said.append("killed")
        return time.monotonic() < deadline

    def has(self, fact):
        return self.store.exists() and f" {fact} " in self.store.read_text()

    def fault(self, path, fault, **more):
        aim = {"body": f"EshopId={self.keys['eshop_id']}", **more}
        ask(f"{self.url}/sandbox/faults", {"match": path, "fault": fault, **aim})

    def struck(self):
        return ask(f"{self.url}/sandbox/faults")["armed"] == 0

    def invoices(self):
        every = ask(f"{self.url}/sandbox/invoices")["invoices"]
        return [one for one in every if one["eshop_id"] == self.keys["eshop_id"]]

    def is_paid_once(self):
        """At the gateway one invoice, begun once; in the shop's file one payment."""
        (invoice,) = self.invoices()
        begun = [one for one in invoice["history"] if one["event"].startswith("payment begun")]
        lines = self.store.read_text().splitlines()
        paid = [line for line in lines if line.split()[1:2] == ["paid"]]
        said = [line for line in self.said if line.startswith(YES)]
        return (invoice["state"], len(begun), len(paid), len(said)) == ("Paid", 1, 1, 1)

    def says(self, start):
        return any(line.startswith(start) for line in self.said)


def cases(new):
    """Titles, and what must hold; each with a program of its own."""

    def approved(*how):
        program = new()
        return program, program.run(*how, button="approve") == PAID and program.is_paid_once()

    yield "the lender says yes", approved()
    yield "the lender says yes, polled for", approved("--poll")

    def again_when_paid():
        program = new()
        good = program.run(button="approve") == PAID and program.run("--resume") == 1
        return program, good and program.says("--resume: ") and program.is_paid_once()

    yield "a paid order is not gone on with", again_when_paid()

    def refused(*how):
        program = new()
        good = program.run(*how, button="refuse") == REFUSED and program.says(NO)
        good = good and program.run("--resume") == REFUSED
        return program, good and program.invoices()[0]["state"] == "Created"

    yield "the lender says no", refused()
    yield "the lender says no, polled for", refused("--poll")

    def left():
        program = new()
        good = program.run(*SHORT, button="leave") == UNDECIDED
        good = good and program.run("--poll", "--resume", *SHORT) == UNDECIDED
        good = good and program.run("--resume", button="approve") == PAID
        return program, good and program.is_paid_once()

    yield "the buyer leaves, and comes back", left()

    def killed(moment):
        program = new()
        if moment == "create":
            program.log_in()  # the webhook of an invoice that was made may have found nobody
        good = program.killed(lambda: program.has(moment))
        good = good and program.run("--resume", button="approve") == PAID
        return program, good and program.is_paid_once()

    for moment in MOMENTS:
        yield f"killed once `{moment}` is stored", killed(moment)

    def killed_in(path):
        program = new()
        program.log_in()
        program.fault(path, "hang", hang_ms=10_000)
        good = program.killed(program.struck)
        good = good and program.run("--resume", button="approve") == PAID
        return program, good and program.is_paid_once()

    for path in (CREATE, BEGIN, STATE):
        yield f"killed in {path}", killed_in(path)

    def torn():
        """A crash in the middle of a line: what it says is not taken for whole."""
        program = new()
        good = program.killed(lambda: program.has("page"))
        with program.store.open("a") as file:
            file.write(f"\n{program.store.read_text().split()[0]} id 31")
        good = good and program.run("--resume", button="approve") == PAID
        return program, good and program.is_paid_once()

    yield "killed in the middle of a line", torn()

    def broken(path, fault):
        program = new()
        program.fault(path, fault)
        good = program.run(button="approve") == PAID and program.is_paid_once()
        return program, good and program.says(UNKNOWN) == (path != STATE)

    for title, (path, fault) in FAULTS.items():
        yield title, broken(path, fault)

    def known_by_history():
        program = new()
        program.log_in()
        program.fault(CREATE, "drop_after")
        good = program.run("--poll", button="approve") == PAID
        return program, good and program.says(UNKNOWN) and program.is_paid_once()

    yield "the invoice's number is lost, and found in the history", known_by_history()

    def forged():
        program = new()
        good = program.killed(lambda: program.has("page"))
        invoice = program.invoices()[0]["invoice_id"]
        with program.start("--resume", *SHORT) as run:
            for line in run.stdout:
                program.said.append(line.rstrip("\n"))
                if line.startswith(PAGE):
                    act = {"do": "redeliver", "tamper": "status"}
                    sent = ask(f"{program.url}/sandbox/invoices/{invoice}/act", act)["sent"]
                    good = good and all("403" in one["result"] for one in sent)
        return program, good and run.returncode == UNDECIDED and not program.has("paid")

    yield "a forged webhook pays nothing", forged()

    def empty():
        program = new()
        return program, program.run("--resume") == 1 and program.says("--resume: ")

    yield "nothing to go on with", empty()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--library", type=pathlib.Path, required=True)
    parser.add_argument("--sandbox", type=pathlib.Path, required=True)
    given = parser.parse_args()
    passed = failed = 0
    with tempfile.TemporaryDirectory(prefix="kopeck-instalments-") as name:
        folder = pathlib.Path(name)
        libraries = stage(given.library, folder / "lib")
        source, target = ROOT / "examples/c/instalments.c", folder / "instalments"
        program = compile_program([source], libraries, target)
        with sandbox(given.sandbox) as url:
            for title, (run, good) in cases(lambda: Program(program, url, folder)):
                passed, failed = passed + bool(good), failed + (not good)
                print(f"  {title} ... {'ok' if good else 'FAILED'}", flush=True)
                if not good:
                    print("    " + "\n    ".join(run.said), flush=True)
                    print(f"    {json.dumps(run.invoices())[:2000]}", flush=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
