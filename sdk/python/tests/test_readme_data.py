"""The examples of README.md about data run as they are written, one after another."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import featstore

if TYPE_CHECKING:
    from real_server import RealServer

pandas = pytest.importorskip("pandas")
mlflow = pytest.importorskip("mlflow")
for package in ("polars", "pyarrow", "sklearn"):
    pytest.importorskip(package)

README = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
SECTIONS = README[README.index("## Data frames") : README.index("## Development")]


@pytest.mark.filterwarnings("ignore")
def test_the_examples_about_data_run(real_server: RealServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    mlflow.set_tracking_uri((tmp_path / "runs").as_uri())
    with featstore.Client(real_server.url, real_server.key) as client:
        names: dict[str, Any] = {"client": client, "pandas": pandas, "api_key": real_server.key}
        for block in re.findall(r"```python\n(.*?)```", SECTIONS, re.S):
            exec(block.replace("http://localhost:8080", real_server.url), names)  # noqa: S102
    assert names["vectors"].shape == (3, 384)
    assert len(names["nearest"].hits) == 5
    assert (tmp_path / "train.parquet").stat().st_size > 0
    assert names["train"]["later"].tolist() == [1, 1, 1, 0]
    assert len(names["saved"].files) == 1
    assert names["words"].columns == ["speech_id", "title", "words"]
    assert list(names["online"]) == ["speech_id", "words"]
    assert list(names["past"].columns) == ["speech_id", "event_timestamp", "party", "words"]
    names["store"].close()


def test_the_example_of_the_guide_to_downloads_runs(
    real_server: RealServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    guide = (Path(__file__).parents[3] / "docs/guide/downloading-datasets.md").read_text("utf-8")
    (block,) = re.findall(r"```python\n(.*?)```", guide, re.S)
    names: dict[str, Any] = {"api_key": real_server.key}
    exec(block.replace("http://localhost:8080", real_server.url), names)  # noqa: S102
    assert len(names["frame"]) == 233
    assert list(names["words"]) == ["speech_id", "title", "words"]
    names["client"].close()
