"""Values as responses and files have them, in the form that the oracle computes."""

import json
import re
import struct
from datetime import date
from decimal import Decimal

from json_values import JsonNumber, parse_json

DATE = re.compile(r"([+-]\d{6}|\d{4})-(\d\d)-(\d\d)")


def days_of(text: str) -> int:
    year, month, day = DATE.fullmatch(text).groups()
    return date(int(year), int(month), int(day)).toordinal() - 719163


def micros_of(text: str) -> int:
    day, clock = text.split("T")
    hours, minutes, seconds = clock.removesuffix("Z").split(":")
    return (
        days_of(day) * 86_400_000_000 + int(hours) * 3_600_000_000 + int(minutes) * 60_000_000 + int(Decimal(seconds) * 1_000_000)
    )


def from_json(value, type_: str):
    """`value` comes from `parse_json`, so numbers are text."""
    if value is None or type_ == "json":
        return value
    match type_:
        case "int32":
            return int(value) if isinstance(value, JsonNumber) else value
        case "int64":
            return int(value) if type(value) is str else ("not a string", value)
        case "float64" | "float32":
            return narrowed(float(value), type_) if isinstance(value, JsonNumber) else ("not a number", value)
        case "decimal":
            return Decimal(value) if type(value) is str else ("not a string", value)
        case "timestamp":
            return micros_of(value)
        case "date":
            return days_of(value)
        case "float64[]":
            return [float(item) for item in value]
    return value


def narrowed(value: float, type_: str) -> float:
    return value if type_ == "float64" else struct.unpack("f", struct.pack("f", value))[0]


def from_csv(text: str | None, type_: str):
    if text is None:
        return None
    match type_:
        case "bool":
            return {"true": True, "false": False}.get(text, text)
        case "int32" | "int64":
            return int(text)
        case "json" | "string[]":
            return parse_json(text)
        case "float64[]":
            return json.loads(text, parse_int=float)
        case "float64" | "float32":
            return narrowed(float(text), type_)
        case "decimal":
            return Decimal(text)
        case "timestamp":
            return micros_of(text)
        case "date":
            return days_of(text)
    return text


def from_arrow(value, type_: str):
    """Times and dates are numbers already."""
    if value is None:
        return None
    match type_:
        case "json":
            return parse_json(value)
        case "decimal":
            return Decimal(value)
    return value


def arrow_rows(path):
    """Yields the rows of a Parquet file as dictionaries; times as microseconds and dates as days since 1970."""
    import pyarrow
    import pyarrow.parquet

    table = pyarrow.parquet.read_table(path)
    for index, field in enumerate(table.schema):
        wanted = (
            pyarrow.int64()
            if pyarrow.types.is_timestamp(field.type)
            else pyarrow.int32()
            if pyarrow.types.is_date(field.type)
            else None
        )
        if wanted is not None:
            table = table.set_column(index, field.name, table.column(index).cast(wanted))
    yield from table.to_pylist()


def csv_rows(text: str):
    """Yields the rows of a CSV file as dictionaries. An empty field is None, two quotes are the empty text."""
    rows, row, position = [], [], 0
    field = re.compile(r'(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|\n|$)')
    while position < len(text):
        match = field.match(text, position)
        quoted, plain, end = match.groups()
        row.append(quoted.replace('""', '"') if quoted is not None else plain or None)
        position = match.end()
        if end != ",":
            rows.append(row)
            row = []
    names, *rest = rows
    return [dict(zip(names, values, strict=True)) for values in rest]
