import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const source = fileURLToPath(new URL("../../src", import.meta.url));

// postgres.js runs the rest of an interactive transaction on a fresh session when a backend dies inside it
// (porsager/postgres#1155). PGlite's own transaction() has a single backend and no such fault.
test("no source file opens an interactive transaction", async () => {
  const files = (await readdir(source, { recursive: true })).filter((file) => file.endsWith(".ts"));
  expect(files.length).toBeGreaterThan(10);
  const offending: string[] = [];
  for (const file of files) {
    if (/\.\s*(begin|reserve)\s*[(<]/.test(await readFile(join(source, file), "utf8"))) offending.push(file);
  }
  expect(offending).toEqual([]);
});
