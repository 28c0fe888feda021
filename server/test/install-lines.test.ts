import { join } from "node:path";
import { expect, test } from "vitest";

interface InstallLines {
  readonly printedLines: () => readonly { readonly page: string; readonly line: string; readonly isWrong: boolean }[];
  readonly requiredLines: readonly string[];
}

test("the pages install our packages by the lines that work today", async () => {
  const script = join(import.meta.dirname, "../../scripts/verify-packages/install-lines.mjs");
  const { printedLines, requiredLines } = (await import(script)) as InstallLines;
  const printed = printedLines();
  expect(printed.filter(({ isWrong }) => isWrong)).toEqual([]);
  expect(printed.map(({ line }) => line)).toEqual(expect.arrayContaining([...requiredLines]));
});
