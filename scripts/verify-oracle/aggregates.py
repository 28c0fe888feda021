"""Values of aggregates over the rows that they see, as docs/language.md describes them."""

import math
import os
from collections import Counter
from decimal import Decimal
from fractions import Fraction

from decimals import WIDE
from near import Near

# `--plant` makes the oracle overlook the newest row in this aggregate, to show that differences are found.
PLANTED = os.environ.get("ORACLE_PLANT")


def stripped(value):
    """`min`, `max` and `mode` give decimals that end without zeros, and 0 in place of -0."""
    if value == 0 and isinstance(value, float):
        return 0.0
    if not isinstance(value, Decimal):
        return value
    short = WIDE.normalize(value)
    return WIDE.quantize(short, Decimal(1)) if short.as_tuple().exponent > 0 else short


def near(value: Fraction, values: list) -> Near:
    return Near(float(value), max((abs(float(item)) for item in values), default=0.0))


def total(values: list, type_: str):
    if not values:
        return None
    if type_ in ("float64", "float32"):
        return near(sum(map(Fraction, values)), values)
    if type_ == "decimal":
        result = Decimal(0)
        for value in values:
            result = WIDE.add(result, value)
        return result
    return sum(values) if type_ == "int32" else Decimal(sum(values))


def variance(values: list) -> tuple[Fraction, list] | None:
    if len(values) < 2:
        return None
    exact = [Fraction(value) for value in values]
    mean = sum(exact) / len(exact)
    return sum((value - mean) ** 2 for value in exact) / (len(exact) - 1), exact


def root(value: Fraction) -> float:
    """The square root, with 30 digits before it is rounded."""
    shift = 10**60
    return float(Fraction(math.isqrt(value.numerator * shift // value.denominator), 10**30))


def percentile(values: list, fraction: float) -> Near | None:
    if not values:
        return None
    ordered = sorted(map(float, values))
    position = fraction * (len(ordered) - 1)
    low, high = ordered[math.floor(position)], ordered[math.ceil(position)]
    share = Fraction(position) - math.floor(position)
    return near(Fraction(low) + share * (Fraction(high) - Fraction(low)), [low, high])


def mode(values: list):
    if not values:
        return None
    counts = Counter(values)
    most = max(counts.values())
    return stripped(min(value for value, number in counts.items() if number == most))


def gathered(values: list, type_: str, limit: int, newest_first: bool) -> list | None:
    if not values:
        return None
    last = values[-limit:]
    if newest_first:
        last = last[::-1]
    return [value if type_ in ("string", "uuid") else float(value) for value in last]


def aggregate(node: dict, values: list, type_: str):
    """`values` are in order of event time and tie-break, nulls included; of `count()` they are anything but null."""
    name = node["agg"]
    if name == PLANTED:
        values = values[:-1]
    if name in ("latest", "first"):
        seen = [value for value in values if value is not None] if node["ignoreNulls"] else values
        return None if not seen else seen[-1 if name == "latest" else 0]
    values = [value for value in values if value is not None]
    match name:
        case "count":
            return len(values)
        case "countDistinct":
            return len(set(values))
        case "sum":
            return total(values, type_)
        case "avg":
            return near(sum(map(Fraction, values)) / len(values), values) if values else None
        case "min" | "max":
            return stripped(min(values) if name == "min" else max(values)) if values else None
        case "variance" | "stddev":
            found = variance(values)
            if found is None:
                return None
            value, exact = found
            largest = float(max(map(abs, exact)))
            return Near(float(value), largest * largest) if name == "variance" else Near(root(value), largest)
        case "percentile":
            return percentile(values, node["fraction"])
        case "mode":
            return mode(values)
        case "any":
            return any(values) if values else None
        case "every":
            return all(values) if values else None
        case "lastN" | "collect":
            return gathered(values, type_, node["limit"], name == "lastN")
    raise ValueError(name)
