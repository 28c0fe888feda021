import { join } from "node:path";
import { expect, test } from "vitest";

test("the pages install our packages by the lines that work today", async () => {
  const script = join(import.meta.dirname, "../../scripts/verify-packages/install-lines.mjs");
  const { wrongLines } = (await import(script)) as { readonly wrongLines: () => readonly string[] };
  expect(wrongLines()).toEqual([]);
});
