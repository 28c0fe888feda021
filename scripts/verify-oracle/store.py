"""The meaning of views, as docs/language.md describes it: which rows a time sees, and the row of an entity."""

import struct
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import casts
import pandas
from aggregates import aggregate
from expressions import evaluate
from near import Near

DAY = 86_400_000_000
MICROS = {"minutes": 60_000_000, "hours": 3_600_000_000, "days": DAY}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def micros(span: dict) -> int:
    return span["n"] * MICROS[span["unit"]]


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
            return casts.decimal_of(text)
        case "date":
            return casts.from_text(text, "date")
        case "json":
            parsed = casts.parse_json(text)
            return casts.JSON_NULL if parsed is None else parsed
    return text


def instant(text: str | None, zone: str | None) -> int | None:
    """Microseconds of a time; of a time without a zone, those of its clock in the zone."""
    if text is None or zone is None:
        return None if text is None else int(text)
    local = (EPOCH + timedelta(microseconds=int(text))).replace(tzinfo=ZoneInfo(zone), fold=1)
    skipped = local.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) != local.replace(tzinfo=None)
    # A skipped hour is read as one hour later, a repeated one as the second.
    return (local.replace(fold=0 if skipped else 1).astimezone(UTC) - EPOCH) // timedelta(microseconds=1)


class Source:
    """The rows of a table by their key, in the order of event time and tie-break (nulls last)."""

    def __init__(self, connection, source: dict):
        self.columns = source["columns"]
        self.hasEvents = source["eventTime"] is not None
        event, zone = source["eventTime"] or (None, None)
        times = {"_event": event, "_known": source["knownTime"]}
        keys = {name: (column, type_) for name, (type_, column) in source["key"].items()}
        wanted = [f"{text_of(column, type_)} as \"key_{name}\"" for name, (column, type_) in keys.items()]
        wanted += [f"{text_of(column, 'timestamp')} as \"{name}\"" for name, column in times.items() if column]
        wanted += [f"\"{column}\"::text as \"tie_{index}\"" for index, column in enumerate(source["tieBreak"])]
        wanted += [f"{text_of(column, type_)} as \"{column}\"" for column, type_ in self.columns.items()]
        with connection.cursor() as cursor:
            cursor.execute(f"select {', '.join(wanted)} from \"{source['table']}\"")
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
        return f"(extract(epoch from \"{column}\") * 1000000)::bigint::text"
    return f"\"{column}\"::text"


class View:
    """One view over its rows. `row(key, t)` is None if no row exists at t, else (event time, values by feature)."""

    def __init__(self, spec: dict, case: dict, sources: dict):
        self.spec, self.source = spec, sources[spec["source"]]
        population = case["entities"][spec["entity"]]["population"]
        self.population = None
        if population is not None:
            self.members: dict[tuple, list] = {}
            self.population = sources[population]
            for key, event, known, _, _ in self.population.rows:
                self.members.setdefault(key, []).append((event, known))
        self.ttl = micros(spec["ttl"]) if spec["ttl"] else None
        self.features = {name: feature["expression"] for name, feature in spec["features"].items()}
        self.by_key: dict[tuple, list] = {}
        for key, event, known, _, values in self.source.rows:
            own = key if spec["keyedBy"] is None else (values[spec["keyedBy"]],)
            if any(part is None for part in own):
                continue
            conditions = [spec[name] for name in ("sourceWhere", "where") if spec[name]]
            if all(evaluate(condition, lambda node, values=values: values[node["col"]]) is True for condition in conditions):
                self.by_key.setdefault(own, []).append((event, known, values, {}))
        self.row = lru_cache(maxsize=None)(self._row)

    def _row(self, key: tuple, t: int):
        visible = [row for row in self.by_key.get(key, []) if self.source.sees(row[0], row[1], t)]
        if self.population is None and not visible:
            return None
        if self.population is not None and not self.population.hasMember(self.members.get(key, []), t):
            return None
        event = max((row[0] for row in visible), default=None) if self.source.hasEvents else t
        return event, self.values_over(visible, t)

    def values_over(self, rows: list, t: int) -> dict:
        return {name: evaluate(expression, lambda node: self.entity_value(node, rows, t)) for name, expression in self.features.items()}

    def entity_value(self, node: dict, rows: list, t: int):
        if node.get("fn") == "ratePerDay":
            inner = node["args"][0]
            value = self.entity_value(inner, rows, t)
            days = micros(inner["over"]) / DAY
            return None if value is None else Near(float(value) / days)
        if node.get("fn") == "changeAgainstPrevious":
            inner = node["args"][0]
            now, before = self.entity_value(inner, rows, t), self.entity_value(inner, rows, t - micros(inner["over"]))
            return None if now is None or before is None else now - before
        if node["over"] is not None:
            end = t - (micros(node["over"]["endingBefore"]) if "endingBefore" in node["over"] else 0)
            begin = end - micros(node["over"])
            rows = [row for row in rows if begin < row[0] <= end]
        values = [self.row_value(node["of"], row) for row in rows if node["where"] is None or self.row_value(node["where"], row) is True]
        return aggregate(node, values, node["of"]["type"] if node["of"] else "int32")

    def row_value(self, node: dict | None, row):
        if node is None:
            return True
        _, _, values, computed = row
        if id(node) not in computed:
            computed[id(node)] = evaluate(node, lambda column: values[column["col"]])
        return computed[id(node)]
