import { rm } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeSnapshot } from "../../src/datasets/write/write-snapshot";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { openDatasetWorld, songDataset, songTable } from "./support/dataset-world";

/**
 * A table takes random states, one after the other. After each, the version part and the counts of changed rows have to be
 * those of a comparison of both states row by row. LAW_RUNS sets the number of cases; LAW_SEED which.
 */
const runs = Math.ceil(Number(process.env.LAW_RUNS) / 40);
const seed = Number(process.env.LAW_SEED);

type State = ReadonlyMap<number, readonly [title: string | null, plays: number | null]>;

const title = fc.oneof(
  fc.constantFrom(null, "", "a", "A", "a,b", '"', "\\N", "tab\tnewline\n", "=1+1"),
  fc.string({ unit: "grapheme", maxLength: 4 }).filter((text) => !text.includes("\0")),
);
const plays = fc.option(fc.constantFrom(0, -1, 7, 2 ** 53 - 1));
const states = fc.array(
  fc.uniqueArray(fc.tuple(fc.integer({ min: -3, max: 6 }), fc.tuple(title, plays)), {
    selector: ([id]) => id,
    maxLength: 6,
  }),
  { minLength: 2, maxLength: 4 },
);

/** The published form of a title: an empty one counts as missing. */
const published = (text: string | null) => (text === null || /^[ \t\n\r\f\v]*$/.test(text) ? null : text);

function comparison(before: State, now: State) {
  const shown = (row: readonly [string | null, number | null] | undefined) =>
    JSON.stringify(row && [published(row[0]), row[1]]);
  const added = [...now.keys()].filter((id) => !before.has(id)).length;
  const removed = [...before.keys()].filter((id) => !now.has(id)).length;
  const changed = [...now].filter(([id, row]) => before.has(id) && shown(before.get(id)) !== shown(row)).length;
  return { added, changed, removed };
}

function versionAfter(version: string, { added, changed, removed }: ReturnType<typeof comparison>): string {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (changed + removed > 0) return `${major + 1}.0.0`;
  return added > 0 ? `${major}.${minor + 1}.0` : version;
}

for (const target of testDatabases("main").filter(({ name }) => name === "postgres-16")) {
  describe.skipIf(target.skip)(`versions of snapshots on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    beforeAll(async () => {
      opened = await target.openMigrated();
      await opened.database.script(songTable);
    });
    afterAll(() => opened?.drop());

    test("law: the version and the counts are those of a comparison row by row", async () => {
      const { database } = opened;
      const world = await openDatasetWorld(database, { write: writeSnapshot });
      await world.apply(songDataset());
      try {
        await fc.assert(
          fc.asyncProperty(states, async (history) => {
            await database.script("truncate featstore.dataset_builds, featstore.dataset_snapshots");
            await rm(join(world.folder, "songs"), { recursive: true, force: true });
            let before: State | undefined;
            let version = "1.0.0";
            for (const rows of history) {
              const now: State = new Map(rows);
              await database.query({
                text: `with gone as (delete from songs returning 1) insert into songs
                  select (row ->> 0)::bigint, row -> 1 ->> 0, (row -> 1 ->> 1)::bigint
                  from jsonb_array_elements($1::text::jsonb) as row where (select count(*) from gone) >= 0`,
                parameters: [JSON.stringify(rows)],
              });
              const built = await world.build();
              if (before !== undefined) {
                const expected = comparison(before, now);
                const next = versionAfter(version, expected);
                expect(built).toMatchObject({ version: next, unchanged: next === version });
                if (next !== version) expect(built.changes).toMatchObject(expected);
                version = next;
              }
              expect(built).toMatchObject({ version, rows: now.size });
              before = now;
            }
          }),
          { numRuns: runs, seed },
        );
      } finally {
        await world.close();
      }
    });
  });
}
