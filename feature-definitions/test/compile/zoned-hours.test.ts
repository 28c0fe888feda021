import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compileView, dialects } from "../../src/compiler";
import { entity, featureView, int64, latest, max, source, string, timestamp } from "../../src/index";
import { type SqlDatabase, sqlTargets } from "./support/databases";
import { duckdbTarget } from "./support/duckdb";
import { microseconds } from "./support/result-text";

// In Berlin, 02:00 to 03:00 does not exist on 2026-03-29 and occurs twice on 2026-10-25. docs/language.md describes how
// such times are read.

const zone = "Europe/Berlin";
const plays = source({
  name: "plays",
  table: "plays",
  key: { song: int64() },
  eventTime: { column: "at", zone },
  tieBreak: "word",
  history: "events",
  columns: { at: timestamp({ zone }), word: string() },
});
const members = source({
  name: "songs",
  table: "songs",
  key: { song: int64().from("id") },
  eventTime: { column: "added", zone },
  columns: {},
});
const view = featureView({
  name: "hours",
  version: 1,
  entity: entity({ name: "song", key: { song: int64() }, from: members }),
  from: plays,
  features: (p) => ({ at: max(p.at), word: latest(p.word) }),
});

for (const target of [...sqlTargets("main"), duckdbTarget]) {
  describe.skipIf(target.skip)(`local times on ${target.name}`, () => {
    let database: SqlDatabase;
    beforeAll(async () => {
      database = await target.open();
      await database.script(`
        create table songs (id bigint, added timestamp);
        insert into songs values (1, null), (2, '2026-10-25 02:30:00'), (3, '2026-01-01');
        create table plays (song bigint, "at" timestamp, word text);
        insert into plays values
          (1, '2026-03-29 01:59:59.999999', 'before'), (1, '2026-03-29 02:30:00', 'skipped'),
          (3, '2026-10-25 02:00:00', 'repeated'), (3, '2026-10-25 02:59:59.999999', 'repeated too'), (3, null, 'never');
      `);
    });
    afterAll(() => database?.close());

    const at = async (asOf: string) => {
      const { text, parameters } = compileView(dialects[target.engine], view.ir);
      const rows = await database.query(
        `select song, ${microseconds('"at"', target.engine)} as "at", word from (${text}) as result order by 1`,
        [asOf, ...parameters],
      );
      return rows.map((row) => [
        row.song,
        row.at === null ? null : new Date(Number(row.at) / 1000).toISOString(),
        row.word,
      ]);
    };

    test("reads a time in the skipped hour as an hour later on the clock", async () => {
      expect(await at("2026-03-29T01:29:59.999999Z")).toContainEqual(["1", "2026-03-29T00:59:59.999Z", "before"]);
      expect(await at("2026-03-29T01:30:00Z")).toContainEqual(["1", "2026-03-29T01:30:00.000Z", "skipped"]);
    });

    test("reads a time in the repeated hour as the second one", async () => {
      expect(await at("2026-10-25T00:59:59.999999Z")).toContainEqual(["3", null, null]);
      expect(await at("2026-10-25T01:00:00Z")).toContainEqual(["3", "2026-10-25T01:00:00.000Z", "repeated"]);
      expect(await at("2026-10-25T02:00:00Z")).toContainEqual(["3", "2026-10-25T01:59:59.999Z", "repeated too"]);
    });

    test("a member without a time always belongs to the population, one with a later time not yet", async () => {
      expect((await at("2026-02-01T00:00:00Z")).map(([song]) => song)).toEqual(["1", "3"]);
      expect((await at("2026-10-25T01:29:59.999999Z")).map(([song]) => song)).toEqual(["1", "3"]);
      expect((await at("2026-10-25T01:30:00Z")).map(([song]) => song)).toEqual(["1", "2", "3"]);
    });
  });
}
