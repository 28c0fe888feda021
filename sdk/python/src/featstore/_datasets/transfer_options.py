"""Options of everything that receives a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypedDict

from .._errors import InvalidCallError

MAX_PARALLEL = 32


@dataclass(frozen=True)
class DownloadProgress:
    """The state of one file's download."""

    file: str
    """The name of the file, `train-00000-of-00001.parquet`."""
    received_bytes: int
    """Includes what an earlier download had received."""
    total_bytes: int


OnProgress = Callable[[DownloadProgress], None]


class ReadKeywords(TypedDict, total=False):
    """Keyword options of everything that receives a file."""

    parallel: int
    """Number of ranges received at once, 4 by default."""
    part_bytes: int
    """Bytes of a range, 8 MiB by default."""
    retries: int
    """Failures in a row, without a byte received, after which the call gives up; 5 by default."""
    timeout: float | None
    """Seconds to wait for the next byte; the client's by default."""
    on_progress: OnProgress | None
    """Called with the state of the file after each piece."""


class DownloadKeywords(ReadKeywords, total=False):
    """Keyword options of downloads to files."""

    overwrite: bool
    """Replaces another file at the path."""
    resume: bool
    """Continues an interrupted download. True by default."""


@dataclass(frozen=True)
class TransferOptions:
    """How a file is received, checked."""

    parallel: int = 4
    """Number of ranges received at once."""
    part_bytes: int = 8 << 20
    """Bytes of a range."""
    retries: int = 5
    """Failures in a row, without a byte received, after which a range gives up."""
    on_progress: OnProgress | None = None

    def __post_init__(self) -> None:
        _check("parallel", self.parallel, 1, MAX_PARALLEL)
        _check("part_bytes", self.part_bytes, 1, None)
        _check("retries", self.retries, 0, None)

    @property
    def range_bytes(self) -> int | None:
        """Bytes of a range; None for one request without an end, which proxies that ignore Range answer rightly."""
        return None if self.parallel == 1 else self.part_bytes

    def report(self, file: str, received: int, total: int) -> None:
        """Calls `on_progress`, if there is one."""
        if self.on_progress is not None:
            self.on_progress(DownloadProgress(file, received, total))


def _check(name: str, value: int, minimum: int, maximum: int | None) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < minimum or value > (maximum or value):
        limits = f"from {minimum}" if maximum is None else f"from {minimum} to {maximum}"
        raise InvalidCallError(f"{name} must be a whole number {limits}, got {value!r}")
