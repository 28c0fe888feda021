import { expect, test } from "vitest";
import { errorTable } from "../../src/core/error-table";
import { errorGroups, errorsDocument } from "../../src/portal/public/errors-document";

test("docs/generated/errors.md lists every code with its cause and fix", async () => {
  await expect(errorsDocument()).toMatchFileSnapshot("../../../docs/generated/errors.md");
});

test("lists every code in exactly one group", () => {
  expect(errorGroups.flatMap(({ codes }) => codes).toSorted()).toEqual(Object.keys(errorTable).toSorted());
});

test("statuses ascend, and the codes of each are in alphabetical order", () => {
  const statuses = errorGroups.map(({ codes: [code] }) => errorTable[code as keyof typeof errorTable].status);
  expect(statuses).toEqual([...statuses.filter((status) => status !== 0).toSorted(), 0]);
  for (const { codes } of errorGroups) expect(codes).toEqual(codes.toSorted());
});

test("causes and fixes are full sentences with paired backticks", () => {
  for (const { title, cause, fix } of Object.values(errorTable)) {
    expect(title).toMatch(/^[A-Z].*[^.]$/);
    for (const text of [cause, fix]) {
      expect(text).toMatch(/^[A-Z`].*\.$/);
      expect(text.split("`").length % 2).toBe(1);
    }
  }
});
