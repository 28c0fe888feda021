"""Nodes of expressions: plain data with their type, by the rules of docs/language.md."""

import random

import pools

NUMBERS = ["int32", "int64", "float64", "decimal"]
COMPARABLE = [*NUMBERS, "bool", "string", "timestamp", "date", "uuid"]
ANY = [*COMPARABLE, "float32", "json", "string[]", "float64[]"]
LITERALS = {
    "int32": [0, 1, 2, 3, -1, 7, 100],
    "int64": ["0", "1", "3", "-1", "1000000000000", "9007199254740993"],
    "float64": [0, 0.5, 2, -1.5, 0.1],
    "decimal": ["0", "1.50", "-3", "0.1"],
    "string": ["a", "b", "web", "Blue", "", "é", "😀", "yes", "'", "\\"],
    "timestamp": ["2025-05-01T00:00:00Z", "1970-01-01T00:00:00Z"],
    "date": ["2025-01-01", "1970-01-01", "2024-02-29"],
    "uuid": [pools.UUIDS[3], pools.UUIDS[9]],
    "bool": [True, False],
}


def literal(r: random.Random, type_: str) -> dict:
    return {"lit": r.choice(LITERALS[type_]), "type": type_}


def fn(name: str, type_: str, *args, **more) -> dict:
    return {"fn": name, "type": type_, "args": list(args), **more}
