"""Plays the whole story on this machine: a gateway (the sandbox), shops, and a buyer.

    python3 examples/demo.py --sandbox PROGRAM --shop TITLE COMMAND [--shop TITLE COMMAND ...]
        [--instalments TITLE COMMAND ...] [--declared TITLE COMMAND ...] [--deal TITLE COMMAND ...]
        [--php TITLE COMMAND ...]

Each shop creates a payment and prints `pay at: URL`; the buyer opens that page over HTTP, types a
test card and pays; the gateway notifies the shop, which confirms, stores, answers and refunds
a part. In instalments that page is the lender's, and the buyer agrees to pay there. A declared
gateway is ExamplePay, which the sandbox plays from its descriptor. A deal stands in a Bitrix24
portal, which the sandbox plays too; it is paid at ExamplePay, and another one at a bank. The pages
of a shop in PHP are opened by the buyer himself: he orders, pays and comes back.
"""

from __future__ import annotations

import shlex
import socket
import subprocess
import sys
import threading

import demo_php
import demo_told as told
from demo_buyer import CARD, buy
from demo_told import fetch

PATIENCE = 60  # seconds for each program; then something hangs


def say(who: str, line: str) -> None:
    print(f"  {who:<8} {line}", flush=True)


def start_sandbox(program: str) -> tuple[subprocess.Popen, str]:
    sandbox = subprocess.Popen(
        [program, "--listen", "127.0.0.1:0", "--until-stdin-closes", "--retry-pause-ms", "500"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    line = sandbox.stdout.readline()
    if "listening on " not in line:
        raise SystemExit(f"the sandbox did not start: {line!r}")
    return sandbox, line.split("listening on ")[1].strip()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def run_shop(name: str, command: list[str], origin: str, button: str | None, port: int) -> None:
    print(f"\n{name}", flush=True)
    command = [*command, "--listen", str(port)]
    shop = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    watchdog = threading.Timer(PATIENCE, shop.kill)
    watchdog.start()
    try:
        for line in shop.stdout:
            say("shop", line.rstrip())
            if line.startswith("pay at: "):
                page = line.split("pay at: ")[1].strip()
                does = f"types the test card {CARD['$PAN']}, presses Pay"
                say("buyer", f"opens the page, {f'presses {button}' if button else does}")
                say("buyer", f"is sent back to {buy(page, origin, button)}")
        if shop.wait() != 0:
            raise SystemExit(f"{name} ended with {shop.returncode}")
    finally:
        watchdog.cancel()
        if shop.poll() is None:
            shop.kill()


def commands(option: str) -> list[tuple[str, list[str]]]:
    """The titles and commands that stand behind an option."""
    words = sys.argv[1:]
    places = [place for place, word in enumerate(words) if word == option]
    return [(words[place + 1], shlex.split(words[place + 2])) for place in places]


def main() -> None:
    program = sys.argv[sys.argv.index("--sandbox") + 1]
    shops, lenders = commands("--shop"), commands("--instalments")
    described, deals = commands("--declared"), commands("--deal")
    sandbox, origin = start_sandbox(program)
    try:
        config = fetch(f"{origin}/sandbox/config")
        print(f"a gateway listens on {origin} (its orders: {origin}/sandbox/orders.html)")
        for name, command in shops:
            run_shop(name, command + told.by_card(origin, config), origin, None, free_port())
        for name, command in lenders:
            run_shop(name, command + told.in_instalments(config), origin, "approve", free_port())
        for name, command in described:
            port = free_port()
            run_shop(name, command + told.by_descriptor(origin, port), origin, "pay", port)
        pages = commands("--php")
        for name, command in pages:
            print(f"\n{name}", flush=True)
            demo_php.run_shop(command, origin, free_port(), PATIENCE, say)
        portal = told.Portal(origin)
        for name, command in deals:
            for gateway, button in ((told.examplepay, "pay"), (told.rbs, None)):
                port = free_port()
                settings = gateway(origin, port)
                run_shop(
                    f"{name}, paid by {gateway.__name__}",
                    command + portal.deal(settings, port),
                    origin,
                    button,
                    port,
                )
        orders = fetch(f"{origin}/sandbox/orders")
        print("\nWhat the gateway saw")
        for order in orders["orders"]:
            events = " -> ".join(entry["event"] for entry in order["history"])
            say("gateway", f"{order['order_number']}: {events}")
        for invoice in fetch(f"{origin}/sandbox/invoices")["invoices"]:
            events = " -> ".join(entry["event"] for entry in invoice["history"])
            say("gateway", f"{invoice['order_id']}: {events}")
        for order in fetch(f"{origin}/sandbox/declared/orders")["orders"]:
            events = " -> ".join(entry["event"] for entry in order["history"])
            say("gateway", f"{order['number']}: {events}")
        timelines, won = portal.closing()
        for line in timelines:
            say("portal", line)
        print(
            f"\ndemo ok: {len(shops)} shops took a payment, verified its notification, "
            f"and refunded a part; {len(lenders)} were paid in instalments, "
            f"{len(described)} at a gateway that a file describes; {won} deals were won"
            + (f"; {len(pages)} shop in PHP was bought through" if pages else "")
        )
    finally:
        sandbox.stdin.close()
        sandbox.wait(10)


if __name__ == "__main__":
    main()
