"""The requests that calls send, and options that they refuse."""

from __future__ import annotations

from datetime import date, datetime, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

import featstore
from conftest import KEY
from scripted_server import ROW, answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Calls
    from scripted_server import ScriptedServer

    Serve = Callable[..., ScriptedServer]


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
    assert request.query() == {
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
