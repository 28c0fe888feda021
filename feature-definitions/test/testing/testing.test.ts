import { afterAll, expect, test } from "vitest";
import { MAX_KEY_BYTES } from "../../src/compiler";
import {
  avg,
  count,
  days,
  entity,
  featureView,
  float64,
  int64,
  json,
  latest,
  max,
  source,
  string,
  timestamp,
  vector,
} from "../../src/index";
import {
  createTestDatabase,
  defineTest,
  FeatureTestError,
  materializeRows,
  runTest,
  testView,
} from "../../src/testing/index";

const songs = source({
  name: "songs",
  table: "music.songs",
  key: { song_id: int64().from("id") },
  eventTime: { column: "added", zone: "UTC" },
  history: "current",
  columns: { title: string().nullable(), embedding: vector(3).nullable() },
});
const song = entity({ name: "song", key: { song_id: int64() }, from: songs });
const plays = source({
  name: "plays",
  table: "plays",
  key: { song_id: int64() },
  eventTime: { column: "played_at", zone: "Europe/Berlin" },
  tieBreak: "id",
  history: "events",
  columns: {
    seconds: float64(),
    country: string().nullable(),
    data: json().nullable(),
    played_at: timestamp({ zone: "Europe/Berlin" }),
  },
});
const listening = featureView({
  name: "listening",
  version: 1,
  entity: song,
  from: plays,
  features: (p) => ({
    plays_7d: count().over(days(7)),
    seconds_avg: avg(p.seconds),
    last_country: latest(p.country),
    rating: latest(p.data.get("rating").float64()),
    last_played: latest(p.played_at),
  }),
});
const profile = featureView({
  name: "profile",
  version: 1,
  entity: song,
  from: songs,
  features: (s) => ({ title: latest(s.title), embedding: latest(s.embedding) }),
});

const sourceRows = {
  songs: [
    { song_id: 7, added: "2026-01-01", title: "Seven", embedding: [1, 0, 0.5] },
    { song_id: 8n, added: "2026-01-01" },
  ],
  plays: [
    { song_id: 7, played_at: "2026-01-02T00:00:00Z", id: 1, seconds: 10, country: "DE", data: { rating: "0.5" } },
    {
      song_id: 7,
      played_at: "2026-01-09T00:00:00.000001Z",
      id: 2,
      seconds: 20,
      country: null,
      data: { rating: "much" },
    },
  ],
};

const database = createTestDatabase();
afterAll(() => database.close());

test("materializes the specified rows as of a time", async () => {
  expect(await materializeRows(database, listening, { given: sourceRows, asOf: "2026-01-09T00:00:01Z" })).toEqual([
    {
      _tenant: "",
      song_id: 7n,
      _event_time: "2026-01-09T00:00:00.000001Z",
      plays_7d: 1,
      seconds_avg: 15,
      last_country: null,
      rating: null,
      last_played: "2026-01-09T00:00:00.000001Z",
      _unparsed: ["rating"],
    },
    {
      _tenant: "",
      song_id: 8n,
      _event_time: null,
      plays_7d: 0,
      seconds_avg: null,
      last_country: null,
      rating: null,
      last_played: null,
      _unparsed: [],
    },
  ]);
});

test("ignores rows with too long a key, as materialization does", async () => {
  const countries = source({
    name: "plays",
    table: "plays",
    key: { country: string() },
    eventTime: { column: "played_at", zone: "UTC" },
    history: "events",
    columns: {},
  });
  const country = entity({ name: "country", key: { country: string() } });
  const heard = featureView({
    name: "heard",
    version: 1,
    entity: country,
    from: countries,
    features: () => ({ plays: count() }),
  });
  // "€" has three bytes in UTF-8.
  const fits = "€".repeat(Math.floor(MAX_KEY_BYTES / 3));
  const playedAt = "2026-01-01T00:00:00Z";
  const rows = [fits, `${fits}€`].map((text) => ({ country: text, played_at: playedAt }));
  const materialized = await materializeRows(database, heard, { given: { plays: rows }, asOf: "2026-01-02T00:00:00Z" });
  expect(materialized.map((row) => row.country)).toEqual([fits]);
});

test("a database column may have several declared names", async () => {
  const orders = source({
    name: "orders",
    table: "orders",
    key: { customer: int64().from("customer_id") },
    eventTime: "ordered_at",
    history: "events",
    columns: {
      customer_id: int64(),
      buyer: int64().from("customer_id"),
      day: string().from("label"),
      label: string(),
      ordered: timestamp().from("ordered_at"),
    },
  });
  const view = featureView({
    name: "ordering",
    version: 1,
    entity: entity({ name: "customer", key: { customer: int64() } }),
    from: orders,
    features: (o) => ({ buyer: max(o.buyer), id: max(o.customer_id), day: max(o.day), label: max(o.label) }),
  });
  const asOf = "2026-02-01T00:00:00Z";
  const row = { ordered: "2026-01-01T00:00:00Z", label: "monday" };
  for (const name of ["customer", "customer_id", "buyer"]) {
    const rows = await materializeRows(database, view, { given: { orders: [{ [name]: 7, ...row }] }, asOf });
    expect(rows).toMatchObject([{ customer: 7n, buyer: 7n, id: 7n, day: "monday", label: "monday" }]);
  }
  const twice = { customer: 7, buyer: 8, ...row };
  await expect(materializeRows(database, view, { given: { orders: [twice] }, asOf })).rejects.toThrow(
    /orders .*customer and buyer .*customer_id/,
  );
});

test("returns vectors for views that have them", async () => {
  await testView(database, profile, {
    given: { songs: sourceRows.songs },
    asOf: "2026-02-01",
    expect: [
      { song_id: 7, title: "Seven", embedding: [1, 0, 0.5] },
      { song_id: 8, title: null, embedding: null, _event_time: "2026-01-01" },
    ],
  });
});

test("differences name the row and the feature", async () => {
  const result = await runTest(
    database,
    defineTest({
      name: "wrong in every way",
      view: listening,
      given: sourceRows,
      asOf: "2026-01-03",
      expect: [{ song_id: 7, plays_7d: 2, seconds_avg: 10, rating: 0.5, tempo: 3 }, { song_id: 9 }],
    }),
  );
  expect(result.passed).toBe(false);
  expect(result.differences).toEqual([
    expect.stringMatching(/^song_id 7: .*plays_7d .*1.* 2/),
    expect.stringMatching(/^song_id 7: .*tempo/),
    expect.stringMatching(/^song_id 9: /),
    expect.stringMatching(/^song_id 8: /),
  ]);
});

test("the error message of an assertion lists the differences", async () => {
  const failing = testView(database, listening, {
    given: sourceRows,
    asOf: "2026-01-03",
    expect: [{ song_id: 7, plays_7d: 2 }, { song_id: 8 }],
  });
  await expect(failing).rejects.toThrow(FeatureTestError);
  await expect(failing).rejects.toThrow(/listening .*:\n {2}song_id 7: plays_7d /);
});

test.each([
  [{ plays: [{ song_id: 7, secnods: 1 }] }, /plays .*secnods.* song_id, seconds/],
  [{ clicks: [] }, /listening .*plays, songs.* clicks/],
])("reports an unknown column or source", async (wrong, facts) => {
  const result = await runTest(
    database,
    defineTest({ name: "x", view: listening, given: wrong, asOf: "2026-01-03", expect: [] }),
  );
  expect(result.differences.join()).toMatch(facts);
});
