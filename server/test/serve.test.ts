import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  count,
  days,
  entity,
  featureService,
  featureView,
  float64,
  int64,
  latest,
  source,
  string,
} from "@featstore/definitions";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Config, loadConfig } from "../src/core/config";
import { SCOPES } from "../src/core/scopes";
import type { Database } from "../src/database/database";
import { isSurelyDead, thisProcess } from "../src/database/lease-holder";
import { createDeps, type Deps } from "../src/deps";
import { createEngine } from "../src/engine/index";
import { type RunningServer, serve } from "../src/main";
import { materialize } from "../src/materialization/materialize";
import { createRunLog } from "../src/materialization/run-log";
import { apply } from "../src/registry/apply";
import { createRegistryStore } from "../src/registry/registry-store";
import { type OpenTestDatabase, testDatabases } from "./helpers/test-database";

const tracks = source({
  name: "tracks",
  table: "tracks",
  key: { track_id: int64().from("id") },
  columns: {},
  history: "current",
});
const track = entity({ name: "track", key: { track_id: int64() }, from: tracks });
const analyses = source({
  name: "analyses",
  table: "analyses",
  key: { track_id: int64() },
  eventTime: "created_at",
  tieBreak: "id",
  history: "events",
  columns: { mood: string().nullable(), energy: float64().nullable() },
});
const mood = featureView({
  name: "mood",
  version: 1,
  entity: track,
  from: analyses,
  ttl: days(365),
  features: (row) => ({ mood: latest(row.mood), energy: latest(row.energy), analyses: count() }),
});
const ranker = featureService({ name: "ranker", version: 1, features: [mood.pick("energy", "mood")] });

const SOURCE = `
create table tracks (id bigint primary key);
insert into tracks select generate_series(1, 20);
create table analyses (id bigserial primary key, track_id bigint, created_at timestamptz, mood text, energy double precision);
insert into analyses (track_id, created_at, mood, energy) values
  (7, now() - interval '1 hour', 'glad', 0.5), (7, now() - interval '2 hours', 'sad', 0.1), (8, now() - interval '400 days', 'old', 1);`;

async function applyAll(database: Database): Promise<void> {
  const registry = createRegistryStore(database);
  const report = await apply(
    { registry, catalog: null },
    { featureViews: [mood.ir], featureServices: [ranker.ir] },
    { appliedBy: "test" },
  );
  if (report.revision === null)
    throw new Error(
      JSON.stringify(report.plan, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value)),
    );
}

async function materializeAll(database: Database): Promise<void> {
  const registry = createRegistryStore(database);
  const offline = createRunLog(database);
  await materialize(
    { registry, offline, engine: createEngine(database), holder: await thisProcess(), isDead: isSurelyDead },
    {},
  );
}

/** Sends raw bytes and returns everything received until the other side closed. */
function raw(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(bytes));
    socket.setEncoding("utf8");
    socket.on("data", (chunk: string) => {
      text += chunk;
      if (/\r\n\r\n.*\}$/s.test(text)) socket.end();
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(text));
  });
}

/** Reads nothing until everything is sent; returns the first response. */
async function sendFirst(port: number, bytes: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.pause();
  await new Promise<void>((resolve, reject) => {
    socket.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
  let text = "";
  for await (const chunk of socket.setEncoding("utf8")) {
    text += chunk;
    if (/\r\n\r\n.*\}$/s.test(text)) break;
  }
  socket.destroy();
  return text;
}

for (const target of testDatabases("all")) {
  describe.skipIf(target.skip)(`serve on ${target.name}`, () => {
    let folder: string;
    let opened: OpenTestDatabase;
    let config: Config;
    let deps: Deps;
    let server: RunningServer;
    let key: string;
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), "featstore-serve-"));
      opened = await target.open();
      await opened.database.script(SOURCE);
      config = loadConfig({
        env: { PORT: "0", FEATSTORE_DATA_DIR: folder, FEATSTORE_LOG_FILE: join(folder, "log", "server.log") },
        folder,
      });
      deps = await createDeps(config, { database: opened.database });
      server = await serve(deps);
      key = (await deps.keys.create({ name: "test", scopes: SCOPES, tenant: null })).key;
    });
    afterAll(async () => {
      await server?.close();
      await deps?.close();
      await opened?.drop();
      rmSync(folder, { recursive: true });
    });
    const get = async (path: string) => {
      const response = await fetch(`${server.url}${path}`, { headers: { authorization: `Bearer ${key}` } });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    };

    test("serves applied and materialized views without a restart, generation by generation", async () => {
      expect((await get("/api/features/7")).body).toMatchObject({ code: "entity_required" });
      await applyAll(opened.database);
      await expect.poll(async () => (await get("/api/features/7")).body.code).toBe("view_not_materialized");
      expect((await get("/api/feature-views")).body).toMatchObject({ feature_views: [{ name: "mood", served: null }] });
      await materializeAll(opened.database);
      await expect.poll(async () => (await get("/api/features/7")).status).toBe(200);
      expect((await get("/api/features/7?metadata=true")).body).toMatchObject({
        track_id: 7,
        features: { mood: { analyses: 2, energy: 0.5, mood: "glad" } },
        status: "complete",
        metadata: { mood: { version: 1, generation: 1 } },
      });
      expect((await get("/api/features/8")).body).toMatchObject({
        features: { mood: { mood: null } },
        status: "expired",
      });
      expect((await get("/api/features/9")).body).toMatchObject({
        features: { mood: { analyses: 0 } },
        status: "missing",
      });
      expect((await get("/api/features/99")).body).toMatchObject({ status: "unknown_entity" });
      await opened.database.script(
        "insert into analyses (track_id, created_at, mood, energy) values (7, now(), 'calm', 0.75)",
      );
      await materializeAll(opened.database);
      await expect
        .poll(async () => (await get("/api/features/7")).body.features)
        .toEqual({ mood: { analyses: 3, energy: 0.75, mood: "calm" } });
    });

    test("serves a batch, a service, and the registry's documents", async () => {
      const response = await fetch(`${server.url}/api/features/batch`, {
        method: "POST",
        headers: { "x-api-key": key, "content-type": "application/json" },
        body: JSON.stringify({ ids: [8, 7, "7"], service: "ranker" }),
      });
      expect(await response.json()).toEqual({
        ids: [8, 7, "7"],
        columns: ["mood.energy", "mood.mood"],
        rows: [
          [null, null],
          [0.75, "calm"],
          [0.75, "calm"],
        ],
        status: ["expired", "complete", "complete"],
        views: ["mood"],
        statuses: [["expired"], ["complete"], ["complete"]],
      });
      expect((await get("/api/feature-services")).body).toMatchObject({
        feature_services: [{ name: "ranker", features: ["mood@1.energy", "mood@1.mood"] }],
      });
      expect((await get("/api/feature-views/mood/versions/1")).body).toMatchObject({
        name: "mood",
        promoted: true,
        served: { generation: 2, rows: 20 },
        definition: { kind: "feature_view" },
      });
      expect((await get("/api/feature-views/mood/versions/1/schema")).body).toMatchObject({
        properties: { features: { required: ["analyses", "energy", "mood"] } },
      });
    });

    test("rejects a revoked key with 401", async () => {
      const other = await deps.keys.create({ name: "other", scopes: SCOPES, tenant: null });
      const ask = async () =>
        (await fetch(`${server.url}/api/feature-views`, { headers: { "x-api-key": other.key } })).status;
      expect(await ask()).toBe(200);
      await deps.keys.revoke(other.id);
      await expect.poll(ask).toBe(401);
    });

    test("rejects malformed HTTP with a status, and keeps running", async () => {
      const head = "GET /livez HTTP/1.1\r\nConnection: close\r\n";
      const cases: readonly (readonly [bytes: string, status: number])[] = [
        ["nonsense\r\n\r\n", 400],
        [`${head}Host: a b\r\n\r\n`, 400],
        [`${head}\r\n`, 400],
        [`${head}Host: x\r\nX-Long: ${"x".repeat(20_000)}\r\n\r\n`, 431],
        ["TRACE /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 405],
        ["GET http://[ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 400],
        ["GET /\\ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 400],
        [
          `GET /api/features/${"7".repeat(10_240)} HTTP/1.1\r\nHost: x\r\nX-API-Key: ${key}\r\nConnection: close\r\n\r\n`,
          400,
        ],
      ];
      for (const [bytes, status] of cases) {
        const answer = await raw(server.port, bytes);
        expect(answer.slice(0, 12)).toBe(`HTTP/1.1 ${status}`);
        expect(answer).toContain("application/problem+json");
      }
      expect((await fetch(`${server.url}/livez`)).status).toBe(200);
    });

    test.each([
      ["POST", "/api/features/batch", "x-api-key: none\r\ncontent-type: application/json", 401, "key_malformed"],
      ["POST", "/api/nothing", "", 404, "path_not_found"],
      ["GET", "/livez", "", 200, "ok"],
      ["PUT", "/api/features/7", "", 405, "method_not_allowed"],
      ["POST", "/api/features/batch", "content-type: application/json", 413, "body_too_large"],
      ["POST", "/api/training-sets", "content-type: text/plain", 415, "unsupported_media_type"],
      ["POST", "/api/training-sets?features=mood", "content-type: text/csv", 400, "spine_row_invalid"],
      ["POST", "/api/features/batch", "expect: 200-maybe", 417, "expectation_failed"],
      ["POST", "/broken path", "", 400, "invalid_request"],
    ])("%s %s with %j answers a client that first sends all of 8 MB: %i", async (...args) => {
      const [method, path, headers, status, code] = args;
      const row = "7,2026-01-01T00:00:00Z\n";
      const body = `track_id,as_of\n${row.repeat(1000)}7,"2026"-01\n${row.repeat(350_000)}`;
      const own = headers.includes("x-api-key") ? headers : `x-api-key: ${key}\r\n${headers}`;
      const lines = own.endsWith("\r\n") ? own : `${own}\r\n`;
      const head = `${method} ${path} HTTP/1.1\r\nhost: x\r\n${lines}content-length: ${body.length}\r\n`;
      for (const connection of ["close", "keep-alive"]) {
        const answer = await sendFirst(server.port, `${head}connection: ${connection}\r\n\r\n${body}`);
        expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
        expect(answer).toContain(code);
        expect(answer).toMatch(/^x-content-type-options: nosniff\r$/im);
      }
    });

    test("answers CONNECT with 405", async () => {
      const answer = await raw(server.port, "CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n\r\n");
      expect(answer).toMatch(/^HTTP\/1.1 405 Method Not Allowed\r\n/);
      expect(answer).toContain("allow: GET, HEAD, POST, PATCH, DELETE");
      expect(answer).toContain('"code":"method_not_allowed"');
    });

    test("reports a port in use and an unavailable address", async () => {
      const portInUse = { ...deps, config: { ...config, server: { ...config.server, port: server.port } } };
      await expect(serve(portInUse)).rejects.toMatchObject({ code: "port_in_use" });
      const elsewhere = { ...deps, config: { ...config, server: { ...config.server, host: "203.0.113.1", port: 0 } } };
      await expect(serve(elsewhere)).rejects.toMatchObject({ code: "address_unavailable" });
    });

    test("reports readiness, and answers a running request while it stops", async () => {
      expect((await get("/readyz")).body).toMatchObject({ status: "ok" });
      const second = await serve({ ...deps, config: { ...config, server: { ...config.server, port: 0 } } });
      let send: (() => void) | undefined;
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          controller.enqueue(new TextEncoder().encode('{"ids":[7],'));
          send = () => {
            controller.enqueue(new TextEncoder().encode('"features":["mood.mood"]}'));
            controller.close();
          };
        },
      });
      const answer = fetch(`${second.url}/api/features/batch`, {
        method: "POST",
        headers: { "x-api-key": key, "content-type": "application/json" },
        body,
        duplex: "half",
      } as RequestInit);
      // A response on another connection shows that the request above has been accepted too.
      expect((await fetch(`${second.url}/livez`)).status).toBe(200);
      const closed = second.close();
      send?.();
      expect((await answer).status).toBe(200);
      await closed;
      await expect(fetch(`${second.url}/livez`)).rejects.toThrow();
    });

    test("logs one line for each request, without keys", async () => {
      deps.logger.flush();
      const log = readFileSync(join(folder, "log", "server.log"), "utf8");
      const lines = log
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as Record<string, unknown>);
      expect(lines.filter(({ msg }) => msg === "request").length).toBeGreaterThan(10);
      expect(log).not.toContain(key);
      expect(lines.filter(({ level }) => level === 50)).toEqual([]);
      expect(statSync(join(folder, "key-secret")).mode & 0o777).toBe(0o600);
    });
  });
}
