import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import {
  AbortedError,
  BadRequestError,
  type ClientOptions,
  ConnectionError,
  createClient,
  InvalidCallError,
  RateLimitError,
  ServerError,
  TimeoutError,
  UnavailableError,
  UnexpectedAnswerError,
} from "../src/index";
import {
  type Behaviour,
  cutAfter,
  hang,
  hangUp,
  type MisbehavingServer,
  reset,
  send,
  startMisbehavingServer,
} from "./support/misbehaving-server";
import { startScriptedServer } from "./support/scripted-server";

// The client against servers and networks that fail. Pauses are as short as jitter may make them.

let server: MisbehavingServer;

beforeAll(async () => {
  server = await startMisbehavingServer();
});
beforeEach(() => {
  vi.spyOn(Math, "random").mockReturnValue(0);
});
afterEach(() => {
  vi.restoreAllMocks();
});
afterAll(() => server.close());

const connect = (options: ClientOptions = {}) =>
  createClient({ baseUrl: server.baseUrl, apiKey: "fs_secret-key", ...options });
const row = JSON.stringify({ features: { mood: { label: "glad" } }, status: "complete", views: { mood: "complete" } });
const answer = send(200, row);
const overloaded = (headers: Readonly<Record<string, string>> = {}) =>
  send(503, JSON.stringify({ code: "overloaded", detail: "Busy." }), headers);

/** Reads a feature while the server behaves so; returns the number of requests. */
async function readThrough(behaviours: readonly Behaviour[], options: ClientOptions = {}): Promise<number> {
  server.behave(...behaviours);
  expect((await connect(options).features.get(7)).features).toEqual({ mood: { label: "glad" } });
  return server.seen.length;
}

/** Reads a feature in vain; returns the error and the number of requests. */
async function failThrough(behaviours: readonly Behaviour[], options: ClientOptions = {}) {
  server.behave(...behaviours);
  const error: Error = await connect(options)
    .features.get(7)
    .then(
      () => new Error("It succeeded"),
      (caught) => caught,
    );
  return { error, requests: server.seen.length };
}

describe("a call that only reads is repeated", () => {
  test.each([
    ["a status 503", overloaded()],
    ["a page of a proxy", send(502, "<h1>Bad gateway</h1>", { "content-type": "text/html" })],
    ["a 429", send(429, JSON.stringify({ code: "rate_limited", detail: "Wait." }))],
    ["a cut body", cutAfter(10, row)],
    ["a cut head", (socket: Parameters<Behaviour>[0]) => void socket.end("HTTP/1.1 200 OK\r\ncontent-")],
  ])("after %s", async (_, behaviour) => {
    expect(await readThrough([behaviour, behaviour, answer])).toBe(3);
    expect((await failThrough([behaviour], { retries: 1 })).requests).toBeLessThanOrEqual(3);
  });

  test("after an attempt's timeout", async () => {
    expect(await readThrough([hang, answer], { timeoutMs: 100 })).toBe(2);
  });

  test("as often as retries say, which a call can override", async () => {
    expect(await failThrough([overloaded()])).toMatchObject({ requests: 3, error: expect.any(UnavailableError) });
    expect((await failThrough([overloaded()], { retries: 0 })).requests).toBe(1);
    server.behave(overloaded());
    await expect(connect().features.get(7, { retries: 4 })).rejects.toBeInstanceOf(UnavailableError);
    expect(server.seen).toHaveLength(5);
  });

  test("as a POST, too", async () => {
    server.behave(overloaded(), send(200, JSON.stringify({ columns: [], rows: [[]], status: ["complete"] })));
    await connect().features.getBatch({ ids: [7] });
    expect(server.seen.map(({ head }) => head.split(" ")[0])).toEqual(["POST", "POST"]);
  });
});

describe("a kept-alive connection that the server closes", () => {
  test.each([
    ["resets", reset],
    ["closes", hangUp],
  ])("costs no attempt when it %s it", async (_, end) => {
    server.behave(answer, end, answer, end, answer);
    const { features } = connect({ retries: 0 });
    for (let count = 0; count < 3; count += 1) expect((await features.get(7)).status).toBe("complete");
    expect(server.seen).toHaveLength(5);
  });

  test("is not tried a second time", async () => {
    expect(await failThrough([reset], { retries: 0 })).toMatchObject({
      requests: 2,
      error: expect.any(ConnectionError),
    });
    expect((await failThrough([reset], { retries: 2 })).requests).toBe(4);
  });

  test("is not used again for a call that changes something", async () => {
    server.behave(reset);
    const created = connect().trainingSets.create({ features: ["mood"], rows: [{ id: 7 }] });
    await expect(created).rejects.toBeInstanceOf(ConnectionError);
    expect(server.seen).toHaveLength(1);
  });
});

describe("a call that changes something", () => {
  const create = { features: ["mood"], rows: [{ id: 7, as_of: "2026-01-01T00:00:00Z" }] };
  const created = send(
    202,
    JSON.stringify({
      id: "t-1",
      state: "queued",
      progress: { rows: 0, spine_rows: null },
      failure: null,
      manifest: null,
    }),
  );

  test("is sent once", async () => {
    server.behave(overloaded());
    await expect(connect().trainingSets.create(create)).rejects.toBeInstanceOf(UnavailableError);
    expect(server.seen).toHaveLength(1);
  });

  test("is repeated with the same idempotency key", async () => {
    server.behave(overloaded(), cutAfter(5, row), created);
    const set = await connect().trainingSets.create({ ...create, idempotencyKey: "nightly-7" });
    expect(set.id).toBe("t-1");
    expect(server.seen.map(({ head }) => /^idempotency-key: (.*)$/im.exec(head)?.[1])).toEqual(
      Array.from({ length: 3 }, () => "nightly-7"),
    );
  });

  test("is sent once if its body is a stream, which cannot be read again", async () => {
    server.behave(overloaded());
    const data = new Blob(["track_id,as_of\n"]).stream();
    const call = connect().trainingSets.create({
      features: ["mood"],
      spine: { format: "csv", data },
      idempotencyKey: "nightly-7",
    });
    await expect(call).rejects.toBeInstanceOf(UnavailableError);
    expect(server.seen).toHaveLength(1);
  });

  test("refuses an idempotency key that the server would ignore, or that cannot be sent", async () => {
    server.behave(answer);
    const { features, trainingSets } = connect();
    await expect(features.get(7, { idempotencyKey: "k" })).rejects.toThrow("idempotencyKey has no effect on GET");
    await expect(features.get(7, { idempotencyKey: "k" })).rejects.toBeInstanceOf(InvalidCallError);
    await expect(trainingSets.create({ ...create, idempotencyKey: "a\nb" })).rejects.toBeInstanceOf(InvalidCallError);
    expect(server.seen).toEqual([]);
  });
});

describe("a hint of the server", () => {
  test("of three days is left to the caller", async () => {
    const { error, requests } = await failThrough([send(429, "{}", { "retry-after": "259200" })]);
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error).toMatchObject({ retryAfter: 259_200 });
    expect(requests).toBe(1);
  });

  test("is measured by the server's clock", async () => {
    const time = "Sun, 23 Nov 2036 10:00:00 GMT"; // years ahead
    expect(await readThrough([overloaded({ date: time, "retry-after": time }), answer])).toBe(2);
  });

  test("that passes the deadline ends the call at once", async () => {
    const { error, requests } = await failThrough([overloaded({ "retry-after": "10" })], { deadlineMs: 9_000 });
    expect(error).toMatchObject({ name: "UnavailableError", retryAfter: 10 });
    expect(requests).toBe(1);
  });
});

describe("limits", () => {
  test("an attempt ends at the deadline", async () => {
    const { error } = await failThrough([hang], { deadlineMs: 60, timeoutMs: 600_000 });
    expect(error).toBeInstanceOf(TimeoutError);
    expect(error.message).toContain("deadline of 60 ms");
  });

  test("a TimeoutError names the server, and how often it was tried", async () => {
    const { error } = await failThrough([overloaded(), hang], { retries: 1, timeoutMs: 100 });
    expect(error).toBeInstanceOf(TimeoutError);
    expect(error.message).toContain(`No answer from ${server.baseUrl} after 2 attempts within 100 ms`);
  });

  test("an infinite timeout is one", async () => {
    expect(await readThrough([answer], { timeoutMs: Number.POSITIVE_INFINITY })).toBe(1);
  });

  test.each([
    { timeoutMs: 0 },
    { timeoutMs: Number.NaN },
    { deadlineMs: -1 },
    { retries: -1 },
    { retries: 1.5 },
    { headers: { "a b": "c" } },
    { headers: { a: "b\nc" } },
  ])("%j is refused, of a client and of a call", async (options) => {
    expect(() => connect(options)).toThrow(InvalidCallError);
    await expect(connect().features.get(7, options)).rejects.toBeInstanceOf(InvalidCallError);
  });
});

describe("an abort", () => {
  const reason = new Error("changed my mind");
  const aborted = { name: "AbortedError", cause: reason };

  test("before the call sends nothing", async () => {
    server.behave(answer);
    const signal = AbortSignal.abort(reason);
    await expect(connect().features.get(7, { signal })).rejects.toMatchObject(aborted);
    expect(server.seen).toEqual([]);
  });

  test.each([
    ["while the server does not answer", hang],
    [
      "while the body is cut into pieces",
      (socket: Parameters<Behaviour>[0]) => void socket.write("HTTP/1.1 200 OK\r\ncontent-length: 999\r\n\r\n{"),
    ],
    ["during a pause of 50 s", overloaded({ "retry-after": "50" })],
  ])("%s ends the call", async (_, behaviour) => {
    const controller = new AbortController();
    server.behave((socket, request) => {
      behaviour(socket, request);
      setTimeout(() => controller.abort(reason), 20);
    });
    await expect(connect().features.get(7, { signal: controller.signal })).rejects.toMatchObject(aborted);
    expect(server.seen).toHaveLength(1);
  });

  test("ends a call whose fetch ignores the signal", async () => {
    const controller = new AbortController();
    const fetch = () => new Promise<Response>(() => setTimeout(() => controller.abort(reason), 5));
    const call = connect({ fetch }).features.get(7, { signal: controller.signal });
    await expect(call).rejects.toBeInstanceOf(AbortedError);
  });

  test("after the call changes nothing", async () => {
    const controller = new AbortController();
    server.behave(answer);
    const row = await connect().features.get(7, { signal: controller.signal });
    controller.abort();
    expect(row.status).toBe("complete");
  });
});

describe("what is not repeated", () => {
  test.each([
    ["a page of another server", send(200, "<html>", { "content-type": "text/html" }), UnexpectedAnswerError],
    ["JSON of another server", send(200, '{"hello":"world"}'), UnexpectedAnswerError],
    ["a redirect", send(301, "", { location: "https://elsewhere.example/api" }), UnexpectedAnswerError],
    ["a refusal", send(400, '{"code":"id_invalid","detail":"d"}'), BadRequestError],
    ["a damaged snapshot", send(500, '{"code":"snapshot_damaged","detail":"d"}'), ServerError],
  ])("%s", async (_, behaviour, Class) => {
    const { error, requests } = await failThrough([behaviour]);
    expect(error).toBeInstanceOf(Class);
    expect(requests).toBe(1);
  });

  test("a failure of TLS", async () => {
    const plain = await startScriptedServer();
    const calls = vi.fn(fetch);
    const { features } = connect({ baseUrl: plain.baseUrl.replace("http:", "https:"), fetch: calls });
    await expect(features.get(7)).rejects.toBeInstanceOf(ConnectionError);
    expect(calls).toHaveBeenCalledOnce();
    await plain.close();
    const selfSigned = Object.assign(new Error("self-signed certificate"), { code: "DEPTH_ZERO_SELF_SIGNED_CERT" });
    const refusing = vi.fn(() => Promise.reject(new TypeError("fetch failed", { cause: selfSigned })));
    await expect(connect({ fetch: refusing }).features.get(7)).rejects.toThrow("self-signed certificate");
    expect(refusing).toHaveBeenCalledOnce();
  });
});

test("a server that is not there is a ConnectionError that says how often it was tried", async () => {
  const gone = await startMisbehavingServer();
  await gone.close();
  const call = connect({ baseUrl: gone.baseUrl }).features.get(7);
  await expect(call).rejects.toThrow(/No answer from .* after 3 attempts: .*ECONNREFUSED/);
});

test("an answer whose end is missing says how it began", async () => {
  const cut: Behaviour = (socket) =>
    void socket.end('HTTP/1.0 200 OK\r\ncontent-type: application/json\r\n\r\n{"features":{"mo');
  const { error, requests } = await failThrough([cut]);
  expect(error).toBeInstanceOf(UnexpectedAnswerError);
  expect(error.message).toContain("cut off");
  expect(error.message).toContain('(application/json: {"features":{"mo)');
  expect(requests).toBe(1);
});

test("the first bytes of an answer have neither the client's key nor another", async () => {
  const { error } = await failThrough(
    [send(200, "key=private-key-of-mine fs_new-key", { "content-type": "text/plain" })],
    {
      apiKey: "private-key-of-mine",
    },
  );
  expect(error.message).toContain("text/plain: key=");
  expect(error.message).not.toMatch(/private-key|new-key/);
});

test("ids of 2^63 arrive with all their digits", async () => {
  server.behave(send(400, '{"code":"id_invalid","detail":"id: it is outside the range of int64."}'));
  await expect(connect().features.get(2n ** 63n)).rejects.toMatchObject({ code: "id_invalid" });
  expect(server.seen[0]?.head).toContain("GET /api/features/9223372036854775808 ");
  await expect(connect().features.get(2 ** 63)).rejects.toBeInstanceOf(InvalidCallError);
});
