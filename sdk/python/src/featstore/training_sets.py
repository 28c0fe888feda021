"""Makes training sets."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._async_transport import AsyncTransport
    from ._transport import Transport


class TrainingSets:
    """Makes training sets."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport


class AsyncTrainingSets:
    """The same as `TrainingSets`, with `await`."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport
