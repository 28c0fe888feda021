"""The API key never shows."""

from __future__ import annotations

import copy
import logging
import pickle
import socket
import traceback
from typing import TYPE_CHECKING, Any

import pytest

import featstore
from conftest import KEY
from featstore._secret import Secret
from scripted_server import ROW, answer, close, problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Calls
    from scripted_server import ScriptedServer

    Serve = Callable[..., ScriptedServer]

CLIENTS = [featstore.Client, featstore.AsyncClient]


def locals_of(error: BaseException) -> str:
    """Writes the errors of a chain with the local variables of their frames, as error trackers do."""
    return "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())


@pytest.mark.parametrize("kind", CLIENTS)
class TestClient:
    def test_its_text_has_the_url_only(self, kind: Any) -> None:
        client = kind("http://localhost:1/store", KEY)
        assert repr(client) == f"{kind.__name__}('http://localhost:1/store')"
        for shown in (client, client._transport, client._transport.settings, vars(client), vars(client._transport)):
            assert KEY not in repr(shown)
            assert KEY not in str(shown)

    @pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, pickle.dumps])
    def test_refuses_to_be_copied(self, kind: Any, copied: Callable[[Any], Any]) -> None:
        client = kind("http://localhost:1", KEY)
        for each in (client, client._transport):
            with pytest.raises(TypeError, match="create one in each process"):
                copied(each)

    @pytest.mark.parametrize("key", [f"{KEY}\n", f"{KEY} ", "", f"{KEY}\x00", f"{KEY}é", f"{KEY}\r\nx: y"])
    def test_refuses_a_malformed_key_without_quoting_it(self, kind: Any, key: str) -> None:
        with pytest.raises(featstore.InvalidCallError) as caught:
            kind("http://localhost:1", key)
        assert KEY not in str(caught.value)


@pytest.mark.usefixtures("no_jitter")
@pytest.mark.parametrize("fault", [close(), problem(401, "key_revoked"), answer(200, b"hello")])
def test_errors_do_not_show_the_key(calls: Calls, serve: Serve, fault: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    server = serve(fault)
    with pytest.raises(featstore.FeatstoreError) as caught:
        calls.one(server.url, lambda client: client.features.get(7))
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"
    assert KEY not in locals_of(caught.value)
    assert KEY not in caplog.text
    assert KEY not in repr(caught.value)


def test_a_refused_connection_does_not_show_the_key(calls: Calls) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    with pytest.raises(featstore.ConnectionError) as caught:
        calls.one(url, lambda client: client.features.get(7), retries=0)
    # http.client connects while it holds the headers as bytes.
    assert KEY not in locals_of(caught.value)


def test_a_secret_is_hidden_in_every_form_but_sent_as_it_is() -> None:
    secret = Secret("Bearer abc")
    shown = [repr(secret), str(secret), f"{secret}", f"{secret:>9}", f"{secret!r}", "%s" % secret, repr({"a": secret})]  # noqa: UP031
    assert not any("abc" in each for each in shown)
    assert secret.encode("latin-1") == b"Bearer abc"
    with pytest.raises(TypeError):
        pickle.dumps(secret)


def test_a_new_key_is_hidden_in_the_text_of_its_object(calls: Calls, serve: Serve) -> None:
    document: dict[str, Any] = {
        **dict.fromkeys(
            ["organisation", "tenant", "created_by", "expires_at", "disabled_at", "revoked_at", "last_used_at"]
        ),
        "id": "abc",
        "name": "n",
        "state": "active",
        "scopes": ["features:read"],
        "networks": [],
        "limits": {},
        "created_at": "2026-01-01T00:00:00Z",
        "replaced_by": None,
        "rotate_by": None,
        "key": "fs_new",
    }
    server = serve(answer(201, document))
    issued = calls.one(server.url, lambda client: client.keys.create("n", scopes=["features:read"]))
    assert issued.key == "fs_new"
    assert "fs_new" not in repr(issued)
    assert server.requests[0].json() == {"name": "n", "scopes": ["features:read"]}


def test_the_header_of_the_key_cannot_be_replaced(calls: Calls) -> None:
    with pytest.raises(featstore.InvalidCallError):
        calls.one("http://localhost:1", lambda client: client.features.get(7, headers={"Authorization": "Basic x"}))


def test_a_header_with_a_line_break_is_refused_without_quoting_it(calls: Calls, serve: Serve) -> None:
    server = serve(answer(200, ROW))
    with pytest.raises(featstore.InvalidCallError) as caught:
        calls.one(server.url, lambda client: client.features.get(7, headers={"x-trace": "hidden\r\nx: y"}))
    assert "hidden" not in str(caught.value)
    assert server.requests == []
