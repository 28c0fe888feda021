"""Clients: where their options come from, and how they end, fork and cancel."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Any

import pytest

import featstore
from conftest import KEY
from scripted_server import ROW, answer, hang, problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Calls
    from scripted_server import ScriptedServer

    Serve = Callable[..., ScriptedServer]


def test_a_closed_async_client_says_so() -> None:
    async def use_closed() -> None:
        client = featstore.AsyncClient("http://localhost:1", KEY)
        await client.close()
        with pytest.raises(featstore.InvalidCallError, match="closed"):
            await client.health()

    asyncio.run(use_closed())


def test_the_defaults_come_from_the_environment(calls: Calls, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    server = serve(answer(200, ROW))
    monkeypatch.setenv("FEATSTORE_URL", server.url)
    monkeypatch.setenv("FEATSTORE_API_KEY", "fs_other")
    calls.one(None, lambda client: client.features.get(7))  # type: ignore[arg-type]
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"
    with featstore.Client() as client:
        client.features.get(7)
    assert server.requests[1].headers["authorization"] == "Bearer fs_other"


@pytest.mark.parametrize(
    "url", [None, "", "localhost:8080", "ftp://x", "http://", "http://u:p@x", "http://x?a=b", "http://x:y"]
)
@pytest.mark.parametrize("kind", [featstore.Client, featstore.AsyncClient])
def test_an_unusable_url_is_refused(kind: Any, url: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FEATSTORE_URL", raising=False)
    with pytest.raises(featstore.InvalidCallError):
        kind(url, KEY)


def test_public_data_are_read_without_a_key(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FEATSTORE_API_KEY", raising=False)
    server = serve(answer(200, {"status": "ok", "registry_revision": 1, "checks": {}}))
    with featstore.Client(server.url) as client:
        assert client.health().status == "ok"
    assert "authorization" not in server.requests[0].headers


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_process_opens_connections_of_its_own(serve: Serve) -> None:
    server = serve(answer(200, ROW))
    with featstore.Client(server.url, KEY) as client:
        client.features.get(7)
        child = os.fork()
        if child == 0:
            try:
                client.features.get(7)
            finally:
                os._exit(0)
        os.waitpid(child, 0)
        client.features.get(7)
    assert [request.connection for request in server.requests] == [0, 1, 0]


def test_a_cancelled_call_ends_during_an_attempt_and_during_a_pause(serve: Serve) -> None:
    async def cancel(url: str, server: ScriptedServer) -> None:
        async with featstore.AsyncClient(url, KEY) as client:
            task = asyncio.create_task(client.features.get(7))
            await asyncio.to_thread(server.arrived.wait)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    for script in (hang(), problem(503, "overloaded", {"retry-after": "50"})):
        server = serve(script)
        asyncio.run(cancel(server.url, server))
        assert len(server.requests) == 1
