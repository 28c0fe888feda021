"""Reads the files of a snapshot with pyarrow, polars and DuckDB and compares them, cell by cell, with expected.json.

The functions show how each reader gets exact values: declared types, and floats of JSON as texts where NaN occurs.
"""

import json
import os
import struct
import sys

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.csv
import pyarrow.json
import pyarrow.parquet as pq

LISTS = ("string[]", "float64[]")


def bits(value):
    if value is None:
        return None
    value = float(value)
    return "nan" if value != value else struct.pack(">d", value).hex()


def float32(value):
    return None if value is None else struct.unpack("<f", struct.pack("<f", float(value)))[0]


def canonical(kind, value):
    """The same form as in the Node script."""
    if value is None:
        return None
    if kind == "int64" or kind == "timestamp":
        return str(int(value))
    if kind in ("int32", "date"):
        return int(value)
    if kind == "bool":
        return bool(value) if not isinstance(value, str) else value == "true"
    if kind == "float32":
        return bits(float32(value))
    if kind == "float64":
        return bits(value)
    if kind == "string[]":
        return list(json.loads(value) if isinstance(value, str) else value)
    if kind == "float64[]":
        return [bits(item) for item in (json.loads(value) if isinstance(value, str) else value)]
    if kind.startswith("vector"):
        return [bits(float32(item)) for item in (json.loads(value) if isinstance(value, str) else value)]
    return value if isinstance(value, str) else str(value)


def is_nested(kind):
    return kind in LISTS or kind.startswith("vector")


def arrow_type(kind, in_csv=False):
    if is_nested(kind) and in_csv:
        return pa.string()
    return {
        "int64": pa.int64(),
        "int32": pa.int32(),
        "float32": pa.float32(),
        "float64": pa.float64(),
        "bool": pa.bool_(),
        "timestamp": pa.timestamp("us", "UTC"),
        "date": pa.date32(),
        "string[]": pa.list_(pa.string()),
        "float64[]": pa.list_(pa.float64()),
    }.get(kind, pa.list_(pa.float32()) if kind.startswith("vector") else pa.string())


def from_arrow(table, columns):
    rows = []
    for name, kind in columns:
        column = table.column(name)
        if kind == "timestamp" and not pa.types.is_string(column.type):
            column = column.cast(pa.timestamp("us", "UTC")).cast(pa.int64())
        elif kind == "date" and not pa.types.is_string(column.type):
            column = column.cast(pa.int32())
        rows.append(column.to_pylist())
    return list(zip(*rows))


def pyarrow_parquet(path, columns):
    return from_arrow(pq.read_table(path), columns)


def pyarrow_csv(path, columns):
    table = pyarrow.csv.read_csv(
        path,
        parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types={name: arrow_type(kind, in_csv=True) for name, kind in columns},
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    )
    return from_arrow(table, columns)


def pyarrow_json(path, columns):
    """pyarrow's own reader has no column of numbers and texts, so NaN needs Python's parser. Both read all digits."""
    with open(path, encoding="utf-8") as file:
        rows = json.load(file) if path.endswith(".json") else [json.loads(line) for line in file]
    for row in rows:
        for name, kind in columns:
            if kind in ("float32", "float64"):
                row[name] = None if row[name] is None else float(row[name])
            elif (kind == "float64[]" or kind.startswith("vector")) and row[name] is not None:
                row[name] = [None if item is None else float(item) for item in row[name]]
            elif kind == "json" and row[name] is not None:
                row[name] = json.dumps(row[name])
    texts = {"timestamp", "date"}
    schema = pa.schema([(name, pa.string() if kind in texts else arrow_type(kind)) for name, kind in columns])
    table = pa.Table.from_pylist([{name: row[name] for name, _ in columns} for row in rows], schema)
    for index, (name, kind) in enumerate(columns):
        if kind in texts:
            table = table.set_column(index, name, table.column(name).cast(arrow_type(kind)))
    return from_arrow(table, columns)


def pyarrow_jsonl(path, columns):
    """Without the columns that may have NaN, and JSON of any shape, pyarrow's own reader reads them too."""
    plain = [(name, kind) for name, kind in columns if not (kind.startswith("float") or kind == "json" or kind.startswith("vector"))]
    schema = pa.schema([(name, pa.string() if kind == "date" else arrow_type(kind)) for name, kind in plain])
    table = pyarrow.json.read_json(
        path,
        read_options=pyarrow.json.ReadOptions(block_size=1 << 26),
        parse_options=pyarrow.json.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore"),
    )
    for index, (name, kind) in enumerate(plain):
        if kind == "date":
            table = table.set_column(index, name, table.column(name).cast(pa.date32()))
    own = dict(zip((name for name, _ in plain), zip(*from_arrow(table, plain))))
    all_columns = dict(zip((name for name, _ in columns), zip(*pyarrow_json(path, columns))))
    return list(zip(*({**all_columns, **own}[name] for name, _ in columns)))


def polars_type(kind, in_text):
    if is_nested(kind) and in_text == "csv":
        return pl.String
    if kind in ("float32", "float64") and in_text == "json":
        return pl.String
    return {
        "int64": pl.Int64,
        "int32": pl.Int32,
        "float32": pl.Float32,
        "float64": pl.Float64,
        "bool": pl.Boolean,
        "timestamp": pl.Datetime("us", "UTC") if in_text == "json" else pl.String,
        "date": pl.Date if in_text == "json" else pl.String,
        "string[]": pl.List(pl.String),
        "float64[]": pl.List(pl.String),
    }.get(kind, pl.Array(pl.Float32, 3) if kind.startswith("vector") else pl.String)


def from_polars(frame, columns):
    out = []
    for name, kind in columns:
        column = frame[name]
        if kind == "timestamp":
            if column.dtype == pl.String:
                column = column.str.to_datetime("%Y-%m-%dT%H:%M:%S%.6fZ", time_unit="us", time_zone="UTC")
            column = column.cast(pl.Int64)
        elif kind == "date":
            if column.dtype == pl.String:
                column = column.str.to_date("%Y-%m-%d")
            column = column.cast(pl.Int32)
        out.append(column.to_list())
    return list(zip(*out))


def polars_parquet(path, columns):
    return from_polars(pl.read_parquet(path), columns)


def polars_csv(path, columns):
    frame = pl.read_csv(path, schema_overrides={name: polars_type(kind, "csv") for name, kind in columns})
    return from_polars(frame, columns)


def polars_json(path, columns):
    wanted = [(name, kind) for name, kind in columns if kind != "json"]
    schema = {name: polars_type(kind, "json") for name, kind in wanted}
    read = pl.read_ndjson
    if path.endswith(".json"):
        # It reads no arrays of fixed size from a JSON array.
        read = pl.read_json
        schema = {name: pl.List(pl.Float32) if kind.startswith("vector") else schema[name] for name, kind in wanted}
    frame = read(path, schema=schema)
    rows = from_polars(frame, wanted)
    return [dict(zip((name for name, _ in wanted), row)) for row in rows]


DUCK = {
    "int64": "BIGINT",
    "int32": "INTEGER",
    "float32": "FLOAT",
    "float64": "DOUBLE",
    "bool": "BOOLEAN",
    "timestamp": "TIMESTAMPTZ",
    "date": "DATE",
    "uuid": "UUID",
    "json": "JSON",
    "string[]": "VARCHAR[]",
    "float64[]": "DOUBLE[]",
}


def duck_type(kind):
    return DUCK.get(kind, kind.replace("vector(", "FLOAT[").replace(")", "]") if kind.startswith("vector") else "VARCHAR")


def duck(source, columns):
    connection = duckdb.connect()
    connection.execute("set timezone = 'UTC'")
    shown = []
    for name, kind in columns:
        quoted = f'"{name}"'
        if kind == "timestamp":
            shown.append(f"epoch_us({quoted})")
        elif kind == "date":
            shown.append(f"date_diff('day', date '1970-01-01', {quoted})")
        elif kind == "uuid" or kind == "json":
            shown.append(f"{quoted}::varchar")
        else:
            shown.append(quoted)
    return connection.execute(f"select {', '.join(shown)} from {source}").fetchall()


def duck_columns(columns, csv=False):
    typed = {name: "VARCHAR" if csv and is_nested(kind) else duck_type(kind) for name, kind in columns}
    return "{" + ", ".join(f"'{name}': '{kind}'" for name, kind in typed.items()) + "}"


def duckdb_parquet(path, columns):
    return duck(f"'{path}'", columns)


def duckdb_csv(path, columns):
    return duck(
        f"read_csv('{path}', header = true, delim = ',', quote = '\"', escape = '\"', nullstr = '', "
        f"allow_quoted_nulls = false, columns = {duck_columns(columns, csv=True)})",
        columns,
    )


def duckdb_json(path, columns):
    form = "array" if path.endswith(".json") else "newline_delimited"
    return duck(f"read_json('{path}', format = '{form}', columns = {duck_columns(columns)})", columns)


READERS = [
    ("pyarrow", "parquet", pyarrow_parquet),
    ("pyarrow", "csv", pyarrow_csv),
    ("pyarrow", "jsonl", pyarrow_jsonl),
    ("pyarrow", "json", pyarrow_json),
    ("polars", "parquet", polars_parquet),
    ("polars", "csv", polars_csv),
    ("polars", "jsonl", polars_json),
    ("polars", "json", polars_json),
    ("duckdb", "parquet", duckdb_parquet),
    ("duckdb", "csv", duckdb_csv),
    ("duckdb", "jsonl", duckdb_json),
    ("duckdb", "json", duckdb_json),
]


def compare(folder):
    with open(os.path.join(folder, "expected.json"), encoding="utf-8") as file:
        expected = json.load(file)
    columns = [(column["name"], column["type"]) for column in expected["columns"]]
    failed = False
    for reader, form, read in READERS:
        path = os.path.join(folder, f"data/train-00000-of-00001.{form}")
        wrong = []
        cells = 0
        try:
            rows = read(path, columns)
            if len(rows) != len(expected["rows"]):
                wrong.append(f"{len(rows)} rows instead of {len(expected['rows'])}")
            for row, meant in zip(rows, expected["rows"]):
                for index, (name, kind) in enumerate(columns):
                    if isinstance(row, dict) and name not in row:
                        continue
                    value = canonical(kind, row[name] if isinstance(row, dict) else row[index])
                    want = meant[index]
                    if kind == "json" and value is not None and want is not None:
                        value, want = json.loads(value), json.loads(want)
                    cells += 1
                    if value != want or type(value) is not type(want):
                        wrong.append(f"{name}: {value!r} instead of {want!r}")
        except Exception as error:  # The report names the reader.
            wrong.append(f"{type(error).__name__}: {error}"[:300])
        failed = failed or bool(wrong)
        print(f"{reader} {form}: " + (f"{len(wrong)} DIFFERENT, {'; '.join(wrong[:3])}" if wrong else f"{cells} cells equal"))
    return 1 if failed else 0


def lookup(url):
    import duckdb_extension_httpfs

    folder = os.path.dirname(duckdb_extension_httpfs.__file__)
    extension = os.path.join(folder, "extensions", f"v{duckdb.__version__}", "httpfs.duckdb_extension")
    connection = duckdb.connect()
    connection.execute(f"load '{extension}'")
    ids = [4_000_000 + step * 10 for step in range(10)]
    rows = connection.execute(
        f"select id, title, energy from read_parquet('{url}') where id in ({', '.join(map(str, ids))}) order by id"
    ).fetchall()
    if [row[0] for row in rows] != ids or rows[0][1] != "Title 400000":
        print(f"wrong rows: {rows}")
        return 1
    return 0


sys.exit(compare(sys.argv[2]) if sys.argv[1] == "compare" else lookup(sys.argv[2]))
