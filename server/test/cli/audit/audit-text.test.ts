import { expect, test } from "vitest";
import { auditText } from "../../../src/cli/audit/audit-text";

test("ages are shown in readable units", () => {
  const staleness = { promised: 300, median: 93_600, max: 180_000, stale: 4 };
  const view = { view: "listening", version: 2, answers: 5, gone: 0, replayFailure: null, features: [], staleness };
  expect(auditText({ answers: 5, faults: 0, services: [], views: [view] }, 1000)).toMatch(
    / 1 d 2 h .*2 d 2 h, 4 .*5 min/,
  );
});

const success = /^No faults/m;

test("does not report success if nothing was compared or a replay failed", () => {
  const staleness = { promised: null, median: 1, max: 1, stale: 0 };
  const view = { view: "listening", version: 2, answers: 5, gone: 5, replayFailure: null, features: [], staleness };
  const reported = auditText({ answers: 5, faults: 0, services: [], views: [view] }, 1000);
  expect(reported).toMatch(/^Nothing .* 5 of 5 .*featstore audit/m);
  expect(reported).not.toMatch(success);

  const differences = { store_error: 0, late_row: 0, source_changed: 0, unexplained: 0, undetermined: 0 };
  const features = [{ feature: "plays", answers: 4, isReplayed: true, differences, examples: [] }];
  const compared = { ...view, gone: 1, features };
  expect(auditText({ answers: 5, faults: 0, services: [], views: [compared] }, 1000)).toMatch(success);
  const views = [{ ...compared, replayFailure: "relation is gone" }];
  const failed = auditText({ answers: 5, faults: 0, services: [], views }, 1000);
  expect(failed).toContain("1 of 1 ");
  expect(failed).not.toMatch(success);
});

test("tells how many answers are kept, and the setting to try the audit, if there is nothing to compare", () => {
  const nothing = { answers: 0, faults: 0, services: [], views: [] };
  expect(auditText(nothing, 1000)).toMatch(/ one answer in 1000; set audit: \{ one_in: 1 \} /);
  expect(auditText(nothing, 0)).toMatch(/ no answer; set audit: \{ one_in: 1 \} /);
  expect(auditText(nothing, 1)).toContain("audit.one_in");
  const staleness = { promised: null, median: 1, max: 1, stale: 0 };
  const view = { view: "listening", version: 2, answers: 1, gone: 1, replayFailure: null, features: [], staleness };
  expect(auditText({ ...nothing, answers: 1, views: [view] }, 1000)).toMatch(/1 of 1 answers .* one answer in 1000; /);
});
