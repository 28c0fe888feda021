import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { requireEqualFiles } from "../../src/engines/compare-files";
import { computeFloor, computeOurs, listeningFloors } from "../../src/engines/computed-view";
import { lakeSize, writeLake } from "../../src/engines/plays-lake";

const limits = { threads: 1, memoryMb: 300 };

describe("the view that the benchmark of engines computes", () => {
  const folder = mkdtempSync(join(tmpdir(), "featstore-benchmark-"));
  const ours = { ...limits, folder, ours: "ours/rows/*.parquet" };

  beforeAll(async () => {
    await writeLake(folder, lakeSize(20_000), limits);
    await computeOurs(folder, limits);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(listeningFloors())("has the values of the hand-written $strategy", async (floor) => {
    await computeFloor(folder, limits, floor);
    await requireEqualFiles({ ...ours, theirs: `${floor.strategy}/*.parquet`, by: ["listener_id"] });
  });

  it("is found to differ from rows without a listener, and with another value", async () => {
    const wrong = {
      strategy: "wrong",
      view: "listening",
      text: "select * replace (plays_7d + 1 as plays_7d) from 'ours/rows/*.parquet' where listener_id > 1",
    };
    await computeFloor(folder, limits, wrong);
    const compared = requireEqualFiles({ ...ours, theirs: "wrong/*.parquet", by: ["listener_id"] });
    await expect(compared).rejects.toThrow(/rows missing in theirs in 1 rows, .*plays_7d in \d+ rows/);
  });
});
