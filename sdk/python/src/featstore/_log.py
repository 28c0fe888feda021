"""The log of the client: attempts that are repeated, by the logger `featstore`."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from ._errors import ApiError

if TYPE_CHECKING:
    from ._errors import FeatstoreError


def log_repeat(what: str, error: FeatstoreError, pause: float, level: int = logging.WARNING) -> None:
    """Logs a failed attempt that is repeated after `pause` seconds, without texts of the server or the network."""
    failure = type(error).__name__
    if isinstance(error, ApiError):
        failure = f"{error.status} {error.code}"
        if error.request_id is not None:
            failure += f", request {error.request_id}"
    logging.getLogger("featstore").log(level, "%s failed (%s), will be repeated in %.1f s", what, failure, pause)
