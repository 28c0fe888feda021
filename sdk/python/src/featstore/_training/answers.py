"""Training sets as the server describes them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from .._answer import build, document_of
from .._datasets.remote_file import RemoteFile
from .._errors import (
    ApiError,
    ConnectionError,
    FeatstoreError,
    InvalidCallError,
    TimeoutError,
    TrainingSetFailedError,
    UnexpectedAnswerError,
)
from .._extras import need
from .._frames import Frames, read_parquet
from .requests import path_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow

    from .._request import Response, ResponseInfo

TrainingSetState = Literal["loading", "queued", "running", "cancelling", "finished", "failed", "cancelled", "deleted"]

FIRST_PAUSE = 0.1
MAX_FAILURES = 10


@dataclass(frozen=True)
class TrainingSetProgress:
    """How far a training set is."""

    rows: int
    spine_rows: int | None
    """None until the spine is read."""


@dataclass(frozen=True)
class TrainingSetFailure:
    """Why it ended without a result. `code` is stable, such as `training_set_leaks`; `errors` say where."""

    code: str
    detail: str
    errors: Sequence[Mapping[str, str]] = ()


@dataclass(frozen=True)
class TrainingSetDocument:
    """A training set, as of the last answer of the server."""

    id: str
    state: TrainingSetState
    progress: TrainingSetProgress
    failure: TrainingSetFailure | None
    """None unless it ended without a result."""
    manifest: Mapping[str, Any] | None = field(repr=False)
    """Describes the content and the origin of the file, with leakage and splits; None until it is finished."""
    created_at: str
    finished_at: str | None
    response: ResponseInfo = field(repr=False, compare=False)

    @property
    def sha256(self) -> str | None:
        """The SHA-256 of its file, which identifies its content; None until it is finished."""
        return None if self.manifest is None else str(self.manifest["result"]["sha256"])

    @property
    def format(self) -> str | None:
        """The format of its file; None until it is finished."""
        return None if self.manifest is None else str(self.manifest["options"]["format"])

    @property
    def features(self) -> list[str]:
        """The columns of features, `view.feature`, in the order of the file; empty until it is finished."""
        return self._columns_of("feature")

    @property
    def labels(self) -> list[str]:
        """The columns of labels: those made from features, then the spine's label column."""
        column = None if self.manifest is None else self.manifest["options"].get("labelColumn")
        return [*self._columns_of("label"), *([] if column is None else [str(column)])]

    def _columns_of(self, role: str) -> list[str]:
        columns = [] if self.manifest is None else self.manifest["columns"]
        return [str(each["name"]) for each in columns if each["role"] == role]

    def _remote(self) -> RemoteFile:
        """Describes its file. Errors: `InvalidCallError` before it is finished."""
        if self.manifest is None:
            raise InvalidCallError(f"Training set {self.id} is {self.state} and has no file: call wait() first")
        result = self.manifest["result"]
        size, sha256 = result.get("bytes"), result.get("sha256")
        if not isinstance(size, int) or re.fullmatch(r"[0-9a-f]{64}", str(sha256)) is None:
            raise UnexpectedAnswerError(f"The manifest of training set {self.id} has no usable size or SHA-256")
        return RemoteFile(f"{self.id}.{self.format}", f"{path_of(self.id)}/data", size, str(sha256))


@dataclass(frozen=True)
class TrainingSetData(Frames):
    """The file of a training set in memory, verified by its SHA-256. Frames need the format Parquet."""

    manifest: Mapping[str, Any] = field(repr=False)
    format: str
    sha256: str
    content: bytes = field(repr=False)

    def to_arrow(self) -> pyarrow.Table:
        """Reads the file as a table. Decimals, which the file has as text, become decimals."""
        return with_decimals(read_parquet([self.content], self.format), self.manifest)

    def _features_in(self, table: pyarrow.Table) -> list[str]:
        return [each["name"] for each in self.manifest["columns"] if each["role"] == "feature"]


def with_decimals(table: pyarrow.Table, manifest: Mapping[str, Any]) -> pyarrow.Table:
    """Converts features of the type decimal, whose texts have no fixed scale, to the narrowest Arrow type."""
    from decimal import Decimal

    arrow = need("pyarrow", "arrow")
    for each in manifest["columns"]:
        name = each["name"]
        if each["type"] != "decimal" or table.schema.field(name).type != arrow.string():
            continue
        values = [None if text is None else Decimal(text) for text in table.column(name).to_pylist()]
        try:
            column = arrow.array(values) if any(value is not None for value in values) else None
        except arrow.ArrowInvalid:
            column = None  # more than 76 digits: the text is exact
        if column is not None:
            table = table.set_column(table.schema.get_field_index(name), name, column)
    return table


def document_parts(response: Response) -> dict[str, Any]:
    """Reads an answer as the fields of `TrainingSetDocument`."""
    document = document_of(response, id=str, state=str, progress=dict)
    failure = document.get("failure")
    return {
        **{name: document.get(name) for name in ("id", "state", "manifest", "created_at", "finished_at")},
        "progress": build(TrainingSetProgress, document["progress"], response),
        "failure": None if failure is None else build(TrainingSetFailure, failure, response),
        "response": response.info,
    }


class Waiting:
    """The course of a wait: counts failed polls and finds the pauses between polls."""

    def __init__(self, id: str, every: float) -> None:
        if not every > 0:
            raise InvalidCallError(f"every must be a positive number of seconds, got {every!r}")
        self._id = id
        self._every = every
        self._next = min(every, FIRST_PAUSE)
        self._failures = 0

    def pause(self) -> float:
        """Returns the seconds until the next poll; they grow up to `every`."""
        current = self._next
        self._next = min(self._every, current * 2)
        return current

    def failed(self, error: FeatstoreError) -> None:
        """Counts a failed poll. Errors: the error, with the set's id, if it does not pass, or came too often."""
        self._failures += 1
        passes = isinstance(error, (ConnectionError, TimeoutError)) or (
            isinstance(error, ApiError) and (error.status == 429 or error.status >= 500)
        )
        if not passes or self._failures > MAX_FAILURES:
            advice = f': it goes on, and client.training_sets.get("{self._id}").wait() waits again' if passes else ""
            error.args = (f"{error} (waiting for training set {self._id}{advice})",)
            raise error

    def is_over(self, document: TrainingSetDocument) -> bool:
        """Whether it is finished. Errors: `TrainingSetFailedError` if it ended otherwise."""
        self._failures = 0
        state = document.state
        if state in ("failed", "cancelled", "deleted"):
            failure = document.failure or TrainingSetFailure(state, f"it was {state}")
            raise TrainingSetFailedError(
                f"Training set {document.id}: {failure.code}: {failure.detail}",
                id=document.id,
                code=failure.code,
                detail=failure.detail,
                errors=failure.errors,
            )
        return state == "finished"
