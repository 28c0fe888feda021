import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import ts from "typescript";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { answerExample, operations } from "./support/example-answers";
import { type ScriptedServer, startScriptedServer } from "./support/scripted-server";

const root = resolve(import.meta.dirname, "../../..");
const folder = mkdtempSync(join(tmpdir(), "featstore-samples-"));
let server: ScriptedServer;

beforeAll(async () => {
  server = await startScriptedServer();
  server.answer(answerExample);
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

/** Operations for API keys that the clients do not have, or use only as a part of another call. */
const withoutCall = [
  "readRowSchema",
  "buildDataset",
  "readDatasetSnapshot",
  "readDatasetBuild",
  "downloadDataset",
  "readDatasetExport",
  "cancelDatasetExport",
  "downloadDatasetExport",
  "listAuditLog",
  "readAccount",
  "listMembers",
];

const samples = operations.flatMap(({ operation, ...rest }) =>
  (operation["x-codeSamples"] ?? []).map((sample) => ({ ...rest, name: operation.operationId, ...sample })),
);
const programs = samples
  .filter(({ lang }) => lang === "typescript")
  .map(({ name, method, pattern, source }) => {
    const path = join(folder, `${name}.ts`);
    writeFileSync(
      path,
      source.replaceAll(/"(data\/|train\.csv)"/g, (_, to) => JSON.stringify(`${folder}/${to}`)),
    );
    return { name, method, pattern, path };
  });

test("each operation that takes an API key has an example for both clients, or they do not have it", () => {
  const forKeys = operations.filter(({ operation }) => operation.security?.some((each) => "bearer" in each));
  const languagesOf = ({ operation }: (typeof operations)[number]) =>
    (operation["x-codeSamples"] ?? []).map(({ lang }) => lang);
  for (const each of forKeys) {
    const expected = withoutCall.includes(each.operation.operationId) ? [] : ["typescript", "python"];
    expect(languagesOf(each), each.operation.operationId).toEqual(expected);
  }
  const ids = forKeys.map(({ operation }) => operation.operationId);
  expect(withoutCall.filter((id) => !ids.includes(id))).toEqual([]);
});

test("the examples for TypeScript have no type errors", () => {
  const { config } = ts.readConfigFile(join(root, "tsconfig.base.json"), ts.sys.readFile);
  const paths = {
    "@featstore/client": [join(root, "sdk/typescript/src/index.ts")],
    "@featstore/client/datasets": [join(root, "sdk/typescript/src/datasets.ts")],
  };
  const typeRoots = [join(root, "node_modules/@types")];
  const { options } = ts.parseJsonConfigFileContent(
    { compilerOptions: { ...config.compilerOptions, paths, typeRoots, types: ["node"] } },
    ts.sys,
    root,
  );
  const program = ts.createProgram(
    programs.map(({ path }) => path),
    options,
  );
  const faults = programs.flatMap(({ name, path }) =>
    ts
      .getPreEmitDiagnostics(program, program.getSourceFile(path))
      .map(({ messageText }) => `${name}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`),
  );
  expect(faults).toEqual([]);
});

test.each(programs)("the example of $name sends its request", async ({ name, method, pattern, path }) => {
  vi.stubEnv("FEATSTORE_URL", server.baseUrl);
  vi.stubEnv("FEATSTORE_API_KEY", "fs_key_of_a_test");
  vi.spyOn(console, "log").mockImplementation(() => {});
  server.seen.length = 0;
  // The server has no files.
  const error: unknown = await import(path).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  const sendsFile = /^download|Export$/.test(name);
  if (sendsFile) expect(error).toMatchObject({ status: 404 });
  else expect(error).toBeUndefined();
  const sent = server.seen.map((request) => `${request.method} ${new URL(request.url, server.baseUrl).pathname}`);
  expect(sent.some((each) => each.startsWith(`${method} `) && pattern.test(each.slice(method.length + 1)))).toBe(true);
});
