import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compileView, postgresDialect } from "@featstore/definitions/compiler";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Config } from "../../src/core/config";
import { isSurelyDead, thisProcess } from "../../src/database/lease-holder";
import { createEngine } from "../../src/engine/index";
import { materialize } from "../../src/materialization/materialize";
import { createRunLog } from "../../src/materialization/run-log";
import { createRunStore } from "../../src/materialization/runs/run-store";
import { createRegistryStore } from "../../src/registry/registry-store";
import { openCommandReadBack } from "../../src/serving/read-back/command-read-back";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { changeOf, viewChange } from "../registry/fixture";
import { TABLES, view, withFaults } from "./faulty-loads";
import { type Serving, startServing } from "./serving";

// A server reads rows back through its own online store: what the store returns is compared with the table.

const YEAR = 366 * 86_400_000_000;

const redisUrl = process.env.TEST_REDIS_URL;
const kinds = [
  { kind: "memory", skip: false },
  { kind: "redis", skip: redisUrl === undefined },
] as const;

for (const target of testDatabases("main"))
  describe.each(kinds.map((each) => ({ ...each, on: target.name })))("rows in $kind on $on", ({ kind, skip }) => {
    describe.skipIf(skip || target.skip)("read back by a server", () => {
      let opened: OpenTestDatabase;
      let folder: string;
      let serving: Serving;
      let now = Date.now() * 1000;
      const faults = { loads: false, reads: false };

      beforeAll(async () => {
        opened = await target.openMigrated();
        await opened.database.script(TABLES);
        const change = changeOf({ featureViews: [viewChange(view, compileView(postgresDialect, view))] });
        await createRegistryStore(opened.database).apply(change);
        folder = await mkdtemp(join(tmpdir(), "featstore-stores-"));
        serving = await startServing({
          environment: {
            DATABASE_URL: opened.url ?? "postgres://127.0.0.1/unused",
            FEATSTORE_KEY_SECRET: "0123456789abcdef0123456789abcdef",
            FEATSTORE_ONLINE_STORE: kind,
            ...(kind === "redis"
              ? { REDIS_URL: redisUrl, FEATSTORE_REDIS_PREFIX: `test_${randomBytes(6).toString("hex")}` }
              : {}),
          },
          folder,
          clock: () => now,
          database: withFaults(opened.database, faults),
        });
      });
      beforeEach(() => {
        Object.assign(faults, { loads: false, reads: false });
      });
      afterAll(async () => {
        await serving?.close();
        await opened?.drop();
        await rm(folder, { recursive: true, force: true });
      });

      const scheduledRun = async () => {
        now += YEAR;
        await serving.deps.scheduler?.tick();
        await serving.deps.scheduler?.idle();
        const [run] = await createRunStore(opened.database).list({ limit: 1 });
        return run;
      };
      /** As `featstore materialize` does, with Redis or without an online store of its own. */
      const command = async (config: Pick<Config, "onlineStore" | "redis">) => {
        const { database } = opened;
        const readBack = openCommandReadBack(database, config);
        const dependencies = {
          registry: createRegistryStore(database),
          engine: createEngine(database),
          offline: createRunLog(database),
        };
        const holder = await thisProcess();
        const { views } = await materialize(
          { ...dependencies, readBack: readBack.read, holder, isDead: isSurelyDead },
          { views: ["listening"] },
        );
        await readBack.close();
        return views[0];
      };
      const metric = async () =>
        (await (await fetch(`${serving.url}/metrics`)).text()).includes(
          'featstore_served_values_differ{view="listening",version="1"} 1',
        );
      const valuesCheck = async () =>
        ((await serving.get("/health", "")).body as { checks: { served_values: unknown } }).checks.served_values;

      test("differ in the run, the metrics and the health, until a run of a server finds them equal", async () => {
        expect(await scheduledRun()).toMatchObject({ state: "published", warnings: [] });
        expect(await metric()).toBe(false);

        faults.loads = true;
        expect(await scheduledRun()).toMatchObject({
          state: "published",
          warnings: [{ code: "served_values_differ", message: expect.stringMatching(/^20 rows .* device /) }],
        });
        expect(await metric()).toBe(true);
        await expect.poll(valuesCheck).toMatchObject({ ok: false, code: "served_values_differ" });

        faults.loads = false;
        faults.reads = true;
        expect(await scheduledRun()).toMatchObject({
          state: "published",
          warnings: [{ code: "served_values_unchecked" }],
        });
        expect(await metric()).toBe(true);

        faults.reads = false;
        expect(await command({ ...serving.deps.config, redis: null })).toMatchObject({
          state: "published",
          warnings: [],
        });
        expect(await metric()).toBe(true);

        expect(await scheduledRun()).toMatchObject({ state: "published", warnings: [] });
        expect(await metric()).toBe(false);
        await expect.poll(valuesCheck).toMatchObject({ ok: true });
      });

      test.runIf(kind === "redis")(
        "differ in a run of a command, which waits until a server has loaded them",
        async () => {
          faults.loads = true;
          expect(await command(serving.deps.config)).toMatchObject({ warnings: [{ code: "served_values_differ" }] });
          expect(await metric()).toBe(true);
          faults.loads = false;
          expect(await command(serving.deps.config)).toMatchObject({ state: "published", warnings: [] });
          expect(await metric()).toBe(false);
        },
      );
    });
  });
