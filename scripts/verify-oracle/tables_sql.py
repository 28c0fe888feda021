"""The source tables: their columns, and the statements that create and fill them."""

import json
from datetime import datetime

VALUE_COLUMNS = {
    "txt": ("string", "text"),
    "num": ("string", "text"),
    "flag": ("bool", "boolean"),
    "small": ("int32", "integer"),
    "big": ("int64", "bigint"),
    "price": ("decimal", "numeric"),
    "ratio": ("float64", "double precision"),
    "rough": ("float32", "real"),
    "extra": ("json", "jsonb"),
    "day": ("date", "date"),
    "moment": ("timestamp", "timestamptz"),
    "ref": ("uuid", "uuid"),
}


def create() -> list[str]:
    values = ", ".join(f"{name} {type_}" for name, (_, type_) in VALUE_COLUMNS.items())
    return [
        "create table customers (id bigint primary key, joined_at timestamptz, seen_at timestamptz, name text, note text, "
        "price numeric, born date, score double precision, big bigint)",
        "create table events (id bigint primary key, customer_id bigint, happened_at timestamptz, ingested_at timestamptz, "
        f"{values})",
        f"create table readings (id bigint primary key, region text, unit integer, at timestamp, rank integer, {values})",
        "create table devices (id uuid)",
        f"create table steps (id bigint primary key, device uuid, valid_from timestamptz, known_at timestamptz, {values})",
    ]


def insert(connection, rows) -> None:
    """Copies rows into their tables. All values are sent as text, so that PostgreSQL parses them."""
    by_table: dict[str, list[tuple]] = {}
    for table, row in rows:
        by_table.setdefault(table, []).append(row)
    with connection.cursor() as cursor:
        for table, values in by_table.items():
            with cursor.copy(f"copy {table} from stdin") as copy:
                for row in values:
                    copy.write_row([text_of(value) for value in row])


def text_of(value) -> str | None:
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, bool):
        return json.dumps(value)
    return None if value is None else str(value) if not isinstance(value, float) else repr(value)
