"""Feast's names: translations, and refusals that say what to do instead."""

from __future__ import annotations

import sys
from typing import Any

import pytest

import featstore
from featstore._feast.names import Names, reference_of
from scripted_server import answer

REFUSED = {
    "write_to_online_store": "source table",
    "push": "source table",
    "materialize": "featstore materialize",
    "materialize_incremental": "featstore materialize --incremental",
    "apply": "featstore apply",
}


@pytest.fixture
def store() -> Any:
    with featstore.FeatureStore("http://127.0.0.1:9", "fs_key") as store:
        yield store


@pytest.mark.parametrize("name", list(REFUSED))
def test_what_feast_writes_is_refused_with_what_to_do(store: featstore.FeatureStore, name: str) -> None:
    with pytest.raises(featstore.InvalidCallError, match=REFUSED[name]):
        getattr(store, name)("view", df=None)


@pytest.mark.parametrize("option", ["repo_path", "config", "fs_yaml_file"])
def test_a_repository_in_a_folder_is_refused_with_what_to_pass(option: str) -> None:
    with pytest.raises(
        featstore.InvalidCallError, match=r"on the server.*FeatureStore\(\"http://localhost:8080\", api_key\)"
    ):
        featstore.FeatureStore(**{option: "."})  # type: ignore[arg-type]


def test_a_store_takes_the_options_of_a_client() -> None:
    with featstore.FeatureStore("http://127.0.0.1:9", "fs_key", timeout=1, retries=0) as store:
        assert (store._transport.settings.timeout, store._transport.settings.retries) == (1, 0)


def test_references_are_translated() -> None:
    assert [reference_of(each) for each in ("v:f", "v@2:f", "v.f", "v")] == ["v.f", "v@2.f", "v.f", "v"]


def test_equal_names_are_refused_unless_they_are_full() -> None:
    assert Names(full=True).of(["a.x", "b@2.x"]) == {"a.x": "a__x", "b@2.x": "b__x"}
    with pytest.raises(featstore.InvalidCallError, match="full_feature_names=True"):
        Names(full=False).of(["a.x", "b.x"])
    with pytest.raises(featstore.InvalidCallError, match="entity rows"):
        Names(full=False).of(["a.track_id"], ["track_id"])


@pytest.mark.parametrize(
    ("features", "rows"),
    [
        ("v:f", [{"track_id": 1}]),
        ([object()], [{"track_id": 1}]),
        (["v:f"], [1]),
        (["v:f"], [{}]),
        (["v:f"], {"a": [1], "b": [1, 2]}),
    ],
)
def test_unusable_calls_are_refused_without_a_request(store: featstore.FeatureStore, features: Any, rows: Any) -> None:
    pytest.importorskip("pyarrow")
    with pytest.raises(featstore.InvalidCallError):
        store.get_online_features(features, rows)


@pytest.mark.parametrize(
    "options",
    [
        {"feature": "v:f", "query": "a text"},
        {"query": [1.0]},
        {"features": "v:f", "query": [1.0]},
        {"features": [], "query": [1.0]},
        {"feature": "v:f", "query": [1.0], "distance_metric": "hamming"},
    ],
)
def test_unusable_searches_are_refused_without_a_request(store: featstore.FeatureStore, options: Any) -> None:
    pytest.importorskip("pyarrow")
    with pytest.raises(featstore.InvalidCallError):
        store.retrieve_online_documents(top_k=1, **options)


def test_a_search_without_hits_has_no_rows(serve: Any) -> None:
    pytest.importorskip("pyarrow")
    space = {"space": "s", "dimensions": 1, "metric": "cosine", "method": "exact"}
    server = serve(answer(200, {**space, "hits": [], "embedding": "v.f", "generation": 1}))
    with featstore.FeatureStore(server.url) as store:
        found = store.retrieve_online_documents(feature="v:f", query=[1.0], top_k=3, distance_metric="COSINE")
    assert found.to_dict() == {"f": [], "distance": []}
    assert [server.requests[0].json()[name] for name in ("embedding", "k", "metric")] == ["v.f", 3, "cosine"]
    assert len(server.requests) == 1


def definition(name: str, source: Any) -> Any:
    population = {**PLAIN, "name": "songs", "relation": {"kind": "table", "schema": "music", "table": "songs"}}
    key = [{"name": "station", "type": "string"}, {"name": "platform", "type": "int32"}]
    entity = {"name": "stop", "key": key, "population": population, "description": "Where trains stop"}
    return answer(200, {"name": name, "definition": {"entity": entity, "source": source}})


PLAIN = {
    "name": "stops",
    "relation": {"kind": "query", "text": "select 1"},
    "eventTime": {"column": "at", "zone": None},
    "knownTime": {"column": "seen", "zone": None},
    "history": "events",
}
EXTENDED = {"name": "stops", "relation": {"kind": "extended", "base": PLAIN, "extension": {**PLAIN, "name": "other"}}}
SUMMARY = {
    **dict.fromkeys(("deprecation", "description", "owner", "ttl_seconds", "freshness_seconds", "served")),
    "name": "a",
    "version": 2,
    "promoted": True,
    "state": "active",
    "entity": "stop",
    "scope": "shared",
    "tags": [],
    "features": ["f"],
}


def test_data_sources_are_the_parts_of_what_views_and_entities_read(serve: Any) -> None:
    server = serve(answer(200, {"feature_views": [SUMMARY]}), definition("a", EXTENDED))
    with featstore.FeatureStore(server.url) as store:
        sources = store.list_data_sources()
    assert server.requests[1].path == "/api/feature-views/a/versions/2"
    assert [(each.name, each.table, each.query) for each in sources] == [
        ("other", None, "select 1"),
        ("songs", "music.songs", None),
        ("stops", None, "select 1"),
    ]
    assert (sources[0].timestamp_field, sources[0].created_timestamp_column) == ("at", "seen")


def test_an_entity_is_read_from_one_of_its_views(serve: Any) -> None:
    views = [SUMMARY, {**SUMMARY, "name": "b"}]
    server = serve(answer(200, {"feature_views": views}), definition("a", PLAIN))
    with featstore.FeatureStore(server.url) as store:
        (entity,) = store.list_entities()
    assert len(server.requests) == 2
    assert (entity.name, entity.join_keys, entity.value_types) == ("stop", ["station", "platform"], ["string", "int32"])
    with pytest.raises(featstore.InvalidCallError, match="join_keys"):
        _ = entity.join_key


def test_a_registry_without_views_has_no_entities_and_sources(serve: Any) -> None:
    server = serve(answer(200, {"feature_views": []}))
    with featstore.FeatureStore(server.url) as store:
        assert (store.list_entities(), store.list_data_sources()) == ([], [])
    assert len(server.requests) == 2


def test_a_version_without_a_definition_is_an_unexpected_answer(serve: Any) -> None:
    server = serve(answer(200, {"feature_views": [SUMMARY]}), answer(200, {"name": "a"}))
    with featstore.FeatureStore(server.url) as store, pytest.raises(featstore.UnexpectedAnswerError):
        store.list_entities()


@pytest.mark.parametrize("entity_df", ["select 1", [{"track_id": 1}], None])
def test_historical_features_need_a_frame(store: featstore.FeatureStore, entity_df: Any) -> None:
    pytest.importorskip("pyarrow")
    with pytest.raises(featstore.InvalidCallError, match="entity_df must be a frame"):
        store.get_historical_features(entity_df, ["v:f"])


def test_historical_features_need_a_time(store: featstore.FeatureStore) -> None:
    arrow = pytest.importorskip("pyarrow")
    with pytest.raises(featstore.InvalidCallError, match="event_timestamp; its columns are track_id"):
        store.get_historical_features(arrow.table({"track_id": [1]}), ["v:f"])


def test_reads_name_the_extra_that_they_need(store: featstore.FeatureStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(featstore.MissingExtraError, match=r"featstore-client\[pandas\]"):
        store.get_online_features(["v:f"], [{"track_id": 1}])


def test_keys_of_several_parts_are_sent_as_objects(serve: Any) -> None:
    arrow = pytest.importorskip("pyarrow")
    sink = arrow.BufferOutputStream()
    table = arrow.table({"station": ["Ulm"], "platform": [7], "v.f": [1.5], "status": ["complete"]})
    with arrow.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    stream = sink.getvalue().to_pybytes()
    server = serve(answer(200, stream, {"content-type": "application/vnd.apache.arrow.stream"}))
    with featstore.FeatureStore(server.url) as store:
        result = store.get_online_features(["v:f"], [{"platform": 7, "station": "Ulm"}])
    assert server.requests[0].json() == {"ids": [{"platform": 7, "station": "Ulm"}], "features": ["v.f"]}
    assert result.to_dict() == {"station": ["Ulm"], "platform": [7], "f": [1.5]}
    with pytest.raises(featstore.InvalidCallError, match="metadata=True"):
        result.to_dict(include_event_timestamps=True)
