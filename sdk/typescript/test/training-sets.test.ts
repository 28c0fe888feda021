import { createHash, randomBytes } from "node:crypto";
import type { ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import * as client from "../src/index";
import { createSha256 } from "../src/sha256";
import { radio, sounds } from "./support/listening";
import { json, problem, type ScriptedServer, type SeenRequest, startScriptedServer } from "./support/scripted-server";

let server: ScriptedServer;
beforeAll(async () => {
  server = await startScriptedServer();
});
afterAll(() => server.close());

const connect = (options: Partial<client.ClientOptions> = {}) =>
  client.createClient({ baseUrl: server.baseUrl, apiKey: "sk-secret", ...options });
const ID = "abcdefgh234567ab";
const state = (name: string, more: object = {}) => ({
  id: ID,
  state: name,
  created_at: "2026-01-01T00:00:00.000000Z",
  started_at: null,
  finished_at: null,
  progress: { rows: 0, spine_rows: 2 },
  failure: null,
  data: null,
  manifest: null,
  ...more,
});

test("SHA-256 of pieces equals SHA-256 of the whole, for any lengths", () => {
  const bytes = randomBytes(400);
  for (let length = 0; length <= 200; length += 1) {
    for (const step of [1, 7, 63, 64, 65, 200]) {
      const ours = createSha256();
      for (let at = 0; at < length; at += step) ours.update(bytes.subarray(at, Math.min(at + step, length)));
      expect(ours.digest()).toBe(createHash("sha256").update(bytes.subarray(0, length)).digest("hex"));
    }
  }
});

describe("creating a training set", () => {
  test("sends definitions, labels and rows in wire form, and wait polls until it is finished", async () => {
    const states = ["queued", "running", "finished"];
    server.seen.length = 0;
    server.answer(({ method }, response) => {
      if (method === "POST") return json(response, 202, state("queued"));
      const now = states.shift() ?? "finished";
      return json(response, 200, state(now, { progress: { rows: now === "finished" ? 2 : 1, spine_rows: 2 } }));
    });
    const reported: unknown[] = [];
    const set = await connect()
      .trainingSets.create({
        service: radio,
        rows: [{ track_id: 9007199254740993n, as_of: new Date(0) }],
        labels: [{ feature: sounds.pick("seconds"), horizon: "7d", name: "later" }],
        labelColumn: "hit",
        allowLeakage: "on purpose",
        split: { by: "hash", parts: { train: 0.8, test: 0.2 } },
        timeZone: "UTC",
        format: "csv",
        reuse: true,
      })
      .wait({ everyMs: 0, onProgress: (progress) => reported.push(progress) });
    expect(set).toMatchObject({ id: ID, state: "finished", progress: { rows: 2, spineRows: 2 } });
    expect(reported).toEqual([1, 1, 2].map((rows) => ({ rows, spineRows: 2 })));
    expect(server.seen[0]).toMatchObject({
      method: "POST",
      url: "/api/training-sets",
      body: {
        service: "radio@3",
        rows: [{ track_id: "9007199254740993", as_of: "1970-01-01T00:00:00.000Z" }],
        labels: [{ feature: "sounds@1.seconds", horizon: "7d", name: "later" }],
        label_column: "hit",
        allow_leakage: "on purpose",
        split: { by: "hash", parts: { train: 0.8, test: 0.2 } },
        time_zone: "UTC",
        format: "csv",
        reuse: true,
      },
    });
    expect(server.seen.slice(1).map(({ method, url }) => `${method} ${url}`)).toEqual(
      Array.from({ length: 3 }, () => `GET /api/training-sets/${ID}`),
    );
  });

  test("the upload of a file has an hour, unless the call says otherwise", async () => {
    const fetch = async () => Response.json(state("queued"), { status: 202 });
    const { trainingSets } = client.createClient({ baseUrl: server.baseUrl, fetch });
    const timers = vi.spyOn(globalThis, "setTimeout");
    const delays = () => timers.mock.calls.map(([, delay = 0]) => Math.round(delay / 1000));
    const options = { features: ["a.b"], spine: { format: "csv", data: "id,as_of\n" } } as const;
    await trainingSets.create(options);
    expect(delays()).toContain(3_600);
    timers.mockClear();
    await trainingSets.create({ ...options, timeoutMs: 5_000 });
    expect(delays()).toContain(5);
    timers.mockRestore();
  });

  test("a training set without a result is an error with the reason; wait retries an unavailable server", async () => {
    const failure = { code: "training_set_leaks", detail: "x", errors: [{ path: "a.b", detail: "it equals" }] };
    const answers: ((response: ServerResponse) => void)[] = [
      (response) => json(response, 202, state("queued")),
      (response) => problem(response, 503, "starting"),
      (response) => void response.socket?.destroy(),
      (response) => json(response, 200, state("failed", { failure })),
    ];
    server.answer((_, response) => answers.shift()?.(response));
    const failed = connect().trainingSets.create({ features: ["a.b"], rows: [] });
    await expect(failed.wait({ everyMs: 0 })).rejects.toMatchObject({
      name: "TrainingSetFailedError",
      id: ID,
      failure,
    });
    for (const name of ["cancelled", "deleted"]) {
      server.answer((_, response) => json(response, 200, state(name)));
      const error = await connect()
        .trainingSets.rerun(ID)
        .wait({ everyMs: 0 })
        .catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(client.TrainingSetFailedError);
      expect(error).toMatchObject({ failure: { code: name } });
    }
  });

  test("a wait that gives up names the training set, in message and stack", async () => {
    const set = await connect().trainingSets.get(ID);
    server.answer((_, response) => problem(response, 503, "starting"));
    const error = await set.wait({ everyMs: 0, retries: 0 }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(client.UnavailableError);
    for (const text of [String(error), (error as Error).stack])
      expect(text).toContain(`Training set ${ID}: 503 starting`);
  });

  test("rejects invalid options before sending; the server's errors have their class", async () => {
    const { trainingSets } = connect();
    server.seen.length = 0;
    const rows = [{ track_id: 1, as_of: "2026-01-01T00:00:00Z" }];
    const spine = { format: "csv", data: "track_id,as_of\n" } as const;
    const features = ["a.b"];
    const wrong: readonly client.CreateTrainingSetOptions[] = [
      { features },
      { features, rows, spine },
      { features, spine, columns: ["a,b"] },
      { features, spine, split: { by: "time", cuts: [], parts: ["train", "test"] } },
      { features, rows, labels: [{ feature: sounds, horizon: "1d" }] },
    ];
    for (const options of wrong)
      await expect(trainingSets.create(options)).rejects.toBeInstanceOf(client.InvalidCallError);
    expect(server.seen).toEqual([]);
    server.answer((_, response) => problem(response, 400, "spine_time_invalid"));
    await expect(trainingSets.create({ features, rows })).rejects.toBeInstanceOf(client.BadRequestError);
    server.answer(({ method }, response) =>
      method === "GET" ? json(response, 200, state("finished")) : problem(response, 409, "training_set_finished"),
    );
    const set = await trainingSets.get(ID);
    await expect(set.cancel()).rejects.toBeInstanceOf(client.ConflictError);
    expect(server.seen.at(-1)).toMatchObject({ method: "POST", url: `/api/training-sets/${ID}/cancel` });
    await expect(set.delete()).rejects.toMatchObject({ code: "training_set_finished" });
    expect(server.seen.at(-1)).toMatchObject({ method: "DELETE", url: `/api/training-sets/${ID}` });
  });
});

describe("downloading", () => {
  const file = randomBytes(100_000);
  const sha256 = createHash("sha256").update(file).digest("hex");
  const etag = `"${sha256}"`;

  /** Answers with the file from the requested offset, and breaks off after a number of bytes. */
  const give = (
    { headers }: SeenRequest,
    response: ServerResponse,
    breaksAfter = file.byteLength,
    bytes = file,
  ): void => {
    const from = Number(/^bytes=(\d+)-$/.exec(String(headers.range))?.[1] ?? 0);
    const part = bytes.subarray(from);
    response.writeHead(from === 0 ? 200 : 206, {
      etag,
      "content-length": part.byteLength,
      ...(from === 0 ? {} : { "content-range": `bytes ${from}-${bytes.byteLength - 1}/${bytes.byteLength}` }),
    });
    if (breaksAfter >= part.byteLength) response.end(part);
    else response.write(part.subarray(0, breaksAfter), () => response.socket?.destroy());
  };
  const finished = async (handler: (request: SeenRequest, response: ServerResponse) => void, timeoutMs = 30_000) => {
    server.seen.length = 0;
    server.answer((request, response) =>
      request.url.endsWith("/data") ? handler(request, response) : json(response, 200, state("finished")),
    );
    return connect({ timeoutMs }).trainingSets.get(ID);
  };

  test("resumes after a broken or stalled connection", async () => {
    let answers = 0;
    const set = await finished((request, response) => {
      answers += 1;
      if (answers === 2) {
        give(request, response, 20_000);
        return;
      }
      if (answers === 3) return void response.socket?.destroy();
      if (answers === 4) return problem(response, 503, "overloaded");
      if (answers === 5) {
        response.writeHead(206, {
          etag,
          "content-range": `bytes ${/\d+/.exec(String(request.headers.range))}-99999/100000`,
        });
        response.flushHeaders(); // and nothing more
        return;
      }
      give(request, response, answers === 1 ? 30_000 : file.byteLength);
    }, 300);
    const download = await set.download();
    expect([download.bytes, download.sha256]).toEqual([file.byteLength, sha256]);
    expect(Buffer.compare(await buffer(download.stream), file)).toBe(0);
    const requestOptions = server.seen.filter(({ url }) => url.endsWith("/data"));
    expect(requestOptions.length).toBe(6);
    expect(requestOptions.slice(1).every(({ headers }) => headers["if-range"] === etag)).toBe(true);
  });

  test("does not request bytes that were already received", async () => {
    const set = await finished((request, response) => give(request, response));
    const { stream, bytes } = await set.download({ from: 60_000 });
    expect(bytes).toBe(file.byteLength);
    expect(Buffer.compare(await buffer(stream), file.subarray(60_000))).toBe(0);
  });

  test("rejects wrong bytes, a changed file, and an answer of another server", async () => {
    const other = Buffer.from(file).fill(0, 50_000, 50_001);
    other.writeUInt8((file.readUInt8(50_000) + 1) % 256, 50_000);
    const corrupt = await finished((request, response) => give(request, response, other.byteLength, other));
    await expect(buffer((await corrupt.download()).stream)).rejects.toBeInstanceOf(client.ChecksumError);
    const changed = await finished((request, response) => {
      if (request.headers.range === undefined) give(request, response, 1000);
      else response.writeHead(200, { etag: '"other"', "content-length": 3 }).end("abc");
    });
    await expect(buffer((await changed.download()).stream)).rejects.toBeInstanceOf(client.UnexpectedAnswerError);
    const page = await finished((_, response) => response.writeHead(200, { "content-type": "text/html" }).end("<p>"));
    await expect(page.download()).rejects.toBeInstanceOf(client.UnexpectedAnswerError);
    const early = await finished((_, response) => problem(response, 409, "training_set_not_finished"));
    await expect(early.download()).rejects.toBeInstanceOf(client.ConflictError);
  });

  test("an aborted download ends", async () => {
    const controller = new AbortController();
    const set = await finished((request, response) => give(request, response, 10_000));
    const { stream } = await set.download({ signal: controller.signal });
    const reader = stream.getReader();
    await reader.read();
    controller.abort();
    const rest = (async () => {
      while (!(await reader.read()).done);
    })();
    await expect(rest).rejects.toBeInstanceOf(client.AbortedError);
  });
});
