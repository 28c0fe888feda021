"""Random expressions, as plain data."""

import random

from makers import makers
from nodes import COMPARABLE, fn, literal

MAX_NESTED = 12


class Expressions:
    """Makes expressions over columns, which are given as name → type."""

    def __init__(self, r: random.Random, columns: dict[str, str], portable: bool = False):
        self.r = r
        self.columns = columns
        self.nested = 0
        self.zones = [None] if portable else [None, "Europe/Berlin", "America/New_York"]

    def column(self, type_: str) -> dict | None:
        names = [name for name, of in self.columns.items() if of == type_]
        return {"col": self.r.choice(names), "type": type_} if names else None

    def row(self, type_: str, depth: int = 2) -> dict:
        """Returns an expression over one row."""
        column = self.column(type_)
        if column is not None and (depth == 0 or self.r.random() < 0.35):
            return column
        found = makers(self, type_, max(depth - 1, 0))
        for _ in range(20 if self.nested < MAX_NESTED else 0):
            self.nested += 1
            try:
                made = self.r.choice(found)() if found else None
            except LookupError:
                continue  # An operand has a type that no column leads to.
            finally:
                self.nested -= 1
            if made is not None:
                return made
        if column is None:
            raise LookupError(f"no expression of {type_}")
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
            path = self.r.choice(
                [
                    ["n"],
                    ["n"],
                    ["deep", "n"],
                    ["tags"],
                    ["tags", 0],
                    ["n", 0],
                    ["deep", 0, "n"],
                    ["tags", "0"],
                    ["n", "deep", "n"],
                    [""],
                    ["a"],
                ]
            )
            got = fn("get", "json", column, path=path)
            return got if to == "json" else fn("cast", to, got, to=to)

        return make

    def text_test(self):
        return fn(
            self.r.choice(["contains", "startsWith"]),
            "bool",
            self.row("string", 0),
            {"lit": self.r.choice(["a", "", "é", "e", "%", "_", "\\"]), "type": "string"},
        )

    def comparison(self, depth: int):
        def make():
            type_ = self.r.choice([t for t in self.columns.values() if t in COMPARABLE])
            left = self.row(type_, depth)
            if self.r.random() < 0.2:
                return fn("in", "bool", left, *(literal(self.r, type_) for _ in range(3)))
            orders = ["eq", "ne"] if type_ in ("bool", "uuid") else ["eq", "ne", "lt", "lte", "gt", "gte"]
            return fn(
                self.r.choice(orders), "bool", left, literal(self.r, type_) if self.r.random() < 0.7 else self.row(type_, 0)
            )

        return make
