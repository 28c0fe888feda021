"""A file of the server."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RemoteFile:
    """A file of the server, which never changes."""

    name: str
    path: str
    """Below the server's URL, percent-encoded."""
    size: int
    """Bytes."""
    sha256: str
    """64 hexadecimal digits."""
