"""Answers that are read piece by piece, redirects of downloads, and bodies from files."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, BinaryIO

import pytest

import featstore
from featstore._request import Content, Request, content_of, options_of
from scripted_server import answer, hang, problem, raw

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Calls
    from scripted_server import ScriptedServer

    Serve = Callable[..., ScriptedServer]


def download(request: Request) -> Callable[[Any], Any]:
    """Reads a body piece by piece with either client; returns the answer and its bytes."""

    async def read_async(client: featstore.AsyncClient) -> Any:
        async with await client._transport.open(request) as response:
            return response, b"".join([piece async for piece in response.iter_bytes()])

    def read(client: Any) -> Any:
        if isinstance(client, featstore.AsyncClient):
            return read_async(client)
        with client._transport.open(request) as response:
            return response, b"".join(response.iter_bytes())

    return read


FILE = Request("GET", "/file", follow_redirects=True, headers={"if-range": '"a"', "range": "bytes=0-"}, accept="*/*")


@pytest.mark.usefixtures("no_jitter")
def test_a_stream_is_retried_until_its_headers_are_there(calls: Calls, serve: Serve) -> None:
    server = serve(problem(503, "overloaded"), answer(200, b"x" * 200_000, {"etag": '"a"'}))
    response, body = calls.one(server.url, download(FILE))
    assert (response.status, response.headers["ETag"], body) == (200, '"a"', b"x" * 200_000)


def test_a_stream_that_is_cut_is_a_connection_error(calls: Calls, serve: Serve) -> None:
    server = serve(raw(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc"))
    with pytest.raises(featstore.ConnectionError):
        calls.one(server.url, download(FILE))
    assert len(server.requests) == 1


def test_a_stream_that_stops_is_a_timeout_error(calls: Calls, serve: Serve) -> None:
    def stop(connection: Any, received: Any) -> bool:
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc")
        return hang()(connection, received)

    with pytest.raises(featstore.TimeoutError):
        calls.one(serve(stop).url, download(FILE), timeout=0.1)


def test_a_download_follows_a_redirect_without_the_key(calls: Calls, serve: Serve) -> None:
    storage = serve(answer(200, b"data"))
    server = serve(answer(307, b"", {"location": f"{storage.url}/signed?x=1"}))
    response, body = calls.one(server.url, download(FILE))
    assert (body, response.url) == (b"data", f"{storage.url}/signed")
    received = storage.requests[0].headers
    assert received["range"] == "bytes=0-"
    assert not {"authorization", "if-range"} & received.keys()


def test_a_redirect_within_the_server_keeps_the_key(calls: Calls, serve: Serve) -> None:
    server = serve(answer(302, b"", {"location": "/other"}), answer(200, b"data"))
    _, body = calls.one(server.url, download(FILE))
    assert body == b"data"
    assert (server.requests[1].path, "authorization" in server.requests[1].headers) == ("/other", True)


@pytest.mark.parametrize("location", [None, "ftp://x/y", "http://[bad", "/again"])
def test_an_unusable_redirect_is_an_unexpected_answer_error(calls: Calls, serve: Serve, location: str | None) -> None:
    server = serve(answer(302, b"", {} if location is None else {"location": location}))
    with pytest.raises(featstore.UnexpectedAnswerError):
        calls.one(server.url, download(FILE))
    assert len(server.requests) <= 6


class Pipe(io.BytesIO):
    """Cannot be read twice."""

    def seekable(self) -> bool:
        return False


def upload(data: bytes | BinaryIO, key: str | None = "k1") -> Callable[[Any], Any]:
    """Sends a body as it is."""

    def send(client: Any) -> Any:
        call = options_of({"idempotency_key": key})
        content: Content = content_of("text/csv", data)
        return client._transport.send(
            Request("POST", "/upload", content=content, honours_idempotency_key=True, options=call)
        )

    return send


@pytest.mark.usefixtures("no_jitter")
def test_a_file_is_sent_again_from_where_it_began(calls: Calls, serve: Serve) -> None:
    server = serve(problem(503, "overloaded"), answer(200, {}))
    file = io.BytesIO(b"skipped;a,b\n1,2\n")
    file.seek(8)
    calls.one(server.url, upload(file))
    assert [request.body for request in server.requests] == [b"a,b\n1,2\n"] * 2
    received = server.requests[1].headers
    assert (received["content-type"], received["idempotency-key"]) == ("text/csv", "k1")


@pytest.mark.parametrize(("kind", "key"), [(Pipe, "k1"), (bytes, None)], ids=["a pipe", "no idempotency key"])
def test_what_cannot_be_repeated_is_sent_once(calls: Calls, serve: Serve, kind: Any, key: str | None) -> None:
    server = serve(problem(503, "overloaded"), answer(200, {}))
    with pytest.raises(featstore.UnavailableError):
        calls.one(server.url, upload(kind(b"a"), key))
    assert [request.body for request in server.requests] == [b"a"]
