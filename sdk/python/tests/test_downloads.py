"""Downloads from servers that cut, lie and change."""

from __future__ import annotations

import asyncio
import json
import random
import shutil
import subprocess
import sys
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

import featstore
from dataset_server import DatasetServer, Sent, datasets, serving_datasets, sha256
from featstore._datasets import retry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

NAME = "train-00000-of-00001.parquet"
CONTENT = random.Random(1).randbytes(1_000_000)  # noqa: S311


@pytest.fixture
def server() -> Iterator[Callable[..., DatasetServer]]:
    """Starts servers, which end with the test."""
    with serving_datasets({NAME: CONTENT}) as start:
        yield start


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "FIRST_PAUSE", 0.0)


def download(server: DatasetServer, to: Path, **options: Any) -> Any:
    return datasets(server).download("speech", to=to / "file", **{"part_bytes": 100_000, **options})


def part_of(to: Path) -> Path:
    return to / "file.part"


def cut_each(count: int, after: int) -> Callable[[Sent, int], Sent]:
    """Cuts the first answers after some bytes."""
    return lambda sent, number: replace(sent, cut_after=after) if number < count else sent


def test_receives_ranges_and_reports_progress_in_the_callers_thread(
    server: Callable[..., DatasetServer], tmp_path: Path
) -> None:
    seen: list[tuple[int, int]] = []
    threads: set[int] = set()

    def note(progress: featstore.DownloadProgress) -> None:
        seen.append((progress.received_bytes, progress.total_bytes))
        threads.add(threading.get_ident())

    started = server()
    result = download(started, tmp_path, on_progress=note)
    (saved,) = result.files
    assert saved.path.read_bytes() == CONTENT
    assert (saved.path, saved.sha256, saved.resumed_bytes) == (tmp_path / "file", sha256(CONTENT), 0)
    assert (result.dataset, result.version) == ("speech", "1.0.0")
    assert seen[0] == (0, 1_000_000)
    assert seen[-1] == (1_000_000, 1_000_000)
    assert seen == sorted(seen)
    assert threads == {threading.get_ident()}
    assert len(started.file_requests) == 10
    assert all(headers["if-match"] == f'"{sha256(CONTENT)}"' for headers in started.file_requests)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file"]


def test_continues_after_50_cut_answers(server: Callable[..., DatasetServer], tmp_path: Path) -> None:
    started = server(spoil=cut_each(50, 9_000))
    assert download(started, tmp_path).files[0].path.read_bytes() == CONTENT
    assert len(started.file_requests) >= 50


def test_gives_up_after_cuts_without_a_byte_and_a_later_call_continues(
    server: Callable[..., DatasetServer], tmp_path: Path
) -> None:
    # The first half arrives, then nothing.
    started = server(spoil=lambda sent, number: replace(sent, cut_after=None if number < 5 else 0))
    with pytest.raises(featstore.ConnectionError, match="500000 of 1000000 bytes are kept: download again") as caught:
        download(started, tmp_path, parallel=2, retries=50)
    assert isinstance(caught.value, ConnectionError)
    assert len(started.file_requests) >= 5 + 51
    assert part_of(tmp_path).exists()
    assert not (tmp_path / "file").exists()
    healthy = server()
    saved = download(healthy, tmp_path).files[0]
    assert saved.resumed_bytes == 500_000
    assert saved.path.read_bytes() == CONTENT
    assert len(healthy.file_requests) == 5


def test_refuses_and_deletes_bytes_with_a_wrong_checksum(server: Callable[..., DatasetServer], tmp_path: Path) -> None:
    started = server(spoil=lambda sent, number: replace(sent, body=bytes(len(sent.body))) if number == 3 else sent)
    with pytest.raises(featstore.ChecksumError, match="it was deleted"):
        download(started, tmp_path)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(featstore.ChecksumError, match="do not use its bytes"):
        datasets(server(spoil=lambda sent, _: replace(sent, body=bytes(len(sent.body))))).read("speech")


def test_refuses_a_file_that_changes_during_the_download(server: Callable[..., DatasetServer], tmp_path: Path) -> None:
    started = server()

    def change(sent: Sent, number: int) -> Sent:
        if number == 2:
            started.files[NAME] = CONTENT[::-1]
        return sent

    started.listed = {NAME: CONTENT}
    started.spoil = change
    with pytest.raises(featstore.FileChangedError, match="Try again"):
        download(started, tmp_path, parallel=2)
    assert list(tmp_path.iterdir()) == []


def test_refuses_an_answer_with_another_etag_or_size(server: Callable[..., DatasetServer], tmp_path: Path) -> None:
    def retag(sent: Sent, _: int) -> Sent:
        return replace(sent, headers={**sent.headers, "etag": '"other"'})

    def resize(sent: Sent, _: int) -> Sent:
        return replace(sent, headers={**sent.headers, "content-range": "bytes 0-99999/7"})

    for spoil in (retag, resize):
        with pytest.raises(featstore.FileChangedError):
            download(server(spoil=spoil), tmp_path)


def test_starts_anew_if_the_part_is_of_another_file(server: Callable[..., DatasetServer], tmp_path: Path) -> None:
    with pytest.raises(featstore.ConnectionError):
        download(server(spoil=cut_each(1000, 0)), tmp_path, retries=0)
    other = CONTENT[::-1]
    saved = download(server({NAME: other}), tmp_path).files[0]
    assert saved.resumed_bytes == 0
    assert saved.path.read_bytes() == other


@pytest.mark.parametrize("state", ["{", "[]", '{"partVersion":1}', '{"received":[{"first":0,"end":99999999}]}', "null"])
def test_ignores_a_damaged_list_of_ranges(server: Callable[..., DatasetServer], tmp_path: Path, state: str) -> None:
    part_of(tmp_path).write_bytes(b"x" * 10)
    (tmp_path / "file.part.json").write_text(state)
    assert download(server(), tmp_path).files[0].path.read_bytes() == CONTENT


def test_keeps_a_different_existing_file_unless_overwrite(server: Callable[..., DatasetServer], tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"mine")
    started = server()
    with pytest.raises(featstore.LocalFileError, match="overwrite=True") as caught:
        download(started, tmp_path)
    assert (caught.value.code, caught.value.path) == ("EEXIST", str(path))
    assert path.read_bytes() == b"mine"
    assert started.file_requests == []
    assert download(started, tmp_path, overwrite=True).files[0].path.read_bytes() == CONTENT
    requested = len(started.file_requests)
    assert download(started, tmp_path).files[0].resumed_bytes == len(CONTENT)
    assert len(started.file_requests) == requested


CHILD = """
import sys, featstore
from featstore._datasets import part_file
part_file.SAVE_EVERY_SECONDS = 0.0
url, to = sys.argv[1:]
try:
    featstore.Client(url, "fs_key").datasets.download(
        "speech", to=to, part_bytes=50_000, on_progress=lambda progress: print(progress.received_bytes, flush=True)
    )
except featstore.LocalFileError as error:
    print(error.code, error)
"""


def test_reports_a_full_disk(server: Callable[..., DatasetServer], tmp_path: Path) -> None:
    unshare = shutil.which("unshare")
    mount = ["-rm", "sh", "-c", f'mount -t tmpfs -o size=400k none "{tmp_path}" && "$@"', "sh"]
    if unshare is None or subprocess.run([unshare, *mount, "true"], capture_output=True, check=False).returncode:
        pytest.skip(
            "needs a disk of 400 kB, which only Linux with `unshare` and user namespaces can mount without root"
        )
    command = [unshare, *mount, sys.executable, "-c", CHILD, server().url, str(tmp_path / "file")]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "ENOSPC" in output
    assert "the disk is full: free some space and download again; what was received is kept" in output


def test_continues_the_download_of_a_killed_process(server: Callable[..., DatasetServer], tmp_path: Path) -> None:
    killed = threading.Event()

    def hold(sent: Sent, number: int) -> Sent:
        if number >= 10:
            killed.wait()
        return sent

    command = [sys.executable, "-c", CHILD, server(spoil=hold).url, str(tmp_path / "file")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        for line in child.stdout:
            if int(line) >= 300_000:
                child.kill()
                break
    killed.set()
    saved = download(server(), tmp_path).files[0]
    assert saved.resumed_bytes >= 300_000 - 65_536
    assert saved.path.read_bytes() == CONTENT


def test_an_error_of_the_callback_ends_the_download_and_keeps_its_part(
    server: Callable[..., DatasetServer], tmp_path: Path
) -> None:
    def stop(progress: featstore.DownloadProgress) -> None:
        if progress.received_bytes > 0:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        download(server(), tmp_path, on_progress=stop)
    assert 0 < sum(each["end"] - each["first"] for each in _ranges(tmp_path)) <= len(CONTENT)
    assert download(server(), tmp_path).files[0].path.read_bytes() == CONTENT


def _ranges(folder: Path) -> list[dict[str, int]]:
    state = json.loads((folder / "file.part.json").read_text())
    return list(state["received"])


def test_a_second_download_of_the_same_file_does_not_replace_the_first(
    server: Callable[..., DatasetServer], tmp_path: Path
) -> None:
    started = server()

    def interfere(progress: featstore.DownloadProgress) -> None:
        if progress.received_bytes == 1_000_000 and part_of(tmp_path).exists():
            part_of(tmp_path).unlink()
            part_of(tmp_path).write_bytes(b"another process")

    with pytest.raises(featstore.LocalFileError, match="Another download") as caught:
        download(started, tmp_path, on_progress=interfere)
    assert caught.value.code == "EBUSY"
    assert not (tmp_path / "file").exists()


def test_names_proxies_that_ignore_ranges_send_pages_or_compress(
    server: Callable[..., DatasetServer], tmp_path: Path
) -> None:
    whole = {"etag": f'"{sha256(CONTENT)}"'}
    with pytest.raises(featstore.RangeIgnoredError, match="parallel=1"):
        download(server(spoil=lambda *_: Sent(200, whole, CONTENT)), tmp_path)
    assert download(server(spoil=lambda *_: Sent(200, whole, CONTENT)), tmp_path, resume=False, parallel=1).files
    (tmp_path / "file").unlink()
    with pytest.raises(featstore.UnexpectedAnswerError, match="web page"):
        download(server(spoil=lambda *_: Sent(200, {"content-type": "text/html"}, b"<p>Sign in")), tmp_path)
    with pytest.raises(featstore.UnexpectedAnswerError, match="compressed"):
        download(server(spoil=lambda *_: Sent(206, {"content-encoding": "br"}, b"x")), tmp_path)
    with pytest.raises(featstore.UnexpectedAnswerError, match="Content-Range"):
        download(server(spoil=lambda *_: Sent(206, {"content-range": "bytes 1-2/1000000"}, b"x")), tmp_path)


def test_follows_redirects_to_storage_without_the_key(server: Callable[..., DatasetServer], tmp_path: Path) -> None:
    storage = server()

    def redirect(_: Sent, number: int) -> Sent:
        if number == 0:
            return Sent(302, {"location": f"{expired.url}/files/{NAME}?signature=s"}, b"")
        return Sent(302, {"location": f"{storage.url}/files/{NAME}?signature=s"}, b"")

    expired = server(spoil=lambda *_: Sent(403, {"content-type": "application/xml"}, b"<Error/>"))
    started = server(spoil=redirect)
    assert download(started, tmp_path).files[0].path.read_bytes() == CONTENT
    assert len(expired.file_requests) == 1
    for headers in [*storage.file_requests, *expired.file_requests]:
        assert "authorization" not in headers
        assert "if-match" not in headers
    assert all(headers["authorization"] == "Bearer fs_key" for headers in started.file_requests)


def test_leaves_a_long_retry_after_to_the_caller(server: Callable[..., DatasetServer], tmp_path: Path) -> None:
    problem = json.dumps({"status": 429, "code": "quota_exceeded", "detail": "Used up."}).encode()
    started = server(spoil=lambda *_: Sent(429, {"retry-after": "259200"}, problem))
    with pytest.raises(featstore.RateLimitError) as caught:
        download(started, tmp_path, parallel=1)
    assert (caught.value.code, caught.value.retry_after) == ("quota_exceeded", 259_200)
    assert len(started.file_requests) == 1


def test_tries_again_after_5xx_but_not_after_a_damaged_snapshot(
    server: Callable[..., DatasetServer], tmp_path: Path
) -> None:
    def refuse(code: str) -> Callable[[Sent, int], Sent]:
        problem = json.dumps({"status": 503, "code": code, "detail": "D."}).encode()
        return lambda sent, number: Sent(503, {}, problem) if number < 3 else sent

    assert download(server(spoil=refuse("store_unavailable")), tmp_path).files[0].path.read_bytes() == CONTENT
    (tmp_path / "file").unlink()
    with pytest.raises(featstore.UnavailableError):
        download(server(spoil=refuse("snapshot_damaged")), tmp_path)


def test_an_empty_file_is_downloaded(server: Callable[..., DatasetServer], tmp_path: Path) -> None:
    assert download(server({NAME: b""}), tmp_path).files[0].path.read_bytes() == b""


def test_missing_folders_and_folders_that_are_files(server: Callable[..., DatasetServer], tmp_path: Path) -> None:
    assert datasets(server()).download("speech", to=f"{tmp_path}/a/b/").files[0].path.parent == tmp_path / "a/b"
    (tmp_path / "c").write_text("")
    with pytest.raises(featstore.LocalFileError, match="a part of the path is a file") as caught:
        datasets(server()).download("speech", to=f"{tmp_path}/c/d/")
    assert caught.value.code == "ENOTDIR"


def test_a_cancelled_async_download_ends_at_once_and_can_be_continued(
    server: Callable[..., DatasetServer], tmp_path: Path
) -> None:
    released = threading.Event()

    def hold(sent: Sent, number: int) -> Sent:
        if number >= 4:
            released.wait()
        return sent

    async def cancel() -> None:
        async with featstore.AsyncClient(server(spoil=hold).url, "fs_key") as client:

            def note(progress: featstore.DownloadProgress) -> None:
                if progress.received_bytes >= 300_000:
                    task.cancel()

            task = asyncio.ensure_future(
                client.datasets.download("speech", to=tmp_path / "file", part_bytes=100_000, on_progress=note)
            )
            with pytest.raises(asyncio.CancelledError):
                await task
            # The answers are still held, so the call did not wait for them.
            assert not released.is_set()
            released.set()

    asyncio.run(cancel())
    # The abandoned thread still writes down what it received.
    for thread in threading.enumerate():
        if "AnyIO" in thread.name:
            thread.join()
    assert not (tmp_path / "file").exists()
    assert download(server(), tmp_path).files[0].path.read_bytes() == CONTENT
