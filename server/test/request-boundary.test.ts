import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

// The schema of an operation validates its requests: `requestOf(contract)` reads their text. A file that reads it on its own
// would be a second parser beside the schema, with a list of names of its own.

/** What only a parser of requests needs: the raw text, and the functions that take it apart. */
const READS =
  /\breadJsonText\(|\bparseQuery\(|\b(?:bodyMembers|elementTexts)\(|\brequest\.(?:query\b|body\(|bytes\()|\bnew URLSearchParams\(/;

/** Validates by a schema: `requestOf` does, so nothing else has to. */
const VALIDATES = /\.(?:safeParse|safeParseAsync|parseAsync)\(/;

/** The files that may read the text of requests, each for its reason. */
const READERS: Readonly<Record<string, string>> = {
  "core/request-body.ts": "defines the functions",
  "http/contract/request-of.ts": "reads requests by their contract",
  "http/exchange/read-json-text.ts": "reads the body for both",
  "http/guard/guard.ts": "refuses a query where there are no parameters",
  "serving/read-features.route.ts": "hot: a single read",
  "serving/own-parameters.ts": "hot: a single read",
  "serving/selection/request-selection.ts": "hot: a single read",
  "serving/read-features-batch.route.ts": "hot: a batch",
  "serving/batch-request.ts": "hot: a batch",
  "embeddings/search-embeddings.route.ts": "hot: a search",
  "embeddings/parse-search.ts": "hot: a search",
  "embeddings/embedding-reader.ts": "the exact texts of ids",
  "training-sets/create-training-set.route.ts": "the body may be a spine",
};

/** Pages have forms and no contract; a command has no request. */
const ELSEWHERE = /^(?:portal|cli)\//;

/** Files that validate something other than a request. */
const VALIDATORS: Readonly<Record<string, string>> = {
  "http/contract/schema-faults.ts": "validates requests for `requestOf`",
  "core/config.ts": "the configuration",
  "core/email-address.ts": "an address",
};

interface SourceFile {
  /** The path below `src`. */
  readonly path: string;
  readonly text: string;
}

/** Returns what is a second parser of requests. */
function secondParsers(files: readonly SourceFile[]): readonly string[] {
  return files
    .filter(({ path }) => !ELSEWHERE.test(path))
    .flatMap(({ path, text }) => [
      ...(READS.test(text) && !(path in READERS) ? [`${path} reads a request's text: use requestOf`] : []),
      ...(VALIDATES.test(text) && !(path in VALIDATORS) ? [`${path} validates by a schema: use requestOf`] : []),
    ]);
}

const root = fileURLToPath(new URL("../src", import.meta.url));
const sources: readonly SourceFile[] = readdirSync(root, { recursive: true, encoding: "utf8" })
  .filter((path) => /\.tsx?$/.test(path))
  .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));

test("no file parses requests beside the schemas of their contracts", () => {
  expect(secondParsers(sources)).toEqual([]);
});

test("the lists name no file that has no need to be there", () => {
  const isStale = (pattern: RegExp) => (path: string) =>
    !sources.some((source) => source.path === path && pattern.test(source.text));
  expect(Object.keys(READERS).filter(isStale(READS))).toEqual([]);
  expect(Object.keys(VALIDATORS).filter(isStale(VALIDATES))).toEqual([]);
});

test.each([
  ['const members = bodyMembers(await readJsonText(request), ["name"], ["name"]);'],
  ['const { name } = parseQuery(query, ["name"]);'],
  ["const name = new URLSearchParams(request.query).get(`name`);"],
  ["const change = JSON.parse(await request.body());"],
  ["const result = z.strictObject({ name: z.string() }).safeParse(value);"],
])("refuses a new parser: %s", (text) => {
  expect(secondParsers([{ path: "keys/key-parser.ts", text }])).not.toEqual([]);
});

test("leaves a handler alone that reads its request by its contract", () => {
  const text = "const { params, query } = read(request); const change = await read(request).body();";
  expect(secondParsers([{ path: "keys/change-key.route.ts", text }])).toEqual([]);
});
