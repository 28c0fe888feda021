"""Random aggregates and the features made of them, as plain data."""

import pools
from nodes import ANY, COMPARABLE, LITERALS, NUMBERS, fn, literal
from random_expressions import Expressions

GATHERED = ["string", "uuid", "int32", "float32", "float64"]
ORDERED = [*NUMBERS, "string", "timestamp", "date", "uuid"]
AGGREGATES = [
    "latest",
    "latest",
    "latest",
    "first",
    "count",
    "count",
    "countDistinct",
    "sum",
    "sum",
    "avg",
    "min",
    "max",
    "stddev",
    "variance",
    "percentile",
    "mode",
    "any",
    "every",
    "lastN",
    "collect",
]
SUMS = {"int32": "int64", "int64": "decimal", "decimal": "decimal", "float64": "float64"}
APPROXIMATE = ("avg", "stddev", "variance", "percentile")


class Features(Expressions):
    """Makes features over the rows of an entity."""

    def feature(self) -> dict:
        expression = self.entity_expression()
        default = None
        if self.r.random() < 0.15 and expression["type"] in LITERALS:
            default = literal(self.r, expression["type"])["lit"]
        return {"expression": expression, "default": default}

    def operand(self, types: list[str]) -> dict:
        return self.row(self.r.choice(types), self.r.choice([0, 1, 1, 2]))

    def aggregate(self, name: str, **fixed) -> dict:
        r = self.r
        of = fixed.pop("of", None)
        more = {}
        if name in ("latest", "first"):
            of = of or self.operand(ANY)
            more["ignoreNulls"] = r.random() < 0.3
        elif name == "count":
            of = of or (self.operand(ANY) if r.random() < 0.5 else None)
        elif name in ("any", "every"):
            of = of or self.row("bool", 1)
        elif name in ("lastN", "collect"):
            of = of or self.operand(GATHERED)
            more["limit"] = r.choice([1, 2, 3, 10])
        else:
            of = of or self.operand(
                {"countDistinct": COMPARABLE, "mode": COMPARABLE, "min": ORDERED, "max": ORDERED}.get(name, NUMBERS)
            )
        if name == "percentile":
            more["fraction"] = r.choice([0, 0.05, 0.25, 0.5, 0.9, 0.95, 1])
        window = dict(r.choice(pools.WINDOWS)) if r.random() < 0.4 else None
        if window is not None and r.random() < 0.2:
            window["endingBefore"] = r.choice(pools.WINDOWS)
        where = self.row("bool", 1) if r.random() < 0.25 else None
        return {"agg": name, "type": self.type_of(name, of), "of": of, "where": where, "over": window, **more, **fixed}

    def type_of(self, name: str, of: dict | None) -> str:
        if name in ("count", "countDistinct"):
            return "int32"
        if name in APPROXIMATE:
            return "float64"
        if name == "sum":
            return SUMS[of["type"]]
        if name in ("lastN", "collect"):
            return "string[]" if of["type"] in ("string", "uuid") else "float64[]"
        return of["type"]

    def entity_expression(self) -> dict:
        """Returns an aggregate, or an expression over aggregates."""
        r = self.r
        kind = r.choices(["plain", "share", "coalesce", "when", "plus", "rate", "change", "textual"], [70, 4, 5, 5, 5, 4, 4, 3])[
            0
        ]
        window = {"over": dict(r.choice(pools.WINDOWS))}
        match kind:
            case "share":
                return fn("dividedBy", "float64", self.aggregate("count"), self.aggregate("count"))
            case "coalesce":
                inner = self.aggregate(r.choice(["latest", "max", "mode"]), of=self.operand(COMPARABLE[:4]))
                return fn("coalesce", inner["type"], inner, literal(r, inner["type"]))
            case "when":
                inner = self.aggregate("latest", of=self.operand(COMPARABLE))
                other = [self.aggregate("first", of=self.row(inner["type"], 0))] if r.random() < 0.5 else []
                return fn("when", inner["type"], fn("gt", "bool", self.aggregate("count"), literal(r, "int32")), inner, *other)
            case "plus":
                inner = self.aggregate(
                    r.choice(["sum", "latest", "avg"]), of=self.operand(["int32", "int64", "decimal", "float64"])
                )
                return fn(r.choice(["plus", "times"]), inner["type"], inner, literal(r, inner["type"]))
            case "rate":
                return fn("ratePerDay", "float64", self.aggregate(r.choice(["count", "sum"]), **window))
            case "change":
                inner = self.aggregate(r.choice(["count", "sum"]), of=self.operand(["int32", "int64", "decimal"]), **window)
                return fn("changeAgainstPrevious", inner["type"], inner)
            case "textual":
                inner = self.aggregate(r.choice(["latest", "max", "mode"]), of=self.operand(["string"]))
                return r.choice(
                    [
                        fn("length", "int32", inner),
                        fn("upper", "string", inner),
                        fn("concat", "string", inner, literal(r, "string")),
                    ]
                )
        return self.aggregate(r.choice(AGGREGATES))
