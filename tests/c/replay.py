#!/usr/bin/env python3
"""Replays the vectors through the C library: the same requests, the same answers, byte for byte.

    tests/c/replay.py --library target/release/libkopeck.so --sandbox target/debug/kopeck-sandbox \
        [--vectors tests/vectors/rbs ...] [NAME ...]
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

from toolbox import HERE, compile_program, sandbox, stage

sys.path.append(str(HERE.parent))

from replaying import prove_differences, replay, vectors


def caller(program, folder):
    def call(settings, operation, fields):
        files = []
        for name, content in (("settings", settings), ("fields", fields)):
            files.append(folder / f"{name}.json")
            files[-1].write_text(content, encoding="utf-8")
        done = subprocess.run(
            [program, files[0], operation, files[1]], capture_output=True, timeout=60
        )
        lines = done.stdout.decode("utf-8").splitlines()
        if done.returncode or len(lines) != 2:
            return None, json.dumps({"replay": done.stderr.decode("utf-8", "replace")})
        return lines

    return call


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--library", type=pathlib.Path, required=True)
    parser.add_argument("--sandbox", type=pathlib.Path, required=True)
    parser.add_argument("--vectors", type=pathlib.Path, action="append", help="default: all")
    parser.add_argument("names", nargs="*", metavar="NAME")
    given = parser.parse_args()
    folders, paths = vectors(given.vectors, given.names)
    prove_differences()
    failed = 0
    with tempfile.TemporaryDirectory(prefix="kopeck-replay-") as name:
        folder = pathlib.Path(name)
        libraries = stage(given.library, folder / "lib")
        program = compile_program([HERE / "replay.c"], libraries, folder / "replay")
        call = caller(program, folder)
        replays = [word for folder in folders for word in ("--replay", folder)]
        with sandbox(given.sandbox, *replays) as url:
            for path in paths:
                found = replay(path, url, "c", call)
                failed += bool(found)
                print(f"  {path.stem} ... {'FAILED' if found else 'ok'}", flush=True)
                for difference in found:
                    print(f"    {difference}", flush=True)
    print(f"{len(paths) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
