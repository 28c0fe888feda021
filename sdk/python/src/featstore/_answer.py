"""Reads answers: checks their shape and builds the results of this package."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import MISSING, dataclass, field, fields
from typing import TYPE_CHECKING, Any, TypeVar, overload

from ._errors import UnexpectedAnswerError

if TYPE_CHECKING:
    from ._request import Response, ResponseInfo

T = TypeVar("T")

MAX_SHOWN = 60
"""The characters of an unexpected answer that its error shows."""


def document_of(response: Response, **members: type | tuple[type, ...]) -> dict[str, Any]:
    """Decodes an answer that is an object with these members. Errors: `UnexpectedAnswerError`."""
    document = response.json()
    if not isinstance(document, dict) or not all(
        isinstance(document.get(name), kind) for name, kind in members.items()
    ):
        raise unexpected(response)
    return document


def require(documents: Iterable[object], members: Iterable[str], response: Response) -> None:
    """Checks the members of inner objects. Errors: `UnexpectedAnswerError`."""
    names = frozenset(members)
    if not all(isinstance(each, dict) and names <= each.keys() for each in documents):
        raise unexpected(response)


def unexpected(response: Response) -> UnexpectedAnswerError:
    """Creates the error for a successful answer that does not match the contract, with the beginning of its body."""
    headers, body = response.headers, response.body
    kind = headers.get("content-type", "no content type").partition(";")[0]
    length = headers.get("content-length", "")
    if length.isascii() and length.isdigit() and len(body) < int(length) and "content-encoding" not in headers:
        fault = f"was cut off after {len(body)} of {length} bytes"
    else:
        maybe = "may be cut off, or" if "json" in kind and response.json() is None else "is"
        fault = f"{maybe} not an answer of a Featstore server: check url"
    start = f": {_start_of(body)}" if re.search("text|json|xml|no ", kind) else ""
    return UnexpectedAnswerError(f"{response.status} from {response.url} {fault} ({kind}{start})")


def _start_of(body: bytes) -> str:
    """Returns the beginning of a text, without API keys."""
    # Enough for the text that is shown, and for keys in it, which are longer than what replaces them.
    text = re.sub(r"fs_[\w-]+", "fs_…", body[:5_000].decode("utf-8", "replace"))
    text = " ".join(text.split())
    return f"{text[:MAX_SHOWN]}…" if len(text) > MAX_SHOWN else text or "empty"


def build(cls: type[T], document: object, response: Response) -> T:
    """Creates a dataclass from the members of a document. Unknown members of newer servers are left out.

    A field `response` gets the other parts of the answer. Errors: `UnexpectedAnswerError` if a member is absent.
    """
    if not isinstance(document, dict):
        raise unexpected(response)
    values: dict[str, Any] = {}
    for each in fields(cls):  # type: ignore[arg-type]
        if each.name == "response":
            values["response"] = response.info
        elif each.name in document:
            values[each.name] = document[each.name]
        elif each.default is MISSING:
            raise unexpected(response)
    return cls(**values)


def build_items(cls: type[T], member: str, response: Response) -> Items[T]:
    """Creates a list from a member of an answer."""
    documents = document_of(response, **{member: list})[member]
    return Items(tuple(build(cls, document, response) for document in documents), response.info)


@dataclass(frozen=True)
class Items(Sequence[T]):
    """A list as the server sent it, with the parts of its answer in `response`."""

    items: tuple[T, ...]
    response: ResponseInfo = field(repr=False, compare=False)

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[T, ...]: ...
    def __getitem__(self, index: int | slice) -> T | tuple[T, ...]:
        return self.items[index]

    def __len__(self) -> int:
        return len(self.items)


class LazyRows(Sequence[T]):
    """Rows that are made when they are read, because most callers read the columns."""

    __slots__ = ("_count", "_row")

    def __init__(self, count: int, row: Callable[[int], T]) -> None:
        self._count = count
        self._row = row

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> list[T]: ...
    def __getitem__(self, index: int | slice) -> T | list[T]:
        if isinstance(index, slice):
            return [self._row(each) for each in range(*index.indices(self._count))]
        return self._row(range(self._count)[index])

    def __iter__(self) -> Iterator[T]:
        return map(self._row, range(self._count))

    def __len__(self) -> int:
        return self._count

    def __repr__(self) -> str:
        return f"<{self._count} rows>"
