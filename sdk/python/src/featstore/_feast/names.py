"""Names of features in Feast's notation and ours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .._errors import InvalidCallError

if TYPE_CHECKING:
    from collections.abc import Iterable


def reference_of(reference: str) -> str:
    """Translates `view:feature` to `view.feature`; ours stay as they are."""
    return reference.replace(":", ".", 1)


@dataclass(frozen=True)
class Names:
    """Names columns as Feast does."""

    full: bool
    """`view__feature` instead of `feature`."""

    def of(self, columns: Iterable[str], taken: Iterable[str] = ()) -> dict[str, str]:
        """Returns Feast's name of each column `view.feature`. Errors: `InvalidCallError` if two would be the same."""
        owners = dict.fromkeys(taken, "a column of the entity rows")
        names: dict[str, str] = {}
        for column in columns:
            view, _, feature = column.rpartition(".")
            name = f"{view.partition('@')[0]}__{feature}" if self.full else feature
            if name in owners:
                advice = "select one of them" if self.full else "pass full_feature_names=True"
                raise InvalidCallError(f"{column} and {owners[name]} would both be named {name}: {advice}")
            owners[name] = column
            names[column] = name
        return names
