import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { assetFolder } from "../../src/core/assets";

test("finds the assets when running from source", () => {
  expect(assetFolder("migrations")).toMatch(/migrations$/);
  expect(existsSync(join(assetFolder("samples/state-of-the-union/data"), "speeches.ndjson.gz"))).toBe(true);
});
