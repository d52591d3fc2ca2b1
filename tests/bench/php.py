"""What a payment costs a PHP shop over TLS: Kopeck beside PHP's curl, in one process and across the
pages of one PHP-FPM worker.

Needs the wheel in the running interpreter (the tests' helpers do), the sandbox (KOPECK_SANDBOX) and
`make php-extension`. Prints medians of interleaved rounds; only the ratios hold.
"""

from __future__ import annotations

import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

HERE = Path(__file__).resolve().parent
sys.path += [str(HERE.parent / "php"), str(HERE.parent / "python")]

from fpm import EXTENSION, LIBRARY, Fpm  # noqa: E402
from sandbox import Sandbox  # noqa: E402

ROUNDS = 5
# What PHP's curl reads for each new handle, unless it is told otherwise.
SYSTEM = Path("/etc/ssl/certs/ca-certificates.crt")
# The name, its page, how many in a round, and the pause before each in seconds.
PAGES = {
    "empty page": ("empty.php", 200, 0),
    "page with curl": ("curl.php", 20, 0),
    "the same, trusting one root alone": ("curl_one_root.php", 100, 0),
    "page with Kopeck": ("kopeck.php", 200, 0),
    "the same, closed since the last page": ("kopeck.php", 10, 0.06),
}
IDLE_MS = 20  # for the last of them: the server closes what was idle so long


class Tls(Sandbox):
    """A sandbox over TLS, and its root alone and together with the system's."""

    def __init__(self, folder: Path) -> None:
        root, both = folder / "root.pem", folder / "system.pem"
        super().__init__("--tls", "127.0.0.1:0", "--tls-root", str(root))
        assert self.process.stdout is not None
        url = self.process.stdout.readline().split()[-1] + "/payment"
        system = SYSTEM.read_text() if SYSTEM.exists() else ""
        both.write_text(root.read_text() + system)
        self.certificates = both.read_text().count("BEGIN CERTIFICATE")
        self.given = json.dumps(
            {
                "url": url,
                "control": f"{self.origin}/sandbox",
                "root": str(root),
                "system": str(both),
                "library": str(LIBRARY),
            }
        )

    def counted(self) -> list[int]:
        seen = self.ask("GET", "/sandbox/tls")
        return [seen["connections"], seen["handshakes"]["full"], seen["handshakes"]["resumed"]]


def calls(tls: Tls) -> dict[str, Any]:
    """Each way's rounds and counts, in one process of PHP."""
    command = ["php", "-d", f"extension={EXTENSION}", str(HERE / "php/calls.php")]
    env = {**os.environ, "KOPECK_BENCH": tls.given}
    done: dict[str, Any] = json.loads(subprocess.check_output(command, env=env, text=True))
    return done


def pages(tls: Tls) -> dict[str, Any]:
    """The same for pages of one worker, through nginx on a kept connection."""
    done: dict[str, Any] = {name: {"calls": 0, "rounds": [], "counts": [0] * 3} for name in PAGES}
    with Fpm(root=HERE / "php/pages", env={"KOPECK_BENCH": tls.given}) as fpm:
        browser = http.client.HTTPConnection(urlsplit(fpm.origin).netloc)

        def get(page: str) -> str:
            browser.request("GET", f"/{page}")
            return browser.getresponse().read().decode()

        for number in range(ROUNDS + 1):
            for name, (page, count, pause) in PAGES.items():
                count = count if number else 3  # the first round warms up: counted, not timed
                tls.ask("POST", "/sandbox/tls", {"idle_ms": IDLE_MS if pause else 0})
                before, cpu, wall = tls.counted(), float(get("used.php")), 0.0
                for _ in range(count):
                    time.sleep(pause)
                    began = time.perf_counter()
                    said = get(page)
                    wall += time.perf_counter() - began
                    assert said == "ok", said + fpm.logs()
                cpu = float(get("used.php")) - cpu
                one = done[name]
                one["calls"] += count
                if number:
                    one["rounds"].append([wall * 1e6 / count, cpu / count])
                for which, now in enumerate(tls.counted()):
                    one["counts"][which] += now - before[which]
        browser.close()
    return done


def table(title: str, measured: dict[str, Any], floor: str) -> None:
    """Prints it, with ratios to the line called `floor`."""

    def medians(name: str) -> list[float]:
        rounds = measured[name]["rounds"]
        return [statistics.median(one[which] for one in rounds) for which in (0, 1)]

    heads = ("wall us", "cpu us", "wall x", "cpu x", "calls", "conns", "full", "resumed")
    print(f"{title:<36}", *(f"{head:>8}" for head in heads))
    least = medians(floor)
    for name, one in measured.items():
        wall, cpu = medians(name)
        ratios = f"{wall / least[0]:>8.2f} {cpu / least[1]:>8.2f}"
        counts = " ".join(f"{count:>8}" for count in (one["calls"], *one["counts"]))
        print(f"{name:<36} {wall:>8.1f} {cpu:>8.1f} {ratios} {counts}")


def main() -> None:
    version, shares = subprocess.check_output(
        [
            "php",
            "-r",
            "echo PHP_VERSION, ' ', (int) function_exists('curl_share_init_persistent');",
        ],
        text=True,
    ).split()
    with tempfile.TemporaryDirectory() as folder:
        tls = Tls(Path(folder))
        try:
            print(f"PHP {version} over TLS, localhost; curl trusts {tls.certificates} roots")
            table("one process (x: of the kept handle)", calls(tls), "curl, one handle kept")
            print()
            tls.ask("DELETE", "/sandbox/orders")
            table("one worker's pages (x: of the empty)", pages(tls), "empty page")
        finally:
            tls.stop()
    if shares == "1":
        print("This PHP has curl_share_init_persistent, which keeps connections too: not measured.")


if __name__ == "__main__":
    main()
