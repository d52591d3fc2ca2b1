"""What a call costs from Python beside other HTTP clients, and what an import costs.

Needs the wheel and `requests` in the running interpreter, and the server: `kopeck-bench serve`.
Prints medians of interleaved rounds; only the ratios hold.
"""

from __future__ import annotations

import http.client
import statistics
import subprocess
import sys
import time
from urllib.parse import urlsplit

CALLS, ROUNDS = 1500, 5
BODY = (
    "amount=10000&currency=643&userName=u&password=p&returnUrl=https://shop.example/return"
    "&description=an%20order&orderNumber=A-1"
)
FORM = {"content-type": "application/x-www-form-urlencoded"}


def clients(base: str) -> dict:
    import json

    import requests

    import kopeck

    url = f"{base}/payment/rest/register.do"
    ours = kopeck.Client(
        {"gateway": "rbs", "base_url": f"{base}/payment", "user_name": "u", "password": "p"}
    )
    session = requests.Session()
    session.trust_env = False
    plain = http.client.HTTPConnection(urlsplit(base).netloc)

    def by_kopeck() -> None:
        ours.create_payment(
            order_number="A-1",
            amount="100.00",
            currency="RUB",
            return_url="https://shop.example/return",
            description="an order",
        )

    def by_requests() -> None:
        session.post(url, data=BODY, headers=FORM).json()

    def by_http_client() -> None:
        plain.request("POST", "/payment/rest/register.do", BODY, FORM)
        json.loads(plain.getresponse().read())

    return {
        "kopeck create_payment": by_kopeck,
        "http.client + json": by_http_client,
        "requests.Session": by_requests,
    }


def measure(call) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in range(CALLS):
        call()
    per = 1e6 / CALLS
    return (time.perf_counter() - wall) * per, (time.process_time() - cpu) * per


def import_ms(module: str) -> float:
    """Milliseconds over a bare interpreter, the median of eleven starts."""

    def start(code: str) -> float:
        times = []
        for _ in range(11):
            began = time.perf_counter()
            subprocess.run([sys.executable, "-c", code], check=True)
            times.append(time.perf_counter() - began)
        return statistics.median(times) * 1000

    return start(f"import {module}") - start("pass")


def main() -> None:
    base = sys.argv[1]
    floor_wall, floor_cpu = (float(text) for text in sys.argv[2:4])  # a bare ureq call, in us
    calls = clients(base)
    rounds: dict = {name: [] for name in calls}
    for call in calls.values():
        for _ in range(200):
            call()
    for _ in range(ROUNDS):
        for name, call in calls.items():
            rounds[name].append(measure(call))
    heads = ("wall us", "cpu us", "wall x", "cpu x")
    print(f"{'Python, one thread (x: of bare ureq)':<36}", *(f"{head:>8}" for head in heads))
    for name, measured in rounds.items():
        wall = statistics.median(m[0] for m in measured)
        cpu = statistics.median(m[1] for m in measured)
        ratios = f"{wall / floor_wall:>8.2f} {cpu / floor_cpu:>8.2f}"
        print(f"{name:<36} {wall:>8.1f} {cpu:>8.1f} {ratios}")
    print(f"import kopeck: {import_ms('kopeck'):.1f} ms over a bare interpreter")


if __name__ == "__main__":
    main()
