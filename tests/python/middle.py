"""A line between a program and the sandbox. At the exchange that a test names the program is killed
in it: before the request is delivered, or once it was carried out and before it was answered."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal
from urllib.parse import urlsplit

When = Literal["before", "after"]


class Middle:
    """Counts what goes through, and kills `victim` at the exchange number `at`, from 1."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.count = 0
        self.at, self.when = 0, "before"
        self.victim: subprocess.Popen[str] | None = None
        self.lock = threading.Lock()
        middle = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                struck = middle.struck()
                if struck and middle.when == "before":
                    return middle.kill()
                status, headers, text = middle.forward(self.command, self.path, self.headers, body)
                if struck:
                    return middle.kill()
                self.send_response(status)
                for name, value in headers:
                    self.send_header(name, value)
                self.send_header("content-length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)
                return None

            do_POST = do_GET  # noqa: N815

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def through(self, url: str) -> str:
        """The same address by way of this line."""
        return url.replace(self.origin, self.url)

    def arm(self, at: int, when: When) -> None:
        self.count, self.at, self.when = 0, at, when

    def struck(self) -> bool:
        with self.lock:
            self.count += 1
            return self.count == self.at

    def kill(self) -> None:
        assert self.victim is not None
        os.kill(self.victim.pid, signal.SIGKILL)

    def forward(
        self, method: str, path: str, headers: Any, body: bytes
    ) -> tuple[int, list[tuple[str, str]], bytes]:
        parts = urlsplit(self.origin)
        assert parts.hostname is not None
        line = http.client.HTTPConnection(parts.hostname, parts.port, timeout=20)
        own = ("host", "connection", "content-length", "transfer-encoding")
        try:
            kept = {name: value for name, value in headers.items() if name.lower() not in own}
            line.request(method, path, body or None, kept)
            answer = line.getresponse()
            told = [pair for pair in answer.getheaders() if pair[0].lower() not in own]
            # A gateway's page stands where its client knows the gateway.
            text = answer.read().replace(self.origin.encode(), self.url.encode())
            return answer.status, told, text
        finally:
            line.close()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
