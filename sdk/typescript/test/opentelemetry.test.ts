import { readFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { propagation, SpanKind, SpanStatusCode } from "@opentelemetry/api";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createDatasets } from "../src/datasets";
import { type Client, createClient } from "../src/index";
import { createTracing } from "../src/opentelemetry";
import { templateOf } from "../src/opentelemetry/path-template";
import { startDatasetServer } from "./support/dataset-server";
import { json, problem, type ScriptedServer, startScriptedServer } from "./support/scripted-server";

const KEY = "fs_secret_0123456789";
const exporter = new InMemorySpanExporter();
const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
let server: ScriptedServer;
let client: Client;

beforeAll(async () => {
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  server = await startScriptedServer();
  client = createClient({ baseUrl: server.baseUrl, apiKey: KEY, tracing: createTracing({ tracerProvider }) });
});
beforeEach(() => {
  exporter.reset();
  server.seen.length = 0;
});
afterAll(async () => {
  propagation.disable();
  await server.close();
});

/** The finished spans, in the order in which they started. */
const spans = (): readonly ReadableSpan[] =>
  [...exporter.getFinishedSpans()].sort(
    (one, other) => Number(one.kind !== SpanKind.INTERNAL) - Number(other.kind !== SpanKind.INTERNAL),
  );

test("a call has a span with a child per attempt, which sends traceparent", async () => {
  server.answer((_, response) =>
    server.seen.length === 1
      ? problem(response, 503, "overloaded", { "retry-after": "0" })
      : json(response, 200, { track_id: 7, features: {}, status: "complete", views: {} }),
  );
  await client.features.get(7, { features: ["mood"] });
  const [call, first, second] = spans();
  expect(spans().map(({ name, kind }) => [name, kind])).toEqual([
    ["featstore GET /api/features/{id}", SpanKind.INTERNAL],
    ["GET /api/features/{id}", SpanKind.CLIENT],
    ["GET /api/features/{id}", SpanKind.CLIENT],
  ]);
  const { hostname, port } = new URL(server.baseUrl);
  const request = {
    "url.template": "/api/features/{id}",
    "http.request.method": "GET",
    "server.address": hostname,
    "server.port": Number(port),
    "url.full": `${server.baseUrl}/api/features/7`,
    "http.response.header.x-request-id": ["r-1"],
  };
  expect(first?.attributes).toEqual({ ...request, "http.response.status_code": 503, "error.type": "503" });
  expect(first?.status.code).toBe(SpanStatusCode.ERROR);
  expect(second?.attributes).toEqual({ ...request, "http.response.status_code": 200, "http.request.resend_count": 1 });
  expect([call?.status.code, second?.status.code]).toEqual([SpanStatusCode.UNSET, SpanStatusCode.UNSET]);
  expect(server.seen.map(({ headers }) => headers.traceparent)).toEqual(
    [first, second].map((span) => `00-${call?.spanContext().traceId}-${span?.spanContext().spanId}-01`),
  );
  expect([first, second].map((span) => span?.parentSpanContext?.spanId)).toEqual([
    call?.spanContext().spanId,
    call?.spanContext().spanId,
  ]);
});

test("a failed call has the code of its error, and no span has the key", async () => {
  server.answer((_, response) => problem(response, 401, "invalid_api_key"));
  await expect(client.keys.get("k1")).rejects.toMatchObject({ status: 401 });
  const fetch = () => Promise.reject(new TypeError(`failed with authorization: Bearer ${KEY}`));
  const tracing = createTracing({ tracerProvider });
  const broken = createClient({ baseUrl: server.baseUrl, apiKey: KEY, fetch, tracing, retries: 0 });
  await expect(broken.usage.get()).rejects.toMatchObject({ name: "ConnectionError" });
  expect(exporter.getFinishedSpans().map(({ name, attributes }) => [name, attributes["error.type"]])).toEqual([
    ["GET /api/keys/{id}", "401"],
    ["featstore GET /api/keys/{id}", "invalid_api_key"],
    ["GET /api/usage", "TypeError"],
    ["featstore GET /api/usage", "ConnectionError"],
  ]);
  expect(inspect(exporter.getFinishedSpans(), { depth: 6 })).not.toContain(KEY);
});

test("storage gets no traceparent, and its signed URL is in no span", async () => {
  const content = Buffer.from("a,b");
  const files = await startDatasetServer();
  files.publish("1.0.0", { "songs.csv": content });
  files.misbehave((_, response) => {
    response.writeHead(302, { location: `${server.baseUrl}/bucket/songs.csv?X-Amz-Signature=signed` }).end();
  });
  server.answer((_, response) => response.writeHead(200, { "content-length": content.length }).end(content));
  try {
    const datasets = createDatasets({
      baseUrl: files.baseUrl,
      apiKey: KEY,
      tracing: createTracing({ tracerProvider }),
    });
    expect((await datasets.read("songs", { format: "csv" })).bytes).toEqual(new Uint8Array(content));
  } finally {
    await files.close();
  }
  expect(server.seen.map(({ url, headers }) => [url, headers.traceparent])).toEqual([
    ["/bucket/songs.csv?X-Amz-Signature=signed", undefined],
  ]);
  const urls = exporter.getFinishedSpans().map(({ attributes }) => attributes["url.full"]);
  expect(urls).toContain(`${server.baseUrl}/bucket/songs.csv`);
  expect(inspect(exporter.getFinishedSpans(), { depth: 6 })).not.toContain("signed");
});

test("every path of the API that the client calls has its template", () => {
  const { paths } = JSON.parse(readFileSync(join(import.meta.dirname, "../../../docs/openapi.json"), "utf8"));
  const unused =
    /^\/(?:livez|readyz|metrics|openapi.json|docs.*|api\/(?:account|members|invitations|audit-log|dataset\/|datasets\/\{name\}\/(?:builds|snapshots\/\{snapshot\}$)|.*\/schema$).*)?$/;
  const called = Object.keys(paths).filter((path) => !unused.test(path));
  expect(called.length).toBeGreaterThan(25);
  expect(called.map((path) => templateOf(path.replaceAll(/\{[^}]*\}/g, "an-id")))).toEqual(called);
  expect(templateOf("/api/new/7")).toBeUndefined();
});
