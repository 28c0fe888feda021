"""Makes training sets: features as they were known at the time of each row."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ._datasets.open_range import Ranges
from ._datasets.save_file import read_file, save_file
from ._datasets.transfer_options import OnProgress, TransferOptions
from ._errors import FeatstoreError
from ._frames import Frames
from ._request import options_of, split_options
from ._threads import in_thread
from ._training.answers import (
    TrainingSetData,
    TrainingSetDocument,
    TrainingSetProgress,
    Waiting,
    document_parts,
)
from ._training.requests import NewTrainingSet, create_request, rerun_request, set_request
from ._training.spine import spine_content

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Sequence

    import pyarrow
    from typing_extensions import Unpack

    from ._async_transport import AsyncTransport
    from ._datasets.save_file import SavedFile
    from ._datasets.transfer_options import DownloadKeywords, ReadKeywords
    from ._request import CallKeywords, Request, Response
    from ._training.requests import NewTrainingSetKeywords, ResultFormat
    from ._training.spine import Spine, SpineFormat
    from ._transport import Transport


@dataclass(frozen=True)
class TrainingSet(TrainingSetDocument, Frames):
    """A training set, as of the last answer of the server. Its methods return what they read; this object stays."""

    _transport: Transport = field(repr=False, compare=False)

    def wait(
        self,
        on_progress: Callable[[TrainingSetProgress], None] | None = None,
        *,
        every: float = 2.0,
        **call: Unpack[CallKeywords],
    ) -> TrainingSet:
        """Polls until it is finished, at most every `every` seconds; calls `on_progress` after each poll.

        It polls on while the server is unavailable: if a server stops, the next one continues its training sets.
        `timeout` limits each poll, not the whole wait.

        Errors: `TrainingSetFailedError` if it ends without a result.

        >>> finished = training_set.wait(lambda progress: print(progress.rows))  # doctest: +SKIP
        """
        waiting = Waiting(self.id, every)
        while True:
            current = self._poll(waiting, call)
            if current is not None:
                if on_progress is not None:
                    on_progress(current.progress)
                if waiting.is_over(current):
                    return current
            time.sleep(waiting.pause())

    def refresh(self, **call: Unpack[CallKeywords]) -> TrainingSet:
        """Reads its present state."""
        return self._send(set_request("GET", self.id, options_of(call)))

    def cancel(self, **call: Unpack[CallKeywords]) -> TrainingSet:
        """Cancels it. Errors: `ConflictError` if it is finished."""
        return self._send(set_request("POST", self.id, options_of(call), "/cancel"))

    def delete(self, **call: Unpack[CallKeywords]) -> TrainingSet:
        """Deletes its data and manifest; cancels it if it is not finished."""
        return self._send(set_request("DELETE", self.id, options_of(call)))

    def download(
        self,
        to: str | os.PathLike[str],
        *,
        overwrite: bool = False,
        resume: bool = True,
        parallel: int = 4,
        part_bytes: int = 8 << 20,
        retries: int = 5,
        timeout: float | None = None,
        on_progress: OnProgress | None = None,
    ) -> SavedFile:
        """Downloads its file: to the path `to`, or into the folder `to`, an existing one or one that ends with a slash.

        The options and errors are those of `datasets.download`: the file gets its name only after its SHA-256 was
        verified, and an interrupted download is continued. Also `InvalidCallError` before it is finished, and
        `GoneError` if its data were deleted.

        >>> training_set.wait().download("train.parquet")  # doctest: +SKIP
        """
        remote = self._remote()
        path = Path(to)
        if str(to).endswith("/") or path.is_dir():
            path = path / remote.name
        return save_file(
            remote,
            path,
            open_range=Ranges(self._transport, remote, options_of({"timeout": timeout})),
            options=TransferOptions(parallel, part_bytes, retries, on_progress),
            overwrite=overwrite,
            resume=resume,
        )

    def read(
        self,
        *,
        parallel: int = 4,
        part_bytes: int = 8 << 20,
        retries: int = 5,
        timeout: float | None = None,
        on_progress: OnProgress | None = None,
    ) -> TrainingSetData:
        """Reads its file into memory; its SHA-256 was verified. Errors: as `download`, without files."""
        remote = self._remote()
        open_range = Ranges(self._transport, remote, options_of({"timeout": timeout}))
        options = TransferOptions(parallel, part_bytes, retries, on_progress)
        content = read_file(remote, open_range=open_range, options=options)
        return TrainingSetData(self.manifest or {}, str(self.format), remote.sha256, content)

    def to_arrow(self) -> pyarrow.Table:
        """Reads its file as a pyarrow table. Errors: as `read`; `InvalidCallError` if it is no Parquet file."""
        return self.read().to_arrow()

    def _features_in(self, table: pyarrow.Table) -> list[str]:
        return self.features

    def _poll(self, waiting: Waiting, call: CallKeywords) -> TrainingSet | None:
        try:
            return self.refresh(**call)
        except FeatstoreError as error:
            waiting.failed(error)
            return None

    def _send(self, request: Request) -> TrainingSet:
        return training_set_of(self._transport.send(request), self._transport)


def training_set_of(response: Response, transport: Transport) -> TrainingSet:
    """Reads a training set."""
    return TrainingSet(**document_parts(response), _transport=transport)


class TrainingSets:
    """Makes and reads training sets. Keys need the scopes `training:write` and `training:read`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def create(
        self,
        spine: Spine,
        *,
        features: str | Sequence[str] | None = None,
        service: str | None = None,
        entity: str | None = None,
        spine_format: SpineFormat | None = None,
        as_of_column: str | None = None,
        time_zone: str | None = None,
        columns: Sequence[str] | None = None,
        labels: str | Sequence[str] | None = None,
        label_column: str | None = None,
        allow_leakage: str | None = None,
        split: str | None = None,
        reuse: bool = False,
        format: ResultFormat | None = None,
        **call: Unpack[CallKeywords],
    ) -> TrainingSet:
        """Sends a spine and starts the training set; `wait()` waits for its end.

        `spine` holds the entity's keys, the as-of time (`as_of`, or `as_of_column`) and any columns to copy to the
        result: a list of rows, a frame of pandas, polars or pyarrow, or a file in CSV, JSON Lines or Parquet as bytes,
        path or open file. `spine_format` says what bytes or an open file are. Times need an offset, or a `time_zone`
        such as `"Europe/Berlin"`. `columns` are those of the spine to keep.

        `features` names views and features, or `service` a feature service. A label is a later value, written
        `"view.feature@7d"` or `"name=view.feature@12h"`; `label_column` is a label that the spine has. `split` is
        `"hash:train=0.8,test=0.2"`, `"group:speaker:train=0.8,test=0.2"` or `"time:2026-04-01T00:00:00Z"`, and becomes
        the column `_split`. `allow_leakage` is the reason why a feature may equal a label. With `reuse`, a finished set
        with the same definitions, spine, options and sources is returned. `format` is that of the result, Parquet.

        The server reads the spine before it answers, so `timeout` and `deadline` are an hour by default.
        `idempotency_key` lets the call be repeated after a broken connection.

        Errors: `BadRequestError` for a spine with errors, whose `errors` say in which rows.

        >>> rows = [{"speech_id": 9, "as_of": "2026-03-01T00:00:00Z", "party": "Federalist"}]  # doctest: +SKIP
        >>> client.training_sets.create(rows, service="party_predictor").wait().to_df()  # doctest: +SKIP
        """
        new = NewTrainingSet(
            features, service, entity, format, labels, label_column, allow_leakage, split, columns, as_of_column,
            time_zone, reuse,
        )  # fmt: skip
        with spine_content(spine, spine_format) as content:
            response = self._transport.send(create_request(new, content, options_of(call)))
        return training_set_of(response, self._transport)

    def get(self, id: str, **call: Unpack[CallKeywords]) -> TrainingSet:
        """Gets one by its id, in its present state. Errors: `NotFoundError`."""
        return training_set_of(self._transport.send(set_request("GET", id, options_of(call))), self._transport)

    def rerun(self, id: str, **call: Unpack[CallKeywords]) -> TrainingSet:
        """Makes a finished one again from its stored spine; the new manifest's `rerun` compares the two."""
        return training_set_of(self._transport.send(rerun_request(id, call)), self._transport)


@dataclass(frozen=True)
class AsyncTrainingSet(TrainingSetDocument):
    """The same as `TrainingSet`, with `await`. Its file is received in threads, with connections of their own."""

    _transport: AsyncTransport = field(repr=False, compare=False)

    async def wait(
        self,
        on_progress: Callable[[TrainingSetProgress], None] | None = None,
        *,
        every: float = 2.0,
        **call: Unpack[CallKeywords],
    ) -> AsyncTrainingSet:
        """Polls until it is finished, as `TrainingSet.wait`."""
        import anyio

        waiting = Waiting(self.id, every)
        while True:
            current = await self._poll(waiting, call)
            if current is not None:
                if on_progress is not None:
                    on_progress(current.progress)
                if waiting.is_over(current):
                    return current
            await anyio.sleep(waiting.pause())

    async def refresh(self, **call: Unpack[CallKeywords]) -> AsyncTrainingSet:
        """Reads its present state."""
        return await self._send(set_request("GET", self.id, options_of(call)))

    async def cancel(self, **call: Unpack[CallKeywords]) -> AsyncTrainingSet:
        """Cancels it. Errors: `ConflictError` if it is finished."""
        return await self._send(set_request("POST", self.id, options_of(call), "/cancel"))

    async def delete(self, **call: Unpack[CallKeywords]) -> AsyncTrainingSet:
        """Deletes its data and manifest; cancels it if it is not finished."""
        return await self._send(set_request("DELETE", self.id, options_of(call)))

    async def download(self, to: str | os.PathLike[str], **options: Unpack[DownloadKeywords]) -> SavedFile:
        """Downloads its file, as `TrainingSet.download`, with the same options."""

        def step(transport: Transport, report: OnProgress) -> SavedFile:
            own: DownloadKeywords = {**options, "on_progress": report}
            return self._with(transport).download(to, **own)

        return await in_thread(self._transport.settings, options.get("on_progress"), step)

    async def read(self, **options: Unpack[ReadKeywords]) -> TrainingSetData:
        """Reads its file into memory, as `TrainingSet.read`, with the same options.

        >>> (await training_set.read()).to_df()  # doctest: +SKIP
        """

        def step(transport: Transport, report: OnProgress) -> TrainingSetData:
            own: ReadKeywords = {**options, "on_progress": report}
            return self._with(transport).read(**own)

        return await in_thread(self._transport.settings, options.get("on_progress"), step)

    def _with(self, transport: Transport) -> TrainingSet:
        values: dict[str, Any] = {each.name: getattr(self, each.name) for each in fields(TrainingSetDocument)}
        return TrainingSet(**values, _transport=transport)

    async def _poll(self, waiting: Waiting, call: CallKeywords) -> AsyncTrainingSet | None:
        try:
            return await self.refresh(**call)
        except FeatstoreError as error:
            waiting.failed(error)
            return None

    async def _send(self, request: Request) -> AsyncTrainingSet:
        return async_training_set_of(await self._transport.send(request), self._transport)


def async_training_set_of(response: Response, transport: AsyncTransport) -> AsyncTrainingSet:
    """Reads a training set."""
    return AsyncTrainingSet(**document_parts(response), _transport=transport)


class AsyncTrainingSets:
    """The same as `TrainingSets`, with `await`."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    async def create(
        self,
        spine: Spine,
        *,
        spine_format: SpineFormat | None = None,
        **options: Unpack[NewTrainingSetKeywords],
    ) -> AsyncTrainingSet:
        """Sends a spine and starts the training set, as `TrainingSets.create`."""
        new, call = split_options(NewTrainingSet, options)
        with spine_content(spine, spine_format) as content:
            response = await self._transport.send(create_request(new, content, call))
        return async_training_set_of(response, self._transport)

    async def get(self, id: str, **call: Unpack[CallKeywords]) -> AsyncTrainingSet:
        """Gets one by its id, in its present state. Errors: `NotFoundError`."""
        response = await self._transport.send(set_request("GET", id, options_of(call)))
        return async_training_set_of(response, self._transport)

    async def rerun(self, id: str, **call: Unpack[CallKeywords]) -> AsyncTrainingSet:
        """Makes a finished one again from its stored spine, as `TrainingSets.rerun`."""
        return async_training_set_of(await self._transport.send(rerun_request(id, call)), self._transport)
