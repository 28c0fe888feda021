"""Training sets: spines, waiting, and errors."""

from __future__ import annotations

import io
import json
from datetime import date, datetime, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

import featstore
from featstore._training import answers
from scripted_server import answer, close, problem

if TYPE_CHECKING:
    from pathlib import Path

ROWS = [{"track_id": 1, "as_of": "2026-03-01T00:00:00Z"}]
CSV = b"track_id,as_of\n1,2026-03-01T00:00:00Z\n"


def document(state: str, **more: Any) -> dict[str, Any]:
    return {
        "id": "t1",
        "state": state,
        "created_at": "2026-01-01T00:00:00Z",
        "started_at": None,
        "finished_at": None,
        "progress": {"rows": 0, "spine_rows": 1},
        "failure": None,
        "data": None,
        "manifest": None,
        **more,
    }


RUNNING = answer(202, document("running"))
MANIFEST = {
    "options": {"format": "parquet", "labelColumn": "hit"},
    "columns": [
        {"name": "track_id", "role": "key", "type": "int64"},
        {"name": "hit", "role": "passthrough", "type": "int64"},
        {"name": "a.b", "role": "feature", "type": "int32"},
        {"name": "label.a.b", "role": "label", "type": "int32"},
    ],
    "result": {"bytes": 3, "sha256": "0" * 64, "rows": 1},
}
FINISHED = answer(200, document("finished", manifest=MANIFEST))


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "FIRST_PAUSE", 0.001)


def test_sends_rows_as_json_lines_with_all_digits(calls: Any, serve: Any) -> None:
    server = serve(RUNNING)
    row = {
        "track_id": 2**60,
        "as_of": datetime(2026, 3, 1, tzinfo=timezone.utc),
        "day": date(2026, 3, 1),
        "price": Decimal("12.50"),
        "missing": float("nan"),
        "none": None,
        "list": [1, 2.5],
        "text": "é",
    }
    calls.one(server.url, lambda client: client.training_sets.create([row], features=["a.b", "c"]))
    (request,) = server.requests
    assert request.headers["content-type"] == "application/x-ndjson"
    assert json.loads(request.body) == {
        "track_id": str(2**60),
        "as_of": "2026-03-01T00:00:00+00:00",
        "day": "2026-03-01",
        "price": "12.50",
        "missing": None,
        "none": None,
        "list": [1, 2.5],
        "text": "é",
    }
    assert parse_qs(urlsplit(request.path).query) == {"features": ["a.b,c"]}


def test_writes_the_options_as_the_server_reads_them(calls: Any, serve: Any) -> None:
    server = serve(RUNNING)
    calls.one(
        server.url,
        lambda client: client.training_sets.create(
            CSV,
            spine_format="csv",
            service="reader",
            entity="track",
            as_of_column="at",
            time_zone="Europe/Berlin",
            columns=["x", "y"],
            labels=["later=a.b@7d", "c.d@12h"],
            label_column="hit",
            allow_leakage="because",
            split="group:artist:train=0.8,test=0.2",
            reuse=True,
            format="csv",
            idempotency_key="k",
        ),
    )
    (request,) = server.requests
    assert {name: value for name, (value,) in parse_qs(urlsplit(request.path).query).items()} == {
        "service": "reader",
        "entity": "track",
        "as_of_column": "at",
        "time_zone": "Europe/Berlin",
        "columns": "x,y",
        "labels": "later=a.b@7d,c.d@12h",
        "label_column": "hit",
        "allow_leakage": "because",
        "split": "group:artist:train=0.8,test=0.2",
        "reuse": "true",
        "format": "csv",
    }
    assert (request.body, request.headers["content-type"]) == (CSV, "text/csv")
    assert request.headers["idempotency-key"] == "k"


def test_takes_paths_open_files_and_parquet_bytes(calls: Any, serve: Any, tmp_path: Path) -> None:
    server = serve(RUNNING)
    path = tmp_path / "spine.csv"
    path.write_bytes(CSV)
    calls.all(
        server.url,
        lambda client: client.training_sets.create(path, features="a"),
        lambda client: client.training_sets.create(str(path), features="a"),
        lambda client: client.training_sets.create(io.BytesIO(CSV), spine_format="csv", features="a"),
        lambda client: client.training_sets.create(b"PAR1data", features="a"),
    )
    assert [request.body for request in server.requests] == [CSV, CSV, CSV, b"PAR1data"]
    kinds = [request.headers["content-type"] for request in server.requests]
    assert kinds == ["text/csv", "text/csv", "text/csv", "application/vnd.apache.parquet"]


def test_takes_frames_as_parquet(calls: Any, serve: Any) -> None:
    pandas = pytest.importorskip("pandas")
    polars = pytest.importorskip("polars")
    parquet = pytest.importorskip("pyarrow.parquet")
    server = serve(RUNNING)
    columns = {"track_id": [2**60, None], "as_of": [datetime(2026, 3, 1, tzinfo=timezone.utc)] * 2}
    pandas_frame = pandas.DataFrame({**columns, "track_id": pandas.array(columns["track_id"], dtype="Int64")})
    frame = polars.DataFrame(columns)
    calls.all(
        server.url,
        lambda client: client.training_sets.create(pandas_frame, features="a"),
        lambda client: client.training_sets.create(frame, features="a"),
        lambda client: client.training_sets.create(frame.lazy(), features="a"),
        lambda client: client.training_sets.create(frame.to_arrow(), features="a"),
    )
    for request in server.requests:
        table = parquet.read_table(io.BytesIO(request.body))
        assert table.column_names == ["track_id", "as_of"]
        assert table.column("track_id").to_pylist() == [2**60, None]
    assert len(server.requests) == 4


@pytest.mark.parametrize(
    ("spine", "options", "said"),
    [
        ({"track_id": [1]}, {}, "a list of rows"),
        ([1], {}, "Row 0 of the spine must be a mapping"),
        ([{"track_id": object()}], {}, "Row 0, track_id"),
        (CSV, {}, "spine_format"),
        ("nowhere.csv", {}, "cannot be read"),
        ("spine.xlsx", {}, "spine_format"),
        (ROWS, {"columns": ["a,b"]}, "cannot contain a comma"),
    ],
)
def test_refuses_unusable_spines_without_a_request(
    calls: Any, serve: Any, spine: Any, options: dict[str, Any], said: str
) -> None:
    server = serve(RUNNING)
    with pytest.raises(featstore.InvalidCallError, match=said):
        calls.one(server.url, lambda client: client.training_sets.create(spine, features="a", **options))
    assert server.requests == []


def test_refuses_frames_whose_columns_mix_types(calls: Any, serve: Any) -> None:
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    server = serve(RUNNING)
    frame = pandas.DataFrame({"track_id": [1, "x"], "as_of": ["2026-03-01T00:00:00Z"] * 2})
    with pytest.raises(featstore.InvalidCallError, match="track_id"):
        calls.one(server.url, lambda client: client.training_sets.create(frame, features="a"))
    assert server.requests == []


def test_waits_until_it_is_finished_also_while_the_server_is_away(calls: Any, serve: Any) -> None:
    server = serve(
        RUNNING,
        problem(503, "starting"),
        close(),
        answer(200, document("running", progress={"rows": 5, "spine_rows": 9})),
        FINISHED,
    )
    seen: list[int] = []

    async def waited(created: Any) -> Any:
        return await (await created).wait(lambda progress: seen.append(progress.rows))

    def create_and_wait(client: Any) -> Any:
        created = client.training_sets.create(ROWS, features="a")
        if calls.is_async:
            return waited(created)
        return created.wait(lambda progress: seen.append(progress.rows))

    finished = calls.one(server.url, create_and_wait, retries=0)
    assert (finished.state, finished.sha256, finished.format) == ("finished", "0" * 64, "parquet")
    assert (finished.features, finished.labels) == (["a.b"], ["label.a.b", "hit"])
    assert seen == [5, 0]


@pytest.mark.parametrize("state", ["failed", "cancelled", "deleted"])
def test_a_wait_ends_with_an_error_if_there_is_no_result(serve: Any, state: str) -> None:
    errors = [{"path": "a.b", "detail": "equals the label"}]
    failure = {"code": "training_set_leaks", "detail": "It leaks.", "errors": errors} if state == "failed" else None
    server = serve(RUNNING, answer(200, document(state, failure=failure)))
    with featstore.Client(server.url) as client:
        created = client.training_sets.create(ROWS, features="a")
        with pytest.raises(featstore.TrainingSetFailedError) as caught:
            created.wait()
    assert caught.value.id == "t1"
    assert caught.value.code == ("training_set_leaks" if state == "failed" else state)
    assert caught.value.errors == (errors if state == "failed" else [])


def test_a_wait_gives_up_on_errors_that_do_not_pass(serve: Any) -> None:
    for script, expected in (
        (problem(404, "training_set_not_found"), featstore.NotFoundError),
        (problem(503, "starting"), featstore.UnavailableError),
    ):
        server = serve(RUNNING, script)
        with featstore.Client(server.url, retries=0) as client:
            created = client.training_sets.create(ROWS, features="a")
            with pytest.raises(expected, match="training set t1") as caught:
                created.wait(every=0.001)
        again = 'client.training_sets.get("t1").wait()' in str(caught.value)
        assert again == (expected is featstore.UnavailableError)
        assert len(server.requests) == (2 if expected is featstore.NotFoundError else 12)


def test_refuses_a_file_before_it_is_finished(serve: Any, tmp_path: Path) -> None:
    server = serve(RUNNING)
    with featstore.Client(server.url) as client:
        created = client.training_sets.create(ROWS, features="a")
        for use in (created.read, lambda: created.download(tmp_path / "x"), created.to_df):
            with pytest.raises(featstore.InvalidCallError, match=r"call wait\(\) first"):
                use()
    assert len(server.requests) == 1


def test_reads_reruns_cancels_and_deletes_by_id(calls: Any, serve: Any) -> None:
    server = serve(RUNNING)

    async def each(client: Any) -> None:
        found = await client.training_sets.get("a/b")
        await client.training_sets.rerun("t1")
        for method in (found.refresh, found.cancel, found.delete):
            await method()

    def each_sync(client: Any) -> None:
        found = client.training_sets.get("a/b")
        client.training_sets.rerun("t1")
        for method in (found.refresh, found.cancel, found.delete):
            method()

    calls.one(server.url, each if calls.is_async else each_sync)
    assert [(request.method, request.path) for request in server.requests] == [
        ("GET", "/api/training-sets/a%2Fb"),
        ("POST", "/api/training-sets"),
        ("GET", "/api/training-sets/t1"),
        ("POST", "/api/training-sets/t1/cancel"),
        ("DELETE", "/api/training-sets/t1"),
    ]
    assert server.requests[1].json() == {"rerun": "t1"}
    for id in ("", "..", 7):
        with pytest.raises(featstore.InvalidCallError):
            calls.one(server.url, lambda client, id=id: client.training_sets.get(id))


def test_a_pages_answer_is_not_a_training_set(calls: Any, serve: Any) -> None:
    server = serve(answer(200, {"hello": "world"}))
    with pytest.raises(featstore.UnexpectedAnswerError):
        calls.one(server.url, lambda client: client.training_sets.get("t1"))


def test_decimals_get_the_narrowest_type() -> None:
    arrow = pytest.importorskip("pyarrow")
    table = arrow.table({"a.p": arrow.array(["1.5", None, "-123.25"]), "a.t": arrow.array(["1.5", "2", "3"])})
    columns = [{"name": "a.p", "type": "decimal"}, {"name": "a.t", "type": "string"}]
    converted = answers.with_decimals(table, {"columns": columns})
    assert converted.column("a.p").to_pylist() == [Decimal("1.50"), None, Decimal("-123.25")]
    assert str(converted.column("a.p").type) == "decimal128(5, 2)"
    assert converted.column("a.t").type == arrow.string()
