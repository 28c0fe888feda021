"""Sends requests with urllib3, whose own retries are off."""

from __future__ import annotations

import builtins
import os
import time
from contextlib import contextmanager
from datetime import datetime, timezone
from typing import TYPE_CHECKING, NoReturn, TypeVar

import urllib3
from urllib3.exceptions import DecodeError, HTTPError, NewConnectionError
from urllib3.exceptions import TimeoutError as LateError

from ._call import Call, as_one_call
from ._connections import ClosedConnectionError, open_pool
from ._errors import ConnectionError, FeatstoreError, TimeoutError, UnexpectedAnswerError
from ._failures import chain_of, reason_of, tls_error, without_frames
from ._parallel import map_in_order
from ._redirects import MAX_REDIRECTS, REDIRECTS, redirect_of
from ._request import Headers, Request, Response, body_of, headers_of, url_of
from ._rules import in_whole_batch, refusal_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from urllib3.response import BaseHTTPResponse

    from ._settings import Settings

T = TypeVar("T")

_PIECE = 1 << 16


class Transport:
    """Sends requests and repeats them by the rules. Threads may share it; a forked process opens connections anew."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._pool = open_pool(settings.base_url)
        self._process = os.getpid()

    def send(self, request: Request) -> Response:
        """Sends a request and reads its answer. Errors: those of `_errors`, `ApiError` outside 200 to 299."""
        return self._repeat(request, lambda timeout: self._exchange(request, timeout))

    def send_all(self, requests: Sequence[Request]) -> list[Response]:
        """Sends the parts of a call, four at a time; its deadline holds for all of them. Errors: as `send`."""
        if len(requests) == 1:
            return [self.send(requests[0])]
        return list(map_in_order(self.send, as_one_call(self.settings, requests)))

    def open(self, request: Request) -> StreamedResponse:
        """Sends a request and returns its answer as soon as its headers are there. The caller closes it."""
        return self._repeat(request, lambda timeout: self._open(request, timeout))

    def close(self) -> None:
        """Closes the idle connections. The next request opens new ones."""
        self._pool.clear()

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a client cannot be pickled or copied: create one in each process")

    def _repeat(self, request: Request, attempt: Callable[[float], T]) -> T:
        call = Call(self.settings, request)
        while True:
            try:
                return attempt(call.begin())
            except FeatstoreError as error:
                pause = call.pause_after(error)
                if pause is None:
                    raise
            time.sleep(pause)

    def _exchange(self, request: Request, timeout: float) -> Response:
        ends_at = time.monotonic() + timeout
        response, url = self._begin(request, timeout)
        body = self._read(response, timeout, ends_at)
        return Response(response.status, headers_in(response), body, url)

    def _open(self, request: Request, timeout: float) -> StreamedResponse:
        response, url = self._begin(request, timeout)
        return StreamedResponse(response, url, self.settings.base_url, request.options.timeout or self.settings.timeout)

    def _begin(self, request: Request, timeout: float) -> tuple[BaseHTTPResponse, str]:
        """Sends a request and follows its redirects, if it wants that. Errors: `ApiError` outside 200 to 299."""
        ends_at = time.monotonic() + timeout
        url = url_of(self.settings, request)
        headers = headers_of(self.settings, request)
        data = body_of(request)
        for _ in range(MAX_REDIRECTS + 1):
            with self._translated(timeout):
                response = self._urlopen(request.method, url, data, headers, ends_at - time.monotonic())
            if 200 <= response.status < 300:
                return response, url.partition("?")[0]
            if request.follow_redirects and response.status in REDIRECTS:
                close_response(response)
                target = redirect_of(headers_in(response), url)
                url, headers = target.url, target.headers(headers)
                continue
            body = self._read(response, timeout, ends_at)
            refusal = refusal_of(response.status, headers_in(response), body, url, datetime.now(timezone.utc))
            raise in_whole_batch(refusal, request.first_row)
        raise UnexpectedAnswerError(f"The server redirects more than {MAX_REDIRECTS} times: check url")

    def _urlopen(
        self, method: str, url: str, data: object, headers: dict[str, str], timeout: float
    ) -> BaseHTTPResponse:
        if os.getpid() != self._process:
            # Two processes on one connection would read each other's answers.
            self._pool = open_pool(self.settings.base_url)
            self._process = os.getpid()
        return self._pool.urlopen(
            method,
            url,
            body=data,
            headers=headers,
            retries=False,
            redirect=False,
            preload_content=False,
            timeout=urllib3.Timeout(total=max(0.001, timeout)),
        )

    def _read(self, response: BaseHTTPResponse, timeout: float, ends_at: float) -> bytes:
        pieces: list[bytes] = []
        try:
            with self._translated(timeout):
                while True:
                    limit_read(response, ends_at - time.monotonic())
                    piece = response.read1(_PIECE)
                    if not piece:
                        return b"".join(pieces)
                    pieces.append(piece)
        finally:
            # Gives a connection back that was read to its end, and closes any other.
            close_response(response)

    @contextmanager
    def _translated(self, timeout: float) -> Iterator[None]:
        with translated(self.settings.base_url, f"No complete answer within {timeout:g} s"):
            yield


class StreamedResponse:
    """An answer whose body is read piece by piece. Errors while reading: `ConnectionError`, `TimeoutError`."""

    def __init__(self, response: BaseHTTPResponse, url: str, base_url: str, timeout: float) -> None:
        self.status = response.status
        self.headers = headers_in(response)
        self.url = url
        """The address that answered; without the query."""
        self._response = response
        self._base_url = base_url
        self._timeout = timeout

    def iter_bytes(self) -> Iterator[bytes]:
        """Yields the body as it arrives. `timeout` limits the wait for each piece."""
        while True:
            with translated(self._base_url, f"No byte within {self._timeout:g} s"):
                limit_read(self._response, self._timeout)
                piece = self._response.read1(_PIECE)
            if not piece:
                self.close()
                return
            yield piece

    def close(self) -> None:
        """Stops reading. The connection is kept if the body was read to its end."""
        close_response(self._response)

    def __enter__(self) -> StreamedResponse:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def headers_in(response: BaseHTTPResponse) -> Headers:
    """Returns the headers of an answer."""
    return Headers(response.headers.items())


def limit_read(response: BaseHTTPResponse, seconds: float) -> None:
    """Limits the wait for the next bytes."""
    if seconds <= 0:
        raise LateError
    # None once the server said that it will close the connection; then the first timeout stays.
    socket = getattr(response.connection, "sock", None)
    if socket is not None:
        socket.settimeout(seconds)


def close_response(response: BaseHTTPResponse) -> None:
    """Gives the connection back if the body was read to its end, else closes it."""
    if not response.closed:
        response.close()
    response.release_conn()


@contextmanager
def translated(base_url: str, late: str) -> Iterator[None]:
    """Turns errors of urllib3 and of sockets into those of this package."""
    try:
        yield
    except NewConnectionError as error:
        raise ConnectionError(f"No answer from {base_url}: {reason_of(error)}") from without_frames(error)
    except (LateError, OSError, HTTPError) as error:
        raise _translation(error, base_url, late) from without_frames(error)


def _translation(error: OSError | HTTPError, base_url: str, late: str) -> FeatstoreError:
    if isinstance(error, (LateError, builtins.TimeoutError)):
        return TimeoutError(f"{late} from {base_url}")
    if isinstance(error, DecodeError):
        return UnexpectedAnswerError(f"An answer of {base_url} is badly compressed: check url, and proxies on the way")
    rejected = tls_error(error, base_url)
    if rejected is not None:
        return rejected
    closed = any(isinstance(each, ClosedConnectionError) for each in chain_of(error))
    return ConnectionError(f"No answer from {base_url}: {reason_of(error)}", "closed" if closed else "connection")
