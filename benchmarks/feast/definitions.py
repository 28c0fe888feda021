"""Feast's definitions of the views that src/online/peer-workload.ts and src/feast/history.ts define for Featstore."""

from datetime import timedelta

from feast import Entity, FeatureService, FeatureView, Field
from feast.infra.offline_stores.contrib.postgres_offline_store.postgres_source import (
    PostgreSQLSource,
)
from feast.types import Int64
from feast.value_type import ValueType

peer = Entity(
    name="benchmark_peer", join_keys=["entity_id"], value_type=ValueType.INT64
)


def peer_view(number: int) -> FeatureView:
    name = f"benchmark_peer_{number:02}"
    return FeatureView(
        name=name,
        entities=[peer],
        ttl=timedelta(0),  # never expires
        schema=[Field(name=f"f{feature}", dtype=Int64) for feature in range(10)],
        source=PostgreSQLSource(name=name, table=name, timestamp_field="event_time"),
    )


# `feast apply` finds only objects that have a name of their own.
view_0 = peer_view(0)
view_1 = peer_view(1)
view_2 = peer_view(2)
view_3 = peer_view(3)
view_4 = peer_view(4)
views = [view_0, view_1, view_2, view_3, view_4]

# A service with precomputed vectors: "for latency-critical services, feature services also unlock pre-computed feature
# vectors (precompute_online=True), which reduce store reads".
# https://docs.feast.dev/how-to-guides/online-server-performance-tuning#pre-computed-feature-vectors
service = FeatureService(
    name="benchmark_peer_50", features=views, precompute_online=True
)
plain_service = FeatureService(name="benchmark_peer_50_plain", features=views)

# The facts of the point-in-time join. `created_timestamp_column` orders facts with the same event time; Feast has nothing
# that hides a fact until it is known.
history = FeatureView(
    name="benchmark_history",
    entities=[peer],
    ttl=timedelta(days=30),
    online=False,
    schema=[Field(name="amount", dtype=Int64), Field(name="fact", dtype=Int64)],
    source=PostgreSQLSource(
        name="benchmark_history",
        table="benchmark_history",
        timestamp_field="event_time",
        created_timestamp_column="ingested_at",
    ),
)
