"""Reads the header `RateLimit`, a structured list of RFC 9651."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Limit:
    """One limit of the key or of its organisation."""

    name: str
    """Of the policy: `key`, `key-month`, `organisation-month`."""
    remaining: int
    """Requests that are left."""
    reset_seconds: int | None
    """Seconds until all of them are available again."""


_STRING = r'"(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*"'
_NAME = r"[A-Za-z*][!#$%&'*+.^_`|~0-9A-Za-z:/-]*"
_NUMBER = r"-?[0-9]+(?:\.[0-9]+)?"
_VALUE = rf"(?:{_STRING}|{_NAME}|{_NUMBER}|:[A-Za-z0-9+/=]*:|\?[01])"
_PARAMETER = re.compile(rf";[ ]*([a-z*][a-z0-9_.*-]*)(?:=({_VALUE}))?")
_ITEM = re.compile(rf"({_STRING}|{_NAME})((?:;[ ]*[a-z*][a-z0-9_.*-]*(?:={_VALUE})?)*)")
_COMMA = re.compile(r"[ \t]*,[ \t]*")


def limits_of(header: str | None) -> list[Limit]:
    """Returns the limits of a header such as `"key";r=19;t=1, "key-month";r=0;t=86400`; none if it is malformed."""
    limits: list[Limit] = []
    text = (header or "").strip(" ")
    position = 0
    while text:
        item = _ITEM.match(text, position)
        if item is None:
            return []
        # Later parameters of the same name replace earlier ones.
        parameters: dict[str, str] = dict(_PARAMETER.findall(item[2]))
        remaining, reset = _count(parameters.get("r")), _count(parameters.get("t"))
        if remaining is not None:
            limits.append(Limit(_name(item[1]), remaining, reset))
        position = item.end()
        if position == len(text):
            break
        comma = _COMMA.match(text, position)
        if comma is None:
            return []
        position = comma.end()
    return limits


def _count(text: str | None) -> int | None:
    return int(text) if text is not None and re.fullmatch(r"[0-9]{1,15}", text) else None


def _name(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1]) if text.startswith('"') else text
