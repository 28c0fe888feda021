import { expect, test } from "vitest";
import { auditText } from "../../../src/commands/audit/audit-text";

test("ages are told in the units that people use", () => {
  const staleness = { promised: 300, median: 93_600, greatest: 180_000, stale: 4 };
  const view = { view: "listening", version: 2, answers: 5, gone: 0, replayFailure: null, features: [], staleness };
  expect(auditText({ answers: 5, faults: 0, services: [], views: [view] })).toContain(
    "as of 1 d 2 h before them in the middle, 2 d 2 h at most, 4 beyond the 5 min that are promised",
  );
});
