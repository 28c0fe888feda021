import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

// Only `engine/` builds or runs SQL over a source or a spine. The rule reads three things that such SQL needs: a function of the
// compiler that writes it, a function of the database that runs it, or the name of a relation.

const root = fileURLToPath(new URL("../../src", import.meta.url));
const compiler = fileURLToPath(new URL("../../../feature-definitions/src/compile", import.meta.url));

interface SourceFile {
  /** The path below `src`. */
  readonly path: string;
  readonly text: string;
}

/** The functions of the compiler that write SQL over sources and spines: all of its door and of what PostgreSQL does besides. */
const compiled = new Set(
  ["index.ts", ...readdirSync(join(compiler, "postgres-engine")).map((file) => join("postgres-engine", file))].flatMap(
    (file) =>
      [...readFileSync(join(compiler, file), "utf8").matchAll(/^export function (\w+)/gm)].map(([, name = ""]) => name),
  ),
).add("rowsAsOf");

/** Functions of the migrations that read sources or spines, or fill tables from them. */
const calls = [
  ...["fill", "fill_changed", "find_changes", "drop_changes", "change_baselines"],
  ...["begin_chunks", "fill_chunk", "end_chunks", "replay", "read_spine", "shift_training_spine"],
  ...["came_after", "oldest_transaction", "is_altered", "tells_transactions"],
];

/** What names a source's relation or a spine's table, or describes it. */
const names = [
  /\b(?:training|replay)_spine\w*/,
  /\bspine_table\b(?! is not null)/,
  /\bxmin\b/,
  /\bpg_attribute\b|\bpg_index\b|\binformation_schema\b/,
  /\brelation\.(?:text|table|schema|path)\b/,
  /\brelation: \{ [^}]*\b(?:text|table|schema|path)\b[^}]* \}(?: \}| =)/,
  /\}\s*=\s*(?:\w+\.)*relation\b/,
  /(?<==\s*)(?:\w+\.)+relation\b(?!\.)/,
  // A table whose schema is not written out: those of Featstore are in `featstore` and `features`.
  /\bquoteTable\b/,
  /\b(?:from|join|into|update|table|copy|only) "?\$\{[^}]*\}"?\."?\$\{/,
  // Functions of DuckDB that read files, and its sessions.
  /\bread_(?:parquet|csv|json|blob)\w*/,
  /\bparquet_(?:schema|metadata|file_metadata)\b/,
  /\bwithDuckdb\b/,
  // The query of a view.
  /\bviewQuery\b/,
];

/** Files outside of the engine that show what they do not run. Remove an entry when its file no longer needs it. */
const shown: Readonly<Record<string, readonly string[]>> = {
  // By which way the changes of a source are found, for a plan.
  "registry/plan/plan-changes.ts": ["changeWays"],
  // The text of a view's query, which `apply` stores.
  "registry/plan/plan-view.ts": ["viewQuery"],
  // The functions that quote names.
  "database/index.ts": ["quoteTable"],
  "database/sql-text.ts": ["quoteTable"],
  // The text of definitions, for the page that describes them.
  "reference/reference-subject.ts": ["viewQuery"],
  "reference/describe-source.ts": ["} = relation"],
  "reference/markdown-source.ts": ["relation.text", "relation.schema", "relation.table", "relation.path"],
  // The demo's files, which it writes from the sample before a source reads them.
  "cli/demo/write-lake.ts": ["withDuckdb"],
  "cli/sample/publish-sample.ts": ["relation.table"],
  // The text of a view's query, which the command prints.
  "cli/sql.ts": ["compileView"],
  // An example for readers of a dataset.
  "datasets/card/examples-section.ts": ["read_parquet"],
};

/** Returns what the file needs only for SQL over sources and spines. */
function offences({ path, text }: SourceFile): readonly string[] {
  if (path.startsWith("engine/")) return [];
  const code = text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
  const imported = [
    ...code.matchAll(/^import (?!type)(?:\w+, )?\{([^}]*)\} from "@featstore\/definitions\/compiler"/gm),
  ]
    .flatMap(([, list = ""]) => list.split(","))
    .map((name) => name.trim().split(" as ")[0] ?? "")
    .filter((name) => compiled.has(name));
  const called = [...code.matchAll(/\bfeatstore"?\."?(\w+)"?\s*\(/g)]
    .map(([, name = ""]) => name)
    .filter((name) => calls.includes(name));
  const named = names.flatMap((name) => [...code.matchAll(new RegExp(name, "g"))].map(([match]) => match));
  const found = new Set([...imported, ...called, ...named]);
  return [...found].filter((each) => shown[path]?.includes(each) !== true);
}

const files: readonly SourceFile[] = readdirSync(root, { recursive: true, encoding: "utf8" })
  .filter((path) => /\.tsx?$/.test(path))
  .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));

test("only the engine builds or runs SQL over a source or a spine", () => {
  expect(files.flatMap((file) => offences(file).map((each) => `${file.path}: ${each}`))).toEqual([]);
});

test("operations over a DuckDB engine's sources open them where their paths and queries are checked", () => {
  const inDuckdb = files.filter(
    ({ path, text }) => /^engine\/duckdb\/[\w-]+\.ts$/.test(path) && /\bwithDuckdb\b/.test(text),
  );
  expect(inDuckdb.map(({ path }) => path).sort()).toEqual([
    // Lists buckets for `doctor`, and reads nothing.
    "engine/duckdb/check-engine.ts",
    // Checks each relation by itself, to describe the others.
    "engine/duckdb/source-catalog.ts",
    // Reads what PostgreSQL has copied into the staging folder.
    "engine/duckdb/spine-copies.ts",
    "engine/duckdb/with-sources.ts",
  ]);
});

test("each exception is needed", () => {
  const unused = Object.entries(shown).flatMap(([path, allowed]) => {
    const text = files.find((file) => file.path === path)?.text ?? "";
    return allowed.filter((each) => !text.includes(each)).map((each) => `${path}: ${each}`);
  });
  expect(unused).toEqual([]);
});

test("the engine uses the functions that the rule names", () => {
  const own = files.filter(({ path }) => path.startsWith("engine/")).map(({ text }) => text);
  const unused = [
    ...calls,
    "compileView",
    "compileServiceTrainingSet",
    "comparisonQuery",
    "compileComputedRows",
  ].filter((name) => !own.some((text) => new RegExp(`\\b${name}\\b`).test(text)));
  expect(unused).toEqual([]);
  expect(compiled).toContain("compileView");
  expect(compiled).toContain("viewChanges");
});

describe("the rule finds", () => {
  const from = (text: string, path = "serving/offender.ts") => offences({ path, text });

  test.for([
    ['import { compileView } from "@featstore/definitions/compiler";', "compileView"],
    [
      'import {\n  type FeatureView,\n  compileFanOut as measured,\n} from "@featstore/definitions/compiler";',
      "compileFanOut",
    ],
    ['database.query({ text: "select featstore.fill($1::text::bigint)" })', "fill"],
    ['`select featstore.came_after("w".xmin, 7)`', "came_after"],
    ["const table = `training_spine_7`;", "training_spine_7"],
    ["quoteTable(source.relation.schema, source.relation.table)", "relation.table"],
    ["const { schema, table } = source.relation;", "} = source.relation"],
    ["function text({ relation: { schema, table } }: PlainSource) {}", "relation: { schema, table } }"],
    ["`select from pg_catalog.pg_attribute`", "pg_attribute"],
    ['`select "featstore"."fill" ($1)`', "fill"],
    ["const read = source.relation;", "source.relation"],
    ["quoteTable(at.schema, at.table)", "quoteTable"],
    [`select key from "\${schema}"."\${table}"`, `from "\${schema}"."\${`],
    ["database.query(viewQuery(view))", "viewQuery"],
    ["`select * from read_parquet('plays/*.parquet')`", "read_parquet"],
    ["quoteText(source.relation.path)", "relation.path"],
  ] as const)("%s", ([text, offence]) => {
    expect(from(text)).toContain(offence);
    expect(from(text, "engine/postgres/own.ts")).toEqual([]);
  });

  test.for([
    'import type { compileView } from "@featstore/definitions/compiler";',
    'import { columnsOf, profileQuery } from "@featstore/definitions/compiler";',
    "// Calls featstore.fill(…) in the engine.",
    "/** The spine's table, training_spine_7. */",
    'database.query({ text: "select featstore.fill_rate($1)" })',
    "select t.spine_table is not null",
    `select from features.\${quoteName(table)} as r where \${left}.\${right}`,
  ])("nothing in %s", (text) => {
    expect(from(text)).toEqual([]);
  });
});
