import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { documentsOf } from "../src/report/documents";
import { readStoredResults } from "../src/report/stored-results";

const root = join(import.meta.dirname, "../..");

describe("documents with figures", () => {
  const documents = documentsOf(readStoredResults());

  it.each([...documents.keys()])("%s shows what the committed results say: npm run bench -- report", (path) => {
    expect(readFileSync(join(root, path), "utf8")).toBe(documents.get(path));
  });

  it("has no plot that the report does not write", () => {
    const plots = readdirSync(join(root, "docs/benchmarks")).filter((name) => name.endsWith(".svg"));
    const written = [...documents.keys()].filter((path) => path.endsWith(".svg")).map((path) => basename(path));
    expect(plots.sort()).toEqual(written.sort());
  });
});
