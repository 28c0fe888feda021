"""Errors of datasets and their files."""

from __future__ import annotations

from .._errors import FeatstoreError


class SelectionError(FeatstoreError):
    """The dataset has no such snapshot or file, or several files match.

    `code` is that of the server for the same fault: `snapshot_not_found`, `snapshot_withdrawn`,
    `dataset_format_unknown`, `dataset_file_not_found` or `dataset_file_ambiguous`.
    """

    def __init__(self, message: str, *, code: str = "dataset_file_not_found") -> None:
        super().__init__(message)
        self.code = code


class FileChangedError(FeatstoreError):
    """The bytes on the server are not those of the snapshot's file, or changed between two ranges."""


class RangeIgnoredError(FeatstoreError):
    """The server, or a proxy before it, sends the whole file in response to a request for a range."""


class LocalFileError(FeatstoreError):
    """A file cannot be written or read, or would be overwritten.

    `code` is `EEXIST` for another file at the path, `ENOSPC` for a full disk, `EBUSY` while another download writes
    the same file, and else that of the system.
    """

    def __init__(self, message: str, *, code: str = "EIO", path: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.path = path


class ExportFailedError(FeatstoreError):
    """An export of selected columns ended without a file."""

    def __init__(self, message: str, *, id: str = "", code: str = "export_failed") -> None:
        super().__init__(message)
        self.id = id
        self.code = code


for _error in (SelectionError, FileChangedError, RangeIgnoredError, LocalFileError, ExportFailedError):
    _error.__module__ = "featstore"
