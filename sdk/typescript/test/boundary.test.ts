import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

const folder = join(import.meta.dirname, "..");
const files = readdirSync(join(folder, "src"), { recursive: true, encoding: "utf8" }).filter((file) =>
  file.endsWith(".ts"),
);
/** The only file that reads the environment. */
const ENVIRONMENT = "environment.ts";
/** Finds Node.js at run time if it is there. */
const NODE_FILES = join("datasets", "node-files.ts");
/** The files that may import an optional peer, each an entry of its own. */
const PEERS: Readonly<Record<string, string>> = {
  "arrow.ts": "apache-arrow",
  "opentelemetry.ts": "@opentelemetry/api",
};

test("the client imports only its own files", () => {
  const strangers = files.flatMap((file) =>
    [
      ...readFileSync(join(folder, "src", file), "utf8").matchAll(
        /^(?:import|(?:import|export)\b[^;"]*\bfrom)\s+"([^"]+)"|\bimport\("([^"]+)"/gm,
      ),
    ]
      .map(([, imported, loaded]) => imported ?? loaded ?? "")
      .filter((imported) => !/^\.\.?\//.test(imported))
      .filter((imported) => file !== NODE_FILES || !imported.startsWith("node:"))
      .filter((imported) => imported !== PEERS[file])
      .map((imported) => `${file}: ${imported}`),
  );
  expect(files.length).toBeGreaterThan(10);
  expect(strangers).toEqual([]);
});

test("the package has no dependencies but optional peers", () => {
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  expect(manifest.dependencies).toBeUndefined();
  expect(Object.keys(manifest.peerDependencies).sort()).toEqual(Object.values(PEERS).sort());
  for (const peer of Object.values(PEERS)) expect(manifest.peerDependenciesMeta[peer]).toEqual({ optional: true });
});

test("the client uses no Node.js globals, since it runs in browsers", () => {
  const users = files.filter((file) =>
    /\b(?:process|Buffer|require|__dirname)\b[.(?]/.test(readFileSync(join(folder, "src", file), "utf8")),
  );
  expect(new Set(users)).toEqual(new Set([ENVIRONMENT, NODE_FILES]));
});

test("a client loads Node.js only by its types, so that bundlers for browsers find nothing to resolve", () => {
  const text = readFileSync(join(folder, "src", NODE_FILES), "utf8");
  const loads = [...text.matchAll(/(.{7})\bimport\("node:/g)].map(([, before]) => before);
  expect(new Set(loads)).toEqual(new Set(["typeof "]));
  expect(text).not.toMatch(/from "node:/);
});

test("the main entry does not import those of datasets, Arrow and tracing", () => {
  const reached = new Set<string>();
  const visit = (file: string): void => {
    if (reached.has(file)) return;
    reached.add(file);
    const text = readFileSync(join(folder, "src", `${file}.ts`), "utf8");
    for (const [, imported = ""] of text.matchAll(/^(?:import|export|\}).* from "(\.[^"]+)"/gm))
      visit(join(dirname(file), imported));
  };
  visit("index");
  expect(reached.size).toBeGreaterThan(10);
  expect([...reached].filter((file) => /^(?:datasets|arrow|opentelemetry)/.test(file))).toEqual([]);
});
