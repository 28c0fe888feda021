"""Imports of packages that are installed only if the user needs them."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from ._errors import FeatstoreError


class MissingExtraError(FeatstoreError, ImportError):
    """A package is not installed that this method needs. The message names the extra that installs it."""

    __module__ = "featstore"


def need(module: str, extra: str) -> Any:
    """Imports a module. Errors: `MissingExtraError`."""
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        package = module.partition(".")[0]
        # A module that the package itself misses is another fault.
        if error.name is not None and error.name.partition(".")[0] != package:
            raise
        raise MissingExtraError(
            f'This needs {package}: pip install "featstore-client[{extra}]"', name=package
        ) from None
