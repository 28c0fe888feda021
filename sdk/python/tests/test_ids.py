"""Ids: the accepted types, and refusals before a request."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pytest

import featstore
from batch_answers import BATCHES, batch
from scripted_server import answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Calls
    from scripted_server import ScriptedServer

    Serve = Callable[..., ScriptedServer]


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
        with pytest.raises(featstore.InvalidCallError, match=r'\[{"speech_id": 1}\]'):
            calls.one("http://localhost:1", call)


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
