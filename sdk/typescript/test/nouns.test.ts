import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createDatasets, type Datasets } from "../src/datasets";
import { type Client, createClient, NotFoundError, UnexpectedAnswerError } from "../src/index";
import { json, problem, type ScriptedServer, startScriptedServer } from "./support/scripted-server";

let server: ScriptedServer;
let client: Client;
let datasets: Datasets;

beforeAll(async () => {
  server = await startScriptedServer();
  client = createClient({ baseUrl: server.baseUrl, apiKey: "key-1" });
  datasets = createDatasets({ baseUrl: server.baseUrl, apiKey: "key-1" });
});
beforeEach(() => {
  server.seen.length = 0;
});
afterAll(() => server.close());

const requests = () =>
  server.seen.map(({ method, url, body }) => [`${method} ${url}`, ...(body === undefined ? [] : [body])]);
const answerWith = (body: unknown) => server.answer((_, response) => json(response, 200, body));

const key = { id: "k/1", name: "ranking", scopes: ["features:read"], state: "active" };

test("keys are listed, read, created, changed, revoked and rotated", async () => {
  answerWith({ keys: [key] });
  expect(await client.keys.list()).toEqual([key]);
  answerWith(key);
  expect(await client.keys.get("k/1")).toEqual(key);
  expect(await client.keys.update("k/1", { name: "search", disabled: true })).toEqual(key);
  expect(await client.keys.revoke("k/1")).toEqual(key);
  answerWith({ ...key, key: "secret" });
  const expiresAt = new Date("2027-01-31T12:00:00Z");
  const options = {
    name: "ranking",
    scopes: ["features:read"],
    expiresAt,
    networks: ["10.0.0.0/8"],
    limits: { burst: 5 },
  };
  expect(await client.keys.create(options)).toEqual({ ...key, key: "secret" });
  await client.keys.rotate("k/1", { graceSeconds: 0, expiresAt: null });
  await client.keys.rotate("k/1");
  expect(requests()).toEqual([
    ["GET /api/keys"],
    ["GET /api/keys/k%2F1"],
    ["PATCH /api/keys/k%2F1", { name: "search", disabled: true }],
    ["DELETE /api/keys/k%2F1"],
    [
      "POST /api/keys",
      {
        ...{ name: "ranking", scopes: ["features:read"], expires_at: "2027-01-31T12:00:00.000Z" },
        ...{ networks: ["10.0.0.0/8"], limits: { burst: 5 } },
      },
    ],
    ["POST /api/keys/k%2F1/rotate", { grace_seconds: 0, expires_at: null }],
    ["POST /api/keys/k%2F1/rotate", {}],
  ]);
});

test("a key is not created or rotated twice after a failure", async () => {
  server.answer((_, response) => problem(response, 503, "overloaded"));
  await expect(client.keys.create({ name: "a", scopes: ["features:read"] })).rejects.toMatchObject({ status: 503 });
  await expect(client.keys.rotate("k")).rejects.toMatchObject({ status: 503 });
  expect(server.seen).toHaveLength(2);
});

test("usage is read by days and groups", async () => {
  const report = { by: "key", usage: [], total: { requests: 0, rows: 0 } };
  answerWith(report);
  expect(await client.usage.get({ from: "2026-01-01", to: "2026-01-31", by: "key" })).toEqual(report);
  await client.usage.get();
  expect(requests()).toEqual([["GET /api/usage?from=2026-01-01&to=2026-01-31&by=key"], ["GET /api/usage"]]);
});

test("profiles and drift name version and generations", async () => {
  answerWith({ view: "mood", features: {} });
  expect(await client.featureViews.profile("mood", { version: 2, generation: 7 })).toEqual({
    view: "mood",
    features: {},
  });
  answerWith({ view: "mood", features: [] });
  expect(await client.featureViews.drift("mood", { against: "baseline", baseline: 3 })).toEqual({
    view: "mood",
    features: [],
  });
  expect(requests()).toEqual([
    ["GET /api/feature-views/mood/profile?version=2&generation=7"],
    ["GET /api/feature-views/mood/drift?against=baseline&baseline=3"],
  ]);
});

const pages: Readonly<Record<string, unknown>> = {
  "/api/runs?view=mood&limit=2": { runs: [{ run_id: "9" }, { run_id: "8" }], next: "8" },
  "/api/runs?view=mood&limit=2&before=8": { runs: [{ run_id: "5" }], next: null },
};

test("the promise of runs is a page, and iteration reads all pages", async () => {
  server.answer(({ url }, response) => json(response, 200, pages[url], { ratelimit: '"key";r=3;t=1' }));
  const page = client.runs.list({ view: "mood", limit: 2 });
  expect(await page).toEqual([{ run_id: "9" }, { run_id: "8" }]);
  expect((await page.withResponse()).response.limits).toEqual([{ name: "key", remaining: 3, resetSeconds: 1 }]);
  expect(server.seen).toHaveLength(1);
  const ids: string[] = [];
  for await (const { run_id: id } of page) ids.push(id);
  expect(ids).toEqual(["9", "8", "5"]);
  expect(requests().map(([request]) => request)).toEqual(Object.keys(pages).map((url) => `GET ${url}`));
});

test("iteration over runs reads no page that is not needed, and ends with the error of a later page", async () => {
  server.answer(({ url }, response) => {
    if (url.includes("before")) problem(response, 404, "feature_view_not_found");
    else json(response, 200, pages[url]);
  });
  for await (const run of client.runs.list({ view: "mood", limit: 2 })) {
    expect(run.run_id).toBe("9");
    break;
  }
  expect(server.seen).toHaveLength(1);
  const ids: string[] = [];
  const readAll = async () => {
    for await (const { run_id: id } of client.runs.list({ view: "mood", limit: 2 })) ids.push(id);
  };
  await expect(readAll()).rejects.toBeInstanceOf(NotFoundError);
  expect(ids).toEqual(["9", "8"]);
});

test("health is that of the server, and another server's page is an error", async () => {
  answerWith({ status: "degraded", registry_revision: null, checks: { database: { ok: false, detail: "down" } } });
  expect((await client.health()).checks.database?.ok).toBe(false);
  answerWith({ status: "UP" });
  await expect(client.health()).rejects.toBeInstanceOf(UnexpectedAnswerError);
  expect(requests()[0]).toEqual(["GET /health"]);
});

test("terms of a dataset are read and accepted by version", async () => {
  answerWith({ version: "2026-11", text: "Use the data for research only." });
  const { version } = await datasets.terms("listening panel");
  answerWith({ dataset: "listening panel", version, accepted_at: "2026-11-23T07:30:00.000000Z" });
  expect((await datasets.acceptTerms("listening panel", { version })).accepted_at).toMatch(/^2026-11-23/);
  expect(requests()).toEqual([
    ["GET /api/datasets/listening%20panel/terms"],
    ["POST /api/datasets/listening%20panel/terms", { version: "2026-11" }],
  ]);
});
