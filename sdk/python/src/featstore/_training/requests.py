"""The requests of training sets."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote

from .._errors import InvalidCallError
from .._request import CallKeywords, CallOptions, Content, Request, options_of

if TYPE_CHECKING:
    from collections.abc import Sequence

ResultFormat = Literal["parquet", "csv", "jsonl"]

PATH = "/api/training-sets"
# The server reads the spine before it answers.
UPLOAD_SECONDS = 3600.0


@dataclass(frozen=True)
class NewTrainingSet:
    """The options of a new training set, without its spine."""

    features: str | Sequence[str] | None = None
    service: str | None = None
    entity: str | None = None
    format: str | None = None
    labels: str | Sequence[str] | None = None
    label_column: str | None = None
    allow_leakage: str | None = None
    split: str | None = None
    columns: Sequence[str] | None = None
    as_of_column: str | None = None
    time_zone: str | None = None
    reuse: bool = False

    def in_query(self) -> dict[str, str | None]:
        """Returns the parameters of the request. Errors: `InvalidCallError` for a comma in a name."""
        return {
            "features": _list_text("features", self.features),
            "service": self.service,
            "entity": self.entity,
            "format": self.format,
            "labels": _list_text("labels", self.labels),
            "label_column": self.label_column,
            "allow_leakage": self.allow_leakage,
            "split": self.split,
            "columns": _list_text("columns", self.columns),
            "as_of_column": self.as_of_column,
            "time_zone": self.time_zone,
            "reuse": "true" if self.reuse else None,
        }


class NewTrainingSetKeywords(CallKeywords, total=False):
    """Keyword options of a new training set, explained at `TrainingSets.create`."""

    features: str | Sequence[str] | None
    service: str | None
    entity: str | None
    format: ResultFormat | None
    labels: str | Sequence[str] | None
    label_column: str | None
    allow_leakage: str | None
    split: str | None
    columns: Sequence[str] | None
    as_of_column: str | None
    time_zone: str | None
    reuse: bool


def create_request(new: NewTrainingSet, content: Content, call: CallOptions) -> Request:
    """Sends a spine. It may take an hour unless the call says something else."""
    options = replace(call, timeout=call.timeout or UPLOAD_SECONDS, deadline=call.deadline or UPLOAD_SECONDS)
    return Request("POST", PATH, query=new.in_query(), content=content, honours_idempotency_key=True, options=options)


def rerun_request(id: str, call: CallKeywords) -> Request:
    """Makes a training set again."""
    return Request("POST", PATH, body={"rerun": id}, honours_idempotency_key=True, options=options_of(call))


def set_request(method: str, id: str, options: CallOptions, below: str = "") -> Request:
    """Builds a request to one training set."""
    return Request(method, f"{path_of(id)}{below}", options=options)


def path_of(id: str) -> str:
    """Returns the path of a training set. Errors: `InvalidCallError`."""
    if not isinstance(id, str) or id in ("", ".", ".."):
        raise InvalidCallError(f"The id of a training set must be a text, got {id!r}")
    return f"{PATH}/{quote(id, safe='')}"


def _list_text(what: str, items: str | Sequence[str] | None) -> str | None:
    if items is None or isinstance(items, str):
        return items
    for item in items:
        if "," in item:
            raise InvalidCallError(f"Items of {what} cannot contain a comma, got {item!r}")
    return ",".join(items)
