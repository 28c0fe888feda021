import { count, entity, featureView, int64, source } from "@featstore/definitions";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createEstimate } from "../../../src/engine/duckdb/estimate";
import { openTestEngine, type TestEngine } from "./support/test-engine";

let own: TestEngine;

beforeAll(async () => {
  own = await openTestEngine();
  for (const day of ["2026-01-01", "2026-01-02"])
    await own.write(
      `lake/plays/day=${day}/a.parquet`,
      `select i as track_id, timestamptz '${day} 12:00:00+00' as played_at, random() as noise from range(20000) as r (i)`,
    );
});
afterAll(() => own.close());

const track = entity({ name: "track", key: { track_id: int64() } });

function viewOf(path: string) {
  return featureView({
    ...{ name: "plays", version: 1, entity: track },
    from: source({
      ...{ name: "plays", engine: "lake", path, key: { track_id: int64() }, columns: {} },
      ...{ eventTime: "played_at", history: "events", partitions: { day: { type: "date", holds: "day" } } },
    }),
    features: () => ({ plays: count() }),
  }).ir;
}

test("estimates rows, and the pages of the files, without a run", async () => {
  const estimate = createEstimate(own.engine);
  const both = await estimate(viewOf("plays/*/*.parquet"));
  const one = await estimate(viewOf("plays/day=2026-01-01/*.parquet"));
  if (both.state !== "estimated" || one.state !== "estimated") throw new Error(JSON.stringify([both, one]));
  expect(both.estimate.rows).toBeGreaterThan(0);
  expect(both.estimate.totalCost).toBeGreaterThan(10);
  expect(one.estimate.totalCost / both.estimate.totalCost).toBeCloseTo(0.5);
});

test("reports why a view cannot be planned", async () => {
  const planned = await createEstimate(own.engine)(viewOf("nothing/*/*.parquet"));
  expect(planned).toMatchObject({ state: "refused", reason: expect.stringContaining("nothing") });
});
