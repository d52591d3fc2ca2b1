"""A line between workers and sandbox that counts connections, whatever is spoken in them."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import Any
from urllib.parse import urlsplit

from sandbox import Sandbox


class Line:
    """`made` connections so far, `open` of them now."""

    def __init__(self, origin: str) -> None:
        parts = urlsplit(origin)
        self._target = (parts.hostname or "", parts.port or 0)
        self.origin = origin
        self._server = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.url = f"{parts.scheme}://{parts.hostname}:{self._server.getsockname()[1]}"
        self._lock = threading.Lock()
        self._ends: list[socket.socket] = []
        self.made = self.open = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def merchant(self, sandbox: Sandbox) -> dict[str, Any]:
        """Settings of a client for a merchant of its own, by way of this line."""
        settings = sandbox.merchant()
        return {**settings, "base_url": settings["base_url"].replace(self.origin, self.url)}

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._server.accept()
            except OSError:
                return
            with self._lock:
                self.made += 1
                self.open += 1
                gateway = socket.create_connection(self._target)
                self._ends += [client, gateway]
            threading.Thread(target=self._carry, args=(client, gateway), daemon=True).start()

    def _carry(self, client: socket.socket, gateway: socket.socket) -> None:
        back = threading.Thread(target=self._pump, args=(gateway, client), daemon=True)
        back.start()
        self._pump(client, gateway)
        back.join()
        with self._lock:
            self.open -= 1
        client.close()
        gateway.close()

    def _pump(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_WR)

    def stop(self) -> None:
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        for end in self._ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
