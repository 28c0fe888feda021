"""Feast's names for reads, searches and training sets from a server.

>>> from featstore import FeatureStore  # doctest: +SKIP
>>> store = FeatureStore("http://localhost:8080", api_key)  # doctest: +SKIP
>>> store.get_online_features(["speech_sentiment:sentiment"], [{"speech_id": 7}]).to_dict()  # doctest: +SKIP
{'speech_id': [7], 'sentiment': ['positive']}
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

from ._errors import InvalidCallError
from ._extras import need
from ._feast.documents import OnlineDocuments, metric_of, vector_and_features, vector_of_query
from ._feast.historical import HistoricalFeatures, spine_of
from ._feast.names import Names, reference_of
from ._feast.online import OnlineFeatures, entity_rows_of, split_rows
from ._feast.registry import DataSource, Entity, entities_of, sources_of
from .client import Client
from .feature_services import FeatureService
from .feature_views import view_request

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas
    import polars
    import pyarrow
    from typing_extensions import Unpack

    from ._answer import Items
    from ._request import CallKeywords, Response
    from ._settings import ClientKeywords
    from .feature_views import FeatureView, FeatureViewSummary

Features: TypeAlias = "Sequence[str] | FeatureService"
"""`["view:feature"]`, also `["view.feature"]` or whole views, or a service of `get_feature_service`."""


class FeatureStore(Client):
    """A `Client` with Feast's method names. Values come with their types, so it needs `featstore-client[pandas]`.

    Features are computed and published by the server, so there is nothing to materialize, push or apply from here.
    """

    def __init__(
        self,
        url: str | None = None,
        api_key: str | None = None,
        *,
        repo_path: object = None,
        config: object = None,
        fs_yaml_file: object = None,
        **options: Unpack[ClientKeywords],
    ) -> None:
        """Takes the options of `Client`. Errors: `InvalidCallError` for those of a repository in a folder."""
        if (repo_path, config, fs_yaml_file) != (None, None, None):
            raise InvalidCallError(
                "The repository of features is on the server, not in a folder: leave out repo_path, config and "
                'fs_yaml_file, and pass FeatureStore("http://localhost:8080", api_key), or set FEATSTORE_URL and '
                "FEATSTORE_API_KEY"
            )
        super().__init__(url, api_key, **options)

    def get_online_features(
        self,
        features: Features,
        entity_rows: Sequence[Mapping[str, Any]] | Mapping[str, Sequence[Any]],
        full_feature_names: bool = False,
        **call: Unpack[CallKeywords],
    ) -> OnlineFeatures:
        """Reads the features of many entities. An unknown entity has None in each feature.

        `entity_rows` are rows such as `{"speech_id": 7}`, or columns; with a service, they may hold its inputs.
        Features have the names of Feast, `feature`, or `view__feature` with `full_feature_names`.

        Errors: `InvalidCallError` if two features would have the same name, or the rows name another key than the
        entity has.

        >>> store.get_online_features(["speech_sentiment:sentiment"], [{"speech_id": 7}]).to_df()  # doctest: +SKIP
        """
        need("pyarrow", "pandas")
        rows = entity_rows_of(entity_rows)
        input_names: list[str] = []
        if isinstance(features, FeatureService):
            input_names = [str(each["name"]) for each in features.inputs]
            ids, inputs = split_rows(rows, input_names)
            service = f"{features.name}@{features.version}"
            batch = self.features.get_batch_arrow(ids, service=service, inputs_by_row=inputs, **call)
        else:
            ids, _ = split_rows(rows, [])
            batch = self.features.get_batch_arrow(ids, features=_references(features), **call)
        given = [name for name in rows[0] if name not in input_names] if rows else []
        return OnlineFeatures(batch.to_arrow(), Names(full_feature_names), given)

    def retrieve_online_documents(
        self,
        *,
        query: Iterable[float],
        top_k: int,
        feature: str | None = None,
        features: Sequence[str] | None = None,
        distance_metric: str | None = None,
        full_feature_names: bool = False,
        **call: Unpack[CallKeywords],
    ) -> OnlineDocuments:
        """Finds the `top_k` entities with the vectors that are nearest to `query`, nearest first.

        `feature` is the vector that is compared, `"view:feature"`, or the first of `features`; the others are returned
        too. The metric is that of the vector's space by default, not L2; another one compares all vectors.
        `distance` is 1 - cosine, the Euclidean distance, or the negative inner product.

        Errors: `InvalidCallError` for a text as query; `BadRequestError` if the vector has another length.

        >>> store.retrieve_online_documents(  # doctest: +SKIP
        ...     feature="speech_embeddings:text", features=["speech_profile:title"], query=vector, top_k=3
        ... ).to_df()
        """
        need("pyarrow", "pandas")
        vector, others = vector_and_features(feature, features)
        hits = self.embeddings.search(
            embedding=reference_of(vector),
            vector=vector_of_query(query),
            k=top_k,
            metric=metric_of(distance_metric),
            **call,
        )
        ids = [hit.id for hit in hits.hits]
        chosen = _references([vector, *others])
        batch = self.features.get_batch_arrow(ids, features=chosen, **call) if ids else None
        return OnlineDocuments(hits, batch, Names(full_feature_names))

    def get_historical_features(
        self,
        entity_df: pandas.DataFrame | polars.DataFrame | pyarrow.Table,
        features: Features,
        full_feature_names: bool = False,
        **call: Unpack[CallKeywords],
    ) -> HistoricalFeatures:
        """Starts a training set: the features as they were known at the time of each row.

        `entity_df` has the keys, the column `event_timestamp` (times without a zone are in UTC), and any other columns,
        which are returned unchanged. A service's inputs come from columns of their names. The rows keep their order.

        Errors: `BadRequestError` for rows with errors; `TrainingSetFailedError` when the result is read.

        >>> store.get_historical_features(entity_df, ["speech_sentiment:sentiment"]).to_df()  # doctest: +SKIP
        """
        spine = spine_of(entity_df)
        chosen: dict[str, Any] = (
            {"service": f"{features.name}@{features.version}"}
            if isinstance(features, FeatureService)
            else {"features": _references(features)}
        )
        training_set = self.training_sets.create(
            spine, as_of_column="event_timestamp", time_zone="UTC", **chosen, **call
        )
        return HistoricalFeatures(training_set, list(spine.column_names), Names(full_feature_names))

    def list_feature_views(self, **call: Unpack[CallKeywords]) -> Items[FeatureViewSummary]:
        """Lists the promoted version of every feature view that the key may read."""
        return self.feature_views.list(**call)

    def get_feature_view(self, name: str, **call: Unpack[CallKeywords]) -> FeatureView:
        """Gets a feature view. Errors: `NotFoundError`."""
        return self.feature_views.get(name, **call)

    def list_entities(self, **call: Unpack[CallKeywords]) -> list[Entity]:
        """Lists the entities of the promoted views that the key may read, by name.

        >>> [(each.name, each.join_keys) for each in store.list_entities()]  # doctest: +SKIP
        [('speaker', ['speaker']), ('speech', ['speech_id'])]
        """
        views = self.feature_views.list(**call)
        one_of_each = {view.entity: view for view in reversed(views)}
        return entities_of(self._definitions(list(one_of_each.values()), call))

    def list_data_sources(self, **call: Unpack[CallKeywords]) -> list[DataSource]:
        """Lists the tables and queries of the promoted views that the key may read, and of their entities, by name.

        It reads the definition of each view, four at a time. A source that is extended by another one counts as two.
        """
        return sources_of(self._definitions(self.feature_views.list(**call), call))

    def _definitions(self, views: Sequence[FeatureViewSummary], call: CallKeywords) -> list[Response]:
        requests = [view_request(view.name, f"/versions/{view.version}", {}, call) for view in views]
        return self._transport.send_all(requests) if requests else []

    def list_feature_services(self, **call: Unpack[CallKeywords]) -> Items[FeatureService]:
        """Lists every version of every feature service that the key may read."""
        return self.feature_services.list(**call)

    def get_feature_service(self, name: str, **call: Unpack[CallKeywords]) -> FeatureService:
        """Gets the promoted version of a feature service, or another one: `"name@2"`. Errors: `NotFoundError`."""
        plain, _, version = name.partition("@")
        found = self.feature_services.get(plain, **call)
        wanted = version or str(found.promoted)
        for each in found.versions:
            if str(each.version) == wanted:
                return each
        known = ", ".join(str(each.version) for each in found.versions)
        raise InvalidCallError(f"The service {plain} has no version {wanted}; its versions are {known}")

    def write_to_online_store(self, *_: object, **__: object) -> NoReturn:
        """Refused: values come from the definitions alone."""
        raise InvalidCallError(
            "write_to_online_store is not there: the server computes features from your tables. Write the facts to the "
            "source table in PostgreSQL, and run `featstore materialize` or give the view a schedule"
        )

    def push(self, *_: object, **__: object) -> NoReturn:
        """Refused: values come from the definitions alone."""
        raise InvalidCallError(
            "push is not there: the server computes features from your tables. Insert the rows into the source table "
            "in PostgreSQL, and run `featstore materialize --incremental` or give the view a freshness"
        )

    def materialize(self, *_: object, **__: object) -> NoReturn:
        """Refused: the server runs views by their schedule."""
        raise InvalidCallError(
            "materialize is not there: the server runs each view with a schedule or a freshness. To run one now, use "
            "`featstore materialize <view>` on the server"
        )

    def materialize_incremental(self, *_: object, **__: object) -> NoReturn:
        """Refused: the server runs views by their schedule."""
        raise InvalidCallError(
            "materialize_incremental is not there: the server runs each view with a schedule or a freshness. To run "
            "them now, use `featstore materialize --incremental` on the server"
        )

    def apply(self, *_: object, **__: object) -> NoReturn:
        """Refused: definitions are TypeScript files."""
        raise InvalidCallError(
            "apply is not there: features are defined in TypeScript and applied with "
            "`featstore apply --definitions <file>`, which checks them against the database first"
        )


def _references(features: Sequence[str]) -> list[str]:
    if isinstance(features, str) or not all(isinstance(each, str) for each in features):
        raise InvalidCallError(
            'features must be a list such as ["speech_sentiment:sentiment"], or a service of get_feature_service'
        )
    return [reference_of(each) for each in features]
