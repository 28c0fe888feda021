"""Training sets, datasets, tables and Feast's names against a real Featstore server with the sample."""

from __future__ import annotations

import asyncio
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import pytest

import featstore

if TYPE_CHECKING:
    from pathlib import Path

    from real_server import RealServer

pandas = pytest.importorskip("pandas")
polars = pytest.importorskip("polars")
pytest.importorskip("pyarrow")

AS_OF = datetime(2026, 11, 1, tzinfo=timezone.utc)
WORDS = "speech_language.words"


@pytest.fixture
def client(real_server: RealServer) -> Any:
    with featstore.Client(real_server.url, real_server.key) as client:
        yield client


@pytest.fixture
def store(real_server: RealServer) -> Any:
    with featstore.FeatureStore(real_server.url, real_server.key) as store:
        yield store


def test_a_training_set_comes_back_with_exact_types(client: featstore.Client) -> None:
    spine = pandas.DataFrame({"speech_id": [3, 1, 2], "as_of": [AS_OF] * 3, "party": ["D", "R", "D"]})
    created = client.training_sets.create(
        spine,
        features=[WORDS, "speech_sentiment.sentiment"],
        labels="later=speech_sentiment.analyses_90d@1d",
        label_column="party",
        split="hash:train=0.5,test=0.5",
    )
    training_set = created.wait()
    frame = training_set.to_df()
    assert list(frame.columns) == [
        "speech_id",
        "as_of",
        "party",
        "_split",
        WORDS,
        "speech_sentiment.sentiment",
        "later",
    ]
    assert frame["speech_id"].tolist() == [3, 1, 2]
    assert str(frame.dtypes["as_of"]) == "datetime64[us, UTC]"
    assert str(frame.dtypes[WORDS]) == "int32"
    assert (training_set.features, training_set.labels) == ([WORDS, "speech_sentiment.sentiment"], ["later", "party"])
    assert training_set.to_polars().schema["speech_id"] == polars.Int64
    assert training_set.to_numpy([WORDS]).tolist() == frame[[WORDS]].to_numpy().tolist()
    again = client.training_sets.rerun(training_set.id).wait()
    assert again.sha256 == training_set.sha256
    assert client.training_sets.create(spine, features=WORDS, reuse=True).wait().id
    assert training_set.delete().state == "deleted"
    with pytest.raises(featstore.GoneError):
        training_set.read()


def test_each_kind_of_spine_gives_the_same_features(client: featstore.Client, tmp_path: Path) -> None:
    rows = [{"speech_id": each, "as_of": AS_OF} for each in (1, 2, 99_999)]
    frame = polars.DataFrame(rows)
    path = tmp_path / "spine.csv"
    path.write_text("speech_id,as_of\n" + "".join(f"{row['speech_id']},2026-11-01 00:00:00\n" for row in rows))
    sets = [
        client.training_sets.create(spine, features=WORDS, time_zone="UTC").wait().to_arrow().to_pylist()
        for spine in (rows, frame, frame.to_pandas(), frame.to_arrow(), path, str(path))
    ]
    assert sets[0][0] == {"speech_id": 1, "as_of": AS_OF, WORDS: 1401}
    assert all(each == sets[0] for each in sets)


def test_a_training_set_is_saved_to_a_file(client: featstore.Client, tmp_path: Path) -> None:
    created = client.training_sets.create([{"speech_id": 1, "as_of": AS_OF}], features=WORDS, format="csv").wait()
    saved = created.download(f"{tmp_path}/")
    assert saved.path == tmp_path / f"{created.id}.csv"
    assert saved.path.read_text().splitlines()[1].endswith(",1401")
    assert created.download(saved.path).resumed_bytes == saved.bytes
    with pytest.raises(featstore.InvalidCallError, match="parquet"):
        created.to_df()


def test_faults_of_a_spine_say_where(client: featstore.Client) -> None:
    with pytest.raises(featstore.BadRequestError) as caught:
        client.training_sets.create([{"speech_id": 1, "as_of": AS_OF}, {"speech_id": 2, "as_of": "x"}], features=WORDS)
    assert caught.value.code == "spine_time_invalid"
    assert "2" in caught.value.errors[0]["path"]


def test_a_leaking_training_set_fails_with_its_code(client: featstore.Client) -> None:
    titles = client.features.get_batch_arrow(range(1, 101), features=[WORDS]).to_df()
    spine = pandas.DataFrame({"speech_id": range(1, 101), "as_of": AS_OF, "copied": titles[WORDS]})
    with pytest.raises(featstore.TrainingSetFailedError) as caught:
        client.training_sets.create(spine, features=WORDS, label_column="copied").wait()
    assert caught.value.code == "training_set_leaks"


def test_the_tables_of_a_batch_have_the_servers_types(client: featstore.Client) -> None:
    features = ["speech_profile.year", "speech_language", "speech_embeddings.text"]
    batch = client.features.get_batch([1, 99_999, 2], features=features)
    frame = batch.to_df()
    assert frame["speech_id"].tolist() == [1, 99_999, 2]
    assert frame["status"].tolist() == batch.status
    assert str(frame.dtypes["speech_profile.year"]) == "Int32"
    assert batch.to_numpy(["speech_embeddings.text"]).shape == (3, 384)
    assert batch.to_numpy().shape == (3, len(batch.columns) - 1 + 384)
    assert batch.to_polars()[WORDS].to_list() == [row[batch.columns.index(WORDS)] for row in batch.values]


def test_the_tables_of_a_search_have_features_beside_scores(client: featstore.Client) -> None:
    found = client.embeddings.search(embedding="speech_embeddings.text", id=7, k=3, features=[WORDS])
    frame = found.to_df()
    assert list(frame.columns)[:4] == ["speech_id", "score", "distance", WORDS]
    assert frame["speech_id"].tolist() == [hit.id for hit in found.hits]
    assert client.embeddings.get_batch([1, 2], embedding="speech_embeddings.text").to_numpy().shape == (2, 384)


def test_a_dataset_is_described_downloaded_and_read(client: featstore.Client, tmp_path: Path) -> None:
    names = [each.name for each in client.datasets.list()]
    assert "state_of_the_union" in names
    described = client.datasets.get("state_of_the_union")
    snapshot = client.datasets.snapshots("state_of_the_union")[0]
    assert described.latest is not None
    assert (described.latest.id, described.licence, described.key) == (snapshot.id, "CC0-1.0", ("speech_id",))
    saved = client.datasets.download("state_of_the_union", to=f"{tmp_path}/", part_bytes=100_000)
    assert saved.snapshot == snapshot.id
    assert saved.to_df().shape == (snapshot.rows, len(described.columns))
    parts = client.datasets.read("state_of_the_union", features=["words", "embedding"])
    assert parts.to_numpy(["embedding"]).shape == (snapshot.rows, 384)
    assert parts.to_polars()["words"].to_list() == saved.to_polars()["words"].to_list()
    with pytest.raises(featstore.NotFoundError):
        client.datasets.get("nowhere")
    with pytest.raises(featstore.ApiError) as caught:
        client.datasets.terms("state_of_the_union")
    assert caught.value.code == "terms_version_unknown"
    with pytest.raises(featstore.ApiError) as caught:
        client.datasets.accept_terms("state_of_the_union", "1")
    assert caught.value.code == "terms_version_unknown"


def test_the_async_client_makes_training_sets_and_downloads(real_server: RealServer, tmp_path: Path) -> None:
    seen: list[int] = []

    async def use() -> None:
        async with featstore.AsyncClient(real_server.url, real_server.key) as client:
            created = await client.training_sets.create([{"speech_id": 1, "as_of": AS_OF}], features=WORDS)
            finished = await created.wait()
            assert (await finished.read()).to_df()[WORDS].tolist() == [1401]
            saved = await client.datasets.download(
                "state_of_the_union",
                to=f"{tmp_path}/",
                on_progress=lambda progress: seen.append(progress.received_bytes),
            )
            assert saved.files[0].bytes == seen[-1]
            assert (await client.datasets.read("state_of_the_union", format="csv")).content[:9] == b"speech_id"
            assert (await client.datasets.list())[0].name
            table = await client.features.get_batch_arrow([1], features=[WORDS])
            assert table.to_numpy().tolist() == [[1401]]

    asyncio.run(use())


def test_online_features_have_feasts_shape(store: featstore.FeatureStore) -> None:
    answer = store.get_online_features(
        ["speech_profile:year", "speech_sentiment:sentiment"], [{"speech_id": 7}, {"speech_id": 99_999}]
    )
    assert answer.to_dict() == {
        "speech_id": [7, 99_999],
        "year": [1796, None],
        "sentiment": [answer.to_dict()["sentiment"][0], None],
    }
    assert list(answer.to_df().columns) == ["speech_id", "year", "sentiment"]
    full = store.get_online_features([WORDS], {"speech_id": [1]}, full_feature_names=True)
    assert full.to_dict() == {"speech_id": [1], "speech_language__words": [1401]}
    with pytest.raises(featstore.InvalidCallError, match="key speech_id; entity_rows have speaker_id"):
        store.get_online_features([WORDS], [{"speaker_id": 1}])


def test_a_service_selects_online_and_historical_features(store: featstore.FeatureStore) -> None:
    service = store.get_feature_service("party_predictor")
    online = store.get_online_features(service, [{"speech_id": 1}])
    assert online.to_numpy(["year", "words"]).tolist() == [[1790, 1401]]
    historical = store.get_historical_features(
        pandas.DataFrame({"speech_id": [1], "event_timestamp": [AS_OF]}), service
    ).to_df()
    assert list(historical.columns)[2:] == list(online.to_df().columns)[1:]
    with pytest.raises(featstore.NotFoundError):
        store.get_feature_service("nowhere")
    with pytest.raises(featstore.InvalidCallError, match="its versions are 1"):
        store.get_feature_service("party_predictor@9")


def test_a_service_takes_its_inputs_from_the_rows(store: featstore.FeatureStore) -> None:
    service = store.get_feature_service("speech_search")
    (required,) = [each["name"] for each in service.inputs if not each["nullable"]]
    rows = [{"speech_id": 1, required: "2026-11-01"}, {"speech_id": 2, required: "2026-11-02"}]
    assert store.get_online_features(service, rows).to_dict()["speech_id"] == [1, 2]
    with pytest.raises(featstore.BadRequestError):
        store.get_online_features(service, [{"speech_id": 1}])


def test_historical_features_keep_rows_columns_and_types(store: featstore.FeatureStore) -> None:
    frame = pandas.DataFrame(
        {
            "event_timestamp": pandas.to_datetime(["2026-11-01", "2026-10-01"]),
            "speech_id": [2, 1],
            "label": pandas.array([2**60, None], dtype="Int64"),
        }
    )
    job = store.get_historical_features(frame, ["speech_language:words"])
    result = job.to_df()
    assert list(result.columns) == ["event_timestamp", "speech_id", "label", "words"]
    assert result["speech_id"].tolist() == [2, 1]
    assert result["words"].tolist() == [2302, 1401]
    assert (str(result.dtypes["label"]), result["label"][0]) == ("Int64", 2**60)
    assert str(result.dtypes["event_timestamp"]) == "datetime64[us, UTC]"
    assert job.to_numpy().tolist() == [[2302], [1401]]
    assert job.training_set.wait().sha256 is not None


def test_the_registry_has_feasts_names(store: featstore.FeatureStore) -> None:
    assert "speech_sentiment" in [each.name for each in store.list_feature_views()]
    assert "party_predictor" in [each.name for each in store.list_feature_services()]
    assert store.get_feature_view("speech_sentiment").name == "speech_sentiment"


def test_entities_have_their_keys(store: featstore.FeatureStore) -> None:
    assert [(each.name, each.join_key, list(each.value_types)) for each in store.list_entities()] == [
        ("speaker", "speaker", ["string"]),
        ("speech", "speech_id", ["int64"]),
    ]


def test_data_sources_are_the_tables_of_views_and_entities(store: featstore.FeatureStore) -> None:
    sources = {each.name: each for each in store.list_data_sources()}
    assert (sources["analyses"].table, sources["analyses"].timestamp_field, sources["analyses"].history) == (
        "public.analyses",
        "analyzed_at",
        "events",
    )
    assert {"analyses", "speeches"} <= sources.keys()
    assert len(sources) == len(store.list_data_sources())


def test_documents_are_those_of_a_search(store: featstore.FeatureStore) -> None:
    vector = store.embeddings.get(7, embedding="speech_embeddings.text").embeddings["speech_embeddings.text"].vector
    assert vector is not None
    found = store.retrieve_online_documents(
        feature="speech_embeddings:text", features=["speech_profile:title"], query=vector, top_k=3
    )
    expected = store.embeddings.search(embedding="speech_embeddings.text", vector=vector, k=3)
    columns = found.to_dict()
    assert list(columns) == ["speech_id", "text", "title", "distance"]
    assert columns["speech_id"] == [hit.id for hit in expected.hits]
    assert columns["speech_id"][0] == 7
    assert columns["distance"] == [hit.distance for hit in expected.hits]
    assert columns["text"][0] == pytest.approx(list(vector))
    assert found.to_df().shape == (3, 4)
    by_length = store.retrieve_online_documents(
        features=["speech_embeddings:text"], query=vector, top_k=2, distance_metric="L2", full_feature_names=True
    )
    assert by_length.hits.metric == "l2"
    assert list(by_length.to_dict()) == ["speech_id", "speech_embeddings__text", "distance"]
    with pytest.raises(featstore.BadRequestError):
        store.retrieve_online_documents(feature="speech_embeddings:text", query=[1.0, 2.0], top_k=1)
