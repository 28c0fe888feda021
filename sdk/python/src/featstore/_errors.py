"""The errors of this package. All derive from `FeatstoreError`."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class FeatstoreError(Exception):
    """The base class of all errors of this package."""


class InvalidCallError(FeatstoreError):
    """The call cannot be sent as written: a key with a newline, an empty id, an option that it does not take."""


class ConnectionError(FeatstoreError, builtins.ConnectionError):
    """There was no complete answer: refused, reset, name not found, certificate rejected. `__cause__` says more."""

    kind: Literal["connection", "closed", "certificate"]
    """`closed`: a kept-alive connection was closed before the answer began. `certificate`: the certificate was
    rejected, or the server does not speak HTTPS; trying again cannot help."""

    def __init__(self, message: str, kind: Literal["connection", "closed", "certificate"] = "connection") -> None:
        super().__init__(message)
        self.kind = kind


class TimeoutError(FeatstoreError, builtins.TimeoutError):
    """There was no complete answer within `timeout`."""


class UnexpectedAnswerError(FeatstoreError):
    """A successful answer that does not match the contract: from another server, or a proxy's page."""


class ChecksumError(FeatstoreError):
    """The received bytes do not have the SHA-256 that the server sent."""


class TrainingSetFailedError(FeatstoreError):
    """A training set ended without a result while the client waited for it.

    `code` is stable, such as `training_set_leaks`; it is `cancelled` or `deleted` if somebody did that.
    """

    def __init__(
        self,
        message: str,
        *,
        id: str = "",
        code: str = "",
        detail: str = "",
        errors: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        super().__init__(message)
        self.id = id
        self.code = code
        self.detail = detail
        self.errors = list(errors)


class ApiError(FeatstoreError):
    """The server answered with an error. Common statuses have their own class, such as `NotFoundError`.

    `code` is stable and meant for programs; it is `http_<status>` if the answer was no problem document. `detail` is
    for people, and `errors` say where. `request_id` finds the request in the server's logs, and `retry_after` is the
    number of seconds after which the server expects another attempt; both are None if the answer does not say.

    >>> try:  # doctest: +SKIP
    ...     client.features.get(7, features=["speech_sentimnt"])
    ... except featstore.NotFoundError as error:
    ...     print(error.code, error.detail, error.request_id)
    """

    # Defaults, so that the error can be unpickled: its attributes are set afterwards.
    def __init__(
        self,
        message: str,
        *,
        status: int = 0,
        code: str = "",
        detail: str | None = None,
        errors: Sequence[Mapping[str, Any]] = (),
        request_id: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.detail = detail
        self.errors = list(errors)
        self.request_id = request_id
        self.retry_after = retry_after


class BadRequestError(ApiError):
    """400: the request was malformed; `code` and `errors` say where."""


class AuthenticationError(ApiError):
    """401: no key, or one that is malformed, unknown, expired or revoked."""


class PermissionDeniedError(ApiError):
    """403: the key may not do this, or a tenant is needed."""


class NotFoundError(ApiError):
    """404: an unknown feature view, feature, version, service or embedding. An unknown entity is not an error."""


class MethodNotAllowedError(ApiError):
    """405: the operation does not exist; most likely the server has a different version."""


class ConflictError(ApiError):
    """409: not possible in the current state: a training set that is not finished has no data yet."""


class GoneError(ApiError):
    """410: a retired version, or a training set without data."""


class PayloadTooLargeError(ApiError):
    """413: the body is larger than the server takes."""


class UnsupportedMediaTypeError(ApiError):
    """415: the server does not take the body's media type."""


class RateLimitError(ApiError):
    """429: too many requests, or a used-up quota; try again after `retry_after` seconds."""


class ServerError(ApiError):
    """500 and above: a fault of the server or a proxy. `request_id` finds it in the logs."""


class UnavailableError(ServerError):
    """503: the server is overloaded, starting or draining; `retry_after` may say when to try again."""


# As users import them, so that tracebacks name them so.
for _error in (
    FeatstoreError,
    InvalidCallError,
    ConnectionError,
    TimeoutError,
    UnexpectedAnswerError,
    ChecksumError,
    TrainingSetFailedError,
    ApiError,
    BadRequestError,
    AuthenticationError,
    PermissionDeniedError,
    NotFoundError,
    MethodNotAllowedError,
    ConflictError,
    GoneError,
    PayloadTooLargeError,
    UnsupportedMediaTypeError,
    RateLimitError,
    ServerError,
    UnavailableError,
):
    _error.__module__ = "featstore"
