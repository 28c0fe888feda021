"""The rules that both clients share, proved by `sdk/test-vectors`."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

import featstore
from featstore._answer import unexpected
from featstore._entity_ids import id_in_body, id_in_path
from featstore._rate_limit import limits_of
from featstore._request import Headers, Response
from featstore._rules import Again, Failure, hint_of, next_attempt, refusal_of

VECTORS = Path(__file__).parents[2] / "test-vectors"


def cases(name: str) -> list[Any]:
    document = json.loads((VECTORS / f"{name}.json").read_text("utf-8"))
    now = datetime.fromisoformat(document["now"].replace("Z", "+00:00")) if "now" in document else None
    return [pytest.param({**case, "now": now}, id=case["name"]) for case in document["cases"]]


@pytest.mark.parametrize("case", cases("retries"))
def test_decides_about_the_next_attempt(case: dict[str, Any]) -> None:
    failure = case["failure"]
    decision = next_attempt(
        Failure(failure["kind"], failure.get("status", 0), failure.get("code", ""), failure.get("hint_seconds")),
        attempt=case["attempt"],
        retries=case["retries"],
        repeatable=case["repeatable"],
        free_attempt_used=case["free_attempt_used"],
        random=case["random"],
        left=case["left_ms"] / 1000,
    )
    if isinstance(decision, Again):
        decided: dict[str, Any] = {"retry_after_ms": decision.pause * 1000, "counted": decision.counted}
    else:
        decided = {"stop": decision}
    assert decided == case["expected"]


@pytest.mark.parametrize("case", cases("hints"))
def test_reads_the_pause_that_an_answer_demands(case: dict[str, Any]) -> None:
    assert hint_of(case["status"], Headers(case["headers"].items()), case["now"]) == case["seconds"]


@pytest.mark.parametrize("case", cases("rate-limit"))
def test_reads_the_limits_of_an_answer(case: dict[str, Any]) -> None:
    limits = [
        {"name": limit.name, "remaining": limit.remaining, "reset_seconds": limit.reset_seconds}
        for limit in limits_of(case["header"])
    ]
    assert limits == case["limits"]


@pytest.mark.parametrize("case", cases("errors"))
def test_turns_a_refusal_into_an_error(case: dict[str, Any]) -> None:
    expected = case["expected"]
    headers = Headers(case["headers"].items())
    error = refusal_of(case["status"], headers, case["body"].encode(), "http://localhost:1/api", case["now"])
    assert type(error) is getattr(featstore, expected["class"])
    for part in expected.get("message_has", []):
        assert part in str(error)
    for part in expected.get("message_lacks", []):
        assert part not in str(error)
    if isinstance(error, featstore.ApiError):
        names = ("code", "request_id", "detail", "errors", "retry_after")
        assert {name: getattr(error, name) for name in names} == {name: expected[name] for name in names}
        assert (error.status, str(error)) == (case["status"], expected["message"])


@pytest.mark.parametrize("case", cases("unexpected-answers"))
def test_says_how_an_unexpected_answer_begins(case: dict[str, Any]) -> None:
    response = Response(200, Headers(case["headers"].items()), case["body"].encode(), "http://localhost:1/api")
    said = str(unexpected(response))
    assert [part for part in case["message_has"] if part not in said] == []
    assert [part for part in case["message_lacks"] if part in said] == []


def value_of(part: dict[str, Any]) -> Any:
    if "integer" in part:
        return int(part["integer"])
    return part["number"] if "number" in part else part["text"]


@pytest.mark.parametrize("case", cases("paths"))
def test_writes_a_key_in_a_path_and_in_a_body(case: dict[str, Any]) -> None:
    parts = case["id"].get("parts")
    key = value_of(case["id"]) if parts is None else {part["name"]: value_of(part) for part in parts}
    path_error = case.get("error") or case.get("path_error")
    if path_error is None:
        assert id_in_path(key, case["key_order"]) == case["path"]
    else:
        with pytest.raises(getattr(featstore, path_error)):
            id_in_path(key, case["key_order"])
    if "error" in case:
        with pytest.raises(getattr(featstore, case["error"])):
            id_in_body(key)
    else:
        assert id_in_body(key) == case["body"]
