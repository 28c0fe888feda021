"""The examples of README.md run as they are written."""

from __future__ import annotations

import asyncio
import re
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import featstore

if TYPE_CHECKING:
    from real_server import RealServer

BLOCKS = re.findall(r"```python\n(.*?)```", (Path(__file__).parents[1] / "README.md").read_text("utf-8"), re.S)


def test_the_quick_start_runs(real_server: RealServer) -> None:
    names: dict[str, Any] = {"api_key": real_server.key}
    exec(BLOCKS[0].replace("http://localhost:8080", real_server.url), names)  # noqa: S102
    assert names["row"].status == "complete"
    assert names["row"].features["speech_sentiment"]["sentiment"] == "neutral"
    assert names["row"].features["speech_profile"]["title"] == "State of the Union Address, 1796"
    assert len(names["found"].hits) == 5
    names["client"].close()


def test_the_async_example_runs(real_server: RealServer) -> None:
    (block,) = [block for block in BLOCKS if "AsyncClient" in block]
    code = block.replace("http://localhost:8080", real_server.url).replace("100_000", "2_000")
    names: dict[str, Any] = {"featstore": featstore, "api_key": real_server.key}
    exec(f"async def main():\n{textwrap.indent(code, '    ')}    return row", names)  # noqa: S102
    assert asyncio.run(names["main"]()).id == 1_999
