"""Rows of features, read from answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Literal

from ._answer import LazyRows, document_of, unexpected
from ._entity_ids import check_names
from ._tables import BatchTables

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ._entity_ids import BodyId, EntityId
    from ._request import Response, ResponseInfo
    from ._tables import ArrowBatch

ViewStatus = Literal["complete", "missing", "unknown_entity", "expired", "timeout", "invalid_id"]
RowStatus = Literal["complete", "partial", "missing", "unknown_entity", "expired", "timeout", "invalid_id"]


@dataclass(frozen=True)
class FeatureRow:
    """The features of one entity. Values are as the server's JSON has them: int64, decimals and times are text."""

    id: EntityId
    status: RowStatus
    """The status of all views if they agree, else `partial`."""
    features: Mapping[str, Mapping[str, Any]]
    """By view, then by name; those that a service computes are under `computed`."""
    views: Mapping[str, ViewStatus]
    """The status of each view."""
    metadata: Mapping[str, Any] | None = field(default=None, repr=False)
    """By view: version, generation and times. Only with `metadata=True`; a row of a batch has none."""
    response: ResponseInfo | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True)
class FeatureBatch(BatchTables):
    """The features of many entities, in the order of `ids`. Values are as the server's JSON has them."""

    ids: Sequence[BodyId] = field(repr=False)
    columns: list[str]
    """Of `values`: `speech_sentiment.sentiment`. A service's are in the input order of its model."""
    values: list[list[Any]] = field(repr=False)
    """One list for each id."""
    status: list[RowStatus] = field(repr=False)
    """One for each id."""
    views: list[str]
    """The views, in the order of `statuses`."""
    statuses: list[list[ViewStatus]] | None = field(repr=False)
    """The status of each view, per row; None if every row is complete."""
    errors: list[dict[str, Any]]
    """Ids that could not be read: `position`, `code`, `detail`. Only with `on_invalid_id="null"`."""
    metadata: dict[str, Any] | None = field(repr=False)
    """By view: version, generation, and times per row. Only with `metadata=True`."""
    response: ResponseInfo = field(repr=False, compare=False)
    """Of the last request, if there were several."""
    _read_arrow: Callable[[], ArrowBatch] | None = field(default=None, repr=False, compare=False)

    @property
    def rows(self) -> Sequence[FeatureRow]:
        """One row for each id; made when it is read, so prefer `columns` and `values` for a table."""
        by_view: dict[str, dict[str, int]] = {}
        for position, column in enumerate(self.columns):
            view, _, name = column.rpartition(".")
            by_view.setdefault(view, {})[name] = position
        views = [(view, tuple(names), _picker(list(names.values()))) for view, names in by_view.items()]
        complete: Mapping[str, Any] = dict.fromkeys(self.views, "complete")

        def row(position: int) -> FeatureRow:
            values = self.values[position]
            features = {view: dict(zip(names, pick(values), strict=True)) for view, names, pick in views}
            statuses = complete
            if self.statuses is not None:
                statuses = dict(zip(self.views, self.statuses[position], strict=True))
            return FeatureRow(self.ids[position], self.status[position], features, statuses, None, self.response)

        return LazyRows(len(self.ids), row)


def _picker(positions: list[int]) -> Callable[[list[Any]], Sequence[Any]]:
    """Returns the function that picks these values of a row."""
    first, last = positions[0], positions[-1]
    if positions == list(range(first, last + 1)):
        return itemgetter(slice(first, last + 1))
    return itemgetter(*positions)


def read_row(id: EntityId, key_order: Sequence[str] | None, response: Response) -> FeatureRow:
    """Reads the answer of a single read. Errors: `InvalidCallError` if it is that of another key."""
    document = document_of(response, features=dict, views=dict, status=str)
    check_names(id, key_order, document, "features")
    return FeatureRow(
        id, document["status"], document["features"], document["views"], document.get("metadata"), response.info
    )


def read_batch(
    ids: Sequence[BodyId], responses: Sequence[Response], read_arrow: Callable[[], ArrowBatch] | None = None
) -> FeatureBatch:
    """Reads the answers of a batch. Errors: `UnexpectedAnswerError` if they do not have one row for each id.

    `read_arrow` sends the same request for a table.
    """
    parts = [batch_document(response) for response in responses]
    if sum(len(part["rows"]) for part in parts) != len(ids):
        raise unexpected(responses[0])
    return batch_of(ids, parts, responses[-1].info, read_arrow)


def batch_document(response: Response) -> dict[str, Any]:
    """Decodes the answer of one batch."""
    document = document_of(response, columns=list, rows=list, status=list)
    if len(document["rows"]) != len(document["status"]):
        raise unexpected(response)
    return document


def batch_of(
    ids: Sequence[BodyId],
    parts: Sequence[dict[str, Any]],
    info: ResponseInfo,
    read_arrow: Callable[[], ArrowBatch] | None = None,
) -> FeatureBatch:
    """Joins the parts of a batch."""
    first = parts[0]
    columns: list[str] = first["columns"]
    views: list[str] = first.get("views") or list(dict.fromkeys(column.rpartition(".")[0] for column in columns))
    if len(parts) == 1:
        return FeatureBatch(
            ids,
            columns,
            first["rows"],
            first["status"],
            views,
            first.get("statuses"),
            first.get("errors", []),
            first.get("metadata"),
            info,
            read_arrow,
        )
    starts = [0]
    for part in parts:
        starts.append(starts[-1] + len(part["rows"]))
    statuses = None
    if any("statuses" in part for part in parts):
        complete: list[Any] = ["complete"] * len(views)
        statuses = [row for part in parts for row in part.get("statuses") or [complete] * len(part["rows"])]
    return FeatureBatch(
        ids,
        columns,
        [row for part in parts for row in part["rows"]],
        [status for part in parts for status in part["status"]],
        views,
        statuses,
        [_moved(error, start) for start, part in zip(starts, parts, strict=False) for error in part.get("errors", [])],
        _metadata_of(parts),
        info,
        read_arrow,
    )


def _moved(error: dict[str, Any], start: int) -> dict[str, Any]:
    position = error["position"] + start
    return {**error, "position": position, "path": f"ids[{position}]"}


def _metadata_of(parts: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """Joins the members that are per row. The others are those of the part with the oldest values."""
    if "metadata" not in parts[0]:
        return None
    joined: dict[str, Any] = {}
    for view in parts[0]["metadata"]:
        of_parts = [part["metadata"][view] for part in parts]
        oldest = max(of_parts, key=lambda each: each.get("age_seconds") or 0.0)
        per_row = {
            name: [value for part in of_parts for value in part[name]]
            for name in ("event_times", "defaulted")
            if name in oldest
        }
        joined[view] = {**oldest, **per_row}
    return joined
