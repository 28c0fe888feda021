import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const repository = fileURLToPath(new URL("../..", import.meta.url));

/** Finds the paths, without extension, that the text of a file imports. For each import, the first path that exists counts. */
type ReadImports = (text: string, file: string) => (readonly string[])[];

/** Static, dynamic and type-only imports, `export … from`, and `require`. */
const typescriptImports: ReadImports = (text, file) => {
  const named = /^(?:import|export)\b[^;"]*?from "(\.[^"]+)"|^import "(\.[^"]+)"/gm;
  const called = /\b(?:import|require)\("(\.[^"]+)"\)/g;
  return [...text.matchAll(named), ...text.matchAll(called)].map(([, from, bare]) => [
    join(dirname(file), from ?? bare ?? ""),
  ]);
};

/** Relative imports, also in functions and for type checkers only. A name is a file of the package or what the package exports. */
const pythonImports: ReadImports = (text, file) =>
  [...text.matchAll(/^[ \t]*from (\.+)([\w.]*) import (\([^)]*\)|.+)$/gm)].flatMap(
    ([, dots = "", module = "", names = ""]) => {
      const folder = join(dirname(file), ...Array.from({ length: dots.length - 1 }, () => ".."));
      const from = join(folder, ...module.split("."));
      return [...names.replaceAll(/#.*| as \w+/g, "").matchAll(/\w+/g)].map(([name]) => [join(from, name), from]);
    },
  );

/** The files of a package with the files of the same package that each imports. */
function importsWithin(folder: string, ending: RegExp, readImports: ReadImports): Map<string, string[]> {
  const root = join(repository, folder);
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((file) => ending.test(file));
  const known = new Map(files.map((file) => [file.replace(/\.\w+$/, ""), file]));
  const fileAt = (path: string) =>
    known.get(path) ?? known.get(join(path, "index")) ?? known.get(join(path, "__init__"));
  return new Map(
    files.map((file) => {
      const paths = readImports(readFileSync(join(root, file), "utf8"), file);
      const imported = paths.map((each) => each.map(fileAt).find((path) => path !== undefined));
      return [file, imported.filter((path) => path !== undefined)];
    }),
  );
}

/** The groups of files that import each other, directly or through others: strongly connected components (Tarjan 1972). */
function cyclesOf(imports: ReadonlyMap<string, readonly string[]>): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const cycles: string[][] = [];
  const visit = (file: string): void => {
    index.set(file, index.size);
    low.set(file, index.get(file) ?? 0);
    stack.push(file);
    for (const imported of imports.get(file) ?? []) {
      if (!index.has(imported)) visit(imported);
      if (stack.includes(imported)) low.set(file, Math.min(low.get(file) ?? 0, low.get(imported) ?? 0));
    }
    if (low.get(file) !== index.get(file)) return;
    const component = stack.splice(stack.indexOf(file));
    if (component.length > 1) cycles.push(component.sort());
  };
  for (const file of imports.keys()) if (!index.has(file)) visit(file);
  return cycles;
}

for (const folder of ["server/src", "feature-definitions/src", "sdk/typescript/src", "samples/src"]) {
  test(`${folder} has no import cycle, of types neither`, () => {
    expect(cyclesOf(importsWithin(folder, /\.tsx?$/, typescriptImports))).toEqual([]);
  });
}

test("sdk/python/src has no import cycle, of types neither", () => {
  expect(cyclesOf(importsWithin("sdk/python/src/featstore", /\.py$/, pythonImports))).toEqual([]);
});

test("each kind of import counts", () => {
  const typescript = `import type { A } from "./a";
import {
  b,
} from "../b";
export * from "./c";
import "./d";
type E = import("./e").E;
const f = async () => (await import("../f")).f;
const g = require("./g");
import { join } from "node:path";`;
  expect(typescriptImports(typescript, "x/y.ts").flat().sort()).toEqual(["b", "f", "x/a", "x/c", "x/d", "x/e", "x/g"]);
  const python = `from __future__ import annotations
from . import a, b as c
from ._d import e
from .._f.g import (
    h,  # a comment
    i as j,
)
if TYPE_CHECKING:
    from ..k import l as l
def m():
    from .n import o
`;
  const expected = ["_f/g/h", "_f/g/i", "k/l", "x/_d/e", "x/a", "x/b", "x/n/o"];
  expect(
    pythonImports(python, "x/y.py")
      .map(([path]) => path)
      .sort(),
  ).toEqual(expected);
});
