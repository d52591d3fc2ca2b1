#!/usr/bin/env python3
"""Replays the vectors through the C library: the same requests, the same answers, byte for byte.

    tests/c/replay.py --library target/release/libkopeck.so --sandbox target/debug/kopeck-sandbox \
        [--vectors tests/vectors/rbs] [NAME ...]
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request

from toolbox import HERE, ROOT, compile_program, sandbox, stage

SESSION = "c"


def ask(url, method="GET"):
    with urllib.request.urlopen(urllib.request.Request(url, method=method), timeout=10) as reply:
        return json.load(reply)


def settings_for(vector, label, url):
    """The vector's settings, led to the sandbox and told what time it is."""
    settings = dict(vector["settings"])
    if "base_url" in settings:
        path = urllib.parse.urlsplit(settings["base_url"]).path
        settings["base_url"] = f"{url}/replay/{label}{path}"
    if vector.get("clock"):
        settings.setdefault("clock", vector["clock"])
    return settings


def call(program, folder, settings, vector):
    files = []
    for name, content in (("settings", settings), ("fields", vector.get("fields", {}))):
        files.append(folder / f"{name}.json")
        files[-1].write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    done = subprocess.run(
        [program, files[0], vector["operation"], files[1]], capture_output=True, timeout=60
    )
    lines = done.stdout.decode("utf-8").splitlines()
    if done.returncode or len(lines) != 2:
        return None, {"replay": done.stderr.decode("utf-8", "replace")}
    return lines[0], json.loads(lines[1])


def differences(vector, status, answer):
    """What is not as the vector says; of an error only the fields that the vector names."""
    if "reply" in vector:
        expected, kind = vector["reply"], "OK"
    else:
        expected, kind = vector["error"], vector["error"].get("kind", status)
        answer = {name: value for name, value in answer.items() if name in expected}
    if status != kind:
        return [f"status: expected {kind}, got {status}: {json.dumps(answer, ensure_ascii=False)}"]
    return [
        f"{name}: expected {json.dumps(expected.get(name), ensure_ascii=False)}, "
        f"got {json.dumps(answer.get(name), ensure_ascii=False)}"
        for name in sorted({*expected, *answer})
        if (name in expected, expected.get(name)) != (name in answer, answer.get(name))
    ]


def replay(path, program, folder, url):
    vector = json.loads(path.read_text(encoding="utf-8"))
    label = f"{path.stem}@{SESSION}"
    ask(f"{url}/replay/{label}/reset", "POST")
    status, answer = call(program, folder, settings_for(vector, label, url), vector)
    found = differences(vector, status, answer)
    result = ask(f"{url}/replay/{label}/result")
    if result["position"] != result["expected"]:
        found.append(f"{result['position']} of {result['expected']} exchanges were made")
    return found + result["differences"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--library", type=pathlib.Path, required=True)
    parser.add_argument("--sandbox", type=pathlib.Path, required=True)
    parser.add_argument("--vectors", type=pathlib.Path, default=ROOT / "tests/vectors/rbs")
    parser.add_argument("names", nargs="*", metavar="NAME")
    given = parser.parse_args()
    paths = sorted(given.vectors.glob("*.json"))
    paths = [path for path in paths if not given.names or path.stem in given.names]
    if not paths:
        parser.error(f"no such vectors in {given.vectors}")
    failed = 0
    with tempfile.TemporaryDirectory(prefix="kopeck-replay-") as name:
        folder = pathlib.Path(name)
        libraries = stage(given.library, folder / "lib")
        program = compile_program([HERE / "replay.c"], libraries, folder / "replay")
        with sandbox(given.sandbox, "--replay", given.vectors) as url:
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
