import { fork } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Database } from "../../src/database/database";
import { createS3Files, type S3FilesOptions } from "../../src/datasets/files/s3-files";
import type { SnapshotFiles } from "../../src/datasets/files/snapshot-files";
import { collectGarbage } from "../../src/datasets/snapshots/collect-garbage";
import { writeSnapshot } from "../../src/datasets/write/write-snapshot";
import { bundleChild } from "../helpers/bundle-child";
import { testDatabases } from "../helpers/test-database";
import type { BuildOrder } from "./kill-child";
import { type DatasetWorld, openDatasetWorld, songDataset, songTable } from "./support/dataset-world";
import { createTestBucket } from "./support/storages";

/** For each storage: two in CI, ten by `npm run verify:kills`. */
const KILLS = process.env.EVERY_KILL === "1" ? 10 : 2;
const ROWS = 40_000;

/** Runs a build in a process and kills it so many milliseconds after it began; null: lets it end. Returns how long it took. */
async function runChild(order: BuildOrder, killAfterMs: number | null): Promise<number> {
  const program = await bundleChild(new URL("./kill-child.ts", import.meta.url));
  const child = fork(program, [JSON.stringify(order)], { execArgv: [] });
  return new Promise((resolve, reject) => {
    let begun = 0;
    child.on("message", () => {
      begun = performance.now();
      if (killAfterMs !== null) setTimeout(() => child.kill("SIGKILL"), killAfterMs);
    });
    child.once("exit", (code, signal) => {
      if (begun > 0 && (signal === "SIGKILL" || code === 0)) resolve(performance.now() - begun);
      else reject(new Error(`The child ended with ${signal ?? code}`));
    });
  });
}

/** Expects that every visible snapshot has all its files, with their checksums. */
async function expectWhole({ store, files }: DatasetWorld): Promise<number> {
  const snapshots = await store.snapshots("songs");
  for (const { id, manifest } of snapshots) {
    const text = await read(files, `songs/${id}/manifest.json`);
    expect(createHash("sha256").update(text).digest("hex")).toBe(id);
    for (const { path, sha256, bytes } of manifest.files) {
      const content = await read(files, `songs/${id}/${path}`);
      expect([path, content.length, createHash("sha256").update(content).digest("hex")]).toEqual([path, bytes, sha256]);
    }
  }
  return snapshots.length;
}

async function read(files: SnapshotFiles, path: string): Promise<Buffer> {
  const size = await files.size(path);
  if (size === undefined) throw new Error(`${path} is missing`);
  if (size === 0) return Buffer.alloc(0);
  return Buffer.from(await new Response(files.read(path, 0, size - 1)).arrayBuffer());
}

const url = process.env.TEST_S3_URL;
const storages = [
  { name: "a local folder", skip: false, open: async (): Promise<S3FilesOptions | null> => null },
  { name: "an S3 bucket", skip: url === undefined, open: async () => (await createTestBucket(url ?? "")).options },
];

for (const target of testDatabases("main").filter(({ name }) => name === "postgres-16")) {
  for (const storage of storages) {
    describe.skipIf(target.skip || storage.skip)(`killed builds on ${target.name} and ${storage.name}`, () => {
      test("leave no half snapshot visible, and the next build succeeds", async () => {
        const opened = await target.openMigrated();
        const folder = await mkdtemp(join(tmpdir(), "featstore-killed-builds-"));
        const s3 = await storage.open();
        const files = s3 === null ? {} : { files: await createS3Files(s3) };
        const world = await openDatasetWorld(opened.database, { folder, write: writeSnapshot, ...files });
        try {
          await prepare(opened.database);
          await world.apply(songDataset({ split: { train: 80, validation: 10, test: 10 } }));
          const order = { database: opened.directUrl ?? "", folder, s3 };
          const whole = await runChild(order, null);
          let snapshots = await expectWhole(world);
          expect(snapshots).toBe(1);
          const moments = fc.sample(fc.double({ min: 0, max: 1, noNaN: true }), {
            ...{ numRuns: KILLS, seed: Number(process.env.LAW_SEED) },
          });
          for (const [kill, moment] of moments.entries()) {
            await opened.database.script(`insert into songs values (${ROWS + kill + 1}, 'more', 1)`);
            await runChild(order, moment * whole);
            const after = await expectWhole(world);
            expect(after - snapshots).toBeOneOf([0, 1]);
            snapshots = after;
          }
          await opened.database.script(`insert into songs values (0, 'last', 1)`);
          const last = await world.build();
          expect(last).toMatchObject({ rows: ROWS + KILLS + 1, unchanged: false });
          expect(await expectWhole(world)).toBe(snapshots + 1);
          const garbage = { builds: world.buildStore, files: world.files, workFolder: folder };
          await collectGarbage(garbage, { collect: true });
          expect(await collectGarbage(garbage, { collect: false })).toEqual([]);
          expect(await world.files.folders("songs")).toHaveLength(snapshots + 1);
          expect((await readdir(folder)).filter((name) => name.startsWith("."))).toEqual([]);
          await expectWhole(world);
        } finally {
          await world.close();
          await opened.drop();
          await rm(folder, { recursive: true, force: true });
        }
      }, 600_000);
    });
  }
}

async function prepare(database: Database): Promise<void> {
  await database.script(`${songTable};
    insert into songs select i, 'song ' || i || ' ' || md5(i::text), i * 10 from generate_series(1, ${ROWS}) as i`);
}
