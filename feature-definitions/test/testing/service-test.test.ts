import { describe, expect, test } from "vitest";
import { count, entity, featureService, featureView, float64, int32, min, source, string, sum } from "../../src/index";
import { defineServiceTest, isFeatureTest, runTest, testService } from "../../src/testing/index";
import { artistListening, listening, recommender, song } from "../computed/fixtures";
import { sharedTestDatabase } from "../shared-database";

const database = sharedTestDatabase();

const sourceRows = {
  songs: [
    { track_id: 7, artist: "ann", released_on: "2026-01-01", lyrics: [1, 0, 0], created_at: "2026-01-01" },
    { track_id: 8, created_at: "2026-01-01" },
  ],
  plays: [{ track_id: 7, id: 1, artist: "ann", seconds: 300, played_at: "2026-01-10" }],
  artist_plays: [
    { artist: "ann", id: 1, seconds: 300, played_at: "2026-01-10" },
    { artist: "ann", id: 2, seconds: 100, played_at: "2026-01-11" },
  ],
};
const views = [song, listening, artistListening];
const example = { service: recommender, views, given: sourceRows, asOf: "2026-02-01" };

describe("a test of a service", () => {
  test("sees a source without history as it is served", async () => {
    const items = source({
      name: "items",
      table: "items",
      key: { item_id: int32() },
      history: "current",
      columns: { price: float64(), note: string().nullable() },
    });
    const item = entity({ name: "item", key: { item_id: int32() }, from: items });
    const view = featureView({
      name: "item_facts",
      version: 1,
      entity: item,
      from: items,
      features: (i) => ({ rows: count(), price: sum(i.price), note: min(i.note).default("none") }),
    });
    const service = featureService({
      name: "prices",
      version: 1,
      features: [view.all()],
      computed: ({ item_facts }) => ({ doubled: item_facts.price.times(2).default(-1) }),
    });
    await testService(database, service, {
      views: [view],
      given: { items: [{ item_id: 1, price: 2.5 }] },
      asOf: "2026-02-01",
      expect: [
        {
          key: { item_id: 1 },
          answer: { "item_facts.rows": 1, "item_facts.price": 2.5, "item_facts.note": "none", "computed.doubled": 5 },
        },
        { key: { item_id: 2 }, answer: { "item_facts.rows": null, "computed.doubled": -1 } },
      ],
    });
  });

  test("compares stored and computed features for the specified inputs", async () => {
    const passing = defineServiceTest({
      ...example,
      name: "passes",
      expect: [
        {
          key: { track_id: 7 },
          inputs: { today: "2026-02-01", query: [1, 0, 0], weight: 2 },
          answer: {
            "song.artist": "ann",
            "listening.plays": 1,
            "artist_listening.plays": 2,
            "computed.age": 31,
            "computed.similarity": 1,
            "computed.share": 0.5,
            "computed.score": 1,
            "computed.is_long": true,
            "listening.last_played": "2026-01-10",
            "computed.idle": 22 * 86_400,
            "computed.days_out": 31,
          },
        },
        {
          key: { track_id: 8n },
          inputs: { today: "2026-02-01" },
          answer: {
            "artist_listening.plays": null,
            "artist_listening.seconds_avg": 0,
            "computed.age": null,
            "computed.similarity": 0,
            "computed.idle": -1,
          },
        },
        { key: { track_id: 404 }, inputs: { today: "2026-02-01" }, answer: { "listening.plays": null } },
      ],
    });
    expect(isFeatureTest(passing)).toBe(true);
    expect(await runTest(database, passing)).toEqual({ name: "passes", passed: true, differences: [] });
  });

  test("reports differences", async () => {
    const failing = defineServiceTest({
      ...example,
      name: "fails",
      expect: [
        { key: { track_id: 7 }, inputs: { today: "2026-02-01" }, answer: { "computed.age": 30, "computed.aged": 1 } },
      ],
    });
    const { differences } = await runTest(database, failing);
    expect(differences[0]).toMatch(/^track_id 7: .*computed\.age\b.* 31.* 30/);
    expect(differences[1]).toMatch(/^track_id 7: .*computed\.aged.* song\.artist, /);
    await expect(testService(database, recommender, failing)).rejects.toThrow("recommender");
  });

  test("reports missing views and inputs", async () => {
    const faultsOf = async (changes: object): Promise<readonly string[]> =>
      (await runTest(database, { ...defineServiceTest({ ...example, name: "lacks", expect: [] }), ...changes }))
        .differences;
    const key = { track_id: 7 };
    expect(await faultsOf({ expect: [{ key, answer: {} }] })).toEqual([expect.stringContaining("today")]);
    expect(await faultsOf({ expect: [{ key, inputs: { today: "2026-01-01", now: 1 }, answer: {} }] })).toEqual([
      expect.stringMatching(/recommender .*now.* today, query, weight/),
    ]);
    expect(await faultsOf({ views: [song, listening] })).toEqual([expect.stringContaining("artist_listening@1")]);
    expect(await faultsOf({ given: { tracks: [] } })).toEqual([
      expect.stringMatching(/song, listening, artist_listening .*songs, plays, artist_plays.* tracks/),
    ]);
  });

  test("checks the types of inputs", () => {
    // @ts-expect-error a number is not a date
    defineServiceTest({ ...example, name: "wrong", expect: [{ key: {}, inputs: { today: 3 }, answer: {} }] });
  });
});
