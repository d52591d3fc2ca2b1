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
    calls = clients(base)
    rounds: dict = {name: [] for name in calls}
    for call in calls.values():
        for _ in range(200):
            call()
    for _ in range(ROUNDS):
        for name, call in calls.items():
            rounds[name].append(measure(call))
    print(f"{'Python, one thread, keep-alive':<34} {'wall us':>9} {'cpu us':>9}")
    for name, measured in rounds.items():
        wall = statistics.median(m[0] for m in measured)
        cpu = statistics.median(m[1] for m in measured)
        print(f"{name:<34} {wall:>9.1f} {cpu:>9.1f}")
    print(f"import kopeck: {import_ms('kopeck'):.1f} ms over a bare interpreter")


if __name__ == "__main__":
    main()
