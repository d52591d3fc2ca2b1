#!/usr/bin/env python3
"""Runs examples/c/deal.c against the sandbox's Bitrix24, paid at ExamplePay and at RBS: the program
is killed before and in each call and started again, answers are lost, the portal is away when the
money comes, a forger, a payment that fails, a deal that changes meanwhile.

    tests/c/deal.py --library target/release/libkopeck.so \\
        --sandbox target/debug/kopeck-sandbox [WORD ...]

With words only the cases whose titles hold one of them are run.
"""

import argparse
import itertools
import json
import pathlib
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

from deal_story import TYPE, ExamplePay, Rbs, Story
from relay import ask
from run import SANITIZE, VALGRIND
from toolbox import ROOT, compile_program, sandbox, stage

from shop import ends, free_port, raw


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
    return good and story.says("not now: ") and len(confirmed) == 2


def forger(story):
    good = []

    def buyer():
        good.append(story.gateway.forged(story.page))
        good.append(raw(story.port, b"GET /thanks HTTP/1.1\r\n\r\n") == "200")
        good.append(raw(story.port, b"\xcf /notify HTTP/1.1\r\n\r\n") == "400")
        good.append(story.seen()["deals"][0]["stageId"] == "NEW")
        story.pay()

    won = story.run(buyer) == 0 and story.is_won_once()
    return won and all(good) and story.says("not the gateway's notification: ")


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


def unwanted(story):
    """The deal is closed while nobody listens: the payment is cancelled, nobody pays it."""
    good = story.run(story.kill) == -9
    story.change(stageId="LOSE")
    good = good and story.run() == 1 and story.says("the payment was cancelled")
    return good and story.says("link_payment: Refused: ") and story.gateway.orders() == ["6"]


def unheard(story):
    """No notification arrives: the program looks by itself."""
    story.port = free_port()  # the gateway knows of another
    return story.run(None, "--pause-ms", "300") == 0 and story.is_won_once()


def alone(story):
    """A second program with the same file, on another port, does not start."""
    codes = []

    def buyer():
        command = [
            str(free_port()) if word == str(story.port) else word for word in story.command()
        ]
        codes.append(subprocess.run(command, capture_output=True, timeout=20).returncode)
        codes.append(len(story.gateway.orders()))
        story.pay()

    return story.run(buyer) == 0 and story.is_won_once() and codes == [1, 1]


def stranger(story):
    """Another order of the shop is paid, and its authentic notification arrives here."""

    def buyer():
        story.gateway.pay_another()
        time.sleep(1)
        story.pay()

    return story.run(buyer) == 0 and story.says("confirmed: paid") and story.won()


def forbidden(story):
    """The portal refuses the money's news: a person looks, and run again the deal hears of it."""
    portal = f"{story.url}/sandbox/bitrix24/portals/{story.portal['name']}"
    refusal = {"method": "*", "status": 403, "error": "insufficient_scope"}
    refusal["description"] = "No"

    def buyer():
        ask(portal, {"refusals": [refusal]})
        story.pay()

    good = story.run(buyer) == 1 and story.says("a person must look at the deal: ")
    ask(portal, {"refusals": []})
    return good and story.until_it_ends(1) and story.is_won_once()


def differs(story):
    """The bank holds another sum than was stored: a person looks, and the deal stays."""
    good = story.run(story.kill) == -9
    story.store.write_text(story.store.read_text().replace('"1500.00"', '"1400.00"', 1))
    good = good and story.run() == 1 and story.says("a person must look at the payment: ")
    return good and story.seen()["deals"][0]["stageId"] == "NEW"


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


def twice(story):
    """The gateway notifies twice of everything."""
    ask(f"{story.url}/sandbox/declared/shops/{story.gateway.shop}", {"switches": {"times": 2}})
    return story.run() == 0 and story.is_won_once() and story.run() == 0 and story.is_won_once()


def gone(story):
    """The deal is deleted while the buyer pays: the item keeps the money, a person is told."""
    path = f"{story.url}/sandbox/bitrix24/portals/{story.portal['name']}/deals/{story.deal}"

    def buyer():
        urllib.request.urlopen(urllib.request.Request(path, method="DELETE"), timeout=10).close()
        story.pay()

    good = story.run(buyer) == 1 and story.says('a person must look at the deal: ["deal_missing"')
    return good and story.tells_nothing() and len(story.seen()["items"][str(TYPE)]) == 1


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
                title = (
                    f"killed {'in' if carried_out else 'before'} call {place}, {paths[place - 1]}"
                )
                yield case(title, lambda story, n=place, c=carried_out: killed(story, n, c))
        words = ("crm.", "create-smart-process", "register")
        for method in sorted({path for path in paths if any(word in path for word in words)}):
            title = f"the answer to {method} is lost"
            yield case(title, lambda story, method=method: lost(story, method))
    yield "the payment fails", lambda: new(ExamplePay), fails
    yield "the deal is deleted while the buyer pays", lambda: new(ExamplePay), gone
    yield "every notification comes twice", lambda: new(ExamplePay), twice
    yield "the deal's sum is changed while the buyer pays", lambda: new(ExamplePay), changed
    yield "no notification arrives", lambda: new(Rbs), unheard
    yield "a second program with the same file", lambda: new(ExamplePay), alone
    yield "another order's notification", lambda: new(Rbs), stranger
    yield "the portal forbids it", lambda: new(Rbs), forbidden
    yield "another sum than was stored", lambda: new(Rbs), differs
    yield "the deal is closed before its payment is paid", lambda: new(Rbs), unwanted
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
