"""Text that does not show itself."""

from __future__ import annotations

from typing import NoReturn


class Secret(str):
    """Text that is hidden wherever it is printed, also as a part of a mapping or of a frame's local variables.

    It is sent as it is, because encoding it gives the real text.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return "'***'"

    def __str__(self) -> str:
        return "***"

    def __format__(self, spec: str) -> str:
        return format("***", spec)

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("an API key is not pickled or copied")
