import { inspect } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { createDatasets } from "../src/datasets";
import { type ClientOptions, createClient, type LogFields } from "../src/index";
import {
  type Behaviour,
  hang,
  type MisbehavingServer,
  reset,
  send,
  startMisbehavingServer,
} from "./support/misbehaving-server";

const KEY = "fs_abcdefghijklmnop_secret";

let server: MisbehavingServer;

beforeAll(async () => {
  server = await startMisbehavingServer();
});
beforeEach(() => {
  vi.spyOn(Math, "random").mockReturnValue(0);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});
afterAll(() => server.close());

/** Everything that may be written of an error. */
function traces(error: unknown): string {
  const errors = [error, (error as Error).cause];
  return errors
    .map(
      (each) =>
        `${each} ${inspect(each, { depth: 9, showHidden: true })} ${JSON.stringify(each)} ${(each as Error)?.stack}`,
    )
    .join("\n");
}

const echo = `{"code":"key_unknown","detail":"Authorization: Bearer ${KEY} is unknown","errors":[{"path":"${KEY}","detail":""}]}`;
const leaking = () => {
  const error = new Error(`Request failed with Bearer ${KEY}`, { cause: { headers: { authorization: KEY } } });
  return Promise.reject(Object.assign(error, { config: { headers: { authorization: `Bearer ${KEY}` } } }));
};

const failures: readonly [string, ClientOptions, Behaviour][] = [
  ["an answer that repeats it", {}, send(401, echo)],
  ["an overloaded server", { retries: 1 }, send(503, echo)],
  ["a reset connection", {}, reset],
  ["a server that hangs", { timeoutMs: 20, retries: 1 }, hang],
  ["a page", {}, send(200, `<p>${KEY}</p>`)],
  ["a fetch whose errors carry the request", { fetch: leaking }, hang],
];

test.each(failures)("the key is in no error and no log: %s", async (_, options, behaviour) => {
  const logged: unknown[] = [];
  const log = (message: string, fields: LogFields) => void logged.push(message, fields);
  const logger = { debug: log, info: log, warn: log, error: log };
  server.behave(behaviour);
  const client = createClient({ baseUrl: server.baseUrl, apiKey: KEY, logger, ...options });
  const error = await client.features
    .get(7, { features: ["mood.private"], inputs: { secret: "value-of-the-query" } })
    .catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(Error);
  expect(traces(error)).not.toContain(KEY);
  expect(logged.length).toBeGreaterThan(0);
  expect(JSON.stringify(logged)).not.toContain(KEY);
  expect(JSON.stringify(logged)).not.toContain("value-of-the-query");
  expect(inspect(client, { depth: 9, showHidden: true })).not.toContain(KEY);
});

test.each([["a b"], ["fs_key\n"], ["schlüssel"], [""]])("the key %j is refused without being quoted", (apiKey) => {
  for (const create of [createClient, createDatasets]) {
    const error = (() => {
      try {
        create({ baseUrl: server.baseUrl, apiKey });
      } catch (caught) {
        return caught;
      }
    })();
    expect(error).toMatchObject({ name: "InvalidCallError" });
    if (apiKey !== "") expect(traces(error)).not.toContain(apiKey);
  }
});

test("a refused header is not quoted either", async () => {
  const client = createClient({ baseUrl: server.baseUrl, apiKey: KEY });
  const error = await client.features
    .get(7, { headers: { cookie: "session=private\r\n" } })
    .catch((caught: unknown) => caught);
  expect(traces(error)).toContain("cookie");
  expect(traces(error)).not.toContain("private");
});

test("the logger gets method, path, status, attempt and time of each attempt", async () => {
  const debug = vi.fn();
  const warn = vi.fn();
  const other = vi.fn();
  server.behave(
    send(503, '{"code":"overloaded","detail":"d"}'),
    send(200, '{"features":{},"views":{},"status":"complete"}'),
  );
  const client = createClient({ baseUrl: server.baseUrl, logger: { debug, warn, info: other, error: other } });
  await client.features.get(7, { features: ["mood"] });
  const common = { method: "GET", path: "/api/features/7", ms: expect.any(Number) };
  expect(warn.mock.calls).toEqual([
    [expect.any(String), { ...common, attempt: 1, status: 503, code: "overloaded", requestId: "r-1", pauseMs: 0 }],
  ]);
  expect(debug.mock.calls).toEqual([[expect.any(String), { ...common, attempt: 2, status: 200 }]]);
  expect(other).not.toHaveBeenCalled();
});

test("URL and key come from the environment, if the options do not give them", async () => {
  expect(() => createClient({ baseUrl: undefined })).toThrow("FEATSTORE_URL");
  vi.stubEnv("FEATSTORE_URL", server.baseUrl);
  vi.stubEnv("FEATSTORE_API_KEY", KEY);
  const answer = send(200, '{"feature_views":[],"datasets":[]}');
  server.behave(answer);
  await createClient().featureViews.list();
  await createDatasets().list();
  await createClient({ apiKey: "fs_other" }).featureViews.list();
  vi.stubEnv("FEATSTORE_API_KEY", "");
  await createClient().featureViews.list();
  const keys = server.seen.map(({ head }) => /^authorization: (.*)$/im.exec(head)?.[1]);
  expect(keys).toEqual([`Bearer ${KEY}`, `Bearer ${KEY}`, "Bearer fs_other", undefined]);
  vi.stubEnv("FEATSTORE_API_KEY", `${KEY}\n`);
  expect(() => createClient()).toThrow(/^apiKey must be printable ASCII/);
});

test("headers of client and call are added, and cannot replace the client's own", async () => {
  server.behave(send(200, '{"feature_views":[]}'));
  const client = createClient({ baseUrl: server.baseUrl, apiKey: KEY, headers: { "X-Team": "a", traceparent: "1" } });
  await client.featureViews.list({ headers: { Traceparent: "2", Authorization: "Basic x", accept: "text/html" } });
  const head = server.seen[0]?.head.toLowerCase() ?? "";
  expect(head).toMatch(/^x-team: a$/m);
  expect(head).toMatch(/^traceparent: 2$/m);
  expect(head).toMatch(/^accept: application\/json$/m);
  expect(head.match(/^authorization: .*$/gm)).toEqual([`authorization: bearer ${KEY}`]);
});
