"""Datasets, snapshots and files as the server describes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from .._answer import build, unexpected

if TYPE_CHECKING:
    from .._request import Response, ResponseInfo

DatasetFormat = Literal["parquet", "csv", "jsonl", "json"]


@dataclass(frozen=True)
class LatestSnapshot:
    """The newest snapshot in the list of datasets."""

    id: str
    version: str
    rows: int
    created_at: str


@dataclass(frozen=True)
class DatasetSummary:
    """A dataset in the list. Times are ISO 8601 in UTC."""

    name: str
    title: str
    description: str | None
    licence: str
    """An SPDX expression, `CC0-1.0`."""
    access: str
    """`public`: without a key if the operator allows it; `key`: with one; `gated`: after accepting the terms."""
    key: tuple[str, ...]
    """The key's columns."""
    latest: LatestSnapshot | None
    """The newest snapshot; None before the first one."""


@dataclass(frozen=True)
class DatasetColumn:
    """A column. `type` is a type of the language of definitions: `"string"`, or a mapping for lists and vectors."""

    name: str
    type: Any
    nullable: bool
    description: str
    unit: str | None


@dataclass(frozen=True)
class DatasetTerms:
    """The terms of a gated dataset."""

    version: str
    text: str
    response: ResponseInfo | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True)
class TermsAcceptance:
    """A record of accepted terms."""

    dataset: str
    version: str
    accepted_at: str
    response: ResponseInfo = field(repr=False, compare=False)


@dataclass(frozen=True)
class DatasetDescription(DatasetSummary):
    """A dataset with everything that is known about it."""

    columns: tuple[DatasetColumn, ...]
    """Of the newest snapshot, or as declared before the first."""
    terms: DatasetTerms | None
    cadence: str
    contact: str
    downloads: int
    card: str | None = field(repr=False)
    """The newest snapshot's card, Markdown."""
    response: ResponseInfo = field(repr=False, compare=False)


@dataclass(frozen=True)
class DatasetFile:
    """A file of a snapshot."""

    name: str
    """Unique within the snapshot: `train-00000-of-00001.parquet`."""
    path: str
    """Its place in the snapshot's folder: `data/train-00000-of-00001.parquet`."""
    role: str
    """`data`, `card`, `licence`, `citation`, `checksums` or `digests`."""
    format: str | None
    split: str | None
    """`train`, `validation` or `test`; None: all rows, or no data."""
    part: int
    rows: int | None
    bytes: int
    sha256: str
    url: str


@dataclass(frozen=True)
class Withdrawal:
    """Why a snapshot's files were deleted. `successor` is a newer snapshot's id."""

    at: str
    reason: str
    successor: str | None


@dataclass(frozen=True)
class DatasetSnapshot:
    """A snapshot, which never changes."""

    id: str
    version: str
    """Semantic version of the data: `1.2.0`."""
    rows: int
    created_at: str
    changes: Mapping[str, Any] | None
    """Counts of added, changed and removed rows since `previous`, and changed columns; None for the first one."""
    withdrawn: Withdrawal | None
    files: tuple[DatasetFile, ...] = field(repr=False)


def summary_of(body: object, response: Response) -> DatasetSummary:
    """Reads an item of the list."""
    parts = _parts(body, response)
    return build(DatasetSummary, {**body, **parts} if isinstance(body, Mapping) else body, response)


def description_of(body: Mapping[str, Any], response: Response) -> DatasetDescription:
    """Reads a dataset."""
    terms = body.get("terms")
    columns = tuple(build(DatasetColumn, {"type": None, **each}, response) for each in body["columns"])
    read: dict[str, Any] = {
        **_parts(body, response),
        "columns": columns,
        "terms": None if terms is None else build(DatasetTerms, terms, response),
        "response": response.info,
    }
    return build(DatasetDescription, {**body, **read}, response)


def snapshot_of(body: object, response: Response) -> DatasetSnapshot:
    """Reads a snapshot."""
    if not isinstance(body, Mapping) or not isinstance(body.get("files"), list):
        raise unexpected(response)
    withdrawn = body.get("withdrawn")
    read = {
        "withdrawn": None if withdrawn is None else build(Withdrawal, withdrawn, response),
        "files": tuple(build(DatasetFile, each, response) for each in body["files"]),
    }
    return build(DatasetSnapshot, {**body, **read}, response)


def _parts(body: object, response: Response) -> dict[str, Any]:
    if not isinstance(body, Mapping) or not isinstance(body.get("key"), list):
        raise unexpected(response)
    latest = body.get("latest")
    return {"key": tuple(body["key"]), "latest": None if latest is None else build(LatestSnapshot, latest, response)}
