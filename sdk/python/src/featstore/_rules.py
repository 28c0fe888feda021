"""The rules of retries, pauses and errors: pure functions, proved by `sdk/test-vectors`."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urljoin, urlsplit

from . import _errors
from ._errors import ApiError, ConnectionError, FeatstoreError, TimeoutError, UnexpectedAnswerError
from ._rate_limit import limits_of

if TYPE_CHECKING:
    from collections.abc import Mapping

FIRST_PAUSE = 0.5
MAX_PAUSE = 8.0
MAX_DEMANDED_PAUSE = 60.0

FailureKind = Literal[
    "connection", "closed", "certificate", "timeout", "aborted", "redirect", "unexpected", "status", "call"
]


@dataclass(frozen=True)
class Failure:
    """A failed attempt. `status`, `code` and `hint` (seconds) are those of the answer, if there was one."""

    kind: FailureKind
    status: int = 0
    code: str = ""
    hint: float | None = None


@dataclass(frozen=True)
class Again:
    """Another attempt after `pause` seconds; `counted` against the retries."""

    pause: float
    counted: bool


Stop = Literal["not_retryable", "not_repeatable", "attempts_used", "pause_too_long", "deadline"]


def next_attempt(
    failure: Failure,
    *,
    attempt: int,
    retries: int,
    repeatable: bool,
    free_attempt_used: bool,
    random: float,
    left: float,
) -> Again | Stop:
    """Decides whether and when a failed attempt is followed by another.

    `attempt` counts the attempts so far, from 1; `random` is from 0 to 1; `left` are the seconds until the deadline.
    """
    if not _is_retryable(failure):
        return "not_retryable"
    if not repeatable:
        return "not_repeatable"
    if failure.kind == "closed" and not free_attempt_used:
        return Again(0.0, counted=False) if left > 0 else "deadline"
    if attempt > retries:
        return "attempts_used"
    pause = random * min(MAX_PAUSE, FIRST_PAUSE * 2.0 ** min(attempt - 1, 10)) + (failure.hint or 0)
    if pause > MAX_DEMANDED_PAUSE:
        return "pause_too_long"
    return Again(pause, counted=True) if pause < left else "deadline"


def _is_retryable(failure: Failure) -> bool:
    if failure.kind == "status":
        transient = failure.status in (408, 429) or failure.status >= 500
        return transient and failure.code != "snapshot_damaged"
    return failure.kind in ("connection", "closed", "timeout")


def failure_of(error: FeatstoreError) -> Failure:
    """Classifies an error of an attempt."""
    if isinstance(error, ApiError):
        return Failure("status", error.status, error.code, error.retry_after)
    if isinstance(error, ConnectionError):
        return Failure(error.kind)
    if isinstance(error, TimeoutError):
        return Failure("timeout")
    return Failure("unexpected" if isinstance(error, UnexpectedAnswerError) else "call")


def hint_of(status: int, headers: Mapping[str, str], now: datetime) -> float | None:
    """Returns the seconds that an answer demands as a pause: `Retry-After`, with 429 else the `RateLimit` items.

    A date is measured against the answer's own `Date`, because clocks differ; `now` is used if there is none.
    """
    text = headers.get("retry-after", "").strip(" \t")
    if re.fullmatch(r"[0-9]{1,15}", text):
        return float(text)
    until = _date_of(text)
    if until is not None:
        since = _date_of(headers.get("date", "")) or now
        return max(0.0, (until - since).total_seconds())
    if status != 429:
        return None
    exhausted = [limit.reset_seconds for limit in limits_of(headers.get("ratelimit")) if limit.remaining == 0]
    return max((float(seconds) for seconds in exhausted if seconds is not None), default=None)


# Not strptime, whose names of months depend on the locale.
_DATE = re.compile(r"[A-Z][a-z]{2}, (\d\d) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) GMT", re.ASCII)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _date_of(text: str) -> datetime | None:
    match = _DATE.fullmatch(text)
    if match is None or match[2] not in _MONTHS:
        return None
    day, year, hour, minute, second = (int(match[group]) for group in (1, 3, 4, 5, 6))
    try:
        return datetime(year, _MONTHS.index(match[2]) + 1, day, hour, minute, second, tzinfo=timezone.utc)
    except ValueError:
        return None


def refusal_of(status: int, headers: Mapping[str, str], body: bytes, url: str, now: datetime) -> FeatstoreError:
    """Creates the error for an answer with a status outside 200 to 299."""
    if 300 <= status < 400 and status != 304:
        return UnexpectedAnswerError(f"{status}: the server redirects{_origin(headers, url)}: check url")
    problem = _problem_of(body)
    detail = problem.get("detail")
    document_id = problem.get("request_id")
    request_id = headers.get("x-request-id") or (document_id if isinstance(document_id, str) else None)
    code = problem.get("code", f"http_{status}")
    said = "" if problem else ": the answer was not a problem document"
    if isinstance(detail, str):
        said = f": {detail}"
    else:
        detail = None
    if status == 404:
        said = _advice_on_path(said, problem.get("code"), url)
    errors = problem.get("errors")
    return error_class(status)(
        f"{status} {code}{said}{'' if request_id is None else f' (request {request_id})'}",
        status=status,
        code=code,
        detail=detail,
        errors=[error for error in errors if _is_position(error)] if isinstance(errors, list) else [],
        request_id=request_id,
        retry_after=hint_of(status, headers, now),
    )


def _advice_on_path(said: str, code: object, url: str) -> str:
    """Adds what to do if the server does not have the path."""
    address = url.partition("?")[0]
    if code is None:
        said = f": {address} is not an address of a Featstore server: check url"
    if code in (None, "path_not_found") and "/api/api/" in address:
        said += '; leave out "/api" at the end of url'
    return said


def in_whole_batch(error: FeatstoreError, first_row: int) -> FeatstoreError:
    """Moves the positions in a refusal, `ids[3]` and `inputs_by_row[3]`, by those of the rows before the part."""
    if first_row == 0 or not isinstance(error, _errors.BadRequestError):
        return error

    def move(text: str) -> str:
        return re.sub(r"(ids|_row)\[(\d+)", lambda match: f"{match[1]}[{int(match[2]) + first_row}", text)

    return _errors.BadRequestError(
        move(str(error)),
        status=error.status,
        code=error.code,
        detail=None if error.detail is None else move(error.detail),
        errors=[{**each, "path": move(each["path"]), "detail": move(each["detail"])} for each in error.errors],
        request_id=error.request_id,
        retry_after=error.retry_after,
    )


def error_class(status: int) -> type[ApiError]:
    """Returns the most specific class for a status."""
    return _CLASSES.get(status, _errors.ServerError if status >= 500 else ApiError)


_CLASSES: Mapping[int, type[ApiError]] = {
    400: _errors.BadRequestError,
    401: _errors.AuthenticationError,
    403: _errors.PermissionDeniedError,
    404: _errors.NotFoundError,
    405: _errors.MethodNotAllowedError,
    409: _errors.ConflictError,
    410: _errors.GoneError,
    413: _errors.PayloadTooLargeError,
    415: _errors.UnsupportedMediaTypeError,
    429: _errors.RateLimitError,
    503: _errors.UnavailableError,
}


def _problem_of(body: bytes) -> dict[str, Any]:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    is_problem = isinstance(document, dict) and isinstance(document.get("code"), str) and document["code"]
    return document if is_problem else {}


def _is_position(error: object) -> bool:
    return isinstance(error, dict) and isinstance(error.get("path"), str) and isinstance(error.get("detail"), str)


def _origin(headers: Mapping[str, str], url: str) -> str:
    # Only the origin: the rest may hold a token.
    try:
        target = urlsplit(urljoin(url, headers["location"]))
        host = target.hostname
        port = "" if target.port is None else f":{target.port}"
    except (KeyError, ValueError):
        return ""
    return f" to {target.scheme}://{host}{port}" if host else ""
