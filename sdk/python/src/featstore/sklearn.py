"""A transformer of scikit-learn that turns ids into features."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Literal

from ._errors import InvalidCallError
from ._extras import need
from ._frames import pandas_of
from ._matrix import matrix_of
from ._training.spine import table_of
from .client import Client

need("sklearn", "sklearn")

from sklearn.base import BaseEstimator, TransformerMixin  # noqa: E402
from sklearn.utils.validation import check_is_fitted  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy
    import pandas
    import pyarrow


class FeatstoreTransformer(TransformerMixin, BaseEstimator):  # type: ignore[misc, unused-ignore]
    """Turns ids into a numeric matrix of their features, as the first step of a pipeline.

    `X` is a list or an array of ids, or a frame. A frame that has the columns of the features already, such as that of
    a training set, is used as it is: so a pipeline is fitted with the values of the past, and predicts with those that
    the server has now. From any other frame, the columns `key` are read, by default the only column.

    `features` or `service` selects the features, as in `client.features.get_batch`. `client` is a `featstore.Client`;
    the default has `FEATSTORE_URL` and `FEATSTORE_API_KEY`. Clones share it, and pickles leave it out, so that a stored
    model holds no key. With `frame=True`, the result is a pandas frame, which may hold texts too. A vector becomes a
    column per number, and a missing value is NaN.

    `unknown` says what happens if the server does not know an entity, and `expired` if values are older than their
    view's `ttl`. Both give rows of NaN: `"warn"`, the default, with a warning, and `"nan"` without; `"raise"` raises
    `InvalidCallError`.

    >>> from featstore.sklearn import FeatstoreTransformer  # doctest: +SKIP
    >>> model = make_pipeline(  # doctest: +SKIP
    ...     FeatstoreTransformer(["speech_language.words"], key="speech_id"), HistGradientBoostingRegressor()
    ... )
    >>> model.fit(training_set.to_df(), labels).predict([7, 8])  # doctest: +SKIP
    """

    def __init__(
        self,
        features: str | Sequence[str] | None = None,
        *,
        service: str | None = None,
        entity: str | None = None,
        key: str | Sequence[str] | None = None,
        client: Client | None = None,
        frame: bool = False,
        unknown: Literal["warn", "nan", "raise"] = "warn",
        expired: Literal["warn", "nan", "raise"] = "warn",
    ) -> None:
        self.features = features
        self.service = service
        self.entity = entity
        self.key = key
        self.client = client
        self.frame = frame
        self.unknown = unknown
        self.expired = expired

    def fit(self, X: object, y: object = None) -> FeatstoreTransformer:  # noqa: N803
        """Finds the columns of the features, for which it may read one entity. Errors: those of a read."""
        table = table_of(X)
        named = self._named_features()
        if named is not None and table is not None and _is_ready(table, named):
            names, sample = named, table.slice(0, 1)
        else:
            ids = self._ids_of(X, table)
            if not ids:
                raise InvalidCallError("X is empty: fit needs an id")
            sample = self._read(ids[:1])
            names = [name for name in sample.column_names if "." in name.partition(":")[0]]
            if table is not None:
                _is_ready(table, names)
        self.feature_columns_ = names
        self.feature_names_out_ = names if self.frame else matrix_of(sample, names, floating=True)[1]
        return self

    def transform(self, X: object) -> numpy.ndarray[Any, Any] | pandas.DataFrame:  # noqa: N803
        """Returns the features of each row of X.

        Errors: those of a read; `InvalidCallError` for columns of text, and as `unknown` and `expired` say.
        """
        check_is_fitted(self)
        table = table_of(X)
        if table is None or not _is_ready(table, self.feature_columns_):
            table = self._read(self._ids_of(X, table))
        if self.frame:
            frame = pandas_of(table.select(self.feature_columns_))
            index = getattr(X, "index", None)
            return frame if index is None or callable(index) else frame.set_axis(index, axis=0)
        matrix, names = matrix_of(table, self.feature_columns_, floating=True)
        if names != self.feature_names_out_:
            raise InvalidCallError(f"X has {len(names)} numbers per row, and fit found {len(self.feature_names_out_)}")
        return matrix

    def get_feature_names_out(self, input_features: object = None) -> numpy.ndarray[Any, Any]:
        """Returns the names of the result's columns, `view.feature`."""
        check_is_fitted(self)
        names: numpy.ndarray[Any, Any] = need("numpy", "sklearn").asarray(self.feature_names_out_, dtype=object)
        return names

    def _named_features(self) -> list[str] | None:
        """Returns the columns if each feature is named; None if a view or a service names them."""
        features = [self.features] if isinstance(self.features, str) else list(self.features or ())
        names = [_without_version(feature) for feature in features if "." in feature]
        return names if features and len(names) == len(features) else None

    def _read(self, ids: Sequence[Any]) -> pyarrow.Table:
        client = self.client if self.client is not None else Client()
        try:
            batch = client.features.get_batch_arrow(
                ids, features=self.features, service=self.service, entity=self.entity
            )
        finally:
            if self.client is None:
                client.close()
        table = batch.to_arrow()
        _report(table, ids, "unknown_entity", "unknown", self.unknown)
        _report(table, ids, "expired", "expired", self.expired)
        return table.rename_columns([_without_version(name) for name in table.column_names])

    def _ids_of(self, X: object, table: pyarrow.Table | None) -> list[Any]:  # noqa: N803
        key = [self.key] if isinstance(self.key, str) else list(self.key or ())
        if table is not None:
            names = key or list(table.column_names)
            if not _has(table, names) or (not key and len(names) != 1):
                known = ", ".join(table.column_names)
                raise InvalidCallError(f"Pass key, the column of the ids: the columns of X are {known}")
            rows = table.select(names)
            found: list[Any] = rows.column(0).to_pylist() if len(names) == 1 else rows.to_pylist()
            return found
        if hasattr(X, "toarray"):
            raise TypeError("Sparse input is not supported: X must have ids")
        values = need("numpy", "sklearn").asarray(X, dtype=object)
        if values.ndim == 2 and values.shape[1] == 1:
            values = values[:, 0]
        if values.ndim == 2 and values.shape[1] == len(key):
            return [dict(zip(key, row, strict=True)) for row in values.tolist()]
        if values.ndim != 1:
            raise InvalidCallError(
                f"X must be a list of ids, a frame, or an array with a column per part of the key, got the shape "
                f"{values.shape}"
            )
        ids: list[Any] = values.tolist()
        return ids

    def __sklearn_clone__(self) -> FeatstoreTransformer:
        return type(self)(**self.get_params(deep=False))

    def __getstate__(self) -> dict[str, Any]:
        state: Any = super().__getstate__()
        return {**state, "client": None}

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.no_validation = True
        tags.input_tags.string = True
        tags.input_tags.allow_nan = False
        return tags


def _report(table: pyarrow.Table, ids: Sequence[Any], status: str, option: str, choice: str) -> None:
    """Warns of the rows in which a view has the status, or raises `InvalidCallError`, as `choice` says."""
    if choice not in ("warn", "nan", "raise"):
        raise InvalidCallError(f'{option} is "warn", "nan" or "raise", got {choice!r}')
    if choice == "nan":
        return
    columns = [table[name].to_pylist() for name in table.column_names if name.partition(":")[0] == "status"]
    found = [each for each, statuses in zip(ids, zip(*columns, strict=True), strict=True) if status in statuses]
    if not found:
        return
    shown = ", ".join(map(repr, found[:3])) + (", …" if len(found) > 3 else "")
    message = f"{len(found)} of {len(ids)} ids have the status {status}, so their values are NaN: {shown}"
    if choice == "raise":
        raise InvalidCallError(message)
    warnings.warn(f'{message}. Pass {option}="raise" or {option}="nan".', stacklevel=4)


def _is_ready(table: pyarrow.Table, features: Sequence[str]) -> bool:
    """Whether a table has the features. Errors: `InvalidCallError` if it has only some.

    The values of now would then be mixed with those of the past.
    """
    missing = [name for name in features if name not in table.column_names]
    if missing and len(missing) < len(features):
        raise InvalidCallError(f"X has only some of the features: add {', '.join(missing)}, or leave out the others")
    return not missing


def _has(table: pyarrow.Table, names: Sequence[str]) -> bool:
    return set(names) <= set(table.column_names)


def _without_version(name: str) -> str:
    """Returns `view.feature` for `view@2.feature`, as training sets name it."""
    view, at, rest = name.partition("@")
    return f"{view}.{rest.partition('.')[2]}" if at and "." in rest else name
