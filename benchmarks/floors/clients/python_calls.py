"""Batches with the Python client, and with bare urllib3 and `json.loads` of the same answer, in turns.

Input and output: JSON; the figures are medians of each round, in microseconds.
"""

import json
import statistics
import sys
import time

import urllib3

from featstore import Client

work = json.load(sys.stdin)
url, key, ids, service = work["url"], work["key"], work["ids"], work["service"]
client = Client(url, key)
pool = urllib3.PoolManager()
headers = {"authorization": f"Bearer {key}", "accept": "application/json", "content-type": "application/json"}


def floor() -> object:
    body = json.dumps({"ids": ids, "service": service}).encode()
    response = pool.request("POST", f"{url}/api/features/batch", body=body, headers=headers, retries=False)
    return json.loads(response.data)["rows"]


def ours() -> object:
    return client.features.get_batch(ids, service=service).values


def measure(count: int) -> dict[str, float]:
    seconds: dict[str, list[float]] = {"floor": [], "ours": []}
    for call in range(count):
        order = (("floor", floor), ("ours", ours))
        for name, read in order if call % 2 == 0 else order[::-1]:
            begun = time.perf_counter()
            read()
            seconds[name].append(time.perf_counter() - begun)
    return {name: statistics.median(each) * 1e6 for name, each in seconds.items()}


if [list(row) for row in ours()] != floor():
    raise SystemExit("the client and the floor differ in values")
measure(work["calls"])
rounds = [measure(work["calls"]) for _ in range(work["rounds"])]
print(json.dumps({name: [each[name] for each in rounds] for name in ("floor", "ours")}))
