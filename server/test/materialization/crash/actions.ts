import type { Database } from "../../../src/database/database";
import { isSurelyDead, thisProcess } from "../../../src/database/lease-holder";
import { RegistryError } from "../../../src/database/registry-error";
import { createEngine } from "../../../src/engine/index";
import { backfill } from "../../../src/materialization/backfill";
import { materialize } from "../../../src/materialization/materialize";
import { createRunLog } from "../../../src/materialization/run-log";
import { apply } from "../../../src/registry/apply";
import { createRegistryStore } from "../../../src/registry/registry-store";
import { serviceOf, viewOf } from "../../registry/fixture";
import type { Action, Survey } from "./order";

/** Runs the action once; returns the reason of its failure, or null. */
export async function act(database: Database, action: Action): Promise<string | null> {
  const registry = createRegistryStore(database);
  if (action !== "apply") {
    if (action === "incremental") await database.query({ text: NEW_EVENT });
    const mode = action === "incremental" ? "incremental" : "full";
    const offline = createRunLog(database);
    const dependencies = {
      registry,
      offline,
      engine: createEngine(database),
      holder: await thisProcess(),
      isDead: isSurelyDead,
    };
    if (action === "backfill") {
      const { view } = await backfill(dependencies, { view: "scores@1", chunkEntities: 5 });
      return view.failure ? JSON.stringify(view.failure) : null;
    }
    const report = await materialize(dependencies, { views: ["scores@1"], mode });
    return report.views[0]?.failure ? JSON.stringify(report.views[0].failure) : null;
  }
  const { featureViews } = await registry.snapshot();
  const version = Math.max(0, ...(featureViews.get("scores")?.versions.keys() ?? [])) + 1;
  const definitions = { featureViews: [viewOf(version)], featureServices: [serviceOf(version, version)] };
  const catalog = createEngine(database);
  const once = () => apply({ registry, catalog }, definitions, { appliedBy: "tester" });
  // The statement of a dead process may still be running, and may commit between this plan and this apply.
  const { plan } = await once().catch((error: unknown) => {
    if (error instanceof RegistryError && error.code === "registry_moved") return once();
    throw error;
  });
  // Nothing to do: the dead process's request was carried out after all.
  return plan.outcome === "refused" ? JSON.stringify(plan) : null;
}

const NEW_EVENT = `
insert into events select max(id) + 1, (max(id) + 1) % 10, 7, timestamptz '2026-02-01Z' + max(id) * interval '1 second' from events`;

const SURVEY = `
select
  (select served_generation from featstore.feature_views where name = 'scores' and version = 1) as "servedGeneration",
  (select count(*)::integer from features.scores_v1) as "peopleRows",
  (select count(*)::integer from featstore.leases) as leases,
  (select count(*)::integer from featstore.runs where state in ('running', 'interrupted')) as "runningRuns",
  (select count(*)::integer from featstore.generations where state in ('building', 'filled', 'interrupted')) as "unfinishedGenerations",
  (select count(*)::integer from featstore.history where kind = 'apply') as applies,
  (select coalesce(json_agg(version order by version), '[]') from (
    select version::text from featstore.feature_views intersect select version::text from featstore.feature_services) as v) as versions,
  (select coalesce(json_agg(relname order by relname collate "C"), '[]') from pg_class
    where relnamespace = 'features'::regnamespace and relkind in ('r', 'v')) as relations,
  (select coalesce(json_agg(distinct name collate "C"), '[]') from (
    select name || '_v' || version as name from featstore.feature_views
    union all
    select unnest(array[table_name, rows_table, changes_table]) from (
      select table_name, featstore.rows_table(view, version, base_generation) as rows_table,
          case when bool_or(generation <> base_generation) over (partition by view, version, base_generation)
            then featstore.changes_table(view, version, base_generation) end as changes_table,
          row_number() over (partition by view, version order by generation desc) as place
        from featstore.generations where published_at is not null) as published where place <= 2) as expected
    where name is not null) as "expectedRelations"`;

type SurveyRow = Omit<Survey, "servedRows" | "wrongRows" | "versions" | "relations" | "expectedRelations"> &
  Readonly<Record<"versions" | "relations" | "expectedRelations", string>>;

export async function survey(database: Database): Promise<Survey> {
  const [row] = await database.query<SurveyRow>({ text: SURVEY });
  if (!row) throw new Error("no survey");
  const names = (text: string): readonly string[] => JSON.parse(text) as readonly string[];
  const served = row.servedGeneration;
  const [rows] =
    served === null
      ? []
      : await database.query<{ rows: number; wrong: number }>({
          text: `select count(r.track_id)::integer as rows,
              count(*) filter (where (r.events, r.average) is distinct from (s.events, s.average))::integer as wrong
            from features.scores_v1_g${served} as r
            full join (
              select track_id, count(*)::integer as events, avg(value) as average from events
              where created_at <= (select as_of from featstore.generations where view = 'scores' and version = 1 and generation = ${served})
              group by track_id) as s using (track_id)`,
        });
  return {
    ...row,
    servedRows: rows?.rows ?? null,
    wrongRows: rows?.wrong ?? null,
    versions: names(row.versions),
    relations: names(row.relations),
    expectedRelations: names(row.expectedRelations),
  };
}
