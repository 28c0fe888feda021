"""The client against a real Featstore server with the sample."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

import featstore

if TYPE_CHECKING:
    from real_server import RealServer

TEXT = "speech_embeddings.text"


@pytest.fixture
def client(real_server: RealServer) -> Any:
    with featstore.Client(real_server.url, real_server.key) as client:
        yield client


def test_a_single_read_and_a_batch_agree(client: featstore.Client) -> None:
    row = client.features.get(7, service="party_predictor")
    batch = client.features.get_batch([7, 99_999, 7], service="party_predictor")
    assert row.status == "complete"
    assert batch.status == ["complete", "unknown_entity", "complete"]
    assert batch.rows[0].features == row.features
    assert batch.rows[2].features == row.features
    assert set(batch.rows[1].views.values()) == {"unknown_entity"}
    assert [limit.name for limit in row.response.limits] == ["key"] if row.response else False


def test_more_ids_than_the_server_takes_at_once(client: featstore.Client) -> None:
    ids = [*range(1, 2_300)]
    batch = client.features.get_batch(ids, features=["speech_profile.title"], metadata=True)
    titles = [
        row.features["speech_profile"]["title"]
        for row in client.features.stream(ids, features=["speech_profile.title"])
    ]
    assert [title for (title,) in batch.values] == titles
    assert batch.status.count("complete") == 233
    assert batch.metadata is not None
    assert len(batch.metadata["speech_profile"]["event_times"]) == len(ids)


def test_a_malformed_id_fails_only_its_row_on_request(client: featstore.Client) -> None:
    with pytest.raises(featstore.BadRequestError) as caught:
        client.features.get_batch([1, "one"], features=["speech_profile.title"])
    assert (caught.value.code, caught.value.errors[0]["path"]) == ("id_invalid", "ids[1]")
    batch = client.features.get_batch([1, "one"], features=["speech_profile.title"], on_invalid_id="null")
    assert batch.status == ["complete", "invalid_id"]
    assert batch.errors[0]["position"] == 1


def test_ids_beyond_int64_are_a_typed_error(client: featstore.Client) -> None:
    with pytest.raises(featstore.BadRequestError):
        client.features.get(2**63, features=["speech_profile.title"])
    assert client.features.get(2**63 - 1, features=["speech_profile.title"]).status == "unknown_entity"


def test_keys_by_name_must_have_the_names_of_the_entity(client: featstore.Client) -> None:
    title, named, wrong = ["speech_profile.title"], {"speech_id": 7}, {"speaker_id": 7}
    assert client.features.get(named, features=title).features == client.features.get(7, features=title).features
    assert client.features.get_batch([named, 8], features=title).values == (
        client.features.get_batch([7, 8], features=title).values
    )
    assert client.embeddings.get_batch([named], embedding=TEXT).status == ["complete"]
    assert len(client.embeddings.search(embedding=TEXT, id=named, k=3).hits) == 3
    with pytest.raises(featstore.InvalidCallError, match="speech_id"):
        client.features.get(wrong, features=title)
    for call in (
        lambda: client.features.get_batch([wrong], features=title),
        lambda: client.embeddings.get_batch([wrong], embedding=TEXT),
        lambda: client.embeddings.search(embedding=TEXT, id=wrong),
    ):
        with pytest.raises(featstore.BadRequestError, match="speech_id"):
            call()


def test_embeddings_in_all_forms_agree(client: featstore.Client) -> None:
    one = client.embeddings.get(7, embedding=TEXT)
    many = client.embeddings.get_batch([99_999, 7], embedding=TEXT)
    vector = one.embeddings[TEXT].vector
    assert vector is not None
    assert (len(vector), one.embeddings[TEXT].space) == (384, "minilm-l6-v2")
    assert many.embeddings[TEXT].vectors == [None, vector]
    assert many.rows[1].vectors[TEXT] == vector
    by_id = client.embeddings.search(embedding=TEXT, id=7, k=3, features=["speech_profile.title"])
    by_vector = client.embeddings.search(embedding=TEXT, vector=vector, k=4)
    assert [hit.id for hit in by_vector.hits] == [7, *(hit.id for hit in by_id.hits)]
    assert by_id.features is not None
    assert [row.id for row in by_id.features.rows] == [hit.id for hit in by_id.hits]
    assert by_vector.features is None


def test_the_registry(client: featstore.Client) -> None:
    views = client.feature_views.list()
    view = next(view for view in views if view.name == "speech_sentiment")
    assert client.feature_views.get("speech_sentiment").versions[0] == view
    version = client.feature_views.get_version("speech_sentiment", 1)
    assert sorted(feature["name"] for feature in version.features) == sorted(view.features)
    assert client.feature_views.profile("speech_sentiment").rows == 233
    with pytest.raises(featstore.NotFoundError) as caught:
        client.feature_views.drift("speech_sentiment")
    assert caught.value.code == "baseline_missing"
    services = client.feature_services.list()
    assert client.feature_services.get("party_predictor").versions[0] in services
    with pytest.raises(featstore.NotFoundError):
        client.feature_views.get("no such view/")


def test_runs(client: featstore.Client) -> None:
    runs = client.runs.list(limit=3)
    ids = [run.run_id for run in runs]
    assert len(ids) > 3
    assert len(set(ids)) == len(ids)
    assert [run.state for run in client.runs.list(view="speech_sentiment")] == ["published"]


def test_keys(client: featstore.Client, real_server: RealServer) -> None:
    issued = client.keys.create("of a test", scopes=["features:read"], limits={"batch_ids": 10})
    with featstore.Client(real_server.url, issued.key) as other:
        assert other.features.get(7, features=["speech_profile.title"]).status == "complete"
        with pytest.raises(featstore.PermissionDeniedError):
            other.feature_views.list()
        rotated = client.keys.rotate(issued.id, grace_seconds=0)
        assert client.keys.get(issued.id).replaced_by == rotated.id
        assert client.keys.update(rotated.id, name="renamed", disabled=True).state == "disabled"
        assert client.keys.revoke(rotated.id).state == "revoked"
        assert {issued.id, rotated.id} <= {key.id for key in client.keys.list()}
    with (
        featstore.Client(real_server.url, rotated.key) as revoked,
        pytest.raises(featstore.AuthenticationError),
    ):
        revoked.features.get(7)


def test_usage_and_health(client: featstore.Client) -> None:
    client.features.get(7, features=["speech_profile.title"])
    report = client.usage.get(from_=date.today().replace(day=1), by="operation")
    assert any(row["operation"] == "readFeatures" and row["requests"] > 0 for row in report.usage)
    assert report.by == "operation"
    health = client.health()
    assert health.status == "ok"
    assert health.checks["database"]["ok"] is True


async def read_all(server: RealServer) -> dict[str, Any]:
    async with featstore.AsyncClient(server.url, server.key) as client:
        return {
            "row": (await client.features.get(7, service="party_predictor")).features,
            "batch": (await client.features.get_batch(range(1, 1_500), features=["speech_profile.title"])).values,
            "stream": [
                row.features["speech_profile"]["title"]
                async for row in client.features.stream(range(1, 1_500), features=["speech_profile.title"])
            ],
            "vector": (await client.embeddings.get(7, embedding=TEXT)).embeddings[TEXT].vector,
            "vectors": (await client.embeddings.get_batch([7, 8], embedding=TEXT)).embeddings[TEXT].vectors,
            "hits": (await client.embeddings.search(embedding=TEXT, id=7, k=3)).hits,
            "views": (await client.feature_views.list()).items,
            "view": await client.feature_views.get("speech_sentiment"),
            "version": await client.feature_views.get_version("speech_sentiment", 1),
            "profile": await client.feature_views.profile("speech_sentiment"),
            "services": (await client.feature_services.list()).items,
            "service": await client.feature_services.get("party_predictor"),
            "runs": [run async for run in client.runs.list(limit=4)],
        }


def test_the_async_client_reads_the_same(client: featstore.Client, real_server: RealServer) -> None:
    import asyncio

    assert asyncio.run(read_all(real_server)) == {
        "row": client.features.get(7, service="party_predictor").features,
        "batch": client.features.get_batch(range(1, 1_500), features=["speech_profile.title"]).values,
        "stream": [
            row.features["speech_profile"]["title"]
            for row in client.features.stream(range(1, 1_500), features=["speech_profile.title"])
        ],
        "vector": client.embeddings.get(7, embedding=TEXT).embeddings[TEXT].vector,
        "vectors": client.embeddings.get_batch([7, 8], embedding=TEXT).embeddings[TEXT].vectors,
        "hits": client.embeddings.search(embedding=TEXT, id=7, k=3).hits,
        "views": client.feature_views.list().items,
        "view": client.feature_views.get("speech_sentiment"),
        "version": client.feature_views.get_version("speech_sentiment", 1),
        "profile": client.feature_views.profile("speech_sentiment"),
        "services": client.feature_services.list().items,
        "service": client.feature_services.get("party_predictor"),
        "runs": list(client.runs.list(limit=4)),
    }


def test_the_async_client_runs_on_trio(real_server: RealServer) -> None:
    trio = pytest.importorskip("trio")
    assert trio.run(read_all, real_server)["row"]["speech_profile"]["year"] == 1796
