import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { constantNames, countFeatures, definitionText, featureColumns } from "./definition-text";
import type { PackageSources } from "./packages";
import type { PlannedDefinition } from "./plan-definition";
import type { PlannedColumn } from "./planned-column";

export interface ProjectChoices {
  readonly name: string;
  readonly plan: PlannedDefinition;
  /** A key of the table, its parts as text, for the commands in the README; null if none is known. */
  readonly exampleKey: readonly string[] | null;
  readonly packages: PackageSources;
  /** True if no database is configured, so that the project starts with the embedded one and the sample. */
  readonly usesSample: boolean;
  /** The folders and buckets that the engine of the files may read; empty if the definition reads a table. */
  readonly roots: readonly string[];
}

/** Template files and their names in the project; npm would not pack a `.gitignore`. */
const templates = {
  "package.json": "package.json",
  "tsconfig.json": "tsconfig.json",
  "README.md": "README.md",
  "featstore.config.yaml": "featstore.config.yaml",
  ".gitignore": "gitignore",
} as const;

const EXAMPLE_KEYS: ReadonlyMap<string, string> = new Map([
  ["string", "a-key"],
  ["uuid", "5c9b8f0e-2f6a-4f0e-9d3c-0a1b2c3d4e5f"],
]);

/** Writes the texts of a new project's files, by path. */
export async function projectFiles({
  name,
  plan,
  exampleKey,
  packages,
  usesSample,
  roots,
}: ProjectChoices): Promise<Record<string, string>> {
  const parts = exampleKey ?? plan.key.map(({ type }) => EXAMPLE_KEYS.get(type.type) ?? "1");
  const encoded = parts.map(encodeURIComponent).join(",");
  const values: Readonly<Record<string, string>> = {
    name,
    rows: `the ${plan.files === null ? "table" : "files"} \`${plan.table}\``,
    place: plan.files === null ? "the database" : "the files",
    databaseNote:
      plan.files === null ? "which has none of your tables" : "which takes up to a million rows of each view",
    engines: plan.files === null ? "" : enginesText(plan.files.engine, roots),
    entity: plan.entity,
    view: plan.view,
    definitionsPackage: packages.definitionsPackage,
    serverPackage: packages.serverPackage,
    clientPackage: packages.clientPackage ?? "",
    clientNote: packages.clientPackage === null ? "add `@featstore/client` to package.json; then, " : "",
    keyInShell: inShell(parts.length === 1 ? (parts[0] ?? "") : encoded),
    keyInUrl: inShell(`http://localhost:8080/api/features/${encoded}?features=${plan.view}`),
    keyInCode: keyInCode(plan, parts),
    sampleStep: usesSample ? "npx featstore sample load    # the table that the first definition reads\n" : "",
  };
  const folder = templateFolder();
  const entries = await Promise.all(
    Object.entries(templates).map(async ([target, file]) => {
      const text = await readFile(join(folder, file), "utf8");
      const filled = text.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => values[name] ?? "");
      const unused = /^(?: *"@featstore\/client": "",\n|# \n\n)/m;
      return [target, filled.replace(unused, "")] as const;
    }),
  );
  return {
    ...Object.fromEntries(entries),
    "definitions/index.ts": definitionText(plan),
    [`definitions/${plan.view.replaceAll("_", "-")}.test.ts`]: testText(plan),
  };
}

/** Begins in a comment of the template. */
function enginesText(name: string, roots: readonly string[]): string {
  return `Computes the views over files. It reads nothing outside of its roots.
engines:
  ${name}: { kind: duckdb, roots: ${JSON.stringify(roots)} }`;
}

function keyInCode({ key }: PlannedDefinition, parts: readonly string[]): string {
  const texts = key.map(({ type }, index) => {
    const part = parts[index] ?? "";
    return !EXAMPLE_KEYS.has(type.type) && Number.isSafeInteger(Number(part)) ? part : JSON.stringify(part);
  });
  if (texts.length === 1) return texts.join();
  return `{ ${key.map(({ name }, index) => `${name}: ${texts[index]}`).join(", ")} }`;
}

/** Quotes a word for a shell where necessary. */
function inShell(text: string): string {
  return /^[\w.@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

// In a build the templates are next to the code; from source they are in server/templates.
function templateFolder(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const candidates = [join(here, "templates/init"), join(here, "../../../templates/init")];
  const folder = candidates.find((candidate) => existsSync(candidate));
  if (folder === undefined) throw new Error(`the templates were not folder in ${candidates.join(" or ")}`);
  return folder;
}

/** Writes the scaffolded test: one row of the table and the expected features. */
function testText(plan: PlannedDefinition): string {
  const names = constantNames(plan);
  const features = featureColumns(plan);
  const { time } = plan;
  const sample = ({ name, type }: PlannedColumn) => `${name}: ${type.sample}`;
  const key = plan.key.map(sample);
  // A row is written with the key of its source as well.
  const rowKey = (plan.rowKey ?? []).filter(({ name }) => !plan.key.some((part) => part.name === name)).map(sample);
  const { population } = plan;
  const listedTime = population?.time ? [`${population.time.name}: "2026-01-01T00:00:00Z"`] : [];
  const listed = population === null ? "" : `\n    ${population.source}: [{ ${[...key, ...listedTime].join(", ")} }],`;
  return `import { defineTest } from "@featstore/definitions/testing";
import { ${names.view} } from "./index";

export const keepsWhatTheRowSays = defineTest({
  name: "keeps what the row says",
  view: ${names.view},
  given: {${listed}
    ${plan.source}: [
      {
        ${[...rowKey, ...key, ...(time === null ? [] : [`${time.name}: "2026-01-01T12:00:00Z"`]), ...features.map(sample)].join(",\n        ")},
      },
    ],
  },
  asOf: "2026-01-15",
  expect: [
    {
      ${[...key, ...features.map(sample), ...countFeatures(plan).map(({ name }) => `${name}: 1`)].join(",\n      ")},
    },
  ],
});
${
  time === null
    ? ""
    : `
export const knowsNothingOfTheFuture = defineTest({
  name: "knows nothing of the future",
  view: ${names.view},
  given: {${listed}
    ${plan.source}: [{ ${[...rowKey, ...key].join(", ")}, ${time.name}: "2026-03-01T12:00:00Z" }],
  },
  asOf: "2026-02-01",
  expect: [${population === null ? "" : `{ ${[...key, ...countFeatures(plan).map(({ name }) => `${name}: 0`)].join(", ")} }`}],
});
`
}`;
}
