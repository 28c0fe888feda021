import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { describe, expect, test } from "vitest";

const root = resolve(import.meta.dirname, "..");

/** The folders that each folder may import besides itself: the table of ARCHITECTURE.md. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  "src/ir": ["node:crypto"],
  "src/author": ["src/ir"],
  "src/check": ["src/ir"],
  "src/compile": ["src/ir", "src/check"],
  "src/compile/tree": ["src/ir"],
  "src/compile/source": ["src/ir", "src/check", "src/compile/tree"],
  "src/compile/dataset": ["src/ir", "src/compile/tree", "src/compile/source"],
  "src/compile/strategies": ["src/ir", "src/compile/tree", "src/compile/source"],
  "src/compile/training": ["src/ir", "src/compile/tree", "src/compile/source", "src/compile/strategies"],
  "src/compile/text": ["src/ir", "src/compile/tree", "src/compile/source", "src/compile/dialect"],
  "src/compile/postgres": ["src/ir", "src/compile/tree", "src/compile/text"],
  "src/compile/duckdb": ["src/ir", "src/compile/tree", "src/compile/text"],
  "src/compile/spark": ["src/ir", "src/compile/tree", "src/compile/text"],
  "src/compile/generations": ["src/ir", "src/compile/tree", "src/compile/text", "src/compile/postgres"],
  "src/compile/postgres-engine": [
    "src/ir",
    "src/compile/tree",
    "src/compile/source",
    "src/compile/text",
    "src/compile/postgres",
    "src/compile/generations",
  ],
  "src/evaluate": ["src/ir"],
  "src/evolve": ["src/ir"],
  "src/testing": ["src/ir", "src/check", "src/compile", "src/evaluate", "src/author", "@electric-sql/*"],
  "src/index": ["src/ir", "src/author"],
  "src/compiler": ["src/ir", "src/author", "src/check", "src/compile", "src/evaluate", "src/evolve"],
  definitions: ["src/index"],
};

/** The folder with the text that dialects share. */
const TEXT = "src/compile/text";
const LAKES = ["src/compile/duckdb", "src/compile/spark"];

/** The folders that write PostgreSQL's text. */
const POSTGRES = ["src/compile/postgres", "src/compile/generations", "src/compile/postgres-engine"];

function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join(folder, name).split(sep).join("/"));
}

/** The rule of a file: `src/check` for `src/check/report.ts`, `src/compile/tree` and `src/index` likewise. */
function folderOf(file: string): string {
  const parts = file.replace(/\.ts$/, "").split("/");
  if (parts[0] !== "src") return parts[0] ?? "";
  return parts.slice(0, parts.length > 3 ? 3 : 2).join("/");
}

/** Relies on the formatter: every `from "…"` ends a line that begins the statement or closes its braces. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), "utf8");
  const patterns = [
    /^(?:import|export|\})[^\n]*\bfrom "([^"]+)";$/gm,
    /^import "([^"]+)";$/gm,
    /\bimport\("([^"]+)"\)/g,
  ];
  return patterns.flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[1] ?? ""));
}

/** The file or package that an import names. */
function targetOf(file: string, specifier: string): string {
  if (!specifier.startsWith(".")) return specifier;
  return relative(root, resolve(root, dirname(file), specifier))
    .split(sep)
    .join("/");
}

function isAllowed(file: string, target: string): boolean {
  const own = folderOf(file);
  // Only dialects write text, and only the compiler's entry names one.
  if (target.startsWith(`${TEXT}/`) && ![TEXT, ...LAKES, ...POSTGRES].includes(own)) return false;
  const lake = LAKES.find((folder) => target.startsWith(`${folder}/`));
  if (lake !== undefined && own !== lake) return own === "src/compiler" && target === `${lake}/index`;
  const written = POSTGRES.find((folder) => target.startsWith(`${folder}/`));
  if (written !== undefined && !POSTGRES.includes(own)) {
    // Only through its entry, so that nothing else writes PostgreSQL's text.
    if (target !== `${written}/index`) return false;
    // The compiler itself knows a dialect only as the interface `Dialect`, and how a generation stores rows.
    if (own === "src/compile") return written === "src/compile/generations";
    if (own.startsWith("src/compile/")) return false;
  }
  const rules = [own, ...(allowed[own] ?? [])];
  return rules.some((rule) =>
    rule.endsWith("/*") ? target.startsWith(rule.slice(0, -1)) : target === rule || target.startsWith(`${rule}/`),
  );
}

describe("imports", () => {
  test.each([...filesBelow("src"), ...filesBelow("definitions")])("%s imports only the allowed folders", (file) => {
    const targets = importsOf(file).map((specifier) => targetOf(file, specifier));
    expect(targets.filter((target) => !isAllowed(file, target))).toEqual([]);
  });

  test("every folder has a rule", () => {
    const folders = new Set([...filesBelow("src"), ...filesBelow("definitions")].map(folderOf));
    expect([...folders].filter((folder) => !Object.hasOwn(allowed, folder))).toEqual([]);
  });

  test("detects a foreign import", () => {
    expect(isAllowed("src/ir/visit.ts", targetOf("src/ir/visit.ts", "../check/index"))).toBe(false);
    expect(isAllowed("src/author/scalar.ts", "postgres")).toBe(false);
    expect(isAllowed("definitions/sources.ts", "src/ir/nodes")).toBe(false);
    expect(isAllowed("src/compile/tree/statement.ts", "src/compile/source/source-rows")).toBe(false);
    expect(isAllowed("src/compile/entity-keys.ts", "src/compile/postgres/dialect")).toBe(false);
    expect(isAllowed("src/compile/index.ts", "src/compile/postgres/index")).toBe(false);
    expect(isAllowed("src/compile/index.ts", "src/compile/generations/index")).toBe(true);
    expect(isAllowed("src/compile/index.ts", "src/compile/generations/tables")).toBe(false);
    expect(isAllowed("src/compile/strategies/row-order.ts", "src/compile/generations/index")).toBe(false);
    expect(isAllowed("src/compile/postgres/dialect.ts", "src/compile/generations/tables")).toBe(false);
    expect(isAllowed("src/compile/strategies/row-order.ts", "src/compile/text/quote")).toBe(false);
    expect(isAllowed("src/compile/index.ts", "src/compile/text/quote")).toBe(false);
    expect(isAllowed("src/compile/index.ts", "src/compile/duckdb/index")).toBe(false);
    expect(isAllowed("src/compile/duckdb/dialect.ts", "src/compile/postgres/index")).toBe(false);
    expect(isAllowed("src/compiler.ts", "src/compile/duckdb/dialect")).toBe(false);
    expect(isAllowed("src/testing/source-tables.ts", "src/compile/postgres/database-types")).toBe(false);
  });

  test("the package has no runtime dependencies", () => {
    const manifest: unknown = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    expect(manifest).not.toHaveProperty("dependencies");
  });
});
