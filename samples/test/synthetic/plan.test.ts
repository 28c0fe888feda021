import fc from "fast-check";
import { expect, test } from "vitest";
import { planAnalyses } from "../../src/synthetic/plan";

const until = 1_767_225_600_000_000;
const rowsOf = (tracks: number, analyses: number, seed: number) => {
  const plan = planAnalyses(tracks, analyses, seed, until);
  return Array.from({ length: analyses }, (_, index) => plan.analysisOf(index));
};

test("law: any size has whole tracks, whole microseconds, and nothing in the last hour", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 0, max: 400 }),
      fc.nat(),
      (tracks, analyses, seed) => {
        for (const row of rowsOf(tracks, analyses, seed)) {
          expect(
            row.trackId === null || (Number.isInteger(row.trackId) && row.trackId >= 1 && row.trackId <= tracks),
          ).toBe(true);
          expect(
            row.createdAt === null || (Number.isInteger(row.createdAt) && row.createdAt <= until - 3_600_000_000),
          ).toBe(true);
          expect(row.ingestedAt).toBeLessThanOrEqual(until);
        }
      },
    ),
  );
});

test("law: two analyzers cover every track when there are enough analyses", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), fc.nat(), (tracks, seed) => {
      const rows = rowsOf(tracks, tracks * 4, seed);
      for (const analyzer of ["algorithmic", "qwen-3-4b-fp8"]) {
        const covered = new Set(
          rows.filter((row) => row.analyzer === analyzer && row.round === 0).map((row) => row.trackId),
        );
        expect(covered.size).toBe(tracks);
      }
    }),
  );
});
