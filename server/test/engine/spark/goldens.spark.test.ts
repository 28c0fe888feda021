import { compileTrainingSet, dialects, type ValueType } from "@featstore/definitions/compiler";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { SqlDatabase } from "../../../../feature-definitions/test/compile/support/databases";
import { goldenFilesOf, goldenTrainingSets } from "../../../../feature-definitions/test/compile/support/golden-files";
import { goldenTableNames } from "../../../../feature-definitions/test/compile/support/golden-tables";
import { runView, textOf } from "../../../../feature-definitions/test/compile/support/result-text";
import { type GoldenLake, goldenSpine, inSession, openGoldenLake } from "./support/golden-lake";
import { openSparkDatabase } from "./support/spark-database";

/* The SQL of the golden files gives on Spark the rows that it gives on DuckDB, over the same rows in several files. */

const url = process.env.TEST_SPARK_URL ?? "";
const AS_OF = "2026-02-01T00:00:00.000000Z";

describe.skipIf(url === "" && process.env.REQUIRE_SERVICES !== "1")("golden SQL runs on Spark", () => {
  let lake: GoldenLake;
  let spark: SqlDatabase;
  beforeAll(async () => {
    lake = await openGoldenLake();
    spark = await openSparkDatabase(url);
    for (const table of [...goldenTableNames, goldenSpine.table])
      await spark.script(
        `create or replace temporary view \`${table}\` using parquet options (path '${lake.pathOf(table)}')`,
      );
  });
  afterAll(async () => {
    await spark?.close();
    await lake?.close();
  });

  test.each(goldenFilesOf("spark"))("%s", async (_file, view) => {
    const rowsOn = async (database: SqlDatabase) => {
      const rows = await runView(database, database.engine === "spark" ? inSession(view) : view, AS_OF);
      const values = rows.map(({ features, ...row }) => [
        row,
        features.map((text, at) => comparable(text, view.features[at]?.type ?? "string")),
      ]);
      return values.map((row) => JSON.stringify(row)).sort();
    };
    const expected = await rowsOn(lake.duckdb);
    expect(expected).not.toEqual([]);
    expect(await rowsOn(spark)).toEqual(expected);
  });

  test.each([...goldenTrainingSets])("training set %s", async (_file, views) => {
    const rowsOn = async (database: SqlDatabase) => {
      const { engine } = database;
      const read = engine === "spark" ? views.map((each) => ({ ...each, view: inSession(each.view) })) : views;
      const { statement, columns } = compileTrainingSet(dialects[engine], { views: read, spine: goldenSpine });
      const items = columns.map(({ name, type }) => `${textOf(name, type, engine)} as ${name}`);
      const rows = await database.query(
        `select _row::${engine === "spark" ? "string" : "text"} as row, ${items.join(", ")} from (\n${statement.text}\n) as result order by _row`,
        statement.parameters,
      );
      return rows.map(({ row, ...values }) => [
        row,
        columns.map(({ name, type }) => comparable(values[name] ?? null, type)),
      ]);
    };
    const expected = await rowsOn(lake.duckdb);
    expect(expected).toHaveLength(6);
    expect(await rowsOn(spark)).toEqual(expected);
  });
});

/** The value of a text that an engine writes in its own way. */
function comparable(text: string | null, type: ValueType): unknown {
  if (text === null) return null;
  if (type === "bool") return text.startsWith("t");
  if (type === "float64" || type === "float32" || type === "decimal") return Number(Number(text).toPrecision(12));
  return type === "json" || type.endsWith("]") || type.startsWith("vector") ? JSON.parse(text) : text;
}
