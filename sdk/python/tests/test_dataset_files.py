"""Which files of a dataset a call selects, and exports of columns."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest

import featstore
from dataset_server import DatasetServer, datasets, serving_datasets, sha256

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

CONTENT = random.Random(1).randbytes(10_000)  # noqa: S311


@pytest.fixture
def server() -> Iterator[Callable[..., DatasetServer]]:
    """Starts servers, which end with the test."""
    with serving_datasets({"train-00000-of-00001.parquet": CONTENT}) as start:
        yield start


def test_several_files_need_a_folder(server: Callable[..., DatasetServer], tmp_path: Path) -> None:
    files = {"train-0.csv": b"a\n", "test-0.csv": b"b\n", "train-0.parquet": b"c"}
    started = server(files)
    with pytest.raises(featstore.SelectionError, match='let "to" end with "/"') as caught:
        datasets(started).download("speech", to=tmp_path / "one", format="csv")
    assert caught.value.code == "dataset_file_ambiguous"
    result = datasets(started).download("speech", to=f"{tmp_path}/new/", format="csv")
    assert {saved.path.name: saved.path.read_bytes() for saved in result.files} == {
        "train-0.csv": b"a\n",
        "test-0.csv": b"b\n",
    }
    assert datasets(started).read("speech", format="csv", split="test").content == b"b\n"


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"snapshot": "9.9.9"}, "snapshot_not_found"),
        ({"format": "json"}, "dataset_format_unknown"),
        ({"split": "validation"}, "dataset_file_not_found"),
        ({"part": 3}, "dataset_file_not_found"),
    ],
)
def test_names_what_can_be_selected(server: Callable[..., DatasetServer], options: dict[str, Any], code: str) -> None:
    with pytest.raises(featstore.SelectionError) as caught:
        datasets(server()).read("speech", **options)
    assert caught.value.code == code


def test_refuses_withdrawn_snapshots_and_unusable_names(server: Callable[..., DatasetServer], tmp_path: Path) -> None:
    with pytest.raises(featstore.SelectionError, match="a fault") as caught:
        datasets(server(withdrawn=True)).read("speech", snapshot="1.0.0")
    assert caught.value.code == "snapshot_withdrawn"
    for name in ("../x.parquet", ".x.parquet", "/etc/x.parquet"):
        with pytest.raises(featstore.UnexpectedAnswerError):
            datasets(server({name: b""})).download("speech", to=f"{tmp_path}/")


def test_waits_for_an_export_of_columns(server: Callable[..., DatasetServer], tmp_path: Path) -> None:
    finished = {"state": "finished", "bytes": len(CONTENT), "sha256": sha256(CONTENT)}
    started = server(exports=[{"state": "running"}, {"state": "running"}, finished])
    result = datasets(started).download("speech", to=f"{tmp_path}/", features=["title", "words"])
    assert result.files[0].path.read_bytes() == CONTENT
    assert datasets(started).read("speech", features=["title", "words"]).file == result.files[0].file
    keys = {headers.get("idempotency-key") for method, _, headers in started.requests if method == "POST"}
    assert len(keys) == 1
    failed = server(exports=[{"state": "failed", "failure": {"code": "storage_full", "detail": "No room."}}])
    with pytest.raises(featstore.ExportFailedError, match=r"No room\.") as caught:
        datasets(failed).read("speech", features=["title"])
    assert (caught.value.id, caught.value.code) == ("e1", "storage_full")


def test_refuses_unusable_options(server: Callable[..., DatasetServer]) -> None:
    unusable: list[dict[str, Any]] = [
        {"parallel": 0},
        {"parallel": 33},
        {"part_bytes": 0},
        {"retries": -1},
        {"features": []},
    ]
    for options in unusable:
        with pytest.raises(featstore.InvalidCallError):
            datasets(server()).read("speech", **options)
    with pytest.raises(featstore.InvalidCallError):
        datasets(server()).read("speech", features=["a"], part=0)
