import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { allSettings } from "../../src/settings";

const root = join(import.meta.dirname, "../../..");
const page = readFileSync(join(root, "docs/guide/operating.md"), "utf8");

test("docs/guide/operating.md names settings and metrics that there are", () => {
  const variables = new Set([...page.matchAll(/\b(?:FEATSTORE|DATABASE)_[A-Z_]+\b/g)].map(([name]) => name));
  expect(variables.size).toBeGreaterThan(8);
  const names = new Map(allSettings.map(({ name, variable }) => [variable, name]));
  for (const variable of variables) expect([...names.keys()]).toContain(variable);
  for (const [, variable = "", name = ""] of page.matchAll(/`([A-Z_]+)` `([a-z]+\.[a-z_]+)`/g))
    expect(names.get(variable)).toBe(name);

  const source = join(root, "server/src");
  const code = readdirSync(source, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => readFileSync(join(source, file), "utf8"))
    .join("\n");
  const metrics = new Set([...page.matchAll(/\bfeatstore_[a-z_]+\b/g)].map(([name]) => name));
  expect(metrics.size).toBeGreaterThan(8);
  for (const name of metrics) expect(code).toContain(`"${name}"`);
});
