"""Bounded concurrency: threads for the client, tasks for the async client."""

from __future__ import annotations

from collections import deque
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from ._errors import FeatstoreError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
    from concurrent.futures import Future

Item = TypeVar("Item")
Result = TypeVar("Result")

PARALLEL = 4


def map_in_order(function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """Maps items with `PARALLEL` threads, in order. Takes no more items than are in work or waiting to be read."""
    from concurrent.futures import ThreadPoolExecutor

    executor = ThreadPoolExecutor(PARALLEL, thread_name_prefix="featstore")
    waiting: deque[Future[Result]] = deque()
    try:
        for item in items:
            waiting.append(executor.submit(function, item))
            if len(waiting) == PARALLEL:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        executor.shutdown(wait=False, cancel_futures=True)


async def gather_in_order(function: Callable[[Item], Awaitable[Result]], items: Sequence[Item]) -> list[Result]:
    """Maps items with `PARALLEL` tasks, in order. The first error ends the others and is raised."""
    if len(items) == 1:
        return [await function(items[0])]
    import anyio

    results: dict[int, Result] = {}
    errors: list[FeatstoreError] = []
    limiter = anyio.CapacityLimiter(PARALLEL)

    async def run(position: int, item: Item) -> None:
        async with limiter:
            try:
                results[position] = await function(item)
            except FeatstoreError as error:
                errors.append(error)
                group.cancel_scope.cancel()

    async with anyio.create_task_group() as group:
        for position, item in enumerate(items):
            group.start_soon(run, position, item)
    if errors:
        raise errors[0]
    return [results[position] for position in range(len(items))]


def chunks_of(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Splits items into lists of `size`, the last one shorter. Reads no further than needed."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk
