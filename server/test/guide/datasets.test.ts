import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { commands } from "../../src/cli/index";
import { errorTable } from "../../src/core/error-table";
import { allSettings } from "../../src/core/settings";

const root = join(import.meta.dirname, "../../..");
const page = readFileSync(join(root, "docs/guide/datasets.md"), "utf8");
const found = (pattern: RegExp): string[] => [...new Set([...page.matchAll(pattern)].map(([, name = ""]) => name))];

test("docs/guide/datasets.md names existing settings, commands, codes and paths", () => {
  const settings = allSettings.flatMap(({ name, variable }) => [name, variable]);
  expect(settings).toEqual(expect.arrayContaining(found(/`(datasets\.[a-z_0-9]+)`/g)));
  expect(settings).toEqual(expect.arrayContaining(found(/\b(FEATSTORE_[A-Z_]+)\b/g)));
  const names = commands.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(found(/\bfeatstore (dataset [a-z]+)/g)));
  expect(Object.keys(errorTable)).toEqual(expect.arrayContaining(found(/`(snapshot_[a-z]+)`/g)));
  const { paths }: { readonly paths: object } = JSON.parse(readFileSync(join(root, "docs/openapi.json"), "utf8"));
  const mentioned = found(/(?:GET|POST) (\/api\/[^`?\s]+)/g);
  expect(mentioned.length).toBeGreaterThan(5);
  expect(Object.keys(paths)).toEqual(expect.arrayContaining(mentioned));
});
