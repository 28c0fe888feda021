import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import ts from "typescript";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { SCOPES } from "../../../server/src/core/scopes";
import { type GuideServer, startGuideServer } from "../../../server/test/guide/guide-server";
import { createDatasets } from "../src/datasets";
import { createClient } from "../src/index";

// Compiles the TypeScript blocks and of the guide to downloads, each as a file of its own, and runs them against a
// server with the sample.

const root = resolve(import.meta.dirname, "../../..");
const page = "sdk/typescript/README.md";
const ADDRESS = "http://localhost:8080";

/** Names that the blocks use and do not declare. */
const surroundings = `
import type * as client_ from "${root}/sdk/typescript/src/index";
import type * as datasets_ from "${root}/sdk/typescript/src/datasets";
declare global {
  const apiKey: string;
  const ids: readonly number[];
  const query: Float32Array;
  const queryOf: (id: number) => Float32Array;
  const score: (id: client_.EntityId, features: object) => Promise<void>;
  const createClient: typeof client_.createClient;
  const client: client_.Client;
  const datasets: datasets_.Datasets;
}`;

let guide: GuideServer;
let key: string;
let outputs: readonly string[];
let blocks: readonly CodeBlock[];

interface CodeBlock {
  readonly page: string;
  /** Of its first line of code. */
  readonly line: number;
  readonly text: string;
  /** Of the file to write. */
  readonly path: string;
}

async function blocksOf(name: string): Promise<readonly CodeBlock[]> {
  const markdown = await readFile(join(root, name), "utf8");
  return [...markdown.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(({ index, 1: code = "" }) => {
    const line = markdown.slice(0, index).split("\n").length + 1;
    const text = code
      .replaceAll(/"@featstore\/client(?:\/(\w+))?"/g, (_, entry = "index") => `"${root}/sdk/typescript/src/${entry}"`)
      .replaceAll(/^await (.*); \/\/ does not compile$/gm, "// @ts-expect-error\nvoid (() => $1);");
    const path = join(guide.project.folder, `src/${name.replaceAll("/", "-")}-${line}.ts`);
    return { page: name, line, text: `${text}export {};\n`, path };
  });
}

beforeAll(async () => {
  guide = await startGuideServer();
  const { project } = guide;
  expect((await project.run("sample", "load", "--publish")).code).toBe(0);
  expect((await project.run("drift", "speech_sentiment", "--set-baseline")).code).toBe(0);
  expect((await project.run("materialize", "speech_sentiment")).code).toBe(0);
  expect((await project.run("dataset", "build", "state_of_the_union")).code).toBe(0);
  const { document } = await project.json("keys", "create", "--name", "readme", "--scopes", SCOPES.join(","));
  ({ key } = document as { readonly key: string });

  await mkdir(join(project.folder, "src"));
  await symlink(join(root, "sdk/typescript/node_modules"), join(project.folder, "node_modules"));
  outputs = await guide.run(`../../${page}`, {
    environment: { FEATSTORE_API_KEY: key },
    // `npm run verify:packages` runs this line.
    replace: { "npm install ../featstore/packages/featstore-client-*.tgz": "true" },
  });
  await project.write({
    "src/features.ts": `export * from "${root}/samples/state-of-the-union/definitions/index";`,
    "src/surroundings.d.ts": surroundings,
  });
  blocks = [...(await blocksOf(page)), ...(await blocksOf("docs/guide/downloading-datasets.md"))];
  for (const { path, text } of blocks) await writeFile(path, text);
}, 240_000);
afterAll(() => guide?.close());

test("the commands of README.md run", () => {
  expect(outputs).toHaveLength(2);
  expect(outputs[1]).toContain("featstore.d.ts");
});

test("the TypeScript blocks compile", () => {
  const { config } = ts.readConfigFile(join(root, "tsconfig.base.json"), ts.sys.readFile);
  const ofReaders = {
    noUnusedLocals: false,
    noUnusedParameters: false,
    types: [join(root, "node_modules/@types/node")],
  };
  const { options } = ts.parseJsonConfigFileContent(
    { compilerOptions: { ...config.compilerOptions, ...ofReaders } },
    ts.sys,
    root,
  );
  const program = ts.createProgram(
    [join(guide.project.folder, "src/surroundings.d.ts"), ...blocks.map(({ path }) => path)],
    options,
  );
  const faults = blocks.flatMap(({ page: name, line, path }) =>
    ts.getPreEmitDiagnostics(program, program.getSourceFile(path)).map(({ file, start, messageText }) => {
      const at = file ? file.getLineAndCharacterOfPosition(start ?? 0).line : 0;
      return `${name}:${line + at}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
    }),
  );
  expect(faults).toEqual([]);
  expect(blocks.length).toBeGreaterThan(15);
});

test("the TypeScript blocks run and print what they say", async () => {
  const { url, project } = guide;
  const printed = vi.spyOn(console, "log").mockImplementation(() => undefined);
  vi.stubEnv("FEATSTORE_URL", url);
  vi.stubEnv("FEATSTORE_API_KEY", key);
  const query = new Float32Array(384).fill(0.05);
  const options = { baseUrl: url, apiKey: key };
  for (const [name, value] of Object.entries({
    apiKey: key,
    ids: [7, 8, 9],
    query,
    queryOf: () => query,
    score: async () => undefined,
    createClient,
    client: createClient(options),
    datasets: createDatasets(options),
  }))
    vi.stubGlobal(name, value);
  const folder = process.cwd();
  process.chdir(project.folder);
  try {
    for (const { page: name, path, text, line } of blocks) {
      // The sample has no dataset with terms.
      if (text.includes("acceptTerms")) continue;
      const runnable = path.replace(/\.ts$/, "-run.ts");
      await writeFile(runnable, text.replaceAll(ADDRESS, url));
      printed.mockClear();
      await import(runnable).catch((error: Error) => {
        throw new Error(`${name}:${line}: ${error.message}`);
      });
      const [, expected] = /console\.log\(status.*\n\/\/ (.*)\n/.exec(text) ?? [];
      if (expected !== undefined) expect(printed.mock.calls[0]?.join(" ")).toBe(expected);
    }
  } finally {
    process.chdir(folder);
    vi.unstubAllGlobals();
  }
});
