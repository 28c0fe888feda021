"""Trains a model that says which party the speaker of a speech belonged to, on a point-in-time training set.

Prints its scores, and stores it with the digest of the set. Reads FEATSTORE_URL and FEATSTORE_API_KEY, whose key needs the
scopes features:read, training:read and training:write.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import joblib
import pandas as pd
from featstore import Client
from featstore.sklearn import FeatstoreTransformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold, StratifiedKFold, cross_val_predict
from sklearn.pipeline import Pipeline, make_pipeline

# The numbers of the service party_predictor.
FEATURES = [
    "speech_profile.year",
    "speech_sentiment.confidence",
    "speech_emotion.joy",
    "speech_emotion.love",
    "speech_emotion.surprise",
    "speech_emotion.sadness",
    "speech_emotion.anger",
    "speech_emotion.fear",
    "speech_emotion.polarity",
    "speech_language.grade_level",
    "speech_language.words",
    "speech_language.unique_words",
    "speech_language.type_token_ratio",
    "speech_language.readability",
    "speech_language.repetition",
]
PARTIES = ["Democratic", "Republican"]


def make_spine(client: Client, ids: list[int]) -> pd.DataFrame:
    """Returns one row per speech of the two parties: when its sentiment was last analysed, its speaker and its party."""
    batch = client.features.get_batch(
        ids, features=["speech_profile.speaker", "speech_profile.party", "speech_sentiment.sentiment"], metadata=True
    )
    speeches = batch.to_df()
    analysed = pd.to_datetime(batch.metadata["speech_sentiment"]["event_times"])
    spine = pd.DataFrame(
        {
            "speech_id": ids,
            "as_of": analysed,
            "speaker": speeches["speech_profile.speaker"],
            "party": speeches["speech_profile.party"],
        }
    )
    return spine[spine["party"].isin(PARTIES)]


def make_model() -> Pipeline:
    # Uses the frame's columns in training, and reads the features of ids from the server when it predicts.
    return make_pipeline(
        FeatstoreTransformer(FEATURES, key="speech_id"), HistGradientBoostingClassifier(random_state=0)
    )


def scores(rows: pd.DataFrame) -> dict[str, float]:
    """Returns the AUC on speeches that were left out, and on presidents of whom every speech was left out."""
    is_republican = rows["party"] == "Republican"
    parts = {
        "other_speeches": StratifiedKFold(5, shuffle=True, random_state=0),
        "other_presidents": GroupKFold(5),
    }
    found = {}
    for name, folds in parts.items():
        guess = cross_val_predict(
            make_model(), rows, is_republican, groups=rows["speaker"], cv=folds, method="predict_proba"
        )
        found[name] = round(float(roc_auc_score(is_republican, guess[:, 1])), 4)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--out", type=Path, default=Path("model"), help="folder for the model (default: model)")
    folder = parser.parse_args().out
    with Client() as client:
        spine = make_spine(client, list(range(1, 234)))
        # With reuse, a second run gets the same set if neither the definitions nor the sources changed.
        training_set = client.training_sets.create(spine, features=FEATURES, label_column="party", reuse=True).wait()
        rows = training_set.to_df()
    auc = scores(rows)
    model = make_model().fit(rows, rows["party"] == "Republican")

    folder.mkdir(parents=True, exist_ok=True)
    joblib.dump(model, folder / "model.joblib")
    origin = {"training_set": training_set.id, "sha256": training_set.sha256, "features": FEATURES, "label": "party"}
    (folder / "model.json").write_text(json.dumps({**origin, "auc": auc, "rows": len(rows)}, indent=2) + "\n")
    print(f"AUC {auc['other_speeches']:.2f} on other speeches of the same presidents")
    print(f"AUC {auc['other_presidents']:.2f} on presidents that the model has not seen")
    print(f"training set {training_set.id}, {len(rows)} rows, sha256 {training_set.sha256}")

    stored = joblib.load(folder / "model.joblib")
    print(
        "P(Republican) of speeches 232 (Trump, 2020) and 233 (Biden, 2021), by the features of now:",
        stored.predict_proba([232, 233])[:, 1].round(2).tolist(),
    )


if __name__ == "__main__":
    main()
