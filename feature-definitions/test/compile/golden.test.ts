import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addPrimaryKey, createTable, fillTable } from "../../src/compile/generations/tables";
import {
  checkDefinitions,
  compileView,
  dialects,
  type FeatureView,
  servingQueries,
  verificationQuery,
  walk,
} from "../../src/compiler";
import { vectorDimensions } from "../../src/ir/types";
import { type SqlDatabase, sqlTargets } from "./support/databases";
import { duckdbTarget } from "./support/duckdb";
import { goldenFiles, goldenFilesOf, ownGoldenViews } from "./support/golden-files";
import { createDuckdbTables, shippedTables } from "./support/golden-tables";
import { goldenTables, goldenVectorTables } from "./support/golden-views";

/*
 * The SQL of every shipped view, and of views that together contain every node, as files for review. UPDATE_GOLDEN=1
 * rewrites them.
 */

const folders = [
  ["postgres", resolve(import.meta.dirname, "../golden")],
  ["duckdb", resolve(import.meta.dirname, "../golden-duckdb")],
  ["spark", resolve(import.meta.dirname, "../golden-spark")],
] as const;
const isUpdate = process.env.UPDATE_GOLDEN === "1";
function goldenText(view: FeatureView, engine: keyof typeof dialects): string {
  const { text, parameters } = compileView(dialects[engine], view);
  const placeholder = (number: number): string => (engine === "spark" ? `:p${number}` : `$${number}`);
  const list = parameters.map((parameter, index) => `-- ${placeholder(index + 2)} = ${JSON.stringify(parameter)}\n`);
  return `-- ${placeholder(1)} = the as-of time\n${list.join("")}${text};\n`;
}

describe.each(folders)("golden files of %s", (engine, folder) => {
  if (isUpdate) mkdirSync(folder, { recursive: true });

  test.each(goldenFilesOf(engine))("%s", (file, view) => {
    const path = join(folder, file);
    const text = goldenText(view, engine);
    if (isUpdate) writeFileSync(path, text);
    expect(existsSync(path) ? readFileSync(path, "utf8") : "absent; run with UPDATE_GOLDEN=1").toBe(text);
  });

  test("have no obsolete files", () => {
    expect(readdirSync(folder).sort()).toEqual(
      goldenFilesOf(engine)
        .map(([file]) => file)
        .sort(),
    );
  });
});

describe("golden views", () => {
  test("pass the checks", () => {
    expect(
      checkDefinitions({ featureViews: ownGoldenViews, featureServices: [] }).filter(
        ({ severity }) => severity === "error",
      ),
    ).toEqual([]);
  });

  test("contain every kind of node, aggregate, function and date part", () => {
    const found = new Set<string>();
    for (const view of ownGoldenViews) {
      for (const expression of [
        view.filter,
        view.source.filter,
        ...view.features.map((feature) => feature.expression),
      ]) {
        if (!expression) continue;
        walk(expression, (node) => {
          found.add(node.kind);
          if (node.kind === "aggregate" || node.kind === "string_function") found.add(node.name);
        });
      }
    }
    const kinds = [
      "column",
      "literal",
      "arithmetic",
      "comparison",
      "logic",
      "not",
      "in",
      "null_test",
      "case",
      "coalesce",
    ];
    const more = ["string_function", "json_get", "cast", "date_part", "sql", "aggregate"];
    const aggregates = ["latest", "first", "count", "count_distinct", "sum", "avg", "min", "max", "stddev", "variance"];
    const newer = ["percentile", "mode", "any", "every", "last_n", "collect"];
    const functions = ["lower", "upper", "trim", "length", "concat", "substring", "contains", "starts_with", "replace"];
    expect([...kinds, ...more, ...aggregates, ...newer, ...functions].filter((name) => !found.has(name))).toEqual([]);
  });
});

const hasVectors = (view: FeatureView): boolean =>
  view.features.some(({ type }) => vectorDimensions(type) !== undefined);

for (const target of sqlTargets("all")) {
  describe.skipIf(target.skip)(`golden SQL runs on ${target.name}`, () => {
    let database: SqlDatabase;
    beforeAll(async () => {
      database = await target.open("Europe/Berlin");
      await database.script(shippedTables(target.hasVectors));
      await database.script(goldenTables);
      if (target.hasVectors) await database.script(goldenVectorTables);
    });
    afterAll(() => database?.close());

    test.each([...goldenFiles].filter(([, view]) => target.hasVectors || !hasVectors(view)))(
      "%s",
      async (_file, view) => {
        const table = `${view.name}_v${view.version}_g1`;
        const { text, parameters, columns } = compileView(dialects.postgres, view);
        await database.script(createTable(view, table));
        await database.query(fillTable(view, table, text), ["2026-02-01T00:00:00.000000Z", ...parameters]);
        await database.script(addPrimaryKey(view, table));

        const [verified] = await database.query(verificationQuery(view, table));
        expect(verified).toMatchObject({ rows: expect.stringMatching(/^[1-9]/), non_finite: "{}" });
        const queries = servingQueries(view, table);
        const all = await database.query(queries.all);
        expect(all).toHaveLength(Number(verified?.rows));
        const keys = all.map((row) => view.entity.key.map(({ name }) => row[name]));
        const byKeys = await database.query(queries.byKeys, [all[0]?._tenant ?? "", JSON.stringify(keys.slice(0, 1))]);
        expect(byKeys).toHaveLength(1);
        const named = await database.query(
          `select attname as name, format_type(atttypid, atttypmod) as type from pg_attribute
         where attrelid = $1::text::regclass and attnum > 0 order by attnum`,
          [`features.${table}`],
        );
        expect(named).toEqual(columns.map(({ name, databaseType }) => ({ name, type: databaseType })));
      },
    );
  });
}

describe("golden SQL runs on DuckDB", () => {
  let database: SqlDatabase;
  beforeAll(async () => {
    database = await duckdbTarget.open();
    await createDuckdbTables(database);
  });
  afterAll(() => database?.close());

  test.each(goldenFilesOf("duckdb"))("%s", async (_file, view) => {
    const { text, parameters, columns } = compileView(dialects.duckdb, view);
    const rows = await database.query(text, ["2026-02-01T00:00:00.000000Z", ...parameters]);
    expect(rows).not.toEqual([]);
    expect(Object.keys(rows[0] ?? {})).toEqual(columns.map(({ name }) => name));
  });
});
