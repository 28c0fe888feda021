"""check.py <database url> <folder> <server url> <api key> first|second: compares what is served and written with the oracle.

Writes <folder>/<phase>.json: counts and differences.
"""

import json
import random
import sys
from pathlib import Path

import psycopg

import files
from online import AS_OF_IDS, Reader
from oracle import Oracle
from report import Report
from times import parse_time

TIMES = {"first": "2025-06-01T00:00:00Z", "second": "2025-06-11T00:00:00Z"}
AS_OF_TIMES = ["2025-06-11T00:00:00Z", "2025-05-25T00:00:00.000001Z", "2025-03-30T01:30:00Z", "1969-12-31T23:59:59.999999Z"]


def main(url: str, folder: str, server: str, key: str, phase: str) -> None:
    with psycopg.connect(url) as connection:
        oracle = Oracle(connection, folder)
    report = Report()
    t = parse_time(TIMES[phase])
    reader = Reader(oracle, report, server, key)
    r = random.Random(oracle.case["seed"])
    for entity in oracle.case["entities"]:
        keys = oracle.keys(entity)
        reader.wait_for(entity, t)
        reader.batch(f"online, batch, {phase} run", entity, t, keys, as_of=False)
        if phase == "first":
            continue
        reader.single(entity, t, r.sample(keys, min(20, len(keys))))
        for text in AS_OF_TIMES:
            reader.batch("as-of read", entity, parse_time(text), r.sample(keys, min(AS_OF_IDS, len(keys))), as_of=True)
        for form in ("parquet", "csv"):
            files.training_set(oracle, report, folder, entity, form)
    for dataset in oracle.case["datasets"] if phase == "second" else []:
        files.snapshot(oracle, report, folder, dataset, t)
    Path(folder, f"{phase}.json").write_text(json.dumps(report.summary(), ensure_ascii=False), encoding="utf8")


if __name__ == "__main__":
    main(*sys.argv[1:])
