"""Receives the ranges of a file, several at once."""

from __future__ import annotations

import queue
import threading
from collections import deque
from typing import TYPE_CHECKING, Protocol

from .._errors import ConnectionError, FeatstoreError, UnexpectedAnswerError
from .byte_ranges import ByteRange
from .retry import Retries, StoppedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from contextlib import AbstractContextManager


class OpenRange(Protocol):
    """Opens a range; the pieces are exactly these bytes, unless they end early."""

    def __call__(self, wanted: ByteRange) -> AbstractContextManager[Iterator[bytes]]: ...


def receive_ranges(
    ranges: Iterable[ByteRange],
    *,
    open_range: OpenRange,
    write: Callable[[bytes, int], None],
    on_bytes: Callable[[int], None],
    parallel: int,
    retries: int,
) -> None:
    """Receives the ranges in up to `parallel` threads. The first failure stops the others.

    `write` is called by the threads, `on_bytes` by the caller's, with the size of each piece. All threads have ended
    when this returns or raises.
    """
    waiting = deque(ranges)
    stop = threading.Event()
    shared = Retries(retries, stop)
    # Sizes of pieces; None or an error from each thread at its end.
    events: queue.SimpleQueue[int | BaseException | None] = queue.SimpleQueue()

    def work() -> None:
        try:
            while True:
                try:
                    wanted = waiting.popleft()
                except IndexError:
                    break
                receive_range(wanted, open_range=open_range, write=write, on_bytes=events.put, retries=shared)
        except BaseException as error:
            events.put(error)
        else:
            events.put(None)

    threads = [threading.Thread(target=work, daemon=True) for _ in range(min(parallel, len(waiting)))]
    failure: BaseException | None = None
    try:
        for thread in threads:
            thread.start()
        running = len(threads)
        while running > 0:
            event = events.get()
            if isinstance(event, int):
                if failure is None:
                    on_bytes(event)
                continue
            running -= 1
            if event is not None and not isinstance(event, StoppedError):
                failure = failure or event
                stop.set()
    finally:
        # Also after an interruption, or an error in on_bytes.
        stop.set()
        for thread in threads:
            if thread.ident is not None:
                thread.join()
    if failure is not None:
        raise failure


def receive_range(
    wanted: ByteRange,
    *,
    open_range: OpenRange,
    write: Callable[[bytes, int], None],
    on_bytes: Callable[[int], None],
    retries: Retries,
) -> None:
    """Receives one range, and continues after a broken connection."""
    progress = _Progress(wanted.first)
    failures = 0
    while progress.at < wanted.end:
        before = progress.at
        error = _failure_of(lambda: _receive_once(wanted, progress, open_range, write, on_bytes, retries))
        if error is not None:
            failures = 1 if progress.at > before else failures + 1
            retries.pause_after(error, failures)


class _Progress:
    """The position of the next byte."""

    def __init__(self, at: int) -> None:
        self.at = at


def _receive_once(
    wanted: ByteRange,
    progress: _Progress,
    open_range: OpenRange,
    write: Callable[[bytes, int], None],
    on_bytes: Callable[[int], None],
    retries: Retries,
) -> None:
    retries.ready()
    with open_range(ByteRange(progress.at, wanted.end)) as pieces:
        for piece in pieces:
            retries.check()
            if progress.at + len(piece) > wanted.end:
                raise UnexpectedAnswerError(f"The answer has more than the {wanted.size} bytes of its range")
            write(piece, progress.at)
            progress.at += len(piece)
            on_bytes(len(piece))
    if progress.at < wanted.end:
        raise ConnectionError(f"The answer ended {wanted.end - progress.at} bytes early")


def _failure_of(step: Callable[[], None]) -> FeatstoreError | None:
    """Returns the error of a step that the download may survive."""
    try:
        step()
    except StoppedError:
        raise
    except FeatstoreError as error:
        return error
    return None
