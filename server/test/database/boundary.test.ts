import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const source = fileURLToPath(new URL("../../src", import.meta.url));

// When a backend dies within an interactive transaction, postgres.js runs the rest of it on a fresh session
// (porsager/postgres#1155). PGlite's own transaction() has a single backend, so it is safe.
test("no source file opens an interactive transaction", async () => {
  const files = (await readdir(source, { recursive: true })).filter((file) => file.endsWith(".ts"));
  expect(files.length).toBeGreaterThan(10);
  const offending: string[] = [];
  for (const file of files) {
    if (/\.\s*(begin|reserve)\s*[(<]/.test(await readFile(join(source, file), "utf8"))) offending.push(file);
  }
  expect(offending).toEqual([]);
});
