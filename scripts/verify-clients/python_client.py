"""Makes the calls of a workload with the Python client and reports what was wrong. Input and output: JSON."""

import hashlib
import json
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from featstore import Client, ConnectionError

work = json.load(sys.stdin)
url = work["url"]
client = Client(url, "key")
lock = threading.Lock()
report: dict[str, Any] = {"right": 0, "wrong": [], "errors": [], "downloads": 0, "badDownloads": []}


def make(call: dict[str, Any]) -> None:
    headers = {"x-call": str(call["call"])}
    try:
        is_right = values_of(call["kind"], call["ids"], headers) == call["expected"]
        with lock:
            if is_right:
                report["right"] += 1
            else:
                report["wrong"].append(call["call"])
    except Exception as error:  # reported
        with lock:
            report["errors"].append(f"call {call['call']} ({call['kind']}): {type(error).__name__}: {error}")


def values_of(kind: str, ids: list[int], headers: dict[str, str]) -> list[list[object]]:
    if kind == "batch":
        batch = client.features.get_batch(ids, features=["listening"], headers=headers)
        return [list(row) for row in batch.values]
    if kind == "get":
        values = client.features.get(ids[0], features=["listening"], headers=headers).features["listening"]
        return [[values["plays"], values["text"]]]
    answer = client.embeddings.get(ids[0], embedding="sounds.sound", headers=headers)
    return [list(answer.embeddings["sounds.sound"].vector or ())]


def control(path: str) -> dict[str, Any]:
    with urlopen(f"{url}/control/{path}") as response:
        return json.load(response)


def download(number: int) -> None:
    """Downloads a file; where the server stops in the middle, the first call fails, and the second continues its part."""
    try:
        to = Path(work["folder"]) / f"{number}.csv"
        name = f"set_{number}"
        is_stopped = number % 2 == 1
        if is_stopped:
            # It may fail before the server stops the file: on an idle connection that was just closed.
            while control(f"file/{number}")["cuts"] == 0:
                try:
                    client.datasets.download(name, to=to, format="csv", part_bytes=100_000, retries=0)
                    raise AssertionError("the first download did not fail")
                except ConnectionError:
                    pass
            control(f"resume/{number}")
        client.datasets.download(name, to=to, format="csv", part_bytes=100_000, retries=12)
        facts = control(f"file/{number}")
        if hashlib.sha256(to.read_bytes()).hexdigest() != facts["sha256"]:
            raise AssertionError("has another SHA-256")
        if facts["cuts"] == 0:
            raise AssertionError("was not cut")
        if is_stopped and facts["requestedBytes"] >= facts["bytes"]:
            raise AssertionError("was received again from its start")
        with lock:
            report["downloads"] += 1
    except Exception as error:  # reported
        with lock:
            report["badDownloads"].append(f"set_{number}: {type(error).__name__}: {error}")


def seconds_of(task: Any, items: list[Any], parallel: int) -> float:
    begun = time.perf_counter()
    with ThreadPoolExecutor(parallel) as threads:
        list(threads.map(task, items))
    return time.perf_counter() - begun


report["callSeconds"] = seconds_of(make, work["calls"], work["parallel"])
report["downloadSeconds"] = seconds_of(download, work["files"], 8)
client.close()
print(json.dumps(report))
