"""What the replays of the vectors share: what goes to the sandbox, and what must come back."""

import hashlib
import json
import pathlib
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
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
            raise SystemExit(f"replay: {place} would call somebody else")
    if vector.get("clock"):
        settings.setdefault("clock", vector["clock"])
    return settings


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
                raise SystemExit(f"replay: {one} and {other} are not told apart")
    error = {"kind": "NotDone", "reason": "timeout"}
    whole = {**error, "message": "any", "code": None}
    for answer, same in [(whole, True), ({**whole, "code": "7"}, False), ({}, False)]:
        if bool(differences({"error": error}, "NotDone", answer)) == same:
            raise SystemExit(f"replay: {answer} is taken wrongly for {error}")


def prefix(origin):
    """How the order numbers of a portal at that place begin."""
    host = origin.split("://")[1].split("/")[0]
    return f"b24-{hashlib.sha256(host.encode()).hexdigest()[:6]}-"


def replay(path, url, session, call, seen=lambda vector: vector):
    """Replays one vector through `call(settings, operation, fields)`, which gives the name of the
    status and the answer as JSON text; what differed. `seen` is the vector as that language sees
    it, and session keeps replays that run at the same time apart."""
    vector = read(path.read_text(encoding="utf-8"))
    root = f"{url}/replay/{path.stem}@{session}"
    ask(f"{root}/reset", "POST")
    settings, fields = settings_for(vector, root), vector.get("fields", {})
    status, told = call(exact(settings), vector["operation"], exact(fields))
    told = told.replace(root, GATEWAY).replace(prefix(url), prefix(GATEWAY))
    found = differences(seen(vector), status, read(told))
    result = ask(f"{root}/result")
    if result["position"] != result["expected"]:
        found.append(f"{result['position']} of {result['expected']} exchanges were made")
    return found + result["differences"]


def vectors(folders, names=()):
    """The folders, by default all, and the files of the vectors in them."""
    folders = folders or sorted(
        folder for folder in (ROOT / "tests/vectors").iterdir() if folder.is_dir()
    )
    paths = sorted(path for folder in folders for path in folder.glob("*.json"))
    paths = [path for path in paths if not names or path.stem in names]
    if not paths:
        raise SystemExit(f"replay: no such vectors in {', '.join(map(str, folders))}")
    return folders, paths
