"""Random rows for the source tables, and the statements that create and fill them."""

import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pools
from tables_sql import VALUE_COLUMNS

BASE = datetime.fromisoformat(pools.BASE)
CUSTOMERS = [*range(1, 60), 0, -7, 2**53, 2**53 + 1, 2**63 - 1, -(2**63), 1000000007]
REGIONS = ["north", "", "a,b", "ä/ö", "日本", "%2C", "NULL", "x y"]
DEVICES = [value for value in pools.UUIDS if value is not None]


class Tables:
    """The tables of one case. Each batch of rows is made for the as-of time at which it will be materialized."""

    def __init__(self, seed: int, per_key: int):
        self.random = random.Random(seed)
        self.per_key = per_key
        self.sequence = 0
        self.times: dict[tuple, list[datetime]] = {}

    def members(self):
        """Yields the rows of the populations; some customers of events are none, and some have no events."""
        for key in [*CUSTOMERS[3:], *range(500, 520)]:
            joined = self.pick(
                [
                    None,
                    BASE - timedelta(days=self.random.randint(1, 900)),
                    datetime(1960, 5, 1, tzinfo=UTC),
                    BASE + timedelta(days=3),
                ],
                [1, 8, 1, 1],
            )
            seen = self.pick([None, (joined or BASE) + timedelta(days=2), (joined or BASE) - timedelta(days=9)], [1, 4, 6])
            name, note = self.random.choice([None, *pools.TEXTS]), self.random.choice([None, *pools.TEXTS, *pools.NUMBER_TEXTS])
            numbers = [self.random.choice(pool) for pool in (pools.DECIMALS, pools.DATES, pools.FLOATS, pools.INT64)]
            yield "customers", (key, joined, seen, name, note, *numbers)
        for key in [*DEVICES[5:], *(f"{n:08x}-0000-4ef8-bb6d-6bb9bd380a11" for n in range(5))]:
            yield "devices", (key,)

    def facts(self, as_of: datetime, share: float = 1.0):
        """Yields rows of events, readings and steps up to shortly after a time."""
        for table, keys in (
            ("events", [None, *CUSTOMERS]),
            ("readings", [(r, u) for r in REGIONS for u in (1, 2, -3)] + [(None, 1), ("north", None)]),
            ("steps", [None, *DEVICES]),
        ):
            for key in keys:
                most = self.random.choice([0, 1, 3, self.per_key, self.per_key * 2])
                for _ in range(round(most * share)):
                    yield table, self.fact(table, key, as_of)

    def fact(self, table: str, key, as_of: datetime):
        self.sequence += 1
        seen = self.times.setdefault((table, key), [])
        event = self.random.choice(seen) if seen and self.random.random() < 0.2 else self.time(as_of)
        if event is not None:
            seen.append(event)
        values = [self.value(name) for name in VALUE_COLUMNS]
        if table == "readings":
            region, unit = key
            local = None if event is None else event.astimezone(ZoneInfo("Europe/Berlin")).replace(tzinfo=None)
            return (self.sequence, region, unit, local, self.random.choice([None, 1, 2]), *values)
        lag = self.pick(
            [
                timedelta(0),
                timedelta(seconds=self.random.randint(0, 90000)),
                timedelta(days=self.random.randint(1, 60)),
                -timedelta(hours=5),
            ],
            [4, 3, 3, 1],
        )
        known = None if event is None or self.random.random() < 0.04 else event + lag
        return (self.sequence, key, event, known, *values)

    def time(self, as_of: datetime) -> datetime | None:
        window = self.random.choice(pools.WINDOWS)
        edge = as_of - timedelta(**{window["unit"]: window["n"]})
        micro = timedelta(microseconds=1)
        recent = as_of - timedelta(days=self.random.expovariate(1 / 60), microseconds=self.random.randint(0, 10**6))
        choices = [
            recent,
            edge,
            edge + micro,
            edge - micro,
            as_of,
            as_of + micro,
            as_of + timedelta(days=4),
            None,
            datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
            datetime(1931, 3, 4, tzinfo=UTC) + timedelta(days=self.random.randint(0, 9000)),
            datetime(2025, 3, 30, 1, 30, tzinfo=UTC),
            datetime(2024, 10, 27, 0, 30, tzinfo=UTC),
            datetime(2024, 10, 27, 1, 30, tzinfo=UTC),
        ]
        return self.pick(choices, [40, 6, 2, 2, 3, 1, 2, 2, 1, 3, 1, 1, 1])

    def value(self, name: str):
        r = self.random
        match name:
            case "txt":
                return (
                    r.choice([None, "a", "b", *pools.TEXTS]) if r.random() < 0.6 else r.choice(["web", "ios", "Web", "android"])
                )
            case "num":
                return r.choice([None, *pools.NUMBER_TEXTS]) if r.random() < 0.75 else r.choice(pools.TIME_TEXTS)
            case "extra":
                return r.choice(pools.JSON_TEXTS)
            case "flag":
                return r.choice([True, True, False, None])
            case "small":
                return r.choice(pools.INT32) if r.random() < 0.5 else r.randint(-20, 20)
            case "big":
                return r.choice(pools.INT64) if r.random() < 0.5 else r.randint(-(10**12), 10**12)
            case "price":
                return r.choice(pools.DECIMALS) if r.random() < 0.5 else f"{r.randint(-(10**6), 10**6) / 100:.2f}"
            case "ratio":
                return r.choice(pools.FLOATS) if r.random() < 0.5 else r.gauss(0, 50)
            case "moment":
                return self.time(BASE)
        return r.choice({"rough": pools.FLOAT32, "day": pools.DATES, "ref": pools.UUIDS}[name])

    def pick(self, choices, weights):
        return self.random.choices(choices, weights)[0]
