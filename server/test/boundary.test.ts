import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../src", import.meta.url));

const files = readdirSync(root, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .map((file) => ({ file, text: readFileSync(join(root, file), "utf8") }));

/** The imports of a file: our own files by path below `src`, packages by name. */
function importsOf(file: string, text: string): string[] {
  const specifiers = [
    ...text.matchAll(/^(?:import|export)\b[^;]*?from "([^"]+)"|^import "([^"]+)"|\bimport\("([^"]+)"\)/gm),
  ];
  return specifiers.map(([, from, bare, dynamic]) => {
    const specifier = from ?? bare ?? dynamic ?? "";
    return specifier.startsWith(".") ? relative(root, resolve(root, dirname(file), specifier)) : specifier;
  });
}

const layerOf = (path: string): string => (path.includes("/") ? (path.split("/")[0] ?? "") : path);

/**
 * The own modules that each layer may import. Layers that are absent here (`app`, `deps`, `main`, `cli`) wire the
 * others and may import anything but routes.
 */
const layers: Readonly<Record<string, readonly string[]>> = {
  routes: ["routes", "services", "middleware", "errors", "error-table", "errors-document", "settings"],
  // Their errors name the setting that is their limit.
  middleware: ["middleware", "services", "errors", "settings"],
  // Only the interface of the database, and of stores: see the test below.
  services: ["services", "stores", "database", "errors", "settings", "start-worker"],
  stores: ["stores", "database", "errors", "settings"],
  database: ["database", "start-worker"],
  "errors.ts": ["error-table"],
  "errors-document.ts": ["errors", "error-table", "settings"],
  "error-table.ts": [],
};

/** Packages that only some layers may import. */
const packages: Readonly<Record<string, readonly string[]>> = {
  hono: ["app.ts", "routes", "middleware"],
  "@hono/zod-openapi": ["app.ts", "openapi.ts", "routes"],
  "@hono/node-server": ["main.ts"],
  postgres: ["database"],
  "@electric-sql/pglite": ["database"],
  "@electric-sql/pglite-pgvector": ["database"],
  ioredis: ["stores"],
  "prom-client": ["deps.ts", "middleware"],
  "rate-limiter-flexible": ["middleware"],
  pino: ["logger.ts"],
};

const packageOf = (specifier: string): string =>
  specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");

test("each layer imports only what the table allows", () => {
  const faults: string[] = [];
  for (const { file, text } of files) {
    const allowed = layers[layerOf(file)];
    for (const imported of importsOf(file, text)) {
      const users = packages[packageOf(imported)];
      if (users !== undefined && !users.includes(layerOf(file))) faults.push(`${file} imports ${imported}`);
      if (imported.startsWith("node:") || users !== undefined || imported.startsWith("@")) continue;
      const isOurs = files.some((other) => other.file === `${imported}.ts` || other.file === `${imported}/index.ts`);
      if (isOurs && allowed !== undefined && !allowed.includes(layerOf(imported)))
        faults.push(`${file} imports ${imported}`);
    }
  }
  expect(faults).toEqual([]);
});

test("services import only the interfaces of stores and of the database", () => {
  const implementations =
    /^stores\/(?:memory|postgres|redis|tiered|guarded)[-/]|^database\/(?!(?:database|database-error|sql-text)$)/;
  const faults = files
    .filter(({ file }) => file.startsWith("services/"))
    .flatMap(({ file, text }) =>
      importsOf(file, text)
        .filter((each) => implementations.test(each))
        .map((each) => `${file} imports ${each}`),
    );
  expect(faults).toEqual([]);
});

test("only the application imports routes", () => {
  const importers = files.filter(
    ({ file, text }) => !file.startsWith("routes/") && importsOf(file, text).some((each) => each.startsWith("routes/")),
  );
  expect(importers.map(({ file }) => file)).toEqual(["app.ts", "openapi.ts"]);
});

test("only the configuration reads the environment", () => {
  const readers = files.filter(({ text }) => /\bprocess\.env\b/.test(text)).map(({ file }) => file);
  expect(readers.filter((file) => file !== "config.ts")).toEqual([]);
});
