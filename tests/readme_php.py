"""PHP of the README and the guides: every piece is parsed, whole programs run, pages are served and
bought through, and the sketches for shop platforms run against a few lines that stand for each."""

from __future__ import annotations

import contextlib
import hmac
import json
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT / "tests/python"))

from readme_served import AUTOLOAD, Places, get, page, same, served, sql, until  # noqa: E402

from sandbox import pay_on_page  # noqa: E402

PAGES = {
    "README.md": 1,
    "docs/php.md": 5,
    "docs/php-platforms.md": 5,
    "bindings/php/library/README.md": None,  # as many as it has
}
PSR_LOG = "/usr/share/php/Psr/Log/autoload.php"
PLATFORMS = ROOT / "examples/php/platforms"
FAKES = ROOT / "tests/php/fakes"
# Of each: parameters that its own addresses have, and where its notifications arrive.
SKETCHES = {
    "woocommerce": (["wc-api"], "/?wc-api=kopeck&"),
    "opencart": (["route"], "/?route=extension/payment/kopeck/callback&"),
    "bitrix": ([], "/kopeck/notify.php?"),
    "laravel": ([], "/kopeck/notify?"),
}
# What came before the money: the order becomes paid only where nothing did.
BEFORE = {
    "nothing": None,
    "cancelled": "update orders set status = 'cancelled'",
    "paid by other means": "update orders set status = 'paid'",
    "edited": "update orders set total = '500'",
    "the payment was seen cancelled": "update kopeck_attempts set status = 'cancelled'",
}
# Why it cannot be applied yet, and the end of that.
AWAY = {
    "it is gone": ("update orders set id = '18'", "update orders set id = '17'"),
    "it fails": ("insert into facts values ('fails', '1')", "delete from facts"),
}
# What programs print, by what they are known by.
PRINTS = {
    "$logger": "info: -> POST ",
    "'intellectmoney'": "begun {origin}/intellectmoney/paylate/",
    "https://dev.bpsprocessing.ru/payment": " {origin}/payment/merchants/",
}
# What is a part of a program: run by `guide`, or too little to run.
PARTS = ("$hint", "$lost", "ship_once(")
LOGGER = """
$logger = new class extends Psr\\Log\\AbstractLogger {
    public function log($level, $message, array $context = []): void
    {
        echo "$level: $message\\n";
    }
};
"""
CONFIG = """<?php
$client = new Kopeck\\Client(json_decode(getenv('KOPECK_SETTINGS'), true));
$db = new PDO('sqlite:' . getenv('KOPECK_FOLDER') . '/shop.db');
$db->setAttribute(PDO::ATTR_ERRMODE, PDO::ERRMODE_EXCEPTION);
$db->exec('pragma busy_timeout = 5000');
"""
PAY = """<?php
require 'vendor/autoload.php';
require 'config.php';
[$order, $back] = ['17', 'https://shop.example/return'];
set_error_handler(function (int $level, string $text) { throw new ErrorException($text); });
{block}
if (!isset($lost)) { exit('nothing was lost'); }
$columns = 'number, order_id, attempt, gateway, amount, currency, request, sent_at, payment_id';
$values = [$request['order_number'], $order, $attempt, 'rbs', '100.00', 'RUB'];
$db->prepare("insert into attempts ($columns) values (?, ?, ?, ?, ?, ?, ?, ?, ?)")
    ->execute(array_merge($values, [json_encode($request), $sentAt, $payment->id]));
echo json_encode(['page' => $payment->action->url]);
"""


def blocks(page: str) -> list[str]:
    path = ROOT / page
    text = path.read_text() if path.exists() else ""
    return re.findall(r"^```php\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def run(command: list[str], folder: Path) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=folder)
    if done.returncode != 0:
        raise SystemExit(f"{command}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def whole(code: str) -> str:
    """A piece as a file. Methods stand in a class of their own."""
    if code.startswith("<?php"):
        return code
    if re.match(r"(public|private|protected) ", code):
        return f"<?php\nclass Piece\n{{\n{textwrap.indent(code, '    ')}}}\n"
    return f"<?php\n{code}"


def parsed(code: str, page: str, places: Places) -> None:
    command = [*places.php, "-l"]
    done = subprocess.run(command, input=whole(code), capture_output=True, text=True, timeout=20)
    if done.returncode != 0:
        raise SystemExit(f"{page}: {done.stdout}{done.stderr}\n{code}")


def shown(code: str, page: str) -> None:
    """An excerpt stands in its file, word for word."""
    for file in PLATFORMS.glob("*.php"):
        lines = [line.strip() for line in file.read_text().splitlines()]
        if "\n".join(line.strip() for line in code.splitlines()) in "\n".join(lines):
            return
    raise SystemExit(f"{page}: it is in no file of {PLATFORMS}:\n{code}")


def program(code: str, places: Places) -> str:
    """Runs a piece as a program, and gives what it prints."""
    instead = {
        "https://dev.bpsprocessing.ru/payment": f"{places.origin}/payment",
        "https://api.intellectmoney.ru": f"{places.origin}/intellectmoney",
        "require 'vendor/autoload.php';\n": "",
    }
    code = whole(code).removeprefix("<?php\n")
    for text, place in instead.items():
        code = code.replace(text, place)
    head = f"<?php\nrequire '{PSR_LOG}';\nrequire '{AUTOLOAD}';\n"
    if "$logger" in code:
        settings = json.dumps(places.merchant())
        order = "'order_number' => 'P-3', 'amount' => '1.00', 'currency' => 'RUB'"
        request = f"[{order}, 'return_url' => 'https://shop.example/']"
        head += f"{LOGGER}$settings = json_decode('{settings}', true);\n$request = {request};\n"
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "piece.php").write_text(head + code)
        return run([*places.php, "piece.php"], Path(folder))


def guide(pay: str, notify: str, places: Places) -> None:
    """The pages of docs/php.md: a payment whose answer is lost, paid, and notified."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "vendor").mkdir()
        (folder / "vendor/autoload.php").write_text(f"<?php require '{AUTOLOAD}';")
        (folder / "config.php").write_text(CONFIG)
        (folder / "notify.php").write_text(notify)
        with contextlib.closing(sqlite3.connect(folder / "shop.db")) as rows:
            rows.executescript((ROOT / "examples/orders.sql").read_text())
            rows.execute("insert into orders (id, amount, currency) values ('17', '100.00', 'RUB')")
            rows.commit()
            with served(places, folder, None, places.merchant()) as origin:
                back = f"'notification_url' => '{origin}/notify.php', 'return_url'"
                code = PAY.replace("{block}", pay)
                (folder / "pay.php").write_text(code.replace("'return_url'", back))
                places.lose_an_answer()
                url = page(f"{origin}/pay.php")["page"]
                same(get(f"{origin}/notify.php?mdOrder=1&orderNumber=17-2&checksum=00")[0], 403)
                forged = f"{origin}/notify.php?mdOrder=1&orderNumber=17-2&checksum=00"
                # The database is away: no answer may look like 200.
                (folder / "config.php").write_text("<?php throw new PDOException('away');")
                same(get(forged)[0], 500)
                (folder / "config.php").write_text(CONFIG)
                pay_on_page(url)
                query = "select state from orders"
                until(lambda: rows.execute(query).fetchone() == ("paid",))
                same(rows.execute("select count(*) from applied_states").fetchone(), (1,))


def sketch(name: str, route: str, places: Places, before: str) -> None:
    """A platform: pages that are shown again, a sum that changes, odd notifications. What
    came before its money is one of BEFORE or AWAY."""
    own, notify = SKETCHES[name]
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        shutil.copytree(PLATFORMS, folder / "platforms")
        for place in ("platforms/vendor", "system/library/kopeck", "site/local/vendor"):
            (folder / place).mkdir(parents=True)
            (folder / place / "autoload.php").write_text(f"<?php require_once '{AUTOLOAD}';")
        shop = f"<?php require_once '{folder}/platforms/shop.php';"
        (folder / "system/library/kopeck/shop.php").write_text(shop)
        (folder / "site/local/shop.php").write_text(shop)
        (folder / "site/bitrix/modules/main/include").mkdir(parents=True)
        (folder / "site/bitrix/modules/main/include/prolog_before.php").write_text("\n")
        (folder / "wp/content").mkdir(parents=True)
        (folder / "kopeck-settings.php").write_text("<?php return fake_settings();")
        (folder / "routes.php").write_text(f"<?php\n{route}")
        settings = {**places.merchant(), "callback_own_parameters": own}
        with served(places, folder, FAKES / f"{name}.php", settings) as origin:
            places.password(settings, "another")
            same('"http' in get(f"{origin}/")[1], False)
            places.password(settings, settings["password"])
            places.lose_an_answer()
            first = page(f"{origin}/")["page"]
            same(page(f"{origin}/")["page"], first)
            sql(origin, "update orders set total = '120.5'")
            second = page(f"{origin}/")["page"]
            # Nobody saw the page of the first.
            refused, lost, old, new = page(f"{origin}/state")["attempts"]
            same((lost["url"], old["url"], new["url"]), (None, first, second))
            # Nothing is there of the first; the second has an id: its news find the row.
            same(
                [(row["done"], row["payment_id"] is None) for row in (refused, lost)],
                [("1", True), ("1", False)],
            )
            closed = places.ask(f"/sandbox/orders/{old['payment_id']}")
            same(closed["status"], 6)
            forged = f"mdOrder={new['payment_id']}&orderNumber=17-4&operation=deposited&status=1"
            same(get(f"{origin}{notify}{forged}&checksum=00")[0], 403)
            same(page(f"{origin}/state")["status"], "open")
            # A card that was stored names no attempt of ours; there is nothing to try again.
            card = {"bindingId": "1", "mdOrder": "1", "operation": "bindingCreated", "status": "1"}
            text = "".join(f"{key};{value};" for key, value in sorted(card.items()))
            seal = hmac.new(settings["callback_key"].encode(), text.encode(), "sha256").hexdigest()
            signed = urlencode({**card, "checksum": seal.upper()})
            same(get(f"{origin}{notify}{signed}")[0], 200)
            again = {"do": "redeliver", "operation": "deposited", "times": 1}
            act = f"/sandbox/orders/{new['payment_id']}/act"
            away, back = AWAY.get(before, (None, None))
            sql(origin, BEFORE.get(before, away))
            pay_on_page(second)
            if away is not None:
                same({sent["result"] for sent in places.ask(act, again)["sent"]}, {"HTTP 503"})
                sql(origin, back)
                places.ask(act, again)
            wanted = "on-hold" if BEFORE.get(before) else "paid"
            until(lambda: page(f"{origin}/state")["status"] == wanted)
            same({sent["result"] for sent in places.ask(act, again)["sent"]}, {"HTTP 200"})
            sql(origin, "alter table kopeck_attempts rename to away")
            same({sent["result"] for sent in places.ask(act, again)["sent"]}, {"HTTP 503"})
            sql(origin, "alter table away rename to kopeck_attempts")
            same(page(f"{origin}/state")["applied"], "1")
            same("This order is paid already." in get(f"{origin}/")[1], True)
            if name in ("woocommerce", "opencart"):
                # A crash came right after it: what waits for a person waits on.
                sql(origin, "update kopeck_attempts set state = null, status = null")
                places.ask(act, again)
                same(page(f"{origin}/state")["status"], wanted)
            if name == "woocommerce" and wanted == "paid":
                # The buyer comes back, twice, and something else is registered than was stored.
                change = "request = replace(request, '120.50', '99.00'), done = 0"
                sql(origin, f"update kopeck_attempts set {change}")
                # One that cannot be asked for keeps nobody from asking for the next.
                columns = "rowid, number, order_id, attempt, request, sent_at, payment_id"
                request = '{"amount": "1.00", "currency": "RUB"}'
                odd = f"0, '0', '17', 0, '{request}', '', 'none'"
                sql(origin, f"insert into kopeck_attempts ({columns}) values ({odd})")
                page(f"{origin}/return")
                page(f"{origin}/return")
                state = page(f"{origin}/state")
                same((state["status"], state["applied"]), ("on-hold", "2"))


def asked(places: Places) -> None:
    """A question with another sum is answered no, and brings no order before a person."""
    with tempfile.TemporaryDirectory() as name:
        shutil.copytree(PLATFORMS, Path(name) / "platforms")
        command = [*places.php, str(FAKES / "asked.php"), name, str(AUTOLOAD)]
        told = "This order cannot be paid\nTry again later\nattention: payment 171 is disputed\n"
        # The state of a payment cannot be asked there, so nothing is ever answered yes.
        same(run(command, Path(name)), told)


def check(origin: str, extension: Path) -> int:
    """All of it; how many pieces and sketches passed."""
    places, count = Places(origin, extension), 0
    for name, expected in PAGES.items():
        found = blocks(name)
        if expected not in (None, len(found)):
            raise SystemExit(f"{name}: {len(found)} pieces of PHP")
        for code in found:
            parsed(code, name, places)
            if name == "docs/php-platforms.md":
                if "Route::" not in code:
                    shown(code, name)
            elif not any(mark in code for mark in PARTS):
                said = program(code, places)
                wanted = [prints for mark, prints in PRINTS.items() if mark in code]
                if not wanted or wanted[0].replace("{origin}", origin) not in said:
                    raise SystemExit(f"{name}: the PHP printed {said!r}\n{code}")
            count += 1
    pieces = blocks("docs/php.md")
    guide(pieces[1], pieces[2], places)
    asked(places)
    route = blocks("docs/php-platforms.md")[-1]
    for name in SKETCHES:
        for before in [*BEFORE, *AWAY]:
            if before == "it fails" and name != "woocommerce":
                continue  # the others throw by themselves
            sketch(name, route, places, before)
            count += 1
    return count
