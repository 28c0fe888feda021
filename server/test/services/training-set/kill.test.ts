import { fork } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import type { Database } from "../../../src/database/database";
import { openPgliteDatabase } from "../../../src/database/pglite-database";
import { testDatabases } from "../../helpers/test-database";
import { type KillOrder, type KillPoint, killedSpine } from "./kill-order";
import { features, openTrainingSets, prepareScores } from "./support";

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
// `jiti/register` is exported to `import` alone, which the test runner's modules cannot resolve.
const register = new URL("jiti-register.mjs", pathToFileURL(createRequire(import.meta.url).resolve("jiti"))).href;

/** Runs the child up to its point and kills it there. */
function runAndKill(order: KillOrder): Promise<void> {
  const child = fork(at("./kill-child.ts"), [JSON.stringify(order)], {
    execArgv: ["--import", register],
    env: {
      ...process.env,
      JITI_ALIAS: JSON.stringify({ "@featstore/definitions": at("../../../../feature-definitions/src/index.ts") }),
    },
  });
  return new Promise((resolve, reject) => {
    let isAt = false;
    child.on("message", () => {
      isAt = true;
      child.kill("SIGKILL");
    });
    child.once("exit", () => (isAt ? resolve() : reject(new Error("The child ended before its point"))));
  });
}

/** What is left of a killed one goes with the next start, whose bytes are those of one that was not disturbed. */
async function expectRecovered(database: Database, files: string, wanted: string): Promise<void> {
  const [killed] = await database.query<{ id: string; state: string }>({
    text: "select id, state from featstore.training_sets where state <> 'finished'",
  });
  expect(["loading", "running"]).toContain(killed?.state);
  const made = await openTrainingSets(database, { folder: files });
  await expect(made.sets.data(killed?.id ?? "", null)).rejects.toMatchObject({ code: "training_set_not_finished" });
  const { id, manifest } = await made.make({ spine: killedSpine(), features, format: "parquet" });
  expect(manifest.result.sha256).toBe(wanted);
  // The backend of a killed client may hold its table for a moment longer.
  await expect
    .poll(
      async () => {
        await made.sets.sweep();
        return made.left();
      },
      { timeout: 60_000 },
    )
    .toEqual({ tables: [], folders: [id] });
  expect(await made.sets.read(killed?.id ?? "", null)).toMatchObject({
    state: "failed",
    failure: { code: "training_set_interrupted" },
  });
  expect(made.faults).toEqual([]);
  await made.close();
}

/** The digest of one that nobody disturbs. */
async function undisturbed(database: Database): Promise<string> {
  await prepareScores(database);
  const made = await openTrainingSets(database);
  const { manifest } = await made.make({ spine: killedSpine(), features, format: "parquet" });
  await made.close();
  return manifest.result.sha256;
}

const points: readonly KillPoint[] = ["load", "stream", "publish", "published"];

for (const target of testDatabases().filter(({ name }) => name === "postgres-16")) {
  describe.skipIf(target.skip)(`a killed training set on ${target.name}`, () => {
    test.for(points)("at %s", async (point) => {
      const opened = await target.open();
      const files = await mkdtemp(join(tmpdir(), "featstore-killed-"));
      try {
        const wanted = await undisturbed(opened.database);
        await runAndKill({ database: { url: opened.url ?? "" }, files, at: point });
        await expectRecovered(opened.database, files, wanted);
      } finally {
        await opened.drop();
        await rm(files, { recursive: true, force: true });
      }
    });
  });
}

describe("a killed training set on pglite", () => {
  test("at stream", async () => {
    const folder = await mkdtemp(join(tmpdir(), "featstore-killed-"));
    const [database, files] = [join(folder, "database"), join(folder, "files")];
    try {
      const first = await openPgliteDatabase({ folder: database });
      const wanted = await undisturbed(first);
      await first.close();
      await runAndKill({ database: { folder: database }, files, at: "stream" });
      const second = await openPgliteDatabase({ folder: database });
      await expectRecovered(second, files, wanted);
      await second.close();
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
