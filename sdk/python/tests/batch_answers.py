"""Answers to batches, and the calls that send them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import featstore
from scripted_server import answer

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from scripted_server import Action, Received


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
