import { afterEach, beforeEach, expect, test } from "vitest";
import {
  problem,
  type ScriptedServer,
  startScriptedServer,
} from "../../../sdk/typescript/test/support/scripted-server";
import { type CliProject, createCliProject } from "./cli";

const KEY = "fs_secret-key-of-the-test";

let server: ScriptedServer;
let project: CliProject;

beforeEach(async () => {
  server = await startScriptedServer();
  project = await createCliProject({ FEATSTORE_URL: server.baseUrl, FEATSTORE_API_KEY: KEY }, { isNew: true });
});
afterEach(async () => {
  await server.close();
  await project.remove();
});

test("without a key, types names the variable and sends nothing", async () => {
  project.environment.FEATSTORE_API_KEY = "";
  const { code, document } = await project.json("types");
  expect(code).toBe(2);
  expect(document).toMatchObject({
    error: { code: "api_key_missing", where: server.baseUrl, advice: expect.stringContaining("FEATSTORE_API_KEY") },
  });
  expect(server.seen).toEqual([]);
});

test("a refused key says where the key stands", async () => {
  server.answer((_, response) => problem(response, 401, "api_key_invalid"));
  expect(await project.json("types")).toMatchObject({
    code: 1,
    document: { error: { code: "api_key_invalid", advice: expect.stringContaining("FEATSTORE_API_KEY") } },
  });
  expect(server.seen[0]).toMatchObject({
    url: "/api/feature-views",
    headers: { authorization: `Bearer ${KEY}` },
  });
});

test("a server that is not Featstore, and one that is not there, say to check --url", async () => {
  server.answer((_, response) => response.end("<html></html>"));
  expect(await project.json("types")).toMatchObject({
    code: 1,
    document: { error: { code: "unexpected_answer", advice: expect.stringContaining("--url") } },
  });
  server.answer((_, response) => response.writeHead(404).end("<html></html>"));
  const strange = await project.run("types", "--url", server.baseUrl);
  expect(strange).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining("--url") });
  expect(await project.json("types", "--url", "http://127.0.0.1:1")).toMatchObject({
    code: 1,
    document: { error: { code: "server_unreachable", advice: expect.stringContaining("--url") } },
  });
});
