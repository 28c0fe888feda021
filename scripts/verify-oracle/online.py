"""Compares online and as-of reads over HTTP with the oracle."""

import json
import time
from datetime import timedelta
from urllib.parse import quote

import urllib3

import decoded
from json_values import parse_json
from oracle import Oracle
from report import Report
from times import START

AS_OF_IDS = 100


def computed_of(values: dict) -> dict:
    return {name.removeprefix("computed."): value for name, value in values.items() if name.startswith("computed.")}


class Reader:
    def __init__(self, oracle: Oracle, report: Report, url: str, key: str):
        self.oracle, self.report, self.url = oracle, report, url
        self.http = urllib3.PoolManager(headers={"x-api-key": key, "content-type": "application/json"})

    def request(self, method: str, path: str, body=None) -> dict:
        response = self.http.request(method, f"{self.url}{path}", body=None if body is None else json.dumps(body).encode())
        if response.status != 200:
            raise RuntimeError(f"{method} {path}: {response.status} {response.data.decode()[:2000]}")
        return parse_json(response.data.decode("utf8"))

    def id_of(self, entity: str, key: tuple):
        names = self.oracle.case["entities"][entity]["key"]
        values = [str(part) if isinstance(part, int) and abs(part) >= 2**53 else part for part in key]
        parts = dict(zip(names, values, strict=True))
        return parts if len(parts) > 1 else next(iter(parts.values()))

    def wait_for(self, entity: str, t: int) -> None:
        """Waits until the server has loaded the generations of an as-of time."""
        for _ in range(200):
            body = self.request(
                "POST",
                "/api/features/batch",
                {"ids": [self.id_of(entity, self.oracle.keys(entity)[0])], "service": f"all_{entity}", "metadata": True},
            )
            if all(decoded.micros_of(view["as_of"]) == t for name, view in body["metadata"].items() if name != "computed"):
                return
            time.sleep(0.1)
        raise RuntimeError("the server does not serve the new generations")

    def batch(self, kind: str, entity: str, t: int, keys: list[tuple], as_of: bool) -> None:
        ids = [self.id_of(entity, key) for key in keys]
        body = {"ids": ids, "service": f"all_{entity}", "metadata": True}
        if as_of:
            body["as_of"] = (START + timedelta(microseconds=t)).isoformat()
        answer = self.request("POST", "/api/features/batch", body)
        for index, key in enumerate(keys):
            values = dict(zip(answer["columns"], answer["rows"][index], strict=True))
            expected = self.as_of(entity, key, t) if as_of else self.oracle.online(entity, key, t)
            for view, (status, event, features) in expected.items():
                name = view.spec["name"]
                about = {"view": name, "key": key, "t": t}
                position = answer["views"].index(name)
                self.report.compare(f"{kind}: status", status, answer["statuses"][index][position], about)
                event_time = answer["metadata"][name]["event_times"][index]
                if status != "expired":
                    self.report.compare(
                        f"{kind}: event time", event, None if event_time is None else decoded.micros_of(event_time), about
                    )
                self.features(kind, view, features, {feature: values[f"{name}.{feature}"] for feature in features}, about)
            self.computed(kind, entity, expected, computed_of(values), {"key": key, "t": t})

    def single(self, entity: str, t: int, keys: list[tuple]) -> None:
        for key in keys:
            path = ",".join(quote(str(part), safe="") for part in key)
            if path == "":
                continue
            answer = self.request("GET", f"/api/features/{path}?service=all_{entity}")
            expected = self.oracle.online(entity, key, t)
            self.computed("online, single", entity, expected, answer["features"]["computed"], {"key": key, "t": t})
            for view, (status, _, features) in expected.items():
                name = view.spec["name"]
                about = {"view": name, "key": key, "t": t}
                self.report.compare("online, single: status", status, answer["views"][name], about)
                self.features("online, single", view, features, answer["features"][name], about)

    def features(self, kind: str, view, features: dict, actual: dict, about: dict) -> None:
        for feature, expression in view.features.items():
            found = decoded.from_json(actual[feature], expression["type"])
            self.report.compare(kind, features[feature], found, {**about, "feature": feature}, expression)

    def computed(self, kind: str, entity: str, expected: dict, actual: dict, about: dict) -> None:
        computed = self.oracle.computed(entity, {view: features for view, (_, _, features) in expected.items()})
        for column, (value, expression) in computed.items():
            found = decoded.from_json(actual[column], expression["type"])
            self.report.compare(
                kind, value, found, {**about, "view": f"all_{entity}", "feature": f"computed.{column}"}, expression
            )

    def as_of(self, entity: str, key: tuple, t: int) -> dict:
        """As-of reads are training rows with statuses; without facts the status is `missing`, if the entity has a population."""
        reads = {view: self.oracle.read(view, key, t, t) for view in self.oracle.of_entity[entity]}
        if self.oracle.case["entities"][entity]["population"] is None and all(
            status == "none" for status, _, _ in reads.values()
        ):
            return {view: ("unknown_entity", event, values) for view, (_, event, values) in reads.items()}
        return {
            view: ("missing" if status == "none" else status, event, values) for view, (status, event, values) in reads.items()
        }
