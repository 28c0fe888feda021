import { expect, test } from "vitest";
import { viewNotes } from "../../../src/cli/materialize/view-report";
import type { MaterializedView } from "../../../src/materialization/materialization";

const run: MaterializedView = {
  view: "listening",
  version: 2,
  state: "published",
  kind: "full",
  recomputed: null,
  whyFull: "no_baseline",
  repaired: null,
  runId: "3",
  generation: 4,
  asOf: 0n,
  rows: 5,
  durations: {},
  ignoredRows: 0,
  unparsed: {},
  brokenContracts: [],
  warnings: [],
  profileMs: null,
  readBackMs: null,
  failure: null,
};

test("explains a full computation only for runs that succeeded", () => {
  expect(viewNotes(run)).toEqual([expect.stringMatching(/^listening@2: .*no earlier run/)]);
  const failure = { code: "statement_failed", message: "division by zero" };
  expect(viewNotes({ ...run, state: "failed", failure })).toEqual(["listening@2: statement_failed: division by zero"]);
});

test("says what a reconciling run found, also if nothing differed", () => {
  const noted = (repaired: MaterializedView["repaired"]) => viewNotes({ ...run, whyFull: null, repaired });
  expect(noted(null)).toEqual([]);
  expect(noted({ rows: 0, examples: [] })).toEqual([expect.stringMatching(/^listening@2: 0 rows .*differed/)]);
  expect(noted({ rows: 3, examples: [{ song_id: 7 }] })).toEqual([
    expect.stringMatching(/^listening@2: 3 wrong rows .*song_id 7$/),
  ]);
});

test("says how long the lateness of a source must be", () => {
  expect(viewNotes({ ...run, whyFull: "source_is_no_table" })).toEqual([
    expect.stringMatching(/`lateness`, the longest time .*more than a day .*once a day/),
  ]);
});

const unparsed = (features: number) =>
  Object.fromEntries(
    Array.from({ length: features }, (_, index) => [
      `f${index}`,
      { rows: index + 1, strict: false, examples: [{ song_id: "7" }] },
    ]),
  );
const notes = (features: number) => viewNotes({ ...run, whyFull: null, unparsed: unparsed(features) });

test("counts unparsed values by feature with examples if the features are few", () => {
  expect(notes(2)).toEqual([
    expect.stringMatching(/^listening@2\.f1: 2 values .*song_id 7$/),
    expect.stringMatching(/^listening@2\.f0: 1 value .*song_id 7$/),
  ]);
});

test("shows unparsed values of many features in one line", () => {
  expect(notes(20)).toEqual([
    expect.stringMatching(
      /^listening@2: 210 values .*f19 20, f18 19, f17 18, f16 17, f15 16, f14 15, f13 14, f12 13 and 12 more .*--json/,
    ),
  ]);
});
