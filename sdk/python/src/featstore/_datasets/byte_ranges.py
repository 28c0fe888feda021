"""Sets of byte ranges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True, slots=True, order=True)
class ByteRange:
    """Bytes `first` up to, but without, `end`."""

    first: int
    end: int

    @property
    def size(self) -> int:
        """Number of bytes."""
        return self.end - self.first


def merge_ranges(ranges: Iterable[ByteRange]) -> list[ByteRange]:
    """Returns the union of the ranges, sorted and without overlaps."""
    merged: list[ByteRange] = []
    for each in sorted(ranges):
        if each.end <= each.first:
            continue
        if not merged or each.first > merged[-1].end:
            merged.append(each)
        elif each.end > merged[-1].end:
            merged[-1] = ByteRange(merged[-1].first, each.end)
    return merged


def missing_ranges(received: Iterable[ByteRange], size: int, part_bytes: int | None) -> list[ByteRange]:
    """Returns the parts that `received` leaves of a file of `size` bytes, in order.

    A part has at most `part_bytes` bytes; with None, any number.
    """
    missing: list[ByteRange] = []
    first = 0
    for each in [*merge_ranges(received), ByteRange(size, size)]:
        while first < each.first:
            end = each.first if part_bytes is None else min(first + part_bytes, each.first)
            missing.append(ByteRange(first, end))
            first = end
        first = max(first, each.end)
    return missing


def total_size(ranges: Sequence[ByteRange]) -> int:
    """Returns the number of bytes in the ranges."""
    return sum(each.size for each in merge_ranges(ranges))
