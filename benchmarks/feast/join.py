"""Joins Feast's features to the rows of a CSV file: spine_row, entity_id, as_of. Writes spine_row, fact, amount."""

import sys

import pandas as pd
from feast import FeatureStore

spine, out = sys.argv[1:]
rows = pd.read_csv(spine)
# Feast names the time of a row `event_timestamp`.
rows["event_timestamp"] = pd.to_datetime(rows.pop("as_of"), utc=True, format="ISO8601")
store = FeatureStore(repo_path=".")
joined = store.get_historical_features(
    entity_df=rows, features=["benchmark_history:fact", "benchmark_history:amount"]
).to_df()
columns = joined[["spine_row", "fact", "amount"]].astype("Int64")
columns.to_csv(out, index=False)
