import fc from "fast-check";
import { afterAll, beforeAll, describe, test } from "vitest";
import { createSpine, spineCasesOf } from "../../../../feature-definitions/test/compile/support/arbitrary-spines";
import { changeCasesOf, expectEqualChanges } from "../../../../feature-definitions/test/compile/support/change-law";
import type { SqlDatabase } from "../../../../feature-definitions/test/compile/support/databases";
import { expectEqualSpine } from "../../../../feature-definitions/test/compile/support/spine-law";
import { expectEqualView, viewCasesOf } from "../../../../feature-definitions/test/compile/support/view-law";
import { openSparkDatabase } from "./support/spark-database";

/*
 * The laws of law.test.ts and point-in-time-law.test.ts on Spark: the compiled SQL of random views and training sets gives
 * the reference's values, and late entities computed alone have the rows of a full run. LAW_RUNS and LAW_SEED as there; a
 * training set, and a case of late entities, takes as long as five views.
 */

const url = process.env.TEST_SPARK_URL ?? "";
const runs = Number(process.env.LAW_RUNS);
const TIMEOUT = Math.max(600_000, runs * 10_000);

describe.skipIf(url === "" && process.env.REQUIRE_SERVICES !== "1")("compiled SQL = reference on Spark", () => {
  let database: SqlDatabase;
  beforeAll(async () => {
    database = await openSparkDatabase(url);
    await createSpine(database);
  });
  afterAll(() => database?.close());

  test("for views", { timeout: TIMEOUT }, async () => {
    await fc.assert(
      fc.asyncProperty(viewCasesOf("spark"), (each) => expectEqualView(database, each)),
      { numRuns: runs },
    );
  });

  test("for training sets", { timeout: TIMEOUT }, async () => {
    await fc.assert(
      fc.asyncProperty(spineCasesOf("spark"), (each) => expectEqualSpine(database, each)),
      { numRuns: Math.ceil((runs * 2) / 5) },
    );
  });

  test("for the entities of incremental runs", { timeout: TIMEOUT }, async () => {
    await fc.assert(
      fc.asyncProperty(changeCasesOf("spark"), (each) => expectEqualChanges(database, "spark", each)),
      { numRuns: Math.ceil(runs / 5) },
    );
  });
});
