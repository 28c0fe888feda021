"""Values of expressions, as docs/language.md describes them. A null is None."""

from decimal import Decimal

import casts
from casts import fits
from decimals import decimal_arithmetic, decimal_of
from near import Near
from times import date_part, parse_date, parse_time

COMPARISONS = {
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
    "lt": lambda a, b: a < b,
    "lte": lambda a, b: a <= b,
    "gt": lambda a, b: a > b,
    "gte": lambda a, b: a >= b,
}
ASCII_LOWER = {code: code + 32 for code in range(65, 91)}
ASCII_UPPER = {code + 32: code for code in range(65, 91)}


def literal(value, type_: str):
    match type_:
        case "timestamp":
            return parse_time(value)
        case "date":
            return parse_date(value)
        case "decimal":
            return decimal_of(value)
        case "int64":
            return int(value)
        case "float64":
            return float(value)
    return value


def evaluate(node: dict, scope):
    """Returns the value of an expression. `scope` gives the values of columns and aggregates."""
    if "col" in node or "agg" in node:
        return scope(node)
    if "lit" in node:
        return literal(node["lit"], node["type"])
    name = node["fn"]
    if name in ("ratePerDay", "changeAgainstPrevious"):
        return scope(node)
    if name == "when":
        return conditional(node["args"], scope)
    values = [evaluate(argument, scope) for argument in node["args"]]
    if name == "coalesce":
        return next((value for value in values if value is not None), None)
    if name in ("isNull", "isNotNull"):
        return (values[0] is None) == (name == "isNull")
    if name in ("and", "or"):
        decisive = name == "or"
        return decisive if decisive in values else None if None in values else not decisive
    if any(value is None for value in values):
        return None
    return apply(node, values)


def conditional(parts: list[dict], scope):
    for condition, value in zip(parts[0::2], parts[1::2], strict=False):
        if evaluate(condition, scope) is True:
            return evaluate(value, scope)
    return evaluate(parts[-1], scope) if len(parts) % 2 else None


def apply(node: dict, values: list):
    name, type_ = node["fn"], node["type"]
    left, *rest = values
    if name in ("plus", "minus", "times", "dividedBy", "modulo"):
        return arithmetic(name, type_, left, rest[0])
    if name in COMPARISONS:
        return COMPARISONS[name](left, rest[0])
    match name:
        case "cast":
            return casts.cast(left, node["args"][0]["type"], node["to"])
        case "get":
            return json_get(left, node["path"])
        case "in":
            return left in rest
        case "not":
            return not left
        case "lower" | "upper":
            return left.translate(ASCII_LOWER if name == "lower" else ASCII_UPPER)
        case "trim":
            return left.strip(" ")
        case "length":
            return len(left)
        case "concat":
            return "".join(values)
        case "replace":
            return left.replace(*rest)
        case "substring":
            begin = rest[0] - 1
            return left[begin:] if len(rest) == 1 else left[begin : begin + rest[1]]
        case "contains":
            return rest[0] in left
        case "startsWith":
            return left.startswith(rest[0])
        case "epochSeconds":
            return left / 1_000_000
        case "secondsSince":
            return (left - rest[0]) / 1_000_000
        case "daysSince":
            return left - rest[0]
    return date_part(name, left, node["args"][0]["type"], node.get("zone") or "UTC")


def arithmetic(name: str, type_: str, left, right):
    if type_ == "decimal":
        return decimal_arithmetic(name, Decimal(left), Decimal(right))
    if type_ == "float64":
        return float_arithmetic(name, left, right)
    if name == "modulo":
        return None if right == 0 else fits((abs(left) % abs(right)) * (-1 if left < 0 else 1), type_)
    return fits(left + right if name == "plus" else left - right if name == "minus" else left * right, type_)


def float_arithmetic(name: str, left, right) -> float | None:
    a, b = float(left), float(right)
    if name == "dividedBy":
        result = None if b == 0 else casts.finite(a / b)
    else:
        result = casts.finite(a + b if name == "plus" else a - b if name == "minus" else a * b)
    if result is None or not isinstance(left, Near):
        return result
    return Near(result, abs(left.scale * b) if name == "times" else left.scale)


def json_get(value, path: list):
    for step in path:
        if isinstance(step, str) and isinstance(value, dict):
            value = value.get(step)
        elif isinstance(step, int) and isinstance(value, list) and step < len(value):
            value = value[step]
        else:
            return None
    return value
