#!/usr/bin/env python3
"""Runs examples/c/deal.c against the sandbox's Bitrix24, with ExamplePay and with RBS as the gateway:
the program is killed before and in each call and started again, answers of the portal are lost, the
portal is away when the money comes, a forger and a buyer who does not pay.

tests/c/deal.py --library target/release/libkopeck.so --sandbox target/debug/kopeck-sandbox [WORD ...]

With words only the cases whose titles hold one of them are run.
"""

import argparse
import collections
import itertools
import json
import pathlib
import subprocess
import sys
import tempfile
import threading
import time

from run import SANITIZE, VALGRIND
from toolbox import ROOT, compile_program, sandbox, stage

from declared import EXAMPLEPAY
from relay import Relay, ask
from shop import ends, forge, free_port, raw

PATIENCE = 60
TYPE = 1220
PAGE = "pay at: "
WON = "the deal is won: WON"
SECRET = "-of-the-test"  # in every secret of the gateways
COUNT = itertools.count(1)


class ExamplePay:
    """A shop of its own at the gateway that a file describes."""

    def __init__(self, url, relay, port):
        self.url, name = url, f"deal-{next(COUNT)}"
        secrets = {"api_key": f"{name}-key{SECRET}", "webhook_secret": f"{name}-hook{SECRET}"}
        shop = {"id": name, "descriptor": EXAMPLEPAY.read_text(), "secrets": secrets}
        shop["notification_url"] = f"http://127.0.0.1:{port}/notify"
        ask(f"{url}/sandbox/declared/shops", shop)
        self.shop, self.port = name, port
        self.settings = {"gateway": "declared", "descriptor": "examplepay", "secrets": secrets}
        self.settings["base_url"] = f"{relay.url}/declared"

    def act(self, page, does):
        ask(f"{self.url}/sandbox/declared/orders/{page.rpartition('/')[2]}/act", {"do": does})

    def forged(self, page):
        """Whether a forged notification is refused in the gateway's words."""
        number = page.rpartition("/")[2]
        body = f"id={number}&deal_id=1&amount=1500.00&currency=RUB&status=paid&sign={'0' * 64}"
        head = "POST /notify HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        request = f"{head}Content-Length: {len(body)}\r\n\r\n{body}"
        return raw(self.port, request.encode()) == "400"

    def orders(self):
        """Their states."""
        orders = ask(f"{self.url}/sandbox/declared/orders")["orders"]
        return [one["status"] for one in orders if one["shop"] == self.shop]


class Rbs:
    """A merchant of his own at RBS."""

    def __init__(self, url, relay, port):
        self.url, self.port, name = url, port, f"deal_{next(COUNT)}"
        self.settings = {"gateway": "rbs", "user_name": name, "password": f"password{SECRET}"}
        self.settings["callback_key"] = f"key{SECRET}"
        merchant = {**self.settings, "callback_url": f"http://127.0.0.1:{port}/notify"}
        merchant.update(callback_signature="hmac", retry_pause_ms=200)
        del merchant["gateway"]
        ask(f"{url}/sandbox/merchants", merchant)
        self.settings["base_url"] = f"{relay.url}/payment"

    def act(self, page, does):
        number = page.partition("mdOrder=")[2]
        ask(f"{self.url}/sandbox/orders/{number}/act", {"do": does})

    def forged(self, page):
        return forge(self.port, page.partition("mdOrder=")[2]) == 403

    def orders(self):
        orders = ask(f"{self.url}/sandbox/orders")["orders"]
        own = [one for one in orders if one["merchant"] == self.settings["user_name"]]
        return ["paid" if one["status"] == 2 else str(one["status"]) for one in own]


class Story:
    """A deal, a portal, a gateway and the program, which keeps its file and its port through restarts."""

    def __init__(self, program, url, folder, gateway, deal=None):
        self.url, self.relay, self.port = url, Relay(url), free_port()
        self.gateway = gateway(url, self.relay, self.port)
        deal = {"title": "A sofa", "opportunity": 1500, "currencyId": "RUB", **(deal or {})}
        types = [{"title": "Payments", "entityTypeId": TYPE}]
        self.portal = ask(f"{url}/sandbox/bitrix24/portals", {"types": types, "deals": [deal]})
        self.deal = self.portal["deals"][0]["id"]
        self.store = folder / f"deals-{next(COUNT)}.txt"
        self.program, self.said, self.page, self.paid = program, [], None, False

    def command(self):
        webhook = self.portal["webhook_url"].replace(self.url, self.relay.url)
        given = {"portal": webhook, "gateway": json.dumps(self.gateway.settings)}
        given.update(deal=self.deal, type=TYPE, listen=self.port, store=self.store)
        options = [word for name, value in given.items() for word in (f"--{name}", str(value))]
        return [*map(str, self.program), *options]

    def run(self, buyer=None):
        """Its exit status; negative where it was killed. The buyer comes once the page is known."""
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        with subprocess.Popen(self.command(), **streams, text=True) as run:
            self.relay.kill = run.kill
            watchdog = threading.Timer(PATIENCE, run.kill)
            watchdog.start()
            for line in run.stdout:
                self.said.append(line.rstrip("\n"))
                if line.startswith(PAGE):
                    self.page = line.removeprefix(PAGE).strip()
                    (buyer or self.pay)()
            watchdog.cancel()
            self.relay.kill = None
        self.said.append(f"ended with {run.returncode}")
        return run.returncode

    def pay(self):
        if not self.paid:
            self.paid = True
            self.gateway.act(self.page, "pay")

    def until_it_ends(self, times=4):
        """Run again, as its author is told to, until it has nothing more to do."""
        return any(self.run() == 0 for _ in range(times))

    def seen(self):
        return ask(f"{self.url}/sandbox/bitrix24/portals/{self.portal['name']}")

    def is_won_once(self):
        """One payment, one item that stands for it, one word of it on the timeline; nothing told."""
        seen, states = self.seen(), collections.Counter(self.gateway.orders())
        items = [one for one in seen["items"].get(str(TYPE), []) if one["parentId2"] == self.deal]
        stages = sorted(one["stageId"].rpartition(":")[2] for one in items)
        marks = [one["COMMENT"].partition("[kopeck:")[2].partition("]")[0] for one in seen["comments"]]
        good = {
            "the deal is won": seen["deals"][0]["stageId"] == "WON",
            "one payment is paid": states["paid"] == 1,
            "an item for each": len(items) == states.total(),
            "one item is won": stages.count("SUCCESS") == 1,
            "the others are lost": stages.count("FAIL") == len(stages) - 1,
            "it holds the sum": all(float(one["opportunity"]) == 1500 for one in items),
            "no comment twice": len(marks) == len(set(marks)) and all(marks),
            "one tells of the money": sum(":paid:" in mark for mark in marks) == 1,
            "it says so": self.said.count(WON) >= 1,
            "no secret is told": self.tells_nothing(),
        }
        self.said += [f"WRONG: not true: {what}" for what, holds in good.items() if not holds]
        return all(good.values())

    def tells_nothing(self):
        words = "\n".join(self.said)
        secret = self.portal["webhook_url"].rstrip("/").rpartition("/")[2]
        return secret not in words and SECRET not in words

    def says(self, start):
        return any(line.startswith(start) for line in self.said)


def killed(story, place, carried_out):
    """The program dies at its n-th request: before it leaves, or once it is carried out."""
    story.relay.strike(place, carried_out, dies=True)
    first = story.run()
    return first == -9 and story.until_it_ends() and story.is_won_once()


def lost(story, method):
    """The answer to the first call of a method is lost."""
    story.relay.lose = method
    good = story.until_it_ends(2) and story.is_won_once()
    return good and story.relay.lose is None


def away(story):
    """The portal cannot be reached when the notification comes; the gateway repeats it."""

    def buyer():
        story.relay.away = True
        story.pay()
        threading.Timer(7, setattr, (story.relay, "away", False)).start()

    good = story.run(buyer) == 0 and story.is_won_once()
    confirmed = [line for line in story.said if line.startswith("confirmed: paid")]
    return good and story.says("not now: NotDone") and len(confirmed) == 2


def forger(story):
    good = []

    def buyer():
        good.append(story.gateway.forged(story.page))
        good.append(raw(story.port, b"GET /thanks HTTP/1.1\r\n\r\n") == "200")
        good.append(raw(story.port, b"\xcf /notify HTTP/1.1\r\n\r\n") == "400")
        good.append(story.seen()["deals"][0]["stageId"] == "NEW")
        story.pay()

    won = story.run(buyer) == 0 and story.is_won_once()
    return won and all(good) and story.says("not confirmed: Untrusted")


def again(story):
    """It is run once more when all is done, and the gateway notifies once more."""
    good = story.run() == 0 and story.is_won_once()
    calls = len(story.relay.paths)
    return good and story.run() == 0 and story.is_won_once() and len(story.relay.paths) > calls


def notified_while_dead(story):
    """The money comes and nobody is there to hear of it."""

    def buyer():
        story.relay.kill()
        story.pay()

    return story.run(buyer) == -9 and story.until_it_ends(1) and story.is_won_once()


def torn(story):
    """A crash in the middle of a line: what it says is not taken for whole."""
    story.relay.strike(len(story.relay.paths) + 1, False, dies=True)
    good = story.run(lambda: story.relay.kill()) == -9
    with story.store.open("a") as file:
        file.write(f'\ndeal-{story.deal}-9-00000000 order {{"order_number": "de')
    return good and story.until_it_ends(1) and story.is_won_once()


def fails(story):
    """The payment is declined for good: the deal is lost, and the program says so."""
    good = story.run(lambda: story.gateway.act(story.page, "fail")) == 1
    return good and story.says("the deal is not won: LOSE") and story.tells_nothing()


def changed(story):
    """Somebody changes the deal's sum while the buyer pays: the money is told, the deal stays."""

    def buyer():
        path = f"{story.url}/sandbox/bitrix24/portals/{story.portal['name']}/deals/{story.deal}"
        ask(path, {"opportunity": 1600})
        story.pay()

    good = story.run(buyer) == 1 and story.says("a person must look at the deal: ")
    seen = story.seen()
    told = [one for one in seen["comments"] if ":paid:" in one["COMMENT"]]
    return good and seen["deals"][0]["stageId"] == "NEW" and len(told) == 1


def refused(story, says):
    """Nothing is asked of the gateway for such a deal."""
    good = story.run() == 1 and story.says(says) and story.tells_nothing()
    return good and story.gateway.orders() == []


def cases(new):
    """Titles, and what must hold; each with a portal and a shop of its own."""
    for gateway in (ExamplePay, Rbs):
        name = gateway.__name__

        def case(title, play, gateway=gateway, name=name, **more):
            return f"{name}: {title}", lambda: new(gateway, **more), play

        yield case("all goes well", lambda story: story.run() == 0 and story.is_won_once())
        yield case("run once more when all is done", again)
        yield case("a forger, a buyer who only looks, a stranger", forger)
        yield case("the portal is away when the money comes", away)
        yield case("the money comes when nobody listens", notified_while_dead)
        yield case("killed in the middle of a line", torn)
        # What a whole run asks, and in which order.
        story = new(gateway)
        story.run()
        story.relay.close()
        paths = story.relay.paths
        for place in range(1, len(paths) + 1):
            for carried_out in (False, True):
                title = f"killed {'in' if carried_out else 'before'} call {place}, {paths[place - 1]}"
                yield case(title, lambda story, n=place, c=carried_out: killed(story, n, c))
        words = ("crm.", "create-smart-process", "register")
        for method in sorted({path for path in paths if any(word in path for word in words)}):
            title = f"the answer to {method} is lost"
            yield case(title, lambda story, method=method: lost(story, method))
    yield "the payment fails", lambda: new(ExamplePay), fails
    yield "the deal's sum is changed while the buyer pays", lambda: new(ExamplePay), changed
    closed = {"stageId": "LOSE"}
    refusal = "link_payment: Refused: "
    yield "a closed deal", lambda: new(ExamplePay, closed), lambda story: refused(story, refusal)


def played(title, make, play):
    print(f"  {title} ...", end=" ", flush=True)
    start, story = time.monotonic(), make()
    good = play(story)
    story.relay.close()
    print(f"ok {time.monotonic() - start:.1f} s" if good else "FAILED", flush=True)
    if not good:
        print("    " + "\n    ".join(story.said), flush=True)
        seen = story.seen()
        for part in ("deals", "items", "comments"):
            print(f"    {part}: {json.dumps(seen[part], ensure_ascii=False)[:3000]}", flush=True)
        print(f"    {story.gateway.orders()} {story.relay.paths}", flush=True)
    return good


def ends_early(program):
    """Used wrongly, before anything is sent. The secret of a webhook is never told."""
    gateway = json.dumps({"gateway": "rbs", "base_url": "http://127.0.0.1:9", "token": "t"})
    base = [program, "--deal", "662", "--type", TYPE, "--listen", free_port(), "--gateway"]
    webhook = "https://portal.example/rest/1/"
    return [
        ends("run bare it says its usage", [program], 2, "--portal WEBHOOK_URL"),
        ends("no JSON", [*base, "{", "--portal", webhook], 1, "expected JSON"),
        ends("an unknown gateway", [*base, '{"gateway": "x"}', "--portal", webhook], 1, "gateway"),
        ends("half a webhook", [*base, gateway, "--portal", webhook], 1, "webhook_url"),
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--library", type=pathlib.Path, required=True)
    parser.add_argument("--sandbox", type=pathlib.Path, required=True)
    parser.add_argument("words", nargs="*", metavar="WORD")
    given = parser.parse_args()
    wanted = lambda title: not given.words or any(word in title for word in given.words)  # noqa: E731
    done = []
    with tempfile.TemporaryDirectory(prefix="kopeck-deal-") as name:
        folder = pathlib.Path(name)
        libraries = stage(given.library, folder / "lib")
        source = [ROOT / "examples/c/deal.c"]
        program = compile_program(source, libraries, folder / "deal")
        careful = compile_program(source, libraries, folder / "careful", SANITIZE)
        with sandbox(given.sandbox, "--retry-pause-ms", "200") as url:

            def new(gateway, deal=None, command=(program,)):
                return Story(command, url, folder, gateway, deal)

            def whole(story):
                return story.run() == 0 and story.is_won_once()

            ways = {"under valgrind": [*VALGRIND, program], "under ASan and UBSan": [careful]}
            for title, make, play in itertools.chain(
                ((t, lambda c=c: new(Rbs, command=c), whole) for t, c in ways.items()), cases(new)
            ):
                if wanted(title):
                    done.append(played(title, make, play))
        if not given.words:
            done += ends_early(program)
    print(f"{done.count(True)} passed, {done.count(False)} failed")
    return 0 if all(done) and done else 1


if __name__ == "__main__":
    sys.exit(main())
