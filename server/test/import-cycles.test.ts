import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const repository = fileURLToPath(new URL("../..", import.meta.url));

/** The files of a package with the files of the same package that each imports, types included. */
function importsWithin(folder: string): Map<string, string[]> {
  const root = join(repository, folder);
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((file) => /\.tsx?$/.test(file));
  const known = new Set(files);
  return new Map(
    files.map((file) => {
      const text = readFileSync(join(root, file), "utf8");
      const specifiers = [...text.matchAll(/^(?:import|export)\b[^;]*?from "(\.[^"]+)"/gm)].map(
        ([, from = ""]) => from,
      );
      const paths = specifiers.map((specifier) => relative(root, resolve(root, dirname(file), specifier)));
      const resolved = paths.map((path) =>
        [`${path}.ts`, `${path}.tsx`, join(path, "index.ts")].find((each) => known.has(each)),
      );
      return [file, resolved.filter((path) => path !== undefined)];
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
    expect(cyclesOf(importsWithin(folder))).toEqual([]);
  });
}
