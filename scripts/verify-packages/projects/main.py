"""Reads a feature, a batch, an embedding and an error, and downloads a dataset, with the installed package."""

import json
import sys
from pathlib import Path

import featstore

# FEATSTORE_URL and FEATSTORE_API_KEY are set.
(dataset,) = sys.argv[1:]
with featstore.Client() as client:
    single = client.features.get(1, features=["speech_profile.title", "speech_sentiment.sentiment"])
    batch = client.features.get_batch([3, 1, 99_999], features=["speech_profile.title"])
    vector = client.embeddings.get(1, embedding="speech_embeddings.text").embeddings["speech_embeddings.text"].vector
    try:
        client.features.get(1, features=["no_such_view"])
        error = None
    except featstore.FeatstoreError as caught:
        error = caught
    saved = client.datasets.download(dataset, to="data/")
sample = {
    "title": single.features["speech_profile"]["title"],
    "status": single.status,
    "batch": [[row.status, values[0]] for row, values in zip(batch.rows, batch.values)],
    "dimensions": len(vector or ()),
    "error": [isinstance(error, featstore.NotFoundError), getattr(error, "status", None), getattr(error, "code", None)],
}
print(json.dumps({"sample": sample, "files": [str(Path(file.path)) for file in saved.files]}))
