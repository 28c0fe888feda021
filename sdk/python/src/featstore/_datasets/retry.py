"""Decides after a failure whether and when to try again; shared by all requests of a download."""

from __future__ import annotations

import random
import threading
import time
from typing import TYPE_CHECKING, TypeVar

from .._errors import ApiError, ConnectionError, FeatstoreError, TimeoutError
from .._log import log_repeat

if TYPE_CHECKING:
    from collections.abc import Callable

FIRST_PAUSE = 0.2
MAX_PAUSE = 10.0
# A longer Retry-After is left to the caller: a quota may end next month.
MAX_RETRY_AFTER = 60.0

T = TypeVar("T")


class StoppedError(FeatstoreError):
    """Another thread of the download failed; never leaves the download."""


class Retries:
    """Pauses between tries. `stop` ends them early."""

    def __init__(self, max_failures: int, stop: threading.Event | None = None) -> None:
        self._max_failures = max_failures
        self._stop = stop or threading.Event()
        self._not_before = 0.0

    def check(self) -> None:
        """Errors: `StoppedError` after `stop`."""
        if self._stop.is_set():
            raise StoppedError("The download was stopped")

    def ready(self) -> None:
        """Waits while the server demands a pause."""
        self._pause(self._not_before - time.monotonic())

    def pause_after(self, error: FeatstoreError, failures: int) -> None:
        """Waits before the next try, or raises the error; `failures` counts those in a row, from 1."""
        self.check()
        retry_after = (error.retry_after or 0.0) if isinstance(error, ApiError) else 0.0
        if not is_transient(error) or failures > self._max_failures or retry_after > MAX_RETRY_AFTER:
            raise error
        self._not_before = max(self._not_before, time.monotonic() + retry_after)
        # Random, so that the ranges that failed together do not come back together.
        backoff = min(MAX_PAUSE, FIRST_PAUSE * 2 ** (failures - 1)) * random.uniform(0.5, 1.0)  # noqa: S311
        pause = max(retry_after, backoff)
        log_repeat("A request of a download", error, pause)
        self._pause(pause)

    def run(self, step: Callable[[], T]) -> T:
        """Calls `step` until it succeeds, with pauses."""
        failures = 0
        while True:
            try:
                self.ready()
                return step()
            except FeatstoreError as error:
                failures += 1
                self.pause_after(error, failures)

    def _pause(self, seconds: float) -> None:
        self.check()
        if seconds > 0:
            self._stop.wait(seconds)
            self.check()


def is_transient(error: FeatstoreError) -> bool:
    """Whether a later try may succeed."""
    if isinstance(error, (ConnectionError, TimeoutError)):
        return True
    if not isinstance(error, ApiError) or error.code == "snapshot_damaged":
        return False
    return error.status in (408, 429) or error.status >= 500
