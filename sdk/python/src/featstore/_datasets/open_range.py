"""Opens ranges of a file that never changes."""

from __future__ import annotations

import re
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from .._errors import ApiError, ConnectionError, UnexpectedAnswerError
from .._request import CallOptions, Headers, Request
from .errors import FileChangedError, RangeIgnoredError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .._transport import StreamedResponse, Transport
    from .byte_ranges import ByteRange
    from .remote_file import RemoteFile


class Ranges:
    """Opens the ranges of one file; threads may share it."""

    def __init__(self, transport: Transport, file: RemoteFile, options: CallOptions) -> None:
        self._transport = transport
        self._file = file
        self._options = options
        self._etag = f'"{file.sha256}"'
        self._etag_elsewhere: str | None = None

    def __call__(self, wanted: ByteRange) -> AbstractContextManager[Iterator[bytes]]:
        """Opens a range; the pieces are exactly these bytes, unless the connection breaks."""
        return self._opened(wanted)

    @contextmanager
    def _opened(self, wanted: ByteRange) -> Iterator[Iterator[bytes]]:
        is_whole = wanted.first == 0 and wanted.end == self._file.size
        response = self._send(wanted, is_whole)
        try:
            self._check_kind(response.headers)
            self._check_tag(response)
            self._check_bytes(response, wanted, is_whole)
            yield response.iter_bytes()
        finally:
            response.close()

    def _send(self, wanted: ByteRange, is_whole: bool) -> StreamedResponse:
        # A compressed body would have other bytes.
        headers = {"accept-encoding": "identity", "if-match": self._etag}
        if not is_whole:
            headers["range"] = f"bytes={wanted.first}-{wanted.end - 1}"
        try:
            return self._transport.open(
                Request(
                    "GET",
                    self._file.path,
                    accept="*/*",
                    headers=headers,
                    follow_redirects=True,
                    options=self._options,
                )
            )
        except ApiError as error:
            if error.status in (412, 416):
                raise self._changed() from error
            # Storage, not Featstore, sends a 403 without a problem document. The next try gets a new signed URL.
            if error.code == "http_403":
                message = f"Storage rejected the signed URL of {self._file.name}: it may have expired"
                raise ConnectionError(message) from error
            raise

    def _check_kind(self, headers: Headers) -> None:
        """Refuses pages of proxies, and bodies that are not the file's bytes."""
        name = self._file.name
        if re.match(r"text/html\b", headers.get("content-type", "")):
            raise UnexpectedAnswerError(f"The answer for {name} is a web page: check url, or sign in to the proxy")
        encoding = headers.get("content-encoding", "identity")
        if encoding != "identity":
            raise UnexpectedAnswerError(f"The answer for {name} is compressed ({encoding}): turn this off in the proxy")

    def _check_tag(self, response: StreamedResponse) -> None:
        etag = response.headers.get("etag")
        expected: str | None = self._etag
        if self._is_elsewhere(response):
            self._etag_elsewhere = self._etag_elsewhere or etag
            expected = self._etag_elsewhere
        # Some proxies leave out ETags or weaken them; the SHA-256 of the whole file decides in the end.
        if etag is not None and expected is not None and etag.removeprefix("W/") != expected.removeprefix("W/"):
            raise self._changed()

    def _check_bytes(self, response: StreamedResponse, wanted: ByteRange, is_whole: bool) -> None:
        name, size = self._file.name, self._file.size
        if response.status == 200:
            length = response.headers.get("content-length")
            if length is not None and length != str(size):
                raise self._changed()
            if is_whole:
                return
            raise RangeIgnoredError(
                f"The server sent all of {name} for a range of it: a proxy ignores Range. Connect to the server "
                "directly, or pass resume=False and parallel=1"
            )
        header = response.headers.get("content-range", "")
        match = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+|\*)", header)
        if match is not None and match[3] not in ("*", str(size)):
            raise self._changed()
        span = None if match is None else (int(match[1]), int(match[2]) + 1)
        if response.status != 206 or span != (wanted.first, wanted.end):
            raise UnexpectedAnswerError(
                f"The answer for bytes {wanted.first} to {wanted.end - 1} of {name} has status {response.status} and "
                f'Content-Range "{header}": a proxy changes ranges; connect to the server directly'
            )

    def _is_elsewhere(self, response: StreamedResponse) -> bool:
        return urlsplit(response.url)[:2] != urlsplit(self._transport.settings.base_url)[:2]

    def _changed(self) -> FileChangedError:
        return FileChangedError(
            f"The bytes of {self._file.name} on the server are not those of its snapshot; what was received is "
            "deleted. Try again; if it repeats, report the file to the operator"
        )
