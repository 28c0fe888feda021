"""Records training sets in MLflow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._errors import InvalidCallError
from ._extras import need

if TYPE_CHECKING:
    from ._training.answers import TrainingSetDocument


def log_training_set(training_set: TrainingSetDocument, *, run_id: str | None = None) -> dict[str, str]:
    """Tags a run with a finished training set and logs its manifest; returns the tags.

    The tags are `featstore.training_set.id`, `.sha256` (of its file), `.spine_sha256` and `.rows`. The manifest becomes
    the artifact `featstore/training-set-<id>.json`; it has no rows, only definitions, counts and hashes. `run_id` is
    that of the active run by default.

    Errors: `InvalidCallError` before the training set is finished, and without a run; `MissingExtraError`.

    >>> with mlflow.start_run():  # doctest: +SKIP
    ...     featstore.mlflow.log_training_set(training_set)
    """
    mlflow = need("mlflow", "mlflow")
    manifest = training_set.manifest
    if manifest is None:
        raise InvalidCallError(f"Training set {training_set.id} is {training_set.state}: call wait() first")
    if run_id is None:
        active: Any = mlflow.active_run()
        if active is None:
            raise InvalidCallError("There is no active run: pass run_id, or call this within mlflow.start_run()")
        run_id = active.info.run_id
    tags = {
        "featstore.training_set.id": training_set.id,
        "featstore.training_set.sha256": str(manifest["result"]["sha256"]),
        "featstore.training_set.spine_sha256": str(manifest["spine"]["sha256"]),
        "featstore.training_set.rows": str(manifest["result"]["rows"]),
    }
    client = mlflow.MlflowClient()
    for name, value in tags.items():
        client.set_tag(run_id, name, value)
    client.log_dict(run_id, dict(manifest), f"featstore/training-set-{training_set.id}.json")
    return tags
