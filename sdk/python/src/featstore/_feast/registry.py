"""Entities and data sources in the shape of Feast, read from the definitions of views."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .._answer import unexpected
from .._errors import InvalidCallError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from .._request import Response


@dataclass(frozen=True)
class Entity:
    """What features describe, and its key."""

    name: str
    join_keys: Sequence[str]
    """The names of the key's parts, in the order of a path."""
    value_types: Sequence[str]
    """The type of each part, such as `int64`."""
    description: str | None

    @property
    def join_key(self) -> str:
        """The name of a key of one part. Errors: `InvalidCallError` for a key of several parts."""
        if len(self.join_keys) != 1:
            raise InvalidCallError(f"The key of {self.name} has several parts: read join_keys")
        return self.join_keys[0]


@dataclass(frozen=True)
class DataSource:
    """A table or query of PostgreSQL that views or entities are computed from."""

    name: str
    table: str | None
    """With its schema, `public.plays`; None for a query."""
    query: str | None
    timestamp_field: str | None
    """The column of the event time; None without one."""
    created_timestamp_column: str | None
    """The column of the time at which the store could first have known a row; None without one."""
    history: str | None
    """`events`, `versions` or `current`."""


def entities_of(responses: Sequence[Response]) -> list[Entity]:
    """Returns the entities of versions of views, by name."""
    found: dict[str, Entity] = {}
    for entity in (_member(each, "entity", response) for response, each in _definitions(responses)):
        key = entity["key"]
        found[entity["name"]] = Entity(
            entity["name"], [each["name"] for each in key], [each["type"] for each in key], entity.get("description")
        )
    return [found[name] for name in sorted(found)]


def sources_of(responses: Sequence[Response]) -> list[DataSource]:
    """Returns the sources of versions of views and of their entities, by name."""
    found: dict[DataSource, None] = {}
    for response, definition in _definitions(responses):
        population = _member(definition, "entity", response).get("population")
        for source in (_member(definition, "source", response), *([] if population is None else [population])):
            found.update(dict.fromkeys(_parts_of(source)))
    return sorted(found, key=lambda each: (each.name, each.table or "", each.query or ""))


def _parts_of(source: Mapping[str, Any]) -> Iterator[DataSource]:
    """Yields the source, or those that an extended source consists of."""
    relation = source["relation"]
    if relation["kind"] == "extended":
        yield from _parts_of(relation["base"])
        yield from _parts_of(relation["extension"])
        return
    schema, table = relation.get("schema"), relation.get("table")
    yield DataSource(
        name=source["name"],
        table=f"{schema}.{table}" if schema else table,
        query=relation.get("text"),
        timestamp_field=_column_of(source.get("eventTime")),
        created_timestamp_column=_column_of(source.get("knownTime")),
        history=source.get("history"),
    )


def _column_of(time: Mapping[str, Any] | None) -> str | None:
    return None if time is None else time["column"]


def _definitions(responses: Sequence[Response]) -> Iterator[tuple[Response, Mapping[str, Any]]]:
    for response in responses:
        yield response, _member(response.json(), "definition", response)


def _member(document: Any, name: str, response: Response) -> Mapping[str, Any]:
    member = document.get(name) if isinstance(document, dict) else None
    if not isinstance(member, dict):
        raise unexpected(response)
    return member
