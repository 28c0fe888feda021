"""Fixtures: scripted servers, and calls of the client and of the async client alike."""

from __future__ import annotations

import asyncio
import inspect
from typing import TYPE_CHECKING, Any

import pytest

import featstore
from real_server import RealServer, start
from scripted_server import ScriptedServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scripted_server import Action

KEY = "fs_key-of-a-test"


class Calls:
    """Makes calls with one client, and returns their results or errors."""

    def __init__(self, kind: str) -> None:
        self.is_async = kind == "async"

    def all(self, url: str, *calls: Callable[[Any], Any], **options: Any) -> list[Any]:
        """Makes calls one after another."""
        return asyncio.run(self._await_all(url, calls, options)) if self.is_async else self._all(url, calls, options)

    def one(self, url: str, call: Callable[[Any], Any], **options: Any) -> Any:
        """Makes one call and raises its error."""
        (result,) = self.all(url, call, **options)
        if isinstance(result, Exception):
            raise result
        return result

    def _all(self, url: str, calls: tuple[Callable[[Any], Any], ...], options: dict[str, Any]) -> list[Any]:
        results: list[Any] = []
        with featstore.Client(url, KEY, **options) as client:
            for call in calls:
                try:
                    results.append(call(client))
                except featstore.FeatstoreError as error:
                    results.append(error)
        return results

    async def _await_all(self, url: str, calls: tuple[Callable[[Any], Any], ...], options: dict[str, Any]) -> list[Any]:
        results: list[Any] = []
        async with featstore.AsyncClient(url, KEY, **options) as client:
            for call in calls:
                try:
                    result = call(client)
                    results.append(await result if inspect.isawaitable(result) else result)
                except featstore.FeatstoreError as error:
                    results.append(error)
        return results


@pytest.fixture(params=["sync", "async"])
def calls(request: pytest.FixtureRequest) -> Calls:
    """Runs a test with each client."""
    return Calls(request.param)


@pytest.fixture
def serve() -> Iterator[Callable[..., ScriptedServer]]:
    """Starts servers, which end with the test."""
    servers: list[ScriptedServer] = []

    def start(*script: Action) -> ScriptedServer:
        servers.append(ScriptedServer(list(script)))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def no_jitter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes the random part of each pause 0."""
    monkeypatch.setattr("random.random", lambda: 0.0)


@pytest.fixture(scope="session")
def real_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    """A Featstore server with the sample."""
    yield from start(tmp_path_factory.mktemp("featstore"))
