#!/usr/bin/env python3
"""Replays the vectors through the C library: the same requests, the same answers, byte for byte.

    tests/c/replay.py --library target/release/libkopeck.so --sandbox target/debug/kopeck-sandbox \
        [--vectors tests/vectors/rbs ...] [NAME ...]
"""

import argparse
import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile
import urllib.request

from toolbox import HERE, ROOT, compile_program, sandbox, stage

SESSION = "c"
# Where every vector's gateway stands: its root, and methods beside it.
GATEWAY = "http://127.0.0.1:9"


def ask(url, method="GET"):
    with urllib.request.urlopen(urllib.request.Request(url, method=method), timeout=10) as reply:
        return json.load(reply)


class Number(str):
    """A number with a fraction or an exponent, as it was written."""


def read(text):
    return json.loads(text, parse_float=Number)


def exact(value):
    """JSON text: it tells 1 from true and 1.0, and 1.50 from 1.5."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{exact(name)}:{exact(part)}" for name, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(exact, value)) + "]"
    return str(value) if isinstance(value, Number) else json.dumps(value, ensure_ascii=False)


def called(settings):
    """Where these settings lead; a gateway's name its base_url."""
    places = [] if "service" in settings else [settings["base_url"]]
    oauth = settings.get("oauth", {})
    names = [(settings, "webhook_url"), (oauth, "client_endpoint"), (oauth, "server_endpoint")]
    return places + [given[name] for given, name in names if name in given]


def settings_for(vector, root):
    """The vector's settings, led to the sandbox and told what time it is."""
    settings = read(exact(vector["settings"]).replace(GATEWAY, root))
    for place in called(settings):
        if not place.startswith(root):
            raise SystemExit(f"replay.py: {place} would call somebody else")
    if vector.get("clock"):
        settings.setdefault("clock", vector["clock"])
    return settings


def call(program, folder, settings, vector):
    files = []
    for name, content in (("settings", settings), ("fields", vector.get("fields", {}))):
        files.append(folder / f"{name}.json")
        files[-1].write_text(exact(content), encoding="utf-8")
    done = subprocess.run(
        [program, files[0], vector["operation"], files[1]], capture_output=True, timeout=60
    )
    lines = done.stdout.decode("utf-8").splitlines()
    if done.returncode or len(lines) != 2:
        return None, {"replay": done.stderr.decode("utf-8", "replace")}
    return lines[0], read(lines[1])


def differences(vector, status, answer):
    """What is not as the vector says; of an error everything counts but its wording."""
    if "reply" in vector:
        expected, kind = vector["reply"], "OK"
    else:
        expected, kind = vector["error"], vector["error"]["kind"]
        answer = {
            name: value for name, value in answer.items() if value is not None and name != "message"
        }
    if status != kind:
        return [f"status: expected {kind}, got {status}: {exact(answer)}"]
    found = []
    for name in dict.fromkeys([*expected, *answer]):
        wanted, got = (
            exact(fields[name]) if name in fields else "nothing" for fields in (expected, answer)
        )
        if wanted != got:
            found.append(f"{name}: expected {wanted}, got {got}")
    if not found and exact(expected) != exact(answer):
        found.append(f"order: expected {', '.join(expected)}, got {', '.join(answer)}")
    return found


def prove_differences():
    """Near misses are told apart, or this whole test says nothing."""
    values = ["1", "true", "1.0", '"1"', "1.50", "1.5", "1e2", "1E2", "null", "[]", "{}"]
    for one in values:
        for other in values:
            vector, answer = {"reply": read(f'{{"a":{one}}}')}, read(f'{{"a":{other}}}')
            if bool(differences(vector, "OK", answer)) != (one != other):
                raise SystemExit(f"replay.py: {one} and {other} are not told apart")
    error = {"kind": "NotDone", "reason": "timeout"}
    whole = {**error, "message": "any", "code": None}
    for answer, same in [(whole, True), ({**whole, "code": "7"}, False), ({}, False)]:
        if bool(differences({"error": error}, "NotDone", answer)) == same:
            raise SystemExit(f"replay.py: {answer} is taken wrongly for {error}")


def prefix(origin):
    """How the order numbers of a portal at that place begin."""
    host = origin.split("://")[1].split("/")[0]
    return f"b24-{hashlib.sha256(host.encode()).hexdigest()[:6]}-"


def replay(path, program, folder, url):
    vector = read(path.read_text(encoding="utf-8"))
    root = f"{url}/replay/{path.stem}@{SESSION}"
    ask(f"{root}/reset", "POST")
    status, answer = call(program, folder, settings_for(vector, root), vector)
    told = exact(answer).replace(root, GATEWAY).replace(prefix(url), prefix(GATEWAY))
    found = differences(vector, status, read(told))
    result = ask(f"{root}/result")
    if result["position"] != result["expected"]:
        found.append(f"{result['position']} of {result['expected']} exchanges were made")
    return found + result["differences"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--library", type=pathlib.Path, required=True)
    parser.add_argument("--sandbox", type=pathlib.Path, required=True)
    parser.add_argument("--vectors", type=pathlib.Path, action="append", help="default: all")
    parser.add_argument("names", nargs="*", metavar="NAME")
    given = parser.parse_args()
    folders = given.vectors or sorted(
        folder for folder in (ROOT / "tests/vectors").iterdir() if folder.is_dir()
    )
    paths = sorted(path for folder in folders for path in folder.glob("*.json"))
    paths = [path for path in paths if not given.names or path.stem in given.names]
    if not paths:
        parser.error(f"no such vectors in {folders}")
    prove_differences()
    failed = 0
    with tempfile.TemporaryDirectory(prefix="kopeck-replay-") as name:
        folder = pathlib.Path(name)
        libraries = stage(given.library, folder / "lib")
        program = compile_program([HERE / "replay.c"], libraries, folder / "replay")
        replays = [word for folder in folders for word in ("--replay", folder)]
        with sandbox(given.sandbox, *replays) as url:
            for path in paths:
                found = replay(path, program, folder, url)
                failed += bool(found)
                print(f"  {path.stem} ... {'FAILED' if found else 'ok'}", flush=True)
                for difference in found:
                    print(f"    {difference}", flush=True)
    print(f"{len(paths) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
