"""The examples in the document of the API have no type errors, and send the requests of their operations."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

import featstore
from scripted_server import ScriptedServer, answer, problem

if TYPE_CHECKING:
    import socket

    from scripted_server import Received

ROOT = Path(__file__).parents[3]
DOCUMENT = json.loads((ROOT / "docs/openapi.json").read_text("utf-8"))
OPERATIONS = [
    (method.upper(), re.compile(re.sub(r"\{\w+\}", "[^/]+", path)), operation)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
]
SAMPLES = [
    pytest.param(method, pattern, sample["source"], id=operation["operationId"])
    for method, pattern, operation in OPERATIONS
    for sample in operation.get("x-codeSamples", [])
    if sample["lang"] == "python"
]
VECTOR = "A" * 2048
"""384 zeros in base64: vectors end early in the examples."""


def test_the_examples_have_no_type_errors(tmp_path: Path) -> None:
    assert len(SAMPLES) > 30
    for sample in SAMPLES:
        (tmp_path / f"sample_{sample.id}.py").write_text(str(sample.values[2]), "utf-8")
    mypy = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), str(tmp_path)]
    checked = subprocess.run(mypy, cwd=ROOT / "sdk/python", capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize(("method", "pattern", "source"), SAMPLES)
def test_an_example_sends_its_request(
    method: str, pattern: re.Pattern[str], source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = ScriptedServer([answer_example])
    monkeypatch.setenv("FEATSTORE_URL", server.url)
    monkeypatch.setenv("FEATSTORE_API_KEY", "fs_key-of-a-test")
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    if "download(" in source:  # The server has no files.
        with pytest.raises(featstore.ApiError):
            exec(source, names)  # noqa: S102
    else:
        exec(source, names)  # noqa: S102
    names["client"].close()
    server.close()
    sent = [(each.method, urlsplit(each.path).path) for each in server.requests]
    assert any(each == method and pattern.fullmatch(path) for each, path in sent), sent


def answer_example(connection: socket.socket, received: Received) -> bool:
    """Answers as the example of the operation; 404 if it answers with a file or an export without an end."""
    path = urlsplit(received.path).path
    for method, pattern, operation in reversed(OPERATIONS):
        if method != received.method or not pattern.fullmatch(path):
            continue
        status, success = next(each for each in operation["responses"].items() if each[0].startswith("2"))
        example = success.get("content", {}).get("application/json", {}).get("example")
        if example is not None and operation["operationId"] != "readDatasetExport":
            text = re.sub(r'"sha256": "[^"]*"', f'"sha256": "{"0" * 64}"', json.dumps(example, ensure_ascii=False))
            text = re.sub(r'"[^"]*…"', f'"{VECTOR}"', text)
            return answer(int(status), json.loads(text))(connection, received)
    return problem(404, "path_not_found")(connection, received)
