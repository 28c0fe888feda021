import type { ServerResponse } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import {
  AbortedError,
  BadRequestError,
  type Client,
  createClient,
  NotFoundError,
  UnexpectedAnswerError,
} from "../src/index";
import { listening, platform, track, traffic, tuner } from "./support/listening";
import { json, problem, type ScriptedServer, type SeenRequest, startScriptedServer } from "./support/scripted-server";

let server: ScriptedServer;
let client: Client;

beforeAll(async () => {
  server = await startScriptedServer();
  client = createClient({ baseUrl: server.baseUrl, apiKey: "key-1", batch: true });
});
beforeEach(() => {
  server.seen.length = 0;
  server.answer(serve);
});
afterAll(() => server.close());

interface BatchBody {
  readonly ids: readonly unknown[];
  readonly on_invalid_id?: string;
}

/** Answers with the id as the value; ids that begin with x are malformed. */
function serve({ url, body }: SeenRequest, response: ServerResponse): void {
  const single = /^\/api\/features\/([^?]+)/.exec(url)?.[1];
  if (single !== "batch")
    json(response, 200, { features: { a: { id: single } }, status: "complete", views: { a: "complete" } });
  else serveBatch(body as BatchBody, response);
}

function serveBatch({ ids }: BatchBody, response: ServerResponse): void {
  const isBad = (id: unknown) => String(id).startsWith("x");
  const errors = ids.flatMap((id, position) =>
    isBad(id) ? [{ position, path: `ids[${position}]`, code: "id_invalid", detail: `expected an integer` }] : [],
  );
  json(response, 200, {
    ids,
    columns: ["a.id"],
    rows: ids.map((id) => [isBad(id) ? null : id]),
    status: ids.map((id) => (isBad(id) ? "invalid_id" : "complete")),
    views: ["a"],
    errors,
  });
}

const bodies = () => server.seen.map(({ body }) => body);
const urls = () => server.seen.map(({ method, url }) => `${method} ${url}`);

describe("reads of one tick", () => {
  test("share a request, and each gets its own row in the form of a single read", async () => {
    const ids = [7, 8n, "9", { track_id: 10 }, 7];
    const rows = await Promise.all(ids.map((id) => client.features.get(id, { features: ["a"], entity: track })));
    expect(urls()).toEqual(["POST /api/features/batch"]);
    expect(bodies()).toEqual([
      { entity: "track", ids: ["7", "8", "9", "10", "7"], features: ["a"], on_invalid_id: "null" },
    ]);
    expect(rows).toEqual(
      ids.map((id, index) => ({
        id,
        status: "complete",
        features: { a: { id: ["7", "8", "9", "10", "7"][index] } },
        views: { a: "complete" },
        requestId: "r-1",
      })),
    );
  });

  test("also those that start in promises of the tick", async () => {
    const later = Promise.resolve().then(() => client.features.get(2));
    await Promise.all([client.features.get(1), later]);
    expect(urls()).toEqual(["POST /api/features/batch"]);
  });

  test("a read that stays alone is sent as a single read", async () => {
    await client.features.get(7, { features: ["a"] });
    await client.features.get(8, { features: ["a"] });
    expect(urls()).toEqual(["GET /api/features/7?features=a", "GET /api/features/8?features=a"]);
  });

  test("different selections, options and metadata do not share a request", async () => {
    const { features } = client;
    await Promise.all([
      features.get(1, { features: ["a"] }),
      features.get(2, { features: ["a"] }),
      features.get(3, { features: ["b"] }),
      features.get(4, { service: "radio" }),
      features.get(5, { features: ["a"], timeoutMs: 1000 }),
      features.get(6, { features: ["a"], headers: { traceparent: "1" } }),
      features.get(7, { features: ["a"], metadata: true }),
      features.get(8, { service: tuner, inputs: { later: 1n } }),
      features.get(9, { service: tuner, inputs: { later: 2n } }),
      features.get(10, { service: tuner, inputs: { later: 2n } }),
    ]);
    expect(bodies().filter((body) => body !== undefined)).toEqual([
      { ids: ["1", "2"], features: ["a"], on_invalid_id: "null" },
      { ids: ["9", "10"], service: "tuner@1", inputs: { later: "2" }, on_invalid_id: "null" },
    ]);
    expect(server.seen).toHaveLength(8);
  });

  test("a malformed id fails alone, with the error of a single read", async () => {
    const reads = [1, "x", 3].map((id) => client.features.get(id));
    const [first, bad, last] = await Promise.allSettled(reads);
    expect([first?.status, last?.status]).toEqual(["fulfilled", "fulfilled"]);
    const { reason } = bad as PromiseRejectedResult;
    expect(reason).toBeInstanceOf(BadRequestError);
    expect(reason).toMatchObject({
      status: 400,
      code: "id_invalid",
      detail: "id: expected an integer.",
      errors: [{ path: "id", detail: "expected an integer" }],
      requestId: "r-1",
      message: "400 id_invalid: id: expected an integer. (request r-1)",
    });
  });

  test("a call that cannot be sent fails alone", async () => {
    const [good, bad] = await Promise.allSettled([client.features.get(1), client.features.get("")]);
    expect(good.status).toBe("fulfilled");
    expect(bad).toMatchObject({ status: "rejected", reason: { name: "InvalidCallError" } });
  });

  test("a refusal of the request is that of every read", async () => {
    server.answer((_, response) => problem(response, 404, "feature_view_not_found"));
    const reads = await Promise.allSettled([client.features.get(1), client.features.get(2)]);
    for (const read of reads) expect((read as PromiseRejectedResult).reason).toBeInstanceOf(NotFoundError);
    expect(server.seen).toHaveLength(1);
  });

  test("keys of several parts are sent by name", async () => {
    const key = { platform: 7, station: "Köln" };
    const options = { features: [traffic], entity: platform };
    await Promise.all([client.features.get(key, options), client.features.get({ ...key, platform: 8 }, options)]);
    expect(bodies()).toMatchObject([
      {
        ids: [
          { platform: "7", station: "Köln" },
          { platform: "8", station: "Köln" },
        ],
      },
    ]);
  });

  test("each read converts values by its own definition", async () => {
    server.answer((_, response) =>
      json(response, 200, {
        columns: ["listening@2.serial"],
        rows: [["5"], ["6"]],
        status: ["complete", "complete"],
        views: ["listening@2"],
      }),
    );
    const [typed, named] = await Promise.all([
      client.features.get(1, { features: [listening.pick("serial")] }),
      client.features.get(2, { features: ["listening@2.serial"] }),
    ]);
    expect(server.seen).toHaveLength(1);
    expect(typed.features).toEqual({ listening: { serial: 5n } });
    expect(named.features).toEqual({ "listening@2": { serial: "6" } });
  });

  test("withResponse gives the answer of the shared request", async () => {
    const reads = [1, 2].map((id) => client.features.get(id).withResponse());
    const [first] = await Promise.all(reads);
    expect(first).toMatchObject({ data: { id: 1 }, response: { status: 200, requestId: "r-1" } });
    expect(server.seen).toHaveLength(1);
  });
});

describe("an abort of a read that shares a request", () => {
  test("ends that read alone", async () => {
    const controller = new AbortController();
    server.answer((request, response) => {
      controller.abort();
      serve(request, response);
    });
    const [aborted, other] = await Promise.allSettled([
      client.features.get(1, { signal: controller.signal }),
      client.features.get(2),
    ]);
    expect(aborted).toMatchObject({ status: "rejected", reason: expect.any(AbortedError) });
    expect(other).toMatchObject({ status: "fulfilled", value: { id: 2 } });
  });

  test("before it is sent leaves it out", async () => {
    const controller = new AbortController();
    const aborted = client.features.get(1, { signal: controller.signal });
    const others = [client.features.get(2), client.features.get(3)];
    controller.abort();
    await expect(aborted).rejects.toBeInstanceOf(AbortedError);
    await Promise.all(others);
    expect(bodies()).toMatchObject([{ ids: ["2", "3"] }]);
  });

  test("of every read ends the request", async () => {
    const controller = new AbortController();
    const closed = new Promise<void>((resolve) => {
      server.answer((_, response) => {
        response.on("close", resolve);
        controller.abort();
      });
    });
    const reads = [1, 2].map((id) => client.features.get(id, { signal: controller.signal }));
    for (const read of reads) await expect(read).rejects.toBeInstanceOf(AbortedError);
    await closed;
  });
});

describe("more ids than a request may have", () => {
  const small = () => createClient({ baseUrl: server.baseUrl, apiKey: "key-1", batch: { maxRows: 3 } });
  const ids = Array.from({ length: 20 }, (_, index) => index);

  /** Notes how many requests are open at once, and answers the later ones first. */
  function overlap(): { most: number } {
    const state = { open: 0, most: 0 };
    const held: (() => void)[] = [];
    server.answer((request, response) => {
      state.open += 1;
      state.most = Math.max(state.most, state.open);
      held.push(() => {
        state.open -= 1;
        serve(request, response);
      });
      setTimeout(() => held.pop()?.(), 5);
    });
    return state;
  }

  test("are read in several requests, at most four at once, in order", async () => {
    const state = overlap();
    const { rows, values } = await small().features.getBatch({ ids, features: ["a"] });
    expect(rows.map(({ id }) => id)).toEqual(ids);
    expect(values).toEqual(ids.map((id) => [id]));
    expect(server.seen).toHaveLength(7);
    expect(state.most).toBe(4);
  });

  test("wait while the limit of the key is exhausted, without using attempts", async () => {
    let refusals = 0;
    server.answer((seen, response) => {
      if (refusals >= 6) return serve(seen, response);
      refusals += 1;
      problem(response, 429, "rate_limited", { "retry-after": "0" });
    });
    const ids = Array.from({ length: 1001 }, (_, index) => index);
    const { values } = await client.features.getBatch({ ids, features: ["a.id"] });
    expect(values.map(([id]) => id)).toEqual(ids);
    expect(server.seen).toHaveLength(8);
  });

  test("log such waits as info, because they are no failure", async () => {
    let refusals = 0;
    server.answer((seen, response) => {
      refusals += 1;
      if (refusals > 2) serve(seen, response);
      else problem(response, 429, "rate_limited", { "retry-after": "0" });
    });
    const logger = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };
    const { features } = createClient({ baseUrl: server.baseUrl, logger });
    const rows = [];
    for await (const { id } of features.stream([1, 2], { features: ["a.id"] })) rows.push(id);
    expect(rows).toEqual([1, 2]);
    expect(logger.info.mock.calls.map(([, { status }]) => status)).toEqual([429, 429]);
    expect(logger.warn).not.toHaveBeenCalled();
  });

  test("have one deadline for all requests of a batch, and one for each of a stream", async () => {
    const now = performance.now.bind(performance);
    let passed = 0;
    vi.spyOn(performance, "now").mockImplementation(() => now() + passed);
    server.answer((seen, response) => {
      passed += 50_000;
      serve(seen, response);
    });
    const { features } = small();
    await expect(features.getBatch({ ids, features: ["a"] })).rejects.toMatchObject({
      ...{ name: "TimeoutError", message: expect.stringContaining("deadline of 120000 ms") },
    });
    const rows = [];
    for await (const { id } of features.stream(ids, { features: ["a"], deadlineMs: 600_000 })) rows.push(id);
    expect(rows).toEqual(ids);
  });

  test("a refusal names the position in the whole batch", async () => {
    server.answer((seen, response) => {
      const { ids: part } = seen.body as BatchBody;
      const at = part.indexOf("x");
      if (at < 0) return serve(seen, response);
      const fault = { path: `ids[${at}]`, detail: "expected an integer" };
      json(response, 400, { status: 400, code: "id_invalid", detail: `${fault.path}: no integer`, errors: [fault] });
    });
    const call = small().features.getBatch({ ids: [1, 2, 3, 4, 5, "x"], features: ["a"] });
    await expect(call).rejects.toMatchObject({
      ...{ name: "BadRequestError", detail: "ids[5]: no integer", errors: [{ path: "ids[5]" }] },
    });
  });

  test("faulty ids keep their positions", async () => {
    const { errors, rows } = await small().features.getBatch({ ids: [1, 2, 3, 4, "x", 6], onInvalidId: "null" });
    expect(errors).toEqual([{ position: 4, path: "ids[4]", code: "id_invalid", detail: "expected an integer" }]);
    expect(rows.map(({ status }) => status)[4]).toBe("invalid_id");
  });

  test("inputs go with their rows", async () => {
    const inputsByRow = ids.slice(0, 4).map((id) => ({ later: BigInt(id) }));
    await small().features.getBatch({ ids: ids.slice(0, 4), service: tuner, inputsByRow });
    const sent = bodies() as { readonly ids: readonly number[]; readonly inputs_by_row: readonly unknown[] }[];
    expect(sent.flatMap((body) => body.inputs_by_row.length - body.ids.length)).toEqual([0, 0]);
    expect(sent.flatMap((body) => body.inputs_by_row).length).toBe(4);
  });

  test("single reads of one tick are split, too", async () => {
    const { features } = small();
    const rows = await Promise.all(ids.map((id) => features.get(id)));
    expect(rows.map(({ id }) => id)).toEqual(ids);
    expect(server.seen).toHaveLength(7);
  });

  test("as-of reads are split at 100", async () => {
    const many = Array.from({ length: 150 }, (_, index) => index);
    await client.features.getBatch({ ids: many, asOf: "2026-01-31T00:00:00Z" });
    expect(
      bodies()
        .map((body) => (body as BatchBody).ids.length)
        .sort(),
    ).toEqual([100, 50]);
  });

  test("a failure ends the call, and the requests that are still open", async () => {
    const closed: Promise<unknown>[] = [];
    server.answer((request, response) => {
      if ((request.body as BatchBody).ids.includes(0)) return problem(response, 404, "feature_view_not_found");
      closed.push(new Promise((resolve) => response.on("close", resolve)));
    });
    await expect(small().features.getBatch({ ids })).rejects.toBeInstanceOf(NotFoundError);
    await Promise.all(closed);
  });

  test("metadata, which is of one request, is refused", async () => {
    await expect(small().features.getBatch({ ids, metadata: true })).rejects.toThrow("at most 3 ids");
    expect(server.seen).toEqual([]);
  });

  test("columns that change between two requests are an error", async () => {
    server.answer((_, response) =>
      json(response, 200, { columns: [`a.${server.seen.length}`], rows: [[1], [1], [1]], status: ["complete"] }),
    );
    const call = small().features.getBatch({ ids: ids.slice(0, 6) });
    await expect(call).rejects.toBeInstanceOf(UnexpectedAnswerError);
  });

  test.each([0, -1, 1.5])("maxRows of %d is refused", (maxRows) => {
    expect(() => createClient({ baseUrl: server.baseUrl, batch: { maxRows } })).toThrow("maxRows");
  });
});

describe("features.stream", () => {
  const small = () => createClient({ baseUrl: server.baseUrl, apiKey: "key-1", batch: { maxRows: 2 } });

  async function* numbers(count: number, seen: number[] = []) {
    for (let id = 0; id < count; id += 1) {
      seen.push(id);
      yield id;
    }
  }

  test("gives a row for each id in order, of any iterable", async () => {
    const ids: unknown[] = [];
    for await (const row of small().features.stream(numbers(9), { features: ["a"] })) ids.push(row.id);
    expect(ids).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(server.seen).toHaveLength(5);
    for await (const row of client.features.stream(new Set(["p", "q"]))) ids.push(row.features.a?.id);
    expect(ids.slice(9)).toEqual(["p", "q"]);
    for await (const _ of client.features.stream([])) throw new Error("There is no row");
  });

  test("reads ahead only four requests, and stops when its consumer does", async () => {
    const taken: number[] = [];
    for await (const { id } of small().features.stream(numbers(1000, taken))) if (id === 0) break;
    expect(taken.length).toBeLessThanOrEqual(9);
    expect(server.seen.length).toBeLessThanOrEqual(4);
  });

  test("a malformed id fails the stream, or only its row", async () => {
    const read = async (options: object) => {
      const statuses: string[] = [];
      for await (const { status } of small().features.stream([1, "x", 3], options)) statuses.push(status);
      return statuses;
    };
    expect(await read({ onInvalidId: "null" })).toEqual(["complete", "invalid_id", "complete"]);
    server.answer((_, response) => problem(response, 400, "id_invalid"));
    await expect(read({})).rejects.toBeInstanceOf(BadRequestError);
  });

  test("an abort and a failure of the ids end it", async () => {
    const controller = new AbortController();
    const read = async () => {
      for await (const _ of small().features.stream(numbers(1000), { signal: controller.signal })) controller.abort();
    };
    await expect(read()).rejects.toBeInstanceOf(AbortedError);
    async function* broken() {
      yield 1;
      throw new Error("The cursor was closed");
    }
    const other = async () => {
      for await (const _ of client.features.stream(broken()));
    };
    await expect(other()).rejects.toThrow("The cursor was closed");
  });
});
