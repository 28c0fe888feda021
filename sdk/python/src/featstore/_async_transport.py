"""Sends requests with httpx, which never repeats a request by itself."""

from __future__ import annotations

import builtins
import ssl
from contextlib import contextmanager
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Literal, NoReturn, TypeVar

from ._call import Call, as_one_call
from ._errors import ConnectionError, FeatstoreError, InvalidCallError, TimeoutError, UnexpectedAnswerError
from ._extras import MissingExtraError
from ._failures import reason_of, tls_error, without_frames
from ._parallel import gather_in_order
from ._redirects import MAX_REDIRECTS, REDIRECTS, redirect_of
from ._request import Headers, Request, Response, body_of, headers_of, url_of
from ._rules import in_whole_batch, refusal_of

try:
    import anyio
    import httpx
except ModuleNotFoundError as error:
    raise MissingExtraError(
        f'AsyncClient needs {error.name}: pip install "featstore-client[async]"', name=error.name
    ) from None

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence

    from ._settings import Settings

T = TypeVar("T")

_PIECE = 1 << 16


class AsyncTransport:
    """Sends requests and repeats them by the rules, within one event loop."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._client = httpx.AsyncClient(
            # The context that urllib3 uses too; httpx would take the certificates of certifi.
            verify=ssl.create_default_context(),
            timeout=None,  # noqa: S113 -- anyio limits each attempt as a whole
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=64, keepalive_expiry=60),
        )

    async def send(self, request: Request) -> Response:
        """Sends a request and reads its answer. Errors: those of `_errors`, `ApiError` outside 200 to 299."""

        async def attempt(timeout: float) -> Response:
            with _translated(self.settings.base_url, timeout):
                with anyio.fail_after(timeout):
                    response, url = await self._begin(request, timeout)
                    body = await self._read(response, timeout)
            return Response(response.status_code, headers_in(response), body, url)

        return await self._repeat(request, attempt)

    async def send_all(self, requests: Sequence[Request]) -> list[Response]:
        """Sends the parts of a call, four at a time; its deadline holds for all of them. Errors: as `send`."""
        return await gather_in_order(self.send, as_one_call(self.settings, requests))

    async def open(self, request: Request) -> AsyncStreamedResponse:
        """Sends a request and returns its answer as soon as its headers are there. The caller closes it."""

        async def attempt(timeout: float) -> AsyncStreamedResponse:
            with _translated(self.settings.base_url, timeout):
                with anyio.fail_after(timeout):
                    response, url = await self._begin(request, timeout)
            wait = request.options.timeout or self.settings.timeout
            return AsyncStreamedResponse(response, url, self.settings.base_url, wait)

        return await self._repeat(request, attempt)

    async def close(self) -> None:
        """Closes the connections; the client cannot be used afterwards."""
        await self._client.aclose()

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a client cannot be pickled or copied: create one in each process")

    async def _repeat(self, request: Request, attempt: Callable[[float], Awaitable[T]]) -> T:
        if self._client.is_closed:
            raise InvalidCallError("The client is closed: create another")
        call = Call(self.settings, request)
        while True:
            try:
                return await attempt(call.begin())
            except FeatstoreError as error:
                pause = call.pause_after(error)
                if pause is None:
                    raise
            await anyio.sleep(pause)

    async def _read(self, response: httpx.Response, timeout: float) -> bytes:
        try:
            with _translated(self.settings.base_url, timeout, in_body=True):
                return await response.aread()
        finally:
            await response.aclose()

    async def _begin(self, request: Request, timeout: float) -> tuple[httpx.Response, str]:
        """Sends a request and follows its redirects, if it wants that. Errors: `ApiError` outside 200 to 299."""
        url = url_of(self.settings, request)
        headers = headers_of(self.settings, request)
        for _ in range(MAX_REDIRECTS + 1):
            sent = self._client.build_request(request.method, url, headers=headers, content=_content_of(request))
            response = await self._client.send(sent, stream=True, follow_redirects=False)
            if 200 <= response.status_code < 300:
                return response, url.partition("?")[0]
            try:
                if request.follow_redirects and response.status_code in REDIRECTS:
                    target = redirect_of(headers_in(response), url)
                    url, headers = target.url, target.headers(headers)
                    continue
                body = await self._read(response, timeout)
            finally:
                await response.aclose()
            refusal = refusal_of(response.status_code, headers_in(response), body, url, datetime.now(timezone.utc))
            raise in_whole_batch(refusal, request.first_row)
        raise UnexpectedAnswerError(f"The server redirects more than {MAX_REDIRECTS} times: check url")


class AsyncStreamedResponse:
    """An answer whose body is read piece by piece. Errors while reading: `ConnectionError`, `TimeoutError`."""

    def __init__(self, response: httpx.Response, url: str, base_url: str, timeout: float) -> None:
        self.status = response.status_code
        self.headers = headers_in(response)
        self.url = url
        """The address that answered; without the query."""
        self._response = response
        self._base_url = base_url
        self._timeout = timeout

    async def iter_bytes(self) -> AsyncIterator[bytes]:
        """Yields the body as it arrives. `timeout` limits the wait for each piece."""
        pieces = self._response.aiter_bytes(_PIECE)
        while True:
            with _translated(self._base_url, self._timeout, in_body=True):
                with anyio.fail_after(self._timeout):
                    piece = await anext(pieces, b"")
            if not piece:
                await self.close()
                return
            yield piece

    async def close(self) -> None:
        """Stops reading."""
        await self._response.aclose()

    async def __aenter__(self) -> AsyncStreamedResponse:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


def headers_in(response: httpx.Response) -> Headers:
    """Returns the headers of an answer."""
    return Headers(response.headers.multi_items())


def _content_of(request: Request) -> Any:
    data = body_of(request)
    return data if data is None or isinstance(data, bytes) else _pieces_of(data)


async def _pieces_of(file: Any) -> AsyncIterator[bytes]:
    while piece := await anyio.to_thread.run_sync(file.read, _PIECE):
        yield piece


@contextmanager
def _translated(base_url: str, timeout: float, *, in_body: bool = False) -> Iterator[None]:
    """Turns errors of httpx and anyio into those of this package."""
    try:
        yield
    except FeatstoreError:
        raise
    except OSError as error:
        if isinstance(error, builtins.TimeoutError):
            raise TimeoutError(f"No complete answer within {timeout:g} s from {base_url}") from None
        raise ConnectionError(f"No answer from {base_url}: {reason_of(error)}") from without_frames(error)
    except httpx.DecodingError as error:
        raise UnexpectedAnswerError(
            f"An answer of {base_url} is badly compressed: check url, and proxies on the way"
        ) from without_frames(error)
    except httpx.HTTPError as error:
        rejected = tls_error(error, base_url)
        if rejected is not None:
            raise rejected from without_frames(error)
        kind: Literal["closed", "connection"] = "closed" if not in_body and _is_closed(error) else "connection"
        raise ConnectionError(f"No answer from {base_url}: {reason_of(error)}", kind) from without_frames(error)


def _is_closed(error: httpx.HTTPError) -> bool:
    # httpx does not say whether the connection was used before, so a new one counts too.
    if isinstance(error, httpx.RemoteProtocolError):
        return "without sending a response" in str(error)
    return isinstance(error, (httpx.ReadError, httpx.WriteError))
