"""The requests of datasets, and how their answers are read."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from .._answer import Items, build, document_of
from .._errors import InvalidCallError
from .._request import NO_OPTIONS, CallOptions, Request
from .errors import ExportFailedError
from .remote_file import RemoteFile
from .wire import (
    DatasetDescription,
    DatasetFile,
    DatasetSnapshot,
    DatasetSummary,
    DatasetTerms,
    TermsAcceptance,
    description_of,
    snapshot_of,
    summary_of,
)

if TYPE_CHECKING:
    from .._request import Response
    from .select_files import FileSelection

PATH = "/api/datasets"


def list_request(options: CallOptions = NO_OPTIONS) -> Request:
    """Requests all datasets."""
    return Request("GET", PATH, options=options)


def read_list(response: Response) -> Items[DatasetSummary]:
    """Reads all datasets."""
    document = document_of(response, datasets=list)
    return Items(tuple(summary_of(each, response) for each in document["datasets"]), response.info)


def get_request(name: str, options: CallOptions = NO_OPTIONS) -> Request:
    """Requests a dataset."""
    return Request("GET", _path(name), options=options)


def read_dataset(response: Response) -> DatasetDescription:
    """Reads a dataset."""
    return description_of(document_of(response, columns=list, key=list), response)


def snapshots_request(name: str, options: CallOptions = NO_OPTIONS) -> Request:
    """Requests the snapshots of a dataset."""
    return Request("GET", f"{_path(name)}/snapshots", options=options)


def read_snapshots(response: Response) -> Items[DatasetSnapshot]:
    """Reads snapshots."""
    document = document_of(response, snapshots=list)
    return Items(tuple(snapshot_of(each, response) for each in document["snapshots"]), response.info)


def terms_request(name: str, options: CallOptions = NO_OPTIONS) -> Request:
    """Requests the terms of a dataset."""
    return Request("GET", f"{_path(name)}/terms", options=options)


def read_terms(response: Response) -> DatasetTerms:
    """Reads terms."""
    return build(DatasetTerms, {**document_of(response, version=str, text=str), "response": response.info}, response)


def accept_request(name: str, version: str, options: CallOptions = NO_OPTIONS) -> Request:
    """Accepts terms."""
    return Request("POST", f"{_path(name)}/terms", body={"version": version}, options=options)


def read_acceptance(response: Response) -> TermsAcceptance:
    """Reads the record of accepted terms."""
    document = document_of(response, version=str, accepted_at=str)
    return build(TermsAcceptance, {**document, "response": response.info}, response)


def remote_of(dataset: str, snapshot: DatasetSnapshot, file: DatasetFile) -> RemoteFile:
    """Describes a snapshot's file. The path is made here: one sent by the server could lead the key elsewhere."""
    path = f"{_path(dataset)}/snapshots/{quote(snapshot.id, safe='')}/files/{file.name}"
    return RemoteFile(file.name, path, file.bytes, file.sha256)


class Export:
    """An export of selected columns, which the server writes to a file of its own.

    The same selection finds the same export again, so that a later call can resume its download.
    """

    def __init__(self, dataset: str, snapshot: DatasetSnapshot, selection: FileSelection) -> None:
        self._dataset = dataset
        self._selection = selection
        self._content = {
            "snapshot": snapshot.id,
            "format": selection.format,
            "features": list(selection.features or ()),
            **({} if selection.split is None else {"split": selection.split}),
        }
        text = json.dumps([dataset, self._content], sort_keys=True)
        self._key = hashlib.sha256(text.encode()).hexdigest()[:32]
        self._path = f"{_path(dataset)}/exports"

    def start_request(self, options: CallOptions) -> Request:
        """Starts the export, or finds the running or finished one."""
        options = replace(options, idempotency_key=self._key)
        return Request("POST", self._path, body=self._content, honours_idempotency_key=True, options=options)

    def state_request(self, body: dict[str, Any], options: CallOptions) -> Request:
        """Requests the export's state."""
        return Request("GET", self._path_of(body), options=options)

    def read(self, response: Response) -> dict[str, Any]:
        """Reads the export's state."""
        return document_of(response, id=str, state=str)

    def remote(self, body: dict[str, Any]) -> RemoteFile:
        """Describes the export's file. Errors: `ExportFailedError`."""
        size, sha256, failure = body.get("bytes"), body.get("sha256"), body.get("failure") or {}
        is_usable = isinstance(size, int) and isinstance(sha256, str) and re.fullmatch(r"[0-9a-f]{64}", sha256)
        if body["state"] != "finished" or not is_usable:
            detail = failure.get("detail", "start it again")
            raise ExportFailedError(
                f"The export of {len(self._selection.features or ())} columns of {self._dataset} ended as "
                f"{body['state']}: {detail}",
                id=body["id"],
                code=failure.get("code", f"export_{body['state']}"),
            )
        parts = [re.sub(r"[^A-Za-z0-9_]", "_", self._dataset), self._selection.split or "", self._key[:8]]
        name = "-".join(part for part in parts if part)
        return RemoteFile(
            f"{name}.{self._selection.format}", f"{self._path_of(body)}/data", int(str(size)), str(sha256)
        )

    def _path_of(self, body: dict[str, Any]) -> str:
        return f"{self._path}/{quote(body['id'], safe='')}"


def _path(name: str) -> str:
    if not isinstance(name, str) or name in ("", ".", ".."):
        raise InvalidCallError(f"The name of a dataset must be a text such as 'state_of_the_union', got {name!r}")
    return f"{PATH}/{quote(name, safe='')}"
