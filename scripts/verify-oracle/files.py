"""Compares training sets and snapshots of datasets with the oracle."""

from pathlib import Path

import decoded
from expressions import evaluate
from oracle import Oracle
from report import Report


def training_set(oracle: Oracle, report: Report, folder: str, entity: str, form: str) -> None:
    """The result has the spine's rows in their order, which the column row_number tells."""
    path = Path(folder, f"{entity}.out.{form}")
    rows = decoded.arrow_rows(path) if form == "parquet" else decoded.csv_rows(path.read_bytes().decode())
    decode = decoded.from_arrow if form == "parquet" else decoded.from_csv
    keys = oracle.case["entities"][entity]["key"]
    kind = f"training set, {form}"
    count = 0
    for row in rows:
        report.compare(f"{kind}: order", count, int(row["row_number"]), {})
        count += 1
        key = tuple(decode(row[name], type_) if row[name] is not None else "" for name, type_ in keys.items())
        t = row["as_of"] if form == "parquet" else decoded.micros_of(row["as_of"])
        reads = {}
        for view in oracle.of_entity[entity]:
            status, _, values = oracle.read(view, key, t, t)
            reads[view] = values
            for feature, expression in view.features.items():
                found = decode(row[f"{view.spec['name']}.{feature}"], expression["type"])
                about = {"view": view.spec["name"], "feature": feature, "key": key, "t": t, "status": status}
                report.compare(kind, values[feature], found, about, expression)
        for column, (value, expression) in oracle.computed(entity, reads).items():
            about = {"view": f"all_{entity}", "feature": f"computed.{column}", "key": key, "t": t}
            report.compare(kind, value, decode(row[f"computed.{column}"], expression["type"]), about, expression)
    lines = Path(folder, f"{entity}.csv").read_bytes().decode() if form == "csv" else ""
    wanted = (
        len(decoded.csv_rows(lines)) if form == "csv" else sum(1 for _ in decoded.arrow_rows(Path(folder, f"{entity}.parquet")))
    )
    report.compare(f"{kind}: rows", wanted, count, {"entity": entity})


def snapshot(oracle: Oracle, report: Report, folder: str, dataset: dict, t: int) -> None:
    [manifest] = Path(folder, ".featstore/datasets", dataset["name"]).glob("*/manifest.json")
    data = manifest.parent / "data"
    expected = rows_of_service(oracle, dataset, t) if "service" in dataset else rows_of_source(oracle, dataset)
    keys = (
        oracle.case["entities"][dataset["name"].removeprefix("rows_of_")]["key"]
        if "service" in dataset
        else {"customer_id": "int64"}
    )
    for form, decode in (("parquet", decoded.from_arrow), ("csv", decoded.from_csv)):
        kind = f"dataset, {form}"
        [path] = data.glob(f"*.{form}")
        rows = list(decoded.arrow_rows(path) if form == "parquet" else decoded.csv_rows(path.read_bytes().decode()))
        found = {tuple(decode(row[name], type_) for name, type_ in keys.items()): row for row in rows}
        report.compare(f"{kind}: keys", sorted(map(repr, expected)), sorted(map(repr, found)), {"dataset": dataset["name"]})
        for key, row in found.items():
            for column, (value, expression) in expected.get(key, {}).items():
                about = {"dataset": dataset["name"], "feature": column, "key": key, "t": t}
                report.compare(kind, value, decode(row[column], expression["type"]), about, expression)


def rows_of_service(oracle: Oracle, dataset: dict, t: int) -> dict:
    """Rows of a service are the entities of its first view; ttl does not apply."""
    service = next(service for service in oracle.case["services"] if service["name"] == dataset["service"])
    first = oracle.views[service["views"][0]]
    rows = {}
    for key in oracle.keys(first.spec["entity"]):
        if first.row(key, t) is None:
            continue
        row = {}
        for column, spec in dataset["columns"].items():
            view = oracle.views[spec["view"]]
            read = view.row(key, t)
            values = oracle.defaults(view, {} if read is None else read[1])
            row[column] = (values[spec["feature"]], view.features[spec["feature"]])
        rows[key] = row
    return rows


def rows_of_source(oracle: Oracle, dataset: dict) -> dict:
    """Rows of a source are all that have a key. Texts that mean a missing value are null, as they are read and as a result."""
    missing = {text.lower() for text in dataset["missing"]}

    def cleaned(value):
        return None if isinstance(value, str) and value.strip(" \t\n\r\f\v").lower() in missing else value

    rows = {}
    for key, _, _, _, values in oracle.sources[dataset["source"]].rows:
        row = {}
        for column, expression in dataset["columns"].items():
            value = evaluate(
                expression,
                lambda node, values=values: cleaned(values[node["col"]]) if node["type"] == "string" else values[node["col"]],
            )
            row[column] = (cleaned(value) if expression["type"] == "string" else value, expression)
        rows[key] = row
    return rows
