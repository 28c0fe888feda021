import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { problemOf } from "../../src/core/index";
import { DatabaseError } from "../../src/database/index";
import { createTrainingSetFiles } from "../../src/training-sets/training-set-files";
import { testDatabases } from "../helpers/test-database";
import { features, openTrainingSets, prepareScores, rowsSpine } from "./support";

const noSpace = () => Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
const spine = () => rowsSpine([{ track_id: 3, as_of: "2026-01-01T00:13:00Z" }]);

test.each([
  ["a file", noSpace()],
  ["PostgreSQL", new DatabaseError("statement_failed", "could not extend file", "53100")],
])("answers a request that meets the full disk of %s with storage_full, status 507", (_, error) => {
  expect(problemOf(error, "req_1")).toMatchObject({ code: "storage_full", status: 507 });
});

for (const target of testDatabases("one")) {
  describe.skipIf(target.skip)(`training sets and a full disk on ${target.name}`, () => {
    test("a training set whose file does not fit fails with storage_full and leaves nothing", async () => {
      const opened = await target.openMigrated();
      const folder = await mkdtemp(join(tmpdir(), "featstore-full-"));
      await prepareScores(opened.database);
      const made = await openTrainingSets(opened.database, {
        folder,
        files: {
          ...createTrainingSetFiles(folder),
          create: async () => ({ write: () => Promise.reject(noSpace()), close: async () => undefined }),
        },
      });
      try {
        const { id, done } = await made.sets.start({ features, format: "jsonl", tenant: null, spine: spine() });
        await done.catch(() => undefined);
        const [row] = await opened.database.query<{ state: string; code: string }>({
          text: "select state, failure ->> 'code' as code from featstore.training_sets where id = $1::text",
          parameters: [id],
        });
        expect(row).toEqual({ state: "failed", code: "storage_full" });
        expect(await made.left()).toEqual({ tables: [], folders: [] });
      } finally {
        await made.close();
        await opened.drop();
        await rm(folder, { recursive: true, force: true });
      }
    });
  });
}
