"""Times and dates: microseconds and days since 1970, UTC."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

DAY = 86_400_000_000
EPOCH = datetime(1970, 1, 1)
START = datetime(1970, 1, 1, tzinfo=UTC)
TIME = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?(Z|[+-]\d{2}(?::?\d{2})?)?)?", re.ASCII)


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


def parse_date(text: str) -> int | None:
    """Returns days since 1970. A time of day does not parse."""
    micros = parse_time(text) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII) else None
    return None if micros is None else micros // DAY


def date_of(days: int) -> date:
    return date(1970, 1, 1) + timedelta(days=days)


def date_part(name: str, value: int, type_: str, zone: str) -> int:
    """Returns a part of a date, or of a time in a zone."""
    day = date_of(value) if type_ == "date" else (START + timedelta(microseconds=value)).astimezone(ZoneInfo(zone))
    match name:
        case "dayOfYear":
            return day.timetuple().tm_yday
        case "dayOfWeek":
            return day.isoweekday()
    return getattr(day, name)
