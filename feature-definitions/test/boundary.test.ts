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
  "src/evaluate": ["src/ir"],
  "src/evolve": ["src/ir"],
  "src/testing": ["src/ir", "src/check", "src/compile", "src/evaluate", "src/author", "@electric-sql/*"],
  src: ["src/ir", "src/author", "src/check", "src/compile", "src/evaluate", "src/evolve"],
  definitions: ["src/index"],
};

function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join(folder, name).split(sep).join("/"));
}

/** `src/check/report.ts` belongs to `src/check`, and `src/index.ts` to `src`. */
function folderOf(file: string): string {
  return file
    .split("/")
    .slice(0, file.startsWith("src/") && file.split("/").length > 2 ? 2 : 1)
    .join("/");
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
  const rules = [own === "src" ? "src/index" : own, ...(allowed[own] ?? [])];
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
  });

  test("the package has no runtime dependencies", () => {
    const manifest: unknown = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    expect(manifest).not.toHaveProperty("dependencies");
  });
});
