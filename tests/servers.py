"""Local servers that behave as download servers do on good days and on bad ones."""

import base64
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

WEB_PAGE = b"<!DOCTYPE html>\n<html><title>Please log in</title></html>"


@dataclass
class Site:
    """Files by path, how the next requests go wrong, and what was asked and sent."""

    files: dict[str, bytes]
    etag: str | None = '"one"'
    last_modified: str | None = None
    ranges: bool = True
    careless: bool = False  # joins what it has to what it had, whatever was asked
    misfortunes: list[Callable] = field(default_factory=list)
    address: str = ""
    asked: list[dict] = field(default_factory=list)
    sent: int = 0

    def url(self, path: str) -> str:
        return f"{self.address}/{path}"


class FileHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):  # noqa: N802
        site = self.server.site
        site.asked.append(dict(self.headers) | {"path": self.path})
        misfortune = site.misfortunes.pop(0) if site.misfortunes else serve
        misfortune(self)

    def answer(self, status: int, headers: dict, body: bytes = b"") -> None:
        self.send_response(status)
        for name, value in headers.items():
            if value is not None:
                self.send_header(name, str(value))
        self.end_headers()
        self.send(body)

    def send(self, body: bytes) -> None:
        self.server.site.sent += len(body)
        self.wfile.write(body)
        self.wfile.flush()

    def break_off(self) -> None:
        self.close_connection = True

    def log_message(self, *_):
        pass


def asked_range(handler: FileHandler, content: bytes) -> int | None:
    """Give the first byte asked for, if the site knows ranges and If-Range holds."""
    site = handler.server.site
    match = re.fullmatch(r"bytes=(\d+)-", handler.headers.get("Range", ""))
    mark = handler.headers.get("If-Range")
    same = mark in (None, site.etag, site.last_modified) or site.careless
    return int(match[1]) if match and site.ranges and same else None


def headers_and_body(handler: FileHandler) -> tuple[int, dict, bytes]:
    site = handler.server.site
    content = site.files.get(handler.path.lstrip("/"))
    if content is None:
        return 404, {"Content-Length": 0}, b""
    marks = {"ETag": site.etag, "Last-Modified": site.last_modified}
    first = asked_range(handler, content)
    if first is None:
        return 200, {"Content-Length": len(content)} | marks, content
    if first >= len(content):
        whole = {"Content-Range": f"bytes */{len(content)}", "Content-Length": 0}
        return 416, whole | marks, b""
    there = f"bytes {first}-{len(content) - 1}/{len(content)}"
    body = content[first:]
    return 206, {"Content-Range": there, "Content-Length": len(body)} | marks, body


def serve(handler: FileHandler) -> None:
    handler.answer(*headers_and_body(handler))


def cut(after: int) -> Callable:
    """Close the connection after so many bytes of the body."""

    def misfortune(handler):
        status, headers, body = headers_and_body(handler)
        handler.answer(status, headers, body[:after])
        handler.break_off()

    return misfortune


def stall(after: int, seconds: float) -> Callable:
    """Send so many bytes of the body, then nothing for a while, then close."""

    def misfortune(handler):
        status, headers, body = headers_and_body(handler)
        handler.answer(status, headers, body[:after])
        time.sleep(seconds)
        handler.break_off()

    return misfortune


def cut_without_length(after: int) -> Callable:
    """Answer without a length, so that the end of the body is the end of it all."""

    def misfortune(handler):
        status, headers, body = headers_and_body(handler)
        del headers["Content-Length"]
        handler.answer(status, headers | {"Connection": "close"}, body[:after])
        handler.break_off()

    return misfortune


def change(content: bytes, etag: str | None) -> Callable:
    """Put another file in the place of the one asked for, then serve."""

    def misfortune(handler):
        site = handler.server.site
        site.files[handler.path.lstrip("/")], site.etag = content, etag
        serve(handler)

    return misfortune


def say(status: int, **headers: str) -> Callable:
    """Answer with a status and no file."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda handler: handler.answer(status, {"Content-Length": 0} | given)


def page(kind: str) -> Callable:
    """Answer 200 with a login page of this content type."""
    headers = {"Content-Type": kind, "Content-Length": len(WEB_PAGE)}
    return lambda handler: handler.answer(200, headers, WEB_PAGE)


def claim_length(length: int) -> Callable:
    """Promise another length than the body has."""

    def misfortune(handler):
        status, headers, body = headers_and_body(handler)
        handler.answer(status, headers | {"Content-Length": length}, body)
        handler.break_off()

    return misfortune


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        """Say nothing of clients that hang up: it is what they are here for."""


@contextmanager
def running(handler: type, site: object) -> Iterator[str]:
    """Serve in a thread of its own; give the address."""
    server = Server(("127.0.0.1", 0), handler)
    server.site = site
    threading.Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def file_server(files: dict[str, bytes]) -> Iterator[Site]:
    site = Site(files)
    with running(FileHandler, site) as site.address:
        yield site


PASSCODE, TOKEN = "5ecret-passcode", "5ecret-token"


@dataclass
class Faspex:
    """A package in a folder of this machine, and what was asked of its server."""

    folder: Path
    number: int = 1065
    sizes: bool = True
    good: bool = True
    troubles: list[int] = field(default_factory=list)
    address: str = ""
    asked: list[str] = field(default_factory=list)

    @property
    def context(self) -> str:
        about = {"package_id": str(self.number), "passcode": PASSCODE}
        return base64.b64encode(json.dumps(about).encode()).decode()

    @property
    def link(self) -> str:
        return f"{self.address}/aspera/faspex/public/package?context={self.context}"


class FaspexHandler(BaseHTTPRequestHandler):
    def do_GET(self):  # noqa: N802
        site, url = self.server.site, urlsplit(self.path)
        site.asked.append(url.path)
        if site.troubles:
            return self.reply(site.troubles.pop(0), "")
        if url.path == "/aspera/faspex/config.js":
            return self.reply(200, "window.config = { client_id: 'web-client' };")
        asked = {key: values[0] for key, values in parse_qs(url.query).items()}
        assert asked["client_id"] == "web-client"
        known = site.good and asked["state"] == site.context
        query = "code=one" if known else "action_message=expired"
        self.send_response(302)
        self.send_header("Location", f"/aspera/faspex/token?{query}")
        self.send_header("Content-Length", "0")
        return self.end_headers()

    def do_POST(self):  # noqa: N802
        site, url = self.server.site, urlsplit(self.path)
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        site.asked.append(url.path)
        package = f"/aspera/faspex/api/v5/packages/{site.number}"
        if url.path == "/aspera/faspex/auth/token":
            good = body["code"] == "one" and body["grant_type"] == "authorization_code"
            return self.reply(201 if good else 401, {"access_token": TOKEN})
        if self.headers["Authorization"] != f"Bearer {TOKEN}":
            return self.reply(401, {})
        if url.path == f"{package}/files/received":
            query = {key: int(v[0]) for key, v in parse_qs(url.query).items()}
            return self.reply(200, self.listing(body["path"], **query))
        assert url.path == f"{package}/transfer_spec/download"
        sources = [{"source": f"{site.folder}{p['path']}"} for p in body["paths"]]
        spec = {"token": TOKEN, "remote_host": "host", "remote_user": "user"}
        ports = {"ssh_port": 33001, "fasp_port": 33001}
        return self.reply(200, spec | ports | {"paths": sources})

    def listing(self, path: str, *, limit: int, offset: int) -> dict:
        site = self.server.site
        items = []
        for file in sorted((site.folder / path.lstrip("/")).iterdir()):
            kind = "directory" if file.is_dir() else "file"
            item = {"path": f"{path}/{file.name}", "type": kind}
            if kind == "file" and site.sizes:
                item["size"] = file.stat().st_size
            elif kind == "file":
                item["type"] = "symbolic_link"
            items.append(item)
        page = items[offset : offset + min(limit, 3)]
        return {"items": page, "total_count": len(items)}

    def reply(self, status: int, body: dict | str) -> None:
        text = body if isinstance(body, str) else json.dumps(body)
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        pass


@contextmanager
def faspex_server(folder: Path) -> Iterator[Faspex]:
    site = Faspex(folder)
    with running(FaspexHandler, site) as site.address:
        yield site
