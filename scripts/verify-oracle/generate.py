"""generate.py <database url> <folder> <seed> <size as JSON>: writes case.json and fills the tables of the first as-of time."""

import json
import sys
from pathlib import Path

import psycopg

import tables
import tables_sql
import views


def main(url: str, folder: str, seed: int, size: dict) -> None:
    case = views.random_case(seed, size["views"], size["features"])
    made = tables.Tables(seed, size["perKey"])
    with psycopg.connect(url) as connection:
        for statement in tables_sql.create():
            connection.execute(statement)
        tables_sql.insert(connection, made.members())
        tables_sql.insert(connection, made.facts(tables.BASE))
        # The rows of the second run wait in tables of their own: they are moved when their time comes.
        for name in ("events", "readings", "steps"):
            connection.execute(f"create table later_{name} (like {name})")
        later = made.facts(tables.BASE + tables.timedelta(days=10), share=0.3)
        tables_sql.insert(connection, ((f"later_{table}", row) for table, row in later))
    Path(folder, "case.json").write_text(json.dumps(case, ensure_ascii=False, indent=1), encoding="utf8")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), json.loads(sys.argv[4]))
