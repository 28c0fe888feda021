"""Training sets in MLflow."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

import featstore
from featstore._training.answers import TrainingSetDocument, TrainingSetProgress

if TYPE_CHECKING:
    from pathlib import Path

mlflow = pytest.importorskip("mlflow")
pytestmark = pytest.mark.filterwarnings("ignore")

MANIFEST = {"result": {"sha256": "a" * 64, "rows": 3}, "spine": {"sha256": "b" * 64}, "columns": []}


def training_set(manifest: Any) -> TrainingSetDocument:
    response: Any = None
    state: Any = "finished" if manifest else "running"
    return TrainingSetDocument("t1", state, TrainingSetProgress(3, 3), None, manifest, "", None, response)


@pytest.fixture
def tracking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    mlflow.set_tracking_uri((tmp_path / "runs").as_uri())


@pytest.mark.usefixtures("tracking")
def test_tags_a_run_with_the_digest_and_logs_the_manifest() -> None:
    from featstore.mlflow import log_training_set

    with mlflow.start_run() as run:
        log_training_set(training_set(MANIFEST))
    other = mlflow.MlflowClient().create_run(run.info.experiment_id)
    log_training_set(training_set(MANIFEST), run_id=other.info.run_id)
    for run_id in (run.info.run_id, other.info.run_id):
        tags = mlflow.get_run(run_id).data.tags
        assert tags["featstore.training_set.id"] == "t1"
        assert tags["featstore.training_set.sha256"] == "a" * 64
        assert tags["featstore.training_set.spine_sha256"] == "b" * 64
        assert tags["featstore.training_set.rows"] == "3"
        path = mlflow.artifacts.download_artifacts(run_id=run_id, artifact_path="featstore/training-set-t1.json")
        with open(path) as file:
            assert json.load(file) == MANIFEST


@pytest.mark.usefixtures("tracking")
def test_refuses_unfinished_training_sets_and_absent_runs() -> None:
    from featstore.mlflow import log_training_set

    for document in (training_set(None), training_set(MANIFEST)):
        with pytest.raises(featstore.InvalidCallError):
            log_training_set(document)
