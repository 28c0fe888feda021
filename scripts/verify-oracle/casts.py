"""Casts, as docs/language.md describes them. A value that does not parse or fit is None.

Values: bool, int (also days and microseconds since 1970), float, Decimal, str (also uuid), list, and parsed JSON whose
numbers are `JsonNumber`, the text that PostgreSQL prints.
"""

import math
import re
import struct
from decimal import Decimal

from decimals import WIDE, decimal_of
from json_values import JSON_NULL, json_text
from times import DAY, parse_date, parse_time

RANGE = {"int32": 2**31, "int64": 2**63}
INTEGER = re.compile(r"[+-]?(\d+)(?:\.(0*))?|[+-]?\.0+", re.ASCII)
NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
SPACE = " \t\n\r"
TRUE, FALSE = {"true", "t", "yes", "y", "on", "1"}, {"false", "f", "no", "n", "off", "0"}


def to_float32(value: float) -> float | None:
    try:
        rounded = struct.unpack("f", struct.pack("f", value))[0]
    except OverflowError:
        return None
    return finite(rounded)


def finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def fits(value: int, type_: str) -> int | None:
    return value if -RANGE[type_] <= value < RANGE[type_] else None


def from_text(text: str, to: str):
    text = text.strip(SPACE)
    match to:
        case "bool":
            word = text.lower() if text.isascii() else ""
            return True if word in TRUE else False if word in FALSE else None
        case "int32" | "int64":
            return fits(int(Decimal(text)), to) if INTEGER.fullmatch(text) else None
        case "float64":
            return finite(float(text)) if NUMBER.fullmatch(text) else None
        case "float32":
            return None if from_text(text, "float64") is None else to_float32(float(text))
        case "decimal":
            return decimal_of(text) if NUMBER.fullmatch(text) else None
        case "timestamp":
            return parse_time(text)
        case "date":
            return parse_date(text)
    raise ValueError(to)


def from_json(value, to: str):
    if to == "json":
        return value
    if value is None or value is JSON_NULL:
        return None
    if to in ("string[]", "float64[]"):
        items = (
            [None if isinstance(item, (list, dict)) else from_json(item, to.removesuffix("[]")) for item in value]
            if isinstance(value, list)
            else [None]
        )
        return None if None in items else items
    text = value if isinstance(value, str) else json_text(value)
    return str(text) if to == "string" else from_text(text, to)


def round_half_up(value) -> int:
    """Rounds half away from zero."""
    exact = Decimal(value)
    return int(WIDE.to_integral_value(exact))


def from_number(value, to: str):
    match to:
        case "int32" | "int64":
            return fits(round_half_up(value), to)
        case "float64":
            return finite(float(value))
        case "float32":
            return to_float32(float(value))
        case "decimal":
            return Decimal(value)
        case "string":
            return format(value, "f") if isinstance(value, Decimal) else str(value)
    raise ValueError(to)


def cast(value, from_: str, to: str):
    if value is None or from_ == to:
        return value
    match from_:
        case "string":
            return from_text(value, to)
        case "json":
            return from_json(value, to)
        case "bool":
            return int(value) if to == "int32" else "true" if value else "false"
        case "timestamp":
            return value // DAY
        case "date":
            return value * DAY
        case "uuid":
            return value
    return from_number(value, to)
