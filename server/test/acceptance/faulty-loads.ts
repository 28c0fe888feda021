import { count, entity, featureView, latest, source, string } from "@featstore/definitions";
import type { Database } from "../../src/database/database";

export const TABLES = `
create table plays (id bigint primary key, track text, device text, at timestamptz);
insert into plays select i, 'track ' || i % 50, 'device ' || i, '2026-01-02Z' from generate_series(1, 200) as i;
create function nothing(value anyelement) returns json language sql as 'select null::json'`;

const plays = source({
  ...{ name: "plays", table: "plays", key: { track: string() }, eventTime: "at", tieBreak: "id", history: "events" },
  columns: { device: string().nullable() },
});
/** Is computed once a year. */
export const view = featureView({
  ...{ name: "listening", version: 1, from: plays, entity: entity({ name: "track", key: { track: string() } }) },
  schedule: { cron: "0 0 1 1 *", zone: "UTC" },
  features: (row) => ({ device: latest(row.device), plays: count() }),
}).ir;

/** A database whose statements fail, or load nulls for every text into the online store, as long as the flags say so. */
export function withFaults(database: Database, faults: { loads: boolean; reads: boolean }): Database {
  return {
    ...database,
    query: (statement, options) =>
      faults.reads && statement.text.startsWith("with nearby")
        ? Promise.reject(new Error("out of order"))
        : database.query(statement, options),
    stream: (statement, options) =>
      database.stream(
        faults.loads
          ? { ...statement, text: statement.text.replaceAll("pg_catalog.to_json(", "public.nothing(") }
          : statement,
        options,
      ),
  };
}
