import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

test("src/generated/openapi.ts matches docs/openapi.json", async () => {
  const script = join(import.meta.dirname, "../scripts/generate.mjs");
  const outcome = await promisify(execFile)(process.execPath, [script, "--check"]).catch(
    (error: { stderr: string }) => error,
  );
  expect(outcome.stderr).toBe("");
});
