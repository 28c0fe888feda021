"""A real Featstore server with the sample, in a folder of its own."""

from __future__ import annotations

import os
import re
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

# So that no test waits for a limit.
LIMITS = {"FEATSTORE_REQUESTS_PER_SECOND": "1000000", "FEATSTORE_BURST": "1000000"}

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class RealServer:
    """The address and the key of a running server."""

    url: str
    key: str


def start(folder: Path) -> Iterator[RealServer]:
    """Starts the demo on a free port, and ends it after use."""
    cli = ROOT / "server/dist/cli.js"
    if not cli.exists():
        pytest.skip("needs the server of this checkout, which is not built (no server/dist): npm run build")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "REDIS_"))}
    process = subprocess.Popen(
        ["node", str(cli), "demo", "--port", "0"],
        cwd=ROOT,
        env={**environment, "FEATSTORE_DATA_DIR": str(folder), **LIMITS},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        url = _address_in(process)
        yield RealServer(url, (folder / "demo-key").read_text().strip())
    finally:
        process.terminate()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _address_in(process: subprocess.Popen[str]) -> str:
    lines: list[str] = []
    assert process.stdout is not None
    for line in process.stdout:
        lines.append(line)
        if match := re.search(r"http://(?:localhost|127\.0\.0\.1):\d+", line):
            # The rest is read so that the server can go on writing.
            threading.Thread(target=process.stdout.read, daemon=True).start()
            return match[0]
    raise AssertionError("The server ended:\n" + "".join(lines))
