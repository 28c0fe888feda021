import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkDefinitions, collectDefinitions } from "@featstore/definitions/compiler";
import { expect, test } from "vitest";
import * as sample from "../../../samples/state-of-the-union/definitions/index";
import { commands } from "../../src/cli/index";
import { errorTable } from "../../src/core/error-table";
import { allSettings } from "../../src/core/settings";

const root = join(import.meta.dirname, "../../..");
const page = readFileSync(join(root, "docs/guide/datasets.md"), "utf8");
const found = (pattern: RegExp): string[] => [...new Set([...page.matchAll(pattern)].map(([, name = ""]) => name))];

test("docs/guide/datasets.md names existing settings, commands, codes and paths", () => {
  const settings = allSettings.flatMap(({ name, variable }) => [name, variable]);
  expect(settings).toEqual(expect.arrayContaining(found(/`(datasets\.[a-z_0-9]+)`/g)));
  const ofClients = ["FEATSTORE_URL", "FEATSTORE_API_KEY"];
  expect([...settings, ...ofClients]).toEqual(expect.arrayContaining(found(/\b(FEATSTORE_[A-Z_]+)\b/g)));
  const names = commands.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(found(/\bfeatstore (dataset [a-z]+)/g)));
  expect(Object.keys(errorTable)).toEqual(expect.arrayContaining(found(/`(snapshot_[a-z]+)`/g)));
  const { paths }: { readonly paths: object } = JSON.parse(readFileSync(join(root, "docs/openapi.json"), "utf8"));
  const mentioned = found(/(?:GET|POST) (\/api\/[^`?\s]+)/g);
  expect(mentioned.length).toBeGreaterThan(5);
  expect(Object.keys(paths)).toEqual(expect.arrayContaining(mentioned));
});

test("the declaration in docs/guide/datasets.md passes the checks", async () => {
  const [, block = ""] = /^```ts\n([\s\S]*?)^```$/m.exec(page) ?? [];
  const folder = mkdtempSync(join(tmpdir(), "featstore-guide-"));
  try {
    const path = join(folder, "datasets.ts");
    writeFileSync(
      path,
      block.replace('"./services"', JSON.stringify(join(root, "samples/state-of-the-union/definitions/services.ts"))),
    );
    const declared: Readonly<Record<string, unknown>> = await import(path);
    const { stateOfTheUnionDataset: _, ...others } = sample;
    const definitions = collectDefinitions([others, declared]);
    expect(definitions.datasets?.map(({ name }) => name)).toContain("state_of_the_union");
    expect(checkDefinitions(definitions, { strict: true })).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
