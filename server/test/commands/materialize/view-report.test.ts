import { expect, test } from "vitest";
import { viewNotes } from "../../../src/commands/materialize/view-report";
import type { MaterializedView } from "../../../src/services/materialize";

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
  failure: null,
};

test("why everything was computed is said of what was computed, not of a failure", () => {
  expect(viewNotes(run)).toEqual([
    expect.stringMatching(/^listening@2: everything was computed: there is no earlier run/),
  ]);
  const failure = { code: "statement_failed", message: "division by zero" };
  expect(viewNotes({ ...run, state: "failed", failure })).toEqual(["listening@2: statement_failed: division by zero"]);
});
