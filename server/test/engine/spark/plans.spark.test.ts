import {
  compileTrainingSet,
  compileView,
  dialects,
  type FeatureView,
  type Statement,
  sparkFilesView,
} from "@featstore/definitions/compiler";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { withRows } from "../../../../feature-definitions/test/compile/support/arbitrary-rows";
import { createSpine, spineCasesOf } from "../../../../feature-definitions/test/compile/support/arbitrary-spines";
import type { SqlDatabase } from "../../../../feature-definitions/test/compile/support/databases";
import { shippedViews, wholeView } from "../../../../feature-definitions/test/compile/support/golden-files";
import { compileSpineCase, strategiesOf } from "../../../../feature-definitions/test/compile/support/spine-law";
import { type GoldenLake, goldenSpine, openGoldenLake, overFiles } from "./support/golden-lake";
import { openSparkDatabase } from "./support/spark-database";

const url = process.env.TEST_SPARK_URL ?? "";
const AS_OF = "2026-01-01T00:00:00Z";

const harmless: ReadonlySet<string> = new Set(["BroadcastHashJoin", "SortMergeJoin", "window"]);

/** The joins of a plan, and what one task would do for all rows, or for a row more than once. */
function partsOf(plan: string): readonly string[] {
  const named = /\b(?:\w+Join|Expand|CartesianProduct|Exchange SinglePartition)\b/g;
  const windows = [...plan.matchAll(/Window \[.*\], \[([^[\]]*)\], \[/g)];
  return [
    ...(plan.match(named) ?? []),
    ...windows.map(([, partition]) => (partition === "" ? "window without partition" : "window")),
  ];
}

async function planOf(database: SqlDatabase, text: string, parameters: readonly (string | null)[]): Promise<string> {
  const [row] = await database.query(`explain ${text}`, parameters);
  return Object.values(row ?? {}).join("\n");
}

describe.skipIf(url === "" && process.env.REQUIRE_SERVICES !== "1")("plans of Spark", () => {
  let database: SqlDatabase;
  beforeAll(async () => {
    database = await openSparkDatabase(url);
  });
  afterAll(() => database?.close());

  test("have no window without a partition, no rows that are multiplied, and no join of all pairs", async () => {
    await createSpine(database);
    const found = new Set<string>();
    const note = async (text: string, parameters: readonly (string | null)[]): Promise<void> => {
      for (const part of partsOf(await planOf(database, text, parameters))) found.add(part);
    };
    for (const { views, shape, rows } of fc.sample(spineCasesOf("spark"), { numRuns: 12, seed: 9 })) {
      const full = views.map((view) => withRows(view, shape, rows, "spark"));
      for (const strategy of strategiesOf(full, "spark")) {
        const { text, parameters } = compileSpineCase(full, strategy, "spark").statement;
        await note(text, parameters);
      }
      for (const view of full) {
        const { text, parameters } = compileView(dialects.spark, view);
        await note(text, [AS_OF, ...parameters]);
      }
    }
    expect([...found].sort()).toEqual(["BroadcastHashJoin", "window"]);
  });

  describe("of the shipped definitions, over several files", () => {
    let lake: GoldenLake;
    beforeAll(async () => {
      lake = await openGoldenLake();
      for (const table of ["tracks", "analysis_results"]) {
        const relation = { kind: "files", engine: "lake", path: `${table}/*.parquet` } as const;
        await database.script(sparkFilesView(relation, lake.pathOf(table)));
      }
      const spine = `create or replace temporary view spine using parquet options (path '${lake.pathOf("spine")}')`;
      await database.script(spine);
    });
    afterAll(async () => {
      await database.script("set spark.sql.autoBroadcastJoinThreshold = 10485760");
      await lake?.close();
    });

    test("read them in several tasks", async () => {
      const tasks =
        "select count(*)::string as tasks from (select spark_partition_id() as task from `analysis_results/*.parquet` group by all)";
      expect(partsOf(await planOf(database, tasks, []))).toEqual(["Exchange SinglePartition"]);
      expect(Number((await database.query(tasks))[0]?.tasks)).toBeGreaterThan(1);
    });

    // Small sides are sent to all tasks; large ones are not.
    test.each(["10485760", "-1"])("do nothing in one task, with sides of at most %s bytes in memory", async (bytes) => {
      await database.script(`set spark.sql.autoBroadcastJoinThreshold = ${bytes}`);
      const statements = shippedViews
        .map(overFiles)
        .flatMap((view) => [
          [`${view.name}`, viewStatement(view)] as const,
          ...(["join", "running"] as const).map(
            (strategy) => [`${view.name}, ${strategy}`, trainingStatement(view, strategy)] as const,
          ),
        ]);
      const found: Record<string, readonly string[]> = {};
      for (const [name, { text, parameters }] of statements) {
        const plan = await planOf(database, text, parameters);
        expect(plan).toContain("FileScan parquet");
        const parts = partsOf(plan).filter((part) => !harmless.has(part));
        if (parts.length > 0) found[name] = parts;
      }
      expect(found).toEqual({});
    });
  });
});

function viewStatement(view: FeatureView): Statement {
  const { text, parameters } = compileView(dialects.spark, view);
  return { text, parameters: [AS_OF, ...parameters] };
}

function trainingStatement(view: FeatureView, strategy: "join" | "running"): Statement {
  const views = [{ ...wholeView(view), strategy }];
  return compileTrainingSet(dialects.spark, { views, spine: goldenSpine }).statement;
}
