"""The server's health."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from ._answer import build, document_of
from ._request import Request, options_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ._request import CallKeywords, Response, ResponseInfo


@dataclass(frozen=True)
class Health:
    """The state of the server, as it reports it."""

    status: Literal["ok", "degraded", "unavailable"]
    registry_revision: int | None
    checks: Mapping[str, Mapping[str, Any]]
    """By name: `ok`, `detail`, and a stable `code` of a failed check."""
    response: ResponseInfo = field(repr=False, compare=False)


def health_request(call: CallKeywords) -> Request:
    """Builds the request."""
    return Request("GET", "/health", options=options_of(call))


def read_health(response: Response) -> Health:
    """Reads the answer."""
    return build(Health, document_of(response, status=str, checks=dict), response)
