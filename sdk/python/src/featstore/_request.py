"""Requests and answers as plain data, without I/O."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, BinaryIO, TypedDict, TypeVar, cast
from urllib.parse import quote

from ._checks import checked_headers, checked_retries, checked_seconds
from ._errors import InvalidCallError
from ._rate_limit import Limit, limits_of
from ._version import __version__

if TYPE_CHECKING:
    from ._settings import Settings

T = TypeVar("T")


class CallKeywords(TypedDict, total=False):
    """Keyword options of every call. They override those of the client."""

    timeout: float | None
    """Seconds for an attempt, including its body."""
    deadline: float | None
    """Seconds for the call, with its pauses and further attempts."""
    retries: int | None
    """Further attempts after the first."""
    headers: Mapping[str, str] | None
    """More headers of the request."""
    idempotency_key: str | None
    """Lets an operation that honours `Idempotency-Key` be repeated; any other operation refuses it."""


@dataclass(frozen=True)
class CallOptions:
    """The options of one call, checked; None stands for the client's."""

    timeout: float | None = None
    deadline: float | None = None
    retries: int | None = None
    headers: Mapping[str, str] | None = field(default=None, repr=False)
    idempotency_key: str | None = None


NO_OPTIONS = CallOptions()


def options_of(call: CallKeywords) -> CallOptions:
    """Checks the keyword options of a call. Errors: `TypeError` for an unknown one, `InvalidCallError`."""
    if not call:
        return NO_OPTIONS
    for name in call:
        if name not in CallKeywords.__annotations__:
            known = ", ".join(CallKeywords.__annotations__)
            raise TypeError(f"unexpected keyword argument {name!r}; every call takes {known}")
    timeout, deadline, retries = call.get("timeout"), call.get("deadline"), call.get("retries")
    key = call.get("idempotency_key")
    if key is not None and re.fullmatch(r"[\x21-\x7e]+", key) is None:
        raise InvalidCallError("idempotency_key must be printable ASCII without spaces, and not empty")
    return CallOptions(
        timeout=None if timeout is None else checked_seconds("timeout", timeout),
        deadline=None if deadline is None else checked_seconds("deadline", deadline),
        retries=None if retries is None else checked_retries(retries),
        headers=checked_headers(call.get("headers")),
        idempotency_key=key,
    )


def split_options(kind: type[T], options: Mapping[str, Any]) -> tuple[T, CallOptions]:
    """Splits keywords into the fields of a dataclass and the options of every call. Errors: those of `options_of`."""
    names = {each.name for each in fields(kind)}  # type: ignore[arg-type]
    own = {name: value for name, value in options.items() if name in names}
    rest = {name: value for name, value in options.items() if name not in names}
    return kind(**own), options_of(cast("CallKeywords", rest))


@dataclass(frozen=True)
class Content:
    """A body that is sent as it is, again at each attempt."""

    type: str
    data: bytes | BinaryIO
    start: int = 0
    """Where a seekable file begins; see `content_of`."""

    def rewound(self) -> bytes | BinaryIO:
        """Returns the data from their beginning."""
        if not isinstance(self.data, bytes) and self.data.seekable():
            self.data.seek(self.start)
        return self.data


def content_of(type: str, data: bytes | BinaryIO) -> Content:
    """Creates a body that is sent as it is. A file is sent from its present position."""
    return Content(type, data, data.tell() if not isinstance(data, bytes) and data.seekable() else 0)


@dataclass(frozen=True)
class Request:
    """A request before it knows its server."""

    method: str
    path: str
    """Below the server's URL, percent-encoded: `/api/features/7`."""
    query: Mapping[str, str | None] = field(default_factory=dict[str, "str | None"])
    """None values are left out."""
    body: object = None
    """Sent as JSON."""
    content: Content | None = None
    """Sent as it is, instead of `body`."""
    accept: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    """Headers that the operation needs."""
    safe: bool = False
    """Repeating it changes nothing. True of GET, HEAD and DELETE without saying so."""
    honours_idempotency_key: bool = False
    follow_redirects: bool = False
    """Follows redirects, to another host without the key. For downloads."""
    waits_for_limit: bool = False
    """Waits for the rate limit until the deadline: its 429 are not counted. For the parts of a large batch."""
    first_row: int = 0
    """The position of its first row in the whole batch, of which a refusal names the positions."""
    ends_at: float | None = None
    """The time of `time.monotonic()` at which the call ends that it is a part of; None: `deadline` seconds from now."""
    options: CallOptions = NO_OPTIONS

    @property
    def is_repeatable(self) -> bool:
        """Whether sending it twice does the same as sending it once."""
        if self.content is not None and not isinstance(self.content.data, bytes) and not self.content.data.seekable():
            return False
        if self.safe or self.method in ("GET", "HEAD", "DELETE"):
            return True
        return self.honours_idempotency_key and self.options.idempotency_key is not None


def check_request(request: Request) -> None:
    """Refuses options that the operation does not take. Errors: `InvalidCallError`."""
    if request.options.idempotency_key is not None and not request.honours_idempotency_key:
        raise InvalidCallError(
            f"{request.method} {request.path} does not honour an idempotency key: leave out idempotency_key"
        )


def url_of(settings: Settings, request: Request) -> str:
    """Returns the absolute URL."""
    pairs = [f"{quoted(name)}={quoted(value, ',')}" for name, value in request.query.items() if value is not None]
    return f"{settings.base_url}{request.path}{'?' + '&'.join(pairs) if pairs else ''}"


def headers_of(settings: Settings, request: Request) -> dict[str, str]:
    """Returns all headers, among them the key as a `Secret`."""
    headers = {
        "accept": request.accept,
        "accept-encoding": "gzip",
        "user-agent": f"featstore-python/{__version__}",
        **settings.headers,
    }
    if request.options.headers:
        headers.update(request.options.headers)
    if request.content is not None:
        headers["content-type"] = request.content.type
    elif request.body is not None:
        headers["content-type"] = "application/json"
    headers.update(request.headers)
    if request.options.idempotency_key is not None:
        headers["idempotency-key"] = request.options.idempotency_key
    if settings.authorization is not None:
        headers["authorization"] = settings.authorization
    return headers


def segment(name: str, text: str) -> str:
    """Writes a text as one segment of a path. Errors: `InvalidCallError` for what a path cannot hold."""
    if text in ("", ".", ".."):
        raise InvalidCallError(f"{name} must not be {text!r}")
    return quoted(text)


def quoted(text: str, safe: str = "") -> str:
    """Percent-encodes a text. Errors: `InvalidCallError` for half a surrogate pair."""
    try:
        return quote(text, safe=safe)
    except UnicodeEncodeError:
        raise InvalidCallError(f"{text!r} has half a surrogate pair, which is no text") from None


def json_bytes(body: object) -> bytes:
    """Encodes a body. Errors: `InvalidCallError` for what JSON does not have."""
    try:
        return json.dumps(body, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()
    except (TypeError, ValueError) as error:
        raise InvalidCallError(f"The call cannot be written as JSON: {error}") from error


def body_of(request: Request) -> bytes | BinaryIO | None:
    """Returns the body of an attempt."""
    if request.content is not None:
        return request.content.rewound()
    return None if request.body is None else json_bytes(request.body)


class Headers(Mapping[str, str]):
    """Headers of an answer; their names are compared without case."""

    __slots__ = ("_values",)

    def __init__(self, items: Iterable[tuple[str, str]]) -> None:
        values: dict[str, str] = {}
        for name, value in items:
            key = name.lower()
            values[key] = f"{values[key]}, {value}" if key in values else value
        self._values = values

    def __getitem__(self, name: str) -> str:
        return self._values[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"Headers({self._values!r})"


@dataclass(frozen=True)
class ResponseInfo:
    """The parts of an answer besides its content: `result.response`."""

    status: int
    headers: Headers = field(repr=False)

    @property
    def request_id(self) -> str | None:
        """The request's id in the server's logs."""
        return self.headers.get("x-request-id")

    @property
    def limits(self) -> list[Limit]:
        """The limits that the answer states in its header `RateLimit`."""
        return limits_of(self.headers.get("ratelimit"))


@dataclass(frozen=True)
class Response:
    """A successful answer, read to its end."""

    status: int
    headers: Headers
    body: bytes
    url: str
    """The address that answered; without the query."""

    @property
    def info(self) -> ResponseInfo:
        """The parts besides the content."""
        return ResponseInfo(self.status, self.headers)

    def json(self) -> Any:
        """Decodes the body; None if it is not JSON."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None
