"""Source rows, read from PostgreSQL as text."""

import struct
from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import pandas

from decimals import decimal_of
from json_values import JSON_NULL, parse_json
from times import START, parse_date


def value_of(text: str | None, type_: str):
    """Reads the text that PostgreSQL prints."""
    if text is None:
        return None
    match type_:
        case "bool":
            return text == "true"
        case "int32" | "int64" | "timestamp":
            return int(text)
        case "float64":
            return float(text)
        case "float32":
            return struct.unpack("f", struct.pack("f", float(text)))[0]
        case "decimal":
            return decimal_of(text)
        case "date":
            return parse_date(text)
        case "json":
            parsed = parse_json(text)
            return JSON_NULL if parsed is None else parsed
    return text


def instant(text: str | None, zone: str | None) -> int | None:
    """Microseconds of a time; of a time without a zone, those of its clock in the zone."""
    if text is None or zone is None:
        return None if text is None else int(text)
    local = (START + timedelta(microseconds=int(text))).replace(tzinfo=ZoneInfo(zone), fold=1)
    skipped = local.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) != local.replace(tzinfo=None)
    # A skipped hour is read as one hour later, a repeated one as the second.
    return (local.replace(fold=0 if skipped else 1).astimezone(UTC) - START) // timedelta(microseconds=1)


class Source:
    """The rows of a table by their key, in the order of event time and tie-break (nulls last)."""

    def __init__(self, connection, source: dict):
        self.columns = source["columns"]
        self.hasEvents = source["eventTime"] is not None
        event, zone = source["eventTime"] or (None, None)
        times = {"_event": event, "_known": source["knownTime"]}
        keys = {name: (column, type_) for name, (type_, column) in source["key"].items()}
        wanted = [f'{text_of(column, type_)} as "key_{name}"' for name, (column, type_) in keys.items()]
        wanted += [f'{text_of(column, "timestamp")} as "{name}"' for name, column in times.items() if column]
        wanted += [f'"{column}"::text as "tie_{index}"' for index, column in enumerate(source["tieBreak"])]
        wanted += [f'{text_of(column, type_)} as "{column}"' for column, type_ in self.columns.items()]
        with connection.cursor() as cursor:
            cursor.execute(f'select {", ".join(wanted)} from "{source["table"]}"')
            frame = pandas.DataFrame(cursor.fetchall(), columns=[part.name for part in cursor.description], dtype=object)
        self.hasKnown = source["knownTime"] is not None
        self.rows = []
        ties = [f"tie_{index}" for index in range(len(source["tieBreak"]))]
        for row in frame.to_dict("records"):
            read = {column: value_of(row[column], type_) for column, type_ in self.columns.items()}
            known = instant(row["_known"], None) if self.hasKnown else None
            event_at = instant(row["_event"], zone) if self.hasEvents else None
            order = tuple((row[tie] is None, int(row[tie] or 0)) for tie in ties)
            key = tuple(value_of(row[f"key_{name}"], type_) for name, (_, type_) in keys.items())
            self.rows.append((key, event_at, known, order, read))
        self.rows.sort(key=lambda row: (row[1] is None, row[1] or 0, row[3]))

    def sees(self, event, known, t: int) -> bool:
        """A row with a null time, or one after t, is not visible."""
        isKnown = not self.hasKnown or (known is not None and known <= t)
        return isKnown and (not self.hasEvents or (event is not None and event <= t))

    def hasMember(self, rows: list, t: int) -> bool:
        return any((event is None or event <= t) and (known is None or known <= t) for event, known in rows)


def text_of(column: str, type_: str) -> str:
    if type_ == "timestamp":
        return f'(extract(epoch from "{column}") * 1000000)::bigint::text'
    return f'"{column}"::text'
