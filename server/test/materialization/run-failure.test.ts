import { count, entity, featureView, float64, int64, latest, source, sql } from "@featstore/definitions";
import { expect, test } from "vitest";
import { DatabaseError } from "../../src/database/database-error";
import { failureOf } from "../../src/materialization/run-failure";
import { RegistryError } from "../../src/registry/registry-error";

const songs = source({ name: "songs", table: "songs", key: { song_id: int64() }, history: "current", columns: {} });
const plays = source({
  name: "plays",
  table: "music.plays",
  key: { song_id: int64() },
  eventTime: "played_at",
  tieBreak: "id",
  history: "events",
  columns: { seconds: float64() },
});
const listening = featureView({
  name: "listening",
  version: 1,
  entity: entity({ name: "song", key: { song_id: int64() }, from: songs }),
  from: plays,
  features: (row) => ({ plays: count(), rate: latest(sql("float64")`1 / ${row.seconds}`) }),
}).ir;
const first = { view: listening, served: null };
const later = {
  view: listening,
  served: { generation: 1, table: "listening_v1_g1", asOf: 0n, publishedAt: 0n, rows: 1 },
};
const refused = (sqlState: string, message: string) => new DatabaseError("statement_failed", message, sqlState);

test("a repeated key names the sources that should have one row for it, and the ways to fix it", () => {
  expect(failureOf(new RegistryError("duplicate_key", { example: { song_id: 7 } }), first)).toEqual({
    code: "duplicate_key",
    message:
      'Two rows have the same entity key: {"song_id":7}; the sources "songs", "plays" should have one row for it: ' +
      "a unique index on (song_id) prevents a second row; if several rows are intended, declare the source with " +
      'the key of its rows and use .keyedBy("song_id"); a source that is a query can choose one of them',
  });
});

test.each([
  ["Key (_tenant, name, _from)=(, north, 0) is duplicated.", "name = north"],
  ["Key (_tenant, name, page)=(acme, north (old), 3) is duplicated.", "tenant = acme, name = north (old), page = 3"],
  ["Key (_tenant, name, _from)=(, a, b, 0) is duplicated.", "Key (_tenant, name, _from)=(, a, b, 0) is duplicated."],
])("a repeated key omits internal columns: %s", (example, reported) => {
  expect(new RegistryError("duplicate_key", { example }).message).toBe(
    `Two rows have the same entity key: ${reported}`,
  );
});

test("a statement that PostgreSQL refuses names its sources, and the features written in SQL", () => {
  expect(failureOf(refused("22012", "division by zero"), first)).toEqual({
    code: "statement_failed",
    message: 'division by zero (reading the sources "songs", "plays"; written in SQL: "rate")',
  });
  const plain = { ...listening, features: listening.features.filter(({ name }) => name === "plays") };
  expect(failureOf(refused("42P01", 'relation "music.plays" does not exist'), { ...first, view: plain })).toEqual({
    code: "source_missing",
    message: 'relation "music.plays" does not exist (reading the sources "songs", "plays")',
  });
});

test.each(["42804", "42846", "42883"])(
  "a statement refused for its types (%s) reports source_changed only where it ran before",
  (state) => {
    const error = refused(state, "collations are not supported by type uuid");
    expect(failureOf(error, first).code).toBe("statement_failed");
    expect(failureOf(error, later).code).toBe("source_changed");
  },
);

test("a key repeated in an extending source is reported like a key repeated in the view", () => {
  expect(failureOf(refused("23505", '"songs" has more than one row of {"id": 7}'), first).code).toBe("duplicate_key");
});

test("other failures keep their messages", () => {
  expect(failureOf(new DatabaseError("overloaded", "no connection"), first).message).toBe("no connection");
  expect(failureOf(new RegistryError("lease_lost", { runId: 3 }), first).code).toBe("lease_lost");
});
