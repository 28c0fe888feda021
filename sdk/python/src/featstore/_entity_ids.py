"""Keys of entities, in a path and in a body."""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable, Mapping, Sequence
from itertools import takewhile
from typing import Any, SupportsIndex, TypeAlias
from urllib.parse import quote
from uuid import UUID

from ._errors import InvalidCallError

KeyPart: TypeAlias = "str | SupportsIndex | float | UUID"
"""One part of a key. An integer beyond 2^53 - 1 is sent as text; integers of NumPy are integers."""

EntityId: TypeAlias = "KeyPart | Mapping[str, KeyPart]"
"""A key: one value, or its parts by name, `{"station": "Ulm", "platform": 7}`."""

BodyPart: TypeAlias = "str | int | float"
BodyId: TypeAlias = "BodyPart | dict[str, BodyPart]"

_MAX_EXACT = 2**53 - 1


def id_in_path(id: EntityId, key_order: Sequence[str] | None = None) -> str:
    """Writes a key as one segment of a path: its parts in the order of the entity, joined by commas.

    Errors: `InvalidCallError` for several parts without `key_order`, and for what a path cannot hold.
    """
    path = _parts_in_path(id, key_order) if isinstance(id, Mapping) else _encoded(id)
    # HTTP libraries remove such segments, even percent-encoded ones.
    if path in ("", ".", ".."):
        raise InvalidCallError(f'The key "{path}" cannot be used in a path: use get_batch')
    return path


def check_names(id: EntityId, key_order: Sequence[str] | None, members: Mapping[str, object], end: str) -> None:
    """Checks the names of a key, which a path does not have, against an answer. Its key stands before the member `end`.

    Errors: `InvalidCallError` if the answer is that of another key.
    """
    if not isinstance(id, Mapping):
        return
    sent = list(id) if key_order is None else list(key_order)
    names = list(takewhile(lambda name: name != end, members))
    if names != sent:
        raise InvalidCallError(
            f"The key of this answer is {_quoted(names)}, not {_quoted(sent)}: pass the names of the entity's key in "
            "its order, or another entity"
        )


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _parts_in_path(id: Mapping[str, KeyPart], key_order: Sequence[str] | None) -> str:
    names = list(id)
    if key_order is None and len(names) > 1:
        raise InvalidCallError(
            f"The order of the key parts {', '.join(names)} is unknown: pass key_order={names!r}, or use get_batch"
        )
    order = names if key_order is None else list(key_order)
    if not order or sorted(order) != sorted(names):
        expected, got = ", ".join(order) or "of the entity", ", ".join(names) or "none"
        raise InvalidCallError(f"Expected the key parts {expected}, got {got}")
    return ",".join(_encoded(id[name]) for name in order)


def _encoded(part: KeyPart) -> str:
    # The characters that encodeURIComponent leaves, too.
    return quote(str(part_in_body(part)), safe="!~*'()")


def check_ids(ids: object) -> None:
    """Errors: `InvalidCallError` for a single key, and for anything else that is no list of keys."""
    if isinstance(ids, Mapping):
        raise InvalidCallError('ids must be a list, got a dictionary: write keys by name as [{"speech_id": 1}]')
    if isinstance(ids, (str, bytes)) or not isinstance(ids, Iterable):
        kind = type(ids).__name__
        raise InvalidCallError(f"ids must be a list of keys, got {kind}: for a single key use get, or pass a list")


def ids_in_body(ids: Iterable[EntityId]) -> list[BodyId]:
    """Writes keys for a batch. Errors: those of `check_ids`; `InvalidCallError` for what is no key."""
    check_ids(ids)
    # Arrays and series of NumPy, pandas and polars become Python values at once.
    convert: Any = getattr(ids, "tolist", None) or getattr(ids, "to_list", None)
    values: Iterable[EntityId] = ids if convert is None else convert()
    return [each if type(each) is int and -_MAX_EXACT <= each <= _MAX_EXACT else id_in_body(each) for each in values]


def id_in_body(id: EntityId) -> BodyId:
    """Writes a key for a body."""
    if isinstance(id, Mapping):
        return {name: part_in_body(part) for name, part in id.items()}
    return part_in_body(id)


def part_in_body(part: KeyPart) -> BodyPart:
    """Writes a part of a key for a body. Errors: `InvalidCallError`."""
    if isinstance(part, str):
        if not part.isascii() and any("\ud800" <= character <= "\udfff" for character in part):
            raise InvalidCallError("A key part has half a surrogate pair, which is no text")
        return str(part)
    if isinstance(part, UUID):
        return str(part)
    if isinstance(part, float):
        if not math.isfinite(part):
            raise InvalidCallError(f"A key part must not be {part}: drop missing ids")
        return int(part) if part.is_integer() and abs(part) <= _MAX_EXACT else float(part)
    if isinstance(part, bool) or not hasattr(part, "__index__"):
        raise InvalidCallError(f"A key part must be text, an integer or a UUID, got {type(part).__name__}")
    number = operator.index(part)
    return number if -_MAX_EXACT <= number <= _MAX_EXACT else str(number)
