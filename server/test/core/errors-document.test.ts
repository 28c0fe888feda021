import { expect, test } from "vitest";
import { errorTable } from "../../src/core/error-table";
import { errorGroups, errorsDocument } from "../../src/core/errors-document";

test("docs/generated/errors.md lists every code with its cause and fix", async () => {
  await expect(errorsDocument()).toMatchFileSnapshot("../../../docs/generated/errors.md");
});

test("lists every code in exactly one group", () => {
  expect(errorGroups.flatMap(({ codes }) => codes).toSorted()).toEqual(Object.keys(errorTable).toSorted());
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
