"""The file `<path>.part` with the bytes received so far, and `<path>.part.json`, which says which they are."""

from __future__ import annotations

import contextlib
import json
import os
import threading
import time
from typing import TYPE_CHECKING, Any

from .._errors import ChecksumError
from .byte_ranges import ByteRange, merge_ranges
from .errors import LocalFileError
from .local_file import exists_problem, local_files, sha256_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from .remote_file import RemoteFile

SAVE_EVERY_SECONDS = 1.0


class PartFile:
    """The part file of one download; its methods may be called by several threads.

    The list of ranges is written after the bytes, so that after a crash it names at most what is there.
    """

    def __init__(self, path: Path, remote: RemoteFile, *, resume: bool) -> None:
        self._path = path
        self._remote = remote
        self._part = path.with_name(f"{path.name}.part")
        self._state = path.with_name(f"{path.name}.part.json")
        self._lock = threading.Lock()
        self._received = self._read_state() if resume else []
        self._saved_at = time.monotonic()
        with local_files(self._part):
            if not self._received:
                self.discard()
            # Unbuffered, so that a full disk fails the write that it concerns.
            self._file = self._part.open("r+b" if self._received else "x+b", buffering=0)

    @property
    def received(self) -> list[ByteRange]:
        """The bytes that are in the file."""
        return list(self._received)

    def write(self, piece: bytes, at: int) -> None:
        """Writes bytes at a position. Errors: `LocalFileError`."""
        with self._lock:
            with local_files(self._part):
                self._file.seek(at)
                rest = memoryview(piece)
                while rest:
                    rest = rest[self._file.write(rest) :]
            self._received = merge_ranges([*self._received, ByteRange(at, at + len(piece))])
            if time.monotonic() - self._saved_at > SAVE_EVERY_SECONDS:
                self._save()

    def save(self) -> None:
        """Writes down what was received, for a later download. Errors: `LocalFileError`."""
        with self._lock:
            self._save()

    def finish(self, *, overwrite: bool, check: Callable[[], None] = lambda: None) -> None:
        """Compares the SHA-256 of all bytes and gives the file its name.

        Errors: `ChecksumError`, after which both files are deleted; `LocalFileError`.
        """
        with local_files(self._part):
            actual = sha256_of(self._file, check)
        if actual != self._remote.sha256:
            self.close()
            self.discard()
            raise ChecksumError(
                f"{self._remote.name} has SHA-256 {actual} instead of {self._remote.sha256}; it was deleted. "
                "Download it again"
            )
        with local_files(self._path):
            os.fsync(self._file.fileno())
            # Another process may have started the part file anew.
            if not os.path.samestat(os.fstat(self._file.fileno()), self._part.stat()):
                message = f'Another download writes to "{self._part}" too: wait for its end'
                raise LocalFileError(message, code="EBUSY", path=str(self._path))
            self.close()
            if not overwrite and os.path.lexists(self._path):
                raise exists_problem(self._path)
            self._part.replace(self._path)
            self._state.unlink(missing_ok=True)

    def discard(self) -> None:
        """Deletes both files."""
        with local_files(self._part):
            self._state.unlink(missing_ok=True)
            self._part.unlink(missing_ok=True)

    def close(self) -> None:
        """Closes the file; a full disk may make this fail silently."""
        with contextlib.suppress(OSError):
            self._file.close()

    def _save(self) -> None:
        with local_files(self._state):
            state = {
                "partVersion": 1,
                "sha256": self._remote.sha256,
                "bytes": self._remote.size,
                "received": [{"first": each.first, "end": each.end} for each in self._received],
            }
            new = self._state.with_name(f"{self._state.name}.new")
            new.write_text(json.dumps(state), encoding="utf-8")
            new.replace(self._state)
            self._saved_at = time.monotonic()

    def _read_state(self) -> list[ByteRange]:
        try:
            state: Any = json.loads(self._state.read_text(encoding="utf-8"))
            size = self._part.stat().st_size
            ranges = [ByteRange(int(each["first"]), int(each["end"])) for each in state["received"]]
        except (OSError, ValueError, KeyError, TypeError):
            return []  # there is none, or it was cut off
        is_same = (state.get("partVersion"), state.get("sha256"), state.get("bytes")) == (
            1,
            self._remote.sha256,
            self._remote.size,
        )
        fits = all(0 <= each.first < each.end <= size for each in ranges)
        return merge_ranges(ranges) if is_same and fits and size <= self._remote.size else []


def compare_file(path: Path, remote: RemoteFile, check: Callable[[], None] = lambda: None) -> str:
    """Compares the file at a path with the server's: `none`, `same` or `other`. Errors: `LocalFileError`."""
    with local_files(path):
        if not os.path.lexists(path):
            return "none"
        if not path.is_file() or path.stat().st_size != remote.size:
            return "other"
        with path.open("rb") as file:
            return "same" if sha256_of(file, check) == remote.sha256 else "other"
