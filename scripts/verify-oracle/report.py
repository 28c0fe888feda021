"""Counts comparisons by kind and aggregate, and collects differences."""

import math
from collections import Counter
from decimal import Decimal

from json_values import JSON_NULL, JsonNumber
from near import Near

RELATIVE = 1e-12


def same(expected, actual) -> bool:
    """True if two values are equal: floats of sums nearly, all others exactly, with the digits of decimals."""
    if expected is JSON_NULL:
        return actual is None
    if expected is None or actual is None:
        return expected is actual
    if isinstance(expected, Near):
        return abs(float(expected) - float(actual)) <= RELATIVE * expected.scale
    if isinstance(expected, bool) or isinstance(actual, bool):
        return expected is actual
    if isinstance(expected, JsonNumber):
        return isinstance(actual, JsonNumber) and Decimal(expected) == Decimal(actual)
    if isinstance(expected, float):
        return isinstance(actual, (int, float)) and expected == actual and math.copysign(1, expected) == math.copysign(1, actual)
    if isinstance(expected, list):
        return isinstance(actual, list) and len(expected) == len(actual) and all(map(same, expected, actual))
    if isinstance(expected, dict):
        return (
            isinstance(actual, dict)
            and expected.keys() == actual.keys()
            and all(same(expected[key], actual[key]) for key in expected)
        )
    if isinstance(expected, Decimal):
        return isinstance(actual, Decimal) and format(expected, "f") == format(actual, "f")
    return type(expected) is type(actual) and expected == actual


def label(expression: dict) -> str:
    """The aggregate of a feature, or the function that is applied to aggregates."""
    if expression.get("role") == "computed":
        return "computed from features"
    return expression["agg"] if "agg" in expression else f"expression: {expression['fn']}" if "fn" in expression else "column"


class Report:
    def __init__(self):
        self.kinds: Counter = Counter()
        self.aggregates: Counter = Counter()
        self.nulls = 0
        self.differences: list[dict] = []

    def compare(self, kind: str, expected, actual, about: dict, expression: dict | None = None) -> None:
        self.kinds[kind] += 1
        if expression is not None:
            self.aggregates[label(expression)] += 1
            self.nulls += expected is None
        if not same(expected, actual):
            shown = {"expected": show(expected), "actual": show(actual)}
            self.differences.append(
                {"kind": kind, **{key: show(value) for key, value in about.items()}, **shown, "expression": expression}
            )

    def summary(self) -> dict:
        return {
            "kinds": dict(self.kinds),
            "aggregates": dict(self.aggregates),
            "nulls": self.nulls,
            "differences": self.differences,
        }


def show(value):
    return (
        value
        if isinstance(value, (str, int, bool, dict)) or value is None
        else repr(value)
        if isinstance(value, float)
        else str(value)
    )
