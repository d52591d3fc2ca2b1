"""A real web server of PHP's: nginx before PHP-FPM, in a folder of its own, gone at the end."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from sandbox import ROOT, request

EXTENSION = Path(os.environ.get("KOPECK_PHP_EXTENSION", ROOT / "build/php/kopeck.so"))
LIBRARY = ROOT / "bindings/php/library"
Self = TypeVar("Self", bound="Fpm")

FPM = """
[global]
error_log = {folder}/fpm.log
log_level = notice
daemonize = no
{globals}
[www]
{user}
listen = {folder}/fpm.sock
listen.backlog = 1024
pm = static
pm.max_children = {workers}
pm.status_path = /fpm-status
ping.path = /fpm-ping
catch_workers_output = yes
decorate_workers_output = no
clear_env = no
slowlog = {folder}/slow.log
php_admin_value[error_log] = {folder}/php.log
php_admin_flag[log_errors] = on
{pool}
"""

NGINX = """
{user}
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
events {{ worker_connections 2048; }}
http {{
  access_log off;
  default_type text/html;
  client_body_temp_path {folder}/nginx-body;
  fastcgi_temp_path {folder}/nginx-fastcgi;
  proxy_temp_path {folder}/nginx-proxy;
  scgi_temp_path {folder}/nginx-scgi;
  uwsgi_temp_path {folder}/nginx-uwsgi;
  fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
  fastcgi_param SCRIPT_NAME $fastcgi_script_name;
  fastcgi_param REQUEST_URI $request_uri;
  fastcgi_param DOCUMENT_ROOT $document_root;
  fastcgi_param DOCUMENT_URI $document_uri;
  fastcgi_param SERVER_PROTOCOL $server_protocol;
  fastcgi_param SERVER_NAME $server_name;
  fastcgi_param SERVER_ADDR $server_addr;
  fastcgi_param SERVER_PORT $server_port;
  fastcgi_param REMOTE_ADDR $remote_addr;
  fastcgi_param REMOTE_PORT $remote_port;
  fastcgi_param REQUEST_METHOD $request_method;
  fastcgi_param QUERY_STRING $query_string;
  fastcgi_param CONTENT_TYPE $content_type;
  fastcgi_param CONTENT_LENGTH $content_length;
  fastcgi_param GATEWAY_INTERFACE CGI/1.1;
  fastcgi_param REDIRECT_STATUS 200;
  fastcgi_read_timeout {read_timeout};
  server {{
    listen 127.0.0.1:{port} backlog=1024;
    server_name localhost;
    root {root};
    index index.php;
    location ~ ^/fpm-(status|ping)$ {{ fastcgi_pass unix:{folder}/fpm.sock; }}
    location ~ [.]php$ {{ try_files $uri =404; fastcgi_pass unix:{folder}/fpm.sock; }}
  }}
}}
"""


def program(*names: str) -> str:
    """A server by its name, where Debian puts it too."""
    path = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin"))
    for name in names:
        found = shutil.which(name, path=path)
        if found is not None:
            return found
    raise FileNotFoundError(f"none of {', '.join(names)} is installed: sh tests/setup.sh all")


def fpm() -> str:
    """PHP-FPM of the version that `php` is; Debian puts that into its name."""
    version = "echo PHP_MAJOR_VERSION, '.', PHP_MINOR_VERSION;"
    asked = subprocess.run(["php", "-n", "-r", version], check=True, capture_output=True, text=True)
    return program(f"php-fpm{asked.stdout}", "php-fpm")


def until(done: Callable[[], Any], what: str, seconds: float = 10) -> Any:
    """Waits until `done` gives something, and gives that."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = done()
        if found:
            return found
        time.sleep(0.01)
    raise AssertionError(f"not within {seconds} s: {what}")


def lines(directives: Mapping[str, object] | None) -> str:
    return "\n".join(f"{name} = {value}" for name, value in (directives or {}).items())


class Fpm:
    """PHP-FPM with the extension and so many workers, and nginx before it.

    `root` is the site; without one it is an empty folder that `page` fills. `globals` and `pool`
    are directives of PHP-FPM's file, `ini` settings of PHP for master and workers, `env` what the
    shop's own configuration reads.
    """

    def __init__(
        self,
        workers: int = 1,
        root: Path | None = None,
        *,
        globals: Mapping[str, object] | None = None,
        pool: Mapping[str, object] | None = None,
        ini: Mapping[str, object] | None = None,
        env: Mapping[str, str] | None = None,
        read_timeout: str = "60s",
    ) -> None:
        # Not pytest's folder: the path of a socket has at most 107 bytes.
        self.folder = Path(tempfile.mkdtemp(prefix="kopeck-fpm-"))
        self.root = root or self.folder / "pages"
        self.root.mkdir(exist_ok=True)
        self.count, self.env = workers, dict(env or {})
        self._ini = dict(ini or {})
        # Bound here and handed to nginx: nobody else can take the port in between.
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self.origin = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._processes: list[subprocess.Popen[bytes]] = []
        words = {
            "folder": self.folder,
            "root": self.root,
            "workers": workers,
            "port": self._socket.getsockname()[1],
            "read_timeout": read_timeout,
            "globals": lines(globals),
            "pool": lines(pool),
        }
        root_user = os.geteuid() == 0
        self._write("fpm.conf", FPM, user="user = root\ngroup = root" if root_user else "", **words)
        self._write("nginx.conf", NGINX, user="user root;" if root_user else "", **words)

    def _write(self, name: str, text: str, **words: object) -> None:
        (self.folder / name).write_text(text.format(**words))

    def __enter__(self: Self) -> Self:
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _start(self) -> None:
        if not EXTENSION.exists():
            raise FileNotFoundError(f"{EXTENSION} is missing: make php-extension")
        ini = {"extension": EXTENSION, **self._ini}
        command = [fpm(), "-y", str(self.folder / "fpm.conf")]
        command += ["-F", *(["-R"] if os.geteuid() == 0 else [])]
        for name, value in ini.items():
            command += ["-d", f"{name}={value}"]
        self.master = self._run("fpm.out", command, self.env)
        config = str(self.folder / "nginx.conf")
        nginx = [program("nginx"), "-p", str(self.folder), "-e", str(self.folder / "nginx.log")]
        port = self._socket.fileno()
        self._run("nginx.out", [*nginx, "-c", config], {"NGINX": f"{port};"}, port)
        until(self._stands, "the site answers, and has its workers")

    def _run(
        self, out: str, command: list[str], env: Mapping[str, str], *sockets: int
    ) -> subprocess.Popen[bytes]:
        with (self.folder / out).open("wb") as log:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, **env},
                pass_fds=sockets,
                start_new_session=True,
            )
        self._processes.append(process)
        return process

    def _answers(self) -> bool:
        for process in self._processes:
            assert process.poll() is None, self.logs()
        if not (self.folder / "fpm.sock").exists():
            return False
        try:
            return request("GET", f"{self.origin}/fpm-ping")[2] == "pong"
        except OSError:
            return False

    def _stands(self) -> bool:
        return self._answers() and len(self.workers()) == self.count

    def stop(self) -> None:
        """Ends both servers with all their children, and takes the folder away."""
        for process in self._processes:
            if process.poll() is None:
                process.terminate()
        for process in self._processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0.5)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)
        self._socket.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def page(self, name: str, php: str) -> str:
        """Puts a page into the site and gives its address. PHP keeps a compiled page for seconds:
        give each its own name."""
        start = f"<?php declare(strict_types=1);\nrequire_once '{LIBRARY}/autoload.php';\n"
        (self.root / name).write_text(start + php)
        return f"{self.origin}/{name}"

    def get(self, path: str) -> tuple[int, dict[str, str], str]:
        return request("GET", f"{self.origin}/{path}")

    def workers(self) -> list[int]:
        """The processes that run pages now."""
        pid = self.master.pid
        children = Path(f"/proc/{pid}/task/{pid}/children")
        return [int(child) for child in children.read_text().split()] if children.exists() else []

    def serving(self, path: str) -> list[int]:
        """The workers that run this page now; needs one that is free."""
        told = json.loads(self.get("fpm-status?full&json")[2])
        alive = self.workers()  # the table keeps the dead ones for a moment
        busy = [one for one in told["processes"] if one["state"] != "Idle" and one["pid"] in alive]
        return [one["pid"] for one in busy if urlsplit(one["request uri"]).path == f"/{path}"]

    def kill(self, pid: int, with_signal: int = signal.SIGKILL) -> bool:
        """A signal for a worker of this server, and for nobody else; False where it is gone."""
        alive = pid in self.workers()
        if alive:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, with_signal)
        return alive

    def reload(self) -> None:
        """What `systemctl reload php8.2-fpm` does; over when other workers stand there."""
        before = set(self.workers())
        self.master.send_signal(signal.SIGUSR2)

        def renewed() -> bool:
            return not before & set(self.workers()) and self._stands()

        until(renewed, "the workers are new", 30)

    def logs(self) -> str:
        """Everything that the servers and PHP wrote."""
        names = ("fpm.out", "nginx.out", "fpm.log", "nginx.log", "php.log", "slow.log")
        files = [self.folder / name for name in names]
        return "".join(
            f"== {file.name}\n{file.read_text(errors='replace')}" for file in files if file.exists()
        )
