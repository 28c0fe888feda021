"""Lists the runs that compute feature views."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from ._answer import build, document_of, unexpected
from ._request import CallKeywords, CallOptions, Request, Response, options_of, split_options

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Generator, Iterator, Mapping, Sequence

    from typing_extensions import Unpack

    from ._async_transport import AsyncTransport
    from ._request import ResponseInfo
    from ._transport import Transport

RunState = Literal["running", "published", "failed", "abandoned", "interrupted"]


@dataclass(frozen=True)
class Run:
    """One execution that computes and publishes a generation."""

    run_id: str
    view: str
    version: int
    generation: int
    state: RunState
    kind: Literal["full", "incremental"]
    recomputed: int | None = field(repr=False)
    """Entities that an incremental run computed."""
    why_full: str | None = field(repr=False)
    """Why a run that was requested as incremental is full."""
    repaired: int | None = field(repr=False)
    """Rows that a reconciling run corrected."""
    as_of: str
    watermark: str | None = field(repr=False)
    started_at: str
    finished_at: str | None
    duration_ms: int | None
    rows: int | None
    """Rows of the whole generation; None before it is loaded."""
    ignored_rows: int | None = field(repr=False)
    chunks: Mapping[str, Any] | None = field(repr=False)
    """Progress of a backfill."""
    failure: Mapping[str, Any] | None
    broken_contracts: Sequence[Mapping[str, Any]] = field(repr=False)
    forced_because: str | None = field(repr=False)
    warnings: Sequence[Mapping[str, Any]] = field(repr=False)
    progress: Mapping[str, Any] | None = field(default=None, repr=False)
    """Of a running run on Spark: stages and tasks that were started so far, and how many of them are done."""
    read_files: Mapping[str, Any] | None = field(default=None, repr=False)
    """The files that the run of an engine read: engine, count, bytes, digest, and the first ten of them."""
    read_tables: Sequence[Mapping[str, Any]] | None = field(default=None, repr=False)
    """The Iceberg tables that the run of an engine read, each with the id of its snapshot."""


@dataclass(frozen=True)
class RunPage:
    """One page of runs, newest first."""

    runs: Sequence[Run]
    next: str | None
    """`before` of the next page; None on the last one."""
    response: ResponseInfo = field(repr=False, compare=False)


class RunKeywords(CallKeywords, total=False):
    """Keyword options of `Runs.list`, which explains them."""

    view: str | None
    state: RunState | None
    limit: int | None
    before: str | None


@dataclass(frozen=True)
class RunFilter:
    """Which runs, and how many on a page."""

    view: str | None = None
    state: RunState | None = None
    limit: int | None = None
    before: str | None = None


def list_request(runs: RunFilter, options: CallOptions) -> Request:
    """Builds the request of a page."""
    limit = None if runs.limit is None else str(runs.limit)
    query = {"view": runs.view, "state": runs.state, "limit": limit, "before": runs.before}
    return Request("GET", "/api/runs", query=query, options=options)


def page_after(request: Request, page: RunPage) -> Request | None:
    """Builds the request of the next page, if there is one."""
    return None if page.next is None else replace(request, query={**request.query, "before": page.next})


def read_page(response: Response) -> RunPage:
    """Reads a page."""
    document = document_of(response, runs=list)
    next_page = document.get("next")
    if next_page is not None and not isinstance(next_page, str):
        raise unexpected(response)
    return RunPage([build(Run, each, response) for each in document["runs"]], next_page, response.info)


class RunList:
    """Runs, newest first. Iterating reads further pages as needed; `page` is the first one."""

    def __init__(self, transport: Transport, request: Request) -> None:
        self._transport = transport
        self._request = request
        self.page = read_page(transport.send(request))

    @property
    def response(self) -> ResponseInfo:
        """Of the first page."""
        return self.page.response

    def __iter__(self) -> Iterator[Run]:
        page = self.page
        yield from page.runs
        while (request := page_after(self._request, page)) is not None:
            page = read_page(self._transport.send(request))
            yield from page.runs


class AsyncRunList:
    """Runs, newest first: `async for` reads further pages as needed, and `await` gives the first page."""

    def __init__(self, transport: AsyncTransport, request: Request) -> None:
        self._transport = transport
        self._request = request

    def __await__(self) -> Generator[Any, None, RunPage]:
        return self._read(self._request).__await__()

    async def __aiter__(self) -> AsyncIterator[Run]:
        request: Request | None = self._request
        while request is not None:
            page = await self._read(request)
            for run in page.runs:
                yield run
            request = page_after(self._request, page)

    async def _read(self, request: Request) -> RunPage:
        return read_page(await self._transport.send(request))


class Runs:
    """Lists runs: `client.runs`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(
        self,
        *,
        view: str | None = None,
        state: RunState | None = None,
        limit: int | None = None,
        before: str | None = None,
        **call: Unpack[CallKeywords],
    ) -> RunList:
        """Lists runs of all views or of one, `"speech_sentiment"` or `"speech_sentiment@2"`, newest first.

        `limit` is the size of a page, 50 by default; iterating goes on to the oldest run. `before` is a run's id.

        >>> for run in client.runs.list(view="speech_sentiment", state="failed"):  # doctest: +SKIP
        ...     print(run.started_at, run.failure)
        """
        return RunList(self._transport, list_request(RunFilter(view, state, limit, before), options_of(call)))


class AsyncRuns:
    """Lists runs: `client.runs` of `AsyncClient`."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    def list(self, **options: Unpack[RunKeywords]) -> AsyncRunList:
        """Lists runs as `Runs.list`: `async for run in client.runs.list()`, or `await` for the first page."""
        return AsyncRunList(self._transport, list_request(*split_options(RunFilter, options)))
