"""The ways in which an expression of a type can be made of columns and other expressions."""

from nodes import LITERALS, fn, literal

DATE_PARTS = ["year", "month", "day", "dayOfYear", "dayOfWeek"]


def makers(e, type_: str, depth: int) -> list:
    """Returns functions that make an expression of a type, or None."""
    r, row = e.r, e.row
    when = lambda: fn(  # noqa: E731
        "when",
        type_,
        row("bool", depth),
        row(type_, 0),
        row("bool", depth),
        row(type_, 0),
        *([row(type_, 0)] if r.random() < 0.5 else []),
    )
    both = [when] if e.column(type_) else []
    if e.column(type_) and type_ in LITERALS:
        both.append(lambda: fn("coalesce", type_, row(type_, depth), literal(r, type_)))
    arithmetic = lambda: fn(  # noqa: E731
        r.choice(["plus", "minus", "times"]), type_, row(type_, depth), r.choice([literal(r, type_), row(type_, 0)])
    )
    match type_:
        case "bool":
            return [
                e.comparison(depth),
                e.comparison(depth),
                e.cast("bool", "string"),
                e.from_json("bool"),
                e.text_test,
                lambda: fn(r.choice(["isNull", "isNotNull"]), "bool", row(r.choice(list(e.columns.values())), 0)),
                lambda: fn(r.choice(["and", "or"]), "bool", row("bool", depth), row("bool", depth)),
                lambda: fn("not", "bool", row("bool", depth)),
            ]
        case "int32":
            return [
                *both,
                arithmetic,
                e.cast("int32", "string", "int64", "decimal", "float64", "bool"),
                e.cast("int32", "string"),
                e.from_json("int32"),
                lambda: fn("length", "int32", row("string", 0)),
                lambda: fn("modulo", "int32", row("int32", 0), literal(r, "int32")),
                lambda: fn(
                    r.choice(DATE_PARTS),
                    "int32",
                    row(r.choice(["date", "timestamp"] if e.column("timestamp") else ["date"]), 0),
                ),
                lambda: fn("daysSince", "int32", row("date", 0), literal(r, "date")),
                lambda: fn("hour", "int32", e.column("timestamp"), zone=r.choice(e.zones)) if e.column("timestamp") else None,
            ]
        case "int64":
            return [
                *both,
                arithmetic,
                e.cast("int64", "string", "decimal", "float64", "int32"),
                e.cast("int64", "string"),
                e.from_json("int64"),
                lambda: fn("times", "int64", row("int64", 0), e.column("int32") or literal(r, "int64")),
                lambda: fn("modulo", "int64", row("int64", 0), literal(r, "int64")),
            ]
        case "float64":
            return [
                *both,
                arithmetic,
                e.cast("float64", "string", "decimal", "int32", "int64"),
                e.cast("float64", "string"),
                e.from_json("float64"),
                lambda: (
                    fn("dividedBy", "float64", row(r.choice(["int32", "float64"]), 0), literal(r, "float64"))
                    if e.column("int32")
                    else None
                ),
                lambda: fn("dividedBy", "float64", row("float64", 0), row("float64", 0)),
                lambda: fn("epochSeconds", "float64", e.column("timestamp")) if e.column("timestamp") else None,
                lambda: (
                    fn("secondsSince", "float64", e.column("timestamp"), literal(r, "timestamp"))
                    if e.column("timestamp")
                    else None
                ),
            ]
        case "float32":
            return [e.cast("float32", "string", "float64", "decimal"), e.from_json("float32")]
        case "decimal":
            return [
                *both,
                arithmetic,
                e.cast("decimal", "string", "int64", "int32"),
                e.cast("decimal", "string"),
                e.from_json("decimal"),
                lambda: fn(
                    r.choice(["dividedBy", "modulo"]),
                    "decimal",
                    row("decimal", 0),
                    r.choice([literal(r, "decimal"), e.column("decimal")]),
                ),
            ]
        case "string":
            return [
                *both,
                e.from_json("string"),
                e.cast("string", "bool", "int32", "int64", "decimal", "uuid"),
                lambda: fn(r.choice(["lower", "upper", "trim"]), "string", row("string", depth)),
                lambda: fn("concat", "string", row("string", depth), r.choice([literal(r, "string"), row("string", 0)])),
                lambda: fn(
                    "replace",
                    "string",
                    row("string", 0),
                    {"lit": r.choice(["a", "b", "é", " "]), "type": "string"},
                    literal(r, "string"),
                ),
                lambda: fn(
                    "substring",
                    "string",
                    row("string", 0),
                    {"lit": r.choice([1, 2, 3, 50]), "type": "int32"},
                    *([{"lit": r.choice([0, 1, 2, 9]), "type": "int32"}] if r.random() < 0.7 else []),
                ),
            ]
        case "date":
            return [*both, e.cast("date", "string", "timestamp"), e.from_json("date")]
        case "timestamp":
            return [*both, e.cast("timestamp", "string", "date"), e.from_json("timestamp")]
        case "json":
            return [e.from_json("json")]
        case "string[]" | "float64[]":
            return [e.from_json(type_)]
    return []
