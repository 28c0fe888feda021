"""Trains a model on a point-in-time training set, prints its score, and stores it with the digest of the set.

Reads FEATSTORE_URL and FEATSTORE_API_KEY, whose key needs the scopes features:read, training:read and training:write.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import joblib
import pandas as pd
from featstore import Client
from featstore.sklearn import FeatstoreTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

FEATURES = [
    "lyric_sentiment.confidence",
    "lyric_emotion.joy",
    "lyric_emotion.love",
    "lyric_emotion.sadness",
    "lyric_emotion.anger",
    "lyric_emotion.fear",
    "lyric_complexity.complexity",
    "lyric_complexity.words",
    "lyric_complexity.type_token_ratio",
]
LABEL = "label=lyric_sentiment.sentiment@8d"
HORIZON = pd.Timedelta(days=8)


def make_spine(client: Client, ids: list[int]) -> pd.DataFrame:
    """Returns one row per address: a week before its newest analysis of sentiment."""
    batch = client.features.get_batch(ids, features=["lyric_sentiment.sentiment"], metadata=True)
    newest = pd.to_datetime(batch.metadata["lyric_sentiment"]["event_times"])
    return pd.DataFrame({"track_id": ids, "as_of": newest - pd.Timedelta(days=7)})


def train(rows: pd.DataFrame) -> tuple[Pipeline, dict[str, float]]:
    """Fits on the earlier rows, and returns the model with its score on the later ones."""
    begin = rows["as_of"].quantile(0.55)
    # A label that was not known when the test begins could not have been used for training.
    past, later = rows[rows["as_of"] + HORIZON <= begin], rows[rows["as_of"] >= begin]
    model = make_pipeline(
        # Uses the frame's columns here, and reads the features of ids from the server when it predicts.
        FeatstoreTransformer(FEATURES, key="track_id"),
        SimpleImputer(),
        StandardScaler(),
        LogisticRegression(max_iter=1000),
    )
    model.fit(past, past["label"] == "positive")
    auc = roc_auc_score(later["label"] == "positive", model.predict_proba(later)[:, 1])
    return model, {"auc": round(float(auc), 4), "train_rows": len(past), "test_rows": len(later)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--out", type=Path, default=Path("model"), help="folder for the model (default: model)")
    folder = parser.parse_args().out
    with Client() as client:
        spine = make_spine(client, list(range(1, 234)))
        # With reuse, a second run gets the same set if neither the definitions nor the sources changed.
        training_set = client.training_sets.create(spine, features=FEATURES, labels=LABEL, reuse=True).wait()
        model, score = train(training_set.to_df())

    folder.mkdir(parents=True, exist_ok=True)
    joblib.dump(model, folder / "model.joblib")
    origin = {"training_set": training_set.id, "sha256": training_set.sha256, "features": FEATURES, "label": LABEL}
    (folder / "model.json").write_text(json.dumps({**origin, **score}, indent=2) + "\n")
    print(f"AUC {score['auc']:.2f} on {score['test_rows']} later rows; trained on {score['train_rows']}")
    print(f"training set {training_set.id}, sha256 {training_set.sha256}")

    stored = joblib.load(folder / "model.joblib")
    print(
        "P(positive) of addresses 1, 2 and 3, by the features of now:",
        stored.predict_proba([1, 2, 3])[:, 1].round(2).tolist(),
    )


if __name__ == "__main__":
    main()
