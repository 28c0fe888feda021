import { expect, test } from "vitest";
import {
  avg,
  bool,
  coalesce,
  count,
  entity,
  featureView,
  int64,
  json,
  latest,
  source,
  string,
  when,
} from "../../src/index";
import { materializeRows } from "../../src/testing/index";
import { sharedTestDatabase } from "../shared-database";

const events = source({
  name: "events",
  table: "events",
  key: { id: int64() },
  eventTime: { column: "at", zone: "UTC" },
  history: "events",
  columns: { flag: bool().nullable(), data: json().nullable(), text: string().nullable() },
});
const view = featureView({
  name: "lossy",
  version: 1,
  entity: entity({ name: "thing", key: { id: int64() } }),
  from: events,
  features: (e) => {
    const score = e.data.get("score").float64();
    const flagged = when(e.flag, score).end();
    return {
      plain: latest(score),
      in_taken_branch: latest(flagged),
      shared_branch: count(flagged),
      shared_branch_again: avg(flagged),
      fallback: latest(coalesce(e.text.float64(), score)),
      condition: count().where(score.gt(0.5)),
      known: latest(score).ignoreNulls(),
      after_aggregation: latest(e.text).int32(),
      never: latest(e.data.get("score").string()),
    };
  },
});

const database = sharedTestDatabase();

async function unparsed(rows: readonly Readonly<Record<string, unknown>>[]): Promise<unknown> {
  const inputRows = rows.map((row, index) => ({ id: 1, at: `2026-01-0${index + 1}`, ...row }));
  const [row] = await materializeRows(database, view, { given: { events: inputRows }, asOf: "2026-02-01" });
  return row?._unparsed;
}

const bad = { data: { score: "high" } };
const good = { data: { score: "0.75" }, text: "7" };
const everyRow = ["condition", "known"];

test("reports no loss if every value parses or is absent", async () => {
  expect(await unparsed([good, { flag: true }, { data: { score: null } }, { data: null, text: null }])).toEqual([]);
});

test("reports no loss in branches not taken and operands not needed", async () => {
  expect(await unparsed([{ ...bad, flag: false, text: "7" }])).toEqual(["condition", "known", "plain"]);
});

test("reports a loss in a taken branch, even if its value is computed once for several features", async () => {
  const features = ["condition", "in_taken_branch", "known", "plain", "shared_branch", "shared_branch_again"];
  expect(await unparsed([{ ...bad, flag: true, text: "7" }])).toEqual(features);
});

test("reports a loss in an operand that a fallback evaluated", async () => {
  expect(await unparsed([{ ...good, text: "seven" }])).toEqual(["after_aggregation", "fallback"]);
  expect(await unparsed([{ text: "7", ...bad }])).not.toContain("fallback");
});

test("reports losses only in the row taken, but in all rows of a condition and of a search for a value", async () => {
  expect(await unparsed([bad, good])).toEqual(everyRow);
});
