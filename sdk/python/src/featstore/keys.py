"""Manages API keys."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from ._answer import Items, build, build_items, document_of
from ._inputs import time_text
from ._request import CallKeywords, CallOptions, Request, Response, options_of, segment, split_options

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from typing_extensions import Unpack

    from ._async_transport import AsyncTransport
    from ._request import ResponseInfo
    from ._transport import Transport


@dataclass(frozen=True)
class Key:
    """An API key, without its secret."""

    id: str
    """Not secret: it identifies the key in lists and logs."""
    name: str
    state: Literal["active", "disabled", "expired", "revoked"]
    scopes: Sequence[str]
    organisation: str | None
    tenant: str | None
    networks: Sequence[str]
    limits: Mapping[str, int]
    created_by: str | None
    created_at: str
    expires_at: str | None
    disabled_at: str | None
    revoked_at: str | None
    last_used_at: str | None
    replaced_by: str | None
    """The id of the key that took its place by rotation."""
    rotate_by: str | None
    response: ResponseInfo = field(repr=False, compare=False)


@dataclass(frozen=True)
class IssuedKey(Key):
    """A new API key. `key` is the secret, which is shown only once: store it now."""

    key: str = field(default="", repr=False)


def list_request(call: CallKeywords) -> Request:
    """Builds the request of `list`."""
    return Request("GET", "/api/keys", options=options_of(call))


def key_request(
    method: str, id: str | None, options: CallOptions, body: Mapping[str, Any] | None = None, more: str = ""
) -> Request:
    """Builds a request about one key, or a new one. Members that are None are left out."""
    path = "/api/keys" if id is None else f"/api/keys/{segment('id', id)}{more}"
    members = None if body is None else {name: value for name, value in body.items() if value is not None}
    return Request(method, path, body=members, options=options)


class NewKeyKeywords(CallKeywords, total=False):
    """Keyword options of `Keys.create`, which explains them."""

    expires_at: str | datetime | None
    networks: Sequence[str] | None
    limits: Mapping[str, int] | None


@dataclass(frozen=True)
class NewKey:
    """The limits of a new key."""

    expires_at: str | datetime | None = None
    networks: Sequence[str] | None = None
    limits: Mapping[str, int] | None = None

    def in_body(self, name: str, scopes: Sequence[str]) -> dict[str, Any]:
        """Returns the body of `create`."""
        return {
            "name": name,
            "scopes": list(scopes),
            "expires_at": time_text("expires_at", self.expires_at),
            "networks": None if self.networks is None else list(self.networks),
            "limits": None if self.limits is None else dict(self.limits),
        }


def read_list(response: Response) -> Items[Key]:
    """Reads the answer of `list`."""
    return build_items(Key, "keys", response)


def read_key(response: Response) -> Key:
    """Reads the answer of `get`, `update` and `revoke`."""
    return build(Key, document_of(response, id=str, scopes=list), response)


def read_issued(response: Response) -> IssuedKey:
    """Reads the answer of `create` and `rotate`."""
    return build(IssuedKey, document_of(response, id=str, key=str), response)


class Keys:
    """Manages API keys: `client.keys`. Creating, changing and rotating are not repeated after a failure."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self, **call: Unpack[CallKeywords]) -> Items[Key]:
        """Lists keys, newest first, revoked ones included. Needs the scope `keys:read`."""
        return read_list(self._transport.send(list_request(call)))

    def get(self, id: str, **call: Unpack[CallKeywords]) -> Key:
        """Gets a key by its id, not by the key itself. Errors: `NotFoundError`."""
        return read_key(self._transport.send(key_request("GET", id, options_of(call))))

    def create(
        self,
        name: str,
        *,
        scopes: Sequence[str],
        expires_at: str | datetime | None = None,
        networks: Sequence[str] | None = None,
        limits: Mapping[str, int] | None = None,
        **call: Unpack[CallKeywords],
    ) -> IssuedKey:
        """Creates a key that may do no more than the key of this client. Needs the scope `keys:write`.

        `networks` are CIDR blocks. `limits`: `requests_per_second`, `burst`, `requests_per_month`, `rows_per_month`,
        `bytes_per_month`, `exports`, `batch_ids`, `search_hits`.

        >>> client.keys.create("ranking", scopes=["features:read:speech_*"]).key  # doctest: +SKIP
        'fs_…'
        """
        body = NewKey(expires_at, networks, limits).in_body(name, scopes)
        return read_issued(self._transport.send(key_request("POST", None, options_of(call), body)))

    def update(
        self, id: str, *, name: str | None = None, disabled: bool | None = None, **call: Unpack[CallKeywords]
    ) -> Key:
        """Renames, disables or enables a key."""
        body = {"name": name, "disabled": disabled}
        return read_key(self._transport.send(key_request("PATCH", id, options_of(call), body)))

    def revoke(self, id: str, **call: Unpack[CallKeywords]) -> Key:
        """Revokes a key for good. Every server refuses it within a second. Repeating it changes nothing."""
        return read_key(self._transport.send(key_request("DELETE", id, options_of(call))))

    def rotate(
        self,
        id: str,
        *,
        grace_seconds: int | None = None,
        expires_at: str | datetime | None = None,
        **call: Unpack[CallKeywords],
    ) -> IssuedKey:
        """Replaces a key by a new one. The old one works for another `grace_seconds`, a day by default."""
        body = {"grace_seconds": grace_seconds, "expires_at": time_text("expires_at", expires_at)}
        return read_issued(self._transport.send(key_request("POST", id, options_of(call), body, "/rotate")))


class AsyncKeys:
    """Manages API keys: `client.keys` of `AsyncClient`."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    async def list(self, **call: Unpack[CallKeywords]) -> Items[Key]:
        """Lists keys, as `Keys.list`."""
        return read_list(await self._transport.send(list_request(call)))

    async def get(self, id: str, **call: Unpack[CallKeywords]) -> Key:
        """Gets a key by its id, as `Keys.get`."""
        return read_key(await self._transport.send(key_request("GET", id, options_of(call))))

    async def create(self, name: str, *, scopes: Sequence[str], **options: Unpack[NewKeyKeywords]) -> IssuedKey:
        """Creates a key, as `Keys.create`."""
        new, call = split_options(NewKey, options)
        return read_issued(await self._transport.send(key_request("POST", None, call, new.in_body(name, scopes))))

    async def update(
        self, id: str, *, name: str | None = None, disabled: bool | None = None, **call: Unpack[CallKeywords]
    ) -> Key:
        """Renames, disables or enables a key."""
        body = {"name": name, "disabled": disabled}
        return read_key(await self._transport.send(key_request("PATCH", id, options_of(call), body)))

    async def revoke(self, id: str, **call: Unpack[CallKeywords]) -> Key:
        """Revokes a key for good, as `Keys.revoke`."""
        return read_key(await self._transport.send(key_request("DELETE", id, options_of(call))))

    async def rotate(
        self,
        id: str,
        *,
        grace_seconds: int | None = None,
        expires_at: str | datetime | None = None,
        **call: Unpack[CallKeywords],
    ) -> IssuedKey:
        """Replaces a key by a new one, as `Keys.rotate`."""
        body = {"grace_seconds": grace_seconds, "expires_at": time_text("expires_at", expires_at)}
        return read_issued(await self._transport.send(key_request("POST", id, options_of(call), body, "/rotate")))
