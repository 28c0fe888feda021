import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { openSongs, type Song, songViews } from "./fixture";

const song = (id: number, age: number): Song => ({ id, owner: "", shape: [1, id], share: 0.5, age });

for (const target of testDatabases("one")) {
  describe.skipIf(target.skip)(`filters on expiring rows on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let application: Awaited<ReturnType<typeof openSongs>>;

    beforeAll(async () => {
      opened = await target.openMigrated();
      application = await openSongs(opened.database, songViews(2, "l2"), 2);
      await application.insert([song(1, 0.5), song(2, 0.9), song(3, 0.2)]);
      await application.publish();
    }, 60_000);
    afterAll(() => opened?.drop());

    test("match only rows that are fresh at the time of the search, also when cached", async () => {
      const stored = async (filter: unknown): Promise<readonly number[]> => {
        const { body } = await application.search({ embedding: "song_shape.shape", vector: [1, 0], k: 10, filter });
        return body.hits.map(({ id }: { readonly id: number }) => id);
      };
      const isLow = { feature: "song_facts.share", op: "lt", value: 0.9 };
      const isHigh = { not: isLow };
      for (let time = 0; time < 2; time++) expect([await stored(isLow), await stored(isHigh)]).toEqual([[1, 2, 3], []]);
      application.wait(0.2);
      for (let time = 0; time < 2; time++) expect([await stored(isLow), await stored(isHigh)]).toEqual([[1, 3], [2]]);
      application.wait(0.4);
      expect([await stored(isLow), await stored(isHigh)]).toEqual([[3], [1, 2]]);
      application.wait(1);
      expect([await stored(isLow), await stored(isHigh)]).toEqual([[], [1, 2, 3]]);
    });
  });
}
