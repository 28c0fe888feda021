"""The results that calls read, and answers that they refuse."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

import pytest

import featstore
from scripted_server import answer, problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Calls
    from scripted_server import ScriptedServer

    Serve = Callable[..., ScriptedServer]


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
    assert [request.query() for request in server.requests] == [
        {"view": ["a"], "limit": ["2"]},
        {"view": ["a"], "limit": ["2"], "before": ["2"]},
    ]


def test_the_first_page_of_runs_can_be_read_alone(calls: Calls, serve: Serve) -> None:
    server = serve(answer(200, {"runs": [{**RUN, "run_id": "3"}], "next": "3"}))
    result = calls.one(server.url, lambda client: client.runs.list())
    page = result if calls.is_async else result.page
    assert ([run.run_id for run in page.runs], page.next, len(server.requests)) == (["3"], "3", 1)
