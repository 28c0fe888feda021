"""Checks of options that a client and a single call both take."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from ._errors import InvalidCallError

if TYPE_CHECKING:
    from collections.abc import Mapping


def checked_seconds(name: str, value: float) -> float:
    """Returns a positive finite number of seconds. Errors: `InvalidCallError`."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not (0 < value < math.inf):
        raise InvalidCallError(f"{name} must be a positive number of seconds, got {value!r}")
    return float(value)


def checked_retries(value: int) -> int:
    """Returns a number of further attempts. Errors: `InvalidCallError`."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise InvalidCallError(f"retries must be 0 or a positive integer, got {value!r}")
    return value


def checked_headers(headers: Mapping[str, str] | None) -> dict[str, str]:
    """Returns the headers with names in lower case. Errors: `InvalidCallError`, which does not quote the value."""
    checked: dict[str, str] = {}
    for name, value in (headers or {}).items():
        if re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name) is None:
            raise InvalidCallError(f"{name!r} is not the name of a header")
        if re.fullmatch(r"[\x20-\x7e\xa0-\xff\t]*", value) is None:
            raise InvalidCallError(f"The value of the header {name} has a control character or is not Latin-1")
        if name.lower() == "authorization":
            raise InvalidCallError("Pass the key as api_key, not as the header Authorization")
        checked[name.lower()] = value
    return checked
