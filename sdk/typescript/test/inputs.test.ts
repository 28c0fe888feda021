import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Client, createClient, InvalidCallError } from "../src/index";
import { tuner } from "./support/listening";
import { json, type ScriptedServer, startScriptedServer } from "./support/scripted-server";

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

const view = { version: 2, generation: 7, as_of: "2026-01-01T00:00:00.000000Z", event_time: null };

test("a single read sends inputs as JSON and returns typed computed values", async () => {
  server.answer((_, response) =>
    json(response, 200, {
      track_id: 7,
      features: {
        listening: { serial: "1" },
        sounds: { sound: [1, 2, 3] },
        computed: { next: "9007199254740994", likeness: 0 },
      },
      status: "complete",
      views: { listening: "complete", sounds: "complete" },
      metadata: {
        listening: view,
        computed: { service: "tuner@1", types: { next: "int64", likeness: "float64" }, defaulted: ["likeness"] },
      },
    }),
  );
  const row = await client.features.get(7, {
    service: tuner,
    inputs: { later: 9007199254740993n, heard: new Float32Array([0.5, 0.25, 1]), mood: null },
    metadata: true,
  });
  const sent = new URL(`http://x${server.seen[0]?.url}`).searchParams;
  expect(sent.get("service")).toBe("tuner@1");
  expect(JSON.parse(sent.get("inputs") ?? "")).toEqual({
    later: "9007199254740993",
    heard: [0.5, 0.25, 1],
    mood: null,
  });
  expect(row.features.computed).toEqual({ next: 9007199254740994n, likeness: 0 });
  expect(row.metadata).toEqual({ listening: view });
  expect(row.computedMetadata?.defaulted).toEqual(["likeness"]);
});

test("a batch sends inputs for all rows and per row", async () => {
  server.answer((_, response) =>
    json(response, 200, {
      ids: [7, 8],
      columns: ["listening.serial", "computed.next", "computed.likeness"],
      rows: [
        ["1", "2", 0.5],
        [null, null, 0],
      ],
      status: ["complete", "unknown_entity"],
      views: ["listening"],
      statuses: [["complete"], ["unknown_entity"]],
    }),
  );
  const { rows, columns } = await client.features.getBatch({
    ids: [7, 8],
    service: tuner,
    inputs: { later: 1n },
    inputsByRow: [{ heard: [1, 2, 3] }, {}],
  });
  expect(server.seen[0]?.body).toEqual({
    ids: [7, 8],
    service: "tuner@1",
    inputs: { later: "1" },
    inputs_by_row: [{ heard: [1, 2, 3] }, {}],
  });
  expect(columns).toEqual(["listening.serial", "computed.next", "computed.likeness"]);
  expect(rows.map(({ features }) => features.computed)).toEqual([
    { next: 2n, likeness: 0.5 },
    { next: null, likeness: 0 },
  ]);
  expect(rows[1]?.views).toEqual({ listening: "unknown_entity" });
});

test("reads part of a service by names", async () => {
  server.answer((_, response) => json(response, 200, { track_id: 7, features: {}, status: "complete", views: {} }));
  await client.features.get(7, { service: "tuner", features: ["computed.next"], inputs: { later: 1 } });
  const sent = new URL(`http://x${server.seen[0]?.url}`).searchParams;
  expect(Object.fromEntries(sent)).toEqual({ features: "computed.next", service: "tuner", inputs: '{"later":1}' });
  await expect(client.features.get(7, { service: "tuner", features: ["listening"] })).rejects.toThrow(InvalidCallError);
});

test("rejects a number that JSON cannot represent before sending", async () => {
  const call = (inputs: Readonly<Record<string, number | number[] | Float32Array>>) =>
    client.features.get(7, { service: "tuner", inputs });
  await expect(call({ boost: Number.NaN })).rejects.toThrow(InvalidCallError);
  await expect(call({ heard: [1, Number.POSITIVE_INFINITY, 2] })).rejects.toThrow("heard");
  await expect(call({ heard: new Float32Array([1, Number.NaN]) })).rejects.toThrow(InvalidCallError);
  expect(server.seen).toEqual([]);
});
