import { compileView, dialects } from "@featstore/definitions/compiler";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { withRows } from "../../../../feature-definitions/test/compile/support/arbitrary-rows";
import { createSpine, spineCasesOf } from "../../../../feature-definitions/test/compile/support/arbitrary-spines";
import type { SqlDatabase } from "../../../../feature-definitions/test/compile/support/databases";
import { compileSpineCase, strategiesOf } from "../../../../feature-definitions/test/compile/support/spine-law";
import { openSparkDatabase } from "./support/spark-database";

const url = process.env.TEST_SPARK_URL ?? "";

describe.skipIf(url === "" && process.env.REQUIRE_SERVICES !== "1")("plans of Spark", () => {
  let database: SqlDatabase;
  beforeAll(async () => {
    database = await openSparkDatabase(url);
    await createSpine(database);
  });
  afterAll(() => database?.close());

  async function planOf(text: string, parameters: readonly (string | null)[]): Promise<string> {
    const [row] = await database.query(`explain ${text}`, parameters);
    return Object.values(row ?? {}).join("\n");
  }

  test("have no window without a partition, no rows that are multiplied, and no join of all pairs", async () => {
    const found = new Set<string>();
    const note = (plan: string): void => {
      for (const [join] of plan.matchAll(/\b(?:\w+Join|Expand|CartesianProduct)\b/g)) found.add(join);
      for (const [, partition] of plan.matchAll(/Window \[.*\], \[([^[\]]*)\], \[/g))
        found.add(partition === "" ? "window without partition" : "window");
    };
    for (const { views, shape, rows } of fc.sample(spineCasesOf("spark"), { numRuns: 12, seed: 9 })) {
      const full = views.map((view) => withRows(view, shape, rows, "spark"));
      for (const strategy of strategiesOf(full, "spark")) {
        const { text, parameters } = compileSpineCase(full, strategy, "spark").statement;
        note(await planOf(text, parameters));
      }
      for (const view of full) {
        const { text, parameters } = compileView(dialects.spark, view);
        note(await planOf(text, ["2026-01-01T00:00:00Z", ...parameters]));
      }
    }
    expect([...found].sort()).toEqual(["BroadcastHashJoin", "window"]);
  });
});
