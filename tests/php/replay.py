#!/usr/bin/env python3
"""Replays the vectors through PHP, with the answers that Rust gives: through the extension byte for
byte, and through the library as PHP's arrays and exceptions, by `call` and by typed methods.

    tests/php/replay.py --extension build/php/kopeck.so --sandbox target/release/kopeck-sandbox \
        [--vectors tests/vectors/rbs ...] [NAME ...]

Each of the three is one PHP process for all vectors, which keeps four clients only: hundreds of
others come and go, and none may answer for another.
"""

import argparse
import concurrent.futures
import contextlib
import json
import pathlib
import subprocess
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1]))
sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "c"))

from replaying import Number, exact, prove_differences, read, replay, vectors
from toolbox import sandbox

HERE = pathlib.Path(__file__).resolve().parent


class Php:
    """A PHP process that carries out calls."""

    def __init__(self, extension, door):
        options = ["display_errors=stderr", "kopeck.max_clients=4", f"extension={extension}"]
        command = ["php", *(word for option in options for word in ("-d", option))]
        command += [HERE / "replay.php", door]
        self.door = door
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
        )

    def __enter__(self):
        return self

    def __exit__(self, wrong, *_):
        if wrong:
            self.process.kill()
        self.process.communicate()
        if self.process.returncode and not wrong:
            raise SystemExit(f"replay: PHP ended with {self.process.returncode} ({self.door})")

    def call(self, settings, operation, fields):
        asked = {"settings": settings, "operation": operation, "fields": fields}
        if self.door != "extension":
            asked["fields"] = exact(as_php(read(fields), objects=True))
        with contextlib.suppress(BrokenPipeError):
            print(json.dumps(asked), file=self.process.stdin, flush=True)
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"replay: PHP died, see above ({self.door}, {operation}: {fields})")
        answer = json.loads(line)
        return answer["status"], answer["answer"]


def as_php(value, objects=False):
    """What becomes of JSON in PHP, and the only place where the replay knows: a fraction is text,
    digit for digit (a float would be another number), and so is an integer of more than 64 bits;
    an object whose names are none or 0, 1, 2... is an array like any other list. What is sent can
    say `objects`, for there a stdClass tells them apart."""
    if isinstance(value, dict):
        if not objects and list(value) == [str(place) for place in range(len(value))]:
            return [as_php(part) for part in value.values()]
        return {name: as_php(part, objects) for name, part in value.items()}
    if isinstance(value, list):
        return [as_php(part, objects) for part in value]
    big = type(value) is int and not -(2**63) <= value < 2**63
    return str(value) if big or isinstance(value, Number) else value


def library_sees(vector):
    return {
        name: as_php(part) if name in ("reply", "error") else part for name, part in vector.items()
    }


def prove_as_php():
    """What differs stays different, but for what one place says."""
    for given, expected in [
        ('{"a":1.50}', '{"a":"1.50"}'),
        ('{"a":1E2}', '{"a":"1E2"}'),
        ('{"a":9223372036854775808}', '{"a":"9223372036854775808"}'),
        ('{"a":9223372036854775807}', '{"a":9223372036854775807}'),
        ('{"a":{},"b":{"0":true,"1":null}}', '{"a":[],"b":[true,null]}'),
        ('{"a":{"1":true}}', '{"a":{"1":true}}'),
    ]:
        if exact(as_php(read(given))) != expected:
            raise SystemExit(f"replay: {given} is not {expected}")


def has_a_method(path):
    """Only common operations have one."""
    return "." not in read(path.read_text(encoding="utf-8"))["operation"]


def through(door, extension, url, paths):
    """The vectors with their differences."""
    seen = library_sees if door != "extension" else lambda vector: vector
    with Php(extension, door) as php:
        return [(path, replay(path, url, f"php-{door}", php.call, seen)) for path in paths]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--extension", type=pathlib.Path, required=True)
    parser.add_argument("--sandbox", type=pathlib.Path, required=True)
    parser.add_argument("--vectors", type=pathlib.Path, action="append", help="default: all")
    parser.add_argument("names", nargs="*", metavar="NAME")
    given = parser.parse_args()
    folders, paths = vectors(given.vectors, given.names)
    prove_differences()
    prove_as_php()
    failed = 0
    replays = [word for folder in folders for word in ("--replay", folder)]
    with sandbox(given.sandbox, *replays) as url, concurrent.futures.ThreadPoolExecutor() as pool:
        doors = {"extension": paths, "library": paths, "methods": [*filter(has_a_method, paths)]}
        extension = given.extension.resolve()
        running = {
            door: pool.submit(through, door, extension, url, its) for door, its in doors.items()
        }
        for door, done in running.items():
            for path, found in done.result():
                failed += bool(found)
                for difference in found:
                    print(f"  {path.stem} through {door}: {difference}", flush=True)
    counts = ", ".join(f"{len(its)} through the {door}" for door, its in doors.items())
    print(f"vectors replayed: {counts}; {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
