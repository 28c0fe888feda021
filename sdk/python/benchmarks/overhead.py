"""Compares a call of the client with the same request by bare urllib3 and `json.loads`, in the same run.

    python benchmarks/overhead.py [rounds]

A child process answers on loopback with a fixed batch of 100 rows of 24 features. The two are measured in turns; the
figures are medians in microseconds.
"""

from __future__ import annotations

import json
import multiprocessing
import socket
import statistics
import sys
import threading
import time
from typing import TYPE_CHECKING

import urllib3

import featstore

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

KEY = "fs_key-of-a-benchmark"
IDS = list(range(1, 101))
COLUMNS = [f"view_{number // 6}.feature_{number}" for number in range(24)]
BATCH = {
    "ids": IDS,
    "columns": COLUMNS,
    "rows": [[each * 0.731 if position % 3 else "positive" for position in range(24)] for each in IDS],
    "status": ["complete"] * len(IDS),
    "views": [f"view_{number}" for number in range(4)],
}


def serve(report: Connection) -> None:
    """Answers every request with the batch."""
    body = json.dumps(BATCH, separators=(",", ":")).encode()
    head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n"
    answer = (head + 'x-request-id: r-1\r\nratelimit: "key";r=999;t=1\r\n\r\n').encode() + body
    with socket.create_server(("127.0.0.1", 0)) as listener:
        report.send(listener.getsockname()[1])
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=answer_on, args=(connection, answer), daemon=True).start()


def answer_on(connection: socket.socket, answer: bytes) -> None:
    """Answers on one connection."""
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    received = b""
    while piece := connection.recv(65536):
        received += piece
        # The only brace of these requests that ends a piece is the last of their body.
        if received.endswith(b"}"):
            connection.sendall(answer)
            received = b""


def main(rounds: int) -> None:
    """Prints the medians and their ratio."""
    ours, theirs = multiprocessing.Pipe()
    child = multiprocessing.get_context("spawn").Process(target=serve, args=(theirs,), daemon=True)
    child.start()
    url = f"http://127.0.0.1:{ours.recv()}"
    pool = urllib3.PoolManager()
    headers = {"authorization": f"Bearer {KEY}", "content-type": "application/json", "accept": "application/json"}

    def bare() -> object:
        body = json.dumps({"ids": IDS, "service": "party_predictor"}).encode()
        response = pool.request("POST", f"{url}/api/features/batch", body=body, headers=headers, retries=False)
        return json.loads(response.data)

    client = featstore.Client(url, KEY)

    def batch() -> object:
        return client.features.get_batch(IDS, service="party_predictor").values

    def rows() -> object:
        return [row.features for row in client.features.get_batch(IDS, service="party_predictor").rows]

    calls: dict[str, Callable[[], object]] = {"bare": bare, "batch": batch, "rows": rows}
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    for turn in range(rounds + 50):
        for name, call in calls.items():
            begun = time.perf_counter()
            call()
            if turn >= 50:
                seconds[name].append(time.perf_counter() - begun)
    medians = {name: statistics.median(each) * 1e6 for name, each in seconds.items()}
    print(f"bare urllib3 and json.loads     {medians['bare']:7.0f} µs")
    print(f"get_batch, values               {medians['batch']:7.0f} µs  {medians['batch'] / medians['bare']:.2f} x")
    print(f"get_batch, all rows as objects  {medians['rows']:7.0f} µs  {medians['rows'] / medians['bare']:.2f} x")
    child.terminate()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000)
