"""Tables: exact types, and what is said about missing packages."""

from __future__ import annotations

import sys
from datetime import datetime, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

import featstore
from conftest import Calls
from featstore._frames import Frames, pandas_of, read_parquet, read_stream
from featstore._matrix import matrix_of
from featstore._request import Headers, ResponseInfo
from featstore._tables import ArrowBatch
from scripted_server import answer

if TYPE_CHECKING:
    from collections.abc import Callable

arrow = pytest.importorskip("pyarrow")
numpy = pytest.importorskip("numpy")

BIG = 2**53 + 1
TIME = datetime(2026, 1, 2, 3, 4, 5, 123456, tzinfo=timezone.utc)


def vectors(*rows: list[float] | None) -> Any:
    return arrow.array(rows, arrow.list_(arrow.float32(), 2))


TABLE = arrow.table(
    {
        "track_id": arrow.array([BIG, 2, 3], arrow.int64()),
        "a.plays": arrow.array([BIG, None, 7], arrow.int64()),
        "a.count": arrow.array([1, 2, 3], arrow.int32()),
        "a.energy": arrow.array([0.5, None, 1.0], arrow.float64()),
        "a.hit": arrow.array([True, None, False], arrow.bool_()),
        "a.live": arrow.array([True, True, False], arrow.bool_()),
        "a.at": arrow.array([TIME, None, TIME], arrow.timestamp("us", "UTC")),
        "a.title": arrow.array(["x", None, "z"], arrow.string()),
        "e.vector": vectors([1.0, 2.0], None, [3.0, 4.0]),
        "status": arrow.array(["complete", "missing", "complete"]),
        "status:a": arrow.array(["complete", "missing", "complete"]),
    }
)


INFO = ResponseInfo(200, Headers([]))


class Result(Frames):
    """A result with a table."""

    def to_arrow(self) -> Any:
        return TABLE


def stream_of(table: Any) -> bytes:
    sink = arrow.BufferOutputStream()
    with arrow.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    content: bytes = sink.getvalue().to_pybytes()
    return content


def serving(table: Any) -> Any:
    return answer(200, stream_of(table), {"content-type": "application/vnd.apache.arrow.stream"})


def test_pandas_keeps_digits_nulls_and_time_zones() -> None:
    pytest.importorskip("pandas")
    frame = Result().to_df()
    types = {name: str(kind) for name, kind in frame.dtypes.items()}
    assert types["track_id"] == "int64"
    assert types["a.plays"] == "Int64"
    assert types["a.count"] == "int32"
    assert types["a.energy"] == "float64"
    assert types["a.hit"] == "boolean"
    assert types["a.live"] == "bool"
    assert types["a.at"] == "datetime64[us, UTC]"
    assert frame["a.plays"].tolist()[::2] == [BIG, 7]
    assert frame["a.plays"].isna().tolist() == [False, True, False]
    assert frame["a.at"].tolist()[0] == TIME
    assert frame["e.vector"][0].tolist() == [1.0, 2.0]
    assert list(pandas_of(TABLE.slice(0, 0)).columns) == TABLE.column_names


def test_the_dtype_of_text_does_not_depend_on_nulls() -> None:
    pytest.importorskip("pandas")
    with_texts = arrow.table({"x": arrow.array(["a"], arrow.string())})
    without = arrow.table({"x": arrow.array([None], arrow.string())})
    assert pandas_of(with_texts).dtypes["x"] == pandas_of(without).dtypes["x"]


def test_polars_has_decimals_of_more_than_38_digits_as_texts() -> None:
    pytest.importorskip("polars")
    long = Decimal("1" * 40 + ".25")

    class LongDecimals(Frames):
        def to_arrow(self) -> Any:
            return arrow.table({"a.long": arrow.array([long, None], arrow.decimal256(50, 2))})

    assert LongDecimals().to_polars()["a.long"].to_list() == [str(long), None]


def test_polars_has_the_same_values_and_types() -> None:
    polars = pytest.importorskip("polars")
    frame = Result().to_polars()
    assert frame.schema["a.plays"] == polars.Int64
    assert frame.schema["a.at"] == polars.Datetime("us", "UTC")
    assert frame.schema["e.vector"] == polars.Array(polars.Float32, 2)
    assert frame["a.plays"].to_list() == [BIG, None, 7]
    assert frame["e.vector"].to_list() == [[1.0, 2.0], None, [3.0, 4.0]]


def test_a_matrix_has_nan_for_nulls_and_a_column_per_number() -> None:
    matrix = Result().to_numpy(["a.count", "a.energy", "a.hit", "e.vector"])
    assert matrix.dtype == numpy.float64
    nan = float("nan")
    numpy.testing.assert_array_equal(matrix, [[1, 0.5, 1, 1, 2], [2, nan, nan, nan, nan], [3, 1.0, 0, 3, 4]])
    assert matrix_of(TABLE, ["a.count", "e.vector"])[1] == ["a.count", "e.vector[0]", "e.vector[1]"]
    assert Result().to_numpy(["e.vector"]).dtype == numpy.float32
    assert Result().to_numpy(["a.count"]).dtype == numpy.int32
    assert Result().to_numpy(["track_id"]).tolist() == [[BIG], [2], [3]]


def test_slices_and_chunks_of_vectors_keep_their_rows() -> None:
    chunked = arrow.concat_tables([TABLE, TABLE]).slice(2, 3).select(["e.vector"])
    nan = float("nan")
    numpy.testing.assert_array_equal(matrix_of(chunked, ["e.vector"])[0], [[3, 4], [1, 2], [nan, nan]])
    lists = arrow.table({"x": arrow.array([[1.0], None, [2.0]], arrow.list_(arrow.float64()))})
    numpy.testing.assert_array_equal(matrix_of(lists, ["x"])[0], [[1], [nan], [2]])
    empty = arrow.table({"x": vectors(None, None)})
    assert numpy.isnan(matrix_of(empty, ["x"])[0]).all()


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        (["a.title"], "a.title holds string"),
        (["a.at"], "a.at holds timestamp"),
        (["a.plays"], "beyond 2\\^53"),
        (["track_id", "a.energy"], "track_id has integers beyond 2\\^53"),
        (["nowhere"], "no column nowhere"),
        ([], "no column selected"),
    ],
)
def test_a_matrix_refuses_what_it_cannot_hold(columns: list[str], said: str) -> None:
    with pytest.raises(featstore.InvalidCallError, match=said):
        Result().to_numpy(columns)


def test_a_matrix_refuses_lists_of_different_lengths() -> None:
    ragged = arrow.table({"x": arrow.array([[1.0], [1.0, 2.0]])})
    with pytest.raises(featstore.InvalidCallError, match="different lengths"):
        matrix_of(ragged, ["x"])


@pytest.mark.parametrize(
    ("missing", "use", "extra"),
    [
        ("pandas", Frames.to_df, "pandas"),
        ("pyarrow", Frames.to_df, "pandas"),
        ("polars", Frames.to_polars, "polars"),
        ("pyarrow", Frames.to_polars, "polars"),
        ("numpy", Frames.to_numpy, "numpy"),
        ("pyarrow", Frames.to_numpy, "numpy"),
    ],
)
def test_a_missing_package_is_named_with_its_extra(
    monkeypatch: pytest.MonkeyPatch, missing: str, use: Callable[[Frames], object], extra: str
) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    for result in (Result(), ArrowBatch((stream_of(TABLE),), INFO)):
        with pytest.raises(featstore.MissingExtraError, match=rf'{missing}: pip install "featstore-client\[{extra}\]"'):
            use(result)
    assert issubclass(featstore.MissingExtraError, ImportError)


def test_batches_are_fetched_as_arrow_streams(calls: Any, serve: Any) -> None:
    server = serve(serving(TABLE))
    batch = calls.one(
        server.url, lambda client: client.features.get_batch_arrow([BIG, 2, 3], features=["a"], metadata=True)
    )
    assert batch.to_arrow().equals(TABLE)
    assert batch.to_arrow() is batch.to_arrow()
    assert batch.to_numpy(["a.count"]).shape == (3, 1)
    (request,) = server.requests
    assert request.headers["accept"] == "application/vnd.apache.arrow.stream"
    assert request.json() == {"ids": [str(BIG), 2, 3], "features": ["a"], "metadata": True}


def test_large_batches_are_joined_in_order(calls: Any, serve: Any) -> None:
    def respond(connection: Any, received: Any) -> bool:
        ids = received.json()["ids"]
        return bool(serving(arrow.table({"id": ids, "a.b": ids}))(connection, received))

    server = serve(respond)
    batch = calls.one(server.url, lambda client: client.features.get_batch_arrow(range(2500), features=["a.b"]))
    assert batch.to_numpy()[:, 0].tolist() == list(range(2500))
    assert len(batch.streams) == len(server.requests) == 3


def test_the_table_of_a_json_batch_is_requested_once(serve: Any) -> None:
    rows = {"columns": ["a.plays"], "rows": [[str(BIG)]], "status": ["complete"], "views": ["a"]}
    server = serve(answer(200, rows), serving(TABLE))
    with featstore.Client(server.url) as client:
        batch = client.features.get_batch([BIG], features=["a"])
        assert len(server.requests) == 1
        assert batch.to_arrow().equals(TABLE)
        assert batch.to_polars().height == batch.to_arrow().num_rows
    assert len(server.requests) == 2
    assert server.requests[0].body == server.requests[1].body


def test_the_table_of_an_async_json_batch_names_the_call_to_make(serve: Any) -> None:
    calls = Calls("async")
    rows = {"columns": ["a.plays"], "rows": [["1"]], "status": ["complete"], "views": ["a"]}
    batch = calls.one(serve(answer(200, rows)).url, lambda client: client.features.get_batch([1], features=["a"]))
    with pytest.raises(featstore.InvalidCallError, match="get_batch_arrow"):
        batch.to_arrow()


def test_refuses_answers_that_are_no_arrow_stream(calls: Any, serve: Any) -> None:
    server = serve(answer(200, {}))
    with pytest.raises(featstore.UnexpectedAnswerError):
        calls.one(server.url, lambda client: client.features.get_batch_arrow([1], features=["a"]))
    for content in (b"", b"x", stream_of(TABLE)[:100]):
        with pytest.raises(featstore.UnexpectedAnswerError):
            read_stream(content)


def test_other_formats_have_no_exact_types() -> None:
    with pytest.raises(featstore.InvalidCallError, match="parquet"):
        read_parquet([b"a,b"], "csv")


def test_vectors_and_hits_become_tables(calls: Any, serve: Any) -> None:
    embedding = {"space": "s", "dimensions": 2, "metric": "cosine"}
    batch_body = {
        "ids": [1, 2],
        "embeddings": {"e.v": {**embedding, "vectors": ["AACAPwAAAEA=", None]}},
        "status": ["complete", "missing"],
        "views": ["e"],
        "statuses": [["complete"], ["missing"]],
    }
    batch = calls.one(serve(answer(200, batch_body)).url, lambda client: client.embeddings.get_batch([1, 2]))
    assert batch.to_arrow().to_pydict() == {"id": [1, 2], "e.v": [[1.0, 2.0], None], "status": ["complete", "missing"]}
    assert batch.to_numpy().shape == (2, 2)
    hits_body = {
        **embedding,
        "embedding": "e.v",
        "method": "exact",
        "generation": 1,
        "hits": [{"id": {"x": "a", "n": 1}, "score": 0.5, "distance": 0.5}],
    }
    hits = calls.one(serve(answer(200, hits_body)).url, lambda client: client.embeddings.search(embedding="e.v", id=1))
    assert hits.to_arrow().to_pydict() == {"x": ["a"], "n": [1], "score": [0.5], "distance": [0.5]}
