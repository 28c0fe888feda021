import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import * as client from "../src/index";
import { json, problem, type ScriptedServer, startScriptedServer } from "./support/scripted-server";

let server: ScriptedServer;
const answer = { features: {}, status: "complete", views: {} };

beforeAll(async () => {
  server = await startScriptedServer();
});
afterAll(() => server.close());

const connect = (options: Partial<client.ClientOptions> = {}) =>
  client.createClient({ baseUrl: server.baseUrl, apiKey: "sk-secret", ...options });

const failureOf = async (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => undefined,
    (error: unknown) => error,
  );

describe("errors", () => {
  test.each([
    [400, "id_not_exact", client.BadRequestError],
    [401, "key_unknown", client.AuthenticationError],
    [403, "scope_required", client.PermissionDeniedError],
    [404, "feature_view_not_found", client.NotFoundError],
    [405, "method_not_allowed", client.MethodNotAllowedError],
    [410, "feature_view_retired", client.GoneError],
    [413, "body_too_large", client.PayloadTooLargeError],
    [415, "unsupported_media_type", client.UnsupportedMediaTypeError],
    [429, "rate_limited", client.RateLimitError],
    [500, "internal", client.ServerError],
    [503, "overloaded", client.UnavailableError],
    [418, "from_tomorrow", client.ApiError],
  ])("%i %s has its class, code and request id", async (status, code, Class) => {
    server.answer((_, response) => problem(response, status, code, { "retry-after": "12" }));
    const error = await failureOf(connect({ retries: 0 }).features.get(7));
    expect(error).toBeInstanceOf(Class);
    expect(error).toBeInstanceOf(client.FeatstoreError);
    expect(error).toMatchObject({
      name: Class.name,
      status,
      code,
      requestId: "r-1",
      detail: `what ${code} means`,
      retryAfter: 12,
      problem: { code, detail: `what ${code} means` },
    });
    expect(String(error)).toMatch(new RegExp(`what ${code} means.*r-1`));
    expect(String(error)).not.toContain("sk-secret");
  });

  test.each([
    ["of another server", "<h1>Not found</h1>"],
    ["of Featstore, for a path that it does not have", JSON.stringify({ code: "path_not_found", detail: "x" })],
  ])("a 404 %s names the URL and baseUrl", async (_, body) => {
    server.answer((_, response) => response.writeHead(404).end(body));
    const elsewhere = client.createClient({ baseUrl: `${server.baseUrl}/api` });
    const error = await failureOf(elsewhere.features.get(7, { asOf: "2026-01-01" }));
    expect(error).toBeInstanceOf(client.NotFoundError);
    expect(String(error)).toContain(`${server.baseUrl}/api/api/features/7: check baseUrl`);
  });

  test("a call without the key that it needs says where to put it", async () => {
    server.answer((_, response) => problem(response, 401, "key_required"));
    const error = await failureOf(client.createClient({ baseUrl: server.baseUrl }).features.get(7));
    expect(error).toBeInstanceOf(client.AuthenticationError);
    for (const word of ["apiKey", "FEATSTORE_API_KEY", "demo-key"]) expect(String(error)).toContain(word);
  });

  test("https to a server without TLS says so", async () => {
    const secure = client.createClient({ baseUrl: server.baseUrl.replace("http:", "https:"), retries: 0 });
    const error = await failureOf(secure.features.get(7));
    expect(error).toBeInstanceOf(client.ConnectionError);
    expect(String(error)).toContain("use http://");
  });

  test("the JSON form of an error has its message, and not the key", async () => {
    const refused = await failureOf(client.createClient({ baseUrl: "http://127.0.0.1:1", retries: 0 }).health());
    expect(JSON.parse(JSON.stringify(refused))).toEqual({
      name: "ConnectionError",
      message: expect.stringContaining("http://127.0.0.1:1"),
    });
    server.answer((_, response) => problem(response, 403, "scope_required"));
    expect(JSON.parse(JSON.stringify(await failureOf(connect().features.get(7))))).toMatchObject({
      name: "PermissionDeniedError",
      message: expect.stringContaining("scope_required"),
      code: "scope_required",
      status: 403,
      requestId: "r-1",
    });
  });

  test("an error answer without a problem document is still an ApiError", async () => {
    server.answer((_, response) =>
      response.writeHead(502, { "content-type": "text/html" }).end("<h1>Bad gateway</h1>"),
    );
    const error = await failureOf(connect({ retries: 0 }).features.get(7));
    expect(error).toBeInstanceOf(client.ServerError);
    expect(error).toMatchObject({
      status: 502,
      code: "http_502",
      problem: null,
      requestId: null,
      detail: null,
      errors: [],
      retryAfter: null,
    });
  });

  test.each([["<html>"], ["[1]"], ["null"], ["{}"], ['{"features":{},"status":"complete"}']])(
    "rejects a 200 that is not an answer of Featstore (%s)",
    async (body) => {
      server.answer((_, response) => response.writeHead(200).end(body));
      await expect(connect().features.get(7)).rejects.toBeInstanceOf(client.UnexpectedAnswerError);
    },
  );

  test("a refused connection is a ConnectionError with the reason", async () => {
    const gone = await startScriptedServer();
    await gone.close();
    const error = await failureOf(connect({ baseUrl: gone.baseUrl, retries: 0 }).features.get(7));
    expect(error).toBeInstanceOf(client.ConnectionError);
    expect(String(error)).toContain("ECONNREFUSED");
  });

  test("does not follow a redirect", async () => {
    server.answer((_, response) => response.writeHead(302, { location: "https://elsewhere.example/?token=x" }).end());
    server.seen.length = 0;
    const error = await failureOf(connect().features.get(7));
    expect(error).toBeInstanceOf(client.UnexpectedAnswerError);
    expect(String(error)).toContain("redirects to https://elsewhere.example,");
    expect(server.seen).toHaveLength(1);
  });
});

describe("timeouts and aborts", () => {
  test("a call without an answer times out", async () => {
    server.answer(() => {});
    await expect(connect({ timeoutMs: 20, retries: 0 }).features.get(7)).rejects.toBeInstanceOf(client.TimeoutError);
    await expect(connect().features.get(7, { timeoutMs: 20, retries: 0 })).rejects.toBeInstanceOf(client.TimeoutError);
  });

  test("the timeout includes the body", async () => {
    server.answer((_, response) => response.writeHead(200).write("{"));
    await expect(connect({ timeoutMs: 50, retries: 0 }).features.get(7)).rejects.toBeInstanceOf(client.TimeoutError);
  });

  test("an aborted signal ends the call with its reason, before and while it runs", async () => {
    const reason = new Error("changed my mind");
    await expect(connect().features.get(7, { signal: AbortSignal.abort(reason) })).rejects.toMatchObject({
      name: "AbortedError",
      cause: reason,
    });
    const controller = new AbortController();
    server.answer(() => controller.abort(reason));
    const error = await failureOf(connect().features.getBatch({ ids: [7], signal: controller.signal }));
    expect(error).toBeInstanceOf(client.AbortedError);
    expect(error).toMatchObject({ cause: reason });
  });
});

describe("options", () => {
  test.each([
    [""],
    ["not a url"],
    ["featstore.example.com"],
    ["ftp://x"],
    ["http://u:p@x"],
    ["http://x/?a=1"],
    ["http://x/#a"],
  ])("base URL %j is refused when the client is made", (baseUrl) => {
    expect(() => connect({ baseUrl })).toThrow(client.InvalidCallError);
  });

  test.each([[""], ["a b"], ["a\nb"], ["schlüssel"]])("rejects the key %j without quoting it", (apiKey) => {
    expect(() => connect({ apiKey })).toThrow(/apiKey .*ASCII/);
  });

  test("keeps a path before /api and drops a trailing slash", async () => {
    server.answer((_, response) => json(response, 200, answer));
    server.seen.length = 0;
    await connect({ baseUrl: `${server.baseUrl}/store/` }).features.get(7);
    expect(server.seen[0]?.url).toBe("/store/api/features/7");
  });

  test("uses the fetch option, else the current global fetch", async () => {
    const customFetch = vi.fn(async () => Response.json(answer));
    await connect({ fetch: customFetch }).features.get(7);
    expect(customFetch).toHaveBeenCalledOnce();
    const early = connect();
    const global = vi.spyOn(globalThis, "fetch").mockResolvedValue(Response.json(answer));
    await early.features.get(7);
    expect(global).toHaveBeenCalledOnce();
  });
});
