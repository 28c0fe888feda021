"""A server on loopback with one dataset, which sends its files well or badly."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import featstore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from featstore.datasets import Datasets

SNAPSHOT = "a" * 64


@dataclass
class Sent:
    """How the bytes of one answer are sent."""

    status: int
    headers: dict[str, str]
    body: bytes
    cut_after: int | None = None
    """Closes the connection after so many bytes."""


@dataclass
class DatasetServer:
    """Serves `files`. `spoil` may change or replace each answer with a file's bytes."""

    files: dict[str, bytes]
    spoil: Callable[[Sent, int], Sent] = lambda sent, _: sent
    """Gets the answer and the number of the request for a file, from 0."""
    listed: dict[str, bytes] | None = None
    """The bytes that the list of snapshots describes, if others."""
    withdrawn: bool = False
    exports: list[dict[str, Any]] = field(default_factory=list)
    """The states of an export, one per request; the last one is repeated."""
    requests: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._files_sent = 0
        self._exports_read = 0
        owner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                owner.answer(self)

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("content-length", 0)))
                owner.answer(self)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request: Any, client_address: Any) -> None:
                pass  # clients of these tests go away

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def file_requests(self) -> list[dict[str, str]]:
        """The headers of the requests for files."""
        return [headers for _, path, headers in self.requests if "/files/" in path or path.endswith("/data")]

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        headers = {name.lower(): value for name, value in handler.headers.items()}
        path = handler.path
        with self._lock:
            self.requests.append((handler.command, path, headers))
        if path.endswith("/snapshots"):
            self._send_json(handler, 200, {"snapshots": [self._snapshot()]})
        elif re.search(r"/exports(/[^/]+)?$", path):
            with self._lock:
                state = self.exports[min(self._exports_read, len(self.exports) - 1)]
                self._exports_read += 1
            self._send_json(handler, 202 if handler.command == "POST" else 200, {"id": "e1", **state})
        else:
            with self._lock:
                number = self._files_sent
                self._files_sent += 1
            content = self.files.get(path.rpartition("/")[2], next(iter(self.files.values())))
            self._send(handler, self.spoil(_file_answer(content, headers), number))

    def _snapshot(self) -> dict[str, Any]:
        files = [_described(name, content) for name, content in (self.listed or self.files).items()]
        reason = {"at": "2026-01-01T00:00:00Z", "reason": "a fault", "successor": None}
        return {
            "id": SNAPSHOT,
            "version": "1.0.0",
            "rows": 1,
            "created_at": "2026-01-01T00:00:00Z",
            "changes": None,
            "withdrawn": reason if self.withdrawn else None,
            "files": files,
        }

    def _send_json(self, handler: BaseHTTPRequestHandler, status: int, body: object) -> None:
        self._send(handler, Sent(status, {"content-type": "application/json"}, json.dumps(body).encode()))

    def _send(self, handler: BaseHTTPRequestHandler, sent: Sent) -> None:
        with suppress(OSError):
            handler.send_response(sent.status)
            for name, value in {"content-length": str(len(sent.body)), **sent.headers}.items():
                handler.send_header(name, value)
            handler.end_headers()
            handler.wfile.write(sent.body[: sent.cut_after])
            handler.wfile.flush()
        if sent.cut_after is not None:
            handler.close_connection = True


@contextmanager
def serving_datasets(files: dict[str, bytes]) -> Iterator[Callable[..., DatasetServer]]:
    """Starts servers of these files, or others, which end with the block."""
    servers: list[DatasetServer] = []

    def start(other: dict[str, bytes] | None = None, **options: Any) -> DatasetServer:
        servers.append(DatasetServer(dict(other or files), **options))
        return servers[-1]

    yield start
    for each in servers:
        each.close()


def datasets(server: DatasetServer) -> Datasets:
    """The datasets of a client of this server."""
    return featstore.Client(server.url, "fs_key").datasets


@lru_cache
def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _described(name: str, content: bytes) -> dict[str, Any]:
    split = re.match(r"(train|validation|test)-", name)
    return {
        "name": name,
        "path": f"data/{name}",
        "role": "data",
        "format": name.rpartition(".")[2],
        "split": split and split[1],
        "part": 0,
        "rows": 1,
        "bytes": len(content),
        "sha256": sha256(content),
        "url": f"/{name}",
    }


def _file_answer(content: bytes, headers: dict[str, str]) -> Sent:
    etag = f'"{sha256(content)}"'
    base = {"etag": etag, "content-type": "application/octet-stream"}
    if headers.get("if-match", etag) != etag:
        problem = {"status": 412, "code": "precondition_failed", "detail": "Another file."}
        return Sent(412, {"content-type": "application/problem+json"}, json.dumps(problem).encode())
    match = re.fullmatch(r"bytes=(\d+)-(\d+)", headers.get("range", ""))
    if match is None:
        return Sent(200, base, content)
    first, last = int(match[1]), min(int(match[2]), len(content) - 1)
    span = {"content-range": f"bytes {first}-{last}/{len(content)}"}
    return Sent(206, {**base, **span}, content[first : last + 1])
