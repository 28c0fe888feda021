import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const read = (path: string): string =>
  readFileSync(fileURLToPath(new URL(`../../../docs/${path}`, import.meta.url)), "utf8");

interface Result {
  readonly seed: number;
  readonly compared: number;
  readonly different: number;
  readonly nulls: number;
  readonly cases: number;
  readonly views: number;
  readonly features: number;
  readonly kinds: Readonly<Record<string, number>>;
  readonly aggregates: Readonly<Record<string, number>>;
}

const result: Result = JSON.parse(read("correctness/result.json"));
const page = read("correctness.md");
const number = (value: number): string => value.toLocaleString("en-US");

test("the figures of docs/correctness.md and README.md are those of the stored run", () => {
  const { seed, compared, different, nulls, cases, views, features } = result;
  expect(page).toContain(`--seed ${seed}`);
  expect(read("../README.md")).toContain(`| ${number(compared)} of ${number(compared)} |`);
  expect(page).toContain(`${number(compared)} values compared, ${number(different)} different`);
  expect(page).toContain(
    `${number(nulls)} of them null, ${number(features)} features of ${number(views)} views in ${number(cases)} databases`,
  );
});

test("the tables of docs/correctness.md are those of the stored run", () => {
  const rows = [...Object.entries(result.kinds), ...Object.entries(result.aggregates)];
  const wanted = rows.map(([name, count]) => `| ${name} | ${number(count)} |`);
  const found = page.split("\n").filter((line) => /^\| .* \| [\d,]+ \|$/.test(line));
  expect(found).toEqual(wanted);
});
