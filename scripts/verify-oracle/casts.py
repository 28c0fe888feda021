"""Casts, as docs/language.md describes them. A value that does not parse or fit is None.

Values: bool, int (also days and microseconds since 1970), float, Decimal, str (also uuid), list, and parsed JSON whose
numbers are `JsonNumber`, the text that PostgreSQL prints.
"""

import json
import math
import re
import struct
from datetime import date, datetime, timedelta
from decimal import Context, Decimal, ROUND_HALF_UP

WIDE = Context(prec=4000, rounding=ROUND_HALF_UP, Emax=10**6, Emin=-(10**6))
RANGE = {"int32": 2**31, "int64": 2**63}
EPOCH = datetime(1970, 1, 1)
INTEGER = re.compile(r"[+-]?(\d+)(?:\.(0*))?|[+-]?\.0+", re.ASCII)
NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
TIME = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?(Z|[+-]\d{2}(?::?\d{2})?)?)?", re.ASCII
)
TRUE, FALSE = {"true", "t", "yes", "y", "on", "1"}, {"false", "f", "no", "n", "off", "0"}


class JsonNumber(str):
    """A number in JSON, as text."""


class JsonNull:
    """JSON null as the value of a column, which is not null."""


JSON_NULL = JsonNull()
SPACE = " \t\n\r"


def parse_json(text: str):
    return json.loads(text, parse_int=JsonNumber, parse_float=JsonNumber)


def json_text(value) -> str:
    """Returns JSON as PostgreSQL prints jsonb; parsed values keep its order of keys."""
    if isinstance(value, JsonNumber):
        return str(value)
    if isinstance(value, list):
        return "[" + ", ".join(map(json_text, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key, ensure_ascii=False)}: {json_text(item)}" for key, item in value.items()) + "}"
    return json.dumps(value, ensure_ascii=False)


def to_float32(value: float) -> float | None:
    try:
        rounded = struct.unpack("f", struct.pack("f", value))[0]
    except OverflowError:
        return None
    return finite(rounded)


def finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def decimal_of(text: str) -> Decimal:
    """A decimal with its digits after the point; a positive exponent is written out, zero has no sign."""
    value = Decimal(text)
    if value.as_tuple().exponent > 0:
        value = WIDE.quantize(value, Decimal(1))
    return value.copy_abs() if value.is_zero() else value


def fits(value: int, type_: str) -> int | None:
    return value if -RANGE[type_] <= value < RANGE[type_] else None


def parse_time(text: str) -> int | None:
    """Returns microseconds since 1970."""
    match = TIME.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second, fraction, offset = match.groups()
    try:
        moment = datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0))
    except ValueError:
        return None
    micros = (moment - EPOCH) // timedelta(microseconds=1) + int((fraction or "")[:6].ljust(6, "0"))
    if offset in (None, "Z"):
        return micros
    digits = offset[1:].replace(":", "").ljust(4, "0")
    shift = (int(digits[:2]) * 60 + int(digits[2:])) * 60_000_000
    return micros - shift if offset[0] == "+" else micros + shift


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
            micros = parse_time(text) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII) else None
            return None if micros is None else micros // 86_400_000_000
    raise ValueError(to)


def from_json(value, to: str):
    if to == "json":
        return value
    if value is None or value is JSON_NULL:
        return None
    if to in ("string[]", "float64[]"):
        items = [None if isinstance(item, (list, dict)) else from_json(item, to.removesuffix("[]")) for item in value] if isinstance(value, list) else [None]
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
            return value // 86_400_000_000
        case "date":
            return value * 86_400_000_000
        case "uuid":
            return value
    return from_number(value, to)


def date_of(days: int) -> date:
    return date(1970, 1, 1) + timedelta(days=days)
