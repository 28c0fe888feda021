import {
  changedKeysTable,
  compileChangedEntities,
  compileLateEntities,
  dialects,
  type FeatureView,
  instantText,
  keepsItsKeys,
  MAX_KEY_BYTES,
  quoteName,
} from "@featstore/definitions/compiler";
import type { CallOptions, Database } from "../../database/index";
import { type AppliedView, hasOwnQuery, keyColumns } from "../applied-view";
import type { FilledChanges, FullReason, Run } from "../view-fills";
import { copyTexts } from "./copy-text";
import { createRunLoader } from "./load-rows";
import type { OpenEngine } from "./process/index";
import { readFiles } from "./read-files";
import { computeRows, type Staging } from "./staged-rows";

/** Computes the entities with late rows since the served generation, or returns why the run has to be full. */
export async function fillChanges(
  { name: engine }: OpenEngine,
  staging: Staging,
  run: Run,
  applied: AppliedView,
): Promise<FilledChanges | { readonly full: FullReason }> {
  const { database, session, options } = staging;
  const { view } = applied;
  const loader = createRunLoader(database, run, view, options);
  const fullBecause = async (full: FullReason) => ({ full: (await loader.beginChanges({ full })) ?? full });
  const since = await servedAsOf(database, run, options);
  if (since === null) return fullBecause("no_baseline");
  const late = compileLateEntities(dialects.duckdb, view, since);
  if (late === null) return fullBecause(whyNotFound(view));
  if (!hasOwnQuery(applied, "duckdb")) return fullBecause("other_compiler");

  const files = await readFiles(session, view, options);
  const keysTable = `"features".${quoteName(changedKeysTable(view))}`;
  await session.run('create schema "features"', options);
  await session.run(`create table ${keysTable} as\n${late.text}`, {
    ...options,
    parameters: [instantText(run.asOf), ...late.parameters],
  });
  const [counted] = await session.rows<{ keys: string }>(`select count(*) as keys from ${keysTable}`, options);
  const changes = { engine, files, since, keys: Number(counted?.keys) };
  const full = await loader.beginChanges(changes);
  if (full !== null) return { full };

  const { text, parameters } = compileChangedEntities(dialects.duckdb, view);
  const fits = `${keyBytes(view)} <= ${MAX_KEY_BYTES}`;
  const loads = await computeRows(staging, run, view, {
    text: `select * from (\n${text}\n) where ${fits}`,
    parameters,
  });
  const keys = copyTexts(keyColumns(view));
  return loader.loadChanges(changes, session.stream(`select ${keys} from ${keysTable}`, "csv", options), loads);
}

/** Returns the bytes of the tenant and the texts in the key of a row. */
function keyBytes({ entity }: FeatureView): string {
  const texts = ["_tenant", ...entity.key.filter(({ type }) => type === "string").map(({ name }) => name)];
  return texts.map((name) => `strlen(${quoteName(name)})`).join(" + ");
}

function whyNotFound({ source, entity }: FeatureView): FullReason {
  const sources = entity.population === null ? [source] : [source, entity.population];
  if (!sources.every(keepsItsKeys)) return "key_may_change";
  return sources.some(({ relation }) => relation.kind === "extended") ? "source_is_extended" : "source_is_no_table";
}

async function servedAsOf(database: Database, { view, version }: Run, options: CallOptions): Promise<string | null> {
  const [row] = await database.query<{ as_of: string }>(
    {
      text: `select featstore.epoch_microseconds(g.as_of)::text as as_of
        from featstore.generations as g
        join featstore.feature_views as v on v.name = g.view and v.version = g.version and v.served_generation = g.generation
        where g.view = $1::text and g.version = $2::text::integer`,
      parameters: [view, String(version)],
    },
    options,
  );
  return row === undefined ? null : instantText(BigInt(row.as_of));
}
