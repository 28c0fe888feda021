import { avg, count, entity, featureService, featureView, float64, int64, source } from "@featstore/definitions";
import {
  type CompiledView,
  documentHash,
  type FeatureService,
  type FeatureView,
  meaningHash,
  parseFeatureView,
  serviceMeaningHash,
} from "@featstore/definitions/compiler";
import type { CallOptions, Database } from "../../src/database/database";
import type { RunHolder } from "../../src/database/lease-holder";
import { migrate } from "../../src/database/migrate";
import { createEngine, type FilledTable, type Run } from "../../src/engine/index";
import type { RegistryChange, ServiceChange, ViewChange } from "../../src/registry/registry";
import { wholeSchema } from "../helpers/whole-schema";

/** A hundred facts about ten tracks, a minute apart. */
export const EVENTS = `
create table events (id bigint primary key, track_id bigint, value float8, created_at timestamptz);
insert into events
  select i, i % 10, i, timestamptz '2026-01-01 00:00:00Z' + i * interval '1 minute' from generate_series(1, 100) as i`;

/** Applies the missing parts of the schema, and creates the user's table that the fixture's views read. */
export async function prepare(database: Database, script = EVENTS): Promise<void> {
  await migrate(database, (await wholeSchema()).schema);
  await database.script(script);
}

const track = entity({ name: "track", key: { track_id: int64() } });

const events = source({
  name: "events",
  table: "events",
  key: { track_id: int64() },
  eventTime: "created_at",
  tieBreak: "id",
  history: "events",
  columns: { value: float64().nullable() },
});

const definitionOf = (version: number, description: string, name: string) =>
  featureView({
    name,
    version,
    entity: track,
    from: events,
    description,
    features: (row) => ({ average: avg(row.value), events: count() }),
  });

export function viewOf(version: number, description = "What happened", name = "scores"): FeatureView {
  return definitionOf(version, description, name).ir;
}

/** The view as the registry returns it: JSON has no negative zero, and equal nodes list their properties in one order. */
export async function asRegistered(database: Database, view: FeatureView): Promise<FeatureView> {
  const statement = { text: "select $1::text::jsonb::text as view", parameters: [JSON.stringify(view)] };
  const [row] = await database.query<{ view: string }>(statement);
  return parseFeatureView(JSON.parse(row?.view ?? ""));
}

/** Fills the table of a run of the view, by the SQL in the registry. */
export function fillRun(database: Database, run: Run, options?: CallOptions): Promise<FilledTable> {
  const view = { view: viewOf(run.version), sql: "", parameters: [], served: null };
  return createEngine(database).fill(run, view, options);
}

export function serviceOf(version: number, viewVersion: number): FeatureService {
  const view = definitionOf(viewVersion, "", "scores");
  return featureService({ name: "ranker", version, features: [view.pick("average")] }).ir;
}

/** The compiled view, or with other SQL for its rows. */
export function compiledAs(text = ROWS, parameters: readonly (string | null)[] = ["it's"]): CompiledView {
  return {
    compilerVersion: 1,
    text,
    parameters,
    columns: [
      { name: "_tenant", databaseType: "text" },
      { name: "track_id", databaseType: "bigint" },
      { name: "_event_time", databaseType: "timestamp with time zone" },
      { name: "average", databaseType: "double precision" },
      { name: "events", databaseType: "integer" },
      { name: "_unparsed", databaseType: "text[]" },
    ],
  };
}

const ROWS = `select ''::text as _tenant, track_id, max(created_at) as _event_time, avg(value) as average,
  count(*)::integer as events, null::text[] as _unparsed
from events where created_at <= $1::text::timestamptz and $2::text = 'it''s' group by track_id`;

export function viewChange(view: FeatureView, compiled = compiledAs()): ViewChange {
  return { view, meaningHash: meaningHash(view), documentHash: documentHash(view), compiled };
}

export function serviceChange(service: FeatureService): ServiceChange {
  return { service, meaningHash: serviceMeaningHash(service), documentHash: documentHash(service) };
}

/** An empty change planned at revision 0, overridden by the parameters. */
export function changeOf(parts: Partial<RegistryChange>): RegistryChange {
  const entities = (parts.featureViews ?? []).map(({ view }) => view.entity);
  return {
    revision: 0,
    actor: "tester",
    message: null,
    promote: true,
    changes: [],
    entities: entities.slice(0, 1),
    featureViews: [],
    featureServices: [],
    ...parts,
  };
}

export const someone: RunHolder = { host: "elsewhere", pid: 1, identity: "1", pidNamespace: "1" };
