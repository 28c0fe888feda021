"""Reads datasets."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._async_transport import AsyncTransport
    from ._transport import Transport


class Datasets:
    """Reads datasets."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport


class AsyncDatasets:
    """The same as `Datasets`, with `await`."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport
