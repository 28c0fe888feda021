"""The transformer in pipelines, and by scikit-learn's own checks."""

from __future__ import annotations

import pickle
import warnings
from typing import Any

import pytest

import featstore

arrow = pytest.importorskip("pyarrow")
numpy = pytest.importorskip("numpy")
pandas = pytest.importorskip("pandas")
pytest.importorskip("sklearn")

from sklearn.base import clone  # noqa: E402
from sklearn.linear_model import LinearRegression  # noqa: E402
from sklearn.pipeline import make_pipeline  # noqa: E402
from sklearn.utils.estimator_checks import check_estimator  # noqa: E402

import featstore.sklearn as module  # noqa: E402
from featstore.sklearn import FeatstoreTransformer  # noqa: E402

NAMES = ["a.x", "e.v"]
STATUSES: dict[float, str] = {99: "unknown_entity", 98: "partial"}


class Batch:
    """A batch whose features are made from the ids."""

    def __init__(self, ids: list[Any]) -> None:
        numbers = [float(each["track_id"] if isinstance(each, dict) else each) for each in ids]
        vectors = arrow.array([[number, -number] for number in numbers], arrow.list_(arrow.float32(), 2))
        self._table = arrow.table(
            {
                "track_id": [str(each) for each in ids],
                "a.x": arrow.array([None if number == 404 else number for number in numbers], arrow.float64()),
                "e.v": vectors,
                "a.text": ["t"] * len(ids),
                "status": [STATUSES.get(number, "complete") for number in numbers],
                "status:a": [STATUSES.get(number, "complete") for number in numbers],
                "status:e": ["expired" if number == 98 else "complete" for number in numbers],
            }
        )

    def to_arrow(self) -> Any:
        return self._table


class FakeClient:
    """A client that counts its reads."""

    def __init__(self) -> None:
        self.features = self
        self.reads: list[list[Any]] = []

    def get_batch_arrow(self, ids: list[Any], **options: Any) -> Any:
        self.reads.append(list(ids))
        table = Batch(list(ids)).to_arrow()
        wanted = options["features"]
        keep = [name for name in table.column_names if "." not in name or wanted is None or name in wanted]
        batch = Batch(list(ids))
        batch._table = table.select(keep)
        return batch

    def close(self) -> None:
        pass


def transformer(**options: Any) -> Any:
    return FeatstoreTransformer(**{"features": NAMES, "client": FakeClient(), **options})


@pytest.mark.parametrize(
    "ids",
    [
        [1, 404, 3],
        numpy.array([1, 404, 3]),
        numpy.array([[1], [404], [3]]),
        pandas.Series([1, 404, 3]),
        pandas.DataFrame({"any": [1, 404, 3]}),
        arrow.table({"any": [1, 404, 3]}),
    ],
)
def test_ids_become_a_numeric_matrix(ids: Any) -> None:
    step = transformer()
    matrix = step.fit_transform(ids)
    numpy.testing.assert_array_equal(matrix, [[1, 1, -1], [numpy.nan, 404, -404], [3, 3, -3]])
    assert matrix.dtype == numpy.float64
    assert step.get_feature_names_out().tolist() == ["a.x", "e.v[0]", "e.v[1]"]
    assert step.client.reads == [[1], [1, 404, 3]]


def test_a_frame_that_has_the_features_is_not_read_again() -> None:
    past = pandas.DataFrame({"track_id": [1, 2], "a.x": [10.0, 20.0], "e.v": [numpy.float32([1, 2])] * 2})
    step = transformer(key="track_id")
    numpy.testing.assert_array_equal(step.fit_transform(past), [[10, 1, 2], [20, 1, 2]])
    assert step.client.reads == []
    numpy.testing.assert_array_equal(step.transform([7]), [[7, 7, -7]])
    numpy.testing.assert_array_equal(step.transform(pandas.DataFrame({"z": [0], "track_id": [8]})), [[8, 8, -8]])


def test_a_frame_with_only_some_features_is_refused_instead_of_mixing_past_and_present() -> None:
    past = pandas.DataFrame({"track_id": [1], "a.x": [10.0]})
    for options in ({}, {"features": None, "service": "s"}):
        with pytest.raises(featstore.InvalidCallError, match=r"only some of the features: add e\.v"):
            transformer(key="track_id", **options).fit(past)
    with pytest.raises(featstore.InvalidCallError, match="only some"):
        transformer(key="track_id").fit([1]).transform(past)


def test_names_come_from_the_server_if_a_service_selects_them() -> None:
    step = transformer(features=None, service="s", frame=True).fit([1])
    assert step.get_feature_names_out().tolist() == ["a.x", "e.v", "a.text"]


def test_a_frame_has_texts_and_the_index_of_the_input() -> None:
    frame = transformer(features=["a.text"], frame=True).fit_transform(pandas.DataFrame({"id": [1, 2]}, index=[7, 8]))
    assert frame.index.tolist() == [7, 8]
    assert frame["a.text"].tolist() == ["t", "t"]
    with pytest.raises(featstore.InvalidCallError, match=r"a\.text holds string"):
        transformer(features=["a.text"]).fit([1])


def test_set_output_gives_a_frame_of_the_matrix() -> None:
    frame = transformer().set_output(transform="pandas").fit_transform([1, 2])
    assert list(frame.columns) == ["a.x", "e.v[0]", "e.v[1]"]


def test_keys_of_several_parts_come_from_columns() -> None:
    step = transformer(key=["track_id", "day"])
    step.fit_transform(pandas.DataFrame({"day": ["m"], "track_id": [5]}))
    step.transform(numpy.array([[6, "t"]], dtype=object))
    assert step.client.reads[1:] == [[{"track_id": 5, "day": "m"}], [{"track_id": 6, "day": "t"}]]


UNCLEAR = [pandas.DataFrame({"a": [1], "b": [2]}), numpy.zeros((2, 2)), numpy.zeros((1, 1, 1)), []]


@pytest.mark.parametrize("ids", UNCLEAR)
def test_unclear_ids_are_refused(ids: Any) -> None:
    with pytest.raises(featstore.InvalidCallError):
        transformer().fit(ids)


def test_a_pipeline_fits_on_the_past_and_predicts_from_ids() -> None:
    past = pandas.DataFrame({"a.x": [1.0, 2.0, 3.0], "e.v": [[1.0, -1.0], [2.0, -2.0], [3.0, -3.0]]})
    model = make_pipeline(transformer(), LinearRegression()).fit(past, [2.0, 4.0, 6.0])
    numpy.testing.assert_allclose(model.predict([5, 6]), [10, 12])


def test_clones_share_the_client_and_pickles_leave_it_out(monkeypatch: pytest.MonkeyPatch) -> None:
    key = "fs_secret-of-this-test"
    with featstore.Client("http://127.0.0.1:9", key) as client:
        step = FeatstoreTransformer(NAMES, client=client)
        cloned: Any = clone(step)
        assert cloned.client is client
        text = pickle.dumps(step)
        assert key.encode() not in text
        assert key not in repr(step)
    restored = pickle.loads(text)
    assert (restored.client, restored.features) == (None, NAMES)
    monkeypatch.setattr(module, "Client", FakeClient)
    assert restored.fit_transform([1]).shape == (1, 3)


class FirstColumn(FeatstoreTransformer):
    """Takes the first column of an array for the ids, because scikit-learn's checks send several."""

    def _ids_of(self, X: Any, table: Any) -> list[Any]:  # noqa: N803
        several = table is None and getattr(X, "ndim", 1) == 2 and not hasattr(X, "toarray")
        return super()._ids_of(X[:, :1] if several else X, table)


def test_scikit_learns_own_checks_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "Client", FakeClient)
    columns = "X may have other columns at predict than at fit: the ids instead of a training set"
    check_estimator(FirstColumn("a.x"), on_skip=None, expected_failed_checks={"check_transformer_general": columns})


@pytest.mark.parametrize(("option", "id", "status"), [("unknown", 99, "unknown_entity"), ("expired", 98, "expired")])
def test_rows_without_values_warn_raise_or_stay_silent(option: str, id: int, status: str) -> None:
    with pytest.warns(UserWarning, match=rf"1 of 2 ids .* {status}.*: {id}"):
        assert transformer().fit([1]).transform([7, id]).shape == (2, 3)
    with pytest.raises(featstore.InvalidCallError, match=status):
        transformer(**{option: "raise"}).fit([1]).transform([7, id])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        transformer(**{option: "nan"}).fit([1]).transform([7, id])
    with pytest.raises(featstore.InvalidCallError, match=option):
        transformer(**{option: "ignore"}).fit([1])
