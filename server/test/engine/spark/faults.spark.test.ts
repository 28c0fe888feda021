import { Code, ConnectError } from "@connectrpc/connect";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Engine, FillProgress } from "../../../src/engine/index";
import type { Plan } from "../../../src/engine/spark/connect/generated/spark/connect/base_pb";
import { openSpark } from "../../../src/engine/spark/open-spark";
import { createViewFills } from "../../../src/engine/spark/view-fills";
import { createTestBucket } from "../../datasets/support/storages";
import { testDatabases } from "../../helpers/test-database";
import { startTimedProxy } from "./support/cutting-proxy";
import { session as answer, startFakeSpark } from "./support/fake-spark";
import { openSparkLake, type SparkLake } from "./support/spark-lake";
import { openTestSession, sparkUrl, withoutSpark } from "./support/test-spark";

const HOUR_MS = 3_600_000;

function textOf(plan: Plan | undefined): string {
  const command = plan?.opType.case === "command" ? plan.opType.value.commandType : undefined;
  const input = command?.case === "sqlCommand" ? command.value.input?.relType : undefined;
  return input?.case === "sql" ? input.value.query : "";
}

for (const target of testDatabases("one").filter(({ kind }) => kind === "postgres")) {
  describe.skipIf(target.skip || withoutSpark)("runs on a cluster with faults", () => {
    let lake: SparkLake;
    beforeAll(async () => {
      lake = await openSparkLake(await target.openMigrated());
      expect(await lake.run()).toMatchObject({ state: "published", failure: null });
      await lake.expectWhole();
    }, HOUR_MS);
    afterAll(() => lake?.close());

    /** Lets the engine run another statement than the applied one. */
    const running = (sql: string): Partial<Engine> => ({
      fill: (run, view, options) =>
        createViewFills(lake.database, openSpark("cluster", lake.settings)).fill(run, { ...view, sql }, options),
    });

    test("show how far Spark has come in the list of runs", { timeout: HOUR_MS }, async () => {
      let shown: Promise<FillProgress | null | undefined> | undefined;
      const read = () =>
        vi.waitFor(async () => {
          const listed = await lake.lastRun();
          expect(listed?.progress?.tasks).toBeGreaterThan(0);
          return listed?.progress;
        });
      const done = await lake.run({
        onProgress: ({ tasks }) => {
          if (tasks > 0) shown ??= read();
        },
      });
      expect(done).toMatchObject({ state: "published" });
      expect((await shown)?.stages).toBeGreaterThan(0);
      expect(await lake.lastRun()).toMatchObject({ state: "published", progress: null });
    });

    test("publish all rows through a connection that is cut every second", { timeout: HOUR_MS }, async () => {
      const proxy = await startTimedProxy(sparkUrl, 1000);
      expect(await lake.run({ url: proxy.url })).toMatchObject({ state: "published", failure: null });
      expect(proxy.cuts()).toBeGreaterThan(1);
      await lake.expectWhole();
    });

    test("fail with engine_busy on a full cluster, and leave nothing", { timeout: HOUR_MS }, async () => {
      const other = await openTestSession();
      const controller = new AbortController();
      const forHours = "select count(*) as rows from range(0, 100000000000000, 1, 8) where hash(id) = 1";
      let isFull = false;
      const full = other.rows(forHours, {
        signal: controller.signal,
        onProgress: ({ runningTasks }) => {
          isFull ||= runningTasks >= 2;
        },
      });
      full.catch(() => undefined);
      await expect.poll(() => isFull).toBe(true);
      const fills = createViewFills(lake.database, { ...openSpark("cluster", lake.settings), busyMs: 1000 });
      const done = await lake.run({ engine: { fill: fills.fill } });
      controller.abort();
      await expect(full).rejects.toMatchObject({ code: "aborted" });
      expect(done).toMatchObject({ state: "failed", failure: { code: "engine_busy" } });
      expect(done.failure?.message).toContain('The run computes scores@1 from the source "facts".');
      await lake.expectWhole();
    });

    test("fail with the place of an unknown column", { timeout: HOUR_MS }, async () => {
      const { failure } = await lake.run({ engine: running("select nosuch from range(1)") });
      expect(failure).toMatchObject({ code: "engine_statement_failed" });
      expect(failure?.message).toContain(
        "A column, variable, or function parameter with name `nosuch` cannot be resolved",
      );
      expect(failure?.message).toContain(
        '(SQLSTATE 42703), at "nosuch". The run computes scores@1 from the source "facts".',
      );
      await lake.expectWhole();
    });

    test("spill what an executor's memory does not hold", { timeout: HOUR_MS }, async () => {
      const rows = 3_000_000;
      const session = await openTestSession();
      const texts = `select md5(cast(id as string)) || repeat('x', 200) as text from range(0, ${rows}, 1, 2)`;
      const numbered = `select row_number() over (order by text) as number from (${texts})`;
      expect(await session.rows(`select sum(number) as sum from (${numbered})`)).toEqual([
        { sum: (BigInt(rows) * BigInt(rows + 1)) / 2n },
      ]);
    });

    test("fail with engine_extension_missing without a jar, and with engine_source_failed without rights", {
      timeout: HOUR_MS,
    }, async () => {
      const session = await openTestSession();
      const { options } = await createTestBucket(process.env.TEST_S3_URL ?? "");
      await session.set({
        "spark.sql.catalog.jarless": "org.example.NotThere",
        [`fs.s3a.bucket.${options.bucket}.secret.key`]: "wrong",
      });
      await expect(session.rows("select * from jarless.a.b")).rejects.toMatchObject({
        code: "engine_extension_missing",
        detail: expect.stringContaining("org.example.NotThere"),
      });
      await expect(
        session.run(
          `create temporary view refused (id bigint) using parquet options (path 's3a://${options.bucket}/a')`,
        ),
      ).rejects.toMatchObject({
        code: "engine_source_failed",
        detail: expect.stringContaining(`s3a://${options.bucket}/a`),
      });
    });

    test("fail with engine_staging_unusable if Spark may not write results", { timeout: HOUR_MS }, async () => {
      const fake = await startFakeSpark({
        async *executePlan({ plan }) {
          const [, path] = /insert overwrite directory '([^']*)'/.exec(textOf(plan)) ?? [];
          if (path !== undefined) throw new ConnectError(`${path}: S3Exception: Forbidden`, Code.Internal);
          yield { ...answer, responseType: { case: "resultComplete" as const, value: {} } };
        },
      });
      expect(await lake.run({ url: fake.url })).toMatchObject({ failure: { code: "engine_staging_unusable" } });
      await lake.expectWhole();
    });
  });
}
