import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { colourPlan } from "../../../src/cli/plan/show-plan";

const plan = `view writing@2: new version
  recompute, compared with version 1:
    features.analyses: expression changed count() → count().over(days(365))
  values of 233 entities, compared with version 1 as of 2026-06-01T00:00:00.000000Z:
    feature   changed  new nulls  mean
    analyses  44.6 %           0  2 → 1.554
    words     0.0 %            0  7691
  SQL:
    -     count(*)::integer as "analyses",
    +     count(*) filter (where true)::integer as "analyses",
service reader@1: refused; its features moved

Rejected: nothing can be applied.`;

test("a coloured plan has the same text as a plain one", () => {
  const coloured = colourPlan(plan);
  expect(coloured).not.toBe(plan);
  expect(stripVTControlCharacters(coloured)).toBe(plan);
});

test("removed lines and old values are red, added lines and new values green", () => {
  const coloured = colourPlan(plan).split("\n");
  const [red, green] = ["\u001b[31m", "\u001b[32m"];
  expect(coloured.find((line) => line.includes("count(*)::integer"))).toMatch(red);
  expect(coloured.find((line) => line.includes("filter"))).toMatch(green);
  expect(coloured.find((line) => line.includes("1.554"))).toContain(`${red}2\u001b[39m → ${green}1.554`);
  expect(coloured.find((line) => line.includes("7691"))).not.toContain("\u001b");
});
