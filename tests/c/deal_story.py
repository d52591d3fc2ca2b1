"""The deal that deal.py plays: a portal, a gateway, and the program between them."""

import collections
import itertools
import json
import subprocess
import threading
import urllib.parse
import urllib.request

from declared import EXAMPLEPAY
from relay import Relay, ask

from shop import forge, free_port, raw

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

    def pay_another(self):
        """An order that is not the program's, at the same merchant."""
        fields = {"userName": self.settings["user_name"], "password": self.settings["password"]}
        fields.update(orderNumber=f"another-{next(COUNT)}", amount=150000)
        fields.update(returnUrl="https://shop.example/back", currency=643)
        body = urllib.parse.urlencode(fields).encode()
        with urllib.request.urlopen(f"{self.url}/payment/rest/register.do", body) as reply:
            number = json.load(reply)["orderId"]
        ask(f"{self.url}/sandbox/orders/{number}/act", {"do": "pay"})

    def orders(self):
        orders = ask(f"{self.url}/sandbox/orders")["orders"]
        own = [one for one in orders if one["merchant"] == self.settings["user_name"]]
        return ["paid" if one["status"] == 2 else str(one["status"]) for one in own]


class Story:
    """A deal and the program, which keeps its file and its port through restarts."""

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

    def kill(self):
        """It may ask something before this side knows of it."""
        self.started.wait(PATIENCE)
        self.running.kill()

    def run(self, buyer=None, *more):
        """Its exit status; negative where it was killed. The buyer comes once the page is known."""
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        self.started, self.relay.kill = threading.Event(), self.kill
        with subprocess.Popen([*self.command(), *more], **streams, text=True) as run:
            self.running = run
            self.started.set()
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

    def won(self):
        return self.seen()["deals"][0]["stageId"] == "WON"

    def change(self, **fields):
        """What a person does to the deal."""
        portal = f"{self.url}/sandbox/bitrix24/portals/{self.portal['name']}"
        ask(f"{portal}/deals/{self.deal}", fields)

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
        """One payment, one item that stands for it, one word of it on the timeline."""
        seen, states = self.seen(), collections.Counter(self.gateway.orders())
        items = [one for one in seen["items"].get(str(TYPE), []) if one["parentId2"] == self.deal]
        stages = sorted(one["stageId"].rpartition(":")[2] for one in items)
        marks = [
            one["COMMENT"].partition("[kopeck:")[2].partition("]")[0] for one in seen["comments"]
        ]
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
