import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { FillProgress } from "../../../../src/engine/index";
import { testDatabases } from "../../../helpers/test-database";
import { killDriver, killWorker, restartCluster, waitUntilIdle, withoutProcesses } from "../support/cluster-processes";
import { openSparkLake, type SparkLake } from "../support/spark-lake";
import { withoutSpark } from "../support/test-spark";

/** CI kills once and cancels at a few moments, `npm run verify:kills` ten times each. */
const TIMES = process.env.EVERY_KILL === "1" ? 10 : 1;
const HOUR_MS = 3_600_000;

for (const target of testDatabases("one").filter(({ kind }) => kind === "postgres")) {
  describe.skipIf(target.skip || withoutSpark || withoutProcesses)("runs on a cluster that loses processes", () => {
    let lake: SparkLake;
    beforeAll(async () => {
      lake = await openSparkLake(await target.openMigrated());
      expect(await lake.run()).toMatchObject({ state: "published", generation: 1, failure: null });
      await lake.expectWhole();
    }, HOUR_MS);
    afterAll(() => lake?.close());

    const isComputing = ({ tasks, tasksDone }: FillProgress) => tasks > tasksDone;

    test(`publish although a worker is killed with its executor, ${TIMES} times`, { timeout: HOUR_MS }, async () => {
      for (let time = 0; time < TIMES; time++) {
        let killed: Promise<void> | undefined;
        const done = await lake.run({
          onProgress: (progress) => {
            if (isComputing(progress)) killed ??= killWorker(time % 2 === 0 ? 0 : 1);
          },
        });
        await killed;
        expect(killed).toBeDefined();
        await restartCluster();
        expect(done).toMatchObject({ state: "published", failure: null });
        await lake.expectWhole();
      }
    });

    test("fail with engine_lost when the driver is killed, and the next one succeeds", {
      timeout: HOUR_MS,
    }, async () => {
      let isKilled = false;
      const done = await lake.run({
        onProgress: (progress) => {
          if (isKilled || !isComputing(progress)) return;
          isKilled = true;
          killDriver();
        },
      });
      try {
        expect(done).toMatchObject({ state: "failed", failure: { code: "engine_lost" } });
        await lake.expectWhole();
      } finally {
        await restartCluster();
      }
      const next = await lake.run();
      expect(next).toMatchObject({ state: "published", failure: null });
      await lake.expectWhole();
    });

    test(`free the cores when they are cancelled, at ${TIMES + 2} moments`, { timeout: HOUR_MS }, async () => {
      const seconds: number[] = [];
      for (let moment = 0; moment < TIMES + 2; moment++) {
        const controller = new AbortController();
        let begun = 0;
        const cancel = () => {
          begun ||= performance.now();
          controller.abort();
        };
        let reports = 0;
        if (moment === 0) setTimeout(cancel, 1000);
        const done = await lake.run({
          signal: controller.signal,
          onProgress: () => {
            reports += 1;
            if (reports === moment) cancel();
          },
        });
        expect(done).toMatchObject(
          begun === 0 ? { state: "published" } : { state: "failed", failure: { code: "aborted" } },
        );
        await waitUntilIdle();
        if (begun > 0) seconds.push((performance.now() - begun) / 1000);
        await lake.expectWhole();
      }
      console.log(
        `Seconds from a cancel until no executor computes: ${seconds.map((each) => each.toFixed(1)).join(", ")}`,
      );
    });
  });
}
