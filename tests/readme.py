"""Extracts the code of the README and runs it against a sandbox, so that what it shows is true.

python tests/readme.py SANDBOX_PROGRAM LIBRARY_FOLDER
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# The addresses shown, where they stand in the sandbox, and what is printed of a page there.
SHOWN = {
    "https://dev.bpsprocessing.ru/payment": ("/payment", "/payment/merchants/"),
    "https://api.intellectmoney.ru": ("/intellectmoney", "/intellectmoney/paylate/"),
}
ESHOP = {
    "eshop_id": "450001",
    "secret_key": "mySecret",
    "bearer_token": "0123456789abcdef0123456789abcdef",
    "sign_secret_key": "signKey",
}


def blocks(language: str) -> list[str]:
    text = (ROOT / "README.md").read_text()
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def run_python(code: str, folder: Path) -> str:
    program = folder / "readme.py"
    program.write_text(code)
    return run([sys.executable, str(program)])


def run_c(code: str, folder: Path, library: Path) -> str:
    program = folder / "readme.c"
    lines = "\n".join(f"    {line}" for line in code.splitlines())
    program.write_text(
        f'#include <stdio.h>\n#include "kopeck.h"\nint main(void) {{\n{lines}\n'
        "    return status;\n}\n"
    )
    binary = folder / "readme"
    flags = ["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror", f"-I{ROOT / 'include'}"]
    link = [f"-L{library}", "-lkopeck", f"-Wl,-rpath,{library}", "-o", str(binary)]
    run(["cc", *flags, str(program), *link])
    return run([str(binary)])


def run(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    if done.returncode != 0:
        raise SystemExit(f"{command}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


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
        shop = json.dumps(ESHOP).encode()
        urllib.request.urlopen(f"{origin}/sandbox/eshops", shop, timeout=10).close()
        shown = {"python": blocks("python"), "c": blocks("c")}
        count = 0
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            for language, found in shown.items():
                if len(found) != len(SHOWN):
                    raise SystemExit(f"README.md: {len(found)} pieces of {language} code")
                for code in found:
                    url = next((url for url in SHOWN if url in code), None)
                    if url is None:
                        raise SystemExit(f"README.md: no known address in its {language} code")
                    root, page = SHOWN[url]
                    code = code.replace(url, f"{origin}{root}")
                    if language == "python":
                        said = run_python(code, folder)
                    else:
                        said = run_c(code, folder, library)
                    if f"{origin}{page}" not in said:
                        raise SystemExit(f"README.md: the {language} code printed {said!r}")
                    count += 1
        print(f"{count} passed, 0 failed")
    finally:
        sandbox.stdin.close()
        sandbox.wait(10)


if __name__ == "__main__":
    main()
