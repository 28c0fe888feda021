"""Inputs of a request: values in the JSON form of their types."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from ._errors import InvalidCallError


def inputs_in_body(inputs: Mapping[str, object] | None) -> dict[str, Any] | None:
    """Converts inputs by name. Errors: `InvalidCallError` for numbers that JSON does not have, and unknown types."""
    return None if inputs is None else {name: _value(name, value) for name, value in inputs.items()}


def inputs_by_row_in_body(inputs: Iterable[Mapping[str, object]] | None) -> list[dict[str, Any]] | None:
    """Converts the inputs of each row."""
    return None if inputs is None else [inputs_in_body(each) or {} for each in inputs]


def _value(name: str, value: object) -> Any:
    if value is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, int):
        # Other numbers would not be exact.
        return value if abs(value) < 2**53 else str(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise InvalidCallError(f"Input {name}: expected a finite number, got {value}")
        return value
    if isinstance(value, datetime) and value.tzinfo is None:
        raise InvalidCallError(f"Input {name}: expected a time with a time zone, got {value.isoformat()}")
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, (Decimal, UUID)):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): _value(name, each) for key, each in value.items()}
    tolist = getattr(value, "tolist", None)
    if tolist is not None:
        # Arrays and scalars of NumPy.
        return _value(name, tolist())
    if isinstance(value, Iterable):
        return [_value(name, each) for each in value]
    raise InvalidCallError(f"Input {name}: expected a value that JSON has, got {type(value).__name__}")


def time_text(name: str, time: str | datetime | None) -> str | None:
    """Writes a time. Errors: `InvalidCallError` without a time zone."""
    if not isinstance(time, datetime):
        return time
    if time.tzinfo is None:
        raise InvalidCallError(
            f"{name} needs a time zone: pass {name}=time.replace(tzinfo=timezone.utc) if it is in UTC"
        )
    return time.isoformat()
