"""What run.py and replay.py share: a staged library, compiled programs, a running sandbox."""

import contextlib
import pathlib
import shutil
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
STRICT = ["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-g"]


def stage(library, folder):
    """Lays the library out as an installation does: its SONAME, and the link for -lkopeck."""
    folder.mkdir(parents=True)
    dump = subprocess.run(
        ["objdump", "-p", library], check=True, capture_output=True, text=True
    ).stdout
    soname = next(line.split()[1] for line in dump.splitlines() if "SONAME" in line)
    shutil.copy(library, folder / soname)
    (folder / "libkopeck.so").symlink_to(soname)
    return folder


def compile_program(sources, libraries, target, flags=()):
    """Compiles one program; the library is found at run time without help."""
    command = ["cc", *STRICT, *flags, "-I", ROOT / "include", *sources, "-o", target]
    command += ["-L", libraries, "-lkopeck", f"-Wl,-rpath,{libraries}", "-lpthread"]
    subprocess.run([str(part) for part in command], check=True)
    return target


@contextlib.contextmanager
def sandbox(binary, *options):
    """Runs a sandbox and gives its URL; it ends when its standard input does."""
    command = [binary, "--listen", "127.0.0.1:0", "--until-stdin-closes", *options]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        line = process.stdout.readline()
        if not line.startswith("listening on "):
            raise SystemExit(f"{binary} did not start: {line!r}")
        yield line.split()[-1]
    finally:
        process.stdin.close()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
