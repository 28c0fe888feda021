"""Batches of any size: requests, joined answers, refusals, limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import featstore
from batch_answers import BATCHES, batch, refusing
from scripted_server import problem

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator

    from conftest import Calls
    from scripted_server import Received, ScriptedServer

    Serve = Callable[..., ScriptedServer]


def test_a_batch_sends_only_the_options_of_the_call(calls: Calls, serve: Serve) -> None:
    server = serve(batch())
    result = calls.one(server.url, lambda client: client.features.get_batch([1, 404, 1], service="s"))
    assert server.requests[0].json() == {"ids": [1, 404, 1], "service": "s"}
    assert result.values == [[1], [404], [1]]
    assert [(row.id, row.status, row.features, row.views) for row in result.rows[:2]] == [
        (1, "complete", {"a": {"id": 1}}, {"a": "complete"}),
        (404, "unknown_entity", {"a": {"id": 404}}, {"a": "unknown_entity"}),
    ]
    assert result.rows[-1].id == 1
    with pytest.raises(IndexError):
        result.rows[3]


def test_a_large_batch_becomes_several_requests(calls: Calls, serve: Serve) -> None:
    server = serve(batch())
    ids = [*range(1000, 3400), 404]
    result = calls.one(server.url, lambda client: client.features.get_batch(ids, metadata=True))
    assert sorted(len(request.json()["ids"]) for request in server.requests) == [401, 1000, 1000]
    assert [row.features["a"]["id"] for row in result.rows] == ids
    assert result.status[-1] == "unknown_entity"
    assert result.statuses[0] == ["complete"]
    assert result.errors == [{"position": 2400, "path": "ids[2400]", "code": "x", "detail": "y"}]
    # Of the oldest part, whose smallest id is its age.
    assert result.metadata["a"]["age_seconds"] == 2000.0
    assert result.metadata["a"]["event_times"] == [str(each) for each in ids]


def test_inputs_by_row_follow_their_ids(calls: Calls, serve: Serve) -> None:
    server = serve(batch())
    inputs = [{"n": each} for each in range(1500)]
    calls.one(server.url, lambda client: client.features.get_batch(range(1500), service="s", inputs_by_row=inputs))
    for request in server.requests:
        body = request.json()
        assert [each["n"] for each in body["inputs_by_row"]] == body["ids"]


def test_an_as_of_batch_becomes_requests_of_100_ids(calls: Calls, serve: Serve) -> None:
    server = serve(batch())
    calls.one(server.url, lambda client: client.features.get_batch(range(250), as_of="2026-01-01T00:00:00Z"))
    assert sorted(len(request.json()["ids"]) for request in server.requests) == [50, 100, 100]


@pytest.mark.usefixtures("no_jitter")
def test_the_parts_of_a_large_batch_wait_for_the_rate_limit(calls: Calls, serve: Serve) -> None:
    limited = problem(429, "rate_limited", {"retry-after": "0"})
    server = serve(batch(), *[limited] * 20, batch())
    result = calls.one(server.url, lambda client: client.features.get_batch(range(2000), retries=0))
    assert [row.id for row in result.rows] == list(range(2000))
    with pytest.raises(featstore.RateLimitError):
        calls.one(serve(limited).url, lambda client: client.features.get_batch(range(10), retries=0))


@pytest.mark.usefixtures("no_jitter")
def test_waits_for_the_rate_limit_are_no_warnings(calls: Calls, serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "featstore")
    limited = problem(429, "rate_limited", {"retry-after": "0"})
    calls.one(serve(limited, limited, batch()).url, lambda client: client.features.get_batch(range(2000)))
    logged = [each.levelname for each in caplog.records if each.name == "featstore"]
    assert logged == ["INFO", "INFO"]


@pytest.mark.parametrize("noun", ["features", "embeddings"])
def test_the_deadline_holds_for_all_parts_of_a_large_batch(
    calls: Calls, serve: Serve, monkeypatch: pytest.MonkeyPatch, noun: str
) -> None:
    now = 0.0

    def act(connection: socket.socket, received: Received) -> bool:
        nonlocal now
        now += 50
        return batch()(connection, received)

    class Clock:
        def monotonic(self) -> float:
            return now

    monkeypatch.setattr("featstore._call.time", Clock())
    server = serve(act)
    with pytest.raises(featstore.TimeoutError, match="deadline of 120 s"):
        calls.one(server.url, lambda client: getattr(client, noun).get_batch(range(20_000)))
    assert len(server.requests) < 20


def test_one_failed_part_fails_a_large_batch(calls: Calls, serve: Serve) -> None:
    server = serve(batch(), problem(404, "feature_view_not_found"))
    with pytest.raises(featstore.NotFoundError):
        calls.one(server.url, lambda client: client.features.get_batch(range(5000)))


@pytest.mark.parametrize("read", BATCHES.values(), ids=BATCHES.keys())
@pytest.mark.parametrize("before", [3, 5003])
def test_a_refusal_names_positions_of_the_whole_batch(calls: Calls, serve: Serve, read: Any, before: int) -> None:
    ids = [*range(1000, 1000 + before), 404]
    with pytest.raises(featstore.BadRequestError) as caught:
        calls.one(serve(refusing()).url, lambda client: read(client, ids))
    error = caught.value
    assert error.errors == [
        {"path": f"ids[{before}].track_id", "detail": f"the id ids[{before}] is malformed"},
        {"path": f"inputs_by_row[{before}].x[2]", "detail": "a number"},
    ]
    assert (error.detail, error.code, error.request_id) == (f"ids[{before}]: malformed.", "id_invalid", "r-1")
    assert str(error) == f"400 id_invalid: ids[{before}]: malformed. (request r-1)"


def test_a_stream_reads_a_generator_in_order_and_only_as_far_as_needed(calls: Calls, serve: Serve) -> None:
    server = serve(batch())
    taken = 0

    def ids() -> Iterator[int]:
        nonlocal taken
        for each in range(1_000_000):
            taken += 1
            yield each

    def first(client: featstore.Client) -> list[Any]:
        stream = client.features.stream(ids(), features="a")
        return [next(stream).id for _ in range(2500)]

    async def first_of_async(client: featstore.AsyncClient) -> list[Any]:
        read: list[Any] = []
        async for row in client.features.stream(ids(), features="a"):
            read.append(row.id)
            if len(read) == 2500:
                break
        return read

    assert calls.one(server.url, first_of_async if calls.is_async else first) == list(range(2500))
    assert taken <= 8000


@pytest.mark.parametrize("read", BATCHES.values(), ids=BATCHES.keys())
def test_an_empty_batch_is_left_to_the_server(calls: Calls, serve: Serve, read: Any) -> None:
    server = serve(problem(400, "ids_empty"))
    if read is BATCHES["stream"]:
        assert calls.one(server.url, lambda client: read(client, [])) == []
        return
    with pytest.raises(featstore.BadRequestError, match="ids_empty"):
        calls.one(server.url, lambda client: read(client, []))
    assert server.requests[0].json()["ids"] == []
