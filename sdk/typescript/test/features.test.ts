import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  type Client,
  createClient,
  InvalidCallError,
  namedService,
  namedView,
  UnexpectedAnswerError,
  zipRows,
} from "../src/index";
import { listening, platform, radio, sounds, traffic } from "./support/listening";
import { json, problem, type ScriptedServer, startScriptedServer } from "./support/scripted-server";

let server: ScriptedServer;
let client: Client;

beforeAll(async () => {
  server = await startScriptedServer();
  client = createClient({ baseUrl: server.baseUrl, apiKey: "key-1" });
});
beforeEach(() => {
  server.seen.length = 0;
});
afterAll(() => server.close());

const values = { plays_7d: 3, player: "web", serial: "9007199254740993", raw: { a: [1] } };
const single = (label: string, features: Record<string, unknown> = values) => ({
  track_id: 7,
  features: { [label]: features },
  status: "complete",
  views: { [label]: "complete" },
});

describe("features.get", () => {
  test("sends names and returns JSON unchanged", async () => {
    server.answer((_, response) => json(response, 200, single("listening")));
    const row = await client.features.get(7, { features: ["listening", "sounds@1.seconds"], entity: "track" });
    expect(row).toEqual({
      id: 7,
      status: "complete",
      features: { listening: values },
      views: { listening: "complete" },
      requestId: "r-1",
    });
    expect(server.seen[0]).toMatchObject({
      method: "GET",
      url: "/api/features/7?features=listening,sounds%401.seconds&entity=track",
      headers: { authorization: "Bearer key-1", accept: "application/json" },
    });
  });

  test("requests all promoted views by default", async () => {
    server.answer((_, response) => json(response, 200, single("listening")));
    await client.features.get("a,b/c?d");
    expect(server.seen[0]?.url).toBe("/api/features/a%2Cb%2Fc%3Fd");
  });

  test("pins a definition to its version and converts int64 texts to bigints", async () => {
    server.answer((_, response) => json(response, 200, single("listening@2")));
    const row = await client.features.get(7n, { features: [listening] });
    expect(server.seen[0]?.url).toBe("/api/features/7?features=listening%402");
    expect(row.features.listening).toEqual({ ...values, serial: 9007199254740993n });
    expect(row.views).toEqual({ listening: "complete" });
  });

  test("names every feature of a definition with vectors, since its row type has them", async () => {
    server.answer((_, response) => json(response, 200, single("sounds@1", { seconds: 1.5, sound: [1, 2, 3] })));
    const row = await client.features.get(7, { features: [sounds] });
    expect(server.seen[0]?.url).toBe("/api/features/7?features=sounds%401.seconds,sounds%401.sound");
    expect(row.features.sounds).toEqual({ seconds: 1.5, sound: [1, 2, 3] });
  });

  test("accepts picks and keeps null", async () => {
    server.answer((_, response) => json(response, 200, single("listening@2", { serial: null })));
    const row = await client.features.get(7, { features: [listening.pick("serial")] });
    expect(server.seen[0]?.url).toBe("/api/features/7?features=listening%402.serial");
    expect(row.features.listening.serial).toBeNull();
  });

  test("accepts a service's definition; the answer names its views without versions", async () => {
    server.answer((_, response) =>
      json(response, 200, {
        track_id: 7,
        features: { listening: { serial: "5", plays_7d: 0 }, sounds: { seconds: null } },
        status: "partial",
        views: { listening: "missing", sounds: "expired" },
      }),
    );
    const row = await client.features.get(7, { service: radio });
    expect(server.seen[0]?.url).toBe("/api/features/7?service=radio%403");
    expect(row.status).toBe("partial");
    expect(row.features.listening).toEqual({ serial: 5n, plays_7d: 0 });
    expect(row.views).toEqual({ listening: "missing", sounds: "expired" });
  });

  test("keeps int64 as text if only a type was imported", async () => {
    server.answer((_, response) => json(response, 200, single("listening@2")));
    const row = await client.features.get(7, { features: [namedView<typeof listening>("listening@2")] });
    expect(row.features.listening.serial).toBe("9007199254740993");
    await client.features.get(7, { service: namedService<typeof radio>("radio@3") });
    expect(server.seen[1]?.url).toBe("/api/features/7?service=radio%403");
  });

  test("returns metadata on request", async () => {
    const metadata = { version: 2, generation: 4, as_of: "2026-01-01T00:00:00.000000Z", event_time: null };
    server.answer((_, response) =>
      json(response, 200, { ...single("listening@2"), metadata: { "listening@2": metadata } }),
    );
    const row = await client.features.get(7, { features: [listening], metadata: true });
    expect(server.seen[0]?.url).toContain("&metadata=true");
    expect(row.metadata).toEqual({ listening: metadata });
  });

  test("orders a composite key by its entity's key", async () => {
    server.answer((_, response) => json(response, 200, single("traffic@1", { stops_1d: 4 })));
    const key = { platform: 7, station: "Köln, Hbf" };
    await client.features.get(key, { features: [traffic] });
    await client.features.get(key, { features: ["traffic"], entity: platform });
    await client.features.get({ track_id: 7n });
    expect(server.seen.map(({ url }) => url)).toEqual([
      "/api/features/K%C3%B6ln%2C%20Hbf,7?features=traffic%401",
      "/api/features/K%C3%B6ln%2C%20Hbf,7?features=traffic&entity=platform",
      "/api/features/7",
    ]);
  });

  test("rejects contradictory options before sending", async () => {
    const refused = [
      () => client.features.get({ platform: 7, station: "x" }, { features: ["traffic"] }),
      () => client.features.get({ station: "x" }, { features: [traffic] }),
      () => client.features.get({ station: "x", platform: 1, track: 2 }, { features: [traffic] }),
      () => client.features.get({}),
      () => client.features.get(null as never),
      () => client.features.get(undefined as never),
      () => client.features.getBatch({ ids: [7, null as never] }),
      () => client.features.getBatch({ ids: [{ track_id: null as never }] }),
      () => client.features.get(""),
      () => client.features.get(".."),
      () => client.features.get(2 ** 53),
      () => client.features.get(7, { features: [listening, traffic] }),
      () => client.features.get(7, { features: [listening, "listening.serial"] }),
      () => client.features.get(7, { features: [listening, { ...listening, ir: { ...listening.ir, version: 3 } }] }),
      () => client.features.get(7, { features: ["listening"], service: "radio" }),
    ];
    for (const call of refused) await expect(call()).rejects.toBeInstanceOf(InvalidCallError);
    expect(server.seen).toEqual([]);
  });
});

describe("features.getBatch", () => {
  const body = {
    ids: [7, "8", 7],
    columns: ["listening@2.serial", "listening@2.plays_7d", "sounds@1.seconds"],
    rows: [
      ["5", 1, 2.5],
      [null, null, null],
      ["5", 1, 2.5],
    ],
    status: ["complete", "unknown_entity", "complete"],
    views: ["listening@2", "sounds@1"],
  };
  const unknown = ["unknown_entity", "unknown_entity"];
  const complete = ["complete", "complete"];

  test("returns a row per id, by view, in order and with repeats", async () => {
    server.answer((_, response) => json(response, 200, { ...body, statuses: [complete, unknown, complete] }));
    const ids = [7, 8n, { track_id: 7 }];
    const batch = await client.features.getBatch({
      ids,
      features: [listening.pick("serial", "plays_7d"), sounds.pick("seconds")],
    });
    expect(server.seen[0]).toMatchObject({ method: "POST", url: "/api/features/batch" });
    expect(server.seen[0]?.body).toEqual({
      ids: [7, "8", { track_id: 7 }],
      features: ["listening@2.serial", "listening@2.plays_7d", "sounds@1.seconds"],
    });
    const row = {
      id: 7,
      status: "complete",
      features: { listening: { serial: 5n, plays_7d: 1 }, sounds: { seconds: 2.5 } },
      views: { listening: "complete", sounds: "complete" },
    };
    expect({ ...batch }.rows).toBe(batch.rows);
    expect(batch.rows).toEqual([
      row,
      {
        id: 8n,
        status: "unknown_entity",
        features: { listening: { serial: null, plays_7d: null }, sounds: { seconds: null } },
        views: { listening: "unknown_entity", sounds: "unknown_entity" },
      },
      { ...row, id: { track_id: 7 } },
    ]);
    expect(batch.columns).toEqual(["listening.serial", "listening.plays_7d", "sounds.seconds"]);
    expect(zipRows(batch.columns, batch.values)[0]).toEqual({
      "listening.serial": 5n,
      "listening.plays_7d": 1,
      "sounds.seconds": 2.5,
    });
  });

  test("treats an answer without statuses as complete", async () => {
    server.answer((_, response) => json(response, 200, { ...body, status: ["complete", "complete", "complete"] }));
    const { rows } = await client.features.getBatch({ ids: [7, 8, 7], service: "radio" });
    expect(rows.map(({ views }) => views["listening@2"])).toEqual(["complete", "complete", "complete"]);
    expect(server.seen[0]?.body).toEqual({ ids: [7, 8, 7], service: "radio" });
  });
});

describe("read options", () => {
  const options = { latencyBudgetMs: 20, asOf: new Date("2026-01-31T12:00:00Z"), metadata: true } as const;
  const times = { version: 2, generation: null, as_of: "2026-01-31T12:00:00.000000Z", age_seconds: null };

  test("are in the query of a single read", async () => {
    server.answer((_, response) => json(response, 200, single("listening")));
    await client.features.get(7, { services: ["radio", namedService("jukebox@2")], ...options });
    expect(server.seen[0]?.url).toBe(
      "/api/features/7?service=radio,jukebox%402&metadata=true&latency_budget_ms=20&as_of=2026-01-31T12%3A00%3A00.000Z",
    );
  });

  test("are in the body of a batch, whose answer has faulty ids and metadata", async () => {
    const errors = [{ position: 1, path: "ids[1]", code: "id_invalid", detail: "expected an integer" }];
    server.answer((_, response) =>
      json(response, 200, {
        ids: [7, "x"],
        columns: ["listening@2.serial"],
        rows: [["5"], [null]],
        status: ["complete", "invalid_id"],
        views: ["listening@2"],
        statuses: [["complete"], ["invalid_id"]],
        errors,
        metadata: { "listening@2": { ...times, event_times: [null, null] } },
      }),
    );
    const batch = await client.features.getBatch({
      ids: [7, "x"],
      features: [listening.pick("serial")],
      onInvalidId: "null",
      ...options,
    });
    expect(server.seen[0]?.body).toEqual({
      ids: [7, "x"],
      features: ["listening@2.serial"],
      on_invalid_id: "null",
      latency_budget_ms: 20,
      as_of: "2026-01-31T12:00:00.000Z",
      metadata: true,
    });
    expect(batch.errors).toEqual(errors);
    expect(batch.rows.map(({ status }) => status)).toEqual(["complete", "invalid_id"]);
    expect(batch.metadata).toEqual({ listening: { ...times, event_times: [null, null] } });
  });

  test("services are passed one way, and without features", async () => {
    await expect(client.features.get(7, { service: "radio", services: ["radio"] })).rejects.toThrow(InvalidCallError);
    await expect(client.features.get(7, { features: ["listening"], services: ["radio"] })).rejects.toThrow(
      InvalidCallError,
    );
  });
});

describe("features.getBatchArrow", () => {
  const type = "application/vnd.apache.arrow.stream";

  test("returns the answer's bytes", async () => {
    server.answer((_, response) => {
      response.writeHead(200, { "content-type": type, "x-request-id": "r-2" });
      response.end(Buffer.from([1, 2, 3]));
    });
    const answer = await client.features.getBatchArrow({ ids: [7], features: ["listening"] });
    expect(answer).toEqual({ bytes: new Uint8Array([1, 2, 3]), views: {}, requestId: "r-2" });
    expect(server.seen[0]).toMatchObject({
      method: "POST",
      headers: { accept: type, "content-type": "application/json" },
      body: { ids: [7], features: ["listening"] },
    });
  });

  test("an error answer is an ApiError, and another media type an UnexpectedAnswerError", async () => {
    server.answer((_, response) => problem(response, 400, "ids_empty"));
    await expect(client.features.getBatchArrow({ ids: [] })).rejects.toMatchObject({ code: "ids_empty" });
    server.answer((_, response) => json(response, 200, {}));
    await expect(client.features.getBatchArrow({ ids: [7] })).rejects.toThrow(UnexpectedAnswerError);
  });
});
