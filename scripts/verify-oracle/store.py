"""The meaning of views, as docs/language.md describes it: which rows a time sees, and the row of an entity."""

from functools import lru_cache

from aggregates import aggregate
from expressions import evaluate
from near import Near
from times import DAY

MICROS = {"minutes": 60_000_000, "hours": 3_600_000_000, "days": DAY}


def micros(span: dict) -> int:
    return span["n"] * MICROS[span["unit"]]


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
        return {
            name: evaluate(expression, lambda node: self.entity_value(node, rows, t))
            for name, expression in self.features.items()
        }

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
        values = [
            self.row_value(node["of"], row) for row in rows if node["where"] is None or self.row_value(node["where"], row) is True
        ]
        return aggregate(node, values, node["of"]["type"] if node["of"] else "int32")

    def row_value(self, node: dict | None, row):
        if node is None:
            return True
        _, _, values, computed = row
        if id(node) not in computed:
            computed[id(node)] = evaluate(node, lambda column: values[column["col"]])
        return computed[id(node)]
