"""spines.py <database url> <folder> <rows>: moves the later rows to their tables, then writes the spines of all entities."""

import random
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas
import psycopg

from oracle import Oracle
from times import START

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def main(url: str, folder: str, rows: int) -> None:
    with psycopg.connect(url) as connection:
        for name in ("events", "readings", "steps"):
            connection.execute(f"insert into {name} select * from later_{name} order by random()")
    with psycopg.connect(url) as connection:
        oracle = Oracle(connection, folder)
    r = random.Random(oracle.case["seed"])
    for entity, spec in oracle.case["entities"].items():
        for form, share in (("parquet", 1.0), ("csv", 0.4)):
            frame = spine(r, oracle, entity, list(spec["key"]), round(rows * share))
            if form == "csv":
                frame.to_csv(Path(folder, f"{entity}.csv"), index=False, quoting=2, lineterminator="\n")
                continue
            times = pandas.to_datetime(frame["as_of"], format="ISO8601", utc=True).astype("datetime64[us, UTC]")
            frame.assign(as_of=times).to_parquet(Path(folder, f"{entity}.parquet"), index=False)


def spine(r: random.Random, oracle: Oracle, entity: str, names: list[str], rows: int) -> pandas.DataFrame:
    keys = oracle.keys(entity)
    drawn = []
    for number in range(rows):
        key = r.choice(keys)
        drawn.append((*key, time_of(r, oracle, entity, key).isoformat(), number))
    return pandas.DataFrame(drawn, columns=[*names, "as_of", "row_number"])


def time_of(r: random.Random, oracle: Oracle, entity: str, key: tuple) -> datetime:
    """A random time, often one at which something changes for the key: a row, a window or a ttl begins or ends."""
    anchors = []
    for view in oracle.of_entity[entity]:
        for event, known, _, _ in view.by_key.get(key, []):
            anchors += [time for time in (event, known) if time is not None]
    if not anchors or r.random() < 0.25:
        return datetime(2025, 6, 11, tzinfo=UTC) - timedelta(days=r.expovariate(1 / 90), microseconds=r.randint(0, 10**6))
    anchor = r.choice(anchors)
    spans = [0, 3_600_000_000, 36 * 3_600_000_000, *(days * 86_400_000_000 for days in (1, 3, 7, 30, 400))]
    moment = START + timedelta(microseconds=anchor + r.choice(spans) + r.choice([-1, 0, 0, 1]))
    return min(moment, NOW)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
