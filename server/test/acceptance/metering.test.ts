import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseApiKey } from "../../src/keys/api-key-format";
import { type CliProject, createCliProject, songDefinitions, songTable } from "../cli/cli";
import { findSecrets } from "../helpers/find-secrets";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { type Serving, startServing } from "./serving";

// One server from the first read to the report: what is counted is what was answered, and nothing keeps a secret.

for (const target of testDatabases("one")) {
  describe.skipIf(target.skip)(`metering on ${target.name}`, () => {
    let opened: OpenTestDatabase | undefined;
    let project: CliProject;
    let serving: Serving;
    let folder: string;
    let key: { readonly id: string; readonly key: string };
    const texts: string[] = [];

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "featstore-metering-"));
      if (target.kind === "postgres") opened = await target.open();
      project = await createCliProject(
        opened === undefined
          ? {}
          : { DATABASE_URL: opened.url ?? "", FEATSTORE_KEY_SECRET: "0123456789abcdef0123456789abcdef" },
      );
      serving = await startServing({
        environment: {
          ...project.environment,
          FEATSTORE_LOG_FILE: join(folder, "server.log"),
          FEATSTORE_LOG_LEVEL: "info",
          FEATSTORE_AUDIT_ONE_IN: "1",
        },
        folder: project.folder,
      });
      await serving.deps.database.script(songTable);
      await project.write({ "definitions/index.ts": songDefinitions() });
      for (const line of [["apply"], ["materialize"]]) expect(await project.run(...line)).toMatchObject({ code: 0 });
      await serving.deps.registry.refresh();
      const scopes = "features:read,training:read,training:write,usage:read,account:read";
      const created = await project.json("keys", "create", "--name", "meter", "--scopes", scopes);
      key = created.document as typeof key;
    }, 120_000);
    afterAll(async () => {
      await serving?.close();
      await project?.remove();
      await opened?.drop();
      await rm(folder, { recursive: true, force: true });
    });

    const get = async (path: string) => {
      const answer = await serving.get(path, key.key);
      texts.push(JSON.stringify(answer.body));
      return answer;
    };
    const raw = (path: string, init: RequestInit = {}) =>
      fetch(`${serving.url}${path}`, { ...init, headers: { authorization: `Bearer ${key.key}`, ...init.headers } });
    const byOperation = async () => {
      const { body } = await get("/api/usage?by=operation");
      const { usage } = body as { usage: readonly { operation: string }[] };
      return Object.fromEntries(usage.map(({ operation, ...counts }) => [operation, counts]));
    };

    test("reads, a training set and its download are in the report that follows", async () => {
      for (const id of [1, 2, 3]) expect(await get(`/api/features/${id}`)).toMatchObject({ status: 200 });
      expect(await get("/api/features/1?features=unknown")).toMatchObject({ status: 404 });
      await serving.post("/api/features/batch", key.key, { ids: [1, 2, 3, 4], features: ["song_profile"] });
      const rows = [1, 2].map((song) => ({ song_id: song, as_of: "2026-06-01T00:00:00Z" }));
      const started = await serving.post("/api/training-sets", key.key, { service: "shelf", rows, format: "csv" });
      const { id } = started.body as { id: string };
      const path = `/api/training-sets/${id}`;
      await expect.poll(async () => (await get(path)).body).toMatchObject({ state: "finished" });
      const whole = await (await raw(`${path}/data`)).arrayBuffer();
      const part = await (await raw(`${path}/data`, { headers: { range: "bytes=2-5" } })).arrayBuffer();
      expect(part.byteLength).toBe(4);
      await (await raw(`${path}/data`, { method: "HEAD" })).arrayBuffer();
      await expect.poll(byOperation).toMatchObject({
        readFeatures: { requests: 3, rows: 3, errors: 1, bytes: 0 },
        readFeaturesBatch: { requests: 1, rows: 4, errors: 0 },
        createTrainingSet: { requests: 1, rows: 2 },
        downloadTrainingSet: { requests: 3, rows: 0, bytes: whole.byteLength + 4 },
      });
      const { body } = await get("/api/usage?by=view");
      expect(body).toMatchObject({
        usage: expect.arrayContaining([expect.objectContaining({ view: "song_profile" })]),
      });
      const { body: audited } = await get("/api/audit-log");
      const { entries } = audited as { entries: readonly { action: string; subject: string }[] };
      expect(entries.map(({ action, subject }) => [action, subject])).toEqual([
        ["training_set.downloaded", id],
        ["training_set.created", id],
      ]);
    });

    test("no secret of the key is in a table, the log, the metrics, a response or the reports", async () => {
      const secret = parseApiKey(key.key)?.secret ?? "";
      const log = async () => readFile(join(folder, "server.log"), "utf8");
      await expect.poll(log).toContain(key.id);
      const metrics = await (await fetch(`${serving.url}/metrics`)).text();
      const csv = await (await raw("/api/usage?by=key&format=csv")).text();
      const command = await project.run("usage", "--by", "key");
      const audit = await project.run("audit-log");
      const found = await findSecrets({
        secrets: { key: key.key, secret },
        database: serving.deps.database,
        texts: {
          log: await log(),
          metrics,
          csv,
          responses: texts.join("\n"),
          command: command.stdout,
          audit: audit.stdout,
        },
      });
      expect(found).toEqual([]);
    });

    test("the search finds a secret that is stored or shown", async () => {
      const planted = `planted "${key.id}" \\ secret`;
      await serving.deps.database.query({
        text: "select featstore.record_change('{\"kind\": \"server\", \"id\": \"test\"}', null, 'test.made', 'it', null, jsonb_build_object('is', $1::text))::text",
        parameters: [planted],
      });
      const encoded = {
        encoded: encodeURIComponent(planted),
        base64: Buffer.from(planted).toString("base64"),
        none: "",
      };
      const found = await findSecrets({ secrets: { planted }, database: serving.deps.database, texts: encoded });
      expect(found.map(({ place }) => place)).toEqual(["table featstore.audit_log", "encoded", "base64"]);
    });
  });
}
