import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type ApiDocument, breakingChanges, mayBreak } from "./breaking-changes";

const docs = join(import.meta.dirname, "../../../../docs");
const read = (path: string): ApiDocument => JSON.parse(readFileSync(join(docs, path), "utf8"));

// A release copies docs/openapi.json to docs/released/openapi.json.
test("the API breaks no client of the last release, unless its version says so", () => {
  const released = read("released/openapi.json");
  const current = read("openapi.json");
  if (mayBreak(released.info.version, current.info.version)) return;
  expect(breakingChanges(released, current)).toEqual([]);
});

test("only a new major version, or a new 0.x, may break clients", () => {
  expect(mayBreak("0.1.0", "0.1.1")).toBe(false);
  expect(mayBreak("0.1.0", "0.2.0")).toBe(true);
  expect(mayBreak("1.4.0", "1.5.0")).toBe(false);
  expect(mayBreak("1.4.0", "2.0.0")).toBe(true);
  expect(mayBreak("0.9.0", "1.0.0")).toBe(true);
});
