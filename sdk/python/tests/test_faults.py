"""Servers that misbehave: each fault is a typed error, or is overcome by another attempt."""

from __future__ import annotations

import builtins
import gzip
import json
import socket
import ssl
import threading
from typing import TYPE_CHECKING, Any

import pytest
import trustme

import featstore
from conftest import KEY
from scripted_server import ROW, answer, close, hang, problem, raw, reset

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Calls
    from scripted_server import ScriptedServer

    Serve = Callable[..., ScriptedServer]


def read(client: Any) -> Any:
    return client.features.get(7, features=["a"])


def change(client: Any) -> Any:
    return client.keys.rotate("abc")


BODY = json.dumps(ROW).encode()
TRANSIENT = {
    "a refusal with 500": problem(500, "internal"),
    "a refusal with 503": problem(503, "overloaded"),
    "a refusal with 429": problem(429, "rate_limited"),
    "a refusal with 408": problem(408, "late"),
    "a page of a proxy": answer(502, b"<h1>Bad gateway</h1>", {"content-type": "text/html"}),
    "a reset before the answer": reset(),
    "a closed connection before the answer": close(),
    "a reset within the headers": reset(b"HTTP/1.1 200 OK\r\nconte"),
    "a body that is cut": raw(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n" + BODY),
    "a chunked body that is cut": raw(
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n9\r\n" + BODY[:9] + b"\r\n"
    ),
    "a reset within the body": reset(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n" + BODY),
    "no HTTP": raw(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"),
}


@pytest.mark.usefixtures("no_jitter")
@pytest.mark.parametrize("fault", TRANSIENT.values(), ids=TRANSIENT.keys())
class TestTransientFaults:
    def test_are_overcome_by_another_attempt(self, calls: Calls, serve: Serve, fault: Any) -> None:
        server = serve(fault, fault, answer(200, ROW))
        assert calls.one(server.url, read).features == {"a": {"b": 1}}

    def test_end_the_call_after_the_last_attempt(self, calls: Calls, serve: Serve, fault: Any) -> None:
        server = serve(fault)
        with pytest.raises((featstore.ConnectionError, featstore.ApiError)):
            calls.one(server.url, read, retries=1)
        assert 2 <= len(server.requests) <= 3  # with the attempt that is not counted, if the connection was closed

    def test_are_not_followed_by_another_attempt_if_the_call_changes_something(
        self, calls: Calls, serve: Serve, fault: Any
    ) -> None:
        server = serve(fault, answer(200, ROW))
        with pytest.raises((featstore.ConnectionError, featstore.ApiError)):
            calls.one(server.url, change)
        assert len(server.requests) == 1


def test_a_refused_connection_is_a_connection_error(calls: Calls) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    with pytest.raises(featstore.ConnectionError, match="Connection refused") as caught:
        calls.one(url, read, retries=0)
    assert isinstance(caught.value, builtins.ConnectionError)


def test_an_unknown_name_is_a_connection_error(calls: Calls) -> None:
    with pytest.raises(featstore.ConnectionError):
        calls.one("http://no-such-host.invalid", read, retries=0)


def test_a_server_that_hangs_is_a_timeout_error(calls: Calls, serve: Serve) -> None:
    with pytest.raises(featstore.TimeoutError) as caught:
        calls.one(serve(hang()).url, read, timeout=0.05, retries=0)
    assert isinstance(caught.value, builtins.TimeoutError)


@pytest.mark.usefixtures("no_jitter")
def test_a_timeout_error_names_the_server_and_the_attempts(calls: Calls, serve: Serve) -> None:
    server = serve(problem(503, "overloaded"), hang())
    with pytest.raises(featstore.TimeoutError) as caught:
        calls.one(server.url, read, timeout=0.1, retries=1)
    assert f"within 0.1 s from {server.url} after 2 attempts" in str(caught.value)
    with pytest.raises(featstore.TimeoutError) as caught:
        calls.one(server.url, read, timeout=0.1, retries=0)
    assert "attempts" not in str(caught.value)


@pytest.mark.usefixtures("no_jitter")
def test_an_attempt_that_is_late_is_followed_by_another(calls: Calls, serve: Serve) -> None:
    server = serve(hang(), answer(200, ROW))
    assert calls.one(server.url, read, timeout=1).status == "complete"


def test_the_timeout_includes_the_body(calls: Calls, serve: Serve) -> None:
    def trickle(connection: socket.socket, _: object) -> bool:
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n")
        while not stopped.wait(0.01):
            connection.sendall(b" ")
        return False

    stopped = threading.Event()
    try:
        with pytest.raises(featstore.TimeoutError):
            calls.one(serve(trickle).url, read, timeout=0.2, retries=0)
    finally:
        stopped.set()


def test_the_timeout_of_the_call_includes_the_body_of_a_refusal(calls: Calls, serve: Serve) -> None:
    def cut(connection: socket.socket, received: Any) -> bool:
        connection.sendall(b"HTTP/1.1 404 Not Found\r\ncontent-length: 100\r\n\r\n{")
        return hang()(connection, received)

    with pytest.raises(featstore.TimeoutError, match=r"within 0\.2 s"):
        calls.one(serve(cut).url, lambda client: client.features.get(7, timeout=0.2, retries=0))


@pytest.mark.usefixtures("no_jitter")
def test_no_attempt_begins_after_the_deadline(calls: Calls, serve: Serve) -> None:
    server = serve(hang())
    with pytest.raises(featstore.TimeoutError):
        calls.one(server.url, read, timeout=10, deadline=0.1, retries=5)
    assert len(server.requests) <= 1


def test_a_pause_of_three_days_is_left_to_the_caller(calls: Calls, serve: Serve) -> None:
    server = serve(problem(429, "quota_exceeded", {"retry-after": "259200"}))
    with pytest.raises(featstore.RateLimitError) as caught:
        calls.one(server.url, read)
    assert (caught.value.retry_after, caught.value.code, len(server.requests)) == (259200, "quota_exceeded", 1)


def test_a_pause_that_passes_the_deadline_is_left_to_the_caller(calls: Calls, serve: Serve) -> None:
    server = serve(problem(503, "overloaded", {"retry-after": "5"}))
    with pytest.raises(featstore.UnavailableError) as caught:
        calls.one(server.url, read, deadline=4)
    assert (caught.value.retry_after, len(server.requests)) == (5, 1)


@pytest.mark.usefixtures("no_jitter")
def test_a_repeated_attempt_is_logged_as_a_warning(
    calls: Calls, serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    server = serve(problem(503, "overloaded", {"retry-after": "0"}), reset(b"HTTP/1.1"), answer(200, ROW))
    calls.one(server.url, read)
    assert [(each.name, each.levelname, each.getMessage()) for each in caplog.records if each.name == "featstore"] == [
        (
            "featstore",
            "WARNING",
            "GET /api/features/7 failed (503 overloaded, request r-1), will be repeated in 0.0 s",
        ),
        ("featstore", "WARNING", "GET /api/features/7 failed (ConnectionError), will be repeated in 0.0 s"),
    ]
    assert KEY not in caplog.text


@pytest.mark.usefixtures("no_jitter")
def test_a_date_is_measured_against_the_clock_of_the_server(calls: Calls, serve: Serve) -> None:
    dates = {"date": "Tue, 23 Nov 2066 10:00:00 GMT", "retry-after": "Tue, 23 Nov 2066 10:00:00 GMT"}
    server = serve(problem(503, "overloaded", dates), answer(200, ROW))
    assert calls.one(server.url, read).status == "complete"


@pytest.mark.usefixtures("no_jitter")
def test_a_damaged_snapshot_is_not_read_again(calls: Calls, serve: Serve) -> None:
    server = serve(problem(500, "snapshot_damaged"))
    with pytest.raises(featstore.ServerError):
        calls.one(server.url, read)
    assert len(server.requests) == 1


@pytest.mark.parametrize("closing", [close(), reset()], ids=["closed", "reset"])
def test_a_stale_connection_costs_no_retry(calls: Calls, serve: Serve, closing: Any) -> None:
    server = serve(answer(200, ROW), closing, answer(200, ROW))
    first, second = calls.all(server.url, read, read, retries=0)
    assert (first.status, second.status) == ("complete", "complete")
    assert [request.connection for request in server.requests] == [0, 0, 1]


def test_a_stale_connection_fails_a_call_that_changes_something(calls: Calls, serve: Serve) -> None:
    server = serve(answer(200, ROW), close(), answer(200, ROW))
    _, error = calls.all(server.url, read, change)
    assert isinstance(error, featstore.ConnectionError)
    assert len(server.requests) == 2


def test_connections_are_kept(calls: Calls, serve: Serve) -> None:
    server = serve(answer(200, ROW), problem(404, "feature_view_not_found"), answer(200, ROW))
    calls.all(server.url, read, read, read)
    assert [request.connection for request in server.requests] == [0, 0, 0]


NOT_FEATSTORE = {
    "a web page": answer(200, b"<!doctype html><title>Sign in</title>", {"content-type": "text/html"}),
    "an empty answer": answer(200, b""),
    "JSON of another service": answer(200, {"message": "hello"}),
    "a list": answer(200, [ROW]),
    "JSON that is nested too deeply": answer(200, b"[" * 200_000),
    "members of other types": answer(200, {**ROW, "features": []}),
    "a body longer than its length": answer(200, ROW, {"content-length": "20"}, keep=False),
    "bad compression": answer(200, b"no gzip", {"content-encoding": "gzip"}),
}


@pytest.mark.parametrize("reply", NOT_FEATSTORE.values(), ids=NOT_FEATSTORE.keys())
def test_an_answer_of_something_else_is_an_unexpected_answer_error(calls: Calls, serve: Serve, reply: Any) -> None:
    server = serve(reply)
    with pytest.raises(featstore.UnexpectedAnswerError, match="check url"):
        calls.one(server.url, read)
    assert len(server.requests) == 1


def test_an_answer_whose_end_is_missing_says_how_it_began(calls: Calls, serve: Serve) -> None:
    server = serve(raw(b"HTTP/1.0 200 OK\r\ncontent-type: application/json\r\n\r\n" + BODY[:20]))
    with pytest.raises(featstore.UnexpectedAnswerError) as caught:
        calls.one(server.url, read)
    assert "cut off" in str(caught.value)
    assert f"(application/json: {BODY[:20].decode()})" in str(caught.value)


def test_a_redirect_is_an_error_that_names_only_the_origin(calls: Calls, serve: Serve) -> None:
    elsewhere = serve(answer(200, ROW))
    server = serve(answer(302, b"", {"location": f"{elsewhere.url}/login?token=hidden"}))
    with pytest.raises(featstore.UnexpectedAnswerError) as caught:
        calls.one(server.url, read)
    assert elsewhere.url in str(caught.value)
    assert "hidden" not in str(caught.value)
    assert elsewhere.requests == []


def test_compressed_answers_are_read(calls: Calls, serve: Serve) -> None:
    server = serve(answer(200, gzip.compress(BODY), {"content-encoding": "gzip"}))
    assert calls.one(server.url, read).status == "complete"
    assert server.requests[0].headers["accept-encoding"] == "gzip"


def test_a_404_of_another_server_names_the_address(calls: Calls, serve: Serve) -> None:
    server = serve(answer(404, b"<h1>Not found</h1>", {"content-type": "text/html"}))
    with pytest.raises(featstore.NotFoundError, match="check url") as caught:
        calls.one(f"{server.url}/shop", read)
    assert f"{server.url}/shop/api/features/7 " in str(caught.value)
    assert "leave out" not in str(caught.value)


@pytest.mark.parametrize(
    "reply", [answer(404, b"no such page"), problem(404, "path_not_found")], ids=["another server", "Featstore"]
)
def test_an_api_at_the_end_of_the_url_is_named(calls: Calls, serve: Serve, reply: Any) -> None:
    server = serve(reply)
    with pytest.raises(featstore.NotFoundError, match='leave out "/api"'):
        calls.one(f"{server.url}/api/", read)


def test_https_against_a_server_of_http_is_an_error_that_says_so_at_once(calls: Calls) -> None:
    connections: list[str] = []

    def serve_http() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            connections.append("opened")
            connection.recv(1 << 16)
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n")
            connection.close()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve_http, daemon=True).start()
        with pytest.raises(featstore.ConnectionError, match="http://"):
            calls.one(f"https://127.0.0.1:{listener.getsockname()[1]}", read)
    assert len(connections) == 1


def test_a_rejected_certificate_is_an_error_at_once(calls: Calls) -> None:
    authority = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)
    handshakes: list[str] = []

    def serve_tls() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            handshakes.append("begun")
            try:
                context.wrap_socket(connection, server_side=True).close()
            except OSError:
                connection.close()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve_tls, daemon=True).start()
        with pytest.raises(featstore.ConnectionError, match="certificate") as caught:
            calls.one(f"https://localhost:{listener.getsockname()[1]}", read)
    assert caught.value.kind == "certificate"
    assert len(handshakes) == 1
