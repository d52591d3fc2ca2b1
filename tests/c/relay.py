"""Stands between a program and the sandbox: counts its requests, and breaks one of them."""

import http.client
import json
import re
import threading
import urllib.parse
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PORTAL = re.compile(r"^/bitrix24/rest/[^/]+/[^/]+/")


def ask(url, body=None):
    """JSON from the sandbox's own interface; with a body it is told something."""
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(url, data=data, timeout=10) as reply:
        return json.load(reply)


def shown(path):
    """A path without a webhook's secret, and without what follows it."""
    return PORTAL.sub("", urllib.parse.urlsplit(path).path)


class Relay(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, url):
        super().__init__(("127.0.0.1", 0), Handler)
        self.target = urllib.parse.urlsplit(url).netloc
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.paths, self.struck, self.carried_out = [], None, False
        self.kill = self.lose = None
        self.dies = self.away = False
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}).start()

    def strike(self, place, carried_out, dies=False):
        """The n-th request breaks: before it leaves, or once carried out. Its sender may die."""
        self.struck, self.carried_out, self.dies = place, carried_out, dies

    def close(self):
        self.shutdown()
        self.server_close()

    def handle_error(self, *_):
        """A program that was killed hangs up."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body leave apart
    server: Relay

    def do_GET(self):
        relay, body = self.server, self.rfile.read(int(self.headers.get("content-length", 0)))
        method = shown(self.path)
        relay.paths.append(method)
        self.close_connection = True
        if relay.away and PORTAL.match(self.path):
            return  # nobody is there
        strikes = len(relay.paths) == relay.struck
        if strikes and not relay.carried_out:
            self.broken()
            return
        line = http.client.HTTPConnection(relay.target, timeout=30)
        line.request(self.command, self.path, body, dict(self.headers.items()))
        reply = line.getresponse()
        # Pages stand on the gateway's own host.
        text = reply.read().replace(relay.target.encode(), relay.url.partition("//")[2].encode())
        line.close()
        if strikes:
            self.broken()
            return
        if relay.lose == method:
            relay.lose = None
            return
        self.close_connection = False
        self.send_response(reply.status)
        for name, value in reply.getheaders():
            if name.lower() not in ("date", "server", "connection", "content-length"):
                self.send_header(name, value)
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_POST = do_GET  # noqa: N815

    def broken(self):
        if self.server.dies and self.server.kill:
            self.server.kill()

    def log_message(self, *_):
        pass
