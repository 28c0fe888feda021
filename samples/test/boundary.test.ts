import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const source = join(import.meta.dirname, "../src");
const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));

test("the samples import their own files, Node and the definitions only", () => {
  const allowed = /^(?:\.\/|node:|@featstore\/definitions\/compiler$)/;
  const strangers = files.flatMap((file) =>
    [...readFileSync(join(source, file), "utf8").matchAll(/^(?:import|(?:import|export)\b[^;"]*\bfrom) "([^"]+)"/gm)]
      .map(([, imported = ""]) => imported)
      .filter((imported) => !allowed.test(imported))
      .map((imported) => `${file}: ${imported}`),
  );
  expect(files.length).toBeGreaterThan(5);
  expect(strangers).toEqual([]);
});
