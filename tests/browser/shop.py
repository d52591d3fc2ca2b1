"""The shop's own pages: where a buyer is sent from, and where he comes back to."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

LAYOUT = "<!doctype html><meta charset=utf-8><title>Shop</title>"
THANKS, SORRY = "Спасибо за заказ", "Выберите другой способ"


class Shop:
    """A small site on a port of its own. A page is added by its path."""

    def __init__(self) -> None:
        self.pages = {"/return": f"<h1>{THANKS}</h1>", "/fail": f"<h1>{SORRY}</h1>"}
        pages = self.pages

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                page = pages.get(urlsplit(self.path).path)
                body = b"" if page is None else (LAYOUT + page).encode()
                self.send_response(404 if page is None else 200)
                self.send_header("content-type", "text/html")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self.server.server_port}"
        self.returned, self.failed = f"{self.origin}/return", f"{self.origin}/fail"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def shows(self, path: str, html: str) -> str:
        """Adds a page: its address."""
        self.pages[path] = html
        return self.origin + path

    def form(self, path: str, url: str | None, fields: Mapping[str, str] | None) -> str:
        """An `action` of type `form` as a shop shows it: escaped, and nothing more."""
        assert url is not None
        assert fields is not None
        hidden = "".join(
            f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
            for name, value in fields.items()
        )
        button = "<button>Оплатить заказ</button>"
        return self.shows(
            path, f'<form method="post" action="{escape(url)}">{hidden}{button}</form>'
        )

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
