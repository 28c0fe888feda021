"""Errors of the file system as `LocalFileError`, with advice."""

from __future__ import annotations

import errno
import hashlib
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from .errors import LocalFileError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

READ_BYTES = 1 << 20

_ADVICE = {
    "ENOSPC": "the disk is full: free some space and download again; what was received is kept",
    "EDQUOT": "your disk quota is used up: free some space and download again; what was received is kept",
    "EACCES": "this user may not write there: choose another path",
    "EPERM": "this user may not write there: choose another path",
    "EROFS": "the disk is read-only: choose another path",
    "ENOTDIR": "a part of the path is a file: choose another path",
    "EISDIR": "it is a folder: choose another path",
}


@contextmanager
def local_files(path: Path) -> Iterator[None]:
    """Turns errors of the system into `LocalFileError` with the system's code."""
    try:
        yield
    except OSError as error:
        code = errno.errorcode.get(error.errno or 0, "EIO")
        advice = _ADVICE.get(code, f"the operation failed with {code}")
        raise LocalFileError(f'"{path}": {advice}', code=code, path=str(path)) from error


def exists_problem(path: Path) -> LocalFileError:
    """Creates the error for another file at the path."""
    message = f'"{path}" exists and has other content: pass overwrite=True, or choose another path'
    return LocalFileError(message, code="EEXIST", path=str(path))


def sha256_of(file: IO[bytes], check: Callable[[], None] = lambda: None) -> str:
    """Reads a whole file and returns its SHA-256; calls `check` after each piece."""
    digest = hashlib.sha256()
    file.seek(0)
    while piece := file.read(READ_BYTES):
        digest.update(piece)
        check()
    return digest.hexdigest()
