"""Connections of urllib3 that know whether they were used before."""

from __future__ import annotations

import os
import ssl
from typing import TYPE_CHECKING, Any

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager, ProxyManager
from urllib3.connection import HTTPConnection, HTTPSConnection

if TYPE_CHECKING:
    from urllib3.response import HTTPResponse

# A pool keeps this many idle connections; more are opened as needed.
_MAX_IDLE = 64


class ClosedConnectionError(ConnectionResetError):
    """A kept-alive connection turned out to be closed before the answer began."""


class _NotesReuse(HTTPConnection):
    _answered = False

    def connect(self) -> None:
        self._answered = False
        super().connect()

    def request(self, *arguments: Any, **options: Any) -> None:
        reused = self._answered
        try:
            super().request(*arguments, **options)
        except (ConnectionResetError, ConnectionAbortedError, ssl.SSLEOFError, ssl.SSLZeroReturnError) as error:
            if reused:
                raise ClosedConnectionError("the kept-alive connection was closed") from error
            raise

    def getresponse(self) -> HTTPResponse:  # type: ignore[override]
        try:
            response = super().getresponse()
        except (ConnectionResetError, ConnectionAbortedError, BrokenPipeError) as error:
            if self._answered:
                raise ClosedConnectionError("the kept-alive connection was closed") from error
            raise
        self._answered = True
        return response


class _Connection(_NotesReuse):
    pass


class _SecureConnection(_NotesReuse, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection  # pyright: ignore[reportAssignmentType]


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection  # pyright: ignore[reportAssignmentType]


def open_pool(base_url: str) -> PoolManager:
    """Creates a pool without opening a connection. A proxy is that of `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`."""
    proxy = _proxy_of(base_url)
    pool = PoolManager(maxsize=_MAX_IDLE) if proxy is None else ProxyManager(proxy, maxsize=_MAX_IDLE)
    pool.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}
    return pool


def _proxy_of(base_url: str) -> str | None:
    if not any(name.lower().endswith("_proxy") for name in os.environ):
        return None
    from urllib.parse import urlsplit
    from urllib.request import getproxies, proxy_bypass

    parts = urlsplit(base_url)
    if proxy_bypass(parts.hostname or ""):
        return None
    proxies = getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    return proxy if proxy is None or "://" in proxy else f"http://{proxy}"
