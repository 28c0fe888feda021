"""Finds a snapshot and its files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .._errors import InvalidCallError, UnexpectedAnswerError
from .errors import SelectionError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .remote_file import RemoteFile
    from .wire import DatasetFile, DatasetFormat, DatasetSnapshot

MAX_BYTES = 2**53 - 1


@dataclass(frozen=True)
class FileSelection:
    """Which files of a dataset."""

    format: DatasetFormat = "parquet"
    snapshot: str = "latest"
    """A snapshot's id or version."""
    split: str | None = None
    part: int | None = None
    features: tuple[str, ...] | None = None
    """Only these columns, which the server exports to a file of its own."""

    def __post_init__(self) -> None:
        if self.features is not None and self.part is not None:
            raise InvalidCallError("features and part cannot be combined: an export has all parts")
        if self.features is not None and len(self.features) == 0:
            raise InvalidCallError("features must have at least one column")


def select_snapshot(dataset: str, snapshots: Sequence[DatasetSnapshot], reference: str) -> DatasetSnapshot:
    """Finds a snapshot in the list, newest first. Errors: `SelectionError`."""
    matches = [
        each
        for each in snapshots
        if (each.withdrawn is None if reference == "latest" else reference in (each.id, each.version))
    ]
    if not matches:
        newest = ", ".join(each.version for each in snapshots[:5]) or "none"
        raise SelectionError(
            f"{dataset} has no snapshot yet"
            if reference == "latest"
            else f'{dataset} has no snapshot "{reference}"; the newest are {newest}',
            code="snapshot_not_found",
        )
    found = matches[0]
    if found.withdrawn is not None:
        successor = found.withdrawn.successor
        advice = "there is no successor yet" if successor is None else f"use its successor {successor}"
        raise SelectionError(
            f"Snapshot {found.version} of {dataset} was withdrawn: {found.withdrawn.reason}; {advice}",
            code="snapshot_withdrawn",
        )
    return found


def select_files(dataset: str, snapshot: DatasetSnapshot, selection: FileSelection) -> list[DatasetFile]:
    """Finds the data files. Errors: `SelectionError` if there is none."""
    data = [each for each in snapshot.files if each.role == "data"]
    of_format = [each for each in data if each.format == selection.format]
    name = f"Snapshot {snapshot.version} of {dataset}"
    if not of_format:
        formats = ", ".join(sorted({str(each.format) for each in data})) or "none"
        raise SelectionError(
            f"{name} has no {selection.format} files; its formats are {formats}", code="dataset_format_unknown"
        )
    files = [
        each for each in of_format if selection.split in (None, each.split) and selection.part in (None, each.part)
    ]
    if not files:
        names = ", ".join(each.name for each in of_format)
        raise SelectionError(
            f"{name} has no such file; its {selection.format} files are {names}", code="dataset_file_not_found"
        )
    for each in files:
        _check(each)
    return files


def only_file(files: Sequence[RemoteFile], advice: str) -> RemoteFile:
    """Returns the only file. Errors: `SelectionError` if there are several."""
    if len(files) != 1:
        names = ", ".join(each.name for each in files)
        raise SelectionError(f"There are {len(files)} files, {names}: {advice}", code="dataset_file_ambiguous")
    return files[0]


def _check(file: DatasetFile) -> None:
    """Refuses names that could leave the folder, and values that no snapshot has."""
    is_plain = re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}", file.name) and not re.search(
        r"\.part(\.json)?$", file.name
    )
    if not is_plain or not 0 <= file.bytes <= MAX_BYTES or not re.fullmatch(r"[0-9a-f]{64}", file.sha256):
        raise UnexpectedAnswerError("The server lists a file with an unusable name, size or SHA-256: check the URL")
