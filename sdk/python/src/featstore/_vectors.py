"""Vectors as base64 of little-endian float32."""

from __future__ import annotations

import binascii
import math
import sys
from array import array
from typing import TYPE_CHECKING, TypeAlias

from ._errors import InvalidCallError, UnexpectedAnswerError

if TYPE_CHECKING:
    from collections.abc import Iterable

Vector: TypeAlias = "array[float]"
"""float32 numbers. `numpy.asarray(vector)` does not copy them."""


def vector_of(text: object) -> Vector | None:
    """Decodes a vector; None stays None. Errors: `UnexpectedAnswerError`."""
    if text is None:
        return None
    vector = array("f")
    try:
        vector.frombytes(binascii.a2b_base64(text))  # type: ignore[arg-type]
    except (TypeError, ValueError) as error:
        raise UnexpectedAnswerError("A vector does not have the requested format") from error
    if sys.byteorder == "big":
        vector.byteswap()
    return vector


def text_of(vector: Iterable[float]) -> str:
    """Encodes a list of numbers or an array. Errors: `InvalidCallError` for what is no finite float32."""
    try:
        numbers = array("f", vector)
    except (TypeError, OverflowError) as error:
        raise InvalidCallError(f"vector must be a list of numbers or an array of one dimension: {error}") from error
    if not all(map(math.isfinite, numbers)):
        raise InvalidCallError("vector must have finite float32 numbers only")
    if sys.byteorder == "big":
        numbers.byteswap()
    return binascii.b2a_base64(numbers.tobytes(), newline=False).decode()
