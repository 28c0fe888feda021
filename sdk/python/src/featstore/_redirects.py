"""Redirects of downloads, which never take the key to another host."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from ._errors import UnexpectedAnswerError

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_REDIRECTS = 5
REDIRECTS = (301, 302, 303, 307, 308)

# A signed URL needs no key, and the ETags of storage are its own.
_FOR_THE_SERVER_ONLY = ("authorization", "if-range", "if-match")


@dataclass(frozen=True)
class Target:
    """The address that a redirect leads to."""

    url: str
    is_elsewhere: bool
    """Whether it has another origin."""

    def headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        """Returns the headers for this address."""
        if not self.is_elsewhere:
            return dict(headers)
        return {name: value for name, value in headers.items() if name not in _FOR_THE_SERVER_ONLY}


def redirect_of(headers: Mapping[str, str], url: str) -> Target:
    """Returns where a redirect leads. Errors: `UnexpectedAnswerError` for an unusable target."""
    origin = urlsplit(url)
    # The messages must not contain the URL, which may be signed.
    try:
        target = urlsplit(urljoin(url, headers["location"]))
        elsewhere = (target.scheme, target.hostname, target.port) != (origin.scheme, origin.hostname, origin.port)
    except (KeyError, ValueError):
        raise UnexpectedAnswerError("The server redirects to no usable address: check url") from None
    if target.scheme not in ("http", "https") or not target.hostname:
        raise UnexpectedAnswerError("The server redirects to no usable address: check url")
    if target.scheme == "http" and origin.scheme == "https":
        raise UnexpectedAnswerError("The server redirects from https to http: check its address of storage")
    return Target(target.geturl(), elsewhere)
