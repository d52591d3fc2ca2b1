"""Extracts the code of the README and of the guides and runs it against a sandbox, so that what
they show is true. PHP: readme_php.py.

python tests/readme.py SANDBOX_PROGRAM LIBRARY_FOLDER PHP_EXTENSION
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path
from typing import NamedTuple

import readme_php

ROOT = Path(__file__).resolve().parent.parent


class Piece(NamedTuple):
    """A piece of code: what it is known by, what stands in its place in the sandbox ({origin},
    {folder}), and what it prints then."""

    mark: str
    instead: str
    prints: str


README = [
    Piece(
        "https://dev.bpsprocessing.ru/payment",
        "{origin}/payment",
        "{origin}/payment/merchants/",
    ),
    Piece(
        "https://api.intellectmoney.ru",
        "{origin}/intellectmoney",
        "{origin}/intellectmoney/paylate/",
    ),
    # It has no address of its own: one is put before the descriptor.
    Piece(
        '"descriptor": "examplepay"',
        '"base_url": "{origin}/declared", "descriptor": "examplepay"',
        "{origin}/declared/pay.examplepay.com/",
    ),
    Piece(
        'kopeck_message_set(settings, "descriptor", "examplepay");',
        'kopeck_message_set(settings, "base_url", "{origin}/declared");\n'
        'kopeck_message_set(settings, "descriptor", "examplepay");',
        "{origin}/declared/pay.examplepay.com/",
    ),
    Piece("https://portal.bitrix24.ru/rest/1/SECRET/", "{webhook}", ": item 24\n"),
]
GUIDE = [
    Piece("descriptor_check(", "descriptor_check(", "True () () amount=100.00&currency=RUB&"),
    Piece("http://127.0.0.1:8080/", "{origin}/", "{origin}/declared/pay.examplepay.com/"),
]
DEALS = [
    Piece("crm.type.add", "crm.type.add", "tied to deals: True\nall right: True\n"),
    Piece("def paid_or_not", "def paid_or_not", "waiting\n"),
    Piece("about_deal", "about_deal", ": {origin}/payment/merchants/"),
    # Runs in tests/python/test_deals_page.py, where somebody calls it.
    Piece("def checkout", "def checkout", ""),
]
# Where a piece that talks to both finds them.
ADDRESSES = [
    ("https://portal.bitrix24.ru/rest/1/SECRET/", "webhook", ""),
    ("https://dev.bpsprocessing.ru/payment", "origin", "/payment"),
]
# How many pieces of each language a page has.
PAGES = [
    ("README.md", README, {"python": 4, "c": 4}),
    ("docs/describe-a-gateway.md", GUIDE, {"python": 2, "c": 1}),
    ("docs/deals.md", DEALS, {"python": 3, "c": 1}),
]
ESHOP = {
    "eshop_id": "450001",
    "secret_key": "mySecret",
    "bearer_token": "0123456789abcdef0123456789abcdef",
    "sign_secret_key": "signKey",
}


EXAMPLEPAY = ROOT / "core/src/gateways/declared/descriptors/examplepay.toml"
# A portal with the first deal and the first item of the documents, 662 and 24.
PORTAL = {
    "types": [{"title": "Payments", "entityTypeId": 1220}],
    "deals": [{"opportunity": 1500, "currencyId": "RUB"}],
}
# Where the sandbox is told of shops of gateways that a descriptor describes.
SHOPS = "/sandbox/declared/shops"


def blocks(page: str, language: str) -> list[str]:
    text = (ROOT / page).read_text()
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def run_python(code: str, folder: Path) -> str:
    program = folder / "readme.py"
    program.write_text(code)
    return run([sys.executable, str(program)], folder)


def run_c(code: str, folder: Path, library: Path) -> str:
    program = folder / "readme.c"
    if "int main(" not in code:
        lines = "\n".join(f"    {line}" for line in code.splitlines())
        code = f"int main(void) {{\n{lines}\n    return status;\n}}\n"
    heads = "".join(f"#include <{name}.h>\n" for name in ("stdio", "stdlib", "string"))
    program.write_text(f'{heads}#include "kopeck.h"\n{code}')
    binary = folder / "readme"
    flags = ["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror", f"-I{ROOT / 'include'}"]
    link = [f"-L{library}", "-lkopeck", f"-Wl,-rpath,{library}", "-o", str(binary)]
    run(["cc", *flags, str(program), *link], folder)
    return run([str(binary)], folder)


def run(command: list[str], folder: Path) -> str:
    # Files are named as they are shown: beside the program.
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=folder)
    if done.returncode != 0:
        raise SystemExit(f"{command}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def descriptor(folder: Path) -> None:
    """The file that the guide builds up, piece by piece."""
    text = (ROOT / "docs/describe-a-gateway.md").read_text().split("\n## Other shapes\n")[0]
    pieces = re.findall(r"^```toml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    (folder / "examplepay.toml").write_text("\n".join(pieces))


def post(url: str, fields: object) -> dict[str, str]:
    with urllib.request.urlopen(url, json.dumps(fields).encode(), timeout=10) as reply:
        answer: dict[str, str] = json.load(reply)
    return answer


def check(page: str, known: list[Piece], language: str, code: str, places: dict[str, str]) -> None:
    """Runs a piece of code and looks at what it prints."""
    piece = next((piece for piece in known if piece.mark in code), None)
    if piece is None:
        raise SystemExit(f"{page}: nothing is known of its {language} code:\n{code}")
    instead = piece.instead.replace("{origin}", places["origin"])
    placed = code.replace(piece.mark, instead.replace("{webhook}", places["webhook"]))
    for address, place, below in ADDRESSES:
        placed = placed.replace(address, places[place] + below)
    folder = Path(places["folder"])
    if language == "python":
        said = run_python(placed, folder)
    else:
        said = run_c(placed, folder, Path(places["library"]))
    if piece.prints.replace("{origin}", places["origin"]) not in said:
        raise SystemExit(f"{page}: the {language} code printed {said!r}")


def main() -> None:
    sandbox_program, library = sys.argv[1], Path(sys.argv[2]).resolve()
    sandbox = subprocess.Popen(
        [sandbox_program, "--listen", "127.0.0.1:0", "--until-stdin-closes"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        origin = sandbox.stdout.readline().split("listening on ")[1].strip()
        post(f"{origin}/sandbox/eshops", ESHOP)
        count = 0
        for page, known, counts in PAGES:
            # The two show ExamplePay with other secrets.
            secret = "secret" if page == "README.md" else "examplepay-secret"
            secrets = {"api_key": "key", "webhook_secret": secret}
            shop = {"id": page, "descriptor": EXAMPLEPAY.read_text(), "secrets": secrets}
            post(f"{origin}{SHOPS}", shop)
            for language, expected in counts.items():
                found = blocks(page, language)
                if len(found) != expected:
                    raise SystemExit(f"{page}: {len(found)} pieces of {language} code")
                for code in found:
                    with tempfile.TemporaryDirectory() as folder:
                        descriptor(Path(folder))
                        places = {"origin": origin, "folder": folder, "library": str(library)}
                        portal = post(f"{origin}/sandbox/bitrix24/portals", PORTAL)
                        places["webhook"] = portal["webhook_url"]
                        check(page, known, language, code, places)
                    count += 1
        count += readme_php.check(origin, Path(sys.argv[3]).resolve())
        print(f"{count} passed, 0 failed")
    finally:
        sandbox.stdin.close()
        sandbox.wait(10)


if __name__ == "__main__":
    main()
