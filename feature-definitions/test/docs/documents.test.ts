import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import ts from "typescript";
import { afterAll, expect, test } from "vitest";
import { checkDefinitions, collectDefinitions } from "../../src/compiler";
import { isFeatureTest, materializeRows, runTest } from "../../src/testing/index";
import { sharedTestDatabase } from "../shared-database";

const root = resolve(import.meta.dirname, "../../..");
const documents = ["docs/language.md", "docs/from-feast.md", "feature-definitions/README.md"];

/** A document's TypeScript blocks as one program, with each line at its line number in the document. */
function programOf(document: string): string {
  let isCode = false;
  const lines = readFileSync(join(root, document), "utf8").split("\n");
  return lines
    .map((line) => {
      const isFence = line.startsWith("```");
      if (isFence) isCode = line === "```ts";
      return isCode && !isFence ? line : "";
    })
    .join("\n");
}

const folder = mkdtempSync(join(tmpdir(), "featstore-documents-"));
const database = sharedTestDatabase();
afterAll(async () => {
  rmSync(folder, { recursive: true });
});

const programs = documents.map((document, index) => {
  const path = join(folder, `document-${index}.ts`);
  writeFileSync(path, programOf(document));
  return { document, path };
});

test("the programs in documents compile", () => {
  const { config } = ts.readConfigFile(join(root, "tsconfig.base.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ compilerOptions: config.compilerOptions }, ts.sys, root);
  const program = ts.createProgram(
    programs.map(({ path }) => path),
    options,
  );
  const faults = programs.flatMap(({ document, path }) =>
    ts.getPreEmitDiagnostics(program, program.getSourceFile(path)).map(({ file, start, messageText }) => {
      const line = file ? file.getLineAndCharacterOfPosition(start ?? 0).line + 1 : 0;
      return `${document}:${line}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
    }),
  );
  expect(faults).toEqual([]);
});

test.each(programs)(
  "the definitions of $document pass the checks and run, and their tests pass",
  async ({ document, path }) => {
    const exported = (await import(path)) as Readonly<Record<string, unknown>>; // the type of a module
    const definitions = collectDefinitions([exported]);
    expect(checkDefinitions(definitions, { strict: true })).toEqual([]);
    for (const view of definitions.featureViews) {
      await materializeRows(database, view, { given: {}, asOf: "2026-01-01" });
    }
    const tests = Object.values(exported).filter(isFeatureTest);
    expect(tests.length > 0).toBe(document !== "docs/from-feast.md");
    for (const each of tests) expect(await runTest(database, each)).toMatchObject({ differences: [] });
  },
);
