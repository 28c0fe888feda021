"""A server on loopback that answers each request as its script says, also in ways that no server should."""

from __future__ import annotations

import json
import socket
import struct
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeAlias

    Action: TypeAlias = "Callable[[socket.socket, Received], bool]"
    """Answers on the connection, and returns whether it stays open."""


@dataclass
class Received:
    """A request as it arrived."""

    method: str
    path: str
    headers: dict[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    connection: int
    """The number of the connection, from 0."""

    def json(self) -> Any:
        return json.loads(self.body)

    def query(self) -> dict[str, list[str]]:
        return parse_qs(urlsplit(self.path).query)


@dataclass
class ScriptedServer:
    """Answers by `script`, in the order of the requests; the last action is repeated."""

    script: list[Action]
    requests: list[Received] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self.arrived = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()
        for connection in self._open:
            connection.close()

    def _accept(self) -> None:
        number = 0
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._open.append(connection)
            threading.Thread(target=self._serve, args=(connection, number), daemon=True).start()
            number += 1

    def _serve(self, connection: socket.socket, number: int) -> None:
        reader = connection.makefile("rb")
        try:
            while received := _receive(reader, number):
                with self._lock:
                    action = self.script[min(len(self.requests), len(self.script) - 1)]
                    self.requests.append(received)
                self.arrived.set()
                if not action(connection, received):
                    break
        except OSError:
            pass
        finally:
            reader.close()
            connection.close()


def _receive(reader: Any, number: int) -> Received | None:
    line = reader.readline().decode("latin-1").split()
    if len(line) < 2:
        return None
    headers: dict[str, str] = {}
    while header := reader.readline().decode("latin-1").strip():
        name, _, value = header.partition(":")
        headers[name.lower()] = value.strip()
    if headers.get("transfer-encoding") == "chunked":
        body = b""
        while size := int(reader.readline(), 16):
            body += reader.read(size)
            reader.readline()
        reader.readline()
    else:
        body = reader.read(int(headers.get("content-length", 0)))
    return Received(line[0], line[1], headers, body, number)


def raw(text: bytes, *, keep: bool = False) -> Action:
    """Sends these bytes."""

    def act(connection: socket.socket, _: Received) -> bool:
        connection.sendall(text)
        return keep

    return act


def answer(
    status: int = 200, body: object = None, headers: Mapping[str, str] | None = None, *, keep: bool = True
) -> Action:
    """Answers with a body: bytes as they are, all else as JSON."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = {"content-type": "application/json", "content-length": str(len(data)), **(headers or {})}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return raw(f"HTTP/1.1 {status} Status\r\n{head}\r\n".encode() + data, keep=keep)


def problem(status: int, code: str, headers: Mapping[str, str] | None = None) -> Action:
    """Refuses with a problem document."""
    document = {"type": f"/docs/errors#{code}", "title": "T", "status": status, "code": code, "detail": "Some detail."}
    return answer(
        status, document, {"content-type": "application/problem+json", "x-request-id": "r-1", **(headers or {})}
    )


def hang() -> Action:
    """Never answers."""

    def act(connection: socket.socket, _: Received) -> bool:
        connection.recv(1)
        return False

    return act


def close() -> Action:
    """Closes the connection without an answer."""
    return lambda *_: False


def reset(sent: bytes = b"") -> Action:
    """Resets the connection, after some bytes."""

    def act(connection: socket.socket, _: Received) -> bool:
        connection.sendall(sent)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return False

    return act


ROW = {"track_id": 7, "features": {"a": {"b": 1}}, "views": {"a": "complete"}, "status": "complete"}
