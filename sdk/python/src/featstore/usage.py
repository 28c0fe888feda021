"""Reads what was used of the limits."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from ._answer import document_of
from ._request import Request, Response, options_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from typing_extensions import Unpack

    from ._async_transport import AsyncTransport
    from ._request import CallKeywords, ResponseInfo
    from ._transport import Transport

Grouping = Literal["day", "key", "operation", "view", "month"]


@dataclass(frozen=True)
class UsageReport:
    """Requests, rows and bytes of some days in UTC."""

    organisation: str | None
    """None for a key without an organisation, which sees its own usage."""
    from_: str
    to: str
    by: Grouping
    usage: Sequence[Mapping[str, Any]] = field(repr=False)
    """One row per group: `requests`, `rows`, `bytes`, `errors`, `latency_ms`, and what the group is."""
    total: Mapping[str, Any]
    limits: Mapping[str, Any]
    """Of this month, whatever days the report has."""
    response: ResponseInfo = field(repr=False, compare=False)


def usage_request(from_: str | date | None, to: str | date | None, by: Grouping | None, call: CallKeywords) -> Request:
    """Builds the request."""
    query = {"from": None if from_ is None else str(from_), "to": None if to is None else str(to), "by": by}
    return Request("GET", "/api/usage", query=query, options=options_of(call))


def read_usage(response: Response) -> UsageReport:
    """Reads the answer."""
    document = document_of(response, usage=list, total=dict, limits=dict, by=str, to=str, **{"from": str})
    return UsageReport(
        document.get("organisation"),
        document["from"],
        document["to"],
        document["by"],
        document["usage"],
        document["total"],
        document["limits"],
        response.info,
    )


class Usage:
    """Reads usage: `client.usage`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def get(
        self,
        *,
        from_: str | date | None = None,
        to: str | date | None = None,
        by: Grouping | None = None,
        **call: Unpack[CallKeywords],
    ) -> UsageReport:
        """Reads at most 400 days, by default this month until today, one row per day. Needs the scope `usage:read`.

        >>> client.usage.get(by="operation").total["requests"]  # doctest: +SKIP
        1200
        """
        return read_usage(self._transport.send(usage_request(from_, to, by, call)))


class AsyncUsage:
    """Reads usage: `client.usage` of `AsyncClient`."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    async def get(
        self,
        *,
        from_: str | date | None = None,
        to: str | date | None = None,
        by: Grouping | None = None,
        **call: Unpack[CallKeywords],
    ) -> UsageReport:
        """Reads at most 400 days, as `Usage.get`."""
        return read_usage(await self._transport.send(usage_request(from_, to, by, call)))
