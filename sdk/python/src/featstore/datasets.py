"""Reads public datasets: catalog, terms and files."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

from ._datasets import requests
from ._datasets.open_range import Ranges
from ._datasets.retry import Retries
from ._datasets.save_file import SavedFile, read_file, save_file
from ._datasets.select_files import FileSelection, only_file, select_files, select_snapshot
from ._datasets.transfer_options import DownloadKeywords, OnProgress, ReadKeywords, TransferOptions
from ._frames import Frames, read_parquet
from ._request import CallOptions, options_of
from ._threads import in_thread

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow
    from typing_extensions import Unpack

    from ._answer import Items
    from ._async_transport import AsyncTransport
    from ._datasets.remote_file import RemoteFile
    from ._datasets.wire import (
        DatasetDescription,
        DatasetFormat,
        DatasetSnapshot,
        DatasetSummary,
        DatasetTerms,
        TermsAcceptance,
    )
    from ._request import CallKeywords
    from ._transport import Transport

FIRST_POLL = 0.1
MAX_POLL = 2.0


@dataclass(frozen=True)
class DownloadedDataset(Frames):
    """Files on disk, each verified by its SHA-256. Frames hold the rows of all files, which must be Parquet."""

    dataset: str
    snapshot: str
    """The snapshot's id."""
    version: str
    """The snapshot's version, `1.2.0`."""
    format: DatasetFormat
    files: tuple[SavedFile, ...]

    def to_arrow(self) -> pyarrow.Table:
        """Reads the files as one table."""
        return read_parquet([each.path for each in self.files], self.format)


@dataclass(frozen=True)
class DatasetBytes(Frames):
    """One file in memory, verified by its SHA-256. Frames need the format Parquet."""

    dataset: str
    snapshot: str
    version: str
    format: DatasetFormat
    file: str
    sha256: str
    content: bytes = field(repr=False)

    def to_arrow(self) -> pyarrow.Table:
        """Reads the bytes as a table."""
        return read_parquet([self.content], self.format)


class SelectionKeywords(TypedDict, total=False):
    """Keyword options that choose the files of a dataset, explained at `Datasets.download`."""

    format: DatasetFormat
    snapshot: str
    split: str | None
    part: int | None
    features: Sequence[str] | None


class DatasetReadKeywords(SelectionKeywords, ReadKeywords, total=False):
    """Keyword options of `Datasets.read`."""


class DatasetDownloadKeywords(SelectionKeywords, DownloadKeywords, total=False):
    """Keyword options of `Datasets.download`, without `to`."""


class Datasets:
    """Reads public datasets. Their keys need the scope `datasets:read`; some operators allow reads without a key."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self, **call: Unpack[CallKeywords]) -> Items[DatasetSummary]:
        """Lists the datasets by name."""
        return requests.read_list(self._transport.send(requests.list_request(options_of(call))))

    def get(self, name: str, **call: Unpack[CallKeywords]) -> DatasetDescription:
        """Gets a dataset with its columns, terms and card. Errors: `NotFoundError`."""
        return requests.read_dataset(self._transport.send(requests.get_request(name, options_of(call))))

    def snapshots(self, name: str, **call: Unpack[CallKeywords]) -> Items[DatasetSnapshot]:
        """Lists a dataset's snapshots with their files, newest first."""
        return requests.read_snapshots(self._transport.send(requests.snapshots_request(name, options_of(call))))

    def terms(self, name: str, **call: Unpack[CallKeywords]) -> DatasetTerms:
        """Reads the terms of a gated dataset. Errors: `NotFoundError` if it has none."""
        return requests.read_terms(self._transport.send(requests.terms_request(name, options_of(call))))

    def accept_terms(self, name: str, version: str, **call: Unpack[CallKeywords]) -> TermsAcceptance:
        """Accepts this version of the terms for the key's organisation, or for the key. It is recorded."""
        return requests.read_acceptance(self._transport.send(requests.accept_request(name, version, options_of(call))))

    def download(
        self,
        name: str,
        *,
        to: str | os.PathLike[str],
        format: DatasetFormat = "parquet",
        snapshot: str = "latest",
        split: str | None = None,
        part: int | None = None,
        features: Sequence[str] | None = None,
        overwrite: bool = False,
        resume: bool = True,
        parallel: int = 4,
        part_bytes: int = 8 << 20,
        retries: int = 5,
        timeout: float | None = None,
        on_progress: OnProgress | None = None,
    ) -> DownloadedDataset:
        """Downloads a snapshot's data files.

        `to` is a file, or a folder: an existing one, or a path that ends with a slash. Several files need a folder.
        `snapshot` is a version (`1.2.0`), an id, or `latest`; `split` is `train`, `validation` or `test`. With
        `features`, the server first writes these columns to a file of its own, for which the call waits.

        Up to `parallel` ranges of `part_bytes` are received at once, in threads, into `<file>.part`. If the download is
        interrupted, also by a crash, the next one continues there, if the file is still the same. A file gets its name
        only after its SHA-256 was verified. One that is there already with the same SHA-256 is left as it is; another
        one is replaced only with `overwrite`. `timeout` (the client's, 30 s) limits the wait for the next byte. After
        `retries` failures in a row without a byte, the call gives up. `on_progress` is called in the caller's thread.

        Errors: `SelectionError`, `ChecksumError`, `FileChangedError`, `RangeIgnoredError`, `LocalFileError` (full disk,
        another file at the path), `ExportFailedError`, and those of every call.

        >>> saved = client.datasets.download("state_of_the_union", to="data/")  # doctest: +SKIP
        >>> saved.version, saved.files[0].path, saved.files[0].sha256  # doctest: +SKIP
        """
        selection = FileSelection(format, snapshot, split, part, _columns(features))
        options = TransferOptions(parallel, part_bytes, retries, on_progress)
        call = options_of({"timeout": timeout})
        found, files = self._find(name, selection, options, call)
        folder = Path(to)
        if not os.fspath(to).endswith(("/", os.sep)) and not folder.is_dir():
            only_file(files, 'let "to" end with "/", or choose a split or a part')
            paths = [folder]
        else:
            paths = [folder / each.name for each in files]
        saved = tuple(
            save_file(
                remote,
                path,
                open_range=Ranges(self._transport, remote, call),
                options=options,
                overwrite=overwrite,
                resume=resume,
            )
            for remote, path in zip(files, paths, strict=True)
        )
        return DownloadedDataset(name, found.id, found.version, format, saved)

    def read(
        self,
        name: str,
        *,
        format: DatasetFormat = "parquet",
        snapshot: str = "latest",
        split: str | None = None,
        part: int | None = None,
        features: Sequence[str] | None = None,
        parallel: int = 4,
        part_bytes: int = 8 << 20,
        retries: int = 5,
        timeout: float | None = None,
        on_progress: OnProgress | None = None,
    ) -> DatasetBytes:
        """Reads one file into memory; its SHA-256 was verified. Parameters and errors are those of `download`.

        >>> client.datasets.read("state_of_the_union").to_df()  # doctest: +SKIP
        """
        selection = FileSelection(format, snapshot, split, part, _columns(features))
        options = TransferOptions(parallel, part_bytes, retries, on_progress)
        call = options_of({"timeout": timeout})
        found, files = self._find(name, selection, options, call)
        remote = only_file(files, "choose a split or a part, or download them to a folder")
        content = read_file(remote, open_range=Ranges(self._transport, remote, call), options=options)
        return DatasetBytes(name, found.id, found.version, format, remote.name, remote.sha256, content)

    def _find(
        self, name: str, selection: FileSelection, options: TransferOptions, call: CallOptions
    ) -> tuple[DatasetSnapshot, Sequence[RemoteFile]]:
        """Finds the files; it retries like a download."""
        retries = Retries(options.retries)
        once = replace(call, retries=0)
        snapshots = retries.run(lambda: self._transport.send(requests.snapshots_request(name, once)))
        snapshot = select_snapshot(name, requests.read_snapshots(snapshots), selection.snapshot)
        if selection.features is not None:
            return snapshot, [self._export(requests.Export(name, snapshot, selection), retries, once)]
        return snapshot, [requests.remote_of(name, snapshot, each) for each in select_files(name, snapshot, selection)]

    def _export(self, export: requests.Export, retries: Retries, call: CallOptions) -> RemoteFile:
        body: dict[str, Any] = export.read(retries.run(lambda: self._transport.send(export.start_request(call))))
        pause = FIRST_POLL
        while body["state"] == "running":
            time.sleep(pause)
            pause = min(MAX_POLL, pause * 2)
            state = export.state_request(body, call)
            body = export.read(retries.run(lambda: self._transport.send(state)))  # noqa: B023
        return export.remote(body)


def _columns(features: Sequence[str] | None) -> tuple[str, ...] | None:
    if isinstance(features, str):
        return (features,)
    return None if features is None else tuple(features)


class AsyncDatasets:
    """The same as `Datasets`, with `await`. Files are received in threads, with connections of their own."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    async def list(self, **call: Unpack[CallKeywords]) -> Items[DatasetSummary]:
        """Lists the datasets by name."""
        return requests.read_list(await self._transport.send(requests.list_request(options_of(call))))

    async def get(self, name: str, **call: Unpack[CallKeywords]) -> DatasetDescription:
        """Gets a dataset with its columns, terms and card. Errors: `NotFoundError`."""
        return requests.read_dataset(await self._transport.send(requests.get_request(name, options_of(call))))

    async def snapshots(self, name: str, **call: Unpack[CallKeywords]) -> Items[DatasetSnapshot]:
        """Lists a dataset's snapshots with their files, newest first."""
        return requests.read_snapshots(await self._transport.send(requests.snapshots_request(name, options_of(call))))

    async def terms(self, name: str, **call: Unpack[CallKeywords]) -> DatasetTerms:
        """Reads the terms of a gated dataset. Errors: `NotFoundError` if it has none."""
        return requests.read_terms(await self._transport.send(requests.terms_request(name, options_of(call))))

    async def accept_terms(self, name: str, version: str, **call: Unpack[CallKeywords]) -> TermsAcceptance:
        """Accepts this version of the terms, as `Datasets.accept_terms`."""
        request = requests.accept_request(name, version, options_of(call))
        return requests.read_acceptance(await self._transport.send(request))

    async def download(
        self,
        name: str,
        *,
        to: str | os.PathLike[str],
        **options: Unpack[DatasetDownloadKeywords],
    ) -> DownloadedDataset:
        """Downloads a snapshot's data files, as `Datasets.download`."""

        def step(transport: Transport, report: OnProgress) -> DownloadedDataset:
            own: DatasetDownloadKeywords = {**options, "on_progress": report}
            return Datasets(transport).download(name, to=to, **own)

        return await in_thread(self._transport.settings, options.get("on_progress"), step)

    async def read(
        self,
        name: str,
        **options: Unpack[DatasetReadKeywords],
    ) -> DatasetBytes:
        """Reads one file into memory, as `Datasets.read`."""

        def step(transport: Transport, report: OnProgress) -> DatasetBytes:
            own: DatasetReadKeywords = {**options, "on_progress": report}
            return Datasets(transport).read(name, **own)

        return await in_thread(self._transport.settings, options.get("on_progress"), step)
