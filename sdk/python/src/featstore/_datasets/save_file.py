"""Downloads a file to a path, or into memory."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .._errors import ChecksumError, ConnectionError, TimeoutError
from .byte_ranges import missing_ranges, total_size
from .errors import FileChangedError, LocalFileError
from .local_file import exists_problem, local_files
from .part_file import PartFile, compare_file
from .receive_ranges import OpenRange, receive_ranges

if TYPE_CHECKING:
    from collections.abc import Callable

    from .remote_file import RemoteFile
    from .transfer_options import TransferOptions


@dataclass(frozen=True)
class SavedFile:
    """A file on disk whose SHA-256 was verified."""

    file: str
    path: Path
    """Absolute."""
    bytes: int
    sha256: str
    resumed_bytes: int
    """Bytes that an earlier, interrupted download had received; all of them if the finished file was there already."""


def save_file(
    remote: RemoteFile,
    to: Path,
    *,
    open_range: OpenRange,
    options: TransferOptions,
    overwrite: bool,
    resume: bool,
) -> SavedFile:
    """Downloads a file to a path. The file gets its name only after its SHA-256 was verified."""
    path = Path(to).absolute()
    present = compare_file(path, remote)
    if present == "same":
        options.report(remote.name, remote.size, remote.size)
        return SavedFile(remote.name, path, remote.size, remote.sha256, remote.size)
    if present == "other" and not overwrite:
        raise exists_problem(path)
    with local_files(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    part = PartFile(path, remote, resume=resume)
    try:
        resumed = total_size(part.received)
        receive_ranges(
            missing_ranges(part.received, remote.size, options.range_bytes),
            open_range=open_range,
            write=part.write,
            on_bytes=_counter(remote, options, resumed),
            parallel=options.parallel,
            retries=options.retries,
        )
        part.finish(overwrite=overwrite)
    except BaseException as error:
        _keep(part, error)
        if isinstance(error, (ConnectionError, TimeoutError)):
            message = (
                f"{error}. {total_size(part.received)} of {remote.size} bytes are kept: download again to continue"
            )
            raise type(error)(message) from error
        raise
    finally:
        part.close()
    return SavedFile(remote.name, path, remote.size, remote.sha256, resumed)


def read_file(remote: RemoteFile, *, open_range: OpenRange, options: TransferOptions) -> bytes:
    """Reads a whole file into memory. Errors: `ChecksumError` if its SHA-256 is wrong."""
    content = bytearray(remote.size)

    def write(piece: bytes, at: int) -> None:
        content[at : at + len(piece)] = piece

    receive_ranges(
        missing_ranges([], remote.size, options.range_bytes),
        open_range=open_range,
        write=write,
        on_bytes=_counter(remote, options, 0),
        parallel=options.parallel,
        retries=options.retries,
    )
    actual = hashlib.sha256(content).hexdigest()
    if actual != remote.sha256:
        raise ChecksumError(
            f"{remote.name} has SHA-256 {actual} instead of {remote.sha256}: do not use its bytes, read it again"
        )
    return bytes(content)


def _keep(part: PartFile, error: BaseException) -> None:
    """Leaves what a later download can continue."""
    if isinstance(error, FileChangedError):
        part.discard()
    elif not isinstance(error, ChecksumError) and not (isinstance(error, LocalFileError) and error.code == "EBUSY"):
        # A full disk may leave no room for it. The first error matters more.
        with suppress(LocalFileError):
            part.save()


def _counter(remote: RemoteFile, options: TransferOptions, received: int) -> Callable[[int], None]:
    """Returns a function that adds to the progress."""

    def add(size: int) -> None:
        nonlocal received
        received += size
        options.report(remote.name, received, remote.size)

    add(0)
    return add
