import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { reportText } from "../../src/cli/training-set/report-text";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { openTrainingSets, prepareScores, rowsSpine, type TestTrainingSets } from "./support";

for (const target of testDatabases("main").filter(({ name }) => name === "pglite")) {
  describe.skipIf(target.skip)(`the report of a training set on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let made: TestTrainingSets;
    beforeAll(async () => {
      opened = await target.openMigrated();
      await prepareScores(opened.database);
      made = await openTrainingSets(opened.database);
    });
    afterAll(async () => {
      await made?.close();
      await opened?.drop();
    });

    /** Rows of each genre, as many as its number. */
    const spine = (genres: Readonly<Record<string, number>>) =>
      rowsSpine(
        Object.entries(genres).flatMap(([genre, rows]) =>
          Array.from({ length: rows }, () => ({ track_id: 3, as_of: "2026-01-01T01:00:00Z", genre })),
        ),
      );
    const reportOf = async (genres: Readonly<Record<string, number>>) => {
      const { manifest } = await made.make({ spine: spine(genres), features: ["scores.events"], labelColumn: "genre" });
      expect(manifest.split.all?.labels.genre?.values).toEqual(genres);
      return reportText(manifest, false, "out.csv");
    };

    test("shows a label's ten most frequent values, and the number of other values", async () => {
      const genres = Object.fromEntries(Array.from({ length: 14 }, (_, index) => [`g${index + 10}`, index + 1]));
      expect(await reportOf(genres)).toMatch(/ g23: 14, g22: 13, (g\d+: \d+, ){7}g14: 5, 4 more values$/m);
      expect(await reportOf({ ...Object.fromEntries(Object.entries(genres).slice(0, 11)) })).toMatch(
        /, 1 more value$/m,
      );
      expect(await reportOf({ a: 2, b: 3 })).toMatch(/ b: 3, a: 2$/m);
    });

    test("warns of a part of the split without rows, also in the manifest", async () => {
      const parts = { train: 0.8, test: 0.2 };
      const ask = async (genres: Readonly<Record<string, number>>) => {
        const split = { by: "group", column: "genre", parts } as const;
        return (await made.make({ spine: spine(genres), features: ["scores.events"], split })).manifest;
      };
      const one = await ask({ rock: 20 });
      const [empty] = Object.keys(parts).filter((part) => one.split[part]?.rows === 0);
      expect(one.warnings).toEqual([
        {
          code: "split_part_empty",
          message: expect.stringMatching(`"${empty}".*"genre"`),
        },
      ]);
      expect(reportText(one, false, "out.csv")).toMatch(new RegExp(`^warning: split_part_empty: .*"${empty}"`, "m"));
      const many = await ask(Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`g${index}`, 1])));
      expect(many.warnings).toEqual([]);
      expect(reportText(many, false, "out.csv")).not.toContain("warning");
      const late = await made.make({
        ...{ spine: spine({ rock: 2 }), features: ["scores.events"] },
        split: { by: "time", cuts: ["2026-01-02T00:00:00Z"] },
      });
      expect(late.manifest.warnings).toMatchObject([{ message: expect.stringContaining('"test"') }]);
    });
  });
}
