import { expect, test } from "vitest";
import { auditText } from "../../../src/cli/audit/audit-text";

test("ages are shown in readable units", () => {
  const staleness = { promised: 300, median: 93_600, max: 180_000, stale: 4 };
  const view = { view: "listening", version: 2, answers: 5, gone: 0, replayFailure: null, features: [], staleness };
  expect(auditText({ answers: 5, faults: 0, services: [], views: [view] })).toMatch(/ 1 d 2 h .*2 d 2 h, 4 .*5 min/);
});

const success = /^No faults/m;

test("does not report success if nothing was compared or a replay failed", () => {
  const staleness = { promised: null, median: 1, max: 1, stale: 0 };
  const view = { view: "listening", version: 2, answers: 5, gone: 5, replayFailure: null, features: [], staleness };
  const reported = auditText({ answers: 5, faults: 0, services: [], views: [view] });
  expect(reported).toMatch(/^Nothing .* 5 of 5 .*featstore audit/m);
  expect(reported).not.toMatch(success);

  const differences = { store_error: 0, late_row: 0, source_changed: 0, unexplained: 0, undetermined: 0 };
  const features = [{ feature: "plays", answers: 4, isReplayed: true, differences, examples: [] }];
  const compared = { ...view, gone: 1, features };
  expect(auditText({ answers: 5, faults: 0, services: [], views: [compared] })).toMatch(success);
  const failed = auditText({
    answers: 5,
    faults: 0,
    services: [],
    views: [{ ...compared, replayFailure: "relation is gone" }],
  });
  expect(failed).toContain("1 of 1 ");
  expect(failed).not.toMatch(success);
});
