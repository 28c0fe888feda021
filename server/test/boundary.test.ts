import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../src", import.meta.url));
const architecture = readFileSync(fileURLToPath(new URL("../../ARCHITECTURE.md", import.meta.url)), "utf8");

interface SourceFile {
  /** The path below `src`. */
  readonly path: string;
  readonly text: string;
  /** Our own files by their path below `src`, without extension; packages by name. */
  readonly imports: readonly string[];
}

const files: readonly SourceFile[] = readdirSync(root, { recursive: true, encoding: "utf8" })
  .filter((path) => /\.tsx?$/.test(path))
  .map((path) => {
    const text = readFileSync(join(root, path), "utf8");
    return { path, text, imports: importsOf(path, text) };
  });

function importsOf(path: string, text: string): string[] {
  const specifiers = [
    ...text.matchAll(/^(?:import|export)\b[^;]*?from "([^"]+)"|^import "([^"]+)"|\bimport\("([^"]+)"\)/gm),
  ];
  return specifiers.map(([, from, bare, dynamic]) => {
    const specifier = from ?? bare ?? dynamic ?? "";
    return specifier.startsWith(".") ? relative(root, resolve(root, dirname(path), specifier)) : specifier;
  });
}

/** The folder of a path; undefined for the files beside the modules, which compose them. */
const moduleOf = (path: string): string | undefined => (path.includes("/") ? path.split("/")[0] : undefined);
const modules = new Set(files.flatMap(({ path }) => moduleOf(path) ?? []));

/** The imports of a file that leave its module, as pairs of module and path. */
function importedModules({ path, imports }: SourceFile) {
  return imports.flatMap((imported) => {
    const module = moduleOf(imported);
    return module !== undefined && modules.has(module) && module !== moduleOf(path) ? [{ module, imported }] : [];
  });
}

/** Delivery composes the modules; what it imports is not limited. */
const delivery = new Set(["cli", "workers"]);

test("the modules import each other as the table in ARCHITECTURE.md shows", () => {
  const rows = [...architecture.matchAll(/^\| `([a-z-]+)\/` +\|[^|]*\|([^|]*)\|$/gm)];
  const printed = rows.map(([, name = "", imports = ""]) => `${name}: ${imports.trim()}`);
  const actual = [...modules]
    .filter((name) => !delivery.has(name))
    .map((name) => {
      const own = files.filter(({ path }) => moduleOf(path) === name);
      const imported = new Set(own.flatMap((file) => importedModules(file).map(({ module }) => module)));
      return `${name}: ${[...imported].sort().join(", ") || "nothing"}`;
    });
  expect(printed.sort()).toEqual(actual.sort());
});

test("a module is imported by its index only; app.ts takes its routes and deps.ts its wiring", () => {
  const doors: Readonly<Record<string, string>> = { "app.ts": "routes", "deps.ts": "module" };
  const faults = files.flatMap((file) =>
    importedModules(file)
      .filter(({ module, imported }) => {
        const door = doors[file.path];
        return imported !== `${module}/index` && (door === undefined || imported !== `${module}/${door}`);
      })
      .map(({ imported }) => `${file.path} imports ${imported}`),
  );
  const own = files.filter(({ path, imports }) => imports.includes(`${moduleOf(path)}/index`));
  expect([...faults, ...own.map(({ path }) => `${path} imports its own index`)]).toEqual([]);
});

/** Packages, and the files that may import them. */
const packages: Readonly<Record<string, RegExp>> = {
  hono: /^app\.ts$|\.route\.ts$|^portal\/.*\.tsx$/,
  "@hono/zod-openapi": /\.route\.ts$|-schema\.ts$|^http\/contract\//,
  "@hono/node-server": /^main\.ts$/,
  postgres: /^database\//,
  "@electric-sql/pglite": /^database\//,
  "@electric-sql/pglite-pgvector": /^database\//,
  ioredis: /^platform\/redis-client\.ts$/,
  cockatiel: /^serving\/online-store\//,
  "prom-client": /-metrics\.ts$|\/module\.ts$|^deps\.ts$|^platform\//,
  "rate-limiter-flexible": /^http\/guard\/|^platform\/attempt-store\.ts$/,
  "better-auth": /^identity\//,
  kysely: /^identity\//,
  nodemailer: /^mail\//,
  "apache-arrow": /^columnar\/|\/render-arrow\.ts$|^engine\/spark\/connect\/arrow-rows\.ts$/,
  "parquet-wasm": /^columnar\/parquet\//,
  pino: /^core\/logger\.ts$/,
  "@aws-sdk/client-s3":
    /^datasets\/files\/s3-(files|check)\.ts$|^engine\/(duckdb\/process\/s3-credentials|spark\/results-bucket)\.ts$/,
  "@duckdb/node-api": /^engine\/duckdb\/process\/duckdb-child\.ts$/,
  "@connectrpc/connect": /^engine\/spark\/connect\//,
  "@connectrpc/connect-node": /^engine\/spark\/connect\//,
  "@bufbuild/protobuf": /^engine\/spark\/connect\//,
  "@aws-sdk/lib-storage": /^datasets\/files\/s3-files\.ts$/,
  "@aws-sdk/s3-request-presigner": /^datasets\/files\/s3-files\.ts$/,
  croner: /^core\/cron-times\.ts$/,
  // A schema of a request or a response is the contract's, from @hono/zod-openapi.
  zod: /^core\/(config|settings|email-address)\.ts$|^identity\/|^cli\/kit\//,
  yaml: /^core\/config\.ts$|^datasets\/card\//,
  jiti: /^cli\//,
  tinyglobby: /^cli\/kit\/definition-files\.ts$/,
  diff: /^registry\/plan\/plan-view\.ts$/,
  "@featstore/client": /^cli\//,
  "@featstore/samples": /^cli\//,
  citty: /^cli\//,
  "lossless-json": /^cli\//,
  "cli-progress": /^cli\//,
};

const packageOf = (specifier: string): string =>
  specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");

test("each package is imported only by the files of its role", () => {
  const faults = files.flatMap(({ path, imports }) =>
    imports
      .filter((imported) => packages[packageOf(imported)]?.test(path) === false)
      .map((imported) => `${path} imports ${imported}`),
  );
  expect(faults).toEqual([]);
});

test("only the configuration reads the environment", () => {
  const readers = files.filter(({ text }) => /\bprocess\.env\b/.test(text)).map(({ path }) => path);
  expect(readers).toEqual(["core/config.ts"]);
});
