"""The requests that calls send, and the results that they read."""

from __future__ import annotations

import asyncio
import os
import pickle
import uuid
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

import featstore
from conftest import KEY
from scripted_server import ROW, answer, hang, problem

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from conftest import Calls
    from scripted_server import Action, Received, ScriptedServer

    Serve = Callable[..., ScriptedServer]


def batch() -> Action:
    """Answers a batch with each id as the feature `a.id`; the id 404 is unknown."""

    def act(connection: socket.socket, received: Received) -> bool:
        ids: list[Any] = received.json()["ids"]
        statuses = ["unknown_entity" if each == 404 else "complete" for each in ids]
        age = float(min(each for each in ids if isinstance(each, int)))
        times = [str(each) for each in ids]
        document: dict[str, Any] = {
            "ids": ids,
            "columns": ["a.id"],
            "rows": [[each] for each in ids],
            "status": statuses,
            "views": ["a"],
            "metadata": {"a": {"version": 1, "generation": 3, "age_seconds": age, "event_times": times}},
        }
        if "unknown_entity" in statuses:
            document["statuses"] = [[status] for status in statuses]
            document["errors"] = [{"position": ids.index(404), "path": "ids[0]", "code": "x", "detail": "y"}]
        return answer(200, document)(connection, received)

    return act


def query_of(received: Received) -> dict[str, list[str]]:
    return parse_qs(urlsplit(received.path).query)


def test_a_single_read_sends_its_options_in_the_query(calls: Calls, serve: Serve) -> None:
    row = {"station": "Ulm, Hbf", "platform": 7, "features": {}, "views": {}, "status": "complete"}
    server = serve(answer(200, row, {"x-request-id": "r-7", "ratelimit": '"key";r=999;t=1'}))
    as_of = datetime(2026, 1, 31, 12, tzinfo=timezone.utc)
    row = calls.one(
        f"{server.url}/store/",
        lambda client: client.features.get(
            {"station": "Ulm, Hbf", "platform": 7},
            key_order=["station", "platform"],
            features=["a.b", "c"],
            entity="stop",
            inputs={"today": date(2026, 1, 31), "big": 2**60, "price": Decimal("1.10"), "vector": [0.5, 1]},
            metadata=True,
            latency_budget_ms=20,
            as_of=as_of,
        ),
    )
    request = server.requests[0]
    assert (request.method, urlsplit(request.path).path) == ("GET", "/store/api/features/Ulm%2C%20Hbf,7")
    assert query_of(request) == {
        "features": ["a.b,c"],
        "entity": ["stop"],
        "inputs": ['{"today":"2026-01-31","big":"1152921504606846976","price":"1.10","vector":[0.5,1]}'],
        "metadata": ["true"],
        "latency_budget_ms": ["20"],
        "as_of": ["2026-01-31T12:00:00+00:00"],
    }
    assert row.response.status == 200
    assert row.response.request_id == "r-7"
    assert row.response.headers["X-Request-Id"] == "r-7"
    assert [(limit.name, limit.remaining) for limit in row.response.limits] == [("key", 999)]


@pytest.mark.parametrize("noun", ["features", "embeddings"])
def test_a_single_read_refuses_the_answer_of_another_key(calls: Calls, serve: Serve, noun: str) -> None:
    rest = {noun: {}, "views": {}, "status": "complete"}
    server = serve(answer(200, {"track_id": 7, **rest}))
    assert calls.one(server.url, lambda client: getattr(client, noun).get({"track_id": 7})).status == "complete"
    with pytest.raises(featstore.InvalidCallError, match='answer is "track_id", not "artist_id"'):
        calls.one(server.url, lambda client: getattr(client, noun).get({"artist_id": 7}))
    swapped = serve(answer(200, {"platform": 7, "station": 8, **rest}))
    parts = {"station": 7, "platform": 8}
    with pytest.raises(featstore.InvalidCallError, match='answer is "platform", "station", not "station", "platform"'):
        calls.one(swapped.url, lambda client: getattr(client, noun).get(parts, key_order=["station", "platform"]))


def test_a_dictionary_instead_of_a_list_is_refused_with_advice(calls: Calls) -> None:
    for call in (
        lambda client: client.features.get_batch({"track_id": 1}),
        lambda client: client.embeddings.get_batch({"track_id": 1}),
    ):
        with pytest.raises(featstore.InvalidCallError, match=r'\[{"track_id": 1}\]'):
            calls.one("http://localhost:1", call)


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


def refusing() -> Action:
    """Answers a batch, and refuses one that has the id 404."""

    def act(connection: socket.socket, received: Received) -> bool:
        ids = received.json()["ids"]
        if 404 not in ids:
            return batch()(connection, received)
        at = ids.index(404)
        errors = [
            {"path": f"ids[{at}].track_id", "detail": f"the id ids[{at}] is malformed"},
            {"path": f"inputs_by_row[{at}].x[2]", "detail": "a number"},
        ]
        document = {"status": 400, "code": "id_invalid", "detail": f"ids[{at}]: malformed.", "errors": errors}
        return answer(400, document, {"x-request-id": "r-1"})(connection, received)

    return act


async def read_stream(client: featstore.AsyncClient, ids: list[int]) -> list[Any]:
    return [row async for row in client.features.stream(ids)]


BATCHES: dict[str, Callable[[Any, list[int]], Any]] = {
    "get_batch": lambda client, ids: client.features.get_batch(ids),
    "get_batch_arrow": lambda client, ids: client.features.get_batch_arrow(ids),
    "stream": lambda client, ids: (
        read_stream(client, ids) if isinstance(client, featstore.AsyncClient) else list(client.features.stream(ids))
    ),
    "embeddings.get_batch": lambda client, ids: client.embeddings.get_batch(ids),
}


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


class IntegerOfNumPy:
    """Has what an integer of NumPy has."""

    def __index__(self) -> int:
        return 7


class Column(Sequence[Any]):
    """Has what an array or a series has."""

    def __init__(self, values: list[Any]) -> None:
        self._values = values

    def tolist(self) -> list[Any]:
        return self._values

    def __getitem__(self, index: Any) -> Any:
        raise AssertionError("The values should be converted at once")

    def __len__(self) -> int:
        return len(self._values)


def test_ids_of_other_libraries_are_accepted(calls: Calls, serve: Serve) -> None:
    server = serve(batch())
    named = uuid.UUID("0190163d-8694-739b-aea5-966c26f8ad91")
    calls.one(server.url, lambda client: client.features.get_batch([IntegerOfNumPy(), 7.0, named, 2**53]))
    calls.one(server.url, lambda client: client.features.get_batch(Column([1, 2])))
    assert server.requests[0].json()["ids"] == [7, 7, str(named), "9007199254740992"]
    assert server.requests[1].json()["ids"] == [1, 2]


NO_IDS = ["abc", None, 7, [True], [None], [object], [float("nan")], [b"x"], {"a": 1}, [{"a": None}]]


@pytest.mark.parametrize("ids", NO_IDS, ids=repr)
@pytest.mark.parametrize("read", BATCHES.values(), ids=BATCHES.keys())
def test_what_is_no_id_is_refused_before_a_request(calls: Calls, read: Any, ids: Any) -> None:
    with pytest.raises(featstore.InvalidCallError):
        calls.one("http://localhost:1", lambda client: read(client, ids))


@pytest.mark.parametrize("id", [None, object, True, b"x", float("nan"), {}, {"a": None}, ""], ids=repr)
@pytest.mark.parametrize("noun", ["features", "embeddings"])
def test_what_is_no_single_id_is_refused_before_a_request(calls: Calls, noun: str, id: Any) -> None:
    with pytest.raises(featstore.InvalidCallError):
        calls.one("http://localhost:1", lambda client: getattr(client, noun).get(id))


@pytest.mark.parametrize("read", BATCHES.values(), ids=BATCHES.keys())
def test_an_empty_batch_is_left_to_the_server(calls: Calls, serve: Serve, read: Any) -> None:
    server = serve(problem(400, "ids_empty"))
    if read is BATCHES["stream"]:
        assert calls.one(server.url, lambda client: read(client, [])) == []
        return
    with pytest.raises(featstore.BadRequestError, match="ids_empty"):
        calls.one(server.url, lambda client: read(client, []))
    assert server.requests[0].json()["ids"] == []


@pytest.mark.parametrize(
    "call",
    [
        lambda client: client.features.get(7, inputs={"x": float("inf")}),
        lambda client: client.features.get(7, inputs={"x": object()}),
        lambda client: client.features.get(7, inputs={"x": datetime(2026, 1, 1)}),
        lambda client: client.features.get(7, as_of=datetime(2026, 1, 1)),
        lambda client: client.features.get(7, timeout=0),
        lambda client: client.features.get(7, retries=-1),
        lambda client: client.features.get(7, deadline=float("nan")),
        lambda client: client.features.get(7, idempotency_key="k"),
        lambda client: client.features.get(7, idempotency_key="a b"),
        lambda client: client.feature_views.get(""),
        lambda client: client.feature_views.get(".."),
        lambda client: client.feature_views.get("\ud83c"),
        lambda client: client.features.get(7, features=["\ud83c"]),
        lambda client: client.features.get_batch([7], features=["\ud83c"]),
        lambda client: client.embeddings.search(embedding="a.b", vector=[float("nan")]),
        lambda client: client.embeddings.search(embedding="a.b", vector=["x"]),
    ],
)
def test_an_unusable_option_is_refused_before_a_request(calls: Calls, call: Any) -> None:
    with pytest.raises(featstore.InvalidCallError):
        calls.one("http://localhost:1", call)


def test_an_unknown_option_is_a_type_error(calls: Calls) -> None:
    with pytest.raises(TypeError, match="feature"):
        calls.one("http://localhost:1", lambda client: client.features.get(7, feature=["a"]))


def test_headers_of_the_client_and_of_the_call_are_sent(calls: Calls, serve: Serve) -> None:
    server = serve(answer(200, ROW))
    headers = {"X-Trace": "call"}
    calls.one(
        server.url, lambda client: client.features.get(7, headers=headers), headers={"x-trace": "client", "x-b": "c"}
    )
    received = server.requests[0].headers
    assert (received["x-trace"], received["x-b"], received["authorization"]) == ("call", "c", f"Bearer {KEY}")


def test_a_request_names_the_client_and_its_version(calls: Calls, serve: Serve) -> None:
    server = serve(answer(200, ROW))
    calls.one(server.url, lambda client: client.features.get(7))
    assert server.requests[0].headers["user-agent"] == f"featstore-python/{featstore.__version__}"


def test_errors_survive_a_process_boundary(calls: Calls, serve: Serve) -> None:
    server = serve(problem(429, "quota_exceeded", {"retry-after": "259200"}))
    with pytest.raises(featstore.RateLimitError) as caught:
        calls.one(server.url, lambda client: client.features.get(7))
    copied = pickle.loads(pickle.dumps(caught.value))
    assert (str(copied), vars(copied)) == (str(caught.value), vars(caught.value))


@pytest.mark.parametrize(
    ("call", "document"),
    [
        (lambda client: client.embeddings.get(7), {"embeddings": {"a.b": {}}, "status": "complete"}),
        (lambda client: client.embeddings.get(7), {"embeddings": {"a.b": None}, "status": "complete"}),
        (lambda client: client.embeddings.get_batch([7]), {"embeddings": {"a": {}}, "status": ["x"], "views": []}),
        (lambda client: client.embeddings.get_batch([7]), {"embeddings": {}, "status": [], "views": []}),
        (lambda client: client.embeddings.search(embedding="a.b", id=7), {"hits": [], "space": "s"}),
        (lambda client: client.features.get_batch([7]), {"columns": [], "rows": [], "status": []}),
        (lambda client: client.feature_views.list(), {"feature_views": [{"name": "a"}]}),
        (lambda client: client.feature_services.get("a"), {"name": "a", "promoted": 1, "versions": [7]}),
        (lambda client: client.keys.get("a"), {"id": "a", "scopes": []}),
        (lambda client: client.usage.get(), {"usage": []}),
        (lambda client: client.health(), {"status": "ok"}),
    ],
)
def test_an_answer_without_its_members_is_an_unexpected_answer_error(
    calls: Calls, serve: Serve, call: Any, document: Any
) -> None:
    with pytest.raises(featstore.UnexpectedAnswerError, match="check url"):
        calls.one(serve(answer(200, document)).url, call)


def test_a_closed_async_client_says_so() -> None:
    async def use_closed() -> None:
        client = featstore.AsyncClient("http://localhost:1", KEY)
        await client.close()
        with pytest.raises(featstore.InvalidCallError, match="closed"):
            await client.health()

    asyncio.run(use_closed())


RUN: dict[str, Any] = {
    **dict.fromkeys(["recomputed", "why_full", "repaired", "watermark", "finished_at", "duration_ms", "rows"]),
    **dict.fromkeys(["ignored_rows", "chunks", "failure", "forced_because"]),
    "view": "a",
    "version": 1,
    "generation": 1,
    "state": "running",
    "kind": "full",
    "broken_contracts": [],
    "as_of": "2026-01-01T00:00:00Z",
    "started_at": "2026-01-01T00:00:00Z",
    "warnings": [],
    "from_tomorrow": 1,
}


def test_runs_follow_the_pages(calls: Calls, serve: Serve) -> None:
    server = serve(
        answer(200, {"runs": [{**RUN, "run_id": "3"}, {**RUN, "run_id": "2"}], "next": "2"}),
        answer(200, {"runs": [{**RUN, "run_id": "1"}], "next": None}),
    )

    async def all_of(client: featstore.AsyncClient) -> list[str]:
        return [run.run_id async for run in client.runs.list(view="a", limit=2)]

    ids = calls.one(
        server.url,
        all_of if calls.is_async else lambda client: [run.run_id for run in client.runs.list(view="a", limit=2)],
    )
    assert ids == ["3", "2", "1"]
    assert [query_of(request) for request in server.requests] == [
        {"view": ["a"], "limit": ["2"]},
        {"view": ["a"], "limit": ["2"], "before": ["2"]},
    ]


def test_the_first_page_of_runs_can_be_read_alone(calls: Calls, serve: Serve) -> None:
    server = serve(answer(200, {"runs": [{**RUN, "run_id": "3"}], "next": "3"}))
    result = calls.one(server.url, lambda client: client.runs.list())
    page = result if calls.is_async else result.page
    assert ([run.run_id for run in page.runs], page.next, len(server.requests)) == (["3"], "3", 1)


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
