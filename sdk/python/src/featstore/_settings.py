"""The options of a client, and where their defaults come from."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypedDict
from urllib.parse import urlsplit

from ._checks import checked_headers, checked_retries, checked_seconds
from ._errors import InvalidCallError
from ._secret import Secret

if TYPE_CHECKING:
    from collections.abc import Mapping


class ClientKeywords(TypedDict, total=False):
    """Keyword options of a client; their meaning and defaults are those of `Client`."""

    timeout: float
    deadline: float
    retries: int
    headers: Mapping[str, str] | None


@dataclass(frozen=True)
class Settings:
    """The options of a client, checked."""

    base_url: str
    """Without a slash at its end."""
    authorization: Secret | None = field(repr=False)
    timeout: float
    deadline: float
    retries: int
    headers: Mapping[str, str] = field(repr=False)


def settings_of(
    url: str | None,
    api_key: str | None,
    *,
    timeout: float = 30.0,
    deadline: float = 120.0,
    retries: int = 2,
    headers: Mapping[str, str] | None = None,
) -> Settings:
    """Checks the options of a client. An absent URL or key is read from `FEATSTORE_URL` and `FEATSTORE_API_KEY`."""
    address = url if url is not None else os.environ.get("FEATSTORE_URL") or None
    key = api_key if api_key is not None else os.environ.get("FEATSTORE_API_KEY") or None
    if address is None:
        raise InvalidCallError("The server's URL is missing: pass url, or set FEATSTORE_URL")
    return Settings(
        base_url=_base_url(address),
        authorization=None if key is None else _authorization(key),
        timeout=checked_seconds("timeout", timeout),
        deadline=checked_seconds("deadline", deadline),
        retries=checked_retries(retries),
        headers=checked_headers(headers),
    )


def _authorization(api_key: str) -> Secret:
    if re.fullmatch(r"[\x21-\x7e]+", api_key) is None:
        raise InvalidCallError(
            "api_key must be printable ASCII without spaces, and not empty: "
            "strip the newline of a key that was read from a file"
        )
    return Secret("Bearer " + api_key)


def _base_url(url: str) -> str:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InvalidCallError('url must be an absolute URL such as "http://localhost:8080"')
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise InvalidCallError("url must have no user, password, query or fragment")
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"
