import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { allSettings } from "../../src/core/settings";
import { startGuideServer } from "./guide-server";

const root = join(import.meta.dirname, "../../..");
const source = join(root, "server/src");
const code = readdirSync(source, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .map((file) => readFileSync(join(source, file), "utf8"))
  .join("\n");
const names = new Map(allSettings.map(({ name, variable }) => [variable, name]));

test.for(["operating", "running"])("docs/guide/%s.md names existing settings and metrics", (guide) => {
  const page = readFileSync(join(root, `docs/guide/${guide}.md`), "utf8");
  const variables = new Set([...page.matchAll(/\b(?:FEATSTORE|DATABASE)_[A-Z_]+\b/g)].map(([variable]) => variable));
  expect(variables.size).toBeGreaterThan(5);
  for (const variable of variables) expect([...names.keys(), "FEATSTORE_API_KEY"]).toContain(variable);
  for (const [, variable = "", name = ""] of page.matchAll(/`([A-Z_]+)` `([a-z]+\.[a-z_]+)`/g))
    expect(names.get(variable)).toBe(name);
  for (const [, name] of page.matchAll(/`((?:limits|deadlines|online_store|training_sets|redis)\.[a-z_]+)`/g))
    expect([...names.values()]).toContain(name);

  const metrics = new Set([...page.matchAll(/`(featstore_[a-z_]+)(?:\{[a-z,]+\})?`/g)].map(([, name]) => name));
  expect(metrics.size).toBeGreaterThan(0);
  for (const name of metrics)
    if (!/^featstore_(?:writer|reader)$/.test(name ?? "")) expect(code).toContain(`"${name}"`);
});

test("docs/guide/operating.md shows the actual responses", { timeout: 240_000 }, async () => {
  const server = await startGuideServer({ FEATSTORE_REQUESTS_PER_SECOND: "1000", FEATSTORE_BURST: "1000" });
  try {
    const { document } = await server.project.json("sample", "load", "--publish");
    const { key } = document as { readonly key: string };
    expect(await server.run("operating.md", { environment: { FEATSTORE_API_KEY: key } })).toHaveLength(2);
  } finally {
    await server.close();
  }
});
