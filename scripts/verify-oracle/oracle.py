"""The oracle of one case: what each view of an entity says at a time, as a read returns it."""

import json
import time
from pathlib import Path

from expressions import evaluate, literal
from json_values import JSON_NULL
from source import Source
from store import View


class Oracle:
    def __init__(self, connection, folder: str):
        self.case = json.loads(Path(folder, "case.json").read_text(encoding="utf8"))
        self.sources = {name: Source(connection, source) for name, source in self.case["sources"].items()}
        self.views = {spec["name"]: View(spec, self.case, self.sources) for spec in self.case["views"]}
        self.of_entity: dict[str, list[View]] = {}
        for view in self.views.values():
            self.of_entity.setdefault(view.spec["entity"], []).append(view)

    def read(self, view: View, key: tuple, t: int, read_at: int):
        """Returns status, event time and values of a view. The status is `none` if it has no row."""
        row = view.row(key, t)
        if row is None:
            return "none", None, self.defaults(view, {})
        event, values = row
        if event is None:
            return "missing", None, self.defaults(view, values)
        if view.ttl is not None and view.source.hasEvents and read_at - event > view.ttl:
            return "expired", event, self.defaults(view, {})
        return "complete", event, self.defaults(view, values)

    def online(self, entity: str, key: tuple, t: int):
        """Returns, for each view of the entity, status, event time and values of a read now."""
        now = time.time_ns() // 1000
        reads = {view: self.read(view, key, t, now) for view in self.of_entity[entity]}
        if all(status == "none" for status, _, _ in reads.values()):
            return {view: ("unknown_entity", None, values) for view, (_, _, values) in reads.items()}
        # The views of a population have the same as-of time here, so only views without one can lack a row of a known entity.
        return {
            view: ("missing" if status == "none" else status, event, values) for view, (status, event, values) in reads.items()
        }

    def computed(self, entity: str, reads: dict) -> dict:
        """Returns, by column, value and expression of the features that the entity's service computes from reads of its views."""
        read = {f"{view.spec['name']}.{name}": value for view, values in reads.items() for name, value in values.items()}
        inputs = {name: None if value is JSON_NULL else value for name, value in read.items()}
        service = next(service for service in self.case["services"] if service["entity"] == entity)
        return {name: (evaluate(node, lambda column: inputs[column["col"]]), node) for name, node in service["computed"].items()}

    def defaults(self, view: View, values: dict) -> dict:
        filled = {}
        for name, feature in view.spec["features"].items():
            value, fallback = values.get(name), feature["default"]
            filled[name] = literal(fallback, feature["expression"]["type"]) if value is None and fallback is not None else value
        return filled

    def keys(self, entity: str) -> list[tuple]:
        """All keys of the entity's population and sources, and some unknown ones."""
        found = {key for view in self.of_entity[entity] for key in view.by_key}
        for view in self.of_entity[entity]:
            found |= view.members.keys() if view.population is not None else set()
        unknown = {
            "customer": (123456789,),
            "slot": ("nowhere", 5),
            "device": ("ffffffff-ffff-4fff-8fff-ffffffffffff",),
            "word": ("no such word",),
        }
        return [key for key in sorted(found, key=repr) if None not in key] + [unknown[entity]]
