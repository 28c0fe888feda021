"""The course of one call through its attempts, the same for the sync and the async transport."""

from __future__ import annotations

import logging
import random
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from ._errors import TimeoutError
from ._log import log_repeat
from ._request import check_request
from ._rules import Again, failure_of, next_attempt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ._errors import FeatstoreError
    from ._request import Request
    from ._settings import Settings


def deadline_of(settings: Settings, request: Request) -> float:
    """Returns the seconds of the call."""
    return settings.deadline if request.options.deadline is None else request.options.deadline


def as_one_call(settings: Settings, requests: Sequence[Request]) -> list[Request]:
    """Gives the requests of one call the same end."""
    ends_at = time.monotonic() + deadline_of(settings, requests[0])
    return [replace(request, ends_at=ends_at) for request in requests]


class Call:
    """Counts the attempts of a call and its time."""

    def __init__(self, settings: Settings, request: Request) -> None:
        check_request(request)
        options = request.options
        self._server = settings.base_url
        self._timeout = settings.timeout if options.timeout is None else options.timeout
        self._deadline = deadline_of(settings, request)
        self._ends_at = time.monotonic() + self._deadline if request.ends_at is None else request.ends_at
        self._retries = settings.retries if options.retries is None else options.retries
        self._repeatable = request.is_repeatable
        self._waits_for_limit = request.waits_for_limit
        self._name = f"{request.method} {request.path}"
        self._attempt = 1
        self._begun = 0
        self._free_attempt_used = False

    def begin(self) -> float:
        """Begins an attempt and returns its seconds. Errors: `TimeoutError` after the deadline."""
        left = self._ends_at - time.monotonic()
        if left <= 0:
            raise TimeoutError(f"No complete answer within the deadline of {self._deadline:g} s from {self._server}")
        self._begun += 1
        return min(self._timeout, left)

    def pause_after(self, error: FeatstoreError) -> float | None:
        """Returns the seconds before the next attempt, which it logs; None if there is none."""
        failure = failure_of(error)
        limited = self._waits_for_limit and failure.status == 429 and failure.hint is not None
        decision = next_attempt(
            failure,
            attempt=1 if limited else self._attempt,
            retries=max(1, self._retries) if limited else self._retries,
            repeatable=self._repeatable,
            free_attempt_used=self._free_attempt_used,
            random=random.random(),  # noqa: S311
            left=self._ends_at - time.monotonic(),
        )
        if not isinstance(decision, Again):
            if isinstance(error, TimeoutError) and self._begun > 1:
                error.args = (f"{error} after {self._begun} attempts",)
            return None
        if not decision.counted:
            self._free_attempt_used = True
        elif not limited:
            self._attempt += 1
        # The parts of a call exhaust the limit by themselves.
        log_repeat(self._name, error, decision.pause, logging.INFO if limited else logging.WARNING)
        return decision.pause
