"""Random definitions as plain data: sources, entities, views, services and datasets."""

import random

from random_expressions import Expressions
from random_features import Features
from tables_sql import VALUE_COLUMNS

COMPUTED = ("bool", "int32", "int64", "float64", "decimal", "string", "date", "timestamp")
COLUMNS = {name: type_ for name, (type_, _) in VALUE_COLUMNS.items()}
SOURCES = {
    "customers": {
        "table": "customers",
        "key": {"customer_id": ["int64", "id"]},
        "eventTime": ["joined_at", None],
        "knownTime": "seen_at",
        "tieBreak": ["id"],
        "history": "current",
        "static": True,
        "columns": {"name": "string", "note": "string", "price": "decimal", "born": "date", "score": "float64", "big": "int64"},
    },
    "events": {
        "table": "events",
        "key": {"customer_id": ["int64", "customer_id"]},
        "eventTime": ["happened_at", None],
        "knownTime": "ingested_at",
        "tieBreak": ["id"],
        "history": "events",
        "columns": COLUMNS,
    },
    "readings": {
        "table": "readings",
        "key": {"region": ["string", "region"], "unit": ["int32", "unit"]},
        "eventTime": ["at", "Europe/Berlin"],
        "knownTime": None,
        "tieBreak": ["rank", "id"],
        "history": "events",
        "columns": COLUMNS,
    },
    "devices": {
        "table": "devices",
        "key": {"device_id": ["uuid", "id"]},
        "eventTime": None,
        "knownTime": None,
        "tieBreak": [],
        "history": "current",
        "columns": {},
    },
    "steps": {
        "table": "steps",
        "key": {"device_id": ["uuid", "device"]},
        "eventTime": ["valid_from", None],
        "knownTime": "known_at",
        "tieBreak": ["id"],
        "history": "versions",
        "columns": COLUMNS,
    },
}
ENTITIES = {
    "customer": {"key": {"customer_id": "int64"}, "population": "customers", "source": "events"},
    "slot": {"key": {"region": "string", "unit": "int32"}, "population": None, "source": "readings"},
    "device": {"key": {"device_id": "uuid"}, "population": "devices", "source": "steps"},
    "word": {"key": {"txt": "string"}, "population": None, "source": "events", "keyedBy": "txt"},
}


def random_case(seed: int, views_per_entity: int, features_per_view: int) -> dict:
    r = random.Random(seed)
    views = []
    for entity, facts in ENTITIES.items():
        for number in range(views_per_entity):
            views.append(random_view(r, entity, facts, number, features_per_view))
    services = [random_service(r, entity, [view for view in views if view["entity"] == entity]) for entity in ENTITIES]
    return {
        "seed": seed,
        "sources": SOURCES,
        "entities": ENTITIES,
        "views": views,
        "services": services,
        "datasets": random_datasets(r, views, services),
    }


def random_view(r: random.Random, entity: str, facts: dict, number: int, features: int) -> dict:
    columns = {name: type_ for name, type_ in COLUMNS.items() if name != facts.get("keyedBy")}
    make = Features(r, columns)
    view = {
        "name": f"{entity}_{number}",
        "entity": entity,
        "source": facts["source"],
        "keyedBy": facts.get("keyedBy"),
        "sourceWhere": make.row("bool", 1) if r.random() < 0.25 else None,
        "where": make.row("bool", 1) if r.random() < 0.3 else None,
        "ttl": r.choice([{"unit": "days", "n": n} for n in (3, 400, 20000, 20000)]) if r.random() < 0.4 else None,
    }
    view["features"] = {f"f{index:02}": make.feature() for index in range(features)}
    return view


def random_service(r: random.Random, entity: str, views: list[dict]) -> dict:
    """A service of all features, with features computed from those whose floats are exact."""
    columns = {
        f"{view['name']}.{name}": spec["expression"]["type"]
        for view in views
        for name, spec in view["features"].items()
        if is_exact(spec["expression"])
    }
    make = Expressions(r, columns, portable=True)
    types = [type_ for type_ in dict.fromkeys(columns.values()) if type_ in COMPUTED]
    computed = {f"c{index}": make.row(r.choice(types), 3) | {"role": "computed"} for index in range(10)}
    return {"name": f"all_{entity}", "entity": entity, "views": [view["name"] for view in views], "computed": computed}


def is_exact(expression: dict) -> bool:
    return expression["type"] not in ("float64", "float64[]", "float32") or expression.get("agg") in ("latest", "first")


def random_datasets(r: random.Random, views: list[dict], services: list[dict]) -> list[dict]:
    """A dataset of each service, and one of the customers' table with cleaning."""
    by_name = {view["name"]: view for view in views}
    published = []
    for service in services:
        columns = {}
        for name in service["views"]:
            for feature, spec in by_name[name]["features"].items():
                columns[f"{name}_{feature}"[-38:]] = {"view": name, "feature": feature, "type": spec["expression"]["type"]}
        published.append({"name": f"rows_of_{service['entity']}", "service": service["name"], "columns": columns})
    make = Expressions(r, SOURCES["customers"]["columns"])
    columns = {
        f"c{index}": make.row(r.choice(["string", "decimal", "float64", "int64", "date", "bool", "string"]), 2)
        for index in range(12)
    }
    published.append({"name": "customer_rows", "source": "customers", "columns": columns, "missing": ["", "n/a", "null"]})
    return published
