"""Random expressions and features, as plain data. Every node has its type, by the rules of docs/language.md."""

import random

import pools

NUMBERS = ["int32", "int64", "float64", "decimal"]
COMPARABLE = [*NUMBERS, "bool", "string", "timestamp", "date", "uuid"]
ANY = [*COMPARABLE, "float32", "json", "string[]", "float64[]"]
LITERALS = {
    "int32": [0, 1, 2, 3, -1, 7, 100], "int64": ["0", "1", "3", "-1", "1000000000000", "9007199254740993"], "float64": [0, 0.5, 2, -1.5, 0.1], "decimal": ["0", "1.50", "-3", "0.1"],
    "string": ["a", "b", "web", "Blue", "", "é", "😀", "yes", "'", "\\"], "timestamp": ["2025-05-01T00:00:00Z", "1970-01-01T00:00:00Z"],
    "date": ["2025-01-01", "1970-01-01", "2024-02-29"], "uuid": [pools.UUIDS[3], pools.UUIDS[9]], "bool": [True, False],
}
CASTS_FROM_TEXT = ["bool", "int32", "int64", "float32", "float64", "decimal", "timestamp", "date"]
DATE_PARTS = ["year", "month", "day", "dayOfYear", "dayOfWeek"]


def literal(r: random.Random, type_: str) -> dict:
    return {"lit": r.choice(LITERALS[type_]), "type": type_}


def fn(name: str, type_: str, *args, **more) -> dict:
    return {"fn": name, "type": type_, "args": list(args), **more}


class Expressions:
    """Makes expressions over columns, which are given as name → type."""

    def __init__(self, r: random.Random, columns: dict[str, str], portable: bool = False):
        self.r = r
        self.columns = columns
        self.zones = [None] if portable else [None, "Europe/Berlin", "America/New_York"]

    def column(self, type_: str) -> dict | None:
        names = [name for name, of in self.columns.items() if of == type_]
        return {"col": self.r.choice(names), "type": type_} if names else None

    def row(self, type_: str, depth: int = 2) -> dict:
        """Returns an expression over one row."""
        column = self.column(type_)
        if column is not None and (depth == 0 or self.r.random() < 0.35):
            return column
        makers = [make for make in self.makers(type_, max(depth - 1, 0)) if make is not None]
        for _ in range(20):
            made = self.r.choice(makers)() if makers else None
            if made is not None:
                return made
        if column is None:
            raise ValueError(f"no expression of {type_}")
        return column

    def cast(self, to: str, *sources: str):
        def make():
            inner = [self.column(source) for source in sources]
            inner = [column for column in inner if column is not None]
            return fn("cast", to, self.r.choice(inner), to=to) if inner else None

        return make

    def from_json(self, to: str):
        def make():
            column = self.column("json")
            if column is None:
                return None
            path = self.r.choice([["n"], ["n"], ["deep", "n"], ["tags"], ["tags", 0], ["n", 0], ["deep", 0, "n"], ["tags", "0"], ["n", "deep", "n"], [""], ["a"]])
            got = fn("get", "json", column, path=path)
            return got if to == "json" else fn("cast", to, got, to=to)

        return make

    def makers(self, type_: str, depth: int) -> list:
        r, row = self.r, self.row
        when = lambda: fn("when", type_, row("bool", depth), row(type_, 0), row("bool", depth), row(type_, 0), *([row(type_, 0)] if r.random() < 0.5 else []))  # noqa: E731
        both = [when] if self.column(type_) else []
        if self.column(type_) and type_ in LITERALS:
            both.append(lambda: fn("coalesce", type_, row(type_, depth), literal(r, type_)))
        arithmetic = lambda: fn(r.choice(["plus", "minus", "times"]), type_, row(type_, depth), r.choice([literal(r, type_), row(type_, 0)]))  # noqa: E731
        match type_:
            case "bool":
                return [self.comparison(depth), self.comparison(depth), self.cast("bool", "string"), self.from_json("bool"), self.text_test,
                        lambda: fn(r.choice(["isNull", "isNotNull"]), "bool", row(r.choice([t for t in self.columns.values()]), 0)),
                        lambda: fn(r.choice(["and", "or"]), "bool", row("bool", depth), row("bool", depth)), lambda: fn("not", "bool", row("bool", depth))]
            case "int32":
                return [*both, arithmetic, self.cast("int32", "string", "int64", "decimal", "float64", "bool"), self.cast("int32", "string"), self.from_json("int32"),
                        lambda: fn("length", "int32", row("string", 0)), lambda: fn("modulo", "int32", row("int32", 0), literal(r, "int32")),
                        lambda: fn(r.choice(DATE_PARTS), "int32", row(r.choice(["date", "timestamp"] if self.column("timestamp") else ["date"]), 0)),
                        lambda: fn("daysSince", "int32", row("date", 0), literal(r, "date")),
                        lambda: fn("hour", "int32", self.column("timestamp"), zone=r.choice(self.zones)) if self.column("timestamp") else None]
            case "int64":
                return [*both, arithmetic, self.cast("int64", "string", "decimal", "float64", "int32"), self.cast("int64", "string"), self.from_json("int64"),
                        lambda: fn("times", "int64", row("int64", 0), self.column("int32") or literal(r, "int64")),
                        lambda: fn("modulo", "int64", row("int64", 0), literal(r, "int64"))]
            case "float64":
                return [*both, arithmetic, self.cast("float64", "string", "decimal", "int32", "int64"), self.cast("float64", "string"), self.from_json("float64"),
                        lambda: fn("dividedBy", "float64", row(r.choice(["int32", "float64"]), 0), literal(r, "float64")) if self.column("int32") else None,
                        lambda: fn("dividedBy", "float64", row("float64", 0), row("float64", 0)),
                        lambda: fn("epochSeconds", "float64", self.column("timestamp")) if self.column("timestamp") else None,
                        lambda: fn("secondsSince", "float64", self.column("timestamp"), literal(r, "timestamp")) if self.column("timestamp") else None]
            case "float32":
                return [self.cast("float32", "string", "float64", "decimal"), self.from_json("float32")]
            case "decimal":
                return [*both, arithmetic, self.cast("decimal", "string", "int64", "int32"), self.cast("decimal", "string"), self.from_json("decimal"),
                        lambda: fn(r.choice(["dividedBy", "modulo"]), "decimal", row("decimal", 0), r.choice([literal(r, "decimal"), self.column("decimal")]))]
            case "string":
                return [*both, self.from_json("string"), self.cast("string", "bool", "int32", "int64", "decimal", "uuid"),
                        lambda: fn(r.choice(["lower", "upper", "trim"]), "string", row("string", depth)),
                        lambda: fn("concat", "string", row("string", depth), r.choice([literal(r, "string"), row("string", 0)])),
                        lambda: fn("replace", "string", row("string", 0), {"lit": r.choice(["a", "b", "é", " "]), "type": "string"}, literal(r, "string")),
                        lambda: fn("substring", "string", row("string", 0), {"lit": r.choice([1, 2, 3, 50]), "type": "int32"}, *([{"lit": r.choice([0, 1, 2, 9]), "type": "int32"}] if r.random() < 0.7 else []))]
            case "date":
                return [*both, self.cast("date", "string", "timestamp"), self.from_json("date")]
            case "timestamp":
                return [*both, self.cast("timestamp", "string", "date"), self.from_json("timestamp")]
            case "json":
                return [self.from_json("json")]
            case "string[]" | "float64[]":
                return [self.from_json(type_)]
        return []

    def text_test(self):
        return fn(self.r.choice(["contains", "startsWith"]), "bool", self.row("string", 0), {"lit": self.r.choice(["a", "", "é", "e", "%", "_", "\\"]), "type": "string"})

    def comparison(self, depth: int):
        def make():
            type_ = self.r.choice([t for t in self.columns.values() if t in COMPARABLE])
            left = self.row(type_, depth)
            if self.r.random() < 0.2:
                return fn("in", "bool", left, *(literal(self.r, type_) for _ in range(3)))
            orders = ["eq", "ne"] if type_ in ("bool", "uuid") else ["eq", "ne", "lt", "lte", "gt", "gte"]
            return fn(self.r.choice(orders), "bool", left, literal(self.r, type_) if self.r.random() < 0.7 else self.row(type_, 0))

        return make
