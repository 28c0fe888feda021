"""Runs downloads of the async client in a thread."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, TypeVar

from ._datasets.retry import StoppedError
from ._transport import Transport

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._datasets.transfer_options import DownloadProgress, OnProgress
    from ._settings import Settings

T = TypeVar("T")


async def in_thread(
    settings: Settings, on_progress: OnProgress | None, step: Callable[[Transport, OnProgress], T]
) -> T:
    """Runs a step in a thread, with a transport of its own. A cancelled call ends at once, its download a little later.

    `on_progress` is called in the event loop.
    """
    import anyio
    import anyio.from_thread
    import anyio.to_thread

    cancelled = threading.Event()

    def report(progress: DownloadProgress) -> None:
        if cancelled.is_set():
            raise StoppedError("The call was cancelled")
        if on_progress is not None:
            anyio.from_thread.run_sync(on_progress, progress)

    def run() -> T:
        transport = Transport(settings)
        try:
            return step(transport, report)
        finally:
            transport.close()

    try:
        return await anyio.to_thread.run_sync(run, abandon_on_cancel=True)
    except anyio.get_cancelled_exc_class():
        cancelled.set()
        raise
