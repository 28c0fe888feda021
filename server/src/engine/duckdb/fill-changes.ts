import {
  changedKeysTable,
  compileChangedEntities,
  compileLateEntities,
  dialects,
  type FeatureView,
  instantText,
  MAX_KEY_BYTES,
  quoteName,
} from "@featstore/definitions/compiler";
import { type AppliedView, hasOwnQuery, keyColumns } from "../applied-view";
import { servedRun, whyNotFound } from "../served-run";
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
  const served = await servedRun(database, run, options);
  if (served === null) return fullBecause("no_baseline");
  const { asOf: since } = served;
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
  const loads = await computeRows(staging, run, view, {
    text: `select * from (\n${text}\n) where ${fittingKeys(view)}`,
    parameters,
  });
  const keys = copyTexts(keyColumns(view));
  return loader.loadChanges(changes, session.stream(`select ${keys} from ${keysTable}`, "csv", options), loads);
}

/** Returns the condition on a row of a view that its tenant and the texts in its key are not too long. */
export function fittingKeys({ entity }: FeatureView): string {
  const texts = ["_tenant", ...entity.key.filter(({ type }) => type === "string").map(({ name }) => name)];
  return `${texts.map((name) => `strlen(${quoteName(name)})`).join(" + ")} <= ${MAX_KEY_BYTES}`;
}
